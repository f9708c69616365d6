package shaper

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"
)

// Wall stands around a place and lets only some pass, both ways. What does not pass is dropped without a word, as most
// firewalls do. The zero Wall lets everything pass.
type Wall struct {
	closed bool
	gates  []gate
}

// gate lets pass what a place has to do with one protocol, port and host of others.
type gate struct {
	proto uint8
	port  uint16     // of the others; 0 is any
	host  netip.Addr // the zero Addr is any
}

// Closed lets nothing pass.
var Closed = Wall{closed: true}

// NewWall makes a wall with the gates that are named, such as "udp", "tcp", "tcp/443" and "tcp/443@192.0.2.1"; without any
// everything passes.
func NewWall(names []string) (w Wall, err error) {
	for _, name := range names {
		g, err := parseGate(name)
		if err != nil {
			return Wall{}, fmt.Errorf("gate %q: %w", name, err)
		}
		w.gates = append(w.gates, g)
	}
	return w, nil
}

func parseGate(name string) (g gate, err error) {
	name, host, found := strings.Cut(name, "@")
	if found {
		if g.host, err = netip.ParseAddr(host); err != nil {
			return g, err
		}
	}
	proto, port, found := strings.Cut(name, "/")
	if found {
		n, err := strconv.ParseUint(port, 10, 16)
		if err != nil {
			return g, err
		}
		g.port = uint16(n)
	}
	switch proto {
	case "tcp":
		g.proto = tcp
	case "udp":
		g.proto = udp
	default:
		return g, fmt.Errorf("no such protocol")
	}
	return g, nil
}

// Passes tells whether a packet of this protocol passes to or from somebody outside.
func (w Wall) Passes(proto uint8, other netip.AddrPort) bool {
	if w.closed {
		return false
	}
	for _, g := range w.gates {
		if g.proto == proto && (g.port == 0 || g.port == other.Port()) && (!g.host.IsValid() || g.host == other.Addr()) {
			return true
		}
	}
	return len(w.gates) == 0
}
