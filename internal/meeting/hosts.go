package meeting

import (
	"slices"
	"time"

	"konklave/internal/meeting/rules"
)

// hostsChanged notes whether a host is in. When the last one has left, time begins to run.
func (s *State) hostsChanged() {
	there := slices.ContainsFunc(s.people, func(p *person) bool { return p.role.Hosts() && p.main == nil })
	s.hosted = s.hosted || there
	before := s.hostGoneEnds()
	switch {
	case there || len(s.people) == 0:
		s.hostGone = time.Time{}
	case s.hosted && s.hostGone.IsZero():
		s.hostGone = s.now
	}
	if !s.hostGoneEnds().Equal(before) {
		s.tellMeeting("")
	}
}

// hostGoneEnds is when the meeting does not go on any more because no host is in; zero: it goes on.
func (s *State) hostGoneEnds() time.Time {
	if s.hostGone.IsZero() || s.settings.HostGone == rules.HostGoneOn || s.settings.HostGone == "" {
		return time.Time{}
	}
	return s.hostGone.Add(time.Duration(s.settings.HostGoneAfter) * time.Minute)
}

// tickHosts does what is set for when no host has come back.
func (s *State) tickHosts() {
	ends := s.hostGoneEnds()
	if ends.IsZero() || s.now.Before(ends) {
		return
	}
	if s.settings.HostGone == rules.HostGoneEnds {
		s.end(CodeEnded)
		return
	}
	s.toLobby(s.leads(func(p *person) bool { return true }), WaitBack)
}

// leads lists the persons who are in, without their further devices.
func (s *State) leads(choose func(*person) bool) []*person {
	var leads []*person
	for _, p := range s.people {
		if p.main == nil && choose(p) {
			leads = append(leads, p)
		}
	}
	return leads
}

// handOver makes another the owner.
func (s *State) handOver(by *person, r HandOverRequest) Code {
	p := s.present(r.ID)
	switch {
	case p == nil:
		return CodePersonUnknown
	case p == by:
		return ""
	}
	s.alter(p, by.identity, func() { p.role, p.hand, p.floor = rules.Owner, 0, false })
	s.alter(by, "", func() { by.role = rules.Moderator })
	s.noteRoles(p, by)
	return ""
}

// appoint gives somebody a role.
func (s *State) appoint(by *person, r AppointRequest) Code {
	p := s.present(r.ID)
	switch {
	case p == nil:
		return CodePersonUnknown
	case r.Role == p.role:
		return ""
	case !mayTouch(by, p) || p.role == rules.Moderator && !s.may(by, rules.AppointHost):
		return CodeNotAllowed
	}
	s.alter(p, by.identity, func() { p.role, p.floor = r.Role, false })
	s.noteRoles(p)
	return ""
}

// noteRoles has roles remembered that somebody was given: what tickets from before say of them counts no more.
func (s *State) noteRoles(of ...*person) {
	if s.condition.Roles == nil {
		s.condition.Roles = Roles{}
	}
	for _, p := range of {
		s.condition.Roles[p.ticket] = p.role
	}
	s.note()
}

// mayTouch tells whether one may do something to another against its will: never to the owner, and to a moderator only as
// the owner.
func mayTouch(by, p *person) bool {
	return p.role != rules.Owner && (p.role != rules.Moderator || by.role == rules.Owner)
}
