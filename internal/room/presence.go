package room

import (
	"slices"
	"time"

	"konklave/internal/id"
)

// join lets a participant in. Another of the same identity is put out before the new one is announced.
func (s *State) join(c Join) {
	old := s.byIdentity[c.Identity]
	if err := s.admit(c, old); err != nil {
		s.report(Refused{Participant: c.SID, Err: err})
		return
	}
	if old != nil {
		s.remove(old, ReasonDuplicateIdentity, ActionDisconnect)
	}
	p := newParticipant(c, s.now)
	s.bringRights(p)
	p.mark = s.newMark()
	p.refresh()
	s.participants[p.sid] = p
	s.byIdentity[p.identity] = p
	s.order = append(s.order, p)
	s.everyone, s.everJoined = nil, true

	s.tell(p, JoinResponse{
		Room: s.info(), Self: p.info, Others: s.visible(p),
		PingInterval: s.options.PingInterval, PingTimeout: s.options.PingTimeout,
	})
	s.tell(p, p.credentials())
	s.send(s.others(p), Update{Participants: []*ParticipantInfo{p.info}})
	if p.permission.Recorder {
		s.tellCounts() // at once: people learn that they are recorded before the first picture is
	}
	s.reconcile(p)
	s.happened(ParticipantCame, p, nil)
}

// admit tells why a participant may not come in. old is who it would replace.
func (s *State) admit(c Join, old *participant) error {
	_, known := s.participants[c.SID]
	switch {
	case c.SID == "" || known || c.Identity == "" || len(c.Identity) > maxIdentity:
		return ErrIdentityInvalid
	case len(c.Name) > maxName:
		return ErrNameTooLong
	case len(c.Metadata) > maxMetadata || attributesSize(c.Attributes) > maxAttributes:
		return ErrMetadataTooLarge
	case s.options.MaxParticipants > 0 && old == nil && len(s.order) >= s.options.MaxParticipants:
		return ErrRoomFull
	}
	if _, allowed := s.rights[c.Identity]; s.options.Guarded && !allowed {
		return ErrNotAllowed
	}
	return nil
}

// visible gives everyone whom a participant may see, without itself.
func (s *State) visible(to *participant) []*ParticipantInfo {
	visible := make([]*ParticipantInfo, 0, len(s.order))
	for _, p := range s.order {
		if p != to && to.sees(p) {
			visible = append(visible, p.info)
		}
	}
	return visible
}

// resume takes a participant up whose client has a new signalling connection, and brings it up to date.
func (s *State) resume(c Resume) {
	p, ok := s.participants[c.Participant]
	if !ok || p.identity != c.Identity {
		s.report(Refused{Participant: c.Participant, Err: ErrUnknownParticipant})
		return
	}
	p.lostAt = time.Time{}
	s.tell(p, Reconnect{})
	people := append(s.visible(p), p.info)
	for _, d := range s.departed {
		if _, back := s.byIdentity[d.info.Identity]; !back && (d.shown || p.rights.SeesAll) { // clients know people by identity
			people = append(people, d.info)
		}
	}
	s.tell(p, Update{Participants: people})
	s.tell(p, RoomUpdate{Room: s.info()})
	s.tell(p, p.credentials())
	s.repeatPermissions(p)
	s.repeatSpeakers(p)
	p.greeted = false
	s.signalSeen(p, s.now)
	s.reconcile(p)
}

// syncState compares what a client that resumed believes with what is so.
func (s *State) syncState(p *participant, c SyncState) {
	if c.DataLost {
		s.remove(p, ReasonStateMismatch, ActionReconnect)
		return
	}
	for _, sid := range c.Publishing {
		if p.track(sid) == nil {
			s.remove(p, ReasonStateMismatch, ActionReconnect)
			return
		}
	}
	s.updateSubscription(p, c.Tracks, c.Subscribe)
	for _, sid := range c.Disabled[:min(len(c.Disabled), maxWishes)] {
		if w := p.wish(sid, s.now); w != nil {
			w.form.Disabled, w.hasForm = true, true
			s.orderForm(p, sid)
		}
	}
}

