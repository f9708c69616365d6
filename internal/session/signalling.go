package session

import (
	"time"

	"github.com/coder/websocket"

	"konklave/internal/negotiate"
	"konklave/internal/room"
	"konklave/internal/signal"
	"konklave/internal/signal/lkpb"
)

// firstOfferPause is much longer than a client needs to set a description, and too short to be noticed.
const firstOfferPause = 100 * time.Millisecond

// open starts a socket on a fresh connection and makes it the client's signalling; then is done before anything that
// the client says. A session that is over by now says so.
func (s *Session) open(conn *websocket.Conn, batched *batched, resumed bool, then func()) {
	var sock *socket
	attached := make(chan struct{})
	sock = newSocket(conn, batched,
		func(b []byte) { <-attached; s.received(b) },
		func() {
			<-attached
			if why := sock.blame(); why != "" {
				s.service.cut.WithLabelValues(why).Inc()
			}
			s.post(func() { s.detach(sock) })
		})
	taken := s.post(func() {
		s.attach(sock, resumed)
		then()
		close(attached)
	})
	if taken {
		return
	}
	close(attached)
	<-s.ended // soon; from then on what run owned stays as it is
	_ = sock.send(s.lastWords())
	sock.close()
}

// received decodes one message of the client and hands it to run. It holds up the socket while run is busy, and when
// the client floods it.
func (s *Session) received(b []byte) {
	if !s.admitted(len(b)) {
		return
	}
	r, err := signal.DecodeRequest(b)
	if err != nil {
		s.service.ignored.Inc()
		return
	}
	select {
	case s.requests <- r:
	case <-s.ctx.Done():
	}
}

// admitted waits until a message of n bytes may be handled. It is false when the session is over.
func (s *Session) admitted(n int) bool {
	now := time.Now()
	wait := max(s.pace.ReserveN(now, 1).DelayFrom(now), s.volume.ReserveN(now, n).DelayFrom(now))
	if wait == 0 {
		return true
	}
	s.service.slowed.Inc()
	select {
	case <-time.After(wait):
		return true
	case <-s.ctx.Done():
		return false
	}
}

// attach makes sock the client's signalling, in place of the one before.
func (s *Session) attach(sock *socket, resumed bool) {
	if s.socket != nil {
		s.socket.close()
	}
	s.socket, s.greeted = sock, true
	if s.farewell != nil {
		s.write(s.farewell)
		return
	}
	s.holding = resumed
	if !resumed {
		s.flush()
	}
}

// detach notes that a socket is gone. The client has some time to resume with another one.
func (s *Session) detach(sock *socket) {
	if s.socket != sock {
		return // replaced before
	}
	s.socket = nil
	s.tell(room.SignalLost{Participant: s.sid})
}

// heard notes that the client said something, and tells the room from time to time.
func (s *Session) heard() {
	now := time.Now()
	if now.Sub(s.seen) < seenInterval {
		return
	}
	s.seen = now
	s.tell(room.SignalSeen{Participant: s.sid, At: now})
	s.recall(now)
}

// send sends one encoded message, or keeps it until the client has signalling again. A client that misses too much
// joins anew.
func (s *Session) send(b []byte) {
	switch {
	case s.farewell != nil:
	case s.direct() != nil:
		s.write(b)
	case len(s.held) < heldLimit:
		s.held = append(s.held, b)
	default:
		s.cancel()
	}
}

// direct is the socket where send would send, nil when it would not.
func (s *Session) direct() *socket {
	if s.farewell != nil || s.holding {
		return nil
	}
	return s.socket
}

func (s *Session) write(b []byte) {
	if s.socket.send(b) != nil {
		s.log.Debug("message not sent, the socket closes")
	}
}

func (s *Session) flush() {
	held := s.held
	s.held = nil
	for _, b := range held {
		s.send(b)
	}
}

// isAway tells whether the client had signalling and has none now. When it comes back it is told the present state,
// and makes a new offer.
func (s *Session) isAway() bool { return s.socket == nil && s.greeted }

// dismiss is the end of what the client is told. A leave may come before a join or reconnect, all else may not.
func (s *Session) dismiss(leave []byte) {
	s.farewell, s.held = leave, nil
	if s.socket != nil {
		s.write(leave)
	}
}

// lastWords are what a client is told that comes to a session when it is over.
func (s *Session) lastWords() []byte {
	if s.farewell != nil {
		return s.farewell
	}
	return joinAnew()
}

// joinAnew makes a client join with a new session.
func joinAnew() []byte {
	b, err := signal.EncodeResponse(response(room.LeaveRequest{Reason: room.ReasonStateMismatch, Action: room.ActionReconnect}))
	if err != nil {
		panic(err) // not reached: nothing in it could be wrong
	}
	return b
}

// begin carries out what the join request brought along, as if it had come right after it.
func (s *Session) begin(r *lkpb.JoinRequest) {
	s.heard()
	for _, t := range r.GetAddTrackRequests() {
		s.tell(addTrack(s.sid, t))
	}
	if offer := r.GetPublisherOffer(); offer.GetSdp() != "" {
		s.takeFirstOffer(r.GetClientInfo().GetSdk(), negotiate.Offer{ID: offer.GetId(), SDP: offer.GetSdp()})
	}
}

// takeFirstOffer takes the offer that came with a join request. LiveKit's SDK for Go (server-sdk-go 2.18) sets its own
// offer only when it has read that it joined, and reads on meanwhile: an answer that comes at once finds it too early
// and is lost, and with it the join. So its offer waits a moment; it sends no other before that has its answer.
func (s *Session) takeFirstOffer(sdk lkpb.ClientInfo_SDK, offer negotiate.Offer) {
	take := func() { s.connection.offered(offer) }
	if sdk != lkpb.ClientInfo_GO {
		take()
		return
	}
	time.AfterFunc(firstOfferPause, func() { s.post(take) })
}

// takeUp tells the room that the client is back. The Reconnect that the room answers with goes out first; a room that
// has given the participant up has the client join anew.
func (s *Session) takeUp(r *lkpb.JoinRequest) {
	if s.farewell != nil {
		return
	}
	now, later := s.cutResume()
	if now {
		return
	}
	defer later()
	err := s.ctx.Err()
	if err == nil {
		err = s.room.Resume(s.ctx, room.Resume{Participant: s.sid, Identity: s.identity})
	}
	if err != nil {
		s.dismiss(joinAnew())
		s.cancel()
		return
	}
	s.seen, s.recalled = time.Time{}, time.Now()
	s.heard()
	if st := r.GetSyncState(); st != nil {
		s.syncState(st)
	}
}
