package session

import (
	"time"

	"konklave/internal/describe"
	"konklave/internal/id"
	"konklave/internal/room"
	"konklave/internal/signal/lkpb"
)

// What the server says of itself. Clients parse the version and choose features by it, so it names the version of
// the LiveKit server whose protocol is spoken, not ours.
const (
	serverVersion  = "1.14.0"
	serverProtocol = 17
)

// response translates a message of the room into the LiveKit protocol. Orders have no translation and never come here.
func response(m room.Message) *lkpb.SignalResponse {
	r := &lkpb.SignalResponse{}
	switch m := m.(type) {
	case room.JoinResponse:
		r.Message = &lkpb.SignalResponse_Join{Join: joinResponse(m)}
	case room.Reconnect:
		r.Message = &lkpb.SignalResponse_Reconnect{Reconnect: &lkpb.ReconnectResponse{ServerInfo: serverInfo()}}
	case room.Update:
		r.Message = &lkpb.SignalResponse_Update{Update: &lkpb.ParticipantUpdate{Participants: describe.Participants(m.Participants)}}
	case room.TrackPublished:
		r.Message = &lkpb.SignalResponse_TrackPublished{TrackPublished: &lkpb.TrackPublishedResponse{Cid: m.CID, Track: describe.Track(m.Track)}}
	case room.TrackUnpublished:
		r.Message = &lkpb.SignalResponse_TrackUnpublished{TrackUnpublished: &lkpb.TrackUnpublishedResponse{TrackSid: string(m.Track)}}
	case room.LeaveRequest:
		r.Message = &lkpb.SignalResponse_Leave{Leave: &lkpb.LeaveRequest{
			CanReconnect: m.Action != room.ActionDisconnect,
			Reason:       lkpb.DisconnectReason(m.Reason), Action: lkpb.LeaveRequest_Action(m.Action),
		}}
	case room.MuteRequest:
		r.Message = &lkpb.SignalResponse_Mute{Mute: &lkpb.MuteTrackRequest{Sid: string(m.Track), Muted: m.Muted}}
	case room.SpeakersChanged:
		r.Message = &lkpb.SignalResponse_SpeakersChanged{SpeakersChanged: speakersChanged(m)}
	case room.RoomUpdate:
		r.Message = &lkpb.SignalResponse_RoomUpdate{RoomUpdate: &lkpb.RoomUpdate{Room: describe.Room(m.Room)}}
	case room.QualityChanged:
		r.Message = &lkpb.SignalResponse_ConnectionQuality{ConnectionQuality: qualityUpdate(m)}
	case room.StreamState:
		state := lkpb.StreamState_ACTIVE
		if m.Paused {
			state = lkpb.StreamState_PAUSED
		}
		r.Message = &lkpb.SignalResponse_StreamStateUpdate{StreamStateUpdate: &lkpb.StreamStateUpdate{StreamStates: []*lkpb.StreamStateInfo{
			{ParticipantSid: string(m.Publisher), TrackSid: string(m.Track), State: state},
		}}}
	case room.SubscriptionPermissionUpdate:
		r.Message = &lkpb.SignalResponse_SubscriptionPermissionUpdate{SubscriptionPermissionUpdate: &lkpb.SubscriptionPermissionUpdate{
			ParticipantSid: string(m.Publisher), TrackSid: string(m.Track), Allowed: m.Allowed,
		}}
	case room.SubscriptionResponse:
		r.Message = &lkpb.SignalResponse_SubscriptionResponse{SubscriptionResponse: &lkpb.SubscriptionResponse{
			TrackSid: string(m.Track), Err: lkpb.SubscriptionError(m.Error),
		}}
	case room.RequestResponse:
		r.Message = &lkpb.SignalResponse_RequestResponse{RequestResponse: requestResponse(m)}
	case room.SubscribedAudioCodecs:
		r.Message = &lkpb.SignalResponse_SubscribedAudioCodecUpdate{SubscribedAudioCodecUpdate: subscribedAudioCodecs(m)}
	case room.SubscribedQuality:
		r.Message = &lkpb.SignalResponse_SubscribedQualityUpdate{SubscribedQualityUpdate: subscribedQuality(m)}
	case room.TrackSubscribed:
		r.Message = &lkpb.SignalResponse_TrackSubscribed{TrackSubscribed: &lkpb.TrackSubscribed{TrackSid: string(m.Track)}}
	}
	return r
}

func joinResponse(m room.JoinResponse) *lkpb.JoinResponse {
	return &lkpb.JoinResponse{
		Room: describe.Room(m.Room), Participant: describe.Participant(m.Self), OtherParticipants: describe.Participants(m.Others),
		ServerVersion: serverVersion, ServerInfo: serverInfo(),
		PingInterval: int32(m.PingInterval / time.Second), PingTimeout: int32(m.PingTimeout / time.Second),
		EnabledPublishCodecs: describe.PublishCodecs(), FastPublish: m.Self.Permission.CanPublish,
	}
}

