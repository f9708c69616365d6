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
func (s *State) tellHosts(e Event) {
	s.tell(e, func(to *person) bool { return s.may(to, rules.SeeWaiting) })
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
	if s.condition.Lobby != "" {
		info.Settings.Lobby = s.condition.Lobby
	}
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

// refresh gives a person a fresh welcome on all its devices, because what it may see has changed.
func (s *State) refresh(p *person) {
	for _, d := range p.devices() {
		d.outdate()
		if d.conn != 0 {
			s.welcome(d)
		}
	}
}

// welcome tells a device everything there is to know.
func (s *State) welcome(p *person) {
	p.welcomed = true
	p.crowd = s.crowdOf(p)
	w := Welcome{
		Seq: p.seq, Self: p.identity, Person: p.lead().identity, Session: p.secret.Reveal(),
		Role: p.lead().role, May: s.mayList(p), Meeting: s.info(), Crowd: p.crowd,
		People: make([]Person, 0, len(s.people)), Waiting: []Waiting{}, Chat: s.chat.recent(func(m *message) bool { return s.reads(p, m) }),
		Files: s.files.list(func(f *file) bool { return s.gets(p, f) }),
	}
	seesAll := s.seesAll(p)
	for _, q := range s.people {
		if q.main == nil && (seesAll || s.sees(p, q)) {
			w.People = append(w.People, q.public())
		}
	}
	if s.may(p, rules.SeeWaiting) {
		for _, q := range s.lobby {
			w.Waiting = append(w.Waiting, q.knocking())
		}
	}
	s.do(Admit{Conn: p.conn, Welcome: w, Ticket: s.ticketOf(p)})
	s.tellAudience(p)
}

// ticketOf is what gives a person its role back after the process was killed. Further devices have none.
func (s *State) ticketOf(p *person) *Ticket {
	if p.main != nil {
		return nil
	}
	return &Ticket{ID: p.ticket, Meeting: s.definition.ID, Run: s.condition.Run, Role: p.role, Expires: s.now.Add(ticketLife)}
}

// mayList lists what a person may do.
func (s *State) mayList(p *person) []rules.Action {
	may := []rules.Action{}
	for _, a := range rules.Actions() {
		if s.may(p, a) {
			may = append(may, a)
		}
	}
	return may
}

// crowdOf tells how many are in whom a person does not see, where the number is shown.
func (s *State) crowdOf(p *person) int {
	if s.seesAll(p) || !s.settings.Number {
		return 0
	}
	hidden := 0
	for _, q := range s.people {
		if q.main == nil && !s.shown(q) && q != p.lead() {
			hidden++
		}
	}
	return hidden
}
