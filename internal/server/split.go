package server

import (
	"errors"
	"net"
	"net/http"
	"sync"
	"time"
)

// split divides the connections of a listener by their first byte: those that begin a TLS handshake, and those that speak
// plain HTTP, as browsers do to an address that was typed without https.
type split struct {
	from          net.Listener
	secure, plain *lane
	waiting       newcomers // until their first byte is there
	once          sync.Once
	closed        chan struct{}
}

// lane is one side of a split, a listener of its own. Closing it closes the whole split.
type lane struct {
	*split
	conns chan net.Conn
}

// recordHandshake is the type of the record that begins TLS (RFC 8446 section 5.1). No HTTP method begins with it.
const recordHandshake = 0x16

func newSplit(from net.Listener) *split {
	s := &split{from: from, closed: make(chan struct{}), waiting: newcomers{most: mostNewcomers}}
	s.secure, s.plain = &lane{s, make(chan net.Conn)}, &lane{s, make(chan net.Conn)}
	return s
}

// run takes connections until the split is closed, and returns when none is left with it.
func (s *split) run() {
	var sorting sync.WaitGroup
	defer sorting.Wait()
	defer s.waiting.closeAll()
	for {
		c, err := s.from.Accept()
		if err != nil {
			select {
			case <-s.closed:
				return
			case <-time.After(100 * time.Millisecond): // out of descriptors, for a while
				continue
			}
		}
		s.waiting.note(c, http.StateNew)
		sorting.Go(func() { s.sort(c) })
	}
}

// sort waits for the first byte and hands the connection on.
func (s *split) sort(c net.Conn) {
	begun := &begunConn{Conn: c}
	_ = c.SetReadDeadline(time.Now().Add(readHeaderTimeout))
	_, err := c.Read(begun.first[:])
	s.waiting.note(c, http.StateActive)
	if err != nil {
		_ = c.Close()
		return
	}
	_ = c.SetReadDeadline(time.Time{})
	to := s.plain
	if begun.first[0] == recordHandshake {
		to = s.secure
	}
	select {
	case to.conns <- begun:
	case <-s.closed:
		_ = c.Close()
	}
}

// Accept implements net.Listener.
func (l *lane) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

// Addr implements net.Listener.
func (l *lane) Addr() net.Addr { return l.from.Addr() }

// Close implements net.Listener.
func (s *split) Close() error {
	err := net.ErrClosed
	s.once.Do(func() {
		close(s.closed)
		err = s.from.Close()
	})
	if errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}

// begunConn gives back the byte that was read of it.
type begunConn struct {
	net.Conn
	first [1]byte
	given bool
}

// NetConn is the connection below, as crypto/tls has it.
func (c *begunConn) NetConn() net.Conn { return c.Conn }

// Read implements net.Conn.
func (c *begunConn) Read(b []byte) (int, error) {
	if c.given || len(b) == 0 {
		return c.Conn.Read(b)
	}
	c.given = true
	return copy(b, c.first[:]), nil
}
