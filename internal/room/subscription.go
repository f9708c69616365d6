package room

import (
	"slices"
	"time"

	"konklave/internal/id"
)

// subscription is a track that a subscriber's session was ordered to negotiate: the second of three tiers. The first
// is wanting (State.wants), the third that packets are forwarded: it is bound, and the track's forwarding is on.
type subscription struct {
	subscriber *participant
	track      *track
	index      int  // in track.subscriptions
	bound      bool // the subscriber has a section for it
	paused     bool // its line carries nothing of it
	settings   Settings
	watches    Quality // as counted in the demand for the codec watched, Off when not
	watched    int8

	// held: it is not ordered, because the codec in which the subscriber can have the track does not come yet.
	held      bool
	heldSince time.Time
	told      bool // the subscriber was told that it waits in vain
}

// wish is what a subscriber said of a track, which need not exist yet.
type wish struct {
	choice  choice
	since   time.Time // of the choice
	failed  bool      // its session cannot; not tried again until asked anew
	hasForm bool
	form    TrackSettings
}

// choice is whether a subscriber asked for a track.
type choice uint8

const (
	unsaid choice = iota // as autoSubscribe says
	wanted
	unwanted
)

// wish gives what a participant said of a track, to be changed; nil when it said too much already.
func (p *participant) wish(sid id.TrackSID, now time.Time) *wish {
	w, ok := p.wishes[sid]
	if !ok {
		if len(p.wishes) >= maxWishes {
			return nil
		}
		w = &wish{since: now}
		p.wishes[sid] = w
	}
	return w
}

// wants is the first tier: whether a participant shall have a track.
func wants(p *participant, t *track) bool {
	if !t.published || t.owner == p || !p.permission.CanSubscribe || t.info.Type == Audio && !t.everUnmuted {
		return false
	}
	if w, ok := p.wishes[t.info.SID]; ok {
		if w.failed || w.choice == unwanted || w.choice == unsaid && !p.autoSubscribe {
			return false
		}
	} else if !p.autoSubscribe {
		return false
	}
	return p.mayReceive(t) && t.allows(p)
}

// reconcile brings the second tier of one participant in line with the first, for all tracks.
func (s *State) reconcile(p *participant) {
	p.due = nil
	s.reconcileSome(p, s.published)
}

// reconcileSome is reconcile for some tracks.
func (s *State) reconcileSome(p *participant, tracks []*track) {
	var subscribe []Subscription
	var gone []id.TrackSID
	for _, t := range tracks {
		s.tellPermission(p, t)
		sub := p.subscriptions[t.info.SID]
		switch want := wants(p, t); {
		case want && sub == nil:
			if sub = s.add(p, t); sub != nil && !sub.held {
				subscribe = append(subscribe, sub.order(s.options))
			}
		case !want && sub != nil:
			s.drop(sub)
			if !sub.held {
				gone = append(gone, t.info.SID)
			}
		}
	}
	if len(gone) > 0 { // first: their sections can be used again
		s.tell(p, Unsubscribe{Tracks: gone})
	}
	if len(subscribe) > 0 {
		p.orderedAt = s.now
		s.tell(p, Subscribe{Subscriptions: subscribe})
	}
}

// reconcileTrack brings the second tier of one track in line with the first, for all participants. Those who get it
// with the same settings share an order.
func (s *State) reconcileTrack(t *track) {
	var gone []id.ParticipantSID
	var settings []Settings
	receivers := map[Settings][]id.ParticipantSID{}
	for _, p := range s.order {
		s.tellPermission(p, t)
		sub := p.subscriptions[t.info.SID]
		switch want := wants(p, t); {
		case want && sub == nil && s.mustWait(p):
			p.due = append(p.due, t)
		case want && sub == nil:
			if sub = s.add(p, t); sub == nil || sub.held {
				continue
			}
			p.orderedAt = s.now
			if receivers[sub.settings] == nil {
				settings = append(settings, sub.settings)
			}
			receivers[sub.settings] = append(receivers[sub.settings], p.sid)
		case !want && sub != nil:
			s.drop(sub)
			if !sub.held {
				gone = append(gone, p.sid)
			}
		}
	}
	s.send(gone, Unsubscribe{Tracks: []id.TrackSID{t.info.SID}})
	for _, set := range settings {
		order := subscription{track: t, settings: set}.order(s.options)
		s.send(receivers[set], Subscribe{Subscriptions: []Subscription{order}})
	}
}