func serverInfo() *lkpb.ServerInfo {
	return &lkpb.ServerInfo{Edition: lkpb.ServerInfo_Standard, Version: serverVersion, Protocol: serverProtocol, DebugInfo: "Konklave"}
}

func speakersChanged(m room.SpeakersChanged) *lkpb.SpeakersChanged {
	all := &lkpb.SpeakersChanged{}
	for _, s := range m.Speakers {
		all.Speakers = append(all.Speakers, &lkpb.SpeakerInfo{Sid: string(s.Participant), Level: s.Level, Active: s.Active})
	}
	return all
}

func qualityUpdate(m room.QualityChanged) *lkpb.ConnectionQualityUpdate {
	all := &lkpb.ConnectionQualityUpdate{}
	for _, q := range m.Updates {
		all.Updates = append(all.Updates, &lkpb.ConnectionQualityInfo{
			ParticipantSid: string(q.Participant), Quality: lkpb.ConnectionQuality(q.Quality), Score: q.Score,
		})
	}
	return all
}

// why says in words what clients show to developers.
var why = map[room.RequestResult]string{
	room.ResultNotFound:        "there is no such track of yours",
	room.ResultNotAllowed:      "your token does not allow it",
	room.ResultLimitExceeded:   "it is too much, or too large",
	room.ResultQueued:          "it waits for the end of the same track",
	room.ResultUnsupportedType: "the type of the track is unknown, or it has this codec already",
	room.ResultInvalidRequest:  "something in it is missing or too long",
}

// requestResponse says which request failed, as far as the client needs it to find the request again.
func requestResponse(m room.RequestResponse) *lkpb.RequestResponse {
	r := &lkpb.RequestResponse{RequestId: m.RequestID, Reason: lkpb.RequestResponse_Reason(m.Result), Message: why[m.Result]}
	switch c := m.Request.(type) {
	case room.AddTrack:
		r.Request = &lkpb.RequestResponse_AddTrack{AddTrack: &lkpb.AddTrackRequest{Cid: c.CID, Sid: string(c.SID), Source: lkpb.TrackSource(c.Source)}}
	case room.Mute:
		r.Request = &lkpb.RequestResponse_Mute{Mute: muteRequest(c.Track, c.Muted)}
	case room.UpdateMetadata:
		r.Request = &lkpb.RequestResponse_UpdateMetadata{UpdateMetadata: &lkpb.UpdateParticipantMetadata{RequestId: c.RequestID}}
	case room.UpdateAudioTrack:
		r.Request = &lkpb.RequestResponse_UpdateAudioTrack{UpdateAudioTrack: &lkpb.UpdateLocalAudioTrack{TrackSid: string(c.Track)}}
	case room.UpdateVideoTrack:
		r.Request = &lkpb.RequestResponse_UpdateVideoTrack{UpdateVideoTrack: &lkpb.UpdateLocalVideoTrack{TrackSid: string(c.Track)}}
	}
	return r
}

func subscribedAudioCodecs(m room.SubscribedAudioCodecs) *lkpb.SubscribedAudioCodecUpdate {
	all := &lkpb.SubscribedAudioCodecUpdate{TrackSid: string(m.Track)}
	for _, c := range m.Codecs {
		all.SubscribedAudioCodecs = append(all.SubscribedAudioCodecs, &lkpb.SubscribedAudioCodec{Codec: c.Codec, Enabled: c.Used})
	}
	return all
}

// subscribedQuality lists every quality of each codec. Old clients read only those of the first.
func subscribedQuality(m room.SubscribedQuality) *lkpb.SubscribedQualityUpdate {
	all := &lkpb.SubscribedQualityUpdate{TrackSid: string(m.Track)}
	for i, c := range m.Codecs {
		codec := &lkpb.SubscribedCodec{Codec: c.Codec}
		for q := room.Low; q <= room.High; q++ {
			codec.Qualities = append(codec.Qualities, &lkpb.SubscribedQuality{
				Quality: lkpb.VideoQuality(q), Enabled: c.Highest != room.Off && q <= c.Highest,
			})
		}
		all.SubscribedCodecs = append(all.SubscribedCodecs, codec)
		if i == 0 {
			all.SubscribedQualities = codec.Qualities
		}
	}
	return all
}

func muteRequest(track id.TrackSID, muted bool) *lkpb.MuteTrackRequest {
	return &lkpb.MuteTrackRequest{Sid: string(track), Muted: muted}
}
