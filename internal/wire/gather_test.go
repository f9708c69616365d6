package wire

import (
	"testing"
	"time"

	"konklave/internal/sfu"
)

// gathered is a picture in a still shard whose time stands, of which some packets came: out tells how many left since.
func gathered(t *testing.T, receivers int) (r *rig, out func() int) {
	t.Helper()
	r = newRig(t, Config{}, receivers, upVideo(22), downVideo)
	now := r.s.wire.now()
	r.s.wire.clock = func() sfu.Time { return now }
	r.frame(t, 96, 22, 3, 1100) // a key frame, whole
	r.turns()
	last := uint64(0)
	out = func() int {
		n := r.s.stats.count[packetsOut] - last
		last += n
		return int(n)
	}
	out()
	return r, out
}

func TestPictureLeavesWhole(t *testing.T) {
	r, out := gathered(t, gatherFrom)
	before := r.s.stats.count[trains]
	for range 4 {
		r.goesOn = true
		r.frame(t, 96, 22, 2, 1100)
		r.s.turn()
		if n := out(); n != 0 || !r.s.idle() || r.s.next() != sfu.Never && r.s.next() < r.s.now {
			t.Errorf("%d packets left before the picture was whole; idle %v", n, r.s.idle())
		}
	}
	r.goesOn = false
	r.frame(t, 96, 22, 1, 1100)
	r.s.turn()
	if n, cut := out(), r.s.stats.count[trains]-before; n != 9*gatherFrom || !(!r.s.ports[0].gso || cut == gatherFrom) {
		t.Errorf("%d packets left in %d trains", n, cut)
	}
}

func TestPictureDoesNotWaitLong(t *testing.T) {
	r, out := gathered(t, gatherFrom)
	r.goesOn = true
	r.frame(t, 96, 22, 2, 1100)
	r.s.turn()
	if until := r.s.gather.until; until == 0 || until-r.s.now > gatherFor {
		t.Errorf("held back for %v", time.Duration(until-r.s.now))
	}
	r.s.gather.until = r.s.now // time passes
	r.s.turn()
	if n := out(); n != 2*gatherFrom || r.s.gather.until != 0 {
		t.Errorf("%d packets left", n)
	}
}

func TestNothingElseWaitsForPictures(t *testing.T) {
	r, out := gathered(t, gatherFrom)
	speaker := settledTransport(t, r.s, discard(t))
	voice := forwarded(speaker.Publish(upAudio(33), UpHandler{}))
	listener := settledTransport(t, r.s, discard(t))
	listener.Subscribe(voice, downAudio(7000), sfu.DownSettings{})
	r.s.turn()
	r.s.turn()
	out()

	r.goesOn = true
	r.frame(t, 96, 22, 2, 1100)
	r.s.turn()
	if n := out(); n != 0 {
		t.Errorf("%d packets left", n)
	}
	head, tail := testPacket(7001, 1, 80)
	r.s.hurry = true
	listener.outgoing(7001).SendRTP(head, tail)
	r.s.hurry = false
	r.s.turn()
	if n := out(); n != 1 {
		t.Errorf("%d packets left with sound", n)
	}
	listener.outgoing(7001).SendRTP(testPacket(7001, 2, 80)) // as in answer to a NACK
	r.s.turn()
	if n := out(); n != 1+2*gatherFrom {
		t.Errorf("%d packets left with what is no picture", n)
	}
}

func TestFewDoNotWait(t *testing.T) {
	r, out := gathered(t, gatherFrom-1)
	r.goesOn = true
	r.frame(t, 96, 22, 2, 1100)
	r.s.turn()
	if n := out(); n != 2*(gatherFrom-1) {
		t.Errorf("%d packets left", n)
	}
}
