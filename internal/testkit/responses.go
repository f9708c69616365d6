package testkit

import (
	"konklave/internal/signal/lkpb"
)

// handle takes one message of the server. It is called by the reader of the signalling socket only.
func (p *Participant) handle(r *lkpb.SignalResponse) {
	switch m := r.Message.(type) {
	case *lkpb.SignalResponse_Join:
		p.takeRelay(m.Join.GetIceServers())
		p.change(func(v *View) {
			v.Join, v.Self = m.Join, m.Join.GetParticipant()
			for _, other := range m.Join.GetOtherParticipants() {
				v.Others[other.GetIdentity()] = other
			}
		})
	case *lkpb.SignalResponse_Reconnect:
		p.takeRelay(m.Reconnect.GetIceServers())
		p.change(func(v *View) { v.Reconnect = m.Reconnect })
	case *lkpb.SignalResponse_Answer:
		p.onAnswer(m.Answer)
	case *lkpb.SignalResponse_Offer:
		p.onOffer(m.Offer)
	case *lkpb.SignalResponse_MediaSectionsRequirement:
		p.onSectionsRequired(m.MediaSectionsRequirement)
	case *lkpb.SignalResponse_Update:
		p.change(func(v *View) { v.update(m.Update) })
	case *lkpb.SignalResponse_TrackPublished:
		p.change(func(*View) {
			if t := p.sent[m.TrackPublished.GetCid()]; t != nil {
				t.info = m.TrackPublished.GetTrack()
			}
		})
	case *lkpb.SignalResponse_SpeakersChanged:
		p.change(func(v *View) {
			for _, s := range m.SpeakersChanged.GetSpeakers() {
				v.Speakers[s.GetSid()] = s
			}
		})
	case *lkpb.SignalResponse_ConnectionQuality:
		p.change(func(v *View) {
			for _, q := range m.ConnectionQuality.GetUpdates() {
				v.Quality[q.GetParticipantSid()] = q.GetQuality()
			}
		})
	case *lkpb.SignalResponse_SubscribedQualityUpdate:
		u := m.SubscribedQualityUpdate
		p.change(func(v *View) { v.Layers[u.GetTrackSid()] = u.GetSubscribedCodecs() })
	case *lkpb.SignalResponse_RequestResponse:
		if m.RequestResponse.GetReason() != lkpb.RequestResponse_OK {
			p.change(func(v *View) { v.Refusals = append(v.Refusals, m.RequestResponse) })
		}
	case *lkpb.SignalResponse_RefreshToken:
		p.change(func(v *View) { v.Token = m.RefreshToken })
	case *lkpb.SignalResponse_StreamStateUpdate:
		p.change(func(v *View) {
			for _, s := range m.StreamStateUpdate.GetStreamStates() {
				v.Paused[s.GetTrackSid()] = s.GetState() == lkpb.StreamState_PAUSED
			}
		})
	case *lkpb.SignalResponse_Leave:
		p.change(func(v *View) { v.Leave = m.Leave })
	case *lkpb.SignalResponse_Pong, *lkpb.SignalResponse_PongResp:
		p.change(func(v *View) { v.Pongs++ })
	}
}

// update takes what is told of participants. Older versions than known are dropped, as client libraries do.
func (v *View) update(u *lkpb.ParticipantUpdate) {
	for _, info := range u.GetParticipants() {
		if info.GetSid() == v.Self.GetSid() {
			v.Self = info
			continue
		}
		known := v.Others[info.GetIdentity()]
		if known.GetSid() == info.GetSid() && known.GetVersion() > info.GetVersion() {
			continue
		}
		if info.GetState() != lkpb.ParticipantInfo_DISCONNECTED {
			v.Others[info.GetIdentity()] = info
		} else if known.GetSid() == info.GetSid() {
			delete(v.Others, info.GetIdentity())
		}
	}
}

// TrackOf is the track of another participant from the given source, or nil.
func (v *View) TrackOf(identity string, source lkpb.TrackSource) *lkpb.TrackInfo {
	for _, t := range v.Others[identity].GetTracks() {
		if t.GetSource() == source {
			return t
		}
	}
	return nil
}

// ReceivedFrom is what was received of another participant's track from the given source; it is never nil.
func (v *View) ReceivedFrom(identity string, source lkpb.TrackSource) *Received {
	if r := v.Received[v.TrackOf(identity, source).GetSid()]; r != nil {
		return r
	}
	return &Received{}
}
