package wire

import (
	"net/netip"
	"runtime"
	"testing"

	"konklave/internal/sfu"
)

// In a meeting of many nearly everybody has a track for nearly everybody, and hears five of them. What a track to
// somebody holds in heap is all that is under Subscribe: in this package and in sfu, also after it was announced.
func TestTracksToPeersAreSmall(t *testing.T) {
	const publishers, subscribers = 20, 100
	c := &crowd{s: still(t, Config{})}
	var tracks []*Published
	for i := range publishers {
		from := netip.AddrPortFrom(loopback, uint16(10+i))
		p := settledTransport(t, c.s, from)
		tracks = append(tracks, forwarded(p.Publish(upAudio(uint32(22+i)), UpHandler{})))
		c.seal, c.from = append(c.seal, testContext(t)), append(c.from, endpointOf(from, 0))
	}
	carry := func(p *Transport) {
		for i, track := range tracks {
			p.Subscribe(track, downAudio(uint32(5000+i)), sfu.DownSettings{})
		}
		for i := range int64(60) { // more than the five seconds of announcing
			c.s.turn()
			p.sending().Poll(c.s.now + sfu.Milliseconds(100*i))
		}
		c.s.turn()
		p.pending = nil // the memory for packets is the peer's, however many tracks it gets
	}
	first := settledTransport(t, c.s, discard(t))
	carry(first) // and so the tracks in this shard, and its own memory
	var peers []*Transport
	for range subscribers {
		p := settledTransport(t, c.s, discard(t))
		p.sending()
		peers = append(peers, p)
	}
	c.s.turn()
	empty := heap()
	for _, p := range peers {
		carry(p)
	}
	if out := c.s.stats.count[packetsOut]; out < publishers*subscribers*40 {
		t.Fatalf("announced by %d packets", out)
	}
	still := heap()
	for range 100 {
		c.speak(t)
	}
	heard := heap()
	quiet, loud := (still-empty)/(publishers*subscribers), (heard-empty)/(publishers*subscribers)
	t.Logf("%d bytes for a track that nobody speaks on, %d for one that is heard", quiet, loud)
	if quiet > 512 {
		t.Errorf("a track that nobody speaks on has %d bytes", quiet)
	}
	if loud > 20<<10 {
		t.Errorf("a track that is heard has %d bytes", loud)
	}
	runtime.KeepAlive(c)
	runtime.KeepAlive(peers)
}

// heap is what is in use, bytes.
func heap() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
