package interop

import (
	"strings"
	"sync"
	"testing"

	"github.com/livekit/protocol/livekit"
	lksdk "github.com/livekit/server-sdk-go/v2"
	"github.com/pion/webrtc/v4"

	"konklave/test/interop-go/member"
)

// TestStreamsInStep has clients in both modes receive sound and picture of somebody in one MediaStream where the room was
// made for that, and in two elsewhere.
func TestStreamsInStep(t *testing.T) {
	s := start(t)
	rooms := lksdk.NewRoomServiceClient(s.url, key, secret)
	if _, err := rooms.CreateRoom(t.Context(), &livekit.CreateRoomRequest{Name: "in step", SyncStreams: true}); err != nil {
		t.Fatal(err)
	}
	for room, streams := range map[string]int{"in step": 1, "elsewhere": 2} {
		ada, err := member.Enter(s.url, ticket(t, room, "ada"), false)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(ada.Leave)
		if err := ada.Publish(); err != nil {
			t.Fatal(err)
		}
		for _, mode := range modes {
			var options []lksdk.ConnectOption
			if mode == "single" {
				options = append(options, lksdk.WithSinglePeerConnection())
			}
			var mu sync.Mutex
			var got []string
			callback := &lksdk.RoomCallback{ParticipantCallback: lksdk.ParticipantCallback{
				OnTrackSubscribed: func(track *webrtc.TrackRemote, p *lksdk.RemoteTrackPublication, _ *lksdk.RemoteParticipant) {
					mu.Lock()
					defer mu.Unlock()
					got = append(got, track.StreamID())
				},
			}}
			bob, err := lksdk.ConnectToRoomWithToken(s.url, ticket(t, room, "bob "+mode), callback, options...)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(bob.Disconnect)
			within(t, soon(), "two tracks", func() bool {
				mu.Lock()
				defer mu.Unlock()
				return len(got) == 2
			})
			mu.Lock()
			if same := got[0] == got[1]; same != (streams == 1) || !strings.HasPrefix(got[0], ada.Room.LocalParticipant.SID()+"|") {
				t.Errorf("%s, %s: streams %q", room, mode, got)
			}
			mu.Unlock()
		}
	}
}
