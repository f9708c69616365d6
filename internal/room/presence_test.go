package room

import (
	"strings"
	"testing"
	"time"

	"konklave/internal/id"
	"konklave/internal/pii"
)

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

func TestClientWithOtherStateReconnects(t *testing.T) {
	sc := newScene(t, Options{})
	alice := sc.active("alice")
	mic := alice.publish("mic")
	sc.do(SyncState{Participant: alice.sid, Publishing: []id.TrackSID{mic}})
	sc.want()
	sc.do(SyncState{Participant: alice.sid, Publishing: []id.TrackSID{mic, "TR_gone"}})
	sc.want("alice < leave reason=6 action=2", "alice < CLOSE reason=6")
	bob := sc.active("bob")
	sc.do(SyncState{Participant: bob.sid, DataLost: true})
	sc.want("bob < leave reason=6 action=2", "bob < CLOSE reason=6")
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
