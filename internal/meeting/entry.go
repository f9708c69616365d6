package meeting

import (
	"slices"

	"konklave/internal/meeting/rules"
	"konklave/internal/pii"
)

// join gives somebody who comes a place: in the meeting, or in its lobby.
func (s *State) join(c Join) {
	if c.Companion != "" {
		s.joinCompanion(c)
		return
	}
	p, code := s.newcomer(c)
	if code == "" && len(s.people)+len(s.lobby) >= MaxPeople {
		code = CodeTooMany
	}
	if code != "" {
		s.refuse(c.Conn, code, "")
		return
	}
	s.nextRun = c.Run
	s.byConn[c.Conn], s.byID[p.identity] = p, p
	if why := s.keptOut(p); why != "" {
		s.wait(p, why)
		return
	}
	s.letIn(p)
	s.release()
}

// newcomer is the person who comes, or why it may not come at all.
func (s *State) newcomer(c Join) (*person, Code) {
	p := &person{
		identity: c.Identity, secret: c.Secret, ticket: c.TicketID, account: c.Pass.Account, slot: c.Pass.Slot, slotAt: c.Pass.SlotAt,
		role: c.Pass.Role, skips: c.Pass.SkipLobby || c.Pass.Role.Hosts(), joined: s.now, conn: c.Conn,
	}
	back := c.Ticket.GoodFor(s.now, s.definition.ID, s.condition)
	if back {
		p.ticket, p.role, p.skips = c.Ticket.ID, c.Ticket.Role, true
		p.sentBack = slices.Contains(s.condition.Back, p.ticket) && !c.Pass.Role.Hosts()
	}
	if !p.role.Valid() {
		return nil, CodeNotAllowed
	}
	if (s.condition.Locked || s.condition.Held) && !back && !p.role.Hosts() {
		return nil, CodeLocked
	}
	name, ok := CleanName(c.Name)
	if fixed := c.Pass.Name.Reveal(); fixed != "" {
		name, ok = fixed, true
	}
	if !ok {
		return nil, CodeNameInvalid
	}
	p.name = s.called(p, name)
	return p, ""
}

// called gives the name by which the others know a person.
func (s *State) called(p *person, name string) pii.Name {
	if s.settings.Names == rules.NamesShort && !p.role.Hosts() {
		name = NumberedName(ShortName(name), func(taken string) bool {
			return slices.ContainsFunc(s.people, func(q *person) bool { return q != p && q.name.Reveal() == taken }) ||
				slices.ContainsFunc(s.lobby, func(q *person) bool { return q != p && q.name.Reveal() == taken })
		})
	}
	return pii.Name(name)
}

// keptOut tells why a person has to wait; "" when it comes in.
func (s *State) keptOut(p *person) Wait {
	barred := p.account != "" && slices.Contains(s.condition.Barred, p.account)
	now := s.settings
	if s.condition.Lobby != "" {
		now.Lobby = s.condition.Lobby
	}
	switch {
	case p.role.Hosts() && !p.sentBack:
		return ""
	case s.condition.Held:
		return WaitHeld
	case p.sentBack:
		return WaitBack
	case p.skips && !barred:
		return ""
	case barred, now.Waits(p.account != ""):
		return WaitLobby
	case !s.begun && !s.starts(p):
		return WaitStart
	}
	return ""
}

// starts tells whether the meeting begins when a person comes.
func (s *State) starts(p *person) bool {
	switch s.settings.Start {
	case rules.StartAll:
		return true
	case rules.StartAccounts:
		return p.account != "" || p.role.Hosts()
	}
	return p.role.Hosts()
}

// letIn brings people in who have no place in the meeting yet. They come all at once: each learns of the others from its
// welcome, and those who are in of each.
func (s *State) letIn(newcomers ...*person) {
	if len(newcomers) == 0 {
		return
	}
	if !s.open {
		s.open, s.started = true, s.now
		s.do(OpenRoom{})
		if s.condition.Run == "" {
			s.condition.Run = s.nextRun
			s.note()
		}
	}
	s.forgive(newcomers)
	before := len(s.people)
	for _, p := range newcomers {
		p.waits, p.skips, p.sentBack, p.joined = "", true, false, s.now
		p.missed, p.welcomed, p.granted = nil, false, false
		s.begun = s.begun || s.starts(p)
		s.people = append(s.people, p)
		s.allow(p)
	}
	all := s.people
	s.people = all[:before]
	for _, p := range newcomers {
		s.tellOf(p, Joined{Person: p.public()})
	}
	s.people = all
	s.hostsChanged()
	v := s.newSight()
	for _, p := range newcomers {
		if p.conn != 0 {
			s.welcome(p, v)
		}
	}
}

// release lets those in whom nothing keeps out any more, for instance because a host has come.
func (s *State) release() {
	var free []*person
	for _, p := range s.lobby {
		if (p.waits == WaitStart || p.waits == WaitLobby) && s.keptOut(p) == "" {
			free = append(free, p)
		}
	}
	s.admitAll(free, "")
}

// rejoin gives somebody the place back.
func (s *State) rejoin(c Rejoin) {
	p := s.holder(c.Secret)
	if p == nil {
		s.refuse(c.Conn, CodeSessionUnknown, "")
		return
	}
	if p.conn != 0 {
		delete(s.byConn, p.conn)
		s.do(HangUp{Conn: p.conn, Code: CodeReplaced})
	}
	p.conn = c.Conn
	s.byConn[c.Conn] = p
	wasAway := p.away
	p.away = false
	if p.waits != "" {
		s.sendLobby(p)
		if wasAway {
			s.tellHosts(Knocked{Person: p.knocking()})
		}
		return
	}
	s.catchUp(p, c.Seq)
	if wasAway && p.main == nil {
		s.tellOf(p, Back{ID: p.identity})
	}
}

// holder finds who has a secret.
func (s *State) holder(secret pii.Token) *person {
	holds := func(p *person) bool { return p.holds(secret) }
	if i := slices.IndexFunc(s.people, holds); i >= 0 {
		return s.people[i]
	}
	if i := slices.IndexFunc(s.lobby, holds); i >= 0 {
		return s.lobby[i]
	}
	return nil
}

// catchUp sends what the person missed after the event seq, or everything when that is no longer kept.
func (s *State) catchUp(p *person, seq uint64) {
	missed, ok := p.sinceEvent(seq)
	if !ok {
		s.welcome(p, s.newSight())
		return
	}
	s.do(Send{Conn: p.conn, Message: Resumed{Seq: seq}})
	for i, n := range missed {
		s.do(Deliver{Event: n.event, To: []Delivery{{Conn: p.conn, Seq: seq + uint64(i) + 1}}})
	}
	s.tellAudience(p)
}

func (s *State) lose(c Lose) {
	if p := s.byConn[c.Conn]; p != nil {
		delete(s.byConn, c.Conn)
		p.conn, p.lost = 0, s.now
	}
}
