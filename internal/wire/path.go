package wire

import "konklave/internal/sfu"

// path is one address of the peer that passed an authenticated check: UDP, a TCP connection, or a relay.
type path struct {
	addr    endpoint
	port    *port   // UDP
	stream  *stream // TCP, or a relay
	local   localIP // our address in the peer's checks, where the socket is bound to all
	gso     bool    // trains may be tried
	handed  bool    // its datagrams come to another shard's socket
	foreign bool    // of a transport in another shard: only it, t and budget are set

	t      *Transport
	budget budget // of a foreign path: what is handed over is held to the same rates, as the mailbox is for all

	priority      uint32 // of the peer's candidate
	generation    uint32 // of our credentials in its last check
	lastCheck     sfu.Time
	lastNominated sfu.Time // last check with USE-CANDIDATE, 0 without any
	insisted      uint8    // such checks since the selected path had one
}

const maxPaths = 16 // for each transport

// onSTUN answers a connectivity check. Whoever does not know our password gets no answer at all, so nothing can be
// amplified, and learns nothing.
func (s *shard) onSTUN(d *datagram) {
	if s.wire.cfg.RelayOnly && (d.stream == nil || !d.stream.kind.relayed()) {
		s.stats.drop(dropDirect)
		return
	}
	c, ok := parseCheck(d.data)
	if !ok {
		s.stats.drop(dropNoProtocol)
		return
	}
	a := s.wire.agentOf(c.ufrag)
	if a == nil {
		s.stats.drop(dropStranger)
		return
	}
	if !a.verify(&c) {
		s.stats.drop(dropIntegrity)
		return
	}
	if d.stream != nil && d.stream.ofAnother(a.t) {
		s.stats.drop(dropStranger)
		return
	}
	if why, ok := a.checks.admit(s.now, c.raw, d.from, s.wire.limits.burst); !ok {
		s.stats.drop(why)
		return
	}
	switch owner := a.t.claim(s); {
	case owner == nil:
	case owner == s:
		a.t.onCheck(s, a, &c, d)
	case d.stream == nil:
		s.handOver(owner, a.t, d)
	}
}

// handOver gives the datagrams of this address to the shard that owns the transport, from now on.
func (s *shard) handOver(owner *shard, t *Transport, d *datagram) {
	if !owner.deliver(d) {
		return // an address that the owner does not learn of would never be forgotten
	}
	t.handed.Store(true)
	if p := s.paths[d.from]; p != nil && !p.foreign {
		p.t.dropPath(s, p) // of another transport, whose peer had the address before
	}
	s.paths[d.from] = &path{t: t, foreign: true}
}

// forget ends handOver for an address.
func (s *shard) forget(t *Transport, addr endpoint) {
	if p := s.paths[addr]; p != nil && p.foreign && p.t == t {
		delete(s.paths, addr)
	}
}

// forgetAll ends handOver for a transport that has ended.
func (s *shard) forgetAll(t *Transport) {
	for addr, p := range s.paths {
		if p.foreign && p.t == t {
			delete(s.paths, addr)
		}
	}
}

// onCheck takes in a verified check and answers it.
func (t *Transport) onCheck(s *shard, a *agent, c *check, d *datagram) {
	if d.stream != nil && (t.removed || d.stream.over()) {
		d.stream.leavePath(nil) // it would have no path that ends it
		return
	}
	if t.removed {
		return
	}
	p := t.pathOf(s, d)
	p.lastCheck, t.lastCheck = s.now, s.now
	t.hear(s.now)
	p.priority, p.generation = c.priority, max(p.generation, a.generation)
	if c.nominate || p.lastNominated == 0 {
		p.local = d.local // a check for another pair of the same remote address must not move the media's source
	}
	if c.nominate {
		p.lastNominated = s.now
		t.nominate(p)
	}
	t.respond(s, a, c, d, p)
	t.begin()
}

