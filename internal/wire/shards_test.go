package wire

import (
	"fmt"
	"log/slog"
	"net/netip"
	"testing"
	"time"

	"konklave/internal/sfu"
)

// What two shards forward in one room, beside what one does: a publisher in the first, subscribers in all, and nobody
// to send to, so that each shard has a core for its work. Media come in as from another goroutine.
func BenchmarkShards(b *testing.B) {
	const subscribers, frames, packets = 400, 4, 9
	for _, n := range []int{1, 2} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			r := newShardedRig(b, n, subscribers)
			w := r.s.wire
			forward := func() {
				before := departed(w)
				for range frames {
					r.frame(b, 96, 22, packets, 1100)
				}
				for limit := time.Now().Add(10 * time.Second); departed(w) < before+frames*packets*subscribers; time.Sleep(20 * time.Microsecond) {
					if time.Now().After(limit) {
						b.Fatalf("%d packets are missing; drops %v", before+frames*packets*subscribers-departed(w), w.Stats().Drops)
					}
				}
			}
			for range 30 { // everything reaches its size
				forward()
			}
			b.ResetTimer()
			for b.Loop() {
				forward()
			}
			b.ReportMetric(float64(b.N*frames*packets*subscribers)/b.Elapsed().Seconds(), "packets/s")
		})
	}
}

// departed counts the packets that left, and costs the shards nothing.
func departed(w *Wire) (n uint64) {
	for _, s := range w.shards {
		n += s.stats.published[packetsOut].Load()
	}
	return n
}

// newShardedRig is newRig in a Wire of so many shards, which run. Their sockets send nothing.
func newShardedRig(b *testing.B, shards, subscribers int) *rig {
	b.Helper()
	cfg := Config{Bind: []netip.Addr{loopback}, Shards: shards}
	w := &Wire{
		cfg: cfg, limits: defaultLimits, epoch: time.Now(), log: slog.New(slog.DiscardHandler),
		agents: make(map[string]*agent), transports: make(map[*Transport]struct{}),
	}
	w.limits.burst, w.limits.consent = sfu.Never/2, time.Hour // what comes at once is no flood
	ports, _, err := openPorts(&cfg, w.log)
	if err != nil {
		b.Fatal(err)
	}
	for i := range shards {
		s, err := newShard(w, i, ports[i])
		if err != nil {
			b.Fatal(err)
		}
		s.ports[0].out.sink = true
		w.shards = append(w.shards, s)
		s.turn()
	}
	from := netip.AddrPortFrom(loopback, 9)
	r := &rig{s: w.shards[0], from: endpointOf(from, 0), seal: testContext(b)}
	r.publisher = settledTransport(b, r.s, from)
	track := forwarded(r.publisher.Publish(upVideo(22), UpHandler{}))
	for i := range subscribers {
		t := settledTransport(b, w.shards[i%shards], netip.AddrPortFrom(loopback, uint16(10_000+i)))
		t.Subscribe(track, downVideo(5000), sfu.DownSettings{MaxLayer: 3})
	}
	for range 4 {
		for _, s := range w.shards {
			s.turn()
		}
	}
	for _, s := range w.shards {
		w.running.Go(s.run)
	}
	b.Cleanup(w.stop)
	return r
}
