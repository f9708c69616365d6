package session

import (
	"time"

	"konklave/internal/negotiate"
	"konklave/internal/room"
	"konklave/internal/wire"
)

// peer is one PeerConnection of a session: what is negotiated about it, and the transport under it.
type peer struct {
	session     *Session
	negotiation interface {
		Apply(...negotiate.Event) []negotiate.Action
	}
	transport *wire.Transport  // nil before there are credentials
	local     wire.Credentials // that it has

	primary bool                  // it decides that the client is connected, and data go to it here
	talks   bool                  // data come from the client here
	opens   bool                  // the server opens the data channels
	onOffer func(negotiate.Offer) // nil when the client makes all offers
}

// apply lets events happen to the PeerConnection and carries out what follows.
func (p *peer) apply(events ...negotiate.Event) {
	s := p.session
	for _, a := range p.negotiation.Apply(events...) {
		switch a := a.(type) {
		case negotiate.Connect:
			p.connect(a)
		case negotiate.RestartICE:
			p.restart(a.Local, a.Remote)
		case negotiate.Offer:
			p.expect(a.Local)
			p.onOffer(a)
		case negotiate.Answer:
			s.sendAnswer(a)
		case negotiate.Receive:
			s.receive(p.transport, a)
		case negotiate.StopReceiving:
			s.stopReceiving(a.Track, a.Number)
			s.tell(room.TrackEnded{Participant: s.sid, Track: a.Track, Number: a.Number})
		case negotiate.StartSending:
			s.startSending(p.transport, a)
		case negotiate.StopSending:
			s.stopSending(a.Track)
			if _, ok := s.wanted[a.Track]; ok { // the client took the section away
				s.tell(room.Unbound{Participant: s.sid, Track: a.Track})
			}
		case negotiate.CannotSend:
			s.cannotDecode(a.Track, a.Codec)
		case negotiate.RequireSections:
			s.sendRequirement(a)
		case negotiate.Refuse:
			s.refused(a.Reason)
		}
	}
}

// expect lets connectivity checks in that come before the client's answer.
func (p *peer) expect(local negotiate.Credentials) {
	if p.transport == nil {
		p.open(wire.TransportParams{Local: wire.Credentials(local)})
	}
	p.restart(local, negotiate.Credentials{})
}

func (p *peer) connect(a negotiate.Connect) {
	if p.transport == nil {
		p.open(wire.TransportParams{
			Local: wire.Credentials(a.Local), Remote: wire.Credentials(a.Remote),
			RemoteFingerprint: a.Fingerprint, Role: wire.DTLSRole(a.Role),
		})
		return
	}
	p.restart(a.Local, a.Remote)
	p.transport.Agree(a.Fingerprint, wire.DTLSRole(a.Role))
}

// restart takes new credentials, unless the transport has them.
func (p *peer) restart(local, remote negotiate.Credentials) {
	if wire.Credentials(local) != p.local {
		p.local = wire.Credentials(local)
		p.transport.RestartICE(p.local, wire.Credentials(remote))
	}
}

// open makes the transport.
func (p *peer) open(params wire.TransportParams) {
	s := p.session
	handler := wire.Handler{OnClosed: func(err error) {
		s.post(func() {
			s.log.Info("transport closed", "why", err)
			s.tell(room.TransportFailed{Participant: s.sid})
		})
	}}
	handler.OnPaused = func(paused bool) {
		s.post(func() { s.tell(room.VideoPaused{Participant: s.sid, Paused: paused}) })
	}
	handler.OnTrackPaused = func(sub *wire.Subscribed, paused bool) {
		s.post(func() { s.trackPaused(sub, paused) })
	}
	if p.primary {
		handler.OnConnected = func() {
			now := time.Now()
			s.post(func() {
				s.connected(now)
				s.tell(room.TransportConnected{Participant: s.sid})
			})
		}
		handler.OnChannelOpen = func(ch wire.Channel, use func()) {
			if ch != wire.Reliable {
				use()
			} else if !s.outbox.opened(use) {
				s.post(func() { s.tell(room.SyncState{Participant: s.sid, DataLost: true}) })
			}
		}
	}
	if p.talks {
		handler.OnData = func(ch wire.Channel, msg []byte) { s.hub.data(s, ch, msg) }
	}
	params.OpenChannels, params.Handler = p.opens, handler
	p.transport, p.local = s.service.newTransport(params), params.Local
	if p.primary {
		s.mu.Lock()
		s.link = p.transport
		s.mu.Unlock()
	}
}

func transportsOf(peers ...*peer) (all []*wire.Transport) {
	for _, p := range peers {
		if p.transport != nil {
			all = append(all, p.transport)
		}
	}
	return all
}

func (p *peer) close() {
	if p.transport != nil {
		p.transport.Close()
	}
}
