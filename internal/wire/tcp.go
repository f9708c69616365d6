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
	streams   map[*stream]struct{}
	unchecked []*stream // without a valid check, oldest first
	closed    bool
}

func listenTCP(w *Wire, bind []netip.Addr, number uint16) (*tcpListeners, error) {
	l := &tcpListeners{w: w, port: number, streams: make(map[*stream]struct{})}
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
		st := l.newStream(conn)
		if st == nil {
			_ = conn.Close()
			return
		}
		l.limitUnchecked()
		l.w.running.Go(st.read)
		l.w.running.Go(st.write)
	}
}

func (l *tcpListeners) newStream(conn net.Conn) *stream {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return nil
	}
	st := &stream{listeners: l, conn: conn, wake: make(chan struct{}, 1), done: make(chan struct{})}
	if remote, err := netip.ParseAddrPort(conn.RemoteAddr().String()); err == nil {
		st.remote = endpointOf(remote, 0)
	}
	l.streams[st] = struct{}{}
	l.unchecked = append(l.unchecked, st)
	return st
}

// limitUnchecked closes the connection that has waited longest for its check when there are too many: an honest one
// brings it at once, so a flood of others does not keep it out.
func (l *tcpListeners) limitUnchecked() {
	l.mu.Lock()
	var oldest *stream
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
func (l *tcpListeners) onChecked(st *stream) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if i := slices.Index(l.unchecked, st); i >= 0 {
		l.unchecked = slices.Delete(l.unchecked, i, i+1)
	}
}

// close ends the listeners and all connections.
func (l *tcpListeners) close() {
	for _, ln := range l.listeners {
		_ = ln.Close()
	}
	l.mu.Lock()
	l.closed = true
	all := l.streams
	l.streams = make(map[*stream]struct{})
	l.mu.Unlock()
	for st := range all {
		st.close()
	}
}
