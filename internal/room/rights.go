package room

import "konklave/internal/id"

// Rights are what somebody who conducts a guarded room lets a participant send, and who sees whom. One is told of another
// if the other is shown, or it sees all; it gets the other's camera if it is told of it, and the camera is shown or it sees
// all cameras. This is not the permission to be hidden: whoever conducts the room sees everybody.
type Rights struct {
	Microphone, Camera, Screen bool // may be sent; a screen with its sound

	Shown       bool // everybody is told of this participant
	SeesAll     bool // it is told of everybody
	CameraShown bool // everybody gets its camera
	SeesCameras bool // it gets everybody's camera
	Deaf        bool // it gets no sound
	Heard       bool // its microphone is never left out because others are louder
}

// unguarded are the rights of everybody in rooms that nobody guards: permissions alone count there.
var unguarded = Rights{
	Microphone: true, Camera: true, Screen: true, Shown: true, SeesAll: true, CameraShown: true, SeesCameras: true,
}

// Orders of whoever conducts a guarded room; elsewhere they do nothing. They need not wait for the participant to join.
type (
	// SetRights sets the rights of an identity, as long as the room runs.
	SetRights struct {
		Identity id.Identity
		Rights   Rights
	}
	// DropRights forgets them and puts the participant out. Whoever comes with that identity is refused until it has rights again,
	// however new its token is; then an old one is as good as before.
	DropRights struct{ Identity id.Identity }
	// StopSource ends what a participant sends of a source, at once. It may begin again.
	StopSource struct {
		Identity id.Identity
		Source   TrackSource
	}
)

func (SetRights) command()  {}
func (DropRights) command() {}
func (StopSource) command() {}

// limit takes from a permission what the rights do not have.
func (r Rights) limit(g Permission) Permission {
	g.CanPublishSources = nil
	for _, of := range []struct {
		may     bool
		sources []TrackSource
	}{
		{r.Microphone, []TrackSource{Microphone}},
		{r.Camera, []TrackSource{Camera}},
		{r.Screen, []TrackSource{ScreenShare, ScreenShareAudio}},
	} {
		if of.may {
			g.CanPublishSources = append(g.CanPublishSources, of.sources...)
		}
	}
	g.CanPublish = len(g.CanPublishSources) > 0 // an empty list would allow all
	return g
}

// sees tells whether one participant is told of another.
func (p *participant) sees(other *participant) bool {
	return p == other || !other.permission.Hidden && (other.rights.Shown || p.rights.SeesAll)
}

// mayReceive tells whether rights let a participant have a track.
func (p *participant) mayReceive(t *track) bool {
	switch {
	case !p.sees(t.owner):
		return false
	case t.info.Type == Audio:
		return !p.rights.Deaf
	case t.info.Source == Camera:
		return t.owner.rights.CameraShown || p.rights.SeesCameras
	}
	return true
}

// audience gives the sids of those who are told of a participant, itself included while it is in the room.
func (s *State) audience(p *participant) []id.ParticipantSID {
	switch {
	case p.permission.Hidden:
		return p.only
	case p.rights.Shown:
		return s.all()
	}
	var to []id.ParticipantSID
	for _, q := range s.order {
		if q.sees(p) {
			to = append(to, q.sid)
		}
	}
	return to
}

// bringRights gives a newcomer the rights that were set for it.
func (s *State) bringRights(p *participant) {
	if p.rights = unguarded; s.options.Guarded {
		p.rights = s.rights[p.identity]
		p.permission = p.rights.limit(p.permission)
	}
}

// setRights remembers rights and applies them to who is in.
func (s *State) setRights(c SetRights) {
	if !s.options.Guarded {
		return
	}
	if s.rights == nil {
		s.rights = map[id.Identity]Rights{}
	}
	s.rights[c.Identity] = c.Rights
	if p, ok := s.byIdentity[c.Identity]; ok && p.rights != c.Rights {
		s.changeRights(p, c.Rights)
	}
}

// dropRights forgets rights, and puts out who had them.
func (s *State) dropRights(c DropRights) {
	if !s.options.Guarded {
		return
	}
	delete(s.rights, c.Identity)
	if p, ok := s.byIdentity[c.Identity]; ok {
		s.remove(p, ReasonParticipantRemoved, ActionDisconnect)
	}
}

// changeRights has a participant, and what it sends, appear to those who see it now and vanish from the others. Who appears
// is announced before its tracks are ordered; who vanishes, after they are gone.
func (s *State) changeRights(p *participant, to Rights) {
	was := make([]glance, len(s.order))
	for i, q := range s.order {
		was[i] = glance{q, q.sees(p), p.sees(q)}
	}
	from := p.rights
	p.rights = to
	if g := to.limit(p.permission); from.Microphone != to.Microphone || from.Camera != to.Camera || from.Screen != to.Screen {
		s.setPermission(p, g)
	}
	var found, lost []id.ParticipantSID // who sees p from now on, or not any more
	var appeared, vanished []*ParticipantInfo
	for _, g := range was {
		switch q := g.other; {
		case q == p:
			continue
		case !g.sawMe && q.sees(p):
			found = append(found, q.sid)
		case g.sawMe && !q.sees(p):
			lost = append(lost, q.sid)
		}
		switch q := g.other; {
		case !g.seen && p.sees(q):
			appeared = append(appeared, q.info)
		case g.seen && !p.sees(q):
			vanished = append(vanished, departed(q))
		}
	}
	s.send(found, Update{Participants: []*ParticipantInfo{p.info}})
	if len(appeared) > 0 {
		s.tell(p, Update{Participants: appeared})
	}
	s.reconcile(p)
	for _, t := range p.tracks {
		if t.published {
			s.reconcileTrack(t)
		}
	}
	s.send(lost, Update{Participants: []*ParticipantInfo{departed(p)}})
	if len(vanished) > 0 {
		s.tell(p, Update{Participants: vanished})
	}
}

// glance is whether two saw each other before rights changed.
type glance struct {
	other       *participant
	sawMe, seen bool
}

// departed is a participant as one who left, for those who do not see it any more.
func departed(p *participant) *ParticipantInfo {
	info := *p.info
	info.State, info.Tracks = Disconnected, nil
	return &info
}

// stopSource mutes a microphone or camera, and takes a screen away: nobody shows one muted.
func (s *State) stopSource(p *participant, source TrackSource) {
	for i := len(p.tracks) - 1; i >= 0; i-- {
		switch t := p.tracks[i]; {
		case t.info.Source != source:
		case source == ScreenShare || source == ScreenShareAudio:
			s.tell(p, TrackUnpublished{Track: t.info.SID})
			s.takeAway(t)
		case !t.info.Muted:
			s.tell(p, MuteRequest{Track: t.info.SID, Muted: true})
			s.mute(t, true)
		}
	}
}
