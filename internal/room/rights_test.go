package room

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"konklave/internal/id"
)

var (
	teacher  = Rights{Microphone: true, Camera: true, Screen: true, Shown: true, SeesAll: true, CameraShown: true, SeesCameras: true}
	pupil    = Rights{Microphone: true, Camera: true} // hidden from others of its kind
	audience = Rights{}
)

// guarded is a scene whose people have rights.
func guarded(t *testing.T, rights map[string]Rights) *scene {
	sc := newScene(t, Options{Guarded: true})
	for name, r := range rights {
		sc.do(SetRights{id.Identity(name), r})
		sc.want()
	}
	return sc
}

func TestNobodyIsInAGuardedRoomWithoutRights(t *testing.T) {
	sc := guarded(t, nil)
	sc.join("stranger")
	sc.want("< refused: " + ErrNotAllowed.Error())
	sc.do(SetRights{"alice", teacher})
	sc.join("alice")
	sc.want("alice < join", "alice < token")
	sc.do(DropRights{"alice"})
	sc.wantSome("alice < leave reason=4 action=0")
	sc.join("alice")
	sc.want("< refused: " + ErrNotAllowed.Error())
	sc.do(SetRights{"alice", teacher}) // let in again, at once
	sc.join("alice")
	sc.want("alice < join", "alice < token")
}

func TestPupilsSeeTheTeacherOnly(t *testing.T) {
	sc := guarded(t, map[string]Rights{"t": teacher, "anna": pupil, "ben": pupil})
	head, anna := sc.active("t"), sc.active("anna")
	ben := sc.join("ben")
	sc.want("ben < join t*", "ben < token", "t < update ben")
	sc.do(TransportConnected{ben.sid})
	sc.want("t ben < update ben*")

	cam := anna.publish("cam")
	sc.want("anna < FORWARD anna.cam=true", "t anna < update anna* cam", "anna < demand anna.cam y@2", "t < SUBSCRIBE anna.cam@2")
	board := head.publish("screen", func(c *AddTrack) { c.Source = ScreenShare })
	sc.wantSome("anna ben < SUBSCRIBE t.screen@2")
	sc.do(Bound{ben.sid, cam}) // as if it had a section
	sc.want()

	sc.do(Tick{Measures{Levels: []TrackLevel{{Publisher: anna.sid, Track: cam, Active: true}}}})
	sc.wantNone("ben < speakers")
	sc.do(Resume{Participant: ben.sid, Identity: "ben"})
	sc.wantSome("ben < update t* screen, ben*")
	sc.do(Leave{anna.sid, ReasonClientInitiated})
	sc.wantSome("t < update anna left")
	sc.do(Resume{Participant: ben.sid, Identity: "ben"})
	sc.wantSome("ben < update t* screen, ben*") // and not that anna left
	_ = board
}

func TestWhoIsCalledUpAppearsAndVanishes(t *testing.T) {
	sc := guarded(t, map[string]Rights{"t": teacher, "anna": audience, "ben": audience})
	sc.active("t")
	anna := sc.active("anna")
	sc.active("ben")
	anna.announce("mic")
	sc.wantSome("anna < response room.AddTrack result=" + fmt.Sprint(ResultNotAllowed))

	sc.do(SetRights{"anna", Rights{Microphone: true, Shown: true}})
	sc.want("t anna ben < update anna*", "anna < token", "ben < update anna*")
	mic := anna.publish("mic")
	sc.wantSome("t anna ben < update anna* mic", "t ben < SUBSCRIBE anna.mic@0")

	sc.do(SetRights{"anna", audience})
	sc.want("anna < unpublished anna.mic", "t anna < update anna*", "t ben < UNSUBSCRIBE anna.mic",
		"t anna < update anna*", "anna < token", "ben < update anna left")
	sc.do(Mute{anna.sid, mic, false})
	sc.wantSome("anna < response room.Mute result=" + fmt.Sprint(ResultNotFound))
}

func TestWhoSeesAllFromNowOnIsToldOfAll(t *testing.T) {
	sc := guarded(t, map[string]Rights{"t": teacher, "anna": pupil, "ben": pupil})
	sc.active("t")
	anna := sc.active("anna")
	sc.active("ben")
	anna.publish("cam")
	sc.do(SetRights{"ben", Rights{Microphone: true, Camera: true, SeesAll: true}})
	sc.want("ben < update anna* cam") // but not the camera itself
	sc.do(SetRights{"ben", Rights{Microphone: true, Camera: true, SeesAll: true, SeesCameras: true}})
	sc.want("ben < SUBSCRIBE anna.cam@2")
	sc.do(SetRights{"ben", pupil})
	sc.want("ben < UNSUBSCRIBE anna.cam", "ben < update anna left")
}

