package relay

import (
	"net"
	"net/netip"
	"sync"
	"time"

	"github.com/pion/stun/v4"
	"golang.org/x/net/ipv4"
	"golang.org/x/net/ipv6"

	"konklave/internal/wire"
)

// socket is the port for UDP at one address, or at every one of a family. It answers from the address that was asked.
type socket struct {
	server *Server
	conn   *net.UDPConn
	four   *ipv4.PacketConn // where it listens on every address
	six    *ipv6.PacketConn
	from   sources

	mu      sync.Mutex
	clients map[tuple]*allocation
}

// tuple tells clients apart: where they are, and which of our addresses they asked, where that matters.
type tuple struct {
	from  netip.AddrPort
	asked netip.Addr
}

const socketBuffer = 4 << 20 // bytes asked for; the kernel's limit may give less

func listenUDP(s *Server, family string, at netip.AddrPort) (*socket, error) {
	conn, err := net.ListenUDP("udp"+family, net.UDPAddrFromAddrPort(at))
	if err != nil {
		return nil, err
	}
	_, _ = conn.SetReadBuffer(socketBuffer), conn.SetWriteBuffer(socketBuffer)
	k := &socket{server: s, conn: conn, clients: make(map[tuple]*allocation)}
	if !at.Addr().IsUnspecified() {
		return k, nil
	}
	// Where the system cannot tell, it chooses the address.
	if at.Addr().Is4() {
		if four := ipv4.NewPacketConn(conn); four.SetControlMessage(ipv4.FlagDst, true) == nil {
			k.four = four
		}
	} else if six := ipv6.NewPacketConn(conn); six.SetControlMessage(ipv6.FlagDst, true) == nil {
		k.six = six
	}
	return k, nil
}

// serve reads until the socket is closed. Requests that come too fast from one source are left unanswered.
func (k *socket) serve() {
	var buf [2048]byte
	var m stun.Message
	for {
		n, t, err := k.receive(buf[:])
		if err != nil {
			select {
			case <-k.server.done:
				return
			default: // such as what the network says of an earlier answer
				time.Sleep(time.Millisecond)
				continue
			}
		}
		if isRequest(buf[:n]) && !k.from.allow(time.Now(), t.from.Addr()) {
			continue
		}
		k.client(t).onMessage(&m, buf[:n])
	}
}

func (k *socket) client(t tuple) client {
	return client{
		server: k.server, from: t.from, kind: wire.RelayUDP,
		send: func(b []byte) { k.send(b, t) },
		has: func() *allocation {
			k.mu.Lock()
			defer k.mu.Unlock()
			return k.clients[t]
		},
		gets: func(a *allocation) {
			k.mu.Lock()
			defer k.mu.Unlock()
			if a == nil {
				delete(k.clients, t)
			} else {
				k.clients[t] = a
			}
		},
	}
}

func (k *socket) receive(b []byte) (n int, t tuple, err error) {
	var from net.Addr
	var asked net.IP
	switch {
	case k.four != nil:
		var c *ipv4.ControlMessage
		if n, c, from, err = k.four.ReadFrom(b); c != nil {
			asked = c.Dst
		}
	case k.six != nil:
		var c *ipv6.ControlMessage
		if n, c, from, err = k.six.ReadFrom(b); c != nil {
			asked = c.Dst
		}
	default:
		n, t.from, err = k.conn.ReadFromUDPAddrPort(b)
		t.from = plain(t.from)
		return n, t, err
	}
	if sender, ok := from.(*net.UDPAddr); ok {
		t.from = plain(sender.AddrPort())
	}
	t.asked, _ = netip.AddrFromSlice(asked)
	return n, t, err
}

func plain(a netip.AddrPort) netip.AddrPort { return netip.AddrPortFrom(a.Addr().Unmap(), a.Port()) }

// send sends a datagram, or loses it, as a network does.
func (k *socket) send(b []byte, t tuple) {
	switch {
	case k.four != nil:
		_, _ = k.four.WriteTo(b, &ipv4.ControlMessage{Src: t.asked.AsSlice()}, net.UDPAddrFromAddrPort(t.from))
	case k.six != nil:
		_, _ = k.six.WriteTo(b, &ipv6.ControlMessage{Src: t.asked.AsSlice()}, net.UDPAddrFromAddrPort(t.from))
	default:
		_, _ = k.conn.WriteToUDPAddrPort(b, t.from)
	}
}
