// Package session owns the media connections of participants: it joins what the room decides, what the client says
// by the LiveKit protocol, what was negotiated, and the transport that carries the packets.
//
// A Session is one goroutine (session.go) that takes one thing at a time: a request (requests.go), a message of the
// room (deliver.go), a report of the transport. It decides nothing about who may do what (room does) nor about
// sections and codecs (negotiate does), and no packet of media passes through it.
package session

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"konklave/internal/id"
	"konklave/internal/negotiate"
	"konklave/internal/relay"
	"konklave/internal/room"
	"konklave/internal/sdp"
	"konklave/internal/token"
	"konklave/internal/wire"
)

// Key is an API key with its secret: who has the secret can make tokens.
type Key struct{ Name, Secret string }

// Config is what sessions need of the rest of the program.
type Config struct {
	Log   *slog.Logger
	Wire  *wire.Wire
	Rooms *room.Registry
	Keys  map[string]string // API key to secret, for LiveKit clients

	// Meetings are rooms whose names begin with Reserved: only Internal makes tokens for them, and they are
	// started with MeetingOptions.
	Reserved       string
	Internal       Key
	MeetingOptions room.Options

	Relay      *relay.Server // for whom nothing else gets through; nil when there is none
	ForceRelay bool          // clients are told to use nothing else

	MaxParticipants int  // on this machine, 0 means no limit
	NoAutoCreate    bool // whoever joins finds a room or is refused
	AllowHidden     bool // tokens may hide their participants
	Simulate        bool // clients may have the server misbehave towards them
}

// Service makes sessions of signalling connections and finds them again when clients resume. It is safe for any
// goroutine.
type Service struct {
	cfg         Config
	negotiation negotiate.Config
	// newTransport is the wire's; it gives nil in tests that never connect.
	newTransport func(wire.TransportParams) *wire.Transport
	candidates   func() []sdp.Candidate // they may change
	revoked      *token.Revocations

	ignored     prometheus.Counter // messages that are unknown or not understood
	undelivered prometheus.Counter // data packets for receivers that did not keep up, or too large for them
	slowed      prometheus.Counter // messages that came too fast and had to wait
	refused     *prometheus.CounterVec
	cut         *prometheus.CounterVec
	recalled    prometheus.Counter
	joins       joinTimes

	running  sync.WaitGroup // one for each session whose goroutine runs
	mu       sync.Mutex
	sessions map[id.ParticipantSID]*Session
	hubs     map[id.RoomSID]*hub
	closing  bool
}

// New makes a service. Its counters are registered with metrics.
func New(cfg Config, metrics prometheus.Registerer) (*Service, error) {
	s := newService(cfg)
	s.newTransport = cfg.Wire.NewTransport
	s.candidates = func() []sdp.Candidate { return candidates(cfg.Wire.Candidates()) }
	s.negotiation = negotiate.Config{
		Fingerprint:    cfg.Wire.Fingerprint(),
		NewCredentials: func() (string, string) { c := wire.NewCredentials(); return c.Ufrag, c.Pwd },
		NewSSRC:        newSSRC,
	}
	return s, s.register(metrics)
}

func newService(cfg Config) *Service {
	return &Service{
		cfg:         cfg,
		candidates:  func() []sdp.Candidate { return nil },
		revoked:     token.NewRevocations(),
		ignored:     prometheus.NewCounter(prometheus.CounterOpts{Name: "konklave_signal_ignored_total", Help: "Signalling messages and data packets that were unknown, malformed or not allowed."}),
		undelivered: prometheus.NewCounter(prometheus.CounterOpts{Name: "konklave_data_undelivered_total", Help: "Data packets dropped because their receiver did not keep up, or because they are too large."}),
		refused:     prometheus.NewCounterVec(prometheus.CounterOpts{Name: "konklave_joins_refused_total", Help: "Signalling connections refused, by HTTP status."}, []string{"status"}),
		slowed:      prometheus.NewCounter(prometheus.CounterOpts{Name: "konklave_signal_slowed_total", Help: "Signalling messages that came faster than allowed and had to wait."}),
		cut:         prometheus.NewCounterVec(prometheus.CounterOpts{Name: "konklave_signal_cut_total", Help: "Signalling sockets that were ended because of what the client did, by what it did."}, []string{"why"}),
		recalled:    prometheus.NewCounter(prometheus.CounterOpts{Name: "konklave_signal_recalled_total", Help: "Clients that were made to resume because nothing came by their way for media any more."}),
		joins:       newJoinTimes(),
		sessions:    make(map[id.ParticipantSID]*Session),
		hubs:        make(map[id.RoomSID]*hub),
	}
}

