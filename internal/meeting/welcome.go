package meeting

import (
	"slices"

	"konklave/internal/meeting/rules"
)

// sight is what welcomes have in common that are made at once, while nothing changes: in a large meeting that is nearly all of
// them, and while they are made everybody waits.
type sight struct {
	s       *State
	all     []Person // who is in, for those who see everybody; nil: not yet listed
	shown   []Person // those whom everybody sees
	shownAt []int    // where these stand among who is in
	hidden  int      // how many others there are
	listed  bool     // the three above are
	waiting []Waiting
	chat    []Said // what everybody reads, while nothing is for some alone; nil: not yet listed
	may     map[rules.Role][]rules.Action
}

func (s *State) newSight() *sight { return &sight{s: s, may: map[rules.Role][]rules.Action{}} }

// refresh gives people a fresh welcome on all their devices, because what they may see or do has changed.
func (s *State) refresh(people ...*person) {
	v := s.newSight()
	for _, p := range people {
		for _, d := range p.devices() {
			d.outdate()
			if d.conn != 0 {
				s.welcome(d, v)
			}
		}
	}
}

// welcome tells a device everything there is to know.
func (s *State) welcome(p *person, v *sight) {
	p.welcomed = true
	p.crowd = v.crowd(p)
	w := Welcome{
		Seq: p.seq, Self: p.identity, Person: p.lead().identity, Session: p.secret.Reveal(),
		Role: p.lead().role, May: v.mayOf(p.lead()), Meeting: s.info(), Crowd: p.crowd,
		People: v.people(p), Waiting: []Waiting{}, Chat: v.said(p),
		Files: s.files.list(func(f *file) bool { return s.gets(p, f) }),
	}
	if s.may(p, rules.SeeWaiting) {
		w.Waiting = v.lobby()
	}
	s.do(Admit{Conn: p.conn, Welcome: w, Ticket: s.ticketOf(p)})
	s.tellAudience(p)
	s.tellWatched(p)
}

// ticketOf is what gives a person its role back after the process was killed. Further devices have none.
func (s *State) ticketOf(p *person) *Ticket {
	if p.main != nil {
		return nil
	}
	return &Ticket{ID: p.ticket, Meeting: s.definition.ID, Run: s.condition.Run, Role: p.role, Expires: s.now.Add(ticketLife)}
}

// people lists whom a person sees, in the order of their coming.
func (v *sight) people(p *person) []Person {
	if v.s.seesAll(p) {
		if v.all == nil {
			v.all = make([]Person, 0, len(v.s.people))
			for _, q := range v.s.people {
				if q.main == nil {
					v.all = append(v.all, q.public())
				}
			}
		}
		return v.all
	}
	v.list()
	if v.s.shown(p) {
		return v.shown
	}
	i, _ := slices.BinarySearch(v.shownAt, slices.Index(v.s.people, p.lead()))
	return slices.Insert(slices.Clone(v.shown), i, p.lead().public())
}

func (v *sight) list() {
	if v.listed {
		return
	}
	v.listed, v.shown = true, []Person{}
	for i, q := range v.s.people {
		switch {
		case q.main != nil:
		case v.s.shown(q):
			v.shown, v.shownAt = append(v.shown, q.public()), append(v.shownAt, i)
		default:
			v.hidden++
		}
	}
}

// crowd tells how many are in whom a person does not see, where the number is shown.
func (v *sight) crowd(p *person) int {
	if v.s.seesAll(p) || !v.s.settings.Number {
		return 0
	}
	v.list()
	if v.s.shown(p) {
		return v.hidden
	}
	return v.hidden - 1
}

// lobby lists who waits.
func (v *sight) lobby() []Waiting {
	if v.waiting == nil {
		v.waiting = make([]Waiting, 0, len(v.s.lobby))
		for _, q := range v.s.lobby {
			v.waiting = append(v.waiting, q.knocking())
		}
	}
	return v.waiting
}

// said lists the last messages that a person may read.
func (v *sight) said(p *person) []Said {
	recent := func() []Said { return v.s.chat.recent(func(m *message) bool { return v.s.reads(p, m) }) }
	switch {
	case slices.ContainsFunc(v.s.chat.said, func(m *message) bool { return m.To != "" || m.Hosts }):
		return recent()
	case v.chat == nil:
		v.chat = recent()
	}
	return v.chat
}

// mayOf lists what somebody who is in may do.
func (v *sight) mayOf(p *person) []rules.Action {
	may := v.mayList(p.role)
	if v.s.renamesSelf(p) {
		return may
	}
	return slices.DeleteFunc(slices.Clone(may), func(a rules.Action) bool { return a == rules.RenameSelf })
}

// mayList lists what a role may do, once in.
func (v *sight) mayList(role rules.Role) []rules.Action {
	may, listed := v.may[role]
	if !listed {
		may = []rules.Action{}
		for _, a := range rules.Actions() {
			if a != rules.MessageHosts && rules.May(role, a, v.s.definition.Kind, v.s.settings) {
				may = append(may, a)
			}
		}
		v.may[role] = may
	}
	return may
}
