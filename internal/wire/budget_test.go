package wire

import (
	"net/netip"
	"testing"
	"time"

	"konklave/internal/sfu"
)

func TestBudget(t *testing.T) {
	const start = sfu.Time(1e18)
	for name, tt := range map[string]struct {
		size, every int // bytes, microseconds
		passes      float64
	}{
		"a camera in three layers, a screen and sound": {1100, 600, 1}, // 15 Mbit/s
		"as much as may be":                            {1250, 335, 1},
		"twice the bits":                               {1250, 167, 0.5},
		"many small packets":                           {60, 84, 0.5},
	} {
		var b budget
		const seconds = 20
		sent, passed := 0, 0
		for at := 0; at < seconds*1e6; at += tt.every {
			sent++
			if b.take(start+sfu.Time(at)*1000, tt.size, burst) {
				passed++
			}
		}
		if share := float64(passed) / float64(sent); share < tt.passes-0.01 || share > tt.passes+0.03 {
			t.Errorf("%s: %.2f of it passed, want %.2f", name, share, tt.passes)
		}
	}

	var b budget
	at := func(now sfu.Time) (n int) {
		for b.take(now, 100, burst) {
			n++
		}
		return n
	}
	if n := at(start); n != mostPackets/2 {
		t.Errorf("at once pass %d packets, want those of half a second", n)
	}
	if n := at(start + second/10); n < mostPackets/10-1 || n > mostPackets/10+1 {
		t.Errorf("after 100 ms of silence pass %d more", n)
	}
	if n := at(start + 3600*second); n != mostPackets/2 {
		t.Errorf("after an hour of silence pass %d: it saves up nothing beyond a burst", n)
	}
}

// Somebody floods: what goes beyond the budget is not even opened, and who sends beside it loses nothing.
func TestFloodCostsItsSenderOnly(t *testing.T) {
	r := newRig(t, Config{}, 1, upAudio(22), downAudio)
	r.s.wire.limits.burst = burst
	from := netip.AddrPortFrom(loopback, 10)
	flooder := settledTransport(t, r.s, from)
	_ = forwarded(flooder.Publish(upAudio(23), UpHandler{}))
	r.turns()
	flood := &rig{s: r.s, publisher: flooder, from: endpointOf(from, 0), seal: testContext(t)}

	const rounds, each = 100, 200
	begin, out := r.s.wire.now(), r.s.stats.count[packetsOut]
	for range rounds {
		for range each {
			flood.frame(t, 111, 23, 1, 60)
		}
		r.frame(t, 111, 22, 1, 60)
		r.turns()
	}
	lasted := r.s.wire.now() - begin
	if n := r.s.stats.count[packetsOut] - out; n < rounds {
		t.Errorf("%d of %d packets of the other reached their subscriber", n, rounds)
	}
	may := mostPackets/2 + int(lasted*mostPackets/second) + 1
	if got := int(flooder.published[0].sections[0].up.Stats().Layers[0].Packets); got > may {
		t.Errorf("%d packets of the flood were opened, %d at most in %v", got, may, lasted)
	}
	if dropped := int(r.s.stats.count[dropOverRate]); dropped < rounds*each-may {
		t.Errorf("%d packets of %d were dropped unopened, with room for %d", dropped, rounds*each, may)
	}
	if n := r.s.stats.count[dropSRTP]; n != 0 {
		t.Errorf("%d did not open", n)
	}
}

// What arrives at another shard's socket is held to the rate before it is handed over: the mailbox is for all.
func TestFloodAtAnotherShardIsNotHandedOver(t *testing.T) {
	s := still(t, Config{})
	s.wire.limits.burst = burst
	owner := settledTransport(t, s, netip.AddrPortFrom(loopback, 9))
	foreign := &path{t: owner, foreign: true}
	packet := make([]byte, 100)
	packet[0], packet[1] = 0x80, 111
	const flood = 2 * mostPackets
	for range flood {
		s.take(datagram{data: packet, path: foreign})
	}
	if n := s.stats.count[dropOverRate]; n != flood-mostPackets/2 {
		t.Errorf("%d of %d were dropped", n, flood)
	}
	if n := s.mail.lost.Load() + uint64(len(s.mail.parcels)); n != mostPackets/2 {
		t.Errorf("%d were handed over", n)
	}
}

