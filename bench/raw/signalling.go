package raw

import (
	"context"
	"encoding/base64"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"

	"github.com/coder/websocket"
	"google.golang.org/protobuf/proto"

	"konklave/internal/signal/lkpb"
)

// signalling is the least of the LiveKit protocol.
type signalling struct {
	forwarder   *forwarder
	fingerprint string
	joined      atomic.Uint32
}

func (s *signalling) serve(w http.ResponseWriter, r *http.Request) {
	join, err := joinRequest(r)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	socket, err := websocket.Accept(w, r, nil)
	if err != nil {
		return // it has answered
	}
	defer func() { _ = socket.CloseNow() }()
	p := s.forwarder.admit(join.GetConnectionSettings().GetAutoSubscribe())
	number := s.joined.Add(1)
	say := func(m *lkpb.SignalResponse) error {
		data, err := proto.Marshal(m)
		if err != nil {
			return err
		}
		return socket.Write(r.Context(), websocket.MessageBinary, data)
	}
	me := &lkpb.ParticipantInfo{Sid: fmt.Sprintf("PA_%d", number), Identity: fmt.Sprint(number)}
	err = say(&lkpb.SignalResponse{Message: &lkpb.SignalResponse_Join{Join: &lkpb.JoinResponse{Participant: me, PingInterval: 5, PingTimeout: 15}}})
	if err == nil {
		err = say(s.answer(p, join.GetPublisherOffer()))
	}
	for err == nil {
		err = s.request(r.Context(), socket, p, say)
	}
}

// request reads one request and does what it asks for.
func (s *signalling) request(ctx context.Context, socket *websocket.Conn, p *peer, say func(*lkpb.SignalResponse) error) error {
	_, data, err := socket.Read(ctx)
	if err != nil {
		return err
	}
	var m lkpb.SignalRequest
	if err := proto.Unmarshal(data, &m); err != nil {
		return err
	}
	switch m := m.Message.(type) {
	case *lkpb.SignalRequest_AddTrack:
		return say(&lkpb.SignalResponse{Message: &lkpb.SignalResponse_TrackPublished{TrackPublished: &lkpb.TrackPublishedResponse{
			Cid: m.AddTrack.GetCid(), Track: &lkpb.TrackInfo{Sid: "TR_" + m.AddTrack.GetCid(), Type: m.AddTrack.GetType()},
		}}})
	case *lkpb.SignalRequest_Offer:
		return say(s.answer(p, m.Offer))
	}
	return nil
}

// answer answers any offer: what is to be received comes by payload types and SSRCs, which load takes as they are.
func (s *signalling) answer(p *peer, offer *lkpb.SessionDescription) *lkpb.SignalResponse {
	lines := []string{"v=0", "o=- 1 1 IN IP4 127.0.0.1", "s=-", "t=0 0", "a=ice-lite", "a=ice-ufrag:" + p.ufrag, "a=ice-pwd:" + p.password,
		"a=fingerprint:" + s.fingerprint, "a=setup:passive", fmt.Sprintf("a=candidate:1 1 udp 2130706431 127.0.0.1 %d typ host", s.forwarder.port), ""}
	return &lkpb.SignalResponse{Message: &lkpb.SignalResponse_Answer{Answer: &lkpb.SessionDescription{
		Type: "answer", Sdp: strings.Join(lines, "\r\n"), Id: offer.GetId(),
	}}}
}

// joinRequest is in the address of the WebSocket.
func joinRequest(r *http.Request) (*lkpb.JoinRequest, error) {
	outer, err := base64.URLEncoding.DecodeString(r.URL.Query().Get("join_request"))
	if err != nil {
		return nil, err
	}
	var wrapped lkpb.WrappedJoinRequest
	if err := proto.Unmarshal(outer, &wrapped); err != nil {
		return nil, err
	}
	var join lkpb.JoinRequest
	if err := proto.Unmarshal(wrapped.GetJoinRequest(), &join); err != nil {
		return nil, err
	}
	return &join, nil
}
