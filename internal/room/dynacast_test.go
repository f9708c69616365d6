package room

import (
	"slices"
	"testing"

	"konklave/internal/id"
)

func (p *person) watches(track id.TrackSID, set TrackSettings) {
	p.t.Helper()
	set.Participant, set.Tracks = p.sid, []id.TrackSID{track}
	p.do(set)
}

func TestPublishersSendWhatTheMostDemandingSubscriberWatches(t *testing.T) {
	sc := newScene(t, Options{})
	alice, bob, carol := sc.active("alice"), sc.active("bob"), sc.active("carol")
	cam := alice.publish("camera")
	sc.wantSome("alice < demand alice.camera y@2", "bob carol < SUBSCRIBE alice.camera@2")
	bob.watches(cam, TrackSettings{Quality: Low})
	sc.wait(2*demandHold, alice, bob, carol)
	sc.wantNone("demand") // carol still has all of it

	carol.watches(cam, TrackSettings{Quality: Medium})
	sc.wantNone("demand")
	sc.wait(demandHold-2*tickInterval, alice, bob, carol)
	sc.wantNone("demand")
	sc.wait(3*tickInterval, alice, bob, carol)
	sc.wantSome("alice < demand alice.camera y@1")

	carol.watches(cam, TrackSettings{Disabled: true})
	bob.watches(cam, TrackSettings{Quality: High}) // up at once
	sc.want("alice < demand alice.camera y@2", "bob < LAYER alice.camera@2 disabled=false")
}

func TestNobodyWatches(t *testing.T) {
	sc := newScene(t, Options{})
	alice := sc.active("alice")
	cam := alice.publish("camera")
	sc.wantNone("demand")
	sc.wait(demandHold+tickInterval, alice)
	sc.wantSome("alice < demand alice.camera y@3")
	sc.wait(2*demandHold, alice)
	sc.wantNone("demand") // once is enough

	bob := sc.active("bob", adaptive) // wants the least first
	sc.do(Tick{})
	bob.watches(cam, TrackSettings{Width: 1280, Height: 720})
	sc.wantSome("alice < demand alice.camera y@2")
	sc.do(Leave{bob.sid, ReasonClientInitiated})
	sc.wait(demandHold+tickInterval, alice)
	sc.wantSome("alice < demand alice.camera y@3")
}

func TestLessIsAskedForOnlyWhenItLasts(t *testing.T) {
	sc := newScene(t, Options{})
	alice, bob := sc.active("alice"), sc.active("bob", adaptive)
	cam := alice.publish("camera")
	sc.wantSome("alice < demand alice.camera y@2") // he begins with the least, and that may change at once
	sc.wait(demandHold/2, alice, bob)
	sc.wantNone("demand")
	bob.watches(cam, TrackSettings{Width: 1280, Height: 720})
	sc.wait(2*demandHold, alice, bob)
	sc.wantNone("demand")
}

func TestDemandIsRepeatedAfterAnAnswer(t *testing.T) {
	sc := newScene(t, Options{})
	alice, bob := sc.active("alice"), sc.active("bob")
	cam := alice.publish("camera", func(c *AddTrack) { c.Layers = nil })
	alice.publish("mic")
	bob.watches(cam, TrackSettings{Quality: Low})
	sc.do(Answered{alice.sid})
	sc.want()
	sc.wait(demandAgain/2, alice, bob)
	sc.wantNone("demand")
	sc.do(Answered{alice.sid})
	sc.wait(demandAgain/2+tickInterval, alice, bob)
	sc.wantSome("alice < demand alice.camera y@2")
	sc.wait(demandAgain/2+tickInterval, alice, bob) // for the second one
	sc.wantSome("alice < demand alice.camera y@2")
	sc.wait(demandHold, alice, bob) // being reminded does not keep it up
	sc.wantSome("alice < demand alice.camera y@0")
	if n := len(slices.DeleteFunc(sc.last, func(l string) bool { return l != "alice < demand alice.camera y@0" })); n != 1 {
		t.Errorf("told %d times", n)
	}
}

func TestOfATrackWithOneLayerItIsAllOrNothing(t *testing.T) {
	sc := newScene(t, Options{})
	alice, bob := sc.active("alice"), sc.active("bob", adaptive)
	cam := alice.publish("camera", func(c *AddTrack) { c.Layers = []Layer{{Quality: High, Width: 640, Height: 360}} })
	bob.watches(cam, TrackSettings{Width: 10, Height: 10})
	sc.wait(2*demandHold, alice, bob)
	sc.wantNone("demand")
	bob.watches(cam, TrackSettings{Disabled: true})
	sc.wait(2*demandHold, alice, bob)
	sc.wantSome("alice < demand alice.camera y@3")
}

func TestPublishersOfSeveralAudioCodecsAreToldWhichIsHeard(t *testing.T) {
	sc := newScene(t, Options{})
	alice := sc.active("alice")
	alice.publish("mic", func(a *AddTrack) { a.Codecs = []Codec{{MIME: "audio/opus"}, {MIME: "audio/pcmu"}} })
	sc.wait(demandHold+2*tickInterval, alice)
	sc.wantSome("alice < audio demand alice.mic y=false pcmu=false") // y: what was negotiated
	bob := sc.active("bob")
	sc.wait(tickInterval, alice, bob)
	sc.wantNone("audio demand") // told when bob joined
	alice.publish("mic2")
	sc.wantNone("audio demand") // in one codec

	bob.do(Leave{bob.sid, ReasonClientInitiated})
	sc.wait(demandHold+2*tickInterval, alice)
	sc.wantSome("alice < audio demand alice.mic y=false pcmu=false")
	sc.join("carol")
	sc.wantSome("alice < audio demand alice.mic y=true pcmu=false")
}
