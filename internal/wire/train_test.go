package wire

import (
	"testing"

	"konklave/internal/sfu"
)

func TestNextTrain(t *testing.T) {
	type p = packet
	many := make([]packet, 70)
	for i := range many {
		many[i].size = 500
	}
	large := make([]packet, 64)
	for i := range large {
		large[i].size = 1400
	}
	for _, c := range []struct {
		name    string
		packets []packet
		n, size int
	}{
		{"one", []p{{size: 100}}, 1, 100},
		{"equal", []p{{size: 100}, {size: 100}, {size: 100}}, 3, 100},
		{"a byte larger at the end of the frame", []p{{size: 100}, {size: 100}, {size: 101}, {size: 101}}, 4, 101},
		{"the last is short", []p{{size: 100}, {size: 100}, {size: 30}}, 3, 100},
		{"short, then long", []p{{size: 100}, {size: 30}, {size: 100}}, 2, 100},
		{"grows too much", []p{{size: 100}, {size: 117}}, 1, 100},
		{"grows by padding's most", []p{{size: 100}, {size: 116}}, 2, 116},
		{"creeps", []p{{size: 100}, {size: 110}, {size: 120}, {size: 120}}, 2, 110},
		{"RTCP last", []p{{size: 100}, {size: 100}, {size: 60, fixed: true}}, 3, 100},
		{"RTCP first, larger behind", []p{{size: 60, fixed: true}, {size: 61}}, 1, 60},
		{"RTCP first, smaller behind", []p{{size: 60, fixed: true}, {size: 50}, {size: 50}}, 3, 60},
		{"RTCP in between is the end", []p{{size: 100}, {size: 95, fixed: true}, {size: 100}}, 2, 100},
		{"two of RTCP that differ", []p{{size: 90, fixed: true}, {size: 80, fixed: true}, {size: 90}}, 2, 90},
		{"64 at most", many, 64, 500},
		{"60,000 bytes at most", large, 42, 1400},
	} {
		n, size := nextTrain(c.packets)
		if n != c.n || size != c.size {
			t.Errorf("%s: %d packets of %d, want %d of %d", c.name, n, size, c.n, c.size)
		}
	}
}

// Whatever comes, a train keeps to the kernel's rules.
func FuzzNextTrain(f *testing.F) {
	f.Add([]byte{100, 100, 101, 3, 7})
	f.Fuzz(func(t *testing.T, sizes []byte) {
		var packets []packet
		for _, b := range sizes {
			packets = append(packets, packet{size: 20 + int32(b>>1), fixed: b&1 != 0})
		}
		for len(packets) > 0 {
			n, size := nextTrain(packets)
			if n < 1 || n > len(packets) || n > maxSegments {
				t.Fatalf("%d packets", n)
			}
			for i, p := range packets[:n] {
				padding := size - int(p.size)
				if i < n-1 && (padding < 0 || padding > maxPadding || padding > 0 && p.fixed) || i == n-1 && padding < 0 {
					t.Fatalf("packet %d of %d: %d bytes in a train of %d", i, n, p.size, size)
				}
			}
			packets = packets[n:]
		}
	})
}

func TestRing(t *testing.T) {
	r := newRing(&shard{poll: testPoller(t)})
	c := &carrier{}
	fill := func() (n int) {
		for e := r.slot(); e != nil; e = r.slot() {
			e.to, e.media.Seq = c, int64(r.written.Load())
			r.commit()
			n++
		}
		return n
	}
	want := int64(0)
	for range 3 {
		if n := fill(); n != ringSize {
			t.Fatalf("%d fit", n)
		}
		for e := r.next(); e != nil; e = r.next() {
			if e.media.Seq != want {
				t.Fatalf("got %d, want %d", e.media.Seq, want)
			}
			want++
		}
		if r.slot() != nil {
			t.Fatal("a slot that was not released is given again")
		}
		r.release()
	}
}

func testPoller(t *testing.T) *poller {
	t.Helper()
	p, err := newPoller(nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.close)
	return p
}

func TestTimers(t *testing.T) {
	var h timers
	list := make([]*Transport, 50)
	for i := range list {
		list[i] = &Transport{place: -1}
		h.set(list[i], sfu.Time(i*37%50))
	}
	for i := 0; i < 50; i += 3 {
		h.remove(list[i])
	}
	h.earlier(list[1], -5)
	h.earlier(list[2], 1000) // later: no change
	before := sfu.Time(-10)
	for n := 0; len(h.heap) > 0; n++ {
		first := h.heap[0]
		if n == 0 && first.t != list[1] || first.due < before {
			t.Errorf("%d after %d", first.due, before)
		}
		before = first.due
		h.remove(first.t)
	}
}
