package wire

import (
	"sync"
	"sync/atomic"

	"konklave/internal/sfu"
)

// DTLSRole is our role in the handshake (RFC 8842 section 5.2).
type DTLSRole uint8

// Passive is the DTLS server, which then chooses the SRTP profile; Active is the client.
const (
	Passive DTLSRole = iota
	Active
)

// TransportParams are what signalling agreed on for one transport.
type TransportParams struct {
	Local, Remote     Credentials
	RemoteFingerprint string // as a=fingerprint has it, "sha-256 AB:CD:..."; "" when Agree will tell
	Role              DTLSRole
	OpenChannels      bool // we open both data channels; else the peer may
	Handler           Handler
}

// Handler gets the events of a Transport, on goroutines of wire: it must not block. Each member may be nil.
type Handler struct {
	OnConnected   func()                             // ICE and DTLS are up
	OnClosed      func(err error)                    // it ended by itself: exactly once, and never after Close
	OnData        func(ch Channel, msg []byte)       // msg belongs to the handler
	OnChannelOpen func(ch Channel, use func())       // the peer has a channel, or another one: Send uses it after use
	OnPaused      func(paused bool)                  // overload stops all video to the peer, or no longer
	OnTrackPaused func(sub *Subscribed, paused bool) // the peer's line carries nothing of a track, or something again
}

// Transport is the way to one peer: ICE, DTLS, SRTP and data channels over one path at a time. Its methods may be
// called by any goroutine; they post commands to the shard that owns it and return at once. Before the first
// connectivity check no shard does, and the commands wait.
type Transport struct {
	// What each packet to the peer needs, close together: see sfu.DownTrack.
	shard     atomic.Pointer[shard] // set once
	seal      *sealer               // nil before DTLS is up
	selected  *path
	pending   []packet
	senderDue sfu.Time
	queued    bool   // in shard.waiting
	hurrying  bool   // in shard.urgent
	number    uint16 // transport-wide, of the next packet that departs
	peak      int32  // most packets that were pending at once, lately

	wire    *Wire
	role    DTLSRole // it and peer belong to the shard until the handshake begins, then they stay
	peer    string   // fingerprint, "" before it is known
	opens   bool     // the data channels
	handler Handler
	secure  *secure
	gone    chan struct{} // closed when nothing is left of it

	mu       sync.Mutex
	handed   atomic.Bool    // other shards hand it datagrams that come to their sockets
	commands []func(*shard) // that wait for a shard
	agents   []*agent       // local credentials, newest last
	ending   bool

	stats transportStats

	// All above the wire, and below, belongs to the shard.
	place   int // in shard.timers, -1 when not in it
	removed bool

	budget     budget    // of media and reports
	records    budget    // of DTLS
	forged     allowance // of what does not open
	heard      sfu.Time  // as stats.heard
	generation uint32
	paths      []*path
	lastCheck  sfu.Time

	open        *opener // nil before DTLS is up
	opened      int     // SSRCs in open
	in, out     uint64  // bytes of media and reports
	receiver    *sfu.Receiver
	sender      *sfu.Sender
	audio       [2]uint64 // payload types that carry audio, as bits
	published   []*Published
	subscribed  []*Subscribed
	layerEvents map[*sfu.UpTrack]*section

	publishedDue, subscribedDue sfu.Time // when their figures are published again

	streams map[uint32]*outgoing // by SSRC
	paused  bool                 // as OnPaused was told
}

// NewTransport makes a transport that waits for its peer's connectivity checks.
func (w *Wire) NewTransport(p TransportParams) *Transport {
	t := &Transport{
		wire: w, role: p.Role, opens: p.OpenChannels, peer: p.RemoteFingerprint, handler: p.Handler, gone: make(chan struct{}),
		place: -1, streams: make(map[uint32]*outgoing), senderDue: sfu.Never,
		layerEvents: make(map[*sfu.UpTrack]*section), forged: allowance{each: second / mostForged},
	}
	t.secure = newSecure(t)
	w.mu.Lock()
	closed := w.closed
	if !closed {
		w.transports[t] = struct{}{}
	}
	w.mu.Unlock()
	if closed {
		t.ending = true
		close(t.gone)
		return t
	}
	t.addAgent(p.Local)
	return t
}

// Agree tells a transport that was made without it what signalling agreed on: the peer's fingerprint and our role. Such
// a transport answers connectivity checks before, and begins the handshake then.
func (t *Transport) Agree(fingerprint string, role DTLSRole) {
	t.post(func(*shard) {
		t.peer, t.role = fingerprint, role
		t.begin()
	})
}

