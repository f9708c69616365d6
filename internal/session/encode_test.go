package session

import (
	"testing"
	"time"

	"konklave/internal/id"
	"konklave/internal/room"
	"konklave/internal/signal/lkpb"
)

func TestEveryMessageToClientsHasATranslation(t *testing.T) {
	person := &room.ParticipantInfo{SID: "PA_1", JoinedAt: time.Unix(1, 0)}
	track := &room.TrackInfo{SID: "TR_1", Version: time.Unix(1, 0)}
	for _, m := range []room.Message{
		room.JoinResponse{Self: person}, room.Reconnect{}, room.Update{Participants: []*room.ParticipantInfo{person}},
		room.TrackPublished{Track: track}, room.TrackUnpublished{}, room.LeaveRequest{}, room.MuteRequest{},
		room.SpeakersChanged{}, room.RoomUpdate{}, room.QualityChanged{}, room.StreamState{},
		room.SubscriptionPermissionUpdate{}, room.SubscriptionResponse{}, room.RequestResponse{}, room.TrackSubscribed{}, room.SubscribedQuality{},
		room.SubscribedAudioCodecs{},
	} {
		if response(m).Message == nil {
			t.Errorf("%T has none", m)
		}
	}
}

// What clients check of the first message (facts of the protocol in docs/protocol.md).
func TestJoinResponse(t *testing.T) {
	self := &room.ParticipantInfo{
		SID: "PA_self", Identity: "ada", Name: "Ada", State: room.Joined, JoinedAt: time.UnixMilli(1500), Version: 3,
		Permission: room.Permission{CanPublish: true, CanSubscribe: true},
	}
	other := &room.ParticipantInfo{SID: "PA_other", JoinedAt: time.Unix(1, 0), IsPublisher: true, Tracks: []*room.TrackInfo{{
		SID: "TR_VCx", Type: room.Video, Source: room.Camera, MIME: "video/VP8", MID: "3", Width: 1280, Height: 720, Version: time.UnixMicro(7),
		Layers: []room.Layer{{Quality: room.Low, RID: "q", SSRC: 1}, {Quality: room.High, RID: "f", SSRC: 2}},
	}}}
	j := response(room.JoinResponse{
		Room: room.RoomInfo{SID: "RM_1", Name: "hall", CreatedAt: time.Unix(9, 0), EmptyTimeout: time.Minute},
		Self: self, Others: []*room.ParticipantInfo{other}, PingInterval: 2 * time.Second, PingTimeout: 4 * time.Second,
	}).GetJoin()
	if j.PingInterval != 2 || j.PingTimeout != 4 || !j.FastPublish || j.SubscriberPrimary || len(j.IceServers) != 0 {
		t.Errorf("connection: %v", j)
	}
	if j.ServerInfo.Version != serverVersion || j.ServerVersion != serverVersion || j.ServerInfo.Protocol != 17 || j.ServerInfo.NodeId != "" {
		t.Errorf("server: %v", j.ServerInfo)
	}
	if j.Room.Sid != "RM_1" || j.Room.CreationTimeMs != 9000 || j.Room.EmptyTimeout != 60 || j.Room.TurnPassword != "" {
		t.Errorf("room: %v", j.Room)
	}
	if j.EnabledPublishCodecs[0].Mime != "video/VP8" {
		t.Errorf("codecs: %v", j.EnabledPublishCodecs)
	}
	if p := j.Participant; p.Permission == nil || !p.Permission.CanPublish || p.JoinedAtMs != 1500 || p.Version != 3 || p.State != lkpb.ParticipantInfo_JOINED {
		t.Errorf("self: %v", p)
	}
	track := j.OtherParticipants[0].Tracks[0]
	if track.MimeType != "video/VP8" || track.Mid != "3" || !track.Simulcast || track.Layers[1].Rid != "f" || track.Layers[1].Ssrc != 2 || track.Version.UnixMicro != 7 {
		t.Errorf("track: %v", track)
	}
}

func TestSubscribedQualityListsAllOfThem(t *testing.T) {
	u := response(room.SubscribedQuality{Track: "TR_1", Codecs: []room.CodecQuality{
		{Codec: "vp9", Highest: room.Medium}, {Codec: "vp8", Highest: room.Off},
	}}).GetSubscribedQualityUpdate()
	if len(u.SubscribedCodecs) != 2 || len(u.SubscribedQualities) != 3 || u.TrackSid != "TR_1" {
		t.Fatalf("%v", u)
	}
	for i, want := range [][]bool{{true, true, false}, {false, false, false}} {
		for q, on := range want {
			got := u.SubscribedCodecs[i].Qualities[q]
			if got.Enabled != on || got.Quality != lkpb.VideoQuality(q) || i == 0 && u.SubscribedQualities[q].Enabled != on {
				t.Errorf("%s: %v", u.SubscribedCodecs[i].Codec, got)
			}
		}
	}
}

func TestRequestsSurviveTheTranslation(t *testing.T) {
	c := addTrack("PA_1", &lkpb.AddTrackRequest{
		Cid: "c", Type: lkpb.TrackType_VIDEO, Source: lkpb.TrackSource_SCREEN_SHARE, Width: 640, Height: 360, Muted: true,
		Encryption: lkpb.Encryption_GCM, Layers: []*lkpb.VideoLayer{{Quality: lkpb.VideoQuality_HIGH, Width: 640, Rid: "f"}},
		SimulcastCodecs: []*lkpb.SimulcastCodec{{Codec: "vp8", Cid: "d"}},
		AudioFeatures:   []lkpb.AudioTrackFeature{lkpb.AudioTrackFeature_TF_STEREO, lkpb.AudioTrackFeature_TF_NO_DTX},
	})
	if c.Participant != "PA_1" || c.CID != "c" || c.Type != room.Video || c.Source != room.ScreenShare || !c.Muted ||
		c.Encryption != 1 || c.Layers[0].Quality != room.High || c.Layers[0].RID != "f" || c.Codecs[0].CID != "d" || len(c.AudioFeatures) != 2 ||
		!c.Stereo || !c.DisableDTX {
		t.Errorf("%+v", c)
	}
	p := subscriptionPermission("PA_1", &lkpb.SubscriptionPermission{TrackPermissions: []*lkpb.TrackPermission{
		{ParticipantIdentity: "ada", TrackSids: []string{"TR_1"}},
	}})
	if p.All || p.Allowed[0].Identity != "ada" || p.Allowed[0].Tracks[0] != id.TrackSID("TR_1") {
		t.Errorf("%+v", p)
	}
}