// signalLost notes that the client's socket is gone. Who never got media through is put out at once: its client
// starts anew.
func (s *State) signalLost(p *participant) {
	if p.state != Active {
		p.lostAt = s.now
		s.remove(p, ReasonSignalClose, ActionDisconnect)
		return
	}
	if p.lostAt.IsZero() {
		p.lostAt = s.now
	}
}

// signalSeen notes that the client is there. Its tracks go on if they were held back.
func (s *State) signalSeen(p *participant, at time.Time) {
	if at.After(s.now) {
		at = s.now
	}
	if at.After(p.lastSeen) {
		p.lastSeen = at
	}
	s.checkSilence(p)
}

// checkSilence holds a participant's tracks back while its client has not been heard of for too long: a person must
// not be sent on when its client can no longer say that it is.
func (s *State) checkSilence(p *participant) {
	limit := s.options.SignalLossLimit
	silenced := limit > 0 && s.now.Sub(p.lastSeen) >= limit
	if silenced == p.silenced {
		return
	}
	p.silenced = silenced
	for _, t := range p.tracks {
		s.orderForwarding(t)
	}
}

// transportConnected makes a participant active.
func (s *State) transportConnected(p *participant) {
	if p.state != Active {
		p.state = Active
		s.announce(p)
		s.happened(ParticipantActive, p, nil)
	}
}

func (s *State) leave(p *participant, reason DisconnectReason) { s.remove(p, reason, ActionDisconnect) }

// remove takes a participant out: its client is told (unless it knows, or cannot hear), its session ends, others are
// told, and whatever hangs on it ends.
func (s *State) remove(p *participant, reason DisconnectReason, action LeaveAction) {
	if reason != ReasonClientInitiated && p.lostAt.IsZero() {
		s.tell(p, LeaveRequest{Reason: reason, Action: action})
	}
	s.tell(p, CloseSession{Reason: reason})

	delete(s.participants, p.sid)
	delete(s.byIdentity, p.identity)
	s.order = without(s.order, p)
	s.speaking = without(s.speaking, p)
	if s.speaker == p {
		s.speaker = nil
	}
	s.everyone = nil
	if len(s.order) == 0 {
		s.emptySince = s.now
	}

	wasActive := p.state == Active
	p.state = Disconnected
	p.refresh()
	p.info.DisconnectReason = reason
	if !p.permission.Hidden {
		s.send(s.audience(p), Update{Participants: []*ParticipantInfo{p.info}})
		s.departed = append(s.departed, departure{info: p.info, shown: p.rights.Shown, at: s.now})
		if len(s.departed) > maxDepartedKept {
			s.departed = slices.Delete(s.departed, 0, 1)
		}
	}
	for _, sub := range sortedSubscriptions(p) {
		s.drop(sub)
	}
	for _, t := range s.published {
		delete(t.denied, p)
	}
	for _, t := range p.tracks {
		s.retire(t)
	}
	p.tracks, p.queue = nil, nil
	s.gone(p, wasActive)
}

// timeouts gives those whose time is up and why.
func (s *State) timeouts() (gone []*participant, reasons []DisconnectReason) {
	for _, p := range s.order {
		reason := ReasonUnknown
		switch {
		case p.state != Active && s.now.Sub(p.joinedAt) >= connectTimeout:
			reason = ReasonConnectionTimeout
		case !p.lostAt.IsZero() && s.now.Sub(p.lostAt) >= signalTimeout,
			// A socket that nobody closes and that says nothing is lost after the ping timeout.
			s.now.Sub(p.lastSeen) >= s.options.PingTimeout+signalTimeout:
			reason = ReasonSignalClose
		default:
			continue
		}
		gone, reasons = append(gone, p), append(reasons, reason)
	}
	return gone, reasons
}

// sortedSubscriptions gives a participant's subscriptions in an order that is the same in every run.
func sortedSubscriptions(p *participant) []*subscription {
	sids := make([]id.TrackSID, 0, len(p.subscriptions))
	for sid := range p.subscriptions {
		sids = append(sids, sid)
	}
	slices.Sort(sids)
	subs := make([]*subscription, len(sids))
	for i, sid := range sids {
		subs[i] = p.subscriptions[sid]
	}
	return subs
}

func without[T comparable](list []T, gone T) []T {
	if i := slices.Index(list, gone); i >= 0 {
		return slices.Delete(list, i, i+1)
	}
	return list
}
