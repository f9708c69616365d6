package wire

import (
	"hash/maphash"
	"sync/atomic"
	"time"

	"konklave/internal/sfu"

	"github.com/pion/rtcp"
	"github.com/pion/rtp"
)

// shard is one goroutine that owns its sockets and its transports with all that hangs on them. Nothing of it is
// locked; other goroutines put commands and datagrams into its mailbox (mailbox.go) or, from other shards, media into
// a ring (ring.go).
type shard struct {
	wire  *Wire
	index int
	ports []*port
	poll  *poller
	mail  mailbox
	load  atomic.Int32 // transports, for leastLoaded

	now      sfu.Time // of the turn; arrival time of everything read in it
	pressure pressure
	feedback unhurried
	stopping bool
	stopped  chan struct{}

	paths  map[endpoint]*path
	timers timers
	stats  stats

	// What is in hand. It refers to the banks, to parcels and to slots of rings, which are released together when
	// everything has left.
	banks                 [2]*bank
	control, audio, video []datagram
	parcels               []*parcel
	links                 []*ring // from other shards
	rings                 []*ring // to other shards
	carriers              map[*Published]*carrier
	heads                 arena
	urgent, waiting       departures // transports with packets to send: at once, within the budget
	hurry                 bool       // what is sent now is urgent
	gather                gathering

	rtpHeader  rtp.Header // scratch of the SRTP contexts
	rtcpHeader rtcp.Header
	scratch    [maxPacket + 64]byte
	seed       maphash.Seed // of seals
	warmth     int64        // see warm
}

// datagram is one received datagram in a bank or parcel.
type datagram struct {
	data   []byte
	from   endpoint
	local  localIP
	port   *port   // nil over TCP
	stream *stream // nil over UDP
	path   *path   // nil from a stranger
	handed bool    // came to another shard's socket
}

// fanOut is how long packets may be sealed and sent before the sockets are read again.
const fanOut = 500 * time.Microsecond

// manyHeads is how many chunks of heads may wait to be sealed: those of some 20,000 packets.
const manyHeads = 16

// late is a gap between two turns that should not be.
const late = sfu.Time(50 * time.Millisecond)

func newShard(w *Wire, index int, ports []*port) (*shard, error) {
	poll, err := newPoller(ports)
	if err != nil {
		return nil, err
	}
	s := &shard{
		wire: w, index: index, ports: ports, poll: poll, stopped: make(chan struct{}),
		paths: make(map[endpoint]*path), carriers: make(map[*Published]*carrier),
		links: make([]*ring, w.cfg.Shards), seed: maphash.MakeSeed(), feedback: unhurried{beat: sfu.Never},
	}
	for i := range s.banks {
		if s.banks[i], err = newBank(&w.cfg); err != nil {
			poll.close()
			return nil, err
		}
	}
	return s, nil
}

// run is the goroutine of the shard.
func (s *shard) run() {
	defer close(s.stopped)
	for !s.stopping {
		if s.idle() {
			s.stats.publish()
			s.pressure.slept = s.poll.wait(s.wire.now(), s.next())
		}
		s.turn()
	}
	s.stats.publish()
	s.close()
}

// close gives back what the shard has of the kernel. It does not run any more.
func (s *shard) close() {
	s.poll.close()
	closePorts(s.ports)
	for _, b := range s.banks {
		b.close()
	}
}

// turn takes in what has arrived and sends what follows from it. STUN, DTLS and RTCP come first, then audio, which
// departs at once, then video; when a large fan-out takes long, the rest waits for the next turn.
func (s *shard) turn() {
	s.poll.begin()
	before := s.now
	s.now = s.wire.now()
	s.judge(before)
	if s.now-before > late { // what is left over may come from a history, which keeps it only so long
		s.depart(&s.waiting, sfu.Never)
	}
	s.runCommands()
	roomToRead := s.receive()

	s.control = s.serve(s.control)
	s.hurry = true
	s.audio = s.serve(s.audio)
	s.hurry = false
	s.depart(&s.urgent, sfu.Never)

	s.gather.serving = true
	s.video = s.serve(s.video)
	s.serveLinks()
	s.gather.serving = false
	s.timers.run(s.now, s)

	s.depart(&s.urgent, sfu.Never)
	if roomToRead && s.gather.holds(s.now, s.waiting.len()) {
		s.flushPorts()
		return
	}
	s.gather.departed()
	until := sfu.Never
	if roomToRead {
		until = s.wire.now() + sfu.Time(fanOut)
	}
	s.depart(&s.waiting, until)
	s.flushPorts()
	s.release()
}

// idle tells that nothing is left over from the last turn, except what is held back.
func (s *shard) idle() bool { return s.waiting.empty() || s.gather.until != 0 }

// next is when there is something to do in any case.
func (s *shard) next() sfu.Time {
	next := min(s.timers.next(), s.feedback.beat)
	if s.gather.until != 0 {
		next = min(next, s.gather.until)
	}
	return next
}

// receive takes in what has arrived and tells whether there is room left for the next turn.
func (s *shard) receive() (roomToRead bool) {
	for i, b := range s.banks {
		if !b.full() {
			b.read(s)
			if !b.full() { // else there may be more at the sockets
				s.pressure.emptied = s.now
			}
			s.takeParcels()
			return len(s.parcels) < maxParcels/2 && (!b.full() || i+1 < len(s.banks))
		}
	}
	return false
}

