package room

import (
	"slices"
	"time"

	"konklave/internal/id"
)

const (
	// maxCodings is in how many codecs a track may be: its own and a backup.
	maxCodings = 2
	// backupPatience is after how long a subscriber is told that it cannot decode what the publisher sends. It gets the
	// backup nevertheless when that comes.
	backupPatience = 15 * time.Second
)

// coding is a track in one of its codecs: the one that TrackInfo.Codecs has at the same index. The first is what the
// publisher prefers; a second one is sent only when somebody wants it.
type coding struct {
	negotiated bool // the publisher has a section for it
	seen       bool // something of it came
	demand     demand
}

// newCodings gives those of a track of which nobody has said anything yet.
func newCodings(n int) []coding {
	codings := make([]coding, n)
	for i := range codings {
		codings[i].demand.told = Off // until it is asked for
	}
	codings[0].demand.told = High // clients begin with everything
	return codings
}

// What publishers want of those who can decode both codecs, numbered as in the protocol.
const (
	preferRegression = 0 // the backup while somebody needs it, so that only one is sent
	backupSimulcast  = 1 // the first one, beside the backup for the others
	alwaysRegression = 2 // the backup from when somebody needs it on
)

// decodes tells whether a participant's client takes a codec, as far as is known.
func (p *participant) decodes(codec string) bool {
	_, cannot := p.undecodable[codec]
	return !cannot
}

// codingFor gives the index of the codec in which a participant is to have a track, -1 when it can decode none.
func (t *track) codingFor(p *participant) int8 {
	best := int8(-1)
	for i := range t.codings {
		if p.decodes(codecName(t.info, i)) && (best < 0 || t.regressed) {
			best = int8(i)
		}
	}
	return best
}

// addCodec accepts a further codec for a video track that is there: the client sends it because it was asked for, or
// announces that it could.
func (s *State) addCodec(p *participant, c AddTrack) {
	t := p.track(c.SID)
	result, codec := ResultOK, Codec{}
	if t == nil {
		result = ResultNotFound
	} else if codec, result = t.further(p, c); result == ResultOK {
		i := t.codecIndex(codec)
		t.change(s.now, func(info *TrackInfo) {
			info.Codecs = slices.Clone(info.Codecs)
			if i < 0 {
				info.Codecs = append(info.Codecs, codec)
			} else {
				info.Codecs[i] = codec
			}
		})
		if i < 0 {
			t.codings = append(t.codings, newCodings(2)[1])
		}
		s.tell(p, TrackPublished{CID: c.CID, Track: t.info})
		return
	}
	s.tell(p, RequestResponse{Result: result, Request: c})
}

// further gives the codec that a request adds to a track, or why it cannot.
func (t *track) further(p *participant, c AddTrack) (Codec, RequestResult) {
	switch {
	case !p.mayPublish(t.info.Source):
		return Codec{}, ResultNotAllowed
	case t.info.Type != Video || len(c.Codecs) != 1:
		return Codec{}, ResultUnsupportedType
	case c.CID == "" || t.cid == c.CID || !c.isBounded():
		return Codec{}, ResultInvalidRequest
	}
	codec := newCodec(Video, c.Codecs[0])
	codec.CID = c.CID
	if len(codec.Layers) == 0 {
		codec.Layers = sortedLayers(c.Layers)
	}
	switch i := t.codecIndex(codec); {
	case codec.MIME == "" || i == 0:
		return Codec{}, ResultUnsupportedType
	case i < 0 && len(t.codings) >= maxCodings, i > 0 && t.info.Codecs[i].CID != "":
		return Codec{}, ResultLimitExceeded // it has another, or this one already
	}
	return codec, ResultOK
}

// codecIndex finds a codec of the track by its name, -1 when the track has no such.
func (t *track) codecIndex(c Codec) int {
	return slices.IndexFunc(t.info.Codecs, func(d Codec) bool { return nameOf(d.MIME) == nameOf(c.MIME) })
}

// codecNegotiated notes that a further codec of a published track can come: whoever waits for it is subscribed.
func (s *State) codecNegotiated(t *track, number int8) {
	name := codecName(t.info, int(number))
	for _, p := range s.order { // some gave up when there was no codec for them
		if w := p.wishes[t.info.SID]; w != nil && w.failed && p.decodes(name) {
			w.failed = false
		}
	}
	for _, sub := range t.subscriptions {
		if sub.held && sub.settings.Codec == number {
			s.release(sub)
		}
	}
	s.reconcileTrack(t)
}

// release orders a subscription that waited for its codec.
func (s *State) release(sub *subscription) {
	sub.held = false
	sub.settings = settingsFor(sub.subscriber, sub.track, sub.settings.Codec) // its layers may be known only now
	s.watch(sub, false)
	sub.subscriber.orderedAt = s.now
	s.tell(sub.subscriber, Subscribe{Subscriptions: []Subscription{sub.order(s.options)}})
}

// codecEnded notes that the publisher stopped a further codec: it has to be asked for anew.
func (s *State) codecEnded(t *track, number int8) {
	c := &t.codings[number]
	c.negotiated, c.seen = false, false
	c.demand.told, c.demand.since = Off, time.Time{}
	t.change(s.now, func(info *TrackInfo) {
		info.Codecs = slices.Clone(info.Codecs)
		info.Codecs[number].CID, info.Codecs[number].MID = "", ""
	})
	if t.published {
		s.announce(t.owner)
		s.recode(t)
		s.weigh(t)
	}
}

// recode decides anew in which codec each subscriber has a track.
func (s *State) recode(t *track) {
	if len(t.codings) < 2 || !t.published {
		return
	}
	needed, first := false, codecName(t.info, 0)
	for _, sub := range t.subscriptions {
		needed = needed || !sub.subscriber.decodes(first)
	}
	policy := t.info.BackupCodecPolicy
	t.regressed = policy != backupSimulcast && t.codings[1].seen && (needed || policy == alwaysRegression && t.regressed)
	for _, sub := range t.subscriptions {
		number := t.codingFor(sub.subscriber)
		switch {
		case number >= 0 && number != sub.settings.Codec:
			s.switchCodec(sub, number)
		case !sub.held && !t.codings[sub.settings.Codec].negotiated:
			s.hold(sub)
		}
	}
}

// switchCodec has a subscriber get its track in another codec. What it gets now goes on until that comes.
func (s *State) switchCodec(sub *subscription, number int8) {
	t := sub.track
	sub.settings = settingsFor(sub.subscriber, t, number)
	s.watch(sub, false)
	switch negotiated := t.codings[number].negotiated; {
	case sub.held && negotiated:
		s.release(sub)
	case sub.held:
	case negotiated:
		s.tell(sub.subscriber, SetLayer{Track: t.info.SID, Settings: sub.settings})
	default:
		s.hold(sub)
	}
}

// hold takes a track from a subscriber until the codec comes in which it can have it.
func (s *State) hold(sub *subscription) {
	sub.held, sub.bound, sub.heldSince, sub.told = true, false, s.now, false
	s.tell(sub.subscriber, Unsubscribe{Tracks: []id.TrackSID{sub.track.info.SID}})
}

// answerHeld tells a participant of tracks for which it has been waiting for too long.
func (s *State) answerHeld(p *participant) {
	for _, t := range s.published {
		sub := p.subscriptions[t.info.SID]
		if sub != nil && sub.held && !sub.told && s.now.Sub(sub.heldSince) >= backupPatience {
			sub.told = true
			s.tell(p, SubscriptionResponse{Track: t.info.SID, Error: SubscriptionCodecUnsupported})
		}
	}
}
