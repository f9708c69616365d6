package room

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"konklave/internal/id"
)

// TestNobodyLearnsWhatItMayNot applies thousands of random commands and checks every effect against a second,
// simpler account of what may be known.
func TestNobodyLearnsWhatItMayNot(t *testing.T) {
	for seed := range uint64(40) {
		w := newWitness(t, seed)
		for range 600 {
			w.step()
		}
	}
}

// witness makes random commands and remembers, from effects alone, what each participant was told.
type witness struct {
	t        *testing.T
	rand     *rand.Rand
	now      time.Time
	state    *State
	people   []*watched // in the room
	joined   int
	tracks   []id.TrackSID // ever accepted
	versions map[id.ParticipantSID]uint32
}

// watched is what one participant was told.
type watched struct {
	join       Join
	knows      map[id.TrackSID]bool // tracks that updates told of
	subscribed map[id.TrackSID]bool
	own        map[id.TrackSID]bool
	forwarding map[id.TrackSID]bool
	muted      map[id.TrackSID]bool // as it said itself
	closed     bool
}

func newWitness(t *testing.T, seed uint64) *witness {
	w := &witness{t: t, rand: rand.New(rand.NewPCG(seed, 1)), now: time.Unix(1_800_000_000, 0),
		versions: map[id.ParticipantSID]uint32{}}
	n := 0
	w.state = NewState("RM_x", "x", Options{SignalLossLimit: 8 * time.Second, DepartureTimeout: 24 * time.Hour, Voices: 1},
		func(id.Media, id.Source) id.TrackSID { n++; return id.TrackSID(fmt.Sprintf("TR_%d", n)) }, w.now)
	return w
}

func (w *witness) step() {
	w.now = w.now.Add(time.Duration(w.rand.IntN(400)) * time.Millisecond)
	c := w.command()
	if m, ok := c.(Mute); ok {
		if p := w.person(m.Participant); p != nil && p.own[m.Track] {
			p.muted[m.Track] = m.Muted
		}
	}
	for _, e := range w.state.Apply(w.now, c) {
		w.check(c, e)
	}
	w.checkForwarding(c)
	w.checkDemand(c)
	for i := 0; i < len(w.people); i++ {
		if w.people[i].closed {
			w.people = append(w.people[:i], w.people[i+1:]...)
			i--
		}
	}
}

