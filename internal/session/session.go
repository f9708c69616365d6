package session

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/coder/websocket"

	"konklave/internal/id"
	"konklave/internal/negotiate"
	"konklave/internal/room"
	"konklave/internal/signal"
	"konklave/internal/signal/lkpb"
	"konklave/internal/token"
	"konklave/internal/wire"
)

const (
	requestsWaiting = 16                     // requests read and not yet handled; then the socket is not read
	seenInterval    = 500 * time.Millisecond // how often the room is told that the client is heard
	heldLimit       = 256                    // messages kept for a client whose signalling is interrupted
)

// Session is one participant's media connection. Its goroutine (run) owns everything below "owned by run"; the room,
// the transport and the socket reach it through the inbox and the request channel only.
type Session struct {
	service  *Service
	log      *slog.Logger
	sid      id.ParticipantSID
	identity id.Identity
	client   room.ClientInfo
	room     *room.Room // set by begin, before run starts
	hub      *hub       // likewise
	claims   token.Claims

	inbox    *inbox
	requests chan *lkpb.SignalRequest
	ctx      context.Context
	cancel   context.CancelFunc
	ended    chan struct{}

	mu      sync.Mutex // guards what other goroutines read
	meters  []*meter
	link    *wire.Transport
	speaks  bool // may send data packets
	hidden  bool // not named as their sender
	metrics bool // may receive metrics of others

	// Owned by run.
	socket      *socket
	holding     bool     // nothing may be sent before the Reconnect of a resume
	held        [][]byte // messages for a client without signalling, or before its Reconnect
	seen        time.Time
	negotiation *negotiate.Single
	transport   *wire.Transport
	announced   map[id.TrackSID]*room.TrackInfo
	published   map[id.TrackSID]*publication
	wanted      map[id.TrackSID]room.Subscription
	subscribed  map[id.TrackSID]*wire.Subscribed
}

func (s *Service) newSession(identity id.Identity, client room.ClientInfo) *Session {
	sid := id.NewParticipantSID()
	ctx, cancel := context.WithCancel(context.Background())
	return &Session{
		service: s, sid: sid, identity: identity, client: client,
		log:   s.cfg.Log.With("participant", sid),
		inbox: newInbox(), requests: make(chan *lkpb.SignalRequest, requestsWaiting),
		ctx: ctx, cancel: cancel, ended: make(chan struct{}),
		negotiation: negotiate.NewSingle(s.negotiation),
		announced:   make(map[id.TrackSID]*room.TrackInfo),
		published:   make(map[id.TrackSID]*publication),
		wanted:      make(map[id.TrackSID]room.Subscription),
		subscribed:  make(map[id.TrackSID]*wire.Subscribed),
	}
}

// post gives run a job. A session that is so far behind that there is no room for it ends.
func (s *Session) post(job func()) {
	if !s.inbox.put(job) {
		s.cancel()
	}
}

// run is the session's goroutine: it handles one thing at a time until the room closes the session.
func (s *Session) run() {
	s.log.Info("participant joined")
	defer s.finish()
	for s.ctx.Err() == nil {
		select {
		case <-s.inbox.wake:
			for _, job := range s.inbox.take() {
				job()
			}
		case r := <-s.requests:
			s.heard()
			s.handle(r)
		case <-s.ctx.Done():
		}
	}
}

// finish gives back what the session held. It is the end of run, whoever ended it.
func (s *Session) finish() {
	s.cancel()
	s.tell(room.Leave{Participant: s.sid, Reason: room.ReasonSignalClose}) // nothing when the room closed us
	s.hub.remove(s)
	for _, p := range s.published {
		p.wire.Close()
	}
	if s.transport != nil {
		s.transport.Close()
	}
	if s.socket != nil {
		s.socket.close()
	}
	s.service.forget(s)
	s.log.Info("participant left")
	close(s.ended)
}

// tell gives the room a command. It waits while the room's mailbox is full, which holds up only this session.
func (s *Session) tell(c room.Command) {
	_ = s.room.Post(context.WithoutCancel(s.ctx), c) // the only error is that the room is over, and then it closes us
}

// attach makes sock the client's signalling, in place of the one before.
func (s *Session) attach(sock *socket, resumed bool) {
	if s.socket != nil {
		s.socket.close()
	}
	s.socket = sock
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
}

// send sends one encoded message, or keeps it until the client has signalling again.
func (s *Session) send(b []byte) {
	if s.socket == nil || s.holding {
		if len(s.held) < heldLimit {
			s.held = append(s.held, b)
		}
		return
	}
	if err := s.socket.send(b); err != nil {
		s.log.Info("signalling closed", "why", err.Error())
	}
}

func (s *Session) flush() {
	held := s.held
	s.held = nil
	for _, b := range held {
		s.send(b)
	}
}

// open starts a socket on a fresh connection and makes it the client's signalling.
func (s *Session) open(conn *websocket.Conn, resumed bool) {
	var sock *socket
	made := make(chan struct{}) // the callbacks below may come before newSocket returns
	sock = newSocket(conn,
		func(b []byte) { s.received(b) },
		func() { <-made; s.post(func() { s.detach(sock) }) })
	close(made)
	s.post(func() { s.attach(sock, resumed) })
}

// received decodes one message of the client and hands it to run. It holds up the socket while run is busy.
func (s *Session) received(b []byte) {
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

// begin carries out what the join request brought along, as if it had come right after it.
func (s *Session) begin(r *lkpb.JoinRequest) {
	s.post(func() {
		s.heard()
		for _, t := range r.GetAddTrackRequests() {
			s.tell(addTrack(s.sid, t))
		}
		if offer := r.GetPublisherOffer(); offer.GetSdp() != "" {
			s.negotiate(negotiate.Offer{ID: offer.GetId(), SDP: offer.GetSdp()})
		}
	})
}

// takeUp tells the room that the client is back. The Reconnect that the room answers with goes out first; a room that
// has given the participant up has the client join anew.
func (s *Session) takeUp(r *lkpb.JoinRequest) {
	s.post(func() {
		err := s.room.Resume(s.ctx, room.Resume{Participant: s.sid, Identity: s.identity})
		if err != nil {
			s.holding = false
			s.respond(response(room.LeaveRequest{Reason: room.ReasonStateMismatch, Action: room.ActionReconnect}))
			s.cancel()
			return
		}
		s.seen = time.Time{}
		s.heard()
		if st := r.GetSyncState(); st != nil {
			s.syncState(st)
		}
	})
}

// leaveRoom takes a participant out whose session never ran.
func (s *Session) leaveRoom() {
	s.tell(room.Leave{Participant: s.sid, Reason: room.ReasonServerShutdown})
}