// A flood over TCP is dropped where it is read, so that it does not fill the mailbox either.
func TestFloodOverTCP(t *testing.T) {
	w := testWire(t, Config{Shards: 1, TCPPort: freeTCPPort(t)}, func(l *limits) { l.burst = second / 100 })
	p := newPeer(t, w, peerOptions{network: "tcp"}).ready()
	settleCommands(t, w)
	deadline := time.Now().Add(patience)
	for n := 0; w.Stats().Drops["over_rate"] < 1000; n++ {
		p.send(audioPacket(11, n))
		if n%100 == 0 && time.Now().After(deadline) {
			t.Fatalf("of %d packets %d were dropped", n, w.Stats().Drops["over_rate"])
		}
	}
	if n := w.shards[0].mail.overRate.Load(); n == 0 {
		t.Error("none was dropped before the mailbox")
	}
}

// Packets that somebody forges in a peer's name do not use up that peer's rate, nor are they opened without end.
func TestForgedPacketsCostTheirVictimNothing(t *testing.T) {
	r := newRig(t, Config{}, 1, upAudio(22), downAudio)
	begin := r.s.wire.now()
	passed := sfu.Time(0)
	r.s.wire.clock = func() sfu.Time { return begin + passed }
	r.s.wire.limits.burst = burst
	forged := append([]byte{0x80, 111, 0, 1, 0, 0, 0, 0, 0, 0, 0, 22}, make([]byte, 100)...)
	const rounds = 200
	flood := func(each int) (forwarded uint64) {
		before := r.s.stats.count[packetsOut]
		for range rounds {
			passed += sfu.Milliseconds(5)
			for range each {
				r.s.deliverFrom(forged, r.from, localIP{}, nil)
			}
			r.frame(t, 111, 22, 1, 60)
			r.turns()
		}
		return r.s.stats.count[packetsOut] - before
	}
	// 18,000 a second, three times what the peer itself may send, for a second
	if n := flood(90); n < rounds {
		t.Errorf("%d of %d packets were forwarded beside forged ones; %d over the rate", n, rounds, r.s.stats.count[dropOverRate])
	}
	opened := r.s.stats.count[dropSRTP]
	flood(900) // ten times as much
	if n := r.s.stats.count[dropSRTP] - opened; n > mostForged+mostForged/2+mostPackets*3/2 {
		t.Errorf("%d forged packets were opened in a second", n)
	}
}

func TestAllowance(t *testing.T) {
	const start = sfu.Time(1e18)
	for name, tt := range map[string]struct {
		every sfu.Time
		size  int
		most  int // in ten seconds
	}{
		"many":   {sfu.Milliseconds(1), 10, mostMessages*10 + mostMessages*5/2},
		"large":  {sfu.Milliseconds(10), 50_000, (10*mostData + mostData*5/2) / 50_000},
		"honest": {sfu.Milliseconds(20), 15_000, 500}, // a file in pieces, 0.75 MB/s
	} {
		a := allowance{each: second / mostMessages, perByte: second / mostData}
		passed := 0
		for at := sfu.Time(0); at < 10*second; at += tt.every {
			if a.take(start+at, tt.size, dataAhead) {
				passed++
			}
		}
		if passed > tt.most+1 || passed < tt.most*9/10 {
			t.Errorf("%s: %d messages passed, want %d", name, passed, tt.most)
		}
		// Whoever waits as told keeps the rate, and loses nothing.
		a = allowance{each: second / mostMessages, perByte: second / mostData}
		now := start
		for range 5000 {
			wait := a.wait(now, tt.size, dataAhead)
			a.charge(now, tt.size)
			now += wait
		}
		rate := float64(5000) / (float64(now-start+dataAhead) / float64(second))
		if rate > mostMessages*1.01 || rate*float64(tt.size) > mostData*1.01 {
			t.Errorf("%s: %.0f messages a second of %d bytes", name, rate, tt.size)
		}
	}
}

// DTLS has a rate of its own, so that a flood of it costs the shard no more than one of media, and media nothing.
func TestFloodOfRecords(t *testing.T) {
	s := still(t, Config{})
	s.wire.limits.burst = burst
	at := netip.AddrPortFrom(loopback, 9)
	owner := settledTransport(t, s, at)
	record := append([]byte{23, 0xfe, 0xfd, 0, 1, 0, 0, 0, 0, 0, 1, 0, 87}, make([]byte, 87)...)
	for range 2 * mostPackets {
		s.take(datagram{data: record, path: owner.selected})
	}
	if n := s.stats.count[dropOverRate]; n < mostPackets || n > 2*mostPackets {
		t.Errorf("%d of %d were dropped", n, 2*mostPackets)
	}
	if owner.budget != (budget{}) {
		t.Error("they are charged to media")
	}
	s.control = s.control[:0]
}

func BenchmarkBudget(b *testing.B) {
	b.ReportAllocs()
	var pace budget
	now, n := sfu.Time(1e18), 0
	for b.Loop() {
		now += 100_000
		if pace.take(now, 1200, burst) {
			n++
		}
	}
}