// mustWait tells whether an order to subscribe comes too soon after the last. Each makes a participant negotiate; in a
// large room where many publish at once that would be all that it does.
func (s *State) mustWait(p *participant) bool {
	return len(s.order) > largeRoom && s.now.Sub(p.orderedAt) < orderInterval
}

// reconcileDue gives the orders that had to wait. What is too much for one tick is left to the next.
func (s *State) reconcileDue() {
	pairs := 0
	for _, p := range s.order {
		if len(p.due) == 0 || s.mustWait(p) {
			continue
		}
		due := p.due
		p.due = nil
		s.reconcileSome(p, due)
		if pairs += len(due); pairs >= sweepPairsATick {
			return
		}
	}
}

// add makes a subscription; its order is the caller's to send, unless it is held. It is nil when the subscriber can
// decode none of the track's codecs, which it is told.
func (s *State) add(p *participant, t *track) *subscription {
	number := t.codingFor(p)
	if number < 0 {
		s.giveUp(p, t.info.SID, SubscriptionCodecUnsupported)
		return nil
	}
	sub := &subscription{
		subscriber: p, track: t, index: len(t.subscriptions), settings: settingsFor(p, t, number), watches: Off,
		held: !t.codings[number].negotiated, heldSince: s.now,
	}
	p.subscriptions[t.info.SID] = sub
	t.subscriptions = append(t.subscriptions, sub)
	s.watch(sub, false)
	return sub
}

// drop forgets a subscription; the order to the session is the caller's to send.
func (s *State) drop(sub *subscription) {
	t := sub.track
	delete(sub.subscriber.subscriptions, t.info.SID)
	last := len(t.subscriptions) - 1
	t.subscriptions[sub.index] = t.subscriptions[last]
	t.subscriptions[sub.index].index = sub.index
	t.subscriptions[last] = nil
	t.subscriptions = t.subscriptions[:last]
	s.watch(sub, true)
}

// order is what the subscriber's session is told.
func (sub subscription) order(o Options) Subscription {
	t := sub.track
	return Subscription{
		Publisher: t.owner.sid, Identity: t.owner.identity,
		Track: t.info, Media: t.media, Settings: sub.settings, Sync: o.SyncStreams,
	}
}

func (s *State) updateSubscription(p *participant, tracks []id.TrackSID, subscribe bool) {
	said := unwanted
	if subscribe {
		said = wanted
	}
	for _, sid := range tracks[:min(len(tracks), maxWishes)] {
		if w := p.wish(sid, s.now); w != nil {
			w.choice, w.since, w.failed = said, s.now, false
		}
	}
	if len(tracks) > 0 {
		s.reconcile(p)
	}
}

// trackSettings notes in which form a subscriber wants tracks, and orders it of those it has.
func (s *State) trackSettings(p *participant, c TrackSettings) {
	for _, sid := range c.Tracks[:min(len(c.Tracks), maxWishes)] {
		if w := p.wish(sid, s.now); w != nil {
			w.form, w.hasForm = c, true
			w.form.Tracks = nil
			s.orderForm(p, sid)
		}
	}
}

// orderForm orders what is sent of a track to a subscriber that has it, when that changed.
func (s *State) orderForm(p *participant, sid id.TrackSID) {
	sub, ok := p.subscriptions[sid]
	if !ok {
		return
	}
	if settings := settingsFor(p, sub.track, sub.settings.Codec); settings != sub.settings {
		sub.settings = settings
		s.watch(sub, false)
		if !sub.held {
			s.tell(p, SetLayer{Track: sid, Settings: settings})
		}
	}
}

