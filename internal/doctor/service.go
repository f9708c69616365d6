// Package doctor owns the server half of the connection doctor: a browser asks for a check, and for some seconds it may
// try every way to this server (signalling, UDP, TCP, relays) and measure what goes through. docs/control.md describes
// it.
//
// A check is no participant: its token admits to the check only, and no room knows of it. The package must not log, count
// or keep anything that says who checks, and it must not harm meetings: checks at a time, their data and their rate are
// bounded, and under overload there are none. What the measurements mean the browser decides.
package doctor

import (
	"context"
	"crypto/rand"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"konklave/internal/sources"
	"konklave/internal/wire"
)

// Bounds of all checks together.
const (
	mostChecks = 6 // at a time
	mostSpeeds = 2 // of them measuring speed at a time

	checkTime = 40 * time.Second // that a token is good for
	speedTime = 8 * time.Second  // to measure both directions

	beginRate  = 1 // checks a second that may begin, on average
	beginBurst = 10

	// Of each source. A class behind one address may check before its lesson.
	sourceRate  = rate.Limit(1.0 / 6)
	sourceBurst = 10
	mostOfOne   = 4 // of its checks at a time
)

// Link is the way to a browser: a *wire.Transport.
type Link interface {
	Send(ch wire.Channel, msg []byte) error
	Close()
}

// Relay is a TURN server of ours that a check may try, as RTCIceServer has it.
// https://www.w3.org/TR/webrtc/#dom-rtciceserver
type Relay struct {
	Path       string   `json:"-"` // PathTURNUDP, PathTURNTCP or PathTURNTLS
	URLs       []string `json:"urls"`
	Username   string   `json:"username"`
	Credential string   `json:"credential"`
}

// Config is what checks need of the rest of the program.
type Config struct {
	Fingerprint  string // of the media ports' certificate
	Candidates   func() []wire.Candidate
	NewTransport func(wire.TransportParams) Link
	Relays       func() (list []Relay, end func()) // with credentials that are good until end; nil where there are none
	RelayOnly    bool                              // nothing else leads to the media
	Overloaded   func() bool                       // meetings need all there is
	PublicURL    string                            // under which people reach the server, whose pages may check; empty: not known
}

// Service runs checks. It is safe for any goroutine.
type Service struct {
	cfg     Config
	begins  *rate.Limiter    // of all
	sources *sources.Sources // of each
	chunk   []byte           // what is sent to measure: it cannot be compressed on its way
	ctx     context.Context
	cancel  context.CancelFunc
	running sync.WaitGroup // one for each socket

	mu        sync.Mutex
	closing   bool
	checks    map[string]*check // by token
	sockets   int
	measuring map[*exchange]*time.Timer // who has one of the places for measuring speed
}

// New makes a service.
func New(cfg Config) *Service {
	cfg.PublicURL = strings.TrimSuffix(cfg.PublicURL, "/")
	s := &Service{
		cfg: cfg, begins: rate.NewLimiter(beginRate, beginBurst), chunk: newChunk(),
		checks: make(map[string]*check), sources: sources.New(sourceRate, sourceBurst), measuring: make(map[*exchange]*time.Timer),
	}
	s.ctx, s.cancel = context.WithCancel(context.Background())
	return s
}

// Close ends all checks and begins no more.
func (s *Service) Close() {
	s.mu.Lock()
	s.closing = true
	all := s.checks
	s.checks = make(map[string]*check)
	s.mu.Unlock()
	s.cancel()
	for _, c := range all {
		c.close()
	}
	s.running.Wait()
}

// begin makes a check for somebody at an address, or says why not.
func (s *Service) begin(from string) (*check, Code) {
	if s.cfg.Overloaded() {
		return nil, CodeOverloaded
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	source, known := s.sources.Key(from)
	switch {
	case s.closing:
		return nil, CodeShuttingDown
	case len(s.checks) >= mostChecks || known && s.of(source) >= mostOfOne:
		return nil, CodeBusy
	case !s.sources.Allow(from, now): // first: who asks too often takes nothing from others
		return nil, CodeRateLimited
	case !s.begins.AllowN(now, 1):
		return nil, CodeBusy
	}
	c := &check{service: s, token: rand.Text(), source: source}
	c.paths, c.endRelays = s.paths()
	c.expiry = time.AfterFunc(checkTime, func() { s.end(c.token) })
	s.checks[c.token] = c
	return c, ""
}

// of counts the checks of a source.
func (s *Service) of(source uint64) (n int) {
	for _, c := range s.checks {
		if c.source == source {
			n++
		}
	}
	return n
}

// find gives the check of a token, nil when it is over or never was.
func (s *Service) find(token string) *check {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.checks[token]
}

// end ends a check, if it has not ended.
func (s *Service) end(token string) {
	s.mu.Lock()
	c := s.checks[token]
	delete(s.checks, token)
	s.mu.Unlock()
	if c != nil {
		c.close()
	}
}

// measure gives an exchange one of the places for measuring speed, or tells that others have them all.
func (s *Service) measure(x *exchange) bool {
	if s.cfg.Overloaded() {
		return false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.measuring[x] != nil {
		return true
	}
	if len(s.measuring) >= mostSpeeds {
		return false
	}
	s.measuring[x] = time.AfterFunc(speedTime, func() { s.measured(x) })
	return true
}

// measured gives the place back, if it has one.
func (s *Service) measured(x *exchange) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if timer := s.measuring[x]; timer != nil {
		timer.Stop()
		delete(s.measuring, x)
	}
}

func newChunk() []byte {
	b := make([]byte, chunkSize)
	_, _ = rand.Read(b) // never fails
	b[0] = kindDown
	return b
}
