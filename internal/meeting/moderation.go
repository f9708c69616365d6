package meeting

import (
	"slices"

	"konklave/internal/id"
	"konklave/internal/meeting/rules"
)

// sourcesOf are what a device sends.
func sourcesOf(d Device) []Source {
	switch d {
	case Microphone:
		return []Source{SourceMicrophone}
	case Camera:
		return []Source{SourceCamera}
	}
	return []Source{SourceScreen, SourceScreenAudio}
}

// stop switches a device off for people, who may switch it on again.
func (s *State) stop(by *person, ids []id.Identity, all bool, d Device) Code {
	chosen, code := s.chosen(ids, s.present)
	if all {
		chosen, code = s.leads(func(p *person) bool { return !p.role.Hosts() }), ""
	}
	for _, p := range chosen {
		if p.role == rules.Owner && p != by {
			code = CodeNotAllowed
			continue
		}
		for _, device := range p.devices() {
			for _, source := range sourcesOf(d) {
				s.do(StopMedia{Identity: device.identity, Source: source})
			}
		}
		s.tellPerson(p, Stopped{By: by.identity, Device: d})
	}
	return code
}

// ask asks people to switch a device on. Nobody else can.
func (s *State) ask(by *person, r AskRequest) Code {
	chosen, code := s.chosen(r.IDs, s.present)
	for _, p := range chosen {
		s.tellPerson(p, Asked{By: by.identity, Device: r.Device})
	}
	return code
}

// putOut removes somebody. Its ticket is worth nothing any more.
func (s *State) putOut(by *person, r RemoveRequest) Code {
	p := s.present(r.ID)
	switch {
	case p == nil:
		return CodePersonUnknown
	case p == by || !mayTouch(by, p):
		return CodeNotAllowed
	}
	s.condition.Void = append(s.condition.Void, p.ticket)
	s.bar(p)
	lobbyOn := r.Refuse && s.openLobby()
	s.note()
	conn := p.conn
	s.takeOut(p)
	if conn != 0 {
		s.do(HangUp{Conn: conn, Code: CodeRemoved})
	}
	if lobbyOn {
		s.tellMeeting(by.identity)
	}
	return ""
}

// bar has an account wait like a guest, until a host lets it in.
func (s *State) bar(p *person) {
	if p.account != "" && !slices.Contains(s.condition.Barred, p.account) {
		s.condition.Barred = append(s.condition.Barred, p.account)
	}
}

// openLobby has guests wait from now on, else the link would let somebody back who is not wanted. It is false when they
// do already.
func (s *State) openLobby() bool {
	if s.settings.Lobby != rules.LobbyOff {
		return false
	}
	s.settings.Lobby = rules.LobbyGuests
	return true
}

// lock lets nobody in any more who was not in before, or lets people in again.
func (s *State) lock(by *person, r LockRequest) Code {
	if s.condition.Locked != r.On {
		s.condition.Locked = r.On
		s.note()
		s.tellMeeting(by.identity)
	}
	return ""
}

// lockWhenComplete locks a meeting by itself, once, when all are in who have a personal link, where the settings have it so.
func (s *State) lockWhenComplete() {
	if s.settings.Lock != rules.LockComplete || s.complete || s.invited == 0 {
		return
	}
	in := map[string]bool{}
	for _, p := range s.people {
		if p.personal != "" {
			in[p.personal] = true
		}
	}
	if len(in) < s.invited {
		return
	}
	s.complete = true
	if !s.condition.Locked {
		s.condition.Locked = true
		s.note()
		s.tellMeeting("")
	}
}

// tickLock has hosts asked whether to lock the meeting, where the settings have it so.
func (s *State) tickLock() {
	if s.open && !s.lockAsked && s.now.Sub(s.started) >= lockAskedAfter {
		s.lockAsked = true
		if s.settings.Lock == rules.LockOffered && !s.condition.Locked {
			s.tellMeeting("")
		}
	}
}

// hold holds everything, or lets the meeting go on. Nothing that is held is forwarded, whatever clients send.
func (s *State) hold(by *person, r HoldRequest) Code {
	if s.condition.Held == r.On {
		return ""
	}
	s.condition.Held = r.On
	s.note()
	for _, p := range s.people { // first: what is sent stops before anything else is done
		s.allow(p)
	}
	if r.On {
		s.toLobby(s.leads(func(p *person) bool { return !p.role.Hosts() }), WaitHeld)
	} else {
		s.holdIsOver()
	}
	s.tellMeeting(by.identity)
	return ""
}

// holdIsOver tells those who were held that now they wait like anybody who was sent back.
func (s *State) holdIsOver() {
	for _, p := range s.lobby {
		if p.waits != WaitHeld {
			continue
		}
		p.waits = WaitBack
		if p.conn != 0 {
			s.sendLobby(p)
		}
		s.tellHosts(Knocked{Person: p.knocking()})
	}
}

// rename gives a name to somebody who is in or waits.
func (s *State) rename(by *person, r RenameRequest) Code {
	p := s.byID[r.ID]
	if p == nil || p.main != nil {
		return CodePersonUnknown
	}
	name, ok := CleanName(r.Name)
	switch {
	case !ok:
		return CodeNameInvalid
	case p != by && p.waits == "" && !mayTouch(by, p), p == by && !s.renamesSelf(p):
		return CodeNotAllowed
	}
	called := s.called(p, name)
	if p.waits != "" {
		p.name = called
		if p.conn != 0 {
			s.sendLobby(p)
		}
		s.tellHosts(Knocked{Person: p.knocking()})
		return ""
	}
	s.alter(p, by.identity, func() { p.name = called })
	return ""
}

// renamesSelf tells whether somebody may change the own name: not one that account or link fix, unless it may rename others.
func (s *State) renamesSelf(p *person) bool {
	return s.may(p, rules.Rename) || s.may(p, rules.RenameSelf) && !p.lead().fixed
}

// changeSettings replaces the settings while the meeting runs.
func (s *State) changeSettings(by *person, r ChangeSettingsRequest) Code {
	d := s.definition
	if len(r.Settings.FaultsWhileRunning(d.Kind, d.Level, d.Settings)) > 0 {
		return CodeSettingsInvalid
	}
	if r.Settings != s.settings {
		s.setSettings(r.Settings)
		s.tellMeeting(by.identity)
	}
	return ""
}

// setSettings has settings in force. What everybody sees and may do follows; who sees and may what it did before needs no
// fresh welcome.
func (s *State) setSettings(settings rules.Settings) {
	before, was := s.settings, map[rules.Role][]rules.Action{}
	for _, role := range rules.Roles() {
		was[role] = s.newSight().mayList(role)
	}
	if settings.Hands == rules.HandsOff {
		for _, p := range s.leads(func(p *person) bool { return p.hand != 0 }) {
			s.alter(p, "", func() { p.hand = 0 })
		}
	}
	s.settings = settings
	now := s.newSight()
	s.note()
	for _, p := range s.people {
		s.allow(p)
	}
	otherView := before.People != settings.People || before.Number != settings.Number
	s.refresh(s.leads(func(p *person) bool { return otherView || !slices.Equal(was[p.role], now.mayList(p.role)) })...)
	s.hostsChanged()
	s.release()
}
