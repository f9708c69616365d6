package wire

import (
	"encoding/binary"
	"net"
	"net/netip"
	"sync/atomic"
)

// Relay is one allocation of a TURN server (RFC 8656) as the shards see it: a path whose packets are handed over in this
// process. Its address belongs to no socket, so nothing comes to it from anywhere else, and nothing leaves by it.
type Relay struct {
	stream
	w     *Wire
	shard atomic.Pointer[shard] // that something was delivered to last

	pace   budget // of Deliver's goroutine
	frames []byte // of Next's goroutine: taken and not given out yet
	all    []byte
}

// NewRelay makes a relay of a kind for an allocation at an address.
func (w *Wire) NewRelay(at netip.AddrPort, kind PathKind) *Relay {
	r := &Relay{stream: newStream(kind, endpointOf(at, 0)), w: w}
	r.addressed = true
	return r
}

// IsMedia tells whether an address is one that peers are told to send media to by UDP, or were told.
func (w *Wire) IsMedia(a netip.AddrPort) bool { return a.Port() == w.udpPort && w.IsOurs(a.Addr()) }

// Deliver takes in a datagram that the client sent to one of our addresses, which IsMedia holds for. It does not keep
// b. One goroutine at a time may call it. It is false when the datagram is dropped.
func (r *Relay) Deliver(b []byte, to netip.Addr) bool {
	if !r.pace.take(r.w.now(), len(b), r.w.limits.burst) {
		return false
	}
	var owner *shard
	if p := r.path(); p != nil {
		owner = p.t.owner()
	} else {
		owner, _ = r.w.claimant(b)
	}
	if owner == nil {
		return false
	}
	r.shard.Store(owner)
	return owner.deliverFrom(b, r.remote, localOf(to), &r.stream)
}

// Next waits for a packet to the client and tells which of our media addresses it comes from. Errors: net.ErrClosed
// after Close.
func (r *Relay) Next(b []byte) (n int, from netip.AddrPort, err error) {
	for len(r.frames) == 0 {
		if r.all != nil {
			r.keep(r.all)
			r.all = nil
		}
		frames, open := r.take()
		if r.all, r.frames = frames, frames; len(frames) == 0 && !open {
			return 0, netip.AddrPort{}, net.ErrClosed
		}
	}
	size := int(binary.BigEndian.Uint16(r.frames))
	local := localIP{binary.BigEndian.Uint64(r.frames[2:]), binary.BigEndian.Uint64(r.frames[10:])}
	n = copy(b, r.frames[frameHead:frameHead+size])
	r.frames = r.frames[frameHead+size:]
	return n, netip.AddrPortFrom(local.addr(), r.w.udpPort), nil
}

// Close ends the relay, and the path that it is.
func (r *Relay) Close() {
	r.close()
	if s := r.shard.Load(); s != nil { // what is in its mailbox makes no path any more
		s.post(func(s *shard) {
			if p := r.path(); p != nil {
				p.t.dropPath(s, p)
			}
		})
	}
}