// release frees the memory of received packets once nothing refers to it.
func (s *shard) release() {
	if !s.waiting.empty() {
		return
	}
	for _, b := range s.banks {
		b.release()
	}
	s.heads.reset()
	s.releaseParcels()
	for _, r := range s.links {
		if r != nil {
			r.release()
		}
	}
}

// take sorts a received datagram by its urgency.
func (s *shard) take(d datagram) {
	s.stats.count[packetsIn]++
	s.stats.count[bytesIn] += uint64(len(d.data))
	if d.path != nil && d.path.foreign {
		if !d.path.budget.take(s.now, len(d.data), s.wire.limits.burst) {
			s.stats.drop(dropOverRate)
			return
		}
		d.path.t.owner().deliver(&d)
		return
	}
	switch b := d.data; {
	case isSTUN(b):
		s.control = append(s.control, d)
	case isDTLS(b) && d.path != nil && !d.path.t.records.take(s.now, len(b), s.wire.limits.burst):
		s.stats.drop(dropOverRate)
	case isDTLS(b): // perhaps right behind the check that makes its path
		s.control = append(s.control, d)
	case d.path == nil:
		s.stats.drop(dropStranger)
	case !isRTCP(b) && !isRTP(b):
		s.stats.drop(dropNoProtocol)
	case !d.path.t.budget.take(s.now, len(b), s.wire.limits.burst):
		s.stats.drop(dropOverRate)
	case isRTCP(b):
		s.control = append(s.control, d)
	case d.path.t.isAudio(b[1] & 0x7f):
		s.audio = append(s.audio, d)
	default:
		s.gather.note(b[1])
		s.video = append(s.video, d)
	}
}

// The protocols that share a transport are told apart by their first byte (RFC 7983), RTCP by its packet types
// (RFC 5761 section 4).
func isDTLS(b []byte) bool { return len(b) > 13 && b[0] >= 20 && b[0] <= 63 }
func isRTP(b []byte) bool  { return len(b) >= 12 && b[0]>>6 == 2 }
func isRTCP(b []byte) bool { return len(b) >= 8 && b[0]>>6 == 2 && b[1] >= 192 && b[1] <= 223 }

// serve does with each datagram what is to be done and gives the list back empty, also of what it referred to.
func (s *shard) serve(list []datagram) []datagram {
	for i := range list {
		if i%warmed == 0 {
			s.warm(list[i:min(i+warmed, len(list))])
		}
		d := &list[i]
		switch b := d.data; {
		case b[0] < 4:
			s.onSTUN(d)
		case b[0] < 64:
			s.onDTLS(d)
		case isRTCP(b):
			d.path.t.onRTCP(s, b)
		default:
			d.path.t.onRTP(s, b)
		}
		s.drain()
	}
	clear(list)
	return list[:0]
}

// warmed is of how many datagrams together what is needed is fetched into the processor's cache.
const warmed = 16

// warm reads what RTCP needs of each transport that has some: it comes from hundreds, a little from each. Why that pays, see
// sfu.Track.
func (s *shard) warm(list []datagram) {
	sum := int64(0)
	for i := range list {
		if d := &list[i]; d.path != nil && isRTCP(d.data) && d.path.t.sender != nil && d.path.t.open != nil {
			sum += int64(d.path.t.open.rtcp.rest) + d.path.t.sender.Warm()
		}
	}
	s.warmth = sum
}

// drain sends what waits when it is very much, so that a burst to many needs no more memory than this.
func (s *shard) drain() {
	if s.heads.chunk < manyHeads {
		return
	}
	s.depart(&s.urgent, sfu.Never)
	s.depart(&s.waiting, sfu.Never)
	s.heads.reset()
}

// onDTLS gives a handshake or data channel packet to its transport. Its path is looked up again because a check of the
// same batch may have made it.
func (s *shard) onDTLS(d *datagram) {
	if d.path == nil && d.stream == nil {
		d.path = s.pathOf(d.from)
	} else if d.path == nil {
		d.path = d.stream.path()
	}
	switch {
	case d.path == nil:
		s.stats.drop(dropStranger)
	case d.path.foreign:
		d.path.t.owner().deliver(d)
	default:
		d.path.t.onDTLS(s, d.data)
	}
}

// pathOf finds the path of a remote address.
func (s *shard) pathOf(from endpoint) *path { return s.paths[from] }

// depart sends for the transports in q, first come first served, until the moment until.
func (s *shard) depart(q *departures, until sfu.Time) {
	for t := q.next(); t != nil; t = q.next() {
		t.depart(s)
		if until != sfu.Never && s.wire.now() > until {
			break
		}
	}
	if q.empty() {
		q.reset()
	}
	if q == &s.urgent {
		s.flushPorts()
	}
}

func (s *shard) flushPorts() {
	for _, p := range s.ports {
		if p.out.n > 0 {
			p.flush(s)
		}
	}
}

// departures is a queue of transports that have packets to send.
type departures struct {
	list []*Transport
	head int
}

func (q *departures) add(t *Transport) { q.list = append(q.list, t) }
func (q *departures) empty() bool      { return q.head == len(q.list) }
func (q *departures) len() int         { return len(q.list) - q.head }
func (q *departures) reset()           { q.list, q.head = q.list[:0], 0 }

func (q *departures) next() *Transport {
	if q.empty() {
		return nil
	}
	t := q.list[q.head]
	q.list[q.head] = nil
	q.head++
	return t
}
