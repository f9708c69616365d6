package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/netip"

	"konklave/test/nets/shaper"
)

// order is one line of standard input, as JSON: what shall be done, and with which place. Each is answered by one line.
type order struct {
	Do    string `json:"do"`
	Place string `json:"place"`

	Addrs   []netip.Prefix `json:"addrs"`   // place, move: its addresses with their networks
	Gates   []string       `json:"gates"`   // wall: what passes; none is all
	Closed  bool           `json:"closed"`  // wall: nothing passes
	Up      shaper.Shape   `json:"up"`      // shape: from the place
	Down    shaper.Shape   `json:"down"`    // shape: to the place
	Outside netip.Addr     `json:"outside"` // nat: the address that others know
}

// answer says what went wrong; to place and look also what they are asked for.
type answer struct {
	Error   string         `json:"error,omitempty"`
	Netns   string         `json:"netns,omitempty"`   // place: what nsenter --net= takes
	Port    int            `json:"port,omitempty"`    // reach: of loopback, here and there
	Passed  map[string]int `json:"passed,omitempty"`  // look: packets in both directions by protocol: udp, tcp, other
	Stopped map[string]int `json:"stopped,omitempty"` // look: by the wall
}

// serveLab obeys until there are no more orders.
func serveLab(in io.Reader, out io.Writer) error {
	l := newLab()
	answers := json.NewEncoder(out)
	lines := bufio.NewScanner(in)
	for lines.Scan() {
		var o order
		var a answer
		err := json.Unmarshal(lines.Bytes(), &o)
		if err == nil {
			err = l.obey(o, &a)
		}
		if err != nil {
			a.Error = err.Error()
		}
		if err := answers.Encode(a); err != nil {
			return err
		}
	}
	return lines.Err()
}

func (l *lab) obey(o order, a *answer) error {
	switch o.Do {
	case "place":
		s, err := l.build(o.Place, o.Addrs)
		if err == nil {
			a.Netns = s.netns
		}
		return err
	case "move":
		return l.move(o.Place, o.Addrs)
	case "nat":
		return l.translate(o.Place, o.Outside)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	s, err := l.site(o.Place)
	if err != nil {
		return err
	}
	switch o.Do {
	case "reach":
		a.Port, err = s.reach()
		return err
	case "wall":
		wall, err := shaper.NewWall(o.Gates)
		if err != nil {
			return err
		}
		if s.wall = wall; o.Closed {
			s.wall = shaper.Closed
		}
	case "shape":
		s.up.become(o.Up)
		s.down.become(o.Down)
	case "look":
		a.Passed, a.Stopped = maps.Clone(s.passed), maps.Clone(s.stopped)
	default:
		return fmt.Errorf("unknown order %q", o.Do)
	}
	return nil
}