func (s *Service) register(metrics prometheus.Registerer) error {
	gauge := prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "konklave_participants", Help: "Participants with a media session."}, func() float64 {
		s.mu.Lock()
		defer s.mu.Unlock()
		return float64(len(s.sessions))
	})
	for _, c := range []prometheus.Collector{pathGauge{s}, s.ignored, s.undelivered, s.slowed, s.refused, s.cut, s.recalled, s.joins.connected, s.joins.forwarded, gauge} {
		if err := metrics.Register(c); err != nil {
			return err
		}
	}
	return nil
}

// Close tells all participants that the server ends and waits until they were told and their sessions have ended.
// Errors: the context's.
func (s *Service) Close(ctx context.Context) error {
	s.mu.Lock()
	s.closing = true
	s.mu.Unlock()
	err := s.cfg.Rooms.Close(ctx, room.ReasonServerShutdown)
	for _, session := range s.all() { // of rooms that did not close in time
		session.cancel()
	}
	gone := make(chan struct{})
	go func() {
		s.running.Wait()
		close(gone)
	}()
	select {
	case <-gone:
		return err
	case <-ctx.Done(): // each session ends by the limits of its socket
		return errors.Join(err, ctx.Err())
	}
}

func (s *Service) all() []*Session {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make([]*Session, 0, len(s.sessions))
	for _, session := range s.sessions {
		all = append(all, session)
	}
	return all
}

// Guests counts the participants in rooms of LiveKit clients, without those of meetings.
func (s *Service) Guests() int {
	n := 0
	for _, session := range s.all() {
		if !s.reserved(session.room.Name()) {
			n++
		}
	}
	return n
}

// of gives the sessions of an identity in a room: one, or two while one replaces the other.
func (s *Service) of(name id.RoomName, identity id.Identity) []*Session {
	s.mu.Lock()
	defer s.mu.Unlock()
	var found []*Session
	for _, session := range s.sessions {
		if session.identity == identity && session.room.Name() == name {
			found = append(found, session)
		}
	}
	return found
}

// remember takes a session that is in its room into account. It is not, when the service closes meanwhile or others
// took the last places.
func (s *Service) remember(session *Session, r *room.Room) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.fullLocked() {
		return false
	}
	h, ok := s.hubs[r.SID()]
	if !ok {
		h = &hub{sessions: make(map[id.ParticipantSID]*Session)}
		s.hubs[r.SID()] = h
		go s.dropHub(r)
	}
	s.running.Add(1)
	s.sessions[session.sid] = session
	session.hub = h
	h.add(session)
	return true
}

// dropHub forgets a room's hub when the room is over. It ends with the room, which Close waits for.
func (s *Service) dropHub(r *room.Room) {
	<-r.Ended()
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.hubs, r.SID())
}

func (s *Service) forget(session *Session) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.sessions, session.sid)
}

func (s *Service) find(sid id.ParticipantSID) (*Session, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	session, ok := s.sessions[sid]
	return session, ok
}

// full tells whether the machine takes no more participants.
func (s *Service) full() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.fullLocked()
}

func (s *Service) fullLocked() bool {
	return s.closing || s.cfg.MaxParticipants > 0 && len(s.sessions) >= s.cfg.MaxParticipants
}

func candidates(all []wire.Candidate) []sdp.Candidate {
	list := make([]sdp.Candidate, len(all))
	for i, c := range all {
		list[i] = sdp.Candidate{Foundation: c.Foundation, Protocol: c.Proto, Priority: c.Priority, Addr: c.Addr, TCPType: c.TCPType}
	}
	return list
}

func newSSRC() uint32 {
	var b [4]byte
	for {
		_, _ = rand.Read(b[:]) // never fails
		if n := binary.BigEndian.Uint32(b[:]); n != 0 {
			return n
		}
	}
}

// waitTime bounds how long a join waits for the room's answer.
const waitTime = 5 * time.Second
