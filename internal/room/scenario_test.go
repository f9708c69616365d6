package room

import (
	"strings"
	"testing"
	"time"

	"konklave/internal/id"
	"konklave/internal/pii"
)

func TestTwoPeopleSeeAndHearEachOther(t *testing.T) {
	sc := newScene(t, Options{})
	alice := sc.join("alice")
	sc.want("alice < join", "alice < token")
	sc.do(TransportConnected{alice.sid})
	sc.want("alice < update alice*")

	mic := alice.announce("mic")
	sc.want("alice < published mic")
	alice.negotiated(mic)
	sc.want("alice < FORWARD alice.mic=true", "alice < update alice* mic")
	alice.negotiated(mic)
	sc.want() // nothing new

	bob := sc.join("bob")
	sc.want("bob < join alice* mic", "bob < token", "alice < update bob", "bob < SUBSCRIBE alice.mic@0")
	sc.do(Bound{bob.sid, mic})
	sc.want("alice < subscribed alice.mic", "bob < stream alice.mic paused=false")
	sc.do(TransportConnected{bob.sid})
	sc.want("alice bob < update bob*")

	camera := bob.announce("camera")
	sc.want("bob < published camera")
	bob.negotiated(camera)
	sc.want("bob < FORWARD bob.camera=true", "alice bob < update bob* camera", "alice < SUBSCRIBE bob.camera@2")

	sc.do(Mute{bob.sid, camera, true})
	sc.want("bob < FORWARD bob.camera=false", "alice bob < update bob* camera(muted)")
	sc.do(TrackEnded{bob.sid, camera})
	sc.want("alice bob < update bob*", "alice < UNSUBSCRIBE bob.camera")

	sc.do(Leave{alice.sid, ReasonClientInitiated})
	sc.want("alice < CLOSE reason=1", "bob < update alice left", "bob < UNSUBSCRIBE alice.mic")
}

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

func TestDuplicateIdentityPutsTheOldOneOutFirst(t *testing.T) {
	sc := newScene(t, Options{})
	sc.active("bob")
	old := sc.active("alice")
	old.publish("mic")
	again := sc.joining("alice")
	sc.names[string(again.SID)] = "alice2"
	sc.do(again)
	sc.want(
		"alice < leave reason=2 action=0", "alice < CLOSE reason=2",
		"bob < update alice left", "bob < UNSUBSCRIBE alice.mic",
		"alice2 < join bob*", "alice2 < token", "bob < update alice2",
	)
}

func TestVersionsIncrease(t *testing.T) {
	sc := newScene(t, Options{})
	alice := sc.active("alice")
	var last uint32
	for _, c := range []Command{
		AddTrack{Participant: alice.sid, CID: "a"}, TrackNegotiated{Participant: alice.sid, Track: "TR_A\x001"},
		TransportConnected{alice.sid}, Mute{alice.sid, "TR_A\x001", true}, Mute{alice.sid, "TR_A\x001", false},
		Leave{alice.sid, ReasonClientInitiated},
	} {
		for _, e := range sc.do(c) {
			if u, ok := e.Message.(Update); ok {
				if v := u.Participants[0].Version; v <= last {
					t.Fatalf("%T: version %d after %d", c, v, last)
				} else {
					last = v
				}
			}
		}
	}
	if last < 4 {
		t.Fatalf("only %d versions seen", last)
	}
}

func TestHiddenSeesButIsNotSeen(t *testing.T) {
	sc := newScene(t, Options{})
	alice := sc.active("alice")
	mic := alice.publish("mic")
	ghost := sc.join("ghost", hidden)
	sc.want("ghost < join alice* mic", "ghost < token", "ghost < SUBSCRIBE alice.mic@0")
	sc.do(TransportConnected{ghost.sid})
	sc.want("ghost < update ghost*")
	sc.do(Bound{ghost.sid, mic})
	sc.want("ghost < stream alice.mic paused=false") // alice does not learn of a subscriber
	ghost.announce("mic")
	sc.want("ghost < response room.AddTrack result=2")
	sc.join("bob")
	sc.wantSome("bob < join alice* mic")
	sc.do(Leave{ghost.sid, ReasonClientInitiated})
	sc.want("ghost < CLOSE reason=1")
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
	sc.do(TrackEnded{alice.sid, mic})
	sc.want("alice < update alice*", "alice < published mic")
}