// begin begins the handshake when the peer is known, its address is proven, and it listens: a peer that is the DTLS
// server and has not chosen a pair yet loses what we send.
func (t *Transport) begin() {
	if t.peer != "" && len(t.paths) > 0 && (t.role == Passive || t.selected != nil) {
		t.secure.start()
	}
}

const maxAgents = 4 // credentials that are valid at a time: restarts whose new pair was never nominated

func (t *Transport) addAgent(c Credentials) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.ending {
		return
	}
	generation := uint32(0)
	if n := len(t.agents); n > 0 {
		generation = t.agents[n-1].generation + 1
	}
	a := newAgent(t, c, generation)
	t.agents = append(t.agents, a)
	t.wire.register(a)
	if len(t.agents) > maxAgents {
		t.wire.unregister(t.agents[0])
		t.agents = t.agents[1:]
	}
}

// RestartICE takes new credentials of both sides (RFC 8445 section 9). The old pair goes on until the peer nominates a
// new one; DTLS, SRTP and everything above do not notice.
func (t *Transport) RestartICE(local, _ Credentials) { t.addAgent(local) }

// dropAgents forgets credentials older than generation: a new pair was nominated.
func (t *Transport) dropAgents(generation uint32) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for len(t.agents) > 1 && t.agents[0].generation < generation {
		t.wire.unregister(t.agents[0])
		t.agents = t.agents[1:]
	}
}

// owner is the shard of the transport, nil before the first check.
func (t *Transport) owner() *shard { return t.shard.Load() }

// claim gives the transport to s unless it has a shard already, and tells which one it is; nil when it is ending.
func (t *Transport) claim(s *shard) *shard {
	if owner := t.shard.Load(); owner != nil {
		return owner
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.ending {
		return nil
	}
	if owner := t.shard.Load(); owner != nil {
		return owner
	}
	s.load.Add(1)
	s.post(t.attach)
	for _, f := range t.commands {
		s.post(f)
	}
	t.commands = nil
	t.shard.Store(s) // last: from now on post goes straight to the shard, behind the commands above
	return s
}

// attach begins the transport's life in its shard.
func (t *Transport) attach(s *shard) {
	t.lastCheck = s.now
	t.hear(s.now)
	s.timers.set(t, s.now)
}

// post has the owning shard run f, as soon as there is one.
func (t *Transport) post(f func(*shard)) {
	s := t.shard.Load()
	if s == nil {
		t.mu.Lock()
		if s = t.shard.Load(); s == nil {
			if !t.ending {
				t.commands = append(t.commands, f)
			}
			t.mu.Unlock()
			return
		}
		t.mu.Unlock()
	}
	s.post(f)
}

// Close says goodbye to the peer and ends the transport. No event follows, except those already on their way.
func (t *Transport) Close() { t.end(nil) }

// end ends the transport: by Close without an error, or by itself with one that OnClosed gets. The first wins.
func (t *Transport) end(err error) {
	t.mu.Lock()
	if t.ending {
		t.mu.Unlock()
		return
	}
	t.ending = true
	t.commands = nil
	for _, a := range t.agents {
		t.wire.unregister(a)
	}
	owner := t.shard.Load()
	t.mu.Unlock()

	t.wire.running.Go(func() {
		t.secure.close() // its last packets are posted before the removal below
		if owner != nil {
			removed := make(chan struct{})
			owner.post(func(s *shard) { t.remove(s); close(removed) })
			select {
			case <-removed:
			case <-owner.stopped:
			}
			owner.load.Add(-1)
		}
		if t.handed.Load() {
			for _, s := range t.wire.shards {
				s.post(func(s *shard) { s.forgetAll(t) })
			}
		}
		t.wire.mu.Lock()
		delete(t.wire.transports, t)
		t.wire.mu.Unlock()
		close(t.gone)
		if err != nil && t.handler.OnClosed != nil {
			t.handler.OnClosed(err)
		}
	})
}

// remove ends the transport's life in its shard.
func (t *Transport) remove(s *shard) {
	t.removed = true
	s.timers.remove(t)
	for len(t.paths) > 0 {
		t.dropPath(s, t.paths[len(t.paths)-1])
	}
	t.discardPending(s)
	t.open, t.seal = nil, nil
	t.stopMedia(s)
}

// poll does what is due and tells when the next thing will be.
func (t *Transport) poll(s *shard) sfu.Time {
	consent := t.lastCheck + sfu.Time(t.wire.limits.consent)
	if s.now >= consent {
		t.end(ErrConsent)
		return sfu.Never
	}
	return min(consent, t.pollMedia(s))
}
