package wire

import (
	"testing"
	"time"

	"konklave/internal/sfu"
)

// It sleeps until the moment, again and again, and also when the moment before passed unnoticed; whoever wakes it is
// neither lost nor remembered twice.
func TestPollerSleepsUntilTheMoment(t *testing.T) {
	p, err := newPoller(nil)
	if err != nil {
		t.Fatal(err)
	}
	defer p.close()
	clock := func() sfu.Time { return sfu.Time(time.Now().UnixNano()) }
	sleep := func(until sfu.Time) {
		t.Helper()
		for clock() < until {
			p.wait(clock(), until)
		}
	}
	for range 3 {
		before := clock()
		if sleep(before + sfu.Milliseconds(2)); clock() > before+sfu.Time(time.Second) {
			t.Fatal("sleeps on")
		}
	}
	p.wait(clock(), clock()+1) // goes off before it is looked
	if before := clock(); !p.wait(before, before+sfu.Milliseconds(20)) || clock() < before+sfu.Milliseconds(15) {
		t.Error("an old moment ends the sleep")
	}

	p.wake()
	if p.wait(clock(), sfu.Never) {
		t.Error("sleeps though there is work")
	}
	p.begin()
	time.AfterFunc(5*time.Millisecond, p.wake)
	for !p.pending.Load() { // hangs where the wake-up is lost
		p.wait(clock(), sfu.Never)
	}
	p.begin()
	p.wait(clock(), clock()+1) // the wake-up may have come before the sleep, and ends this one
	if before := clock(); !p.wait(before, before+sfu.Milliseconds(20)) || clock() < before+sfu.Milliseconds(15) {
		t.Error("the wake-up before ends the sleep")
	}
}
