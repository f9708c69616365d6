package room

import (
	"strings"
	"testing"
	"time"

	"konklave/internal/id"
	"konklave/internal/pii"
)

func TestAudioIsNegotiatedFromItsFirstUnmute(t *testing.T) {
	sc := newScene(t, Options{})
	alice, _ := sc.active("alice"), sc.active("bob")
	mic := alice.publish("mic", muted)
	sc.want("alice < FORWARD alice.mic=false", "alice bob < update alice* mic(muted)")
	sc.do(Mute{alice.sid, mic, false})
	sc.want("alice < FORWARD alice.mic=true", "alice bob < update alice* mic", "bob < SUBSCRIBE alice.mic@0")
	sc.do(Mute{alice.sid, mic, true})
	sc.want("alice < FORWARD alice.mic=false", "alice bob < update alice* mic(muted)")
	sc.join("carol") // late, and it is muted: it may be heard again
	sc.wantSome("carol < SUBSCRIBE alice.mic@0")
	sc.do(Mute{alice.sid, mic, true})
	sc.want() // no change
}

func TestPublishingIsRefused(t *testing.T) {
	sc := newScene(t, Options{})
	listener := sc.active("listener", noPublish)
	listener.announce("mic")
	sc.want("listener < response room.AddTrack result=2")

	caller := sc.active("caller", func(c *Join) { c.Permission.CanPublishSources = []TrackSource{Microphone} })
	caller.announce("camera")
	sc.want("caller < response room.AddTrack result=2")
	caller.announce("mic")
	sc.want("caller < published mic")
	caller.announce("data", func(c *AddTrack) { c.Type = 2 })
	sc.want("caller < response room.AddTrack result=5")
	caller.announce("", func(c *AddTrack) { c.CID = "" })
	sc.want("caller < response room.AddTrack result=11")
	caller.announce("named", func(c *AddTrack) { c.Name = pii.Name(strings.Repeat("x", 257)) })
	sc.want("caller < response room.AddTrack result=3")
	caller.announce("backup", func(c *AddTrack) { c.SID = "TR_unknown" })
	sc.want("caller < response room.AddTrack result=1")
	sc.do(Mute{caller.sid, "TR_unknown", true})
	sc.want("caller < response room.Mute result=1")
}

func TestPendingTracksAreLimited(t *testing.T) {
	sc := newScene(t, Options{})
	alice := sc.active("alice")
	for i := range maxPendingTracks {
		if alice.announce("mic"+string(rune('a'+i))) == "" {
			t.Fatalf("track %d refused", i)
		}
	}
	alice.announce("one more")
	sc.want("alice < response room.AddTrack result=3")
}

func TestSameClientTrackWaitsForTheEndOfTheFirst(t *testing.T) {
	sc := newScene(t, Options{})
	alice := sc.active("alice")
	mic := alice.publish("mic")
	for range maxQueuedTracks {
		alice.announce("mic")
		sc.want("alice < response room.AddTrack result=4")
	}
	alice.announce("mic")
	sc.want("alice < response room.AddTrack result=3")
	sc.do(TrackEnded{Participant: alice.sid, Track: mic})
	sc.want("alice < update alice*", "alice < published mic")
}

func TestTracksOfUnreasonableSizeAreRefused(t *testing.T) {
	sc := newScene(t, Options{})
	alice := sc.active("alice")
	long := strings.Repeat("x", maxText+1)
	for name, change := range map[string]func(*AddTrack){
		"stream":   func(c *AddTrack) { c.Stream = long },
		"layers":   func(c *AddTrack) { c.Layers = make([]Layer, maxLayers+1) },
		"rid":      func(c *AddTrack) { c.Layers = []Layer{{RID: long}} },
		"codecs":   func(c *AddTrack) { c.Codecs = make([]Codec, maxCodecs+1) },
		"mime":     func(c *AddTrack) { c.Codecs = []Codec{{MIME: long}} },
		"features": func(c *AddTrack) { c.AudioFeatures = make([]int32, maxFeatures+1) },
	} {
		alice.announce(name, change)
		sc.want("alice < response room.AddTrack result=11")
	}
}

func TestSpeakersAreToldToThoseWhoHearThem(t *testing.T) {
	sc := newScene(t, Options{})
	alice, bob := sc.active("alice"), sc.active("bob")
	sc.active("deaf", noSubscribe)
	mic := alice.publish("mic")
	speak := func(level uint8, active bool) {
		sc.now = sc.now.Add(tickInterval)
		sc.do(Tick{Measures{Levels: []TrackLevel{{Publisher: alice.sid, Track: mic, Level: level, Active: active}}}})
	}
	speak(20, true)
	sc.wantSome("alice bob < speakers alice=0.125")
	speak(20, true)
	sc.wantNone("speakers")
	speak(0, true)
	sc.wantSome("alice bob < speakers alice=1.000")
	carol := sc.join("carol")
	sc.do(Bound{carol.sid, mic})
	sc.wantSome("carol < speakers alice=1.000")
	speak(0, false)
	sc.wantSome("alice bob carol < speakers alice=0.000")
	sc.do(Mute{alice.sid, mic, true})
	speak(0, true) // muted: whatever arrives
	sc.wantNone("speakers")
	sc.do(Leave{bob.sid, ReasonClientInitiated})
}

