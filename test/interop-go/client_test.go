package interop

import (
	"strings"
	"testing"

	"github.com/livekit/protocol/livekit"
	lksdk "github.com/livekit/server-sdk-go/v2"
)

// TestClientsMeet has clients of the SDK in each pair of modes see, hear and write to each other, mute and leave.
func TestClientsMeet(t *testing.T) {
	for _, first := range modes {
		for _, second := range modes {
			t.Run(first+" and "+second, func(t *testing.T) {
				t.Parallel()
				s := start(t)
				ada, bob := enter(t, s.url, "ada", first), enter(t, s.url, "bob", second)
				ada.publish()
				bob.publish()
				meet(soon(), ada, bob, "reliable")
				bob.says(soon(), "lossy", false, ada)
				watchLayers(ada, bob)
				mute(ada, bob)
				call(t, ada, bob)
				send(t, ada, bob)
				_ = bob.Room.LocalParticipant.UnpublishTrack(bob.Camera.SID())
				until(t, "bob's camera to be gone", func() bool {
					return ada.Room.GetParticipantByIdentity("bob").GetTrackPublication(livekit.TrackSource_CAMERA) == nil
				})
				bob.Room.Disconnect()
				until(t, "bob to be gone", func() bool { return ada.Room.GetParticipantByIdentity("bob") == nil })
			})
		}
	}
}

// watchLayers switches among the three layers of a camera: each of them comes, so each of them arrived at the server.
func watchLayers(ada, bob *person) {
	ada.t.Helper()
	bob.sees(ada, livekit.VideoQuality_LOW, 320)
	bob.sees(ada, livekit.VideoQuality_HIGH, 1280)
	bob.sees(ada, livekit.VideoQuality_MEDIUM, 640)
	ada.sees(bob, livekit.VideoQuality_MEDIUM, 640)
	ada.sees(bob, livekit.VideoQuality_LOW, 320)
	ada.sees(bob, livekit.VideoQuality_HIGH, 1280)
}

func mute(ada, bob *person) {
	ada.t.Helper()
	microphone := func() *lksdk.RemoteTrackPublication {
		p, _ := bob.Room.GetParticipantByIdentity("ada").GetTrackPublication(livekit.TrackSource_MICROPHONE).(*lksdk.RemoteTrackPublication)
		return p
	}
	ada.Microphone.SetMuted(true)
	until(ada.t, "the news that ada is muted", func() bool { return microphone().IsMuted() })
	ada.Microphone.SetMuted(false)
	until(ada.t, "the news that ada is not muted", func() bool { return !microphone().IsMuted() })
	bob.gets(soon(), "ada audio")
}

// call has one call a method of the other.
func call(t *testing.T, ada, bob *person) {
	t.Helper()
	err := ada.Room.RegisterRpcMethod("greet", func(d lksdk.RpcInvocationData) (string, error) {
		return d.CallerIdentity + ": " + d.Payload, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	answer, err := bob.Room.LocalParticipant.PerformRpc(lksdk.PerformRpcParams{DestinationIdentity: "ada", Method: "greet", Payload: "hello"})
	if err != nil || *answer != "bob: hello" {
		t.Errorf("the call gave %v %v", answer, err)
	}
}

// send has one send a long text as a stream to the other.
func send(t *testing.T, ada, bob *person) {
	t.Helper()
	long, got := strings.Repeat("x", 100_000), make(chan string, 1)
	err := ada.Room.RegisterTextStreamHandler("letter", func(r *lksdk.TextStreamReader, _ string) { got <- r.ReadAll() })
	if err != nil {
		t.Fatal(err)
	}
	bob.Room.LocalParticipant.SendText(long, lksdk.StreamTextOptions{Topic: "letter"})
	until(t, "the letter", func() bool {
		select {
		case text := <-got:
			return text == long
		default:
			return false
		}
	})
}

// TestLateClientSees joins a room in which somebody publishes several tracks.
func TestLateClientSees(t *testing.T) {
	t.Parallel()
	s := start(t)
	ada := enter(t, s.url, "ada", "dual")
	for range 5 {
		ada.publish()
	}
	bob := enter(t, s.url, "bob", "dual")
	bob.gets(soon(), "ada audio", "ada video")
	until(t, "ten tracks", func() bool {
		n := 0
		for _, p := range bob.Room.GetParticipantByIdentity("ada").TrackPublications() {
			if p.(*lksdk.RemoteTrackPublication).IsSubscribed() {
				n++
			}
		}
		return n == 10
	})
}
