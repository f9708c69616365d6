package wire

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"sync"
	"syscall"
	"time"
)

// ICE over TCP, passive (RFC 6544): the peer connects and sends the same packets as over UDP, each behind two bytes of
// length (RFC 4571).

const maxUnchecked = 256 // connections without a valid check, in all

// tcpListeners accept connections at every bound address.
type tcpListeners struct {
	w         *Wire
	port      uint16
	listeners []net.Listener

	mu        sync.Mutex
	all       map[*connection]struct{}
	unchecked []*connection // without a valid check, oldest first
	closed    bool
}

func listenTCP(w *Wire, bind []netip.Addr, number uint16) (*tcpListeners, error) {
	l := &tcpListeners{w: w, port: number, all: make(map[*connection]struct{})}
	for _, addr := range bind {
		network := "tcp4"
		if addr.Is6() {
			network = "tcp6"
		}
		ln, err := net.Listen(network, netip.AddrPortFrom(addr, number).String())
		if err != nil {
			l.close()
			if errors.Is(err, syscall.EADDRINUSE) {
				return nil, fmt.Errorf("tcp port %d is in use by another process", number)
			}
			var op *net.OpError // its text has the address
			if errors.As(err, &op) {
				err = op.Err
			}
			return nil, fmt.Errorf("opening tcp port %d: %w", number, err)
		}
		l.listeners = append(l.listeners, ln)
		w.running.Go(func() { l.accept(ln) })
	}
	return l, nil
}

func (l *tcpListeners) accept(ln net.Listener) {
	for {
		conn, err := ln.Accept()
		if err != nil {
			if errors.Is(err, net.ErrClosed) {
				return
			}
			time.Sleep(10 * time.Millisecond) // out of descriptors: no spinning
			continue
		}
		c := l.take(conn)
		if c == nil {
			_ = conn.Close()
			return
		}
		ShortQueue(conn)
		l.limitUnchecked()
		l.w.running.Go(c.read)
		l.w.running.Go(c.write)
	}
}

func (l *tcpListeners) take(conn net.Conn) *connection {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return nil
	}
	c := newConnection(l, conn)
	l.all[c] = struct{}{}
	l.unchecked = append(l.unchecked, c)
	return c
}

// limitUnchecked closes the connection that has waited longest for its check when there are too many: an honest one
// brings it at once, so a flood of others does not keep it out.
func (l *tcpListeners) limitUnchecked() {
	l.mu.Lock()
	var oldest *connection
	if len(l.unchecked) > maxUnchecked {
		oldest = l.unchecked[0]
		l.unchecked = slices.Delete(l.unchecked, 0, 1)
	}
	l.mu.Unlock()
	if oldest != nil {
		oldest.close()
	}
}

// onChecked notes that a connection has brought its check, or ended without.
func (l *tcpListeners) onChecked(c *connection) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if i := slices.Index(l.unchecked, c); i >= 0 {
		l.unchecked = slices.Delete(l.unchecked, i, i+1)
	}
}

// forget is told of a connection that has ended.
func (l *tcpListeners) forget(c *connection) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.all, c)
}

// close ends the listeners and all connections.
func (l *tcpListeners) close() {
	for _, ln := range l.listeners {
		_ = ln.Close()
	}
	l.mu.Lock()
	l.closed = true
	all := l.all
	l.all = make(map[*connection]struct{})
	l.mu.Unlock()
	for c := range all {
		c.close()
	}
}
