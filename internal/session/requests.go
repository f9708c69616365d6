package session

import (
	"slices"
	"time"

	"konklave/internal/id"
	"konklave/internal/negotiate"
	"konklave/internal/pii"
	"konklave/internal/room"
	"konklave/internal/signal/lkpb"
)

// handle carries out one request of the client. docs/protocol.md lists what is done with each member; unknown ones
// are counted and ignored.
func (s *Session) handle(r *lkpb.SignalRequest) {
	switch m := r.Message.(type) {
	case *lkpb.SignalRequest_Offer:
		s.connection.offered(negotiate.Offer{ID: m.Offer.GetId(), SDP: m.Offer.GetSdp()})
	case *lkpb.SignalRequest_Answer:
		s.connection.answered(negotiate.Answer{ID: m.Answer.GetId(), SDP: m.Answer.GetSdp()})
	case *lkpb.SignalRequest_Trickle:
		// The server is ICE-lite: it learns the client's addresses from the client's checks.
	case *lkpb.SignalRequest_AddTrack:
		s.tell(addTrack(s.sid, m.AddTrack))
	case *lkpb.SignalRequest_Mute:
		s.tell(room.Mute{Participant: s.sid, Track: id.TrackSID(m.Mute.GetSid()), Muted: m.Mute.GetMuted()})
	case *lkpb.SignalRequest_Subscription:
		s.subscription(m.Subscription)
	case *lkpb.SignalRequest_TrackSetting:
		t := m.TrackSetting
		s.tell(room.TrackSettings{
			Participant: s.sid, Tracks: trackSIDs(t.GetTrackSids()), Disabled: t.GetDisabled(),
			Quality: room.Quality(t.GetQuality()), Width: t.GetWidth(), Height: t.GetHeight(),
			FPS: t.GetFps(), Priority: t.GetPriority(),
		})
	case *lkpb.SignalRequest_Leave:
		s.tell(room.Leave{Participant: s.sid, Reason: room.ReasonClientInitiated})
	case *lkpb.SignalRequest_SubscriptionPermission:
		s.tell(subscriptionPermission(s.sid, m.SubscriptionPermission))
	case *lkpb.SignalRequest_SyncState:
		s.syncState(m.SyncState)
	case *lkpb.SignalRequest_Ping:
		s.pong()
	case *lkpb.SignalRequest_PingReq:
		s.pongReq(m.PingReq)
	case *lkpb.SignalRequest_UpdateMetadata:
		u := m.UpdateMetadata
		s.tell(room.UpdateMetadata{
			Participant: s.sid, RequestID: u.GetRequestId(), Name: pii.Name(u.GetName()),
			Metadata: pii.Text(u.GetMetadata()), Attributes: u.GetAttributes(),
		})
	case *lkpb.SignalRequest_UpdateAudioTrack:
		u := m.UpdateAudioTrack
		s.tell(room.UpdateAudioTrack{Participant: s.sid, Track: id.TrackSID(u.GetTrackSid()), Features: numbers(u.GetFeatures())})
	case *lkpb.SignalRequest_UpdateVideoTrack:
		u := m.UpdateVideoTrack
		s.tell(room.UpdateVideoTrack{Participant: s.sid, Track: id.TrackSID(u.GetTrackSid()), Width: u.GetWidth(), Height: u.GetHeight()})
	case *lkpb.SignalRequest_Simulate:
		s.simulate(m.Simulate)
	default:
		if !s.declineUnsupported(r) {
			s.service.ignored.Inc()
		}
	}
}

func (s *Session) subscription(u *lkpb.UpdateSubscription) {
	s.tell(room.UpdateSubscription{Participant: s.sid, Tracks: tracksOf(u), Subscribe: u.GetSubscribe()})
}

// tracksOf lists the tracks of a wish, which may be told in two ways.
func tracksOf(u *lkpb.UpdateSubscription) []id.TrackSID {
	tracks := trackSIDs(u.GetTrackSids())
	for _, p := range u.GetParticipantTracks() {
		tracks = append(tracks, trackSIDs(p.GetTrackSids())...)
	}
	return tracks
}

