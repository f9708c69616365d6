package interop

import (
	"os"
	"testing"
	"time"

	"github.com/livekit/protocol/livekit"
	lksdk "github.com/livekit/server-sdk-go/v2"
)

// TestTrace has two people do, one after the other, what a recorder of traces is to see (test/trace/testdata/README.md).
func TestTrace(t *testing.T) {
	url := os.Getenv("KONKLAVE_TRACE_URL")
	if url == "" {
		t.Skip("there is no recorder")
	}
	mode := os.Getenv("KONKLAVE_TRACE_MODE")
	ada := enter(t, url, "ada", mode)
	if err := ada.PublishMicrophone(); err != nil {
		t.Fatal(err)
	}
	time.Sleep(pause)
	if err := ada.PublishCamera(); err != nil {
		t.Fatal(err)
	}
	time.Sleep(pause)
	bob := enter(t, url, "bob", mode)
	bob.gets(soon(), "ada audio", "ada video")
	time.Sleep(pause)
	ada.Microphone.SetMuted(true)
	time.Sleep(pause)
	ada.Microphone.SetMuted(false)
	bob.gets(soon(), "ada audio")
	ada.Room.Simulate(lksdk.SimulateSignalReconnect)
	ada.told(soon(), "reconnected")
	bob.gets(soon(), "ada audio")
	time.Sleep(pause)
	bob.Room.Simulate(lksdk.SimulateSignalReconnect)
	bob.told(soon(), "reconnected")
	bob.gets(soon(), "ada audio")
	time.Sleep(pause)
	bob.Room.Simulate(lksdk.SimulateLeaveRequestFullReconnect)
	time.Sleep(time.Second)
	bob.gets(soon(), "ada audio")
	bob.gets(soon(), "ada video")
	time.Sleep(pause)
	rooms := lksdk.NewRoomServiceClient(url, key, secret)
	if _, err := rooms.RemoveParticipant(t.Context(), &livekit.RoomParticipantIdentity{Room: "hall", Identity: "ada"}); err != nil {
		t.Error(err)
	}
	ada.told(soon(), "disconnected")
	time.Sleep(pause)
	bob.Room.Disconnect()
	time.Sleep(pause)
}

// pause is how long people wait before the next thing, so that what comes of one is over before another begins.
const pause = 700 * time.Millisecond
