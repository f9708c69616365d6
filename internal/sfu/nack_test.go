package sfu

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/pion/rtcp"
)

func TestNACKTiming(t *testing.T) {
	b := newBench(t, ReceiverEvents{})
	b.AddTrack(videoParams(Encoding{SSRC: 10, RTX: 11}), b.feed)
	b.send(vp8(10, 1, 1, true))
	b.send(vp8(10, 4, 1, false))
	begin := b.now
	var at []Time
	for b.now < begin+Milliseconds(3000) {
		b.wait(Milliseconds(1))
		if asked := b.out.nacked(); len(asked) > 0 {
			if !slices.Equal(asked, []uint16{2, 3}) {
				t.Fatalf("asked for %v", asked)
			}
			at = append(at, (b.now-begin)/1_000_000)
		}
	}
	// The stream stops, so after a second nobody waits for the packets any more.
	if want := []Time{12, 137, 262, 387, 512, 637, 762, 887}; !slices.Equal(at, want) {
		t.Errorf("asked at %v ms, want %v", at, want)
	}
}

func TestGivingUpAsksForAKeyframe(t *testing.T) {
	for _, c := range []struct {
		name     string
		keyframe bool // one begins behind the hole
		want     int
	}{{"nothing helps", false, 1}, {"the picture begins anew anyway", true, 0}} {
		t.Run(c.name, func(t *testing.T) {
			b := newBench(t, ReceiverEvents{})
			b.AddTrack(videoParams(Encoding{SSRC: 10}), b.feed)
			b.send(vp8(10, 1, 1, true))
			for i := range 130 {
				b.send(vp8(10, uint16(3+i), 1, c.keyframe && i == 50))
				b.wait(Milliseconds(10))
			}
			if got := len(take[*rtcp.PictureLossIndication](b.out)); got != c.want {
				t.Errorf("%d requests, want %d", got, c.want)
			}
		})
	}
}

func TestNACKFollowsTheRoundTrip(t *testing.T) {
	n := newNACKList(false)
	for i := range int64(50) {
		now := Milliseconds(i * 1000)
		n.add(i, i+1, now)
		n.due(now+reorderWait, make([]int64, 0, 8))
		n.found(i, now+reorderWait+Milliseconds(40), true)
	}
	if n.rtt != Milliseconds(40) || n.wait() != Milliseconds(50) || n.deadline() != Never {
		t.Errorf("round trip %d, wait %d", n.rtt, n.wait())
	}
}

// TestRoundTripUnderLoss has half of the tries fail: the estimate must not become longer with them.
func TestRoundTripUnderLoss(t *testing.T) {
	for _, eager := range []bool{false, true} {
		n, chance := newNACKList(eager), rand.New(rand.NewPCG(1, 1))
		rtt, sum, ask := Milliseconds(100), Time(0), make([]int64, 0, 8)
		for i := range int64(300) {
			now, answered := Milliseconds(i*2000), Never
			n.add(i, i+1, now)
			for end := now + giveUpAfter; now < min(answered, end); now += Milliseconds(1) {
				if asked, _ := n.due(now, ask); len(asked) > 0 && chance.Float64() < 0.5 {
					answered = min(answered, now+rtt)
				}
			}
			n.found(i, now, true)
			sum += n.rtt
		}
		if mean := sum / 300; mean < rtt || mean > rtt*3/2 {
			t.Errorf("eager %v: %d ms estimated of 100", eager, mean/1_000_000)
		}
	}
}

// TestALongWayIsFoundOut: the first packet that was asked for was only late, and seems to be a quick answer. Where it comes
// without being sent again, it is none.
func TestALongWayIsFoundOut(t *testing.T) {
	for _, eager := range []bool{false, true} {
		for _, answer := range []bool{false, true} {
			n, ask, rtt := newNACKList(eager), make([]int64, 0, 8), Milliseconds(400)
			n.add(1, 2, 0)
			n.due(reorderWait, ask)
			n.found(1, reorderWait+Milliseconds(5), answer)
			for i := int64(2); i < 100; i++ {
				now, answered := Milliseconds(i*2000), Never
				n.add(i, i+1, now)
				for ; now < answered; now += Milliseconds(1) {
					asked, lost := n.due(now, ask)
					if len(asked) > 0 {
						answered = min(answered, now+rtt)
					}
					if lost > 0 {
						t.Fatalf("eager %v, answer %v: packet %d was given up, %d ms are estimated", eager, answer, i, n.rtt/1_000_000)
					}
				}
				n.found(i, now, true)
			}
			if n.rtt < rtt*9/10 || n.rtt > rtt*11/10 {
				t.Errorf("eager %v, answer %v: %d ms are estimated of 400", eager, answer, n.rtt/1_000_000)
			}
		}
	}
}