func TestAdaptiveStreamStartsLowAndGetsWhatItsElementsNeed(t *testing.T) {
	sc := newScene(t, Options{})
	alice, bob := sc.active("alice"), sc.active("bob", adaptive)
	sc.active("carol")
	cam := alice.publish("camera")
	sc.wantSome("bob < SUBSCRIBE alice.camera@0", "carol < SUBSCRIBE alice.camera@2")
	set := func(c TrackSettings) {
		c.Participant, c.Tracks = bob.sid, []id.TrackSID{cam}
		sc.do(c)
	}
	set(TrackSettings{Width: 600, Height: 340, Quality: High})
	sc.want("bob < LAYER alice.camera@1 disabled=false")
	set(TrackSettings{Width: 600, Height: 340, Quality: High})
	sc.want()
	set(TrackSettings{Disabled: true, Quality: High})
	sc.want("bob < LAYER alice.camera@2 disabled=true")
	set(TrackSettings{Quality: Medium})
	sc.want("bob < LAYER alice.camera@1 disabled=false")
}

func TestLargeRoomsPutNegotiationsTogether(t *testing.T) {
	sc := newScene(t, Options{})
	alice := sc.active("alice")
	for i := range largeRoom {
		sc.join("x", func(c *Join) { c.Identity = id.Identity(strings.Repeat("x", i+1)) })
	}
	bob := sc.active("bob")
	sc.now = sc.now.Add(time.Minute / 2)
	alice.publish("mic")
	sc.wantSome("alice x" + strings.Repeat(" x", largeRoom-1) + " bob < update alice* mic")
	if n := len(bob.state.participants[bob.sid].subscriptions); n != 1 {
		t.Fatalf("%d subscriptions at once, want the first", n)
	}
	sc.now = sc.now.Add(tickInterval)
	alice.publish("camera")
	alice.publish("screen")
	sc.wantNone("SUBSCRIBE")
	sc.wait(2*tickInterval, alice, bob)
	sc.wantNone("SUBSCRIBE")
	sc.wait(2*tickInterval, alice, bob)
	sc.wantSome("bob < SUBSCRIBE alice.camera@2 alice.screen@2")
}

func TestSettingsOfATrackToComeAreKept(t *testing.T) {
	sc := newScene(t, Options{})
	alice, bob := sc.active("alice"), sc.active("bob")
	cam := alice.announce("camera")
	sc.do(TrackSettings{Participant: bob.sid, Tracks: []id.TrackSID{cam}, Width: 100, Height: 100})
	sc.want()
	alice.negotiated(cam)
	sc.wantSome("bob < SUBSCRIBE alice.camera@0")
}

func TestSubscriptionsByChoice(t *testing.T) {
	sc := newScene(t, Options{})
	alice, bob := sc.active("alice"), sc.active("bob", onDemand)
	mic := alice.publish("mic")
	sc.wantNone("SUBSCRIBE")
	sc.do(UpdateSubscription{bob.sid, []id.TrackSID{mic}, true})
	sc.want("bob < SUBSCRIBE alice.mic@0")
	sc.do(UpdateSubscription{bob.sid, []id.TrackSID{mic}, false})
	sc.want("bob < UNSUBSCRIBE alice.mic")

	sc.do(UpdateSubscription{bob.sid, []id.TrackSID{"TR_never"}, true})
	sc.want()
	sc.wait(wishTimeout+2*sweepInterval, alice, bob)
	sc.wantSome("bob < no TR_never error=2")
	sc.wait(wishTimeout+2*sweepInterval, alice, bob)
	sc.wantNone("TR_never")
}

func TestFailedSubscriptionIsTriedWhenAskedAnew(t *testing.T) {
	sc := newScene(t, Options{})
	alice, bob := sc.active("alice"), sc.active("bob")
	cam := alice.publish("camera")
	sc.do(SubscriptionFailed{bob.sid, cam, SubscriptionCodecUnsupported})
	sc.want("bob < UNSUBSCRIBE alice.camera", "bob < no alice.camera error=1")
	sc.wait(2*sweepInterval, alice, bob)
	sc.wantNone("SUBSCRIBE")
	sc.do(UpdateSubscription{bob.sid, []id.TrackSID{cam}, true})
	sc.want("bob < SUBSCRIBE alice.camera@2")
}

