// Package wire carries media between the network and the media core.
//
// It owns the sockets (UDP in shards, ICE/TCP), and on them STUN, DTLS, SRTP, SCTP and data channels, each spoken by a
// Transport: the way to one peer. A shard is one goroutine with one UDP socket per bound address; a Transport belongs to
// the shard that received its first authenticated connectivity check, for life, and so does everything of
// internal/sfu that hangs on it. Other goroutines reach it by commands only.
//
// The path of a packet is shard.turn: bank_linux.go reads a batch, shard.go finds the path and the order, media.go
// opens SRTP and calls internal/sfu, whose packets come back through outgoing.SendRTP, are laid into trains (train.go),
// sealed (sealer.go; those that are lost and sealed again: repeat.go) into the send batch (batch_linux.go) and leave.
// Nothing on that path allocates, locks or logs. To subscribers in another shard it leads through a ring (ring.go).
// path.go answers connectivity checks (stun.go, check.go) and chooses where to send; dtls.go and channel.go run beside, in
// goroutines of the transport. Other ways in are streams (stream.go): TCP (tcp.go, connection.go) and what a TURN server of
// this process relays (relay.go).
//
// It must not know rooms, participants, signalling or SDP, and must never write an address to a log or an error.
package wire

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"konklave/internal/sfu"
)

// Config is where and how the media ports listen.
type Config struct {
	Bind             []netip.Addr // local addresses, wildcards allowed; empty means all IPv4 and, where there is any, IPv6
	UDPPort, TCPPort uint16       // UDPPort 0 takes a free one (tests); TCPPort 0 means no ICE/TCP
	Announce         []netip.Addr // addresses of the candidates; empty means those bound to
	Shards           int          // 0 means one per core, at most 8
	RelayOnly        bool         // peers are answered over relays only

	// What the kernel offers is found out by trying. These switch it off by hand.
	NoGSO, NoGRO, NoBatch bool
}

const maxShards = 8

// Wire is the media server's side of the network.
type Wire struct {
	cfg         Config
	log         *slog.Logger
	limits      limits
	epoch       time.Time       // origin of now
	clock       func() sfu.Time // of tests instead of now, else nil
	certificate tls.Certificate
	fingerprint string
	udpPort     uint16
	tcpPort     uint16
	shards      []*shard
	tcp         *tcpListeners
	announce    atomic.Pointer[announcement] // nil: as configured

	dataDropped, dataSlowed atomic.Uint64 // messages, of all transports

	running sync.WaitGroup // shards, TCP goroutines, transport goroutines

	mu         sync.RWMutex
	agents     map[string]*agent // by local ufrag
	transports map[*Transport]struct{}
	closed     bool
}

// limits are the waits of the protocols; tests shorten them.
type limits struct {
	consent    time.Duration // without a valid check for so long, the peer is gone (RFC 7675 section 5.1)
	nomination time.Duration // a nominated path this long without a nominating check may be replaced by any other
	handshake  time.Duration // for DTLS, from its first packet
	tcpCheck   time.Duration // for the first valid check on a TCP connection
	closing    time.Duration // for all transports to say goodbye when the Wire closes
	burst      sfu.Time      // how far a peer may run ahead of its rate (budget.go)
}

var defaultLimits = limits{
	consent:    30 * time.Second,
	nomination: 3 * time.Second,
	handshake:  30 * time.Second,
	tcpCheck:   10 * time.Second,
	closing:    2 * time.Second,
	burst:      burst,
}

// Listen opens the ports and starts the shards. A port that is taken gives an error that names the port.
func Listen(cfg Config, log *slog.Logger) (*Wire, error) { return listen(cfg, log, defaultLimits) }

