package sfu

import (
	"math/rand/v2"
	"slices"
	"sort"
	"testing"

	"github.com/pion/rtcp"
	"github.com/pion/rtp"
)

// network carries a publisher's packets to a Receiver and NACKs back, in virtual time.
type network struct {
	*bench
	rng *rand.Rand

	delay   Time    // one way
	jitter  Time    // added at random: reorders packets that are nearer than this
	loss    float64 // share of packets, both ways
	burst   int     // packets lost in a row where one is
	twice   float64 // share of packets that arrive twice
	useRTX  bool    // retransmissions on a stream of their own
	outages func(at Time) bool

	inFlight []inFlight
	dropping int
	sent     map[uint16]*rtp.Packet
	rtxSeq   uint16
	asked    int // packets asked for, in all NACKs
	plis     int
}

// inFlight is a packet on its way, or what the publisher does at that time.
type inFlight struct {
	at Time
	do func()
}

// at plans something.
func (n *network) at(at Time, do func()) {
	i := sort.Search(len(n.inFlight), func(i int) bool { return n.inFlight[i].at > at })
	n.inFlight = slices.Insert(n.inFlight, i, inFlight{at, do})
}

// lose decides whether the network loses a packet.
func (n *network) lose() bool {
	switch {
	case n.outages != nil && n.outages(n.now):
		return true
	case n.dropping > 0:
		n.dropping--
		return true
	case n.rng.Float64() < n.loss/float64(n.burst):
		n.dropping = n.burst - 1
		return true
	}
	return false
}

// carry takes a packet from the publisher.
func (n *network) carry(p *rtp.Packet) {
	if n.lose() {
		return
	}
	copies := 1
	if n.rng.Float64() < n.twice {
		copies = 2
	}
	for range copies {
		n.at(n.now+n.delay+Time(n.rng.Float64()*float64(n.jitter)), func() { n.send(p) })
	}
}

// publish plans count packets, one each 10 ms, three of them a frame.
func (n *network) publish(ssrc uint32, seq uint16, ts uint32, count int) {
	n.sent = map[uint16]*rtp.Packet{}
	for i := range count {
		p := vp8(ssrc, seq+uint16(i), ts+uint32(i/3)*2700, i == 0)
		n.at(n.now+Milliseconds(int64(i)*10), func() {
			n.sent[p.SequenceNumber] = p
			n.carry(p)
		})
	}
}

// run lets everything in flight arrive, with all that follows from it.
func (n *network) run() {
	for len(n.inFlight) > 0 || n.Deadline() != Never {
		next := n.Deadline()
		if len(n.inFlight) > 0 && n.inFlight[0].at <= next {
			first := n.inFlight[0]
			n.inFlight = n.inFlight[1:]
			n.now = first.at
			first.do()
		} else {
			n.now = max(n.now, next)
			n.Poll(n.now)
		}
		n.answer()
	}
}

// answer takes the NACKs that were sent just now back to the publisher, which sends the packets again.
func (n *network) answer() {
	asked := n.out.nacked()
	n.asked += len(asked)
	n.plis += len(take[*rtcp.PictureLossIndication](n.out))
	if len(asked) == 0 || n.lose() {
		return
	}
	n.at(n.now+n.delay, func() {
		for _, seq := range asked {
			p := n.sent[seq]
			if p == nil {
				n.t.Errorf("packet %d was asked for but never sent", seq)
				continue
			}
			if n.useRTX {
				n.rtxSeq++
				p = rtx(p, 11, n.rtxSeq)
			}
			n.carry(p)
		}
	})
}

// verify looks at all that was fed: each packet once, right numbers, in order but for the recovered ones. It
// returns how many of the count packets came, and how many of them late.
func (n *network) verify(seq uint16, ts uint32) (came, recovered int) {
	n.t.Helper()
	seen := map[int64]bool{}
	highest, first := int64(0), n.feed.media[0]
	for _, m := range n.feed.media {
		if seen[m.Seq] {
			n.t.Fatalf("packet %d was fed twice", m.Seq)
		}
		seen[m.Seq] = true
		if !m.Recovered && m.Seq <= highest {
			n.t.Fatalf("packet %d was fed behind %d and is not marked recovered", m.Seq, highest)
		}
		if m.Recovered {
			recovered++
		}
		highest = max(highest, m.Seq)
		p := n.sent[uint16(m.payload[2])<<8|uint16(m.payload[3])]
		index := int64(p.SequenceNumber - seq)
		if m.Seq-first.Seq != index-int64(uint16(first.payload[2])<<8|uint16(first.payload[3])-seq) {
			n.t.Fatalf("packet %d of the stream has the number %d behind %d", index, m.Seq, first.Seq)
		}
		if m.Timestamp-first.Timestamp != int64(p.Timestamp-ts) {
			n.t.Fatalf("packet %d has the timestamp %d behind %d", index, m.Timestamp, first.Timestamp)
		}
	}
	return len(seen), recovered
}

