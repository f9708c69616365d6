package meeting

import (
	"slices"

	"konklave/internal/id"
	"konklave/internal/meeting/rules"
)

// wait has a person wait in the lobby. What those were told who waited earlier does not concern who was in since.
func (s *State) wait(p *person, why Wait) {
	p.waits, p.since = why, s.now
	p.forgetAsked()
	s.lobby = append(s.lobby, p)
	p.notices = nil
	if why == WaitLobby || why == WaitStart {
		p.notices = slices.Clone(s.notices)
	}
	if p.conn != 0 {
		s.sendLobby(p)
	}
	s.tellHosts(Knocked{Person: p.knocking()})
}

// sendLobby tells a person that it waits, and nothing of who is in.
func (s *State) sendLobby(p *person) {
	d := s.definition
	s.do(Send{Conn: p.conn, Message: Lobby{
		Session: p.secret.Reveal(), Self: p.identity, Name: p.name.Reveal(), Title: s.titleBefore(), Host: d.Host.Reveal(),
		Kind: d.Kind, Level: d.Level, Address: s.settings.Address, Why: p.waits, Notices: append([]Notice{}, p.notices...),
		Asked: append([]Notice{}, p.asked...), May: s.mayAsk(p),
	}})
}

// admit lets people in who wait.
func (s *State) admit(by *person, r AdmitRequest) Code {
	oneByOne := s.settings.Lobby == rules.LobbyEach || s.definition.Kind == rules.Consultation
	switch {
	case oneByOne && (r.All || len(r.IDs) > 1):
		return CodeNotAllowed
	case s.definition.Kind == rules.Consultation:
		return s.callIn(by, CallInRequest{ID: r.IDs[0]})
	case r.All:
		s.admitAll(slices.Clone(s.lobby), by.identity)
		return ""
	}
	chosen, code := s.chosen(r.IDs, s.waiting)
	s.admitAll(chosen, by.identity)
	return code
}

// admitAll lets people in who wait, all at once.
func (s *State) admitAll(chosen []*person, by id.Identity) {
	if len(chosen) == 0 {
		return
	}
	s.lobby = slices.DeleteFunc(s.lobby, func(p *person) bool { return slices.Contains(chosen, p) })
	for _, p := range chosen {
		s.tellHosts(WaitOver{ID: p.identity, Admitted: true, By: by})
	}
	s.letIn(chosen...)
}

// sendAway refuses people who wait.
func (s *State) sendAway(by *person, r RefuseRequest) Code {
	chosen, code := s.chosen(r.IDs, s.waiting)
	for _, p := range chosen {
		s.stopWaiting(p)
		conn := p.conn
		s.forget(p)
		if conn != 0 {
			s.do(HangUp{Conn: conn, Code: CodeRefused})
		}
		s.tellHosts(WaitOver{ID: p.identity, By: by.identity})
	}
	if s.keepOut(chosen) && s.openLobby() {
		s.note()
		s.tellMeeting(by.identity)
	}
	return code
}

// tellWaiting tells people something who wait.
func (s *State) tellWaiting(_ *person, r NoticeRequest) Code {
	n := Notice{At: s.now.UnixMilli(), KeyID: r.KeyID, Body: r.Body}
	chosen, code := s.chosen(r.IDs, s.waiting)
	if r.All {
		s.notices = lastNotices(append(s.notices, n))
		chosen, code = s.lobby, ""
	}
	for _, p := range chosen {
		p.notices = lastNotices(append(p.notices, n))
		if p.conn != 0 {
			s.do(Send{Conn: p.conn, Message: n})
		}
	}
	return code
}

func lastNotices(all []Notice) []Notice { return latest(all, MaxNotices) }

func latest(all []Notice, most int) []Notice { return slices.Clone(all[max(0, len(all)-most):]) }

// mayAsk tells whether somebody may tell hosts something now: while it waits, and not while everything is held.
func (s *State) mayAsk(p *person) bool {
	return p.waits != "" && !s.condition.Held && s.may(p, rules.MessageHosts)
}

