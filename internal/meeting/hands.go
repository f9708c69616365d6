package meeting

import "konklave/internal/meeting/rules"

// raise raises or lowers the own hand.
func (s *State) raise(p *person, r HandRequest) Code {
	if (p.hand != 0) == r.Up {
		return ""
	}
	s.alter(p, "", func() {
		p.hand = 0
		if r.Up {
			s.lastHand = max(s.lastHand+1, s.now.UnixMilli())
			p.hand = s.lastHand
		}
	})
	return ""
}

// lower lowers hands of others.
func (s *State) lower(by *person, r LowerHandRequest) Code {
	chosen, code := s.chosen(r.IDs, s.present)
	if r.All {
		chosen, code = s.leads(func(*person) bool { return true }), ""
	}
	for _, p := range chosen {
		if p.hand != 0 {
			s.alter(p, by.identity, func() { p.hand = 0 })
		}
	}
	return code
}

// giveFloor gives somebody the floor, or takes it back. Where speaking is by queue, one at a time has it.
func (s *State) giveFloor(by *person, r GiveFloorRequest) Code {
	p := s.present(r.ID)
	if r.ID == "" && r.On {
		p = s.firstHand()
	}
	if p == nil {
		return CodePersonUnknown
	}
	if r.On && s.settings.Hands == rules.HandsQueue {
		for _, q := range s.leads(func(q *person) bool { return q.floor && q != p }) {
			s.alter(q, by.identity, func() { q.floor = false })
		}
	}
	if p.floor != r.On || r.On && p.hand != 0 {
		s.alter(p, by.identity, func() { p.floor, p.hand = r.On, 0 })
	}
	return ""
}

// firstHand is whose hand has been up longest.
func (s *State) firstHand() *person {
	var first *person
	for _, p := range s.people {
		if p.main == nil && p.hand != 0 && (first == nil || p.hand < first.hand) {
			first = p
		}
	}
	return first
}

// react shows those who see a person its reaction.
func (s *State) react(p *person, r ReactRequest) Code {
	s.cast(Reaction{ID: p.identity, Reaction: r.Reaction}, func(to *person) bool { return s.sees(to, p) })
	return ""
}