func TestAnotherDeviceHearsNothing(t *testing.T) {
	deaf := teacher
	deaf.Deaf = true
	sc := guarded(t, map[string]Rights{"t": teacher, "tablet": deaf})
	head := sc.active("t")
	sc.active("tablet")
	head.publish("mic")
	sc.wantNone("SUBSCRIBE")
	head.publish("cam")
	sc.wantSome("tablet < SUBSCRIBE t.cam@2")
}

func TestSourcesAreStopped(t *testing.T) {
	sc := guarded(t, map[string]Rights{"t": teacher})
	head := sc.active("t")
	head.publish("mic")
	head.publish("screen", func(c *AddTrack) { c.Source = ScreenShare })
	sc.do(StopSource{"t", Microphone})
	sc.want("t < please mute=true t.mic", "t < FORWARD t.mic=false", "t < update t* mic(muted) screen")
	sc.do(StopSource{"t", Microphone})
	sc.want()
	sc.do(StopSource{"t", ScreenShare})
	sc.want("t < unpublished t.screen", "t < update t* mic(muted)")
	sc.do(StopSource{"nobody", Camera})
	sc.want()
}

func TestForwardingIsTold(t *testing.T) {
	sc := guarded(t, map[string]Rights{"t": teacher, "anna": pupil})
	head, anna := sc.active("t"), sc.active("anna")
	mic := head.publish("mic")
	sc.do(Tick{})
	sc.wantSome("< sends t 2=false[]")
	sc.do(LayerSeen{Participant: head.sid, Track: mic})
	sc.do(Tick{})
	sc.wantSome("< sends t 2=true[]")
	sc.do(Bound{anna.sid, mic})
	sc.do(Tick{})
	sc.wantSome("< sends t 2=true[anna]")
	sc.do(Tick{})
	sc.wantNone("sends")
	sc.do(Mute{head.sid, mic, true})
	sc.do(Tick{})
	sc.wantSome("< sends t 2=false[]")
	sc.do(Mute{head.sid, mic, false})
	sc.do(Tick{Measures{Links: []Link{{Participant: head.sid, Silent: true}}}})
	sc.wantNone("sends") // its packets do not come
	sc.do(Tick{Measures{Links: []Link{{Participant: head.sid}}}})
	sc.wantSome("< sends t 2=true[anna]")
	sc.do(TrackEnded{head.sid, mic, 0})
	sc.do(Tick{})
	sc.wantSome("< sends t")
}

func TestAGuardedRoomWaitsForThoseWhoMayCome(t *testing.T) {
	sc := guarded(t, map[string]Rights{"t": teacher})
	sc.wait(time.Hour)
	sc.wantNone("ended")
	sc.do(DropRights{"t"})
	sc.wait(time.Minute)
	sc.wantNone("refused")
	sc.wait(10 * time.Minute)
	var over []Effect = sc.do(Join{SID: "PA_late", Identity: "t"})
	if !slices.ContainsFunc(over, func(e Effect) bool { r, ok := e.Message.(Refused); return ok && errors.Is(r.Err, ErrRoomClosed) }) {
		t.Error("the room did not end")
	}
}

// TestRightsAreObeyed changes rights at random and compares what everybody was told with who sees whom.
func TestRightsAreObeyed(t *testing.T) {
	for seed := range uint64(30) {
		r := rand.New(rand.NewPCG(seed, 7))
		v := newViews(t)
		for range 500 {
			v.step(r)
		}
	}
}

// views is what each participant knows, from effects alone.
type views struct {
	t      *testing.T
	state  *State
	now    time.Time
	joined int
	knows  map[id.ParticipantSID]map[id.ParticipantSID]bool
	has    map[id.ParticipantSID]map[id.TrackSID]bool
}

func newViews(t *testing.T) *views {
	n := 0
	now := time.Unix(1_800_000_000, 0)
	return &views{
		t: t, now: now, knows: map[id.ParticipantSID]map[id.ParticipantSID]bool{}, has: map[id.ParticipantSID]map[id.TrackSID]bool{},
		state: NewState("RM_x", "x", Options{Guarded: true, DepartureTimeout: 24 * time.Hour}, func(id.Media, id.Source) id.TrackSID {
			n++
			return id.TrackSID(fmt.Sprintf("TR_%d", n))
		}, now),
	}
}

func (v *views) step(r *rand.Rand) {
	v.now = v.now.Add(time.Duration(r.IntN(400)) * time.Millisecond)
	for _, e := range v.state.Apply(v.now, v.command(r)) {
		v.note(e)
	}
	for _, p := range v.state.order {
		for _, q := range v.state.order {
			if p != q && v.knows[p.sid][q.sid] != p.sees(q) {
				v.t.Fatalf("%s knows of %s: %v, sees it: %v", p.identity, q.identity, v.knows[p.sid][q.sid], p.sees(q))
			}
			for _, t := range q.tracks {
				if v.has[p.sid][t.info.SID] && !p.mayReceive(t) {
					v.t.Fatalf("%s has a track of %s that it may not", p.identity, q.identity)
				}
			}
		}
	}
}

