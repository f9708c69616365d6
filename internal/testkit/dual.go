package testkit

import (
	"context"
	"fmt"
	"maps"
	"net/url"
	"strconv"

	"github.com/pion/webrtc/v4"

	"konklave/internal/signal/lkpb"
)

// The two PeerConnections of a dual participant: pc, for which it makes the offers as in the single mode, and receiver,
// for which the server makes them.

func (p *Participant) beginDual(ctx context.Context) error {
	var err error
	if p.pc, err = p.newPeerConnection(); err != nil {
		return err
	}
	if p.receiver, err = p.newPeerConnection(); err != nil {
		return err
	}
	p.receiver.OnDataChannel(func(c *webrtc.DataChannel) { p.listen(p.receiver, c) })
	if err := p.openChannels(); err != nil {
		return err
	}
	if err := p.enter(ctx, p.joinRequest()); err != nil {
		return err
	}
	_, err = p.negotiateAfter(func() error { return nil }) // at once, as fast_publish asks for
	return err
}

// joinQuery says in the query what a join request says.
func joinQuery(r *lkpb.JoinRequest) url.Values {
	flag := func(b bool) string {
		if b {
			return "1"
		}
		return "0"
	}
	q := url.Values{
		"sdk": {"go"}, "version": {r.GetClientInfo().GetVersion()}, "os": {r.GetClientInfo().GetOs()},
		"protocol":       {strconv.Itoa(int(r.GetClientInfo().GetProtocol()))},
		"auto_subscribe": {flag(r.GetConnectionSettings().GetAutoSubscribe())},
	}
	if r.GetReconnect() {
		q.Set("reconnect", "1")
		q.Set("sid", r.GetParticipantSid())
		q.Set("reconnect_reason", strconv.Itoa(int(r.GetReconnectReason())))
	}
	return q
}

// onOffer answers an offer of the server.
func (p *Participant) onOffer(offer *lkpb.SessionDescription) {
	if err := p.answer(offer); err != nil {
		p.change(func(v *View) { v.Failure = fmt.Errorf("answering an offer: %w", err) })
	}
}

func (p *Participant) answer(offer *lkpb.SessionDescription) error {
	p.mu.Lock()
	maps.Copy(p.mids, offer.GetMidToTrackId()) // before media can come
	p.mu.Unlock()
	if err := p.receiver.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeOffer, SDP: offer.GetSdp()}); err != nil {
		return err
	}
	answer, err := p.receiver.CreateAnswer(nil)
	if err != nil {
		return err
	}
	if err := p.receiver.SetLocalDescription(answer); err != nil {
		return err
	}
	_ = p.request(&lkpb.SignalRequest{Message: &lkpb.SignalRequest_Answer{Answer: &lkpb.SessionDescription{
		Type: "answer", Sdp: answer.SDP, Id: offer.GetId(),
	}}}) // when signalling is broken, there will be another offer
	p.change(func(v *View) { v.Accepted = offer.GetId() })
	return nil
}
