package interop

import (
	"testing"
	"time"

	"github.com/livekit/protocol/livekit"
	lksdk "github.com/livekit/server-sdk-go/v2"

	"konklave/test/interop-go/member"
)

// backWithin is how soon everybody is back after the server was killed and started again.
const backWithin = 10 * time.Second

// TestSignallingIsCut cuts the connections of signalling: the clients resume by themselves and stay who they are.
func TestSignallingIsCut(t *testing.T) {
	for _, mode := range modes {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			s := start(t)
			line := relayTo(t, s.url)
			ada, bob := enter(t, line.url, "ada", mode), enter(t, line.url, "bob", mode)
			ada.publish()
			bob.publish()
			meet(soon(), ada, bob, "before")
			sid := ada.Room.LocalParticipant.SID()
			for _, text := range []string{"after one cut", "after two"} {
				ada.Forget()
				bob.Forget()
				line.cut()
				ada.told(soon(), "reconnected")
				bob.told(soon(), "reconnected")
				meet(soon(), ada, bob, text)
			}
			if now := ada.Room.LocalParticipant.SID(); now != sid {
				t.Errorf("ada was %s and is %s: that was no resume", sid, now)
			}
		})
	}
}

// TestServerIsKilled kills the server and starts it again: everybody is back by themselves, with picture, sound and
// data.
func TestServerIsKilled(t *testing.T) {
	for _, mode := range modes {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			s := start(t)
			ada, bob := enter(t, s.url, "ada", mode), enter(t, s.url, "bob", mode)
			ada.publish()
			bob.publish()
			meet(soon(), ada, bob, "before")
			sid := ada.Room.LocalParticipant.SID()
			begin := time.Now()
			s.kill()
			ada.told(begin.Add(backWithin), "reconnected")
			bob.told(begin.Add(backWithin), "reconnected")
			meet(begin.Add(backWithin), ada, bob, "after")
			t.Logf("back after %v", time.Since(begin))
			if ada.Room.LocalParticipant.SID() == sid {
				t.Error("ada has the id of before: the server was not restarted")
			}
		})
	}
}

// TestPermissionsChange takes the right to publish from somebody and gives it back.
func TestPermissionsChange(t *testing.T) {
	for _, mode := range modes {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			s := start(t)
			rooms := lksdk.NewRoomServiceClient(s.url, key, secret)
			ada, bob := enter(t, s.url, "ada", mode), enter(t, s.url, "bob", mode)
			ada.publish()
			bob.gets(soon(), "ada audio", "ada video")
			allow := func(publish bool) {
				t.Helper()
				_, err := rooms.UpdateParticipant(t.Context(), &livekit.UpdateParticipantRequest{Room: "hall", Identity: "ada",
					Permission: &livekit.ParticipantPermission{CanPublish: publish, CanSubscribe: true, CanPublishData: true}})
				if err != nil {
					t.Fatal(err)
				}
				until(t, "the permission", func() bool { return ada.Room.LocalParticipant.Permissions().GetCanPublish() == publish })
			}
			tracks := func() int { return len(bob.Room.GetParticipantByIdentity("ada").TrackPublications()) }
			allow(false)
			until(t, "ada's tracks to go", func() bool { return tracks() == 0 })
			allow(true)
			if err := ada.PublishMicrophone(); err != nil {
				t.Fatal(err)
			}
			bob.gets(soon(), "ada audio") // by a description in which pictures rest a second time
			if err := ada.PublishCamera(); err != nil {
				t.Fatal(err)
			}
			bob.gets(soon(), "ada video")
			ada.says(soon(), "all the time", true, bob)
		})
	}
}

// TestRemoved sends somebody out: they are told why, and do not come back.
func TestRemoved(t *testing.T) {
	for _, mode := range modes {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			s := start(t)
			token := ticket(t, "hall", "ada")
			ada, err := member.Enter(s.url, token, mode == "single")
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(ada.Leave)
			bob := enter(t, s.url, "bob", mode)
			until(t, "ada", func() bool { return bob.Room.GetParticipantByIdentity("ada") != nil })
			rooms := lksdk.NewRoomServiceClient(s.url, key, secret)
			if _, err := rooms.RemoveParticipant(t.Context(), &livekit.RoomParticipantIdentity{Room: "hall", Identity: "ada"}); err != nil {
				t.Fatal(err)
			}
			(&person{Member: ada, t: t, name: "ada"}).told(soon(), "disconnected: "+string(lksdk.ParticipantRemoved))
			until(t, "ada to be gone", func() bool { return bob.Room.GetParticipantByIdentity("ada") == nil })
			if _, err := member.Enter(s.url, token, mode == "single"); err == nil {
				t.Error("ada came back with the old token")
			}
		})
	}
}
