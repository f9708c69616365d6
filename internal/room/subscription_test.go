package room

import (
	"strings"
	"testing"
	"time"

	"konklave/internal/id"
)

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
	sc.do(SubscriptionFailed{Participant: bob.sid, Track: cam, Error: SubscriptionCodecUnsupported})
	sc.want("bob < UNSUBSCRIBE alice.camera", "bob < no alice.camera error=1")
	sc.wait(2*sweepInterval, alice, bob)
	sc.wantNone("SUBSCRIBE")
	sc.do(UpdateSubscription{bob.sid, []id.TrackSID{cam}, true})
	sc.want("alice < demand alice.camera y@2", "bob < SUBSCRIBE alice.camera@2")
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

func TestVideoPausesUnderOverload(t *testing.T) {
	sc := newScene(t, Options{})
	alice, bob := sc.active("alice"), sc.active("bob")
	cam, mic := alice.publish("camera"), alice.publish("mic")
	sc.do(Bound{bob.sid, cam})
	sc.do(Bound{bob.sid, mic})
	sc.do(VideoPaused{bob.sid, true})
	sc.want("bob < stream alice.camera paused=true")
	sc.do(VideoPaused{bob.sid, true})
	sc.want()
	screen := alice.publish("screen")
	sc.do(Bound{bob.sid, screen})
	sc.wantSome("bob < stream alice.screen paused=true")
	sc.do(VideoPaused{bob.sid, false})
	sc.want("bob < stream alice.camera paused=false", "bob < stream alice.screen paused=false")
}

func TestTracksPauseForALine(t *testing.T) {
	sc := newScene(t, Options{})
	alice, bob := sc.active("alice"), sc.active("bob")
	cam, screen, sound := alice.publish("camera"), alice.publish("screen"), alice.publish("mic")
	sc.do(TrackPaused{bob.sid, cam, true}) // nobody told it of a stream yet
	sc.want()
	sc.do(Bound{bob.sid, cam})
	sc.do(Bound{bob.sid, screen})
	sc.do(Bound{bob.sid, sound})
	sc.do(TrackPaused{bob.sid, cam, true})
	sc.want("bob < stream alice.camera paused=true")
	sc.do(TrackPaused{bob.sid, cam, true})
	sc.want()
	sc.do(VideoPaused{bob.sid, true})
	sc.want("bob < stream alice.screen paused=true")
	sc.do(TrackPaused{bob.sid, cam, false})
	sc.want()
	sc.do(TrackPaused{bob.sid, sound, true}) // no video, so its pause is told now
	sc.want("bob < stream alice.mic paused=true")
	sc.do(TrackPaused{bob.sid, screen, true})
	sc.do(VideoPaused{bob.sid, false})
	sc.want("bob < stream alice.camera paused=false")
	sc.do(TrackPaused{bob.sid, screen, false})
	sc.want("bob < stream alice.screen paused=false")
	sc.do(TrackPaused{bob.sid, screen, true})
	sc.want("bob < stream alice.screen paused=true")
	sc.do(Unbound{bob.sid, screen}) // in another section it begins anew
	sc.do(Bound{bob.sid, screen})
	sc.want("bob < stream alice.screen paused=false")
}

// TestStreamsAreInStepWhereTheRoomSaysSo looks at the order to subscribe to a track.
func TestStreamsAreInStepWhereTheRoomSaysSo(t *testing.T) {
	for _, inStep := range []bool{false, true} {
		sc := newScene(t, Options{SyncStreams: inStep})
		alice := sc.active("alice")
		sc.active("bob")
		sid := alice.announce("camera")
		orders := 0
		for _, e := range sc.do(TrackNegotiated{Participant: alice.sid, Track: sid, MID: "1", MIME: "video/VP8", Media: 1}) {
			if m, ok := e.Message.(Subscribe); ok {
				orders++
				if s := m.Subscriptions[0]; s.Sync != inStep || s.Track.Stream != cameraStream {
					t.Errorf("%+v of stream %q", s, s.Track.Stream)
				}
			}
		}
		if orders != 1 {
			t.Errorf("%d orders", orders)
		}
	}
}