func (w *witness) command() Command {
	if len(w.people) == 0 || w.rand.IntN(12) == 0 && len(w.people) < 12 {
		w.joined++
		j := Join{
			SID: id.ParticipantSID(fmt.Sprintf("PA_%d", w.joined)), Identity: id.Identity(fmt.Sprint("id", w.rand.IntN(10))),
			AutoSubscribe: w.rand.IntN(3) > 0, AdaptiveStream: w.rand.IntN(2) == 0,
			Permission: Permission{CanPublish: w.rand.IntN(5) > 0, CanSubscribe: w.rand.IntN(5) > 0, Hidden: w.rand.IntN(6) == 0},
		}
		w.people = append(w.people, &watched{join: j, knows: map[id.TrackSID]bool{}, subscribed: map[id.TrackSID]bool{},
			own: map[id.TrackSID]bool{}, forwarding: map[id.TrackSID]bool{}, muted: map[id.TrackSID]bool{}})
		return j
	}
	p := w.people[w.rand.IntN(len(w.people))].join.SID
	other := w.people[w.rand.IntN(len(w.people))].join.SID
	track := id.TrackSID("TR_unknown")
	if len(w.tracks) > 0 {
		track = w.tracks[len(w.tracks)-1-w.rand.IntN(min(len(w.tracks), 12))]
	}
	yes := w.rand.IntN(2) == 0
	switch w.rand.IntN(24) {
	case 0:
		return Leave{p, ReasonClientInitiated}
	case 1:
		return TransportConnected{p}
	case 2, 3:
		c := AddTrack{Participant: p, CID: fmt.Sprint("c", w.rand.IntN(4)), Type: TrackType(w.rand.IntN(2)), Muted: yes}
		if w.rand.IntN(2) == 0 {
			c.Codecs = []Codec{{MIME: "av1", CID: c.CID}, {MIME: "vp8"}}
			c.BackupCodecPolicy = int32(w.rand.IntN(3))
		}
		return c
	case 4, 5:
		number := int8(w.rand.IntN(4) / 3)
		return TrackNegotiated{Participant: p, Track: track, Number: number, MID: fmt.Sprint(w.rand.IntN(2)), MIME: fmt.Sprint("video/m", number)}
	case 6:
		return TrackEnded{Participant: p, Track: track, Number: int8(w.rand.IntN(2))}
	case 7:
		return Mute{p, track, yes}
	case 8:
		return UpdateSubscription{p, []id.TrackSID{track}, yes}
	case 9:
		return TrackSettings{Participant: p, Tracks: []id.TrackSID{track}, Disabled: yes, Quality: Quality(w.rand.IntN(3))}
	case 10:
		return SubscriptionPermission{Participant: p, All: yes, Allowed: []TrackPermission{{Subscriber: other, AllTracks: true}}}
	case 11:
		return Bound{p, track}
	case 12:
		return SetPermission{p, Permission{CanPublish: yes, CanSubscribe: w.rand.IntN(2) == 0, CanUpdateMetadata: true}}
	case 13:
		return SignalSeen{p, w.now}
	case 14:
		return UpdateMetadata{Participant: p, Name: "n"}
	case 16:
		return Answered{p}
	case 17:
		return SubscriptionFailed{Participant: p, Track: track, Error: SubscriptionCodecUnsupported, Codec: fmt.Sprint("video/m", w.rand.IntN(2))}
	case 18:
		return AddTrack{Participant: p, CID: fmt.Sprint("further", w.rand.IntN(4)), SID: track, Type: Video, Codecs: []Codec{{MIME: fmt.Sprint("m", w.rand.IntN(3))}}}
	case 19:
		return VideoPaused{p, yes}
	case 21:
		return TrackPaused{p, track, yes}
	case 20:
		return LayerSeen{Participant: p, Track: track, Number: int8(w.rand.IntN(2)), SSRC: w.rand.Uint32()}
	case 15:
		return Resume{p, w.person(p).join.Identity}
	default:
		return Tick{Measures{
			Levels: []TrackLevel{{p, track, uint8(w.rand.IntN(128)), yes, uint8(w.rand.IntN(128)), yes, [maxCodings]Streams{{3, uint8(w.rand.IntN(8))}}}},
			Links:  []Link{{Participant: p, UpLoss: w.rand.Float32() / 10}},
		}}
	}
}

func (w *witness) person(sid id.ParticipantSID) *watched {
	for _, p := range w.people {
		if p.join.SID == sid {
			return p
		}
	}
	return nil
}

func (w *witness) check(c Command, e Effect) {
	w.t.Helper()
	if r, ok := e.Message.(Refused); ok {
		if p := w.person(r.Participant); p != nil {
			p.closed = true
		}
		return
	}
	for _, sid := range e.To {
		p := w.person(sid)
		if p == nil || p.closed {
			w.t.Fatalf("%T: %T for %s, who is not in the room", c, e.Message, sid)
		}
		w.checkMessage(c, p, e.Message)
	}
}

