package wire

import (
	"sync/atomic"
	"time"

	"konklave/internal/sfu"
)

// counter is one figure that each shard counts. The shard counts in plain memory and publishes now and then, so a
// count costs nothing and a reader may be some milliseconds behind.
type counter uint8

const (
	packetsIn counter = iota
	bytesIn
	packetsOut
	bytesOut
	trains
	segments
	eagain
	gsoRefused
	feedback     // messages of transport-wide feedback from peers
	feedbackTold // packets that they tell of
	feedbackCame // of those, packets that arrived

	dropTruncated // larger than any packet we take
	dropStranger  // from an address that passed no check
	dropNoProtocol
	dropIntegrity // a check with a wrong password
	dropReplayed  // a check that came from another address before
	dropDirect    // a check that did not come by a relay, where it has to
	dropSRTP      // does not open: forged, or sent again
	dropForged    // a DTLS alert in the clear on a secured transport
	dropOverRate  // more than a peer may send: budget.go
	dropNotReady  // before DTLS, or no path
	dropRepeated  // this sequence number was sealed before
	dropTooBig
	dropSocketFull
	dropStreamFull // TCP
	dropUnreachable
	dropRingFull // between shards

	counters
)

var counterNames = [counters]string{
	dropTruncated: "truncated", dropStranger: "stranger", dropNoProtocol: "no_protocol", dropIntegrity: "integrity", dropReplayed: "check_replayed",
	dropDirect: "direct", dropSRTP: "srtp", dropForged: "forged", dropOverRate: "over_rate",
	dropNotReady: "not_ready", dropRepeated: "repeated", dropTooBig: "too_big",
	dropSocketFull: "socket_full", dropStreamFull: "stream_full", dropUnreachable: "unreachable",
	dropRingFull: "ring_full",
}

type stats struct {
	count     [counters]uint64
	media     [sfu.DropReasons]uint64 // what internal/sfu dropped on the way in and out, the latter up to half a second late
	published [counters]atomic.Uint64
	mediaOut  [sfu.DropReasons]atomic.Uint64
	late      atomic.Int64 // pressure.Lateness
	shed      atomic.Uint32
	sheds     [2]atomic.Uint64 // changes towards less, towards more
}

func (s *stats) drop(why counter)            { s.count[why]++ }
func (s *stats) dropMany(why counter, n int) { s.count[why] += uint64(n) }

// told counts what transport-wide feedback of a peer told.
func (s *stats) told(a sfu.Arrivals) sfu.Arrivals {
	s.count[feedback] += a.Messages
	s.count[feedbackTold] += a.Told
	s.count[feedbackCame] += a.Came
	return a
}

func (s *stats) publish() {
	for i := range s.count {
		s.published[i].Store(s.count[i])
	}
	for i := range s.media {
		s.mediaOut[i].Store(s.media[i])
	}
}

// Stats are the counters of all shards since the start.
type Stats struct {
	PacketsIn, BytesIn   uint64 // UDP datagrams and TCP frames
	PacketsOut, BytesOut uint64
	Trains, Segments     uint64            // segmented sends (GSO) and the packets in them
	EAGAIN               uint64            // times a socket had no room
	GSORefused           uint64            // trains the kernel refused
	Arrivals             sfu.Arrivals      // by transport-wide feedback of all peers
	Drops                map[string]uint64 // by reason
	Transports           int               // connected or connecting
	Late                 time.Duration     // by which shards read, lately, the worst of them
	Shed                 sfu.Shed          // what overload leaves out, the most of them
	ShedMore, ShedLess   uint64            // changes of that, of all
	DataDropped          uint64            // lossy data messages beyond their sender's rate
	DataSlowed           uint64            // reliable ones that had to wait for it
}

// EachLine calls do with the figures of each peer's transport.
func (w *Wire) EachLine(do func(TransportStats)) {
	w.mu.RLock()
	defer w.mu.RUnlock()
	for t := range w.transports {
		do(t.Stats())
	}
}

// Stats sums up the counters; they may be some milliseconds old.
func (w *Wire) Stats() Stats {
	var sum [counters]uint64
	for _, s := range w.shards {
		for i := range sum {
			sum[i] += s.stats.published[i].Load()
		}
	}
	st := Stats{
		PacketsIn: sum[packetsIn], BytesIn: sum[bytesIn], PacketsOut: sum[packetsOut], BytesOut: sum[bytesOut],
		Trains: sum[trains], Segments: sum[segments], EAGAIN: sum[eagain], GSORefused: sum[gsoRefused],
		Arrivals: sfu.Arrivals{Messages: sum[feedback], Told: sum[feedbackTold], Came: sum[feedbackCame]},
		Drops:    make(map[string]uint64),
	}
	for i := dropTruncated; i < counters; i++ {
		st.Drops[counterNames[i]] = sum[i]
	}
	for i := sfu.Kept + 1; int(i) < sfu.DropReasons; i++ {
		for _, s := range w.shards {
			st.Drops["media_"+i.String()] += s.stats.mediaOut[i].Load()
		}
	}
	for _, s := range w.shards {
		st.Drops["mailbox_full"] += s.mail.lost.Load()
		st.Drops[counterNames[dropOverRate]] += s.mail.overRate.Load()
	}
	for _, s := range w.shards {
		st.Late = max(st.Late, time.Duration(s.stats.late.Load()))
		st.Shed = max(st.Shed, sfu.Shed(s.stats.shed.Load()))
		st.ShedLess += s.stats.sheds[0].Load()
		st.ShedMore += s.stats.sheds[1].Load()
	}
	st.DataDropped, st.DataSlowed = w.dataDropped.Load(), w.dataSlowed.Load()
	w.mu.RLock()
	st.Transports = len(w.transports)
	w.mu.RUnlock()
	return st
}
