package session

import (
	"konklave/internal/id"
	"konklave/internal/negotiate"
	"konklave/internal/room"
	"konklave/internal/signal"
	"konklave/internal/signal/lkpb"
)

// positiveResponses is the client protocol above which a request's success is told too.
const positiveResponses = 14

// Deliver takes a message of the room (room.Member).
func (s *Session) Deliver(d *room.Delivery) {
	switch d.Message.(type) {
	case room.Update, room.RoomUpdate, room.SpeakersChanged, room.QualityChanged:
		if b, ok := s.encoded(d); ok && s.inbox.pass(b) {
			return
		}
	}
	s.post(func() { s.delivered(d) })
}

// delivered obeys an order of the room, or passes its message on to the client.
func (s *Session) delivered(d *room.Delivery) {
	switch m := d.Message.(type) {
	case room.JoinResponse:
		r := response(m)
		r.GetJoin().SubscriberPrimary = s.connection.subscriberPrimary()
		r.GetJoin().EnabledPublishCodecs = s.quirks.publishable(r.GetJoin().GetEnabledPublishCodecs())
		s.relayOf(&r.GetJoin().IceServers, &r.GetJoin().ClientConfiguration)
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
		s.connection.publish(negotiate.Withdraw{Track: m.Track})
		s.forget(m.Track)
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
	s.relayOf(&r.GetReconnect().IceServers, &r.GetReconnect().ClientConfiguration)
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

// announcement is a track of the client as it is announced to the negotiation, in one of its codecs.
type announcement struct {
	track  id.TrackSID
	number int8
}

// announce tells the negotiation of a track that the room accepted, in the codecs for which the client named an id.
func (s *Session) announce(m room.TrackPublished) {
	t := m.Track
	for i := range t.Codecs {
		a := announcement{t.SID, int8(i)}
		cid := t.Codecs[i].CID
		if _, known := s.announced[a]; known || cid == "" && i > 0 {
			continue
		}
		if i == 0 {
			cid = m.CID
		}
		s.announced[a] = struct{}{}
		s.connection.publish(negotiate.Announce{
			Track: t.SID, CID: cid, Kind: kindOf(t), Codec: t.Codecs[i].MIME, Number: a.number,
			Stereo: t.Stereo, NoDTX: t.DisableDTX, NoRED: t.DisableRED || t.Encryption != 0,
		})
	}
}