// Whose voice is the loudest for a while is the speaker, whose camera comes first for all who did not say otherwise.
func TestWhoSpeaksIsSeenFirst(t *testing.T) {
	sc := newScene(t, Options{})
	alice, bob, carol := sc.active("alice"), sc.active("bob"), sc.active("carol")
	mics := []id.TrackSID{alice.publish("mic"), bob.publish("mic")}
	cameras := []id.TrackSID{alice.publish("cam"), bob.publish("cam")}
	screen := bob.publish("screen", func(c *AddTrack) { c.Source = ScreenShare })
	speak := func(d time.Duration, first, second uint8) {
		for end := sc.now.Add(d); sc.now.Before(end); {
			sc.now = sc.now.Add(tickInterval)
			sc.do(Tick{Measures{Levels: []TrackLevel{
				{Publisher: alice.sid, Track: mics[0], Level: first, Active: first < silenceLevelDBov},
				{Publisher: bob.sid, Track: mics[1], Level: second, Active: second < silenceLevelDBov},
			}}})
		}
	}
	want := func(when string, first, second uint32) {
		t.Helper()
		has := sc.state.participants[carol.sid].subscriptions
		if a, b := has[cameras[0]].settings.Priority, has[cameras[1]].settings.Priority; a != first || b != second {
			t.Errorf("%s: priorities %d and %d, want %d and %d", when, a, b, first, second)
		}
		if has[screen].settings.Priority != 0 {
			t.Errorf("%s: the screen has a priority", when)
		}
	}
	const silent = silenceLevelDBov
	want("nobody spoke yet", 0, 0)
	speak(tickInterval, 30, silent)
	want("alice speaks", 1, 0)
	speak(speakerHold-tickInterval, 30, 10)
	want("bob cuts in for a moment", 1, 0)
	speak(speakerHold, 30, silent)
	speak(speakerHold, silent, silent)
	want("silence", 1, 0)
	speak(tickInterval, silent, 40)
	want("bob answers", 0, 1)
	speak(2*speakerHold, 30, 30)
	want("both as loud", 0, 1)
	sc.do(TrackSettings{Participant: carol.sid, Tracks: cameras, Priority: 3})
	want("carol has said otherwise", 3, 3)
	sc.do(TrackSettings{Participant: carol.sid, Tracks: cameras})
	want("and takes it back", 0, 1)
	sc.do(Leave{bob.sid, ReasonClientInitiated})
	speak(tickInterval, 30, silent)
	if p := sc.state.participants[carol.sid].subscriptions[cameras[0]].settings.Priority; p != 1 {
		t.Errorf("bob left, alice speaks: priority %d", p)
	}
}

func TestGradesOfLinks(t *testing.T) {
	sc := newScene(t, Options{})
	alice, bob := sc.active("alice"), sc.active("bob")
	alice.publish("mic")
	measure := func(l Link) {
		sc.now = sc.now.Add(qualityInterval)
		sc.do(SignalSeen{alice.sid, sc.now})
		sc.do(SignalSeen{bob.sid, sc.now})
		l.Participant = alice.sid
		sc.do(Tick{Measures{Links: []Link{l}}})
	}
	measure(Link{})
	sc.wantSome("alice bob < quality alice=2")
	measure(Link{UpLoss: 0.01})
	sc.wantNone("quality")
	measure(Link{DownLoss: 0.08})
	sc.wantSome("alice bob < quality alice=1")
	measure(Link{RTT: 900 * time.Millisecond})
	sc.wantSome("alice bob < quality alice=0")
	measure(Link{Silent: true})
	sc.wantSome("alice bob < quality alice=3")
}

func TestLayersAreToldOnceTheyAreSeen(t *testing.T) {
	sc := newScene(t, Options{})
	alice := sc.active("alice")
	cam := alice.publish("camera")
	sc.do(LayerSeen{Participant: alice.sid, Track: cam, Layer: 0, RID: "q", SSRC: 11})
	sc.want()
	sc.do(LayerSeen{Participant: alice.sid, Track: cam, Layer: 2, RID: "f", SSRC: 33})
	sc.do(LayerSeen{Participant: alice.sid, Track: cam, Layer: 9, SSRC: 99})
	sc.do(Tick{})
	sc.wantSome("alice < update alice* camera")
	_, people := sc.state.Snapshot()
	layers := people[0].Tracks[0].Layers
	if layers[0].SSRC != 11 || layers[1].SSRC != 0 || layers[2].SSRC != 33 || people[0].Tracks[0].Codecs[0].Layers[2].SSRC != 33 {
		t.Fatalf("layers %+v", layers)
	}
	sc.do(Tick{})
	sc.wantNone("update")
}