func TestPublisherDecidesWhoSubscribes(t *testing.T) {
	sc := newScene(t, Options{})
	alice, _, carol := sc.active("alice"), sc.active("bob"), sc.active("carol")
	mic := alice.publish("mic")
	sc.do(SubscriptionPermission{Participant: alice.sid, All: true})
	sc.want()
	sc.do(SubscriptionPermission{Participant: alice.sid, Allowed: []TrackPermission{
		{Subscriber: carol.sid, Tracks: []id.TrackSID{mic}},
	}})
	sc.want("bob < permission alice.mic=false", "bob < UNSUBSCRIBE alice.mic")
	sc.join("dave")
	sc.wantSome("dave < permission alice.mic=false")
	sc.wantNone("SUBSCRIBE")
	sc.do(SubscriptionPermission{Participant: alice.sid, Allowed: []TrackPermission{{Identity: "bob", AllTracks: true}}})
	sc.want("bob < permission alice.mic=true", "carol < permission alice.mic=false",
		"carol < UNSUBSCRIBE alice.mic", "bob < SUBSCRIBE alice.mic@0")
	sc.do(SubscriptionPermission{Participant: alice.sid, All: true})
	sc.want("carol < permission alice.mic=true", "dave < permission alice.mic=true", "carol dave < SUBSCRIBE alice.mic@0")
}

func TestWhoMayNotSubscribeGetsNoMedia(t *testing.T) {
	sc := newScene(t, Options{})
	alice := sc.active("alice")
	mic := alice.publish("mic")
	deaf := sc.active("deaf", noSubscribe)
	sc.do(UpdateSubscription{deaf.sid, []id.TrackSID{mic}, true})
	sc.want()
	sc.do(SetPermission{deaf.sid, Permission{CanSubscribe: true}})
	sc.wantSome("deaf < token", "deaf < SUBSCRIBE alice.mic@0")
	sc.do(SetPermission{alice.sid, Permission{CanSubscribe: true}})
	sc.wantSome("alice < unpublished alice.mic", "alice deaf < update alice*", "deaf < UNSUBSCRIBE alice.mic")
}

func TestLossOfSignallingHoldsTracksBack(t *testing.T) {
	sc := newScene(t, Options{SignalLossLimit: 8 * time.Second})
	alice, bob := sc.active("alice"), sc.active("bob")
	alice.publish("mic")
	sc.wait(7500*time.Millisecond, bob)
	sc.wantNone("FORWARD")
	sc.wait(time.Second, bob)
	sc.wantSome("alice < FORWARD alice.mic=false")
	sc.do(SignalSeen{alice.sid, sc.now})
	sc.want("alice < FORWARD alice.mic=true")

	sc.do(SignalLost{alice.sid})
	sc.want()
	sc.wait(10*time.Second, bob)
	sc.wantSome("alice < FORWARD alice.mic=false")
	sc.do(Resume{alice.sid, "alice"})
	sc.want("alice < reconnect", "alice < update bob*, alice* mic", "alice < room people=2 publishers=1",
		"alice < token", "alice < FORWARD alice.mic=true")
}

func TestWithoutLimitLossOfSignallingHoldsNothingBack(t *testing.T) {
	sc := newScene(t, Options{})
	alice, bob := sc.active("alice"), sc.active("bob")
	alice.publish("mic")
	sc.wait(40*time.Second, bob)
	sc.wantNone("FORWARD")
}

func TestWhoDoesNotResumeIsRemoved(t *testing.T) {
	sc := newScene(t, Options{})
	alice, bob := sc.active("alice"), sc.active("bob")
	sc.do(SignalLost{alice.sid})
	sc.wait(29*time.Second, bob)
	sc.wantNone("left")
	sc.wait(2*time.Second, bob)
	sc.wantSome("alice < CLOSE reason=9", "bob < update alice left")
	sc.do(Resume{alice.sid, "alice"})
	sc.want("< refused: participant is not in the room")
}