func (s *Session) syncState(st *lkpb.SyncState) {
	c := room.SyncState{
		Participant: s.sid, Subscribe: st.GetSubscription().GetSubscribe(),
		Tracks: s.quirks.meant(st.GetSubscription()), Disabled: trackSIDs(st.GetTrackSidsDisabled()),
		DataLost: !s.outbox.resumed(receiveStates(st.GetDatachannelReceiveStates())),
	}
	for _, p := range st.GetPublishTracks() {
		c.Publishing = append(c.Publishing, id.TrackSID(p.GetTrack().GetSid()))
	}
	s.tell(c)
}

// pong answers at once: clients measure their round trip by it and take silence for a broken connection.
func (s *Session) pong() {
	s.respond(&lkpb.SignalResponse{Message: &lkpb.SignalResponse_Pong{Pong: time.Now().UnixMilli()}})
}

func (s *Session) pongReq(p *lkpb.Ping) {
	s.respond(&lkpb.SignalResponse{Message: &lkpb.SignalResponse_PongResp{PongResp: &lkpb.Pong{
		LastPingTimestamp: p.GetTimestamp(), Timestamp: time.Now().UnixMilli(),
	}}})
}

func addTrack(sid id.ParticipantSID, r *lkpb.AddTrackRequest) room.AddTrack {
	c := room.AddTrack{
		Participant: sid, CID: r.GetCid(), Name: pii.Name(r.GetName()),
		Type: room.TrackType(r.GetType()), Source: room.TrackSource(r.GetSource()), Muted: r.GetMuted(),
		Width: r.GetWidth(), Height: r.GetHeight(), Layers: layersFrom(r.GetLayers()), SID: id.TrackSID(r.GetSid()),
		Stereo:     r.GetStereo() || slices.Contains(r.GetAudioFeatures(), lkpb.AudioTrackFeature_TF_STEREO),
		DisableDTX: r.GetDisableDtx() || slices.Contains(r.GetAudioFeatures(), lkpb.AudioTrackFeature_TF_NO_DTX), DisableRED: r.GetDisableRed(),
		Encryption: int32(r.GetEncryption()), Stream: r.GetStream(), AudioFeatures: numbers(r.GetAudioFeatures()),
		BackupCodecPolicy: int32(r.GetBackupCodecPolicy()), PacketTrailerFeatures: numbers(r.GetPacketTrailerFeatures()),
	}
	for _, k := range r.GetSimulcastCodecs() {
		c.Codecs = append(c.Codecs, room.Codec{
			MIME: k.GetCodec(), CID: k.GetCid(), Layers: layersFrom(k.GetLayers()), LayerMode: int32(k.GetVideoLayerMode()),
		})
	}
	return c
}

func subscriptionPermission(sid id.ParticipantSID, p *lkpb.SubscriptionPermission) room.SubscriptionPermission {
	c := room.SubscriptionPermission{Participant: sid, All: p.GetAllParticipants()}
	for _, t := range p.GetTrackPermissions() {
		c.Allowed = append(c.Allowed, room.TrackPermission{
			Subscriber: id.ParticipantSID(t.GetParticipantSid()), Identity: id.Identity(t.GetParticipantIdentity()),
			AllTracks: t.GetAllTracks(), Tracks: trackSIDs(t.GetTrackSids()),
		})
	}
	return c
}

func layersFrom(layers []*lkpb.VideoLayer) []room.Layer {
	all := make([]room.Layer, 0, len(layers))
	for _, l := range layers {
		all = append(all, room.Layer{
			Quality: room.Quality(l.GetQuality()), Width: l.GetWidth(), Height: l.GetHeight(), Bitrate: l.GetBitrate(),
			SpatialLayer: l.GetSpatialLayer(), RID: l.GetRid(),
		})
	}
	return all
}

func trackSIDs(s []string) []id.TrackSID {
	all := make([]id.TrackSID, len(s))
	for i := range s {
		all[i] = id.TrackSID(s[i])
	}
	return all
}

// numbers carries enumerations over as the plain numbers that the room only mirrors.
func numbers[T ~int32](values []T) []int32 {
	all := make([]int32, len(values))
	for i, v := range values {
		all[i] = int32(v)
	}
	return all
}
