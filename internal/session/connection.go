package session

import (
	"konklave/internal/negotiate"
	"konklave/internal/room"
	"konklave/internal/signal/lkpb"
	"konklave/internal/wire"
)

// connection is the media side of a session: its PeerConnections and what is negotiated about them. Whoever owns it
// says what it is to carry; in how many PeerConnections, and who makes the offers, is its own affair.
type connection interface {
	// subscriberPrimary tells whether the client has a PeerConnection of its own for what it gets, which decides that
	// it is connected and on which data go to it.
	subscriberPrimary() bool
	// welcomed follows what a client is told first when it has joined or resumed.
	welcomed()
	// offered and answered take the client's descriptions.
	offered(negotiate.Offer)
	answered(negotiate.Answer)
	// publish takes events about tracks of the client: Announce and Withdraw.
	publish(negotiate.Event)
	// deliver takes events about tracks for the client: Send and Unsend.
	deliver(...negotiate.Event)
	// transports are those that there are, the one that decides first.
	transports() []*wire.Transport
	// close ends it; nothing may follow.
	close()
}

// newConnection makes the one that the client speaks: two PeerConnections, unless it came with a join request.
func (s *Session) newConnection(v visit) connection {
	if v.dual {
		return newDualConnection(s, v)
	}
	return newSingleConnection(s)
}

// negotiationOf gives what the negotiations of this client need.
func (s *Session) negotiationOf() negotiate.Config {
	cfg := s.service.negotiation
	cfg.Candidates = s.service.candidates()
	cfg.NotFrom, cfg.NotTo = s.quirks.notFrom, s.quirks.notTo
	return cfg
}

// singleConnection is one PeerConnection for which the client makes all offers.
type singleConnection struct{ *peer }

func newSingleConnection(s *Session) singleConnection {
	return singleConnection{&peer{session: s, negotiation: negotiate.NewSingle(s.negotiationOf()), primary: true, talks: true}}
}

func (c singleConnection) subscriberPrimary() bool           { return false }
func (c singleConnection) transports() []*wire.Transport     { return transportsOf(c.peer) }
func (c singleConnection) welcomed()                         {} // the client offers, also after a resume
func (c singleConnection) offered(o negotiate.Offer)         { c.apply(o) }
func (c singleConnection) answered(negotiate.Answer)         { c.session.service.ignored.Inc() }
func (c singleConnection) publish(event negotiate.Event)     { c.apply(event) }
func (c singleConnection) deliver(events ...negotiate.Event) { c.apply(events...) }

func (s *Session) sendAnswer(a negotiate.Answer) {
	if s.isAway() {
		return
	}
	s.respond(&lkpb.SignalResponse{Message: &lkpb.SignalResponse_Answer{Answer: &lkpb.SessionDescription{
		Type: "answer", Sdp: a.SDP, Id: a.ID, MidToTrackId: a.MIDToTrack,
	}}})
	s.tell(room.Answered{Participant: s.sid})
}

// sendOffer sends an offer, unless the client is away or not greeted yet: then a newer one follows the greeting.
func (s *Session) sendOffer(o negotiate.Offer) {
	if s.isAway() || s.holding {
		return
	}
	s.respond(&lkpb.SignalResponse{Message: &lkpb.SignalResponse_Offer{Offer: &lkpb.SessionDescription{
		Type: "offer", Sdp: o.SDP, Id: o.ID, MidToTrackId: o.MIDToTrack,
	}}})
}

func (s *Session) sendRequirement(a negotiate.RequireSections) {
	if s.isAway() {
		return
	}
	s.respond(&lkpb.SignalResponse{Message: &lkpb.SignalResponse_MediaSectionsRequirement{
		MediaSectionsRequirement: &lkpb.MediaSectionsRequirement{NumAudios: a.Audio, NumVideos: a.Video},
	}})
}

// refused gives the client's media up, because it cannot be agreed about them: it reconnects in full.
func (s *Session) refused(why string) {
	s.log.Info("description refused", "why", why)
	s.tell(room.TransportFailed{Participant: s.sid})
}