func listen(cfg Config, log *slog.Logger, lim limits) (*Wire, error) {
	if cfg.Shards <= 0 {
		cfg.Shards = min(runtime.NumCPU(), maxShards)
	}
	cfg.Shards = min(cfg.Shards, shardsPossible)
	if cfg.Bind = distinct(cfg.Bind); len(cfg.Bind) == 0 {
		cfg.Bind = defaultBind()
	}
	cert, fingerprint, err := newCertificate()
	if err != nil {
		return nil, fmt.Errorf("making the DTLS certificate: %w", err)
	}
	w := &Wire{
		cfg: cfg, log: log, limits: lim, epoch: time.Now(), certificate: cert, fingerprint: fingerprint,
		agents: make(map[string]*agent), transports: make(map[*Transport]struct{}),
	}
	ports, bound, err := openPorts(&cfg, log)
	if err != nil {
		return nil, err
	}
	w.udpPort = bound
	for i := range cfg.Shards {
		s, err := newShard(w, i, ports[i])
		if err != nil {
			closePorts(ports[i:]...)
			w.stop()
			return nil, err
		}
		w.shards = append(w.shards, s)
		w.running.Go(s.run)
	}
	if cfg.TCPPort != 0 {
		if w.tcp, err = listenTCP(w, cfg.Bind, cfg.TCPPort); err != nil {
			w.stop()
			return nil, err
		}
		w.tcpPort = w.tcp.port
	}
	return w, nil
}

// now is the time of all shards: the wall clock at the start, and from there a clock that never runs backwards.
func (w *Wire) now() sfu.Time {
	if w.clock != nil {
		return w.clock()
	}
	return sfu.Time(w.epoch.UnixNano() + int64(time.Since(w.epoch)))
}

// Fingerprint is that of the DTLS certificate, as a=fingerprint has it (RFC 8122 section 5).
func (w *Wire) Fingerprint() string { return w.fingerprint }

// Close says goodbye on every transport and closes the ports. When it returns all goroutines have ended.
func (w *Wire) Close() error {
	w.mu.Lock()
	if w.closed {
		w.mu.Unlock()
		return nil
	}
	w.closed = true
	all := make([]*Transport, 0, len(w.transports))
	for t := range w.transports {
		all = append(all, t)
	}
	w.mu.Unlock()

	ctx, cancel := context.WithTimeout(context.Background(), w.limits.closing)
	defer cancel()
	for _, t := range all {
		t.Close()
	}
	for _, t := range all {
		select {
		case <-t.gone:
		case <-ctx.Done():
		}
	}
	w.stop()
	return nil
}

// stop ends the goroutines of the Wire itself.
func (w *Wire) stop() {
	if w.tcp != nil {
		w.tcp.close()
	}
	for _, s := range w.shards {
		s.post(func(s *shard) { s.stopping = true })
	}
	w.running.Wait()
}

// register makes a local ufrag known to all shards.
func (w *Wire) register(a *agent) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.agents[a.ufrag] = a
}

func (w *Wire) unregister(a *agent) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if a != nil && w.agents[a.ufrag] == a {
		delete(w.agents, a.ufrag)
	}
}

// agentOf finds the owner of a local ufrag without allocating.
func (w *Wire) agentOf(ufrag []byte) *agent {
	w.mu.RLock()
	defer w.mu.RUnlock()
	return w.agents[string(ufrag)]
}

// leastLoaded is the shard with the fewest transports: TCP connections have no socket that would decide.
func (w *Wire) leastLoaded() *shard {
	best := w.shards[0]
	for _, s := range w.shards[1:] {
		if s.load.Load() < best.load.Load() {
			best = s
		}
	}
	return best
}

// longAgo is a deadline that has passed.
var longAgo = time.Unix(1, 0)

// Errors of a Transport.
var (
	ErrFull        = errors.New("channel buffer is full")
	ErrNotOpen     = errors.New("channel is not open")
	ErrTooBig      = errors.New("message is too big")
	ErrClosed      = errors.New("transport is closed")
	ErrConsent     = errors.New("peer stopped its connectivity checks")
	ErrFingerprint = errors.New("certificate of the peer does not have the signalled fingerprint")
	ErrPeerClosed  = errors.New("peer closed the transport")

	errDoesNotOpen = errors.New("does not open")
	errWornOut     = errors.New("all numbers of the key are used up") // after 2^31 reports: RFC 3711 section 9.2
)
