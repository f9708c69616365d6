package room

import (
	"testing"
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
	sc.want("bob < FORWARD bob.camera=true", "alice bob < update bob* camera",
		"bob < demand bob.camera y@2", "alice < SUBSCRIBE bob.camera@2")

	sc.do(Mute{bob.sid, camera, true})
	sc.want("bob < FORWARD bob.camera=false", "alice bob < update bob* camera(muted)")
	sc.do(TrackEnded{Participant: bob.sid, Track: camera})
	sc.want("alice bob < update bob*", "alice < UNSUBSCRIBE bob.camera")

	sc.do(Leave{alice.sid, ReasonClientInitiated})
	sc.want("alice < CLOSE reason=1", "bob < update alice left", "bob < UNSUBSCRIBE alice.mic")
}
