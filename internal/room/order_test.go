package room

import (
	"errors"
	"strings"
	"testing"
	"time"

	"konklave/internal/id"
	"konklave/internal/pii"
)

// refusal gives the error with which the last order was answered.
func refusal(effects []Effect) error {
	for _, e := range effects {
		if r, ok := e.Message.(Refused); ok && r.Participant == "" {
			return r.Err
		}
	}
	return nil
}

func TestOrdersMuteAtOnce(t *testing.T) {
	sc := newScene(t, Options{})
	alice := sc.active("alice")
	sc.active("bob")
	mic := alice.publish("mic")
	sc.do(MuteTrack{"alice", mic, true})
	sc.want("alice < please mute=true alice.mic", "alice < FORWARD alice.mic=false", "alice bob < update alice* mic(muted)")
	sc.do(Mute{alice.sid, mic, true})
	sc.want() // the client has obeyed: known already
	sc.do(MuteTrack{"alice", mic, false})
	sc.want("alice < please mute=false alice.mic") // nobody is unmuted against its will
	sc.do(Mute{alice.sid, mic, false})
	sc.want("alice < FORWARD alice.mic=true", "alice bob < update alice* mic")
}

func TestOrdersChangeParticipants(t *testing.T) {
	sc := newScene(t, Options{})
	alice := sc.active("alice")
	sc.active("bob")
	alice.publish("mic")
	sc.do(ChangeParticipant{Identity: "alice", Name: "Alice", Attributes: map[string]string{"hand": "up"}})
	sc.want("alice bob < update alice* mic", "alice < token")
	if _, people := sc.state.Snapshot(); people[0].Name != "Alice" || people[0].Attributes["hand"] != "up" {
		t.Errorf("%+v", people[0])
	}
	sc.do(ChangeParticipant{Identity: "alice", Attributes: map[string]string{"hand": ""}})
	if _, people := sc.state.Snapshot(); len(people[0].Attributes) != 0 {
		t.Errorf("%+v", people[0])
	}
	sc.do(ChangeParticipant{Identity: "alice"})
	sc.want()

	sc.do(ChangeParticipant{Identity: "alice", Permission: &Permission{CanSubscribe: true}})
	sc.wantSome("alice < unpublished alice.mic", "bob < UNSUBSCRIBE alice.mic", "alice bob < update alice*", "alice < token")
	sc.wantEvents("track gone alice alice.mic (2)")
}

func TestOrdersChangeSubscriptions(t *testing.T) {
	sc := newScene(t, Options{})
	alice := sc.active("alice")
	sc.active("bob", onDemand)
	mic := alice.publish("mic")
	sc.do(ChangeSubscriptions{Identity: "bob", Tracks: []id.TrackSID{mic}, Subscribe: true})
	sc.want("bob < SUBSCRIBE alice.mic@0")
	sc.do(ChangeSubscriptions{Identity: "bob", Tracks: []id.TrackSID{mic}})
	sc.want("bob < UNSUBSCRIBE alice.mic")
}

func TestOrdersThatCannotBeCarriedOut(t *testing.T) {
	sc := newScene(t, Options{})
	sc.active("alice")
	tests := []struct {
		name string
		c    Command
		want error
	}{
		{"remove nobody", RemoveParticipant{"nobody"}, ErrUnknownParticipant},
		{"mute nobody", MuteTrack{"nobody", "TR_x", true}, ErrUnknownParticipant},
		{"mute no track", MuteTrack{"alice", "TR_x", true}, ErrUnknownTrack},
		{"change nobody", ChangeParticipant{Identity: "nobody"}, ErrUnknownParticipant},
		{"the longest name", ChangeParticipant{Identity: "alice", Name: pii.Name(strings.Repeat("x", maxName))}, nil},
		{"too long a name", ChangeParticipant{Identity: "alice", Name: pii.Name(strings.Repeat("x", maxName+1))}, ErrNameTooLong},
		{"too much metadata", ChangeParticipant{Identity: "alice", Metadata: pii.Text(strings.Repeat("x", maxMetadata+1))}, ErrMetadataTooLarge},
		{"too many attributes", ChangeParticipant{Identity: "alice", Attributes: map[string]string{"a": strings.Repeat("x", maxAttributes)}}, ErrMetadataTooLarge},
		{"subscribe nobody", ChangeSubscriptions{Identity: "nobody"}, ErrUnknownParticipant},
		{"room metadata", SetRoomMetadata{pii.Text(strings.Repeat("x", maxMetadata+1))}, ErrMetadataTooLarge},
	}
	for _, test := range tests {
		if have := refusal(sc.do(test.c)); !errors.Is(have, test.want) {
			t.Errorf("%s: %v, want %v", test.name, have, test.want)
		}
	}
}

func TestEventsTellTheWholeStory(t *testing.T) {
	sc := newScene(t, Options{DepartureTimeout: time.Second})
	sc.do(Start{})
	sc.wantEvents("started (0)")
	alice := sc.join("alice")
	sc.wantEvents("came alice (1)")
	sc.do(TransportConnected{alice.sid})
	sc.wantEvents("active alice (1)")
	sc.do(TransportConnected{alice.sid})
	sc.wantEvents() // an ICE restart is no news
	mic := alice.announce("mic")
	sc.wantEvents() // not before it is negotiated
	alice.negotiated(mic)
	sc.wantEvents("track alice alice.mic (1)")
	sc.do(TrackEnded{Participant: alice.sid, Track: mic})
	sc.wantEvents("track gone alice alice.mic (1)")

	alice.publish("camera")
	bob := sc.join("bob")
	sc.do(Leave{bob.sid, ReasonClientInitiated})
	sc.wantEvents("gone bob reason=1 active=false (1)")
	sc.do(RemoveParticipant{"alice"})
	sc.want("alice < leave reason=4 action=0", "alice < CLOSE reason=4")
	sc.wantEvents("track gone alice alice.camera (0)", "gone alice reason=4 active=true (0)")
	sc.now = sc.now.Add(time.Second)
	sc.do(Tick{})
	sc.wantEvents("ended reason=10 (0)")
	sc.do(Start{})
	sc.wantEvents()
}

func TestEventsOfARoomThatIsDeleted(t *testing.T) {
	sc := newScene(t, Options{})
	alice := sc.active("alice")
	alice.publish("mic")
	sc.join("bob")
	sc.do(Close{ReasonRoomDeleted})
	sc.want("alice bob < leave reason=5 action=0", "alice bob < CLOSE reason=5", "< ended reason=5")
	sc.wantEvents("track gone alice alice.mic (1)", "gone alice reason=5 active=true (1)",
		"gone bob reason=5 active=false (0)", "ended reason=5 (0)")
}

func TestEveryoneLearnsAtOnceThatTheRoomIsRecorded(t *testing.T) {
	sc := newScene(t, Options{})
	sc.active("alice")
	recorder := sc.join("recorder", hidden, func(c *Join) { c.Permission.Recorder = true })
	sc.wantSome("alice recorder < room people=1 publishers=0")
	if info, _ := sc.state.Snapshot(); !info.Recording {
		t.Error("the room does not say so")
	}
	sc.do(Leave{recorder.sid, ReasonClientInitiated})
	if info, _ := sc.state.Snapshot(); info.Recording {
		t.Error("the room still says so")
	}
}
