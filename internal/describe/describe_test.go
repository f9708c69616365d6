package describe

import (
	"errors"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"

	"konklave/internal/room"
	"konklave/internal/signal/lkpb"
)

func TestRoom(t *testing.T) {
	at := time.UnixMilli(1_800_000_000_123)
	have := Room(room.RoomInfo{
		SID: "RM_1", Name: "hall", EmptyTimeout: 300 * time.Second, DepartureTimeout: 20 * time.Second, MaxParticipants: 7,
		CreatedAt: at, Metadata: "m", NumParticipants: 3, NumPublishers: 2, Recording: true,
	})
	want := &lkpb.Room{
		Sid: "RM_1", Name: "hall", EmptyTimeout: 300, DepartureTimeout: 20, MaxParticipants: 7, CreationTime: 1_800_000_000,
		CreationTimeMs: 1_800_000_000_123, Metadata: "m", NumParticipants: 3, NumPublishers: 2, ActiveRecording: true,
		EnabledCodecs: PublishCodecs(),
	}
	if !proto.Equal(have, want) {
		t.Errorf("%v", have)
	}
}

func TestParticipant(t *testing.T) {
	have := Participant(&room.ParticipantInfo{
		SID: "PA_1", Identity: "ada", State: room.Active, Name: "Ada", Metadata: "m", Attributes: map[string]string{"a": "b"},
		Permission: room.Permission{CanPublish: true, CanPublishSources: []room.TrackSource{room.Microphone}, Recorder: true},
		Kind:       room.SIP, JoinedAt: time.UnixMilli(1_800_000_000_123), Version: 3, IsPublisher: true,
		Client: room.ClientInfo{Protocol: 17, ClientProtocol: 2, Capabilities: []int32{1}},
		Tracks: []*room.TrackInfo{{
			SID: "TR_1", Type: room.Video, Source: room.Camera, Layers: []room.Layer{{Quality: room.Low, RID: "q"}, {Quality: room.High, RID: "f"}},
			Codecs: []room.Codec{{MIME: "video/VP8"}}, Encryption: 1, Version: time.UnixMicro(5),
		}},
	})
	track := have.GetTracks()[0]
	switch {
	case have.GetSid() != "PA_1", have.GetIdentity() != "ada", have.GetName() != "Ada", have.GetMetadata() != "m", have.GetAttributes()["a"] != "b",
		have.GetState() != lkpb.ParticipantInfo_ACTIVE, have.GetKind() != lkpb.ParticipantInfo_SIP, have.GetJoinedAtMs() != 1_800_000_000_123,
		have.GetVersion() != 3, !have.GetIsPublisher(), have.GetClientProtocol() != 2, have.GetCapabilities()[0] != lkpb.ClientInfo_CAP_PACKET_TRAILER,
		!have.GetPermission().GetCanPublish(), have.GetPermission().GetCanSubscribe(), !have.GetPermission().GetRecorder(),
		have.GetPermission().GetCanPublishSources()[0] != lkpb.TrackSource_MICROPHONE:
		t.Errorf("%v", have)
	case track.GetSid() != "TR_1", !track.GetSimulcast(), track.GetLayers()[1].GetRid() != "f", track.GetEncryption() != lkpb.Encryption_GCM,
		track.GetVersion().GetUnixMicro() != 5, track.GetCodecs()[0].GetMimeType() != "video/VP8":
		t.Errorf("%v", track)
	}
}

func TestOptionsOfTokens(t *testing.T) {
	tests := []struct {
		config, preset string
		want           error
	}{
		{"", "", nil},
		{`{}`, "", nil},
		{`{"name":"other","min_playout_delay":5,"tags":{"a":"b"},"unknown":1}`, "", nil},
		{`{"egress":{}}`, "", ErrEgress},
		{`{"agents":[{"agentName":"a","metadata":"x"}]}`, "", ErrAgents},
		{`{"maxParticipants":2000000}`, "", ErrTooLarge},
		{`{"emptyTimeout":4294967295}`, "", ErrTooLarge},
		{`{"departureTimeout":4294967295}`, "", ErrTooLarge},
		{`{`, "", errMalformed},
		{"", "p", ErrPreset},
	}
	for _, test := range tests {
		o, err := OptionsOfToken([]byte(test.config), test.preset)
		if !errors.Is(err, test.want) {
			t.Errorf("%s %s: %v, want %v", test.config, test.preset, err, test.want)
		}
		if err == nil && o != room.DefaultOptions() {
			t.Errorf("%s: %+v", test.config, o)
		}
	}
	want := room.DefaultOptions()
	want.SyncStreams = true
	if o, err := OptionsOfToken([]byte(`{"syncStreams":true}`), ""); err != nil || o != want {
		t.Errorf("%+v %v", o, err)
	}
}
