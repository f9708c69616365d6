package room

// tick lets time pass: what was measured is told, what is late ends, what was put off is done.
func (s *State) tick(m Measures) {
	s.ticks++
	for _, p := range s.order {
		s.checkSilence(p)
	}
	gone, reasons := s.timeouts()
	for i, p := range gone {
		s.remove(p, reasons[i], ActionReconnect)
	}
	s.announceChanged()
	s.tellSpeakers(m.Levels)
	s.chooseSpeaker()
	s.chooseVoices(m.Levels)
	s.noteLacks(m.Levels)
	s.tellGrades(m.Links)
	s.reconcileDue()
	s.sweep()
	for _, t := range s.published {
		s.recode(t)
	}
	s.tellDemands()
	s.tellForwarding()
	if c := s.counts(); c != s.countsTold && s.now.Sub(s.countsAt) >= countsInterval {
		s.tellCounts()
	}
	s.forgetDeparted()
	s.endIfEmpty()
}

// tellCounts describes the room to everyone, with how many are in it now.
func (s *State) tellCounts() {
	s.countsTold, s.countsAt = s.counts(), s.now
	s.send(s.all(), RoomUpdate{Room: s.info()})
}

func (s *State) forgetDeparted() {
	n := 0
	for n < len(s.departed) && s.now.Sub(s.departed[n].at) >= departedMemory {
		n++
	}
	s.departed = s.departed[n:]
}

// endIfEmpty ends a room that nobody came to, or that everyone left a while ago. While somebody may come to a guarded one,
// whoever conducts it ends it.
func (s *State) endIfEmpty() {
	timeout := s.options.EmptyTimeout
	if s.everJoined {
		timeout = s.options.DepartureTimeout
	}
	if len(s.order) == 0 && len(s.rights) == 0 && s.now.Sub(s.emptySince) >= timeout {
		s.close(ReasonRoomClosed)
	}
}