func (w *witness) checkMessage(c Command, p *watched, m Message) {
	w.t.Helper()
	fail := func(format string, args ...any) {
		w.t.Helper()
		w.t.Fatalf("%T: %T to %s: %s", c, m, p.join.SID, fmt.Sprintf(format, args...))
	}
	switch m := m.(type) {
	case JoinResponse:
		w.learn(p, m.Others, fail)
	case Update:
		w.learn(p, m.Participants, fail)
	case TrackPublished:
		if p.own[m.Track.SID] {
			return // a further codec
		}
		p.own[m.Track.SID], p.muted[m.Track.SID] = true, m.Track.Muted
		w.tracks = append(w.tracks, m.Track.SID)
	case Subscribe:
		for _, s := range m.Subscriptions {
			sid := s.Track.SID
			owner := w.person(s.Publisher)
			switch {
			case p.subscribed[sid]:
				fail("%s twice", sid)
			case !p.knows[sid]:
				fail("%s before an update told of it", sid)
			case p.own[sid] || owner == nil || owner.closed || !owner.own[sid]:
				fail("%s is nobody's or its own", sid)
			case !w.state.participants[p.join.SID].permission.CanSubscribe:
				fail("may not subscribe")
			case !w.state.tracks[sid].allows(w.state.participants[p.join.SID]):
				fail("%s: publisher does not allow it", sid)
			case !w.state.tracks[sid].codings[s.Settings.Codec].negotiated:
				fail("%s in a codec that does not come", sid)
			}
			p.subscribed[sid] = true
		}
	case Unsubscribe:
		for _, sid := range m.Tracks {
			if !p.subscribed[sid] {
				fail("%s was not subscribed", sid)
			}
			delete(p.subscribed, sid)
		}
	case SetLayer:
		if !p.subscribed[m.Track] {
			fail("not subscribed")
		}
	case StreamState:
		if !p.subscribed[m.Track] {
			fail("not subscribed")
		}
	case SetForwarding:
		if !p.own[m.Track] {
			fail("%s is not its own", m.Track)
		}
		p.forwarding[m.Track] = m.On
	case SetGate:
		if !p.own[m.Track] {
			fail("%s is not its own", m.Track)
		}
	case SubscribedQuality:
		if t := w.state.tracks[m.Track]; !p.own[m.Track] || t == nil || t.info.Type != Video {
			fail("%s is not a video track of its own", m.Track)
		}
	case TrackSubscribed:
		if !p.own[m.Track] {
			fail("%s is not its own", m.Track)
		}
	case SpeakersChanged:
		for _, s := range m.Speakers {
			if s.Participant != p.join.SID && !w.subscribesTo(p, s.Participant) {
				fail("does not hear %s", s.Participant)
			}
		}
	case QualityChanged:
		for _, q := range m.Updates {
			if q.Participant != p.join.SID && !w.subscribesTo(p, q.Participant) {
				fail("does not subscribe to %s", q.Participant)
			}
		}
	case CloseSession:
		p.closed = true
	}
}

// learn notes what a participant was told of others: nobody hidden, no old version.
func (w *witness) learn(p *watched, infos []*ParticipantInfo, fail func(string, ...any)) {
	w.t.Helper()
	for _, i := range infos {
		if i.Permission.Hidden && i.SID != p.join.SID {
			fail("%s is hidden", i.SID)
		}
		if i.Version < w.versions[i.SID] {
			fail("version %d of %s after %d", i.Version, i.SID, w.versions[i.SID])
		}
		w.versions[i.SID] = i.Version
		for _, t := range i.Tracks {
			p.knows[t.SID] = true
		}
	}
}

func (w *witness) subscribesTo(p *watched, publisher id.ParticipantSID) bool {
	for sid := range p.subscribed {
		if q := w.person(publisher); q != nil && q.own[sid] {
			return true
		}
	}
	return false
}

// checkForwarding holds that what is muted is never forwarded.
func (w *witness) checkForwarding(c Command) {
	w.t.Helper()
	for _, p := range w.people {
		for sid, on := range p.forwarding {
			if on && p.muted[sid] && w.state.tracks[sid] != nil {
				w.t.Fatalf("%T: %s is muted and forwarded", c, sid)
			}
		}
	}
}

// checkDemand holds that publishers send what somebody watches.
func (w *witness) checkDemand(c Command) {
	w.t.Helper()
	for _, t := range w.state.published {
		for i := range t.codings {
			wanted, d := Off, &t.codings[i].demand
			for _, sub := range t.subscriptions {
				if q := sub.settings.quality(t.info); t.hasDemand() && int(sub.settings.Codec) == i && isLess(wanted, q) {
					wanted = q
				}
			}
			if wanted != d.wanted() || isLess(d.told, wanted) {
				w.t.Fatalf("%T: %s is wanted at %d, counted at %d, told %d", c, t.info.SID, wanted, d.wanted(), d.told)
			}
		}
	}
}
