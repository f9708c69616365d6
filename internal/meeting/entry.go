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
	back := c.Ticket.GoodFor(s.now, s.definition.ID, s.condition)
	if back {
		if p := s.holding(c.Ticket.ID); p != nil { // a ticket is good for one place: whoever brings it takes that up
			p.secret = c.Secret
			p.outdate()
			s.takeUp(p, c.Conn, 0)
			return
		}
	}
	p, code := s.newcomer(c, back)
	if code == "" && !p.role.Hosts() && len(s.people)+len(s.lobby) >= MaxPeople {
		code = CodeTooMany
	}
	if code != "" {
		s.refuse(c.Conn, code, "")
		return
	}
	s.nextRun, s.invited = c.Run, c.Pass.Invited
	s.byConn[c.Conn], s.byID[p.identity] = p, p
	if why := s.keptOut(p); why != "" {
		s.wait(p, why)
		return
	}
	s.letIn(p)
	s.release()
}

// newcomer is the person who comes, perhaps back by a ticket, or why it may not come at all.
func (s *State) newcomer(c Join, back bool) (*person, Code) {
	p := &person{
		identity: c.Identity, secret: c.Secret, ticket: c.TicketID, account: c.Pass.Account, slot: c.Pass.Slot, slotAt: c.Pass.SlotAt,
		personal: c.Pass.Personal, leaves: c.Pass.Until, role: c.Pass.Role, fixed: c.Pass.Name != "", skips: c.Pass.SkipLobby, joined: s.now, conn: c.Conn,
	}
	if back {
		p.ticket, p.role, p.skips = c.Ticket.ID, c.Ticket.Role, true
		if given, ok := s.condition.Roles[p.ticket]; ok {
			p.role = given
		}
		p.sentBack = slices.Contains(s.condition.Back, p.ticket) && c.Pass.Role != rules.Owner
	} else if p.role == rules.Moderator && s.barred(p) {
		p.role = rules.Participant
	}
	if !p.role.Valid() {
		return nil, CodeNotAllowed
	}
	if (s.condition.Locked || s.condition.Held) && !back && !p.role.Hosts() {
		return nil, CodeLocked
	}
	name, ok := CleanName(c.Name)
	if p.fixed {
		name, ok = c.Pass.Name.Reveal(), true
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
		taken := map[string]bool{}
		for _, q := range s.byID {
			taken[q.name.Reveal()] = q != p || taken[q.name.Reveal()]
		}
		name = NumberedName(ShortName(name), func(name string) bool { return taken[name] })
	}
	return pii.Name(name)
}

// barred tells whether somebody's account was put out or sent back, and no host has let it in since.
func (s *State) barred(p *person) bool {
	return p.account != "" && slices.Contains(s.condition.Barred, p.account)
}

// keptOut tells why a person has to wait; "" when it comes in.
func (s *State) keptOut(p *person) Wait {
	barred := s.barred(p)
	switch {
	case p.role.Hosts() && !p.sentBack:
		return ""
	case s.condition.Held:
		return WaitHeld
	case p.sentBack:
		return WaitBack
	case p.skips && !barred:
		return ""
	case barred, s.settings.Waits(p.account != ""):
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
		p.forgetAsked()
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
	s.lockWhenComplete()
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
	s.takeUp(p, c.Conn, c.Seq)
}

// takeUp has somebody's place go on by a connection, in place of the one that it may still have.
func (s *State) takeUp(p *person, conn ConnID, seq uint64) {
	if p.conn != 0 {
		delete(s.byConn, p.conn)
		s.do(HangUp{Conn: p.conn, Code: CodeReplaced})
	}
	p.conn = conn
	s.byConn[conn] = p
	wasAway := p.away
	p.away = false
	if p.waits != "" {
		s.sendLobby(p)
		if wasAway {
			s.tellHosts(Knocked{Person: p.knocking()})
		}
		return
	}
	s.catchUp(p, seq)
	if wasAway && p.main == nil {
		s.tellOf(p, Back{ID: p.identity})
	}
}

// holding finds who has a ticket and a place.
func (s *State) holding(ticket TicketID) *person {
	for _, p := range s.byID {
		if p.ticket == ticket {
			return p
		}
	}
	return nil
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
	s.tellWatched(p) // what changed meanwhile it has missed
}

func (s *State) lose(c Lose) {
	if p := s.byConn[c.Conn]; p != nil {
		delete(s.byConn, c.Conn)
		p.conn, p.lost = 0, s.now
	}
}
