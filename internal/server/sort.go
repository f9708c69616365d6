package server

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"sync"
	"time"
)

// sorter is a listener of HTTPS whose port another protocol shares: TURN, for networks that let nothing but HTTPS
// through. Which of them a connection speaks shows in its first byte after the handshake.
type sorter struct {
	net.Listener
	secure  *tls.Config
	divert  func(net.Conn)
	waiting newcomers // connections whose first byte is not there yet
	sorted  chan net.Conn
	failed  chan error
	done    chan struct{}
	end     sync.Once
	running sync.WaitGroup
}

// newSorter begins to sort the connections of l.
func newSorter(l net.Listener, secure *tls.Config, divert func(net.Conn)) *sorter {
	s := &sorter{
		Listener: l, secure: secure, divert: divert, waiting: newcomers{most: mostNewcomers},
		sorted: make(chan net.Conn), failed: make(chan error, 1), done: make(chan struct{}),
	}
	s.running.Go(s.accept)
	return s
}

// accept takes connections until the listener is closed.
func (s *sorter) accept() {
	for {
		conn, err := s.Listener.Accept()
		if errors.Is(err, net.ErrClosed) {
			s.failed <- err
			return
		}
		if err != nil {
			time.Sleep(10 * time.Millisecond) // out of descriptors: no spinning
			continue
		}
		s.waiting.note(conn, http.StateNew)
		s.running.Go(func() { s.take(conn) })
	}
}

// take gives a connection to whom its first byte says.
func (s *sorter) take(raw net.Conn) {
	defer s.waiting.note(raw, http.StateActive)
	select {
	case <-s.done: // Close may not have seen it
		_ = raw.Close()
		return
	default:
	}
	_ = raw.SetDeadline(time.Now().Add(readHeaderTimeout))
	secure := tls.Server(raw, s.secure)
	ctx, cancel := context.WithTimeout(context.Background(), readHeaderTimeout)
	defer cancel()
	if secure.HandshakeContext(ctx) != nil {
		_ = raw.Close()
		return
	}
	in := bufio.NewReader(secure)
	first, err := in.Peek(1)
	if err != nil {
		_ = raw.Close()
		return
	}
	_ = raw.SetDeadline(time.Time{})
	conn := begun{secure, in}
	if !beginsHTTP(first[0]) {
		s.divert(conn)
		return
	}
	select {
	case s.sorted <- conn:
	case <-s.done:
		_ = raw.Close()
	}
}

// beginsHTTP tells whether a byte is the first of an HTTP request: its method has capital letters. STUN, with which TURN
// begins, has two zero bits there (RFC 8489 section 5).
func beginsHTTP(first byte) bool { return first >= 0x40 }

// Accept implements net.Listener, for HTTP.
func (s *sorter) Accept() (net.Conn, error) {
	select {
	case c := <-s.sorted:
		return c, nil
	case err := <-s.failed:
		return nil, err
	}
}

// Close implements net.Listener. It cuts off whoever has not said anything yet, and waits.
func (s *sorter) Close() error {
	err := s.Listener.Close()
	s.end.Do(func() { close(s.done) })
	s.waiting.closeAll()
	s.running.Wait()
	return err
}

// begun is a connection of which the beginning has been looked at. net/http asks it for the state of TLS.
type begun struct {
	*tls.Conn
	in *bufio.Reader
}

// Read gives the beginning first.
func (c begun) Read(b []byte) (int, error) { return c.in.Read(b) }
