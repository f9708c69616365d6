package testkit

import (
	"context"
	"fmt"
	"net"
	"sync"
)

// Relay passes TCP connections on to a target, and can fall silent: the sockets stay open and no byte passes, as in a
// network that swallows everything. What was sent meanwhile arrives afterwards, as TCP's retransmissions would.
type Relay struct {
	target   string
	listener net.Listener
	running  sync.WaitGroup
	ctx      context.Context
	cancel   context.CancelFunc

	mu    sync.Mutex
	open  chan struct{} // closed while bytes pass
	conns map[net.Conn]struct{}
}

// NewRelay begins to listen on a free port of 127.0.0.1. target is host:port.
func NewRelay(target string) (*Relay, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("starting a relay: %w", err)
	}
	r := &Relay{target: target, listener: listener, open: make(chan struct{}), conns: map[net.Conn]struct{}{}}
	close(r.open)
	r.ctx, r.cancel = context.WithCancel(context.Background())
	r.running.Go(r.accept)
	return r, nil
}

// Addr is host:port of the relay.
func (r *Relay) Addr() string { return r.listener.Addr().String() }

// BlackHole stops all bytes, or lets them pass again.
func (r *Relay) BlackHole(on bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	select {
	case <-r.open:
		if on {
			r.open = make(chan struct{})
		}
	default:
		if !on {
			close(r.open)
		}
	}
}

// Cut ends the connections that there are. New ones are taken.
func (r *Relay) Cut() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for c := range r.conns {
		_ = c.Close()
	}
}

// Close ends everything and waits for it.
func (r *Relay) Close() {
	r.cancel()
	_ = r.listener.Close()
	r.Cut()
	r.running.Wait()
}

func (r *Relay) accept() {
	for {
		near, err := r.listener.Accept()
		if err != nil {
			return
		}
		r.running.Go(func() { r.serve(near) })
	}
}

func (r *Relay) serve(near net.Conn) {
	defer r.forget(near)
	if !r.remember(near) || !r.pass() {
		return
	}
	var dialer net.Dialer
	far, err := dialer.DialContext(r.ctx, "tcp", r.target)
	if err != nil {
		return
	}
	defer r.forget(far)
	if !r.remember(far) {
		return
	}
	var back sync.WaitGroup
	back.Go(func() { r.copy(near, far) })
	r.copy(far, near)
	back.Wait()
}

// copy passes bytes in one direction until it ends, and then ends the other.
func (r *Relay) copy(to, from net.Conn) {
	defer to.Close()
	defer from.Close()
	buffer := make([]byte, 16<<10)
	for {
		n, err := from.Read(buffer)
		if n > 0 {
			if !r.pass() {
				return
			}
			if _, err := to.Write(buffer[:n]); err != nil {
				return
			}
		}
		if err != nil {
			r.pass() // an end is not seen through a black hole either
			return
		}
	}
}

// pass waits until bytes may pass. It is false when the relay closes.
func (r *Relay) pass() bool {
	r.mu.Lock()
	open := r.open
	r.mu.Unlock()
	select {
	case <-open:
		return true
	case <-r.ctx.Done():
		return false
	}
}

func (r *Relay) remember(c net.Conn) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.conns[c] = struct{}{}
	return r.ctx.Err() == nil
}

func (r *Relay) forget(c net.Conn) {
	_ = c.Close()
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.conns, c)
}
