package meeting

import (
	"slices"

	"konklave/internal/id"
)

// forwarded notes what the media server sends on of a device, and tells its person.
func (s *State) forwarded(c Forwarded) {
	p := s.byID[c.Identity]
	if p == nil || p.waits != "" {
		return
	}
	p.sends = c.Sources
	for _, d := range p.devices() {
		if d.conn != 0 && d.welcomed {
			s.do(Send{Conn: d.conn, Message: Audience{Sources: s.hearings(d)}})
		}
	}
}

// tellAudience tells a device that was just welcomed, or resumed, who can see and hear its person, if anybody.
func (s *State) tellAudience(p *person) {
	if sources := s.hearings(p); len(sources) > 0 && p.conn != 0 {
		s.do(Send{Conn: p.conn, Message: Audience{Sources: sources}})
	}
}

// hearings says of all that a person sends, on whatever device, who gets it.
func (s *State) hearings(p *person) []Hearing {
	sources := []Hearing{}
	for _, d := range p.devices() {
		for _, f := range d.sends {
			h := s.hearing(p.lead(), f)
			h.Device = d.identity
			sources = append(sources, h)
		}
	}
	return sources
}

// hearing says who gets one thing that a person sends. Several devices of one person are one; those whom the person may not
// see are counted only.
func (s *State) hearing(p *person, f Forwarding) Hearing {
	h := Hearing{Source: f.Source, Received: f.Received, People: []id.Identity{}}
	seen := make(map[*person]bool, len(f.To))
	for _, to := range f.To {
		q := s.byID[to]
		if q == nil || seen[q.lead()] || q.lead() == p {
			continue
		}
		q = q.lead()
		seen[q] = true
		h.Count++
		if len(h.People) < hearersTold && s.sees(p, q) {
			h.People = append(h.People, q.identity)
		}
	}
	slices.Sort(h.People)
	return h
}

// tellCrowd tells those who do not see everybody how many there are, when that has changed.
func (s *State) tellCrowd() {
	if !s.settings.Number {
		return
	}
	hidden := 0
	for _, p := range s.people {
		if p.main == nil && !s.shown(p) {
			hidden++
		}
	}
	for _, p := range s.people {
		crowd := hidden
		switch {
		case p.conn == 0 || !p.welcomed:
			continue
		case s.seesAll(p):
			crowd = 0
		case !s.shown(p):
			crowd--
		}
		if crowd != p.crowd {
			p.crowd = crowd
			s.do(Send{Conn: p.conn, Message: Crowd{People: crowd}})
		}
	}
}
