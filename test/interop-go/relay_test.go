package interop

import (
	"io"
	"net"
	"net/url"
	"sync"
	"testing"
)

// relay passes TCP connections on to a server until they are cut.
type relay struct {
	url    string
	target string

	mu    sync.Mutex
	conns []net.Conn
}

func relayTo(t *testing.T, server string) *relay {
	t.Helper()
	target, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	r := &relay{url: "http://" + listener.Addr().String(), target: target.Host}
	var running sync.WaitGroup
	running.Go(func() {
		for {
			near, err := listener.Accept()
			if err != nil {
				return
			}
			running.Go(func() { r.pass(near) })
		}
	})
	t.Cleanup(func() {
		_ = listener.Close()
		r.cut()
		running.Wait()
	})
	return r
}

func (r *relay) pass(near net.Conn) {
	far, err := net.Dial("tcp", r.target)
	if err != nil {
		_ = near.Close()
		return
	}
	r.mu.Lock()
	r.conns = append(r.conns, near, far)
	r.mu.Unlock()
	var back sync.WaitGroup
	back.Go(func() {
		_, _ = io.Copy(near, far)
		_ = near.Close()
	})
	_, _ = io.Copy(far, near)
	_ = far.Close()
	back.Wait()
}

// cut ends the connections that there are. New ones are taken.
func (r *relay) cut() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, c := range r.conns {
		_ = c.Close()
	}
	r.conns = nil
}
