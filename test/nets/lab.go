package main

import (
	"errors"
	"fmt"
	"net/netip"
	"sync"

	"konklave/test/nets/shaper"
)

// lab is a network of places around one switch in the middle: each has a line up to it and one down, and a wall.
type lab struct {
	mu    sync.Mutex
	sites map[string]*site
	nats  map[*site]shaper.NAT
}

// site is a place and what is between it and the others.
type site struct {
	*place
	addrs    []netip.Prefix
	wall     shaper.Wall
	up, down *pump
	passed   map[string]int // packets that passed its wall, by protocol
	stopped  map[string]int // by protocol
}

func newLab() *lab {
	return &lab{sites: map[string]*site{}, nats: map[*site]shaper.NAT{}}
}

// build adds a place. Its addresses with their networks are its alone.
func (l *lab) build(name string, addrs []netip.Prefix) (*site, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.sites[name] != nil || len(addrs) == 0 {
		return nil, fmt.Errorf("place %q is there already, or has no address", name)
	}
	p, err := newPlace(addrs)
	if err != nil {
		return nil, err
	}
	s := &site{place: p, addrs: addrs, passed: map[string]int{}, stopped: map[string]int{}}
	seed := uint64(len(l.sites))
	s.down = newPump(2*seed, func(b []byte) { _, _ = p.tun.Write(b) }) // the kernel may not want it
	s.up = newPump(2*seed+1, l.forward)
	l.sites[name] = s
	go l.listen(s)
	return s, nil
}

// site finds a place by its name.
func (l *lab) site(name string) (*site, error) {
	if s := l.sites[name]; s != nil {
		return s, nil
	}
	return nil, fmt.Errorf("there is no place %q", name)
}

// listen takes what a place sends.
func (l *lab) listen(s *site) {
	for {
		b := make([]byte, 2048)
		n, err := s.tun.Read(b)
		if err != nil {
			return
		}
		if l.leaves(s, b[:n]) {
			s.up.send(b[:n])
		}
	}
}

// leaves tells whether a packet passes the wall of its sender, and gives it the address that others know.
func (l *lab) leaves(s *site, b []byte) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	p, ok := shaper.Read(b)
	if !ok || !s.passes(p.Proto, p.Dst) {
		return false
	}
	if n, ok := l.nats[s]; ok {
		n.Depart(b)
	}
	return true
}

// forward brings a packet to the line of whom it is for, if there is anybody and it passes the wall.
func (l *lab) forward(b []byte) {
	if s := l.receiver(b); s != nil {
		s.down.send(b)
	}
}

func (l *lab) receiver(b []byte) *site {
	l.mu.Lock()
	defer l.mu.Unlock()
	p, ok := shaper.Read(b)
	if !ok {
		return nil
	}
	s := l.owner(b, p.Dst.Addr())
	if s == nil || !s.passes(p.Proto, p.Src) {
		return nil
	}
	return s
}

// owner is whose address it is. A NAT translates the packet for whom it protects.
func (l *lab) owner(b []byte, dst netip.Addr) *site {
	for s, n := range l.nats {
		if n.Arrive(b) {
			return s
		}
	}
	for _, s := range l.sites {
		for _, a := range s.addrs {
			if a.Contains(dst) {
				return s
			}
		}
	}
	return nil
}

// passes asks the wall and counts.
func (s *site) passes(proto uint8, other netip.AddrPort) bool {
	counts := s.passed
	ok := s.wall.Passes(proto, other)
	if !ok {
		counts = s.stopped
	}
	counts[protocolName(proto)]++
	return ok
}

func protocolName(proto uint8) string {
	switch proto {
	case 6:
		return "tcp"
	case 17:
		return "udp"
	}
	return "other"
}

// translate puts a place behind a 1:1 NAT.
func (l *lab) translate(name string, outside netip.Addr) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	s, err := l.site(name)
	if err != nil {
		return err
	}
	if !outside.Is4() || !s.addrs[0].Addr().Is4() {
		return errors.New("NAT is for IPv4")
	}
	l.nats[s] = shaper.NAT{Outside: outside, Inside: s.addrs[0].Addr()}
	return nil
}

// move gives a place other addresses.
func (l *lab) move(name string, addrs []netip.Prefix) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	s, err := l.site(name)
	if err != nil {
		return err
	}
	if err := s.place.move(s.addrs, addrs); err != nil {
		return err
	}
	s.addrs = addrs
	return nil
}
