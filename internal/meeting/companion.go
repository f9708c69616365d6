package meeting

import (
	"slices"

	"konklave/internal/pii"
)

// A companion is a further device of somebody who is in. The two are one person to the others: the further device has no
// place in the roster, says things in the person's name, and leaves with it. It neither sends nor plays sound, so there is no
// echo between the two.

// companionPassFor gives a person a secret by which a further device joins.
func (s *State) companionPassFor(lead *person, c Act) Code {
	lead.passes = slices.DeleteFunc(lead.passes, func(p companionPass) bool { return !s.now.Before(p.expires) })
	if len(lead.passes) >= MaxCompanions {
		lead.passes = lead.passes[1:]
	}
	lead.passes = append(lead.passes, companionPass{secret: pii.Token(c.Random), expires: s.now.Add(passLife)})
	s.do(Send{Conn: c.Conn, Message: CompanionPass{Companion: c.Random}})
	return ""
}

func (s *State) joinCompanion(c Join) {
	lead := s.usePass(c.Companion)
	switch {
	case lead == nil:
		s.refuse(c.Conn, CodeCompanionUnknown, "")
		return
	case len(lead.companions) >= MaxCompanions, len(s.people)+len(s.lobby) >= MaxPeople:
		s.refuse(c.Conn, CodeTooMany, "")
		return
	}
	p := &person{identity: c.Identity, secret: c.Secret, joined: s.now, conn: c.Conn, main: lead, skips: true}
	s.byConn[c.Conn], s.byID[p.identity] = p, p
	s.alter(lead, "", func() { lead.companions = append(lead.companions, p) })
	s.people = append(s.people, p)
	s.welcome(p, s.newSight())
}

// usePass finds whose secret it is and uses it up.
func (s *State) usePass(secret pii.Token) *person {
	for _, p := range s.people {
		for i, pass := range p.passes {
			if same(pass.secret, secret) {
				p.passes = slices.Delete(p.passes, i, i+1)
				if !s.now.Before(pass.expires) {
					return nil
				}
				return p
			}
		}
	}
	return nil
}

// takeOutCompanion takes a further device away; the person stays.
func (s *State) takeOutCompanion(p *person) {
	lead := p.main
	s.drop(p)
	s.forget(p)
	s.alter(lead, "", func() {
		lead.companions = slices.DeleteFunc(lead.companions, func(q *person) bool { return q == p })
	})
}
