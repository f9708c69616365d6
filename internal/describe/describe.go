// Package describe owns the words in which the LiveKit protocol tells of rooms, participants and tracks: it writes the
// room's snapshots as messages. Signalling, the server API and webhooks say the same of the same thing.
//
// It decides nothing and keeps nothing, and it must not know to whom a message goes.
package describe

import (
	"time"

	"konklave/internal/room"
	"konklave/internal/signal/lkpb"
)

// PublishCodecs are those that the media core forwards; video first, VP8 before all, because a client takes the first.
func PublishCodecs() []*lkpb.Codec {
	return []*lkpb.Codec{{Mime: "video/VP8"}, {Mime: "video/H264"}, {Mime: "video/VP9"}, {Mime: "video/AV1"}, {Mime: "audio/opus"}, {Mime: "audio/red"}}
}

// Room writes what there is to say of a room.
func Room(r room.RoomInfo) *lkpb.Room {
	return &lkpb.Room{
		Sid: string(r.SID), Name: string(r.Name),
		EmptyTimeout: uint32(r.EmptyTimeout / time.Second), DepartureTimeout: uint32(r.DepartureTimeout / time.Second),
		MaxParticipants: r.MaxParticipants, CreationTime: r.CreatedAt.Unix(), CreationTimeMs: r.CreatedAt.UnixMilli(),
		EnabledCodecs: PublishCodecs(), Metadata: r.Metadata.Reveal(),
		NumParticipants: r.NumParticipants, NumPublishers: r.NumPublishers, ActiveRecording: r.Recording,
	}
}

// Participants writes each of several participants.
func Participants(people []*room.ParticipantInfo) []*lkpb.ParticipantInfo {
	all := make([]*lkpb.ParticipantInfo, len(people))
	for i, p := range people {
		all[i] = Participant(p)
	}
	return all
}

// Participant writes a participant with its tracks.
func Participant(p *room.ParticipantInfo) *lkpb.ParticipantInfo {
	info := &lkpb.ParticipantInfo{
		Sid: string(p.SID), Identity: string(p.Identity), State: lkpb.ParticipantInfo_State(p.State),
		Metadata: p.Metadata.Reveal(), JoinedAt: p.JoinedAt.Unix(), JoinedAtMs: p.JoinedAt.UnixMilli(),
		Name: p.Name.Reveal(), Version: p.Version, Permission: permission(p.Permission), IsPublisher: p.IsPublisher,
		Kind: lkpb.ParticipantInfo_Kind(p.Kind), Attributes: p.Attributes,
		DisconnectReason: lkpb.DisconnectReason(p.DisconnectReason),
		ClientProtocol:   p.Client.ClientProtocol, Capabilities: enums[lkpb.ClientInfo_Capability](p.Client.Capabilities),
	}
	for _, t := range p.Tracks {
		info.Tracks = append(info.Tracks, Track(t))
	}
	return info
}

func permission(p room.Permission) *lkpb.ParticipantPermission {
	return &lkpb.ParticipantPermission{
		CanSubscribe: p.CanSubscribe, CanPublish: p.CanPublish, CanPublishData: p.CanPublishData,
		CanPublishSources: enums[lkpb.TrackSource](p.CanPublishSources),
		Hidden:            p.Hidden, Recorder: p.Recorder, CanUpdateMetadata: p.CanUpdateMetadata, Agent: p.AgentGrant,
		CanSubscribeMetrics: p.CanSubscribeMetrics, CanManageAgentSession: p.CanManageAgents,
	}
}

// Track writes a track.
func Track(t *room.TrackInfo) *lkpb.TrackInfo {
	info := &lkpb.TrackInfo{
		Sid: string(t.SID), Type: lkpb.TrackType(t.Type), Source: lkpb.TrackSource(t.Source), Name: t.Name.Reveal(),
		Muted: t.Muted, Width: t.Width, Height: t.Height, Simulcast: len(t.Layers) > 1, Layers: layers(t.Layers),
		MimeType: t.MIME, Mid: t.MID, Stereo: t.Stereo, DisableDtx: t.DisableDTX, DisableRed: t.DisableRED,
		Encryption: lkpb.Encryption_Type(t.Encryption), Stream: t.Stream,
		Version:               &lkpb.TimedVersion{UnixMicro: t.Version.UnixMicro()},
		AudioFeatures:         enums[lkpb.AudioTrackFeature](t.AudioFeatures),
		BackupCodecPolicy:     lkpb.BackupCodecPolicy(t.BackupCodecPolicy),
		PacketTrailerFeatures: enums[lkpb.PacketTrailerFeature](t.PacketTrailerFeatures),
	}
	for _, c := range t.Codecs {
		info.Codecs = append(info.Codecs, &lkpb.SimulcastCodecInfo{
			MimeType: c.MIME, Mid: c.MID, Cid: c.CID, Layers: layers(c.Layers), VideoLayerMode: lkpb.VideoLayer_Mode(c.LayerMode),
		})
	}
	return info
}

func layers(layers []room.Layer) []*lkpb.VideoLayer {
	all := make([]*lkpb.VideoLayer, 0, len(layers))
	for _, l := range layers {
		all = append(all, &lkpb.VideoLayer{
			Quality: lkpb.VideoQuality(l.Quality), Width: l.Width, Height: l.Height, Bitrate: l.Bitrate,
			Ssrc: l.SSRC, RepairSsrc: l.RepairSSRC, SpatialLayer: l.SpatialLayer, Rid: l.RID,
		})
	}
	return all
}

// enums turns the numbers that the room mirrors into the protocol's enumerations.
func enums[T, N ~int32](values []N) []T {
	all := make([]T, len(values))
	for i, v := range values {
		all[i] = T(v)
	}
	return all
}
