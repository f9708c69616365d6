package wire

import (
	"encoding/binary"
	"net/netip"
	"testing"

	"konklave/internal/sfu"
)

// nominate has a check come from a port of loopback.
func nominate(s *shard, raw []byte, port uint16) {
	s.deliverFrom(raw, endpointOf(netip.AddrPortFrom(loopback, port), 0), localIP{}, nil)
	s.turn()
}

// Whoever overheard a check cannot move the media with it: it is good only from where it came first.
func TestReplayedCheckMovesNothing(t *testing.T) {
	s := still(t, Config{})
	local := NewCredentials()
	transport := s.wire.NewTransport(TransportParams{Local: local})
	overheard := request(local.Ufrag, local.Pwd, nominating...)
	nominate(s, overheard, 9)
	s.turn() // what it posted
	nominate(s, overheard, 9)
	true9 := transport.selected
	if true9 == nil || true9.addr.port != 9 {
		t.Fatal("the peer's own address is not chosen")
	}
	nominate(s, request(local.Ufrag, local.Pwd, nominating...), 9)
	for port := range uint16(50) {
		nominate(s, overheard, 10_000+port)
	}
	if transport.selected != true9 || len(transport.paths) != 1 || len(s.paths) != 1 {
		t.Errorf("the media go to port %d; %d paths", transport.selected.addr.port, len(transport.paths))
	}
	if n := s.stats.count[dropReplayed]; n != 50 {
		t.Errorf("%d checks were seen to be repeated, want 50", n)
	}
	nominate(s, request(local.Ufrag, local.Pwd, nominating...), 9) // and its own go on
	if n := s.stats.count[dropOverRate]; n != 0 {
		t.Errorf("%d checks of the peer were dropped", n)
	}
	nominate(s, request(local.Ufrag, local.Pwd, nominating...), 8) // a new one may move it
	if transport.selected.addr.port != 8 {
		t.Error("the peer cannot move")
	}
}

// A peer that floods us with checks is answered at a bounded rate, and what it repeats does not use up that rate.
func TestChecksAreLimited(t *testing.T) {
	const start = sfu.Time(1e18)
	from := endpointOf(netip.AddrPortFrom(loopback, 9), 0)
	c, raw := newChecks(), make([]byte, stunHeader)
	check := func(now sfu.Time, n uint64, from endpoint) bool {
		binary.BigEndian.PutUint64(raw[8:], n)
		why, ok := c.admit(now, raw, from, burst)
		if !ok && why != dropOverRate {
			t.Fatalf("dropped as %s", counterNames[why])
		}
		return ok
	}
	answered := 0
	for n := range uint64(20_000) { // in two seconds
		if check(start+sfu.Time(n)*second/10_000, n+1, from) {
			answered++
		}
	}
	if want := mostChecks/2 + 2*mostChecks; answered < want-1 || answered > want+1 {
		t.Errorf("%d of 20,000 checks in two seconds were admitted, want %d", answered, want)
	}
	if len(c.recent) != manyChecks {
		t.Errorf("%d are remembered", len(c.recent))
	}

	c = newChecks()
	check(start, 1, from)
	for range 20_000 {
		check(start+second, 1, from)
	}
	if !check(start+second, 2, from) {
		t.Error("a new check is dropped because an old one was repeated")
	}
}

// Checks of a known peer in a running shard: beyond the rate there is no answer, and media go on.
func TestFloodOfChecks(t *testing.T) {
	r := newRig(t, Config{}, 1, upAudio(22), downAudio)
	r.s.wire.limits.burst = burst
	local := NewCredentials()
	_ = r.s.wire.NewTransport(TransportParams{Local: local})
	out := r.s.stats.count[packetsOut]
	for range 1000 {
		nominate(r.s, request(local.Ufrag, local.Pwd, nominating...), 9000)
	}
	answers, dropped := int(r.s.stats.count[packetsOut]-out), int(r.s.stats.count[dropOverRate])
	if answers+dropped < 990 || dropped < 100 || answers < mostChecks/2 {
		t.Errorf("%d checks were answered, %d dropped", answers, dropped)
	}
	before := r.s.stats.count[packetsOut]
	for range 10 {
		r.frame(t, 111, 22, 1, 60)
		r.turns()
	}
	if n := r.s.stats.count[packetsOut] - before; n < 10 {
		t.Errorf("%d of 10 packets of sound went on", n)
	}
}
