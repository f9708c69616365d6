package relay

import (
	"encoding/binary"
	"net/netip"
	"slices"
	"sync"
	"time"

	"github.com/pion/stun/v4"

	"konklave/internal/wire"
)

const (
	shortest    = 10 * time.Minute // life of an allocation that is not refreshed (RFC 8656 section 3.2)
	longest     = time.Hour
	channelLife = 10 * time.Minute // of a binding that is not refreshed (section 12)
	sweepPace   = 10 * time.Second
)

// allocation is one client's way through the relay. What its client sends is delivered by the goroutine that reads from
// the client; a goroutine of its own takes what goes back.
type allocation struct {
	server *Server
	user   *user
	relay  *wire.Relay
	at     netip.AddrPort // the relayed address
	made   [stun.TransactionIDSize]byte
	send   func([]byte) // to the client, in its own time
	padded bool         // messages of a stream are
	ended  func()       // tells the way in that it has none any more

	mu       sync.Mutex
	until    time.Time
	channels []channel
	closed   bool
}

// channel is the number under which packets of one of our addresses go.
type channel struct {
	number uint16
	peer   netip.AddrPort
	until  time.Time
}

// allocate makes an allocation for a user, unless there are too many, or no address of the family.
func (s *Server) allocate(u *user, a *allocation, kind wire.PathKind, six bool) stun.ErrorCode {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed || u.over || len(u.allocations) >= mostOfOne || s.count >= mostAllocations {
		return stun.CodeAllocQuotaReached
	}
	at, ok := s.placeLocked(six)
	if !ok {
		return stun.CodeAddrFamilyNotSupported
	}
	a.server, a.user, a.at, a.relay = s, u, at, s.cfg.Wire.NewRelay(at, kind)
	s.places[at] = a
	u.allocations[a] = struct{}{}
	s.count++
	s.open.Go(a.write)
	return 0
}

// placeLocked finds an address that no allocation has. It is one of our own, so that clients take it for one; behind its
// port is nothing.
func (s *Server) placeLocked(six bool) (netip.AddrPort, bool) {
	const first = 1024 // below are ports that some clients do not like
	for _, addr := range s.cfg.Wire.Announced() {
		if addr.Is6() != six {
			continue
		}
		for range 1 << 16 {
			s.next = max(s.next+1, first)
			at := netip.AddrPortFrom(addr, s.next)
			if _, taken := s.places[at]; !taken && !s.cfg.Wire.IsMedia(at) {
				return at, true
			}
		}
	}
	return netip.AddrPort{}, false
}

// close ends the allocation.
func (a *allocation) close() {
	a.mu.Lock()
	first := !a.closed
	a.closed = true
	a.mu.Unlock()
	if !first {
		return
	}
	a.relay.Close()
	s := a.server
	s.mu.Lock()
	delete(s.places, a.at)
	delete(a.user.allocations, a)
	s.count--
	s.mu.Unlock()
	a.ended()
}

func (a *allocation) isOver() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.closed
}

// refresh lets the allocation live on, for as long as the client wishes within the limits.
func (a *allocation) refresh(wish time.Duration) time.Duration {
	life := min(max(wish, shortest), longest)
	a.mu.Lock()
	defer a.mu.Unlock()
	a.until = a.server.cfg.Now().Add(life)
	return life
}

// bind gives a number to one of our addresses, or lets it live on. It is false when either has another (section 12.2).
func (a *allocation) bind(number uint16, peer netip.AddrPort) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	now := a.server.cfg.Now()
	a.channels = slices.DeleteFunc(a.channels, func(c channel) bool { return !now.Before(c.until) })
	for i, c := range a.channels {
		switch {
		case c.number == number && c.peer == peer:
			a.channels[i].until = now.Add(channelLife)
			return true
		case c.number == number || c.peer == peer:
			return false
		}
	}
	a.channels = append(a.channels, channel{number, peer, now.Add(channelLife)}) // no more than we have addresses
	return true
}

// onChannelData delivers what came under a number.
func (a *allocation) onChannelData(b []byte) {
	size := int(binary.BigEndian.Uint16(b[2:]))
	if len(b) < channelHead+size {
		return
	}
	number := binary.BigEndian.Uint16(b)
	a.mu.Lock()
	var to netip.AddrPort
	for _, c := range a.channels {
		if c.number == number {
			to = c.peer
		}
	}
	a.mu.Unlock()
	if to.IsValid() {
		a.relay.Deliver(b[channelHead:channelHead+size], to.Addr())
	}
}

// numberOf is the number of one of our addresses, 0 when it has none.
func (a *allocation) numberOf(peer netip.AddrPort) uint16 {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, c := range a.channels {
		if c.peer == peer {
			return c.number
		}
	}
	return 0
}

// write takes what our media send to the client, until the allocation ends.
func (a *allocation) write() {
	var buf [channelHead + 1600]byte
	var indication stun.Message
	for {
		n, from, err := a.relay.Next(buf[channelHead:])
		if err != nil {
			return
		}
		if number := a.numberOf(from); number != 0 {
			binary.BigEndian.PutUint16(buf[:], number)
			binary.BigEndian.PutUint16(buf[2:], uint16(n))
			end := channelHead + n
			if a.padded {
				end = (end + 3) &^ 3
			}
			a.send(buf[:end])
			continue
		}
		indication.Reset()
		if indication.Build(stun.TransactionID, stun.NewType(stun.MethodData, stun.ClassIndication), peerAddress(from)) == nil {
			indication.Add(stun.AttrData, buf[channelHead:channelHead+n])
			a.send(indication.Raw)
		}
	}
}

// sweep ends allocations that are not refreshed.
func (s *Server) sweep() {
	pace := time.NewTicker(sweepPace)
	defer pace.Stop()
	for {
		select {
		case <-pace.C:
			s.expire()
		case <-s.done:
			return
		}
	}
}

func (s *Server) expire() {
	now := s.cfg.Now()
	s.mu.Lock()
	var over []*allocation
	for _, a := range s.places {
		a.mu.Lock()
		if !now.Before(a.until) {
			over = append(over, a)
		}
		a.mu.Unlock()
	}
	s.mu.Unlock()
	for _, a := range over {
		a.close()
	}
}