func (v *views) command(r *rand.Rand) Command {
	who := id.Identity(fmt.Sprint("id", r.IntN(7)))
	if len(v.state.order) == 0 || r.IntN(10) == 0 {
		v.joined++
		sid := id.ParticipantSID(fmt.Sprintf("PA_%d", v.joined))
		v.knows[sid], v.has[sid] = map[id.ParticipantSID]bool{}, map[id.TrackSID]bool{}
		return Join{SID: sid, Identity: who, AutoSubscribe: true, Permission: Permission{CanPublish: true, CanSubscribe: true}}
	}
	p := v.state.order[r.IntN(len(v.state.order))]
	var own id.TrackSID
	if len(p.tracks) > 0 {
		own = p.tracks[r.IntN(len(p.tracks))].info.SID
	}
	switch r.IntN(14) {
	case 0, 1, 2, 3:
		yes := func() bool { return r.IntN(2) == 0 }
		return SetRights{who, Rights{yes(), yes(), yes(), yes(), yes(), yes(), yes(), yes(), yes()}}
	case 4:
		return TransportConnected{p.sid}
	case 5, 6:
		kind := TrackType(r.IntN(2))
		source := []TrackSource{Microphone, Camera}[kind]
		return AddTrack{Participant: p.sid, CID: fmt.Sprint(r.Int()), Type: kind, Source: source}
	case 7, 8:
		return TrackNegotiated{Participant: p.sid, Track: own, MID: "1", MIME: "x/y", Number: 0}
	case 9:
		return Resume{p.sid, p.identity}
	case 10:
		if r.IntN(3) == 0 {
			return Leave{p.sid, ReasonClientInitiated}
		}
		return StopSource{p.identity, TrackSource(r.IntN(5))}
	case 11:
		return Mute{p.sid, own, r.IntN(2) == 0}
	case 12:
		return SignalSeen{p.sid, v.now}
	}
	var m Measures
	for _, q := range v.state.order {
		m.Links = append(m.Links, Link{Participant: q.sid, UpLoss: r.Float32()})
		for _, t := range q.tracks {
			m.Levels = append(m.Levels, TrackLevel{Publisher: q.sid, Track: t.info.SID, Active: r.IntN(2) == 0, Level: uint8(r.IntN(127))})
		}
	}
	return Tick{m}
}

// note takes an effect to those who get it, and fails when it tells of somebody whom they do not know.
func (v *views) note(e Effect) {
	for _, to := range e.To {
		known := func(about id.ParticipantSID) {
			if about != to && !v.knows[to][about] {
				v.t.Fatalf("%s was told of %s by a %T", to, about, e.Message)
			}
		}
		switch m := e.Message.(type) {
		case JoinResponse:
			v.learn(to, m.Others)
		case Update:
			v.learn(to, m.Participants)
		case SpeakersChanged:
			for _, s := range m.Speakers {
				known(s.Participant)
			}
		case QualityChanged:
			for _, q := range m.Updates {
				known(q.Participant)
			}
		case StreamState:
			known(m.Publisher)
		case Subscribe:
			for _, s := range m.Subscriptions {
				known(s.Publisher)
				v.has[to][s.Track.SID] = true
			}
		case Unsubscribe:
			for _, t := range m.Tracks {
				delete(v.has[to], t)
			}
		}
	}
}

func (v *views) learn(to id.ParticipantSID, about []*ParticipantInfo) {
	for _, p := range about {
		switch {
		case p.State != Disconnected:
			v.knows[to][p.SID] = true
		case p.SID != to:
			if !v.knows[to][p.SID] && v.state.participants[p.SID] != nil {
				v.t.Fatalf("%s was told that %s, whom it never saw, is gone", to, p.SID)
			}
			delete(v.knows[to], p.SID)
		}
	}
}

// A pupil whose camera only the teacher gets must not show it to all by calling it a microphone.
func TestAPictureDoesNotComeAsAMicrophone(t *testing.T) {
	sc := guarded(t, map[string]Rights{"anna": {Microphone: true, Screen: true, Shown: true}})
	anna := sc.active("anna")
	for _, lie := range []AddTrack{
		{Type: Video, Source: Microphone}, {Type: Video, Source: ScreenShareAudio}, {Type: Audio, Source: ScreenShare}, {Type: Video},
	} {
		lie.Participant, lie.CID = anna.sid, "lie"
		for _, e := range sc.state.Apply(sc.now, lie) {
			if r, ok := e.Message.(RequestResponse); !ok || r.Result != ResultNotAllowed {
				t.Errorf("%v as %v: %+v", lie.Type, lie.Source, e.Message)
			}
		}
	}
	if p := sc.state.participants[anna.sid]; len(p.tracks) != 0 {
		t.Errorf("%d tracks", len(p.tracks))
	}
}