func TestWhatIsOnlyLateIsNoAnswer(t *testing.T) {
	for _, rtx := range []uint8{0, 97} {
		b := newBench(t, ReceiverEvents{})
		p := videoParams(Encoding{SSRC: 10, RTX: 11})
		p.Payloads[0].RTX = rtx
		track := b.AddTrack(p, b.feed)
		b.send(vp8(10, 1, 1, true))
		b.send(vp8(10, 3, 1, false))
		b.wait(Milliseconds(20))
		if asked := b.out.nacked(); len(asked) != 1 {
			t.Fatalf("asked for %v", asked)
		}
		b.send(vp8(10, 2, 1, false))
		if n := &track.layers[0].missing; len(n.list) > 0 || (n.rtt == 0) != (rtx != 0) {
			t.Errorf("with RTX as %d: %d packets are missing, the round trip is %d", rtx, len(n.list), n.rtt)
		}
	}
}

func TestSoundIsAskedForEagerly(t *testing.T) {
	n, ask := newNACKList(true), make([]int64, 0, 8)
	n.rtt = Milliseconds(96)
	n.add(5, 6, 0)
	var at []Time
	for now := Time(0); now < giveUpAfter; now += Milliseconds(1) {
		if asked, _ := n.due(now, ask); len(asked) > 0 {
			at = append(at, now/1_000_000)
		}
	}
	if want := []Time{12, 52, 92, 132, 172, 212, 252, 292, 592, 892}; !slices.Equal(at, want) {
		t.Errorf("asked at %v ms, want %v", at, want)
	}
}

func TestNACKListIsBounded(t *testing.T) {
	n := newNACKList(false)
	if !n.add(0, maxMissing, 0) || n.add(maxMissing+5, maxMissing+6, 0) || len(n.list) != 0 {
		t.Errorf("%d packets waited for", len(n.list))
	}
	if n.add(0, 1<<40, 0) || cap(n.list) != maxMissing {
		t.Errorf("grew to %d", cap(n.list))
	}
}

func TestKeyframeRequestsAreMerged(t *testing.T) {
	b := newBench(t, ReceiverEvents{})
	track := b.AddTrack(videoParams(Encoding{RID: "q"}, Encoding{RID: "h"}), b.feed)
	plis := func() []uint32 {
		var ssrcs []uint32
		for _, p := range take[*rtcp.PictureLossIndication](b.out) {
			ssrcs = append(ssrcs, p.MediaSSRC)
		}
		return ssrcs
	}
	track.RequestKeyframe(b.now, 0) // not sent yet: waits for its first packet
	track.RequestKeyframe(b.now, 7) // no such layer
	b.wait(Milliseconds(1000))
	if got := plis(); len(got) != 0 {
		t.Fatalf("asked %v before any packet", got)
	}
	seq := uint16(0)
	flow := func(span int, key bool) { // both layers for so many milliseconds
		for range span / 10 {
			seq++
			b.send(with(vp8(10, seq, 1, key), 1, "v", 2, "q"))
			b.send(with(vp8(20, seq, 1, key), 1, "v", 2, "h"))
			b.wait(Milliseconds(10))
		}
	}
	flow(100, false)
	if got := plis(); !slices.Equal(got, []uint32{10}) {
		t.Fatalf("asked %v at the first packet", got)
	}
	for range 100 { // everybody asks, for nine of ten 10 ms
		track.RequestKeyframe(b.now, 0)
		track.RequestKeyframe(b.now, 1)
	}
	if got := plis(); !slices.Equal(got, []uint32{20}) {
		t.Errorf("asked %v at once, want only the layer that was not asked yet", got)
	}
	flow(1390, false) // unanswered: every half second
	if got := plis(); len(got) != 4 {
		t.Errorf("asked %v, want each layer twice", got)
	}
	flow(10, true)
	flow(2000, false)
	if got := plis(); len(got) != 0 {
		t.Errorf("asked %v after the key frame", got)
	}
	track.RequestKeyframe(b.now, 0)
	if got := plis(); !slices.Equal(got, []uint32{10}) {
		t.Errorf("asked %v, want the layer at once", got)
	}
	flow(20000, false)
	if got := plis(); len(got) != maxKeyframeTries-1 {
		t.Errorf("asked %d times more", len(got))
	}
}

func TestNoFeedbackThatWasNotNegotiated(t *testing.T) {
	b := newBench(t, ReceiverEvents{})
	p := videoParams(Encoding{SSRC: 10})
	p.Payloads[0].NACK, p.Payloads[0].PLI = false, false
	track := b.AddTrack(p, b.feed)
	b.send(vp8(10, 1, 1, true))
	b.send(vp8(10, 3, 1, true))
	track.RequestKeyframe(b.now, 0)
	b.wait(Milliseconds(300))
	if len(b.out.packets) != 0 {
		t.Errorf("sent %v", b.out.packets)
	}
}