func TestNetworks(t *testing.T) {
	const count = 3000 // 30 s
	for _, c := range []struct {
		name     string
		network  network
		missing  int // at most so many of the packets never come
		maxAsked int // at most so many are asked for
	}{
		{"perfect", network{delay: Milliseconds(20)}, 0, 0},
		{"reordering below the wait", network{delay: Milliseconds(20), jitter: reorderWait - 1}, 0, 0},
		{"reordering beyond the wait", network{delay: Milliseconds(20), jitter: Milliseconds(60)}, 0, 1500},
		{"everything twice", network{delay: Milliseconds(20), twice: 1}, 0, 0},
		{"loss of 1 %", network{delay: Milliseconds(20), loss: 0.01}, 0, 50},
		{"loss of 10 %", network{delay: Milliseconds(20), loss: 0.1, useRTX: true}, 0, 500},
		{"loss of 10 % without RTX", network{delay: Milliseconds(20), loss: 0.1}, 0, 500},
		{"loss of 10 % far away", network{delay: Milliseconds(150), loss: 0.1, useRTX: true}, 5, 600},
		{"bursts", network{delay: Milliseconds(30), loss: 0.05, burst: 12, useRTX: true}, 5, 500},
		{"all at once", network{delay: Milliseconds(40), jitter: Milliseconds(30), loss: 0.1, burst: 3, twice: 0.1, useRTX: true}, 5, 1600},
	} {
		t.Run(c.name, func(t *testing.T) {
			n := c.network
			n.bench = newBench(t, ReceiverEvents{})
			n.rng = rand.New(rand.NewPCG(1, 2))
			n.burst = max(n.burst, 1)
			n.AddTrack(videoParams(Encoding{SSRC: 10, RTX: 11}), n.feed)
			const seq, ts = 65000, 1<<32 - 90000 // both wrap on the way
			n.publish(10, seq, ts, count)
			n.run()
			came, recovered := n.verify(seq, ts)
			t.Logf("%d came, %d of them recovered; asked for %d, and for %d key frames", came, recovered, n.asked, n.plis)
			if lost := count - came; lost > c.missing {
				t.Errorf("%d packets never came, want at most %d", lost, c.missing)
			}
			if n.asked > c.maxAsked {
				t.Errorf("%d packets were asked for, want at most %d", n.asked, c.maxAsked)
			}
		})
	}
}

func TestOutageAsksForAKeyframe(t *testing.T) {
	n := network{bench: newBench(t, ReceiverEvents{}), rng: rand.New(rand.NewPCG(1, 2)), burst: 1, delay: Milliseconds(20)}
	track := n.AddTrack(videoParams(Encoding{SSRC: 10, RTX: 11}), n.feed)
	begin := n.now
	n.outages = func(at Time) bool { return at > begin+Milliseconds(2000) && at < begin+Milliseconds(5000) }
	n.publish(10, 1, 1, 1000)
	n.run()
	came, _ := n.verify(1, 1)
	if n.asked > 0 || n.plis == 0 {
		t.Errorf("%d packets and %d key frames asked for after 3 s without the network", n.asked, n.plis)
	}
	if s := track.Stats().Layers[0]; came+int(s.Lost) != 1000 || s.Alive {
		t.Errorf("%d came, stats %+v", came, s)
	}
}

func TestRestartOfAStream(t *testing.T) {
	b := newBench(t, ReceiverEvents{})
	b.AddTrack(videoParams(Encoding{SSRC: 10}), b.feed)
	for i := range uint16(10) {
		b.send(vp8(10, 100+i, 1000+uint32(i), i == 0))
		b.wait(Milliseconds(10))
	}
	// One packet from nowhere changes nothing.
	if got := b.send(vp8(10, 30000, 5, false)); got != DropResync {
		t.Fatalf("far packet: %v", got)
	}
	if got := b.send(vp8(10, 110, 1010, false)); got != Kept {
		t.Fatalf("next packet: %v", got)
	}
	b.wait(Milliseconds(1000))
	if asked := b.out.nacked(); len(asked) > 0 {
		t.Errorf("asked for %v", asked)
	}
	// Two in a row are the stream.
	if got := b.send(vp8(10, 40000, 77, true)); got != DropResync {
		t.Fatalf("first packet of the restart: %v", got)
	}
	for i := range uint16(10) {
		if got := b.send(vp8(10, 40001+i, 77+uint32(i), false)); got != Kept {
			t.Fatalf("packet %d of the restart: %v", i, got)
		}
	}
	last := b.feed.media[10]
	for i, m := range b.feed.media[11:] {
		if m.Seq != last.Seq+2+int64(i) || m.Timestamp != last.Timestamp+90000+int64(i) {
			t.Fatalf("packet %d of the restart: %d %d behind %d %d", i, m.Seq, m.Timestamp, last.Seq, last.Timestamp)
		}
	}
	b.wait(Milliseconds(100))
	if asked, plis := b.out.nacked(), take[*rtcp.PictureLossIndication](b.out); len(asked) > 0 || len(plis) != 1 {
		t.Errorf("asked for %v and %d key frames", asked, len(plis))
	}
}

func TestLongPauseKeepsTheTimeline(t *testing.T) {
	b := newBench(t, ReceiverEvents{})
	b.AddTrack(videoParams(Encoding{SSRC: 10}), b.feed)
	b.send(vp8(10, 1, 5000, true))
	const pause = 30 * 3600 // seconds: two wraps and a half of the timestamp
	b.wait(Milliseconds(pause * 1000))
	b.send(vp8(10, 2, uint32(5000+pause*90000%(1<<32)), true))
	if got := b.feed.media[1].Timestamp - b.feed.media[0].Timestamp; got != pause*90000 {
		t.Errorf("%d ticks passed, want %d", got, pause*90000)
	}
}