// nominate moves to p if the peer may want that. A peer that knows us as lite may nominate aggressively, several pairs
// at once: then the one of higher priority counts, unless the peer stopped nominating it, which it shows by time or by
// nominating only the other.
func (t *Transport) nominate(p *path) {
	old := t.selected
	p.insisted++
	switch {
	case old == p, old == nil, p.generation > old.generation:
	case p.generation < old.generation:
		return
	case p.priority > old.priority:
	case p.priority == old.priority && p.port == old.port: // the same candidate, to which a NAT gave a new address
	case p.insisted > 1:
	case p.lastCheck-old.lastNominated > sfu.Time(t.wire.limits.nomination):
	default:
		return
	}
	for _, other := range t.paths {
		other.insisted = 0
	}
	t.selected = p
	t.stats.path.Store(uint32(p.kind()))
	if p.generation > t.generation {
		t.generation = p.generation
		t.dropAgents(p.generation)
	}
}

// current is the path to send on: the nominated one, before that the one checked last.
func (t *Transport) current() *path {
	if t.selected != nil {
		return t.selected
	}
	var best *path
	for _, p := range t.paths {
		if best == nil || p.lastCheck > best.lastCheck {
			best = p
		}
	}
	return best
}

// pathOf finds or makes the path of a checked datagram.
func (t *Transport) pathOf(s *shard, d *datagram) *path {
	for _, p := range t.paths {
		if p.addr == d.from && p.stream == d.stream {
			p.handed = p.handed || d.handed // seen at a wildcard, an address may come to two sockets
			return p
		}
	}
	if len(t.paths) == maxPaths {
		t.dropOldest(s)
	}
	if other := s.paths[d.from]; other != nil && !other.foreign && d.stream == nil {
		other.t.dropPath(s, other) // the address belongs to another transport's peer now
	}
	p := &path{t: t, addr: d.from, port: d.port, stream: d.stream, local: d.local, gso: true, handed: d.handed}
	t.paths = append(t.paths, p)
	if d.stream != nil {
		d.stream.setPath(p)
	} else {
		s.paths[d.from] = p
	}
	return p
}

func (t *Transport) dropOldest(s *shard) {
	var oldest *path
	for _, p := range t.paths {
		if p != t.selected && (oldest == nil || p.lastCheck < oldest.lastCheck) {
			oldest = p
		}
	}
	t.dropPath(s, oldest)
}

// dropPath forgets a path; a TCP connection is closed with it, a relay may become a path again.
func (t *Transport) dropPath(s *shard, p *path) {
	for i := range t.paths {
		if t.paths[i] == p {
			t.paths = append(t.paths[:i], t.paths[i+1:]...)
			break
		}
	}
	if t.selected == p {
		t.selected = nil
		t.stats.path.Store(uint32(PathNone))
	}
	if p.stream != nil {
		p.stream.leavePath(p)
	} else if s.paths[p.addr] == p {
		delete(s.paths, p.addr)
	}
	if p.handed {
		for _, other := range s.wire.shards {
			if other != s {
				other.post(func(o *shard) { o.forget(t, p.addr) })
			}
		}
	}
}

// dropStale forgets addresses that the peer no longer checks.
func (t *Transport) dropStale(s *shard) {
	for i := len(t.paths) - 1; i >= 0; i-- {
		p := t.paths[i]
		if p != t.selected && s.now-p.lastCheck > sfu.Time(t.wire.limits.consent) {
			t.dropPath(s, p)
		}
	}
}

// respond sends the answer to where the check came from.
func (t *Transport) respond(s *shard, a *agent, c *check, d *datagram, p *path) {
	if p.stream != nil {
		p.stream.send(d.local, a.appendResponse(s.scratch[:0], c, d.from))
		return
	}
	b := a.appendResponse(d.port.room(s, 128), c, d.from)
	s.count(len(b))
	d.port.addFrom(d.local, p, b, 0)
}

// count counts one packet of n bytes as sent.
func (s *shard) count(n int) {
	s.stats.count[packetsOut]++
	s.stats.count[bytesOut] += uint64(n)
}

// sendDatagram sends what is already a complete packet (DTLS) on the current path.
func (t *Transport) sendDatagram(s *shard, b []byte) {
	p := t.current()
	switch {
	case p == nil || len(b) > maxPacket:
		s.stats.drop(dropNotReady)
	case p.stream != nil:
		s.count(len(b))
		p.stream.send(p.local, b)
	default:
		s.count(len(b))
		p.port.add(p, append(p.port.room(s, len(b)), b...), 0)
	}
}
