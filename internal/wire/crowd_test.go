package wire

import (
	"encoding/binary"
	"net/netip"
	"runtime"
	"testing"
	"time"

	"konklave/internal/sfu"

	"github.com/pion/srtp/v3"
	"golang.org/x/sys/unix"
)

// crowd is several publishers of sound in a still shard, whom all subscribers hear.
type crowd struct {
	s     *shard
	seal  []*srtp.Context
	from  []endpoint
	raw   [1500]byte
	seq   int
	noise []byte // what else the machine does between two turns: its caches are full of it
	used  time.Duration
}

func newCrowd(tb testing.TB, publishers, subscribers int) *crowd {
	tb.Helper()
	c := &crowd{s: still(tb, Config{})}
	var tracks []*Published
	for i := range publishers {
		from := netip.AddrPortFrom(loopback, uint16(10+i))
		t := settledTransport(tb, c.s, from)
		tracks = append(tracks, forwarded(t.Publish(upAudio(uint32(22+i)), UpHandler{})))
		c.seal, c.from = append(c.seal, testContext(tb)), append(c.from, endpointOf(from, 0))
	}
	for range subscribers {
		t := settledTransport(tb, c.s, discard(tb))
		for i, track := range tracks {
			t.Subscribe(track, downAudio(uint32(5000+i)), sfu.DownSettings{})
		}
	}
	for range 4 {
		c.s.turn()
	}
	return c
}

// speak has every publisher send a packet, each of which comes in a turn of its own.
func (c *crowd) speak(tb testing.TB) {
	for i := range c.from {
		b := c.raw[:12+80]
		b[0], b[1] = 0x80, 111
		binary.BigEndian.PutUint16(b[2:], uint16(c.seq))
		binary.BigEndian.PutUint32(b[4:], uint32(c.seq*960))
		binary.BigEndian.PutUint32(b[8:], uint32(22+i))
		sealed, err := c.seal[i].EncryptRTP(nil, b, &c.s.rtpHeader)
		if err != nil {
			tb.Fatal(err)
		}
		if !c.s.deliverFrom(sealed, c.from[i], localIP{}, nil) {
			tb.Fatal("not delivered")
		}
		for k := 0; k < len(c.noise); k += 64 {
			c.noise[k]++
		}
		before := processorTime(tb)
		c.s.turn()
		c.used += processorTime(tb) - before
	}
	c.seq++
}

// Ten speakers, a hundred listeners. Sealed and not sent it is our work alone, and cold it is as in a meeting, where
// little of what a packet needs is in a cache.
func BenchmarkCrowd(b *testing.B) {
	const publishers, subscribers = 10, 100
	for _, c := range []struct {
		name  string
		sink  bool
		noise int
	}{
		{"sent", false, 0}, {"sealed", true, 0}, {"sealed cold", true, 8 << 20},
	} {
		b.Run(c.name, func(b *testing.B) {
			runtime.LockOSThread()
			defer runtime.UnlockOSThread()
			crowd := newCrowd(b, publishers, subscribers)
			crowd.s.ports[0].out.sink = c.sink
			crowd.noise = make([]byte, c.noise)
			for range 20 {
				crowd.speak(b)
			}
			before := crowd.s.stats.count[packetsOut]
			crowd.used = 0
			for b.Loop() {
				crowd.speak(b)
			}
			out := crowd.s.stats.count[packetsOut] - before
			if out < uint64(b.N*publishers*subscribers) {
				b.Fatalf("only %d packets of %d left; drops %v", out, b.N*publishers*subscribers, crowd.s.stats.count)
			}
			b.ReportMetric(float64(crowd.used.Nanoseconds())/float64(out), "cpu-ns/packet")
		})
	}
}

// processorTime is what this thread has had of a processor, which a busy machine changes less than the time of day.
func processorTime(tb testing.TB) time.Duration {
	tb.Helper()
	var t unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_THREAD_CPUTIME_ID, &t); err != nil {
		tb.Fatal(err)
	}
	return time.Duration(t.Nano())
}
