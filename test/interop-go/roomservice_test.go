package interop

import (
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/livekit/protocol/auth"
	"github.com/livekit/protocol/livekit"
	lksdk "github.com/livekit/server-sdk-go/v2"
	"github.com/pion/webrtc/v4"
	"github.com/twitchtv/twirp"
)

// wantCode expects a call to have failed with a code of Twirp.
func wantCode(t *testing.T, what string, err error, code twirp.ErrorCode) {
	t.Helper()
	var fault twirp.Error
	if !errors.As(err, &fault) || fault.Code() != code {
		t.Errorf("%s: %v, want %s", what, err, code)
	}
}

func TestRoomsWithoutPeople(t *testing.T) {
	s := start(t)
	ctx := t.Context()
	rooms := lksdk.NewRoomServiceClient(s.url, key, secret)
	made, err := rooms.CreateRoom(ctx, &livekit.CreateRoomRequest{Name: "made", EmptyTimeout: 300, DepartureTimeout: 20, MaxParticipants: 3, Metadata: "m"})
	if err != nil || made.EmptyTimeout != 300 || made.DepartureTimeout != 20 || made.MaxParticipants != 3 || made.Metadata != "m" {
		t.Fatalf("%v %v", made, err)
	}
	again, err := rooms.CreateRoom(ctx, &livekit.CreateRoomRequest{Name: "made"})
	if err != nil || again.Sid != made.Sid {
		t.Errorf("%v %v", again, err)
	}
	list, err := rooms.ListRooms(ctx, &livekit.ListRoomsRequest{})
	if err != nil || len(list.Rooms) != 1 {
		t.Errorf("%v %v", list, err)
	}
	changed, err := rooms.UpdateRoomMetadata(ctx, &livekit.UpdateRoomMetadataRequest{Room: "made", Metadata: "new"})
	if err != nil || changed.Metadata != "new" {
		t.Errorf("%v %v", changed, err)
	}
	_, err = rooms.GetParticipant(ctx, &livekit.RoomParticipantIdentity{Room: "made", Identity: "nobody"})
	wantCode(t, "nobody", err, twirp.NotFound)
	_, err = rooms.CreateRoom(ctx, &livekit.CreateRoomRequest{Name: "x", Agents: []*livekit.RoomAgentDispatch{{AgentName: "a"}}})
	wantCode(t, "agents", err, twirp.Unimplemented)
	_, err = rooms.CreateRoom(ctx, &livekit.CreateRoomRequest{Name: "x", Egress: &livekit.RoomEgress{Room: &livekit.RoomCompositeEgressRequest{}}})
	wantCode(t, "egress", err, twirp.Unimplemented)
	_, err = rooms.CreateRoom(ctx, &livekit.CreateRoomRequest{Name: "konklave:x"})
	wantCode(t, "a meeting", err, twirp.NotFound)
	_, err = rooms.ForwardParticipant(ctx, &livekit.ForwardParticipantRequest{Room: "made", Identity: "a", DestinationRoom: "b"})
	wantCode(t, "forward", err, twirp.Unimplemented)
	_, err = lksdk.NewEgressClient(s.url, key, secret).ListEgress(ctx, &livekit.ListEgressRequest{})
	wantCode(t, "egress service", err, twirp.Unimplemented)
	_, err = lksdk.NewRoomServiceClient(s.url, key, "guess").ListRooms(ctx, &livekit.ListRoomsRequest{})
	wantCode(t, "wrong secret", err, twirp.Unauthenticated)
	if _, err := rooms.DeleteRoom(ctx, &livekit.DeleteRoomRequest{Room: "made"}); err != nil {
		t.Error(err)
	}
	until(t, "webhooks", func() bool { return s.told("made") == "room_started room_finished " })
}

