package session

import (
	"konklave/internal/negotiate"
	"konklave/internal/room"
	"konklave/internal/sdp"
	"konklave/internal/signal"
	"konklave/internal/signal/lkpb"
)

// positiveResponses is the client protocol above which a request's success is told too.
const positiveResponses = 14

// Deliver takes a message of the room (room.Member).
func (s *Session) Deliver(d *room.Delivery) { s.post(func() { s.delivered(d) }) }

// delivered obeys an order of the room, or passes its message on to the client.
func (s *Session) delivered(d *room.Delivery) {
	switch m := d.Message.(type) {
	case room.Subscribe:
		s.want(m.Subscriptions)
	case room.Unsubscribe:
		s.unwant(m.Tracks)
	case room.SetLayer:
		s.setLayer(m)
	case room.SetForwarding:
		if p, ok := s.published[m.Track]; ok {
			p.wire.SetForwarding(m.On)
		}
	case room.CloseSession:
		s.cancel()
	case room.RefreshToken:
		s.sendToken(m)
	case room.TrackPublished:
		s.announce(m) // first: the client offers the track as soon as it knows of it
		s.pass(d)
	case room.TrackUnpublished:
		s.negotiate(negotiate.Withdraw{Track: m.Track})
		s.pass(d)
	case room.Reconnect:
		s.holding = false
		held := s.held
		s.held = nil
		s.pass(d)
		s.held = append(s.held, held...)
		s.flush()
	case room.RequestResponse:
		if m.Result != room.ResultOK || s.client.Protocol > positiveResponses {
			s.pass(d)
		}
	case room.Update, room.RoomUpdate, room.SpeakersChanged, room.QualityChanged:
		if s.socket != nil { // a client that resumes is told the present state of these
			s.pass(d)
		}
	default:
		s.pass(d)
	}
}

// pass sends a message of the room to the client. It is encoded once for all sessions that get it.
func (s *Session) pass(d *room.Delivery) {
	b, err := d.Encoded(0, func(m room.Message) ([]byte, error) { return signal.EncodeResponse(response(m)) })
	if err != nil {
		s.log.Error("message not sent", "err", err)
		return
	}
	s.send(b)
}

// respond sends a message that is this client's alone.
func (s *Session) respond(r *lkpb.SignalResponse) {
	b, err := signal.EncodeResponse(r)
	if err != nil {
		s.log.Error("message not sent", "err", err)
		return
	}
	s.send(b)
}

// announce tells the negotiation of a track that the room accepted.
func (s *Session) announce(m room.TrackPublished) {
	if _, known := s.announced[m.Track.SID]; known {
		return // a further codec of the same track
	}
	s.announced[m.Track.SID] = m.Track
	e := negotiate.Announce{
		Track: m.Track.SID, CID: m.CID, Kind: sdp.Audio, Stereo: m.Track.Stereo, NoDTX: m.Track.DisableDTX,
	}
	if m.Track.Type == room.Video {
		e.Kind = sdp.Video
	}
	if len(m.Track.Codecs) > 0 {
		e.Codec = m.Track.Codecs[0].MIME
	}
	s.negotiate(e)
}

func (s *Session) sendAnswer(a negotiate.Answer) {
	s.respond(&lkpb.SignalResponse{Message: &lkpb.SignalResponse_Answer{Answer: &lkpb.SessionDescription{
		Type: "answer", Sdp: a.SDP, Id: a.ID, MidToTrackId: a.MIDToTrack,
	}}})
}

func (s *Session) sendRequirement(a negotiate.RequireSections) {
	s.respond(&lkpb.SignalResponse{Message: &lkpb.SignalResponse_MediaSectionsRequirement{
		MediaSectionsRequirement: &lkpb.MediaSectionsRequirement{NumAudios: a.Audio, NumVideos: a.Video},
	}})
}
