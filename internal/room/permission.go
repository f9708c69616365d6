package room

import (
	"slices"

	"konklave/internal/id"
)

// policy says who may subscribe to a publisher's tracks. A nil policy lets everyone.
type policy struct {
	bySID      map[id.ParticipantSID]TrackPermission
	byIdentity map[id.Identity]TrackPermission
}

// newPolicy makes a policy of what a publisher said. What is beyond the limits or about tracks that it does not have
// is left out, so allows nobody anything.
func newPolicy(of *participant, allowed []TrackPermission) *policy {
	l := &policy{
		bySID:      make(map[id.ParticipantSID]TrackPermission),
		byIdentity: make(map[id.Identity]TrackPermission),
	}
	for _, a := range allowed[:min(len(allowed), maxWishes)] {
		var own []id.TrackSID
		for _, t := range of.tracks {
			if slices.Contains(a.Tracks, t.info.SID) {
				own = append(own, t.info.SID)
			}
		}
		a.Tracks = own
		if a.Subscriber != "" {
			l.bySID[a.Subscriber] = a
		} else if a.Identity != "" {
			l.byIdentity[a.Identity] = a
		}
	}
	return l
}

// allows tells whether a track's publisher lets a participant subscribe to it.
func (t *track) allows(p *participant) bool {
	l := t.owner.policy
	if l == nil {
		return true
	}
	covers := func(a TrackPermission) bool { return a.AllTracks || slices.Contains(a.Tracks, t.info.SID) }
	return covers(l.bySID[p.sid]) || covers(l.byIdentity[p.identity])
}

// subscriptionPermission replaces a publisher's policy.
func (s *State) subscriptionPermission(p *participant, c SubscriptionPermission) {
	if c.All && p.policy == nil {
		return // as clients say right after they joined
	}
	p.policy, p.wasStrict = nil, true
	if !c.All {
		p.policy = newPolicy(p, c.Allowed)
	}
	for _, t := range p.tracks {
		if t.published {
			s.reconcileTrack(t)
		}
	}
}

// tellPermission tells a participant when it may no longer subscribe to a track, or may again. Clients take it that
// they may until they are told.
func (s *State) tellPermission(p *participant, t *track) {
	if t.owner == p || !p.permission.CanSubscribe {
		return
	}
	_, denied := t.denied[p]
	allowed := t.allows(p)
	if denied != allowed {
		return
	}
	if allowed {
		delete(t.denied, p)
	} else {
		if t.denied == nil {
			t.denied = make(map[*participant]struct{})
		}
		t.denied[p] = struct{}{}
	}
	s.tell(p, SubscriptionPermissionUpdate{Publisher: t.owner.sid, Track: t.info.SID, Allowed: allowed})
}

// repeatPermissions tells a participant all that it may have missed of permissions.
func (s *State) repeatPermissions(p *participant) {
	for _, t := range s.published {
		if !t.owner.wasStrict || t.owner == p || !p.permission.CanSubscribe {
			continue
		}
		if t.allows(p) {
			s.tell(p, SubscriptionPermissionUpdate{Publisher: t.owner.sid, Track: t.info.SID, Allowed: true})
		}
		delete(t.denied, p) // tellPermission says it again
	}
}

// setPermission replaces what a participant may do. Whether it is hidden stays: others cannot forget that they saw
// it. So does what it is: nobody who records becomes somebody who does not.
func (s *State) setPermission(p *participant, g Permission) {
	g.Hidden, g.Recorder, g.AgentGrant = p.permission.Hidden, p.permission.Recorder, p.permission.AgentGrant
	p.permission = g
	for _, t := range slices.Clone(p.tracks) {
		if p.mayPublish(t.info.Source) {
			continue
		}
		s.tell(p, TrackUnpublished{Track: t.info.SID})
		s.takeAway(t)
	}
	p.queue = slices.DeleteFunc(p.queue, func(c AddTrack) bool { return !p.mayPublish(c.Source) })
	s.announce(p)
	s.tell(p, p.credentials())
	s.reconcile(p)
}