func TestAParticipantOfTheSDKIsManaged(t *testing.T) {
	s := start(t)
	ctx := t.Context()
	rooms := lksdk.NewRoomServiceClient(s.url, key, secret)
	token, err := auth.NewAccessToken(key, secret).SetIdentity("ada").SetName("ADA").SetValidFor(time.Hour).
		SetVideoGrant(&auth.VideoGrant{RoomJoin: true, Room: "hall"}).ToJWT()
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	var said []string
	note := func(what string) {
		mu.Lock()
		defer mu.Unlock()
		said = append(said, what)
	}
	heard := func(what string) func() bool {
		return func() bool {
			mu.Lock()
			defer mu.Unlock()
			for _, one := range said {
				if one == what {
					return true
				}
			}
			return false
		}
	}
	ada, err := lksdk.ConnectToRoomWithToken(s.url, token, &lksdk.RoomCallback{
		OnDisconnectedWithReason: func(r lksdk.DisconnectionReason) { note("left: " + string(r)) },
		OnRoomMetadataChanged:    func(m string) { note("room: " + m) },
		ParticipantCallback: lksdk.ParticipantCallback{
			OnDataPacket: func(d lksdk.DataPacket, _ lksdk.DataReceiveParams) {
				if u, ok := d.(*lksdk.UserDataPacket); ok {
					note("data: " + u.Topic + " " + string(u.Payload))
				}
			},
			OnMetadataChanged: func(_ string, p lksdk.Participant) { note("metadata: " + p.Metadata()) },
		},
	}, lksdk.WithSinglePeerConnection())
	if err != nil {
		t.Fatal(err)
	}
	defer ada.Disconnect()
	track, err := lksdk.NewLocalSampleTrack(webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeOpus})
	if err != nil {
		t.Fatal(err)
	}
	published, err := ada.LocalParticipant.PublishTrack(track, &lksdk.TrackPublicationOptions{Source: livekit.TrackSource_MICROPHONE})
	if err != nil {
		t.Fatal(err)
	}
	until(t, "the publication", func() bool {
		p, err := rooms.GetParticipant(ctx, &livekit.RoomParticipantIdentity{Room: "hall", Identity: "ada"})
		return err == nil && p.State == livekit.ParticipantInfo_ACTIVE && len(p.Tracks) == 1 && p.Tracks[0].Sid == published.SID()
	})
	if _, err := rooms.UpdateRoomMetadata(ctx, &livekit.UpdateRoomMetadataRequest{Room: "hall", Metadata: "m"}); err != nil {
		t.Error(err)
	}
	until(t, "metadata of the room", heard("room: m"))
	if p, err := rooms.UpdateParticipant(ctx, &livekit.UpdateParticipantRequest{Room: "hall", Identity: "ada", Metadata: "x"}); err != nil || p.Metadata != "x" {
		t.Errorf("%v %v", p, err)
	}
	until(t, "own metadata", heard("metadata: x"))
	topic := "greeting"
	if _, err := rooms.SendData(ctx, &livekit.SendDataRequest{Room: "hall", Data: []byte("hello"), Topic: &topic, DestinationIdentities: []string{"ada"}}); err != nil {
		t.Error(err)
	}
	until(t, "data", heard("data: greeting hello"))
	muted, err := rooms.MutePublishedTrack(ctx, &livekit.MuteRoomTrackRequest{Room: "hall", Identity: "ada", TrackSid: published.SID(), Muted: true})
	if err != nil || !muted.Track.Muted {
		t.Errorf("%v %v", muted, err)
	}
	until(t, "the client to be muted", published.IsMuted)
	if _, err := rooms.RemoveParticipant(ctx, &livekit.RoomParticipantIdentity{Room: "hall", Identity: "ada"}); err != nil {
		t.Error(err)
	}
	until(t, "the end", heard("left: "+string(lksdk.ParticipantRemoved)))
	if _, err := lksdk.ConnectToRoomWithToken(s.url, token, nil, lksdk.WithSinglePeerConnection()); err == nil {
		t.Error("it came back with the old token")
	}
	until(t, "webhooks", func() bool {
		return s.told("hall") == "room_started participant_joined track_published track_unpublished participant_left "
	})
}
