package interop

import (
	"os"
	"testing"
	"time"

	"github.com/livekit/protocol/livekit"
	lksdk "github.com/livekit/server-sdk-go/v2"
	"github.com/pion/webrtc/v4"
)

// TestTrace has two people do, one after the other, what a recorder of traces is to see (test/trace/testdata/README.md).
func TestTrace(t *testing.T) {
	url := os.Getenv("KONKLAVE_TRACE_URL")
	if url == "" {
		t.Skip("there is no recorder")
	}
	s := &server{url: url}
	options := modes[os.Getenv("KONKLAVE_TRACE_MODE")]
	ada := enter(t, s, "hall", "ada", options...)
	microphone := ada.publish(webrtc.MimeTypeOpus, 20*time.Millisecond)
	time.Sleep(pause)
	ada.publish(webrtc.MimeTypeVP8, 40*time.Millisecond)
	time.Sleep(pause)
	bob := enter(t, s, "hall", "bob", options...)
	bob.gets("ada audio")
	bob.gets("ada video")
	time.Sleep(pause)
	microphone.SetMuted(true)
	time.Sleep(pause)
	microphone.SetMuted(false)
	bob.gets("ada audio")
	ada.room.Simulate(lksdk.SimulateSignalReconnect)
	ada.told("reconnected")
	bob.gets("ada audio")
	time.Sleep(pause)
	bob.room.Simulate(lksdk.SimulateSignalReconnect)
	bob.told("reconnected")
	bob.gets("ada audio")
	time.Sleep(pause)
	bob.room.Simulate(lksdk.SimulateLeaveRequestFullReconnect)
	time.Sleep(time.Second)
	bob.gets("ada audio")
	bob.gets("ada video")
	time.Sleep(pause)
	rooms := lksdk.NewRoomServiceClient(url, key, secret)
	if _, err := rooms.RemoveParticipant(t.Context(), &livekit.RoomParticipantIdentity{Room: "hall", Identity: "ada"}); err != nil {
		t.Error(err)
	}
	ada.told("disconnected")
	time.Sleep(pause)
	bob.room.Disconnect()
	time.Sleep(pause)
}

// pause is how long people wait before the next thing, so that what comes of one is over before another begins.
const pause = 700 * time.Millisecond
