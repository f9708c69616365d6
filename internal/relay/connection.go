package relay

import (
	"bufio"
	"errors"
	"net"
	"net/netip"
	"slices"
	"sync"
	"time"

	"github.com/pion/stun/v4"

	"konklave/internal/wire"
)

// Limits of connections.
const (
	mostConnections = 10_000
	mostUnknown     = 256              // of them without an allocation
	mostOfStranger  = 64               // of those from one address
	patience        = 10 * time.Second // for the first allocation
	silence         = longest + time.Minute
	stuck           = 20 * time.Second // until the client's side must have taken a packet
	requestsOfOne   = 5000             // of one connection, which needs one every few minutes
)

// connection is a client's over TCP or TLS.
type connection struct {
	conn net.Conn
	from netip.Addr // see network
	once sync.Once

	mu  sync.Mutex
	has *allocation
}

// crowd are the connections. Its owner's lock guards it.
type crowd struct {
	all     map[*connection]struct{}
	unknown []*connection // without an allocation, oldest first
}

func newCrowd() crowd { return crowd{all: make(map[*connection]struct{})} }

// accept takes connections over plain TCP.
func (s *Server) accept(l net.Listener) {
	var from sources
	for {
		conn, err := l.Accept()
		switch {
		case errors.Is(err, net.ErrClosed):
			return
		case err != nil:
			time.Sleep(10 * time.Millisecond) // out of descriptors: no spinning
		case !from.allow(time.Now(), remote(conn).Addr()):
			_ = conn.Close()
		default:
			s.take(conn, wire.RelayTCP)
		}
	}
}

// Offer takes over a connection on which TURN is spoken inside TLS.
func (s *Server) Offer(conn net.Conn) { s.take(conn, wire.RelayTLS) }

// take serves a connection. When too many wait for their allocation, of one address or in all, it takes the place of the one
// that has waited longest: an honest client allocates at once.
func (s *Server) take(conn net.Conn, kind wire.PathKind) {
	c := &connection{conn: conn, from: network(remote(conn).Addr())}
	s.mu.Lock()
	if s.closed || len(s.crowd.all) >= mostConnections {
		s.mu.Unlock()
		_ = conn.Close()
		return
	}
	s.crowd.all[c] = struct{}{}
	oldest := s.crowd.admit(c)
	s.open.Go(func() { s.serve(c, kind) })
	s.mu.Unlock()
	if oldest != nil {
		oldest.close()
	}
}

// admit adds one without an allocation and gives the one that has to make room for it, if one has.
func (w *crowd) admit(c *connection) (oldest *connection) {
	alike, first := 0, 0
	for i, other := range slices.Backward(w.unknown) {
		if other.from == c.from {
			alike, first = alike+1, i
		}
	}
	if alike < mostOfStranger {
		first = 0
	}
	if alike >= mostOfStranger || len(w.unknown) >= mostUnknown {
		oldest = w.unknown[first]
		w.unknown = slices.Delete(w.unknown, first, first+1)
	}
	w.unknown = append(w.unknown, c)
	return oldest
}

// known notes that a connection has an allocation, or has ended.
func (s *Server) known(c *connection, ended bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if i := slices.Index(s.crowd.unknown, c); i >= 0 {
		s.crowd.unknown = slices.Delete(s.crowd.unknown, i, i+1)
	}
	if ended {
		delete(s.crowd.all, c)
	}
}

func (s *Server) connections() []*connection {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make([]*connection, 0, len(s.crowd.all))
	for c := range s.crowd.all {
		all = append(all, c)
	}
	return all
}

// serve reads a connection until it ends, or its allocation does.
func (s *Server) serve(c *connection, kind wire.PathKind) {
	defer s.known(c, true)
	defer func() {
		c.close()
		if a := c.allocation(); a != nil {
			a.close()
		}
	}()
	wire.ShortQueue(c.conn)
	of := client{
		server: s, from: remote(c.conn), kind: kind, send: c.send, has: c.allocation,
		gets: func(a *allocation) {
			if a == nil { // a client without an allocation needs no connection
				c.close()
				return
			}
			c.mu.Lock()
			c.has = a
			c.mu.Unlock()
			s.known(c, false)
		},
	}
	in := bufio.NewReaderSize(c.conn, 4<<10)
	var buf [2048]byte
	var m stun.Message
	deadline := time.Now().Add(patience)
	for requests := 0; requests < requestsOfOne; {
		if c.allocation() != nil {
			deadline = time.Now().Add(silence)
		}
		_ = c.conn.SetReadDeadline(deadline)
		n, err := readMessage(in, buf[:])
		if err != nil {
			return
		}
		if isRequest(buf[:n]) {
			requests++
		}
		of.onMessage(&m, buf[:n])
	}
}

func (c *connection) allocation() *allocation {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.has
}

// send writes a message. A client that takes nothing any more is given up.
func (c *connection) send(b []byte) {
	_ = c.conn.SetWriteDeadline(time.Now().Add(stuck))
	if _, err := c.conn.Write(b); err != nil {
		c.close()
	}
}

// close ends the connection without waiting for it, nor for a goodbye of TLS.
func (c *connection) close() {
	c.once.Do(func() {
		raw := c.conn
		if inner, ok := raw.(interface{ NetConn() net.Conn }); ok {
			raw = inner.NetConn()
		}
		_ = raw.Close()
	})
}

// remote is the address of a client.
func remote(conn net.Conn) netip.AddrPort {
	if a, ok := conn.RemoteAddr().(*net.TCPAddr); ok {
		return plain(a.AddrPort())
	}
	return netip.AddrPort{}
}
