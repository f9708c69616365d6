package meeting

import (
	"time"

	"konklave/internal/id"
	"konklave/internal/meeting/rules"
)

// shown tells whether everybody is told that a person is in.
func (s *State) shown(p *person) bool {
	return rules.Sees(rules.Viewer, p.lead().role, p.lead().floor, s.settings)
}

// seesAll tells whether a person is told of everybody who is in.
func (s *State) seesAll(p *person) bool {
	return rules.Sees(p.lead().role, rules.Viewer, false, s.settings)
}

// sees tells whether one is told that another is in.
func (s *State) sees(p, other *person) bool {
	return p.lead() == other.lead() || s.seesAll(p) || s.shown(other)
}

// tell gives an event to those for whom it is; those without a connection find it when they come back.
func (s *State) tell(e Event, to func(*person) bool) *note {
	n := &note{event: e}
	var deliveries []Delivery
	for _, p := range s.people {
		if !to(p) {
			continue
		}
		p.keep(n)
		if p.conn != 0 && p.welcomed {
			if deliveries == nil {
				deliveries = make([]Delivery, 0, len(s.people))
			}
			deliveries = append(deliveries, Delivery{Conn: p.conn, Seq: p.seq})
		}
	}
	if len(deliveries) > 0 {
		s.do(Deliver{Event: e, To: deliveries})
	}
	return n
}

// tellOf gives an event about a person to those who see it.
func (s *State) tellOf(p *person, e Event) *note {
	if s.shown(p) {
		return s.tell(e, everybody)
	}
	return s.tell(e, func(to *person) bool { return to.lead() == p.lead() || s.seesAll(to) })
}

// tellPerson gives an event to all devices of one person.
func (s *State) tellPerson(p *person, e Event) {
	s.tell(e, func(to *person) bool { return to.lead() == p.lead() })
}

// tellHosts gives an event to those who may see the lobby.
func (s *State) tellHosts(e Event) *note {
	var role rules.Role // of the last one, and whether it may: most people have the same
	var may bool
	return s.tell(e, func(to *person) bool {
		if is := to.lead().role; is != role {
			role, may = is, s.may(to, rules.SeeWaiting)
		}
		return may
	})
}

// tellMeeting tells everybody of the meeting as it is now.
func (s *State) tellMeeting(by id.Identity) {
	info := s.info()
	s.tell(MeetingChanged{Meeting: info, By: by}, everybody)
}

func everybody(*person) bool { return true }

// cast sends a message that has no place in the sequence to those for whom it is.
func (s *State) cast(m Message, to func(*person) bool) {
	var conns []ConnID
	for _, p := range s.people {
		if p.conn != 0 && p.welcomed && to(p) {
			conns = append(conns, p.conn)
		}
	}
	if len(conns) > 0 {
		s.do(Cast{Message: m, To: conns})
	}
}

// info is what everybody in the meeting may know of it.
func (s *State) info() Info {
	d := s.definition
	info := Info{
		Title: d.Title.Reveal(), Host: d.Host.Reveal(), Kind: d.Kind, Level: d.Level, Settings: s.settings,
		StartedAt: s.started.UnixMilli(), Locked: s.condition.Locked, Held: s.condition.Held,
		KeptDays: int(d.KeptAfter / (24 * time.Hour)),
	}
	if !d.KeptUntil.IsZero() {
		info.KeptUntil = d.KeptUntil.UnixMilli()
	}
	info.LockAsked = s.lockAsked && !s.condition.Locked && s.settings.Lock == rules.LockOffered
	if ends := s.hostGoneEnds(); !ends.IsZero() {
		info.EndsAt = ends.UnixMilli()
	}
	return info
}

// alter changes something about a person who is in, as others see it, and tells those whom it concerns: also those who see
// the person only now, or not any more.
func (s *State) alter(p *person, by id.Identity, change func()) {
	wasShown, sawAll, role := s.shown(p), s.seesAll(p), p.role
	change()
	s.allow(p)
	isShown := s.shown(p)
	otherView := p.role != role || s.seesAll(p) != sawAll
	sawIt := func(to *person) bool { return to.lead() == p || s.seesAll(to) }
	e := Changed{Person: p.public(), By: by}
	switch {
	case wasShown && isShown:
		s.tell(e, everybody)
	case wasShown:
		s.tell(Left{ID: p.identity}, func(to *person) bool { return !sawIt(to) })
		s.tell(e, sawIt)
	case isShown:
		s.tell(Joined{Person: e.Person}, func(to *person) bool { return !sawIt(to) })
		s.tell(e, sawIt)
	default:
		s.tell(e, sawIt)
	}
	if otherView {
		s.refresh(p)
	}
	if p.role != role {
		s.hostsChanged()
	}
}
