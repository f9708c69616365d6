package meeting

import (
	"slices"
	"time"
)

// leave ends a place, that of the person or that of the further device. With a code the client is told.
func (s *State) leave(p *person, code Code) {
	conn := p.conn
	if p.waits != "" {
		s.stopWaiting(p)
		s.tellHosts(WaitOver{ID: p.identity})
		s.forget(p)
	} else {
		s.takeOut(p)
	}
	if conn != 0 {
		s.do(HangUp{Conn: conn, Code: code})
	}
}

// forget takes a person out of the books who has no place any more.
func (s *State) forget(p *person) {
	delete(s.byConn, p.conn)
	delete(s.byID, p.identity)
	p.conn = 0
	p.forgetAsked()
}

// takeOut takes away the place of who is in, with its further devices, and tells the others. Its own connection is the
// caller's to end.
func (s *State) takeOut(p *person) {
	if p.main != nil {
		s.takeOutCompanion(p)
		return
	}
	s.withdraw(p)
	s.forget(p)
	s.afterDeparture()
}

// withdraw takes somebody who is in out of the meeting; it may go on to wait.
func (s *State) withdraw(p *person) {
	for _, c := range slices.Clone(p.companions) {
		conn := c.conn
		s.drop(c)
		s.forget(c)
		if conn != 0 {
			s.do(HangUp{Conn: conn, Code: CodeCompanionOver})
		}
	}
	p.companions = nil
	s.files.giveUp(p.identity)
	s.drop(p)
	s.tellOf(p, Left{ID: p.identity})
}

// drop takes a device out of the list and ends its media.
func (s *State) drop(p *person) {
	s.people = slices.DeleteFunc(s.people, func(q *person) bool { return q == p })
	p.granted, p.sends, p.missed, p.help = false, nil, nil, nil
	p.seq++
	s.do(RemoveMedia{Identity: p.identity})
}

// afterDeparture does what follows when people have left.
func (s *State) afterDeparture() {
	s.used = s.now
	s.hostsChanged()
	s.cleanUpConsultation()
}

func (s *State) tick() {
	s.tickPeople()
	s.tickLobby()
	s.tickAppointments()
	s.tickHelp()
	s.tickLock()
	s.tickHosts()
	s.files.expire(s.now)
	s.tellCrowd()
	if ends := s.definition.EndsAt; !ends.IsZero() && !s.now.Before(ends) && len(s.people)+len(s.lobby) > 0 {
		s.end(CodeEnded)
	}
	if len(s.people) > 0 {
		return
	}
	if s.open && s.now.Sub(s.used) >= emptyGrace {
		s.closeRoom()
	}
	if s.Idle() {
		s.do(Expire{})
	}
}

// tickPeople tells of connections that have been broken for some time, and takes places away in the end.
func (s *State) tickPeople() {
	for _, p := range slices.Clone(s.people) {
		switch {
		case p.conn != 0 || s.byID[p.identity] != p:
		case s.now.Sub(p.lost) >= RejoinGrace:
			s.takeOut(p)
		case !p.away && s.now.Sub(p.lost) >= awayAfter:
			p.away = true
			if p.main == nil {
				s.tellOf(p, Away{ID: p.identity})
			}
		}
	}
}

// tickAppointments ends the places of those whose appointment is over.
func (s *State) tickAppointments() {
	for _, p := range slices.Concat(s.people, s.lobby) {
		if !p.leaves.IsZero() && !s.now.Before(p.leaves) {
			s.leave(p, CodeEnded)
		}
	}
}

// shut sends everybody out and ends what runs, but not the run: whoever has a ticket may come back.
func (s *State) shut(c Shut) {
	s.sendOut(c.Code)
	if s.open {
		s.closeMedia()
	}
}

// end sends everybody out and ends the run.
func (s *State) end(code Code) {
	s.sendOut(code)
	s.used = s.now
	s.closeRoom()
}

func (s *State) sendOut(code Code) {
	for _, p := range s.people {
		if p.conn != 0 {
			s.do(HangUp{Conn: p.conn, Code: code})
		}
		s.do(RemoveMedia{Identity: p.identity})
	}
	for _, p := range s.lobby {
		if p.conn != 0 {
			s.do(HangUp{Conn: p.conn, Code: code})
		}
	}
	s.people, s.lobby, s.used = nil, nil, s.now
	clear(s.byConn)
	clear(s.byID)
}

// closeRoom ends the run: what was said is forgotten with it, and tickets are worth nothing any more.
func (s *State) closeRoom() {
	s.closeMedia()
	s.settings = s.definition.Settings
	if s.condition.Run != "" {
		s.condition = Condition{}
		s.note()
	}
}

func (s *State) closeMedia() {
	if s.open {
		s.do(CloseRoom{})
	}
	s.open, s.begun, s.hosted, s.complete, s.lockAsked = false, false, false, false, false
	s.hostGone = time.Time{}
	s.wipe()
	s.notices = nil
}

// wipe forgets what was said and sent.
func (s *State) wipe() {
	s.chat.forgetAll()
	if keys := s.files.forgetAll(); len(keys) > 0 {
		s.do(DropFiles{Keys: keys})
	}
}