func TestResumeNeedsTheSameIdentity(t *testing.T) {
	sc := newScene(t, Options{})
	alice := sc.active("alice")
	sc.do(Resume{alice.sid, "mallory"})
	sc.want("< refused: participant is not in the room")
}

func TestResumeTellsOfThoseWhoLeftMeanwhile(t *testing.T) {
	sc := newScene(t, Options{})
	alice, bob := sc.active("alice"), sc.active("bob")
	sc.do(SignalLost{alice.sid})
	sc.do(Leave{bob.sid, ReasonClientInitiated})
	sc.do(Resume{alice.sid, "alice"})
	sc.wantSome("alice < reconnect", "alice < update alice*, bob left")
}

func TestResumeRepeatsWhatMayHaveBeenMissed(t *testing.T) {
	sc := newScene(t, Options{})
	alice, bob := sc.active("alice"), sc.active("bob")
	mic := bob.publish("mic")
	cam := bob.publish("camera")
	sc.do(SubscriptionPermission{Participant: bob.sid, Allowed: []TrackPermission{{Identity: "alice", Tracks: []id.TrackSID{mic}}}})
	sc.do(SignalLost{alice.sid})
	sc.do(Resume{alice.sid, "alice"})
	sc.wantSome("alice < reconnect", "alice < permission bob.mic=true", "alice < speakers bob=0.000", "alice < permission bob.camera=false")
	sc.do(SubscriptionPermission{Participant: bob.sid, All: true})
	sc.want("alice < permission bob.camera=true", "alice < SUBSCRIBE bob.camera@2")
	if n := len(sc.state.tracks[cam].denied); n != 0 {
		t.Fatalf("%d are still denied", n)
	}
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

func TestBackupCodec(t *testing.T) {
	sc := newScene(t, Options{})
	alice := sc.active("alice")
	cam := alice.announce("camera", func(c *AddTrack) { c.Codecs = []Codec{{MIME: "VP9", CID: "camera"}} })
	alice.announce("backup", func(c *AddTrack) { c.SID, c.Type, c.Codecs = cam, Video, []Codec{{MIME: "vp8", CID: "backup"}} })
	sc.want("alice < published backup")
	codecs := sc.state.participants[alice.sid].tracks[0].info.Codecs
	if len(codecs) != 2 || codecs[0].MIME != "video/vp9" || codecs[0].LayerMode != manyLayersPerStream ||
		codecs[1].MIME != "video/vp8" || codecs[1].LayerMode != oneLayerPerStream || len(codecs[0].Layers) != 3 {
		t.Fatalf("codecs %+v", codecs)
	}
}

func TestClientWithOtherStateReconnects(t *testing.T) {
	sc := newScene(t, Options{})
	alice := sc.active("alice")
	mic := alice.publish("mic")
	sc.do(SyncState{Participant: alice.sid, Publishing: []id.TrackSID{mic}})
	sc.want()
	sc.do(SyncState{Participant: alice.sid, Publishing: []id.TrackSID{mic, "TR_gone"}})
	sc.want("alice < leave reason=6 action=2", "alice < CLOSE reason=6")
}

func TestWhoNeverConnectsIsRemoved(t *testing.T) {
	sc := newScene(t, Options{})
	alice := sc.join("alice")
	sc.wait(59*time.Second, alice)
	sc.wantNone("CLOSE")
	sc.wait(2*time.Second, alice)
	sc.wantSome("alice < leave reason=14 action=2", "alice < CLOSE reason=14")

	bob := sc.join("bob")
	sc.do(SignalLost{bob.sid})
	sc.want("bob < CLOSE reason=9")
}

func TestFailedTransportMeansReconnect(t *testing.T) {
	sc := newScene(t, Options{})
	alice, _ := sc.active("alice"), sc.active("bob")
	sc.do(TransportFailed{alice.sid})
	sc.want("alice < leave reason=15 action=2", "alice < CLOSE reason=15", "bob < update alice left")
}

func TestSpeakersAreToldToThoseWhoHearThem(t *testing.T) {
	sc := newScene(t, Options{})
	alice, bob := sc.active("alice"), sc.active("bob")
	sc.active("deaf", noSubscribe)
	mic := alice.publish("mic")
	speak := func(level uint8, active bool) {
		sc.now = sc.now.Add(tickInterval)
		sc.do(Tick{Measures{Levels: []TrackLevel{{alice.sid, mic, level, active}}}})
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

func TestMetadata(t *testing.T) {
	sc := newScene(t, Options{})
	alice := sc.active("alice", func(c *Join) {
		c.Permission.CanUpdateMetadata = true
		c.Name, c.Attributes = "Alice", map[string]string{"a": "1", "b": "2"}
	})
	bob := sc.active("bob")
	sc.do(UpdateMetadata{Participant: alice.sid, RequestID: 7, Attributes: map[string]string{"a": "", "c": "3"}})
	sc.want("alice bob < update alice*", "alice < token", "alice < response room.UpdateMetadata result=0")
	_, people := sc.state.Snapshot()
	if p := people[0]; p.Name.Reveal() != "Alice" || len(p.Attributes) != 2 || p.Attributes["b"] != "2" || p.Attributes["c"] != "3" {
		t.Fatalf("attributes %v", p.Attributes)
	}
	sc.do(UpdateMetadata{Participant: alice.sid, Metadata: pii.Text(strings.Repeat("x", maxMetadata+1))})
	sc.want("alice < response room.UpdateMetadata result=3")
	sc.do(UpdateMetadata{Participant: alice.sid, Attributes: map[string]string{"k": strings.Repeat("x", maxAttributes)}})
	sc.want("alice < response room.UpdateMetadata result=3")
	sc.do(UpdateMetadata{Participant: bob.sid, Name: "Alice"})
	sc.want("bob < response room.UpdateMetadata result=2")
	sc.do(SetRoomMetadata{"m"})
	sc.want("alice bob < room people=2 publishers=0")
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

func TestRoomEnds(t *testing.T) {
	sc := newScene(t, Options{EmptyTimeout: time.Minute, DepartureTimeout: 10 * time.Second})
	sc.wait(59 * time.Second)
	sc.wantNone("ended")
	sc.wait(2 * time.Second)
	sc.wantSome("< ended reason=10")
	sc.do(sc.joining("late"))
	sc.want("< refused: room is closed")

	sc = newScene(t, Options{DepartureTimeout: 10 * time.Second})
	alice := sc.join("alice")
	sc.do(Leave{alice.sid, ReasonClientInitiated})
	sc.wait(9 * time.Second)
	sc.wantNone("ended")
	sc.wait(2 * time.Second)
	sc.wantSome("< ended reason=10")
}

func TestCloseTellsEveryone(t *testing.T) {
	sc := newScene(t, Options{})
	sc.active("alice")
	sc.active("bob")
	sc.do(Close{ReasonServerShutdown})
	sc.want("alice bob < leave reason=3 action=0", "alice bob < CLOSE reason=3", "< ended reason=3")
	sc.do(Tick{})
	sc.want()
}

func TestWhoIsNotLetIn(t *testing.T) {
	sc := newScene(t, Options{MaxParticipants: 1})
	tests := []struct {
		name   string
		change func(*Join)
		want   error
	}{
		{"no identity", func(c *Join) { c.Identity = "" }, ErrIdentityInvalid},
		{"long identity", func(c *Join) { c.Identity = id.Identity(strings.Repeat("x", 257)) }, ErrIdentityInvalid},
		{"long name", func(c *Join) { c.Name = pii.Name(strings.Repeat("x", 257)) }, ErrNameTooLong},
		{"much metadata", func(c *Join) { c.Metadata = pii.Text(strings.Repeat("x", maxMetadata+1)) }, ErrMetadataTooLarge},
		{"many attributes", func(c *Join) { c.Attributes = map[string]string{"k": strings.Repeat("x", maxAttributes)} }, ErrMetadataTooLarge},
	}
	for _, test := range tests {
		sc.join(test.name, test.change)
		sc.want("< refused: " + test.want.Error())
	}
	sc.join("alice")
	sc.join("bob")
	sc.want("< refused: room is full")
	sc.join("alice") // replaces itself
	sc.wantSome("alice < join")
}
