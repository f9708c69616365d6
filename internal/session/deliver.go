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
	case room.JoinResponse:
		r := response(m)
		r.GetJoin().SubscriberPrimary = s.connection.subscriberPrimary()
		s.respond(r)
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
	case room.SetGate:
		if p, ok := s.published[m.Track]; ok {
			p.wire.SetGate(gates[m.Gate])
		}
	case room.CloseSession:
		s.cancel()
	case room.RefreshToken:
		s.credentials = m
		s.mu.Lock()
		s.permission = m.Permission
		s.mu.Unlock()
		s.refreshToken()
		if s.welcome { // what the client must know first ends with the token
			s.welcome = false
			s.connection.welcomed()
		}
	case room.TrackPublished:
		s.announce(m) // first: the client offers the track as soon as it knows of it
		s.pass(d)
	case room.TrackUnpublished:
		delete(s.announced, m.Track)
		s.connection.publish(negotiate.Withdraw{Track: m.Track})
		s.pass(d)
	case room.Reconnect:
		s.reconnected(m)
	case room.LeaveRequest:
		if b, ok := s.encoded(d); ok {
			s.dismiss(b)
		}
	case room.RequestResponse:
		if m.Result != room.ResultOK || s.client.Protocol > positiveResponses {
			s.pass(d)
		}
	case room.Update, room.RoomUpdate, room.SpeakersChanged, room.QualityChanged:
		if !s.isAway() {
			s.pass(d)
		}
	default:
		s.pass(d)
	}
}

// reconnected tells a client that its session goes on, before whatever was kept for it.
func (s *Session) reconnected(m room.Reconnect) {
	if s.socket == nil {
		return // gone again; it will resume once more
	}
	r := response(m)
	s.mu.Lock()
	r.GetReconnect().LastMessageSeq = s.sequence // the client sends what came after it again
	s.mu.Unlock()
	s.holding, s.welcome = false, true
	held := s.held
	s.held = nil
	s.respond(r)
	for _, b := range held {
		s.send(b)
	}
}

// pass sends a message of the room to the client.
func (s *Session) pass(d *room.Delivery) {
	if b, ok := s.encoded(d); ok {
		s.send(b)
	}
}

// encoded gives a message of the room as clients read it. It is encoded once for all sessions that get it.
func (s *Session) encoded(d *room.Delivery) ([]byte, bool) {
	b, err := d.Encoded(0, func(m room.Message) ([]byte, error) { return signal.EncodeResponse(response(m)) })
	if err != nil {
		s.log.Error("message not sent", "err", err)
	}
	return b, err == nil
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
	s.announced[m.Track.SID] = struct{}{}
	e := negotiate.Announce{
		Track: m.Track.SID, CID: m.CID, Kind: sdp.Audio, Stereo: m.Track.Stereo, NoDTX: m.Track.DisableDTX,
	}
	if m.Track.Type == room.Video {
		e.Kind = sdp.Video
	}
	if len(m.Track.Codecs) > 0 {
		e.Codec = m.Track.Codecs[0].MIME
	}
	s.connection.publish(e)
}