// bound notes the third tier: a subscriber has a section, and what is forwarded reaches it.
func (s *State) bound(p *participant, sid id.TrackSID) {
	sub, ok := p.subscriptions[sid]
	if !ok || sub.bound || sub.held {
		return
	}
	sub.bound, sub.paused = true, false
	t := sub.track
	if !t.everBound && !p.permission.Hidden { // who is hidden shows in nothing
		t.everBound = true
		s.tell(t.owner, TrackSubscribed{Track: sid})
	}
	s.tell(p, StreamState{Publisher: t.owner.sid, Track: sid, Paused: p.videoPaused && t.info.Type == Video})
	if t.info.Type == Audio && t.owner.level > 0 { // it has missed the change
		s.tell(p, SpeakersChanged{Speakers: []Speaker{t.owner.speaker()}})
	}
}

// videoPaused tells a subscriber that its video pauses or goes on.
func (s *State) videoPaused(p *participant, paused bool) {
	if p.videoPaused == paused {
		return
	}
	p.videoPaused = paused
	for _, t := range s.published {
		if sub := p.subscriptions[t.info.SID]; sub != nil && sub.bound && !sub.paused && t.info.Type == Video {
			s.tell(p, StreamState{Publisher: t.owner.sid, Track: t.info.SID, Paused: paused})
		}
	}
}

// linePaused tells a subscriber that its line carries nothing of a track, or something again.
func (s *State) linePaused(p *participant, sid id.TrackSID, paused bool) {
	sub, ok := p.subscriptions[sid]
	if !ok || !sub.bound || sub.paused == paused {
		return
	}
	sub.paused = paused
	if !p.videoPaused || sub.track.info.Type != Video {
		s.tell(p, StreamState{Publisher: sub.track.owner.sid, Track: sid, Paused: paused})
	}
}

func (s *State) unbound(p *participant, sid id.TrackSID) {
	if sub, ok := p.subscriptions[sid]; ok {
		sub.bound = false
	}
}

// subscriptionFailed gives a subscription up until the client asks for it anew, or tries another codec if there is one.
func (s *State) subscriptionFailed(p *participant, c SubscriptionFailed) {
	sub, ok := p.subscriptions[c.Track]
	if !ok || sub.held {
		return
	}
	t := sub.track
	s.drop(sub)
	s.tell(p, Unsubscribe{Tracks: []id.TrackSID{c.Track}})
	if i := t.codecIndex(Codec{MIME: c.Codec}); c.Codec != "" && i >= 0 {
		p.undecodable[codecName(t.info, i)] = struct{}{}
		s.reconcileSome(p, []*track{t})
		return
	}
	s.giveUp(p, c.Track, c.Error)
}

// giveUp notes that a participant cannot have a track, and tells it.
func (s *State) giveUp(p *participant, track id.TrackSID, why SubscriptionError) {
	if w := p.wish(track, s.now); w != nil {
		w.failed = true
	}
	s.tell(p, SubscriptionResponse{Track: track, Error: why})
}

// sweep reconciles everyone in turn, a round in three seconds or, in large rooms, as long as it takes: whatever an
// event may have missed is mended, and wishes that cannot be met are answered.
func (s *State) sweep() {
	if s.sweepNext >= len(s.order) {
		if s.now.Sub(s.sweepBegan) < sweepInterval {
			return
		}
		s.sweepBegan, s.sweepNext = s.now, 0
	}
	for pairs := 0; pairs < sweepPairsATick && s.sweepNext < len(s.order); s.sweepNext++ {
		p := s.order[s.sweepNext]
		if !s.mustWait(p) { // else in the next round
			s.reconcile(p)
		}
		s.answerWishes(p)
		s.answerHeld(p)
		s.greet(p)
		pairs += len(s.published) + len(p.wishes) + 1
	}
}

// answerWishes forgets what a participant said of tracks that do not appear, and tells it of those that it wanted.
func (s *State) answerWishes(p *participant) {
	var missing []id.TrackSID
	for sid, w := range p.wishes {
		if s.tracks[sid] != nil || s.now.Sub(w.since) < wishTimeout {
			continue
		}
		if w.choice == wanted {
			missing = append(missing, sid)
		}
		delete(p.wishes, sid)
	}
	slices.Sort(missing)
	for _, sid := range missing {
		s.tell(p, SubscriptionResponse{Track: sid, Error: SubscriptionTrackNotFound})
	}
}