// askHosts tells those who see the lobby something of one who waits. It stands beside that person, and goes with it.
func (s *State) askHosts(p *person, r MessageHostsRequest) Code {
	switch {
	case !s.mayAsk(p):
		return CodeNotAllowed
	case p.asks >= mostAsked || !p.spoke.allow(s.now, chatBurst):
		return CodeRateLimited
	}
	p.asks++
	p.asked = latest(append(p.asked, Notice{At: s.now.UnixMilli(), KeyID: r.KeyID, Body: r.Body}), MaxAskedKept)
	s.sendLobby(p)
	p.askedBy = append(p.askedBy, s.tellHosts(Knocked{Person: p.knocking()}))
	return ""
}

// forgetAsked forgets what somebody told hosts, also for hosts who have missed what told of it.
func (p *person) forgetAsked() {
	for _, n := range p.askedBy {
		if k, ok := n.event.(Knocked); ok {
			k.Person.Asked = nil
			n.event = k
		}
	}
	p.asked, p.askedBy, p.asks = nil, nil, 0
}

// toLobby sends people who are in back to the lobby.
func (s *State) toLobby(chosen []*person, why Wait) {
	for _, p := range chosen {
		s.withdraw(p)
		p.hand, p.floor, p.welcomed = 0, false, false
		s.wait(p, why)
		if !slices.Contains(s.condition.Back, p.ticket) {
			s.condition.Back = append(s.condition.Back, p.ticket)
		}
	}
	if len(chosen) > 0 {
		s.note()
		s.afterDeparture()
	}
}

// keepOut has what people bring be worth nothing who were in and are refused now: their tickets, and that they have an account.
// It is false when nobody was in before.
func (s *State) keepOut(refused []*person) bool {
	before := len(s.condition.Void)
	for _, p := range refused {
		if slices.Contains(s.condition.Back, p.ticket) {
			s.condition.Void = append(s.condition.Void, p.ticket)
			s.bar(p)
		}
	}
	if len(s.condition.Void) == before {
		return false
	}
	s.note()
	return true
}

// forgive has the tickets of people who are let in lead past the lobby again, and their accounts.
func (s *State) forgive(people []*person) {
	c := &s.condition
	before := len(c.Back) + len(c.Barred)
	if before == 0 {
		return
	}
	tickets, accounts := map[TicketID]bool{}, map[id.AccountID]bool{}
	for _, p := range people {
		tickets[p.ticket], accounts[p.account] = true, true
	}
	c.Back = slices.DeleteFunc(c.Back, func(t TicketID) bool { return tickets[t] })
	c.Barred = slices.DeleteFunc(c.Barred, func(a id.AccountID) bool { return accounts[a] })
	if len(c.Back)+len(c.Barred) < before {
		s.note()
	}
}

// sendBack is toLobby for those whom a host names.
func (s *State) sendBack(by *person, r ToLobbyRequest) Code {
	chosen, code := s.chosen(r.IDs, s.present)
	for _, p := range chosen {
		if !mayTouch(by, p) {
			return CodeNotAllowed
		}
	}
	if len(chosen) == 0 {
		return code
	}
	for _, p := range chosen {
		s.bar(p)
	}
	lobbyOn := s.openLobby()
	s.toLobby(chosen, WaitBack)
	if lobbyOn {
		s.tellMeeting(by.identity)
	}
	return code
}

func (s *State) stopWaiting(p *person) {
	s.lobby = slices.DeleteFunc(s.lobby, func(q *person) bool { return q == p })
}

// tickLobby tells hosts of connections that have been broken for some time, and takes places away in the end.
func (s *State) tickLobby() {
	for _, p := range slices.Clone(s.lobby) {
		switch {
		case p.conn != 0:
		case s.now.Sub(p.lost) >= RejoinGrace:
			s.stopWaiting(p)
			s.forget(p)
			s.tellHosts(WaitOver{ID: p.identity})
		case !p.away && s.now.Sub(p.lost) >= awayAfter:
			p.away = true
			s.tellHosts(Knocked{Person: p.knocking()})
		}
	}
}

// chosen gives those of the ids who are there, each once. When one is not, the code says so; the others are given all the
// same: who was named may have left a moment ago.
func (s *State) chosen(ids []id.Identity, find func(id.Identity) *person) ([]*person, Code) {
	var chosen []*person
	code := Code("")
	seen := make(map[*person]bool, len(ids))
	for _, who := range ids {
		p := find(who)
		switch {
		case p == nil:
			code = CodePersonUnknown
		case !seen[p]:
			seen[p] = true
			chosen = append(chosen, p)
		}
	}
	return chosen, code
}
