package session

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"konklave/internal/id"
	"konklave/internal/relay"
	"konklave/internal/room"
	"konklave/internal/signal/lkpb"
	"konklave/internal/token"
	"konklave/internal/wire"
)

const (
	requestsWaiting = 16                     // requests read and not yet handled; then the socket is not read
	requestRate     = 100                    // requests a second; beyond it the socket is read more slowly
	requestBurst    = 500                    // requests at once, as when a client lays out a large room
	requestBytes    = 1 << 20                // bytes of requests a second, as others are told much of what is said
	requestMost     = 4 << 20                // bytes at once; more than one message may have
	seenInterval    = 500 * time.Millisecond // how often the room is told that the client is heard
	heldLimit       = 1024                   // messages kept for a client without signalling; beyond it the session ends
	refreshInterval = 5 * time.Minute        // between tokens for coming back; much less than refreshedLife
)

// Session is one participant's media connection. Its goroutine (run) owns everything below "owned by run"; the room,
// the transport and the socket reach it through the inbox and the request channel only.
type Session struct {
	service  *Service
	log      *slog.Logger
	sid      id.ParticipantSID
	identity id.Identity
	client   room.ClientInfo
	quirks   quirks
	room     *room.Room // set by begin, before run starts
	hub      *hub       // likewise
	claims   token.Claims
	inStep   bool    // the client plays tracks that share a stream together
	outbox   *outbox // of reliable data packets
	calls    calls   // of applications, that the client has to answer

	inbox    *inbox
	requests chan *lkpb.SignalRequest
	pace     *rate.Limiter // of requests
	volume   *rate.Limiter // of their bytes
	ctx      context.Context
	cancel   context.CancelFunc
	ended    chan struct{} // closed when run uses nothing below any more

	mu         sync.Mutex // guards what other goroutines read
	meters     []*meter
	link       *wire.Transport
	permission room.Permission
	sequence   uint32       // of the newest reliable data packet that was passed on
	began      time.Time    // when the client asked to join
	looks      [2]*sighting // of who helps with the connection, the last
	awaits     bool         // it is connected, somebody sends something that it wants, and nothing was forwarded to it yet

	// Owned by run.
	socket      *socket
	greeted     bool     // has had a socket
	holding     bool     // nothing may be sent before the Reconnect of a resume
	held        [][]byte // messages for a client without signalling, or before its Reconnect
	farewell    []byte   // the room's LeaveRequest: after it there is nothing to say
	seen        time.Time
	recalled    time.Time // when the client last resumed, or was made to
	credentials room.RefreshToken
	connection  connection
	cuts        cuts
	joined      bool // the transport was connected
	welcome     bool // the connection is to be told that the client has joined or resumed
	announced   map[announcement]struct{}
	published   map[id.TrackSID]*publication
	relay       *relay.Grant // nil before the client was told of it
	wanted      map[id.TrackSID]room.Subscription
	subscribed  map[id.TrackSID]*delivery
}

func (s *Service) newSession(v visit) *Session {
	sid := id.NewParticipantSID()
	ctx, cancel := context.WithCancel(context.Background())
	session := &Session{
		service: s, sid: sid, identity: v.claims.Identity, claims: v.claims, client: clientInfo(v.request.GetClientInfo()),
		quirks: quirksOf(v.request.GetClientInfo()),
		log:    s.cfg.Log.With("participant", sid),
		began:  time.Now(),
		inbox:  newInbox(), requests: make(chan *lkpb.SignalRequest, requestsWaiting),
		pace: rate.NewLimiter(requestRate, requestBurst), volume: rate.NewLimiter(requestBytes, requestMost),
		ctx: ctx, cancel: cancel, ended: make(chan struct{}),
		inStep:     playsInStep(v.request.GetClientInfo()),
		welcome:    true,
		announced:  make(map[announcement]struct{}),
		published:  make(map[id.TrackSID]*publication),
		wanted:     make(map[id.TrackSID]room.Subscription),
		subscribed: make(map[id.TrackSID]*delivery),
	}
	session.outbox = newOutbox(func(packet []byte) error { return session.sendOn(wire.Reliable, packet) })
	session.connection = session.newConnection(v)
	return session
}

// post gives run a job. A session that is so far behind that there is no room for it ends. It is false when the job is
// not done.
func (s *Session) post(job func()) bool {
	taken := s.inbox.put(job)
	if !taken {
		s.cancel()
	}
	return taken
}

// run is the session's goroutine: it handles one thing at a time until the room closes the session.
func (s *Session) run() {
	defer s.service.running.Done()
	defer s.finish()
	s.log.Info("participant joined")
	refresh := time.NewTicker(refreshInterval)
	defer refresh.Stop()
	for s.ctx.Err() == nil {
		select {
		case <-s.inbox.wake:
			s.work()
		case r := <-s.requests:
			s.work() // first: it came before
			if s.ctx.Err() == nil {
				s.heard()
				s.handle(r)
			}
		case <-refresh.C:
			s.work()
			s.refreshToken()
		case <-s.ctx.Done():
		}
		s.inbox.rest(s.direct())
	}
}

// work does what waits in the inbox. Until the session rests, nothing passes it.
func (s *Session) work() {
	for _, job := range s.inbox.work() {
		job()
	}
}

// finish gives back what the session held. It is the end of run, whoever ended it.
func (s *Session) finish() {
	s.cancel()
	s.service.forget(s)
	s.hub.remove(s)
	s.outbox.close()
	for _, job := range s.inbox.close() { // a socket may be among them, and who opened it must be told
		job()
	}
	s.tell(room.Leave{Participant: s.sid, Reason: room.ReasonSignalClose}) // nothing when the room closed us
	if s.socket != nil {
		s.socket.close() // first: a client that loses its media before it is told why comes back to ask
	}
	for _, p := range s.published {
		p.wire.Close()
	}
	s.connection.close()
	s.leaveRelay()
	close(s.ended)
	if s.socket != nil {
		<-s.socket.done
	}
	s.log.Info("participant left")
}

// tell gives the room a command. It waits while the room's mailbox is full, which holds up only this session.
func (s *Session) tell(c room.Command) {
	_ = s.room.Post(context.Background(), c) // the only error is that the room is over, and then it closes us
}

// leaveRoom takes a participant out whose session never ran.
func (s *Session) leaveRoom() {
	s.tell(room.Leave{Participant: s.sid, Reason: room.ReasonServerShutdown})
}
