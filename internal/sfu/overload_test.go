package sfu

import (
	"slices"
	"testing"

	"konklave/internal/sfu/codec"
)

// pressed is an Overload that is observed each millisecond.
type pressed struct {
	Overload
	now     Time
	changes []Shed
	at      []Time
}

func newPressed() *pressed {
	p := &pressed{now: worldBegin}
	p.Observe(p.now, 0)
	return p
}

// run observes for so long; late tells how late the shard is at a moment.
func (p *pressed) run(span Time, late func(now Time, shed Shed) Time) {
	for end := p.now + span; p.now < end; {
		p.now += Milliseconds(1)
		if p.Observe(p.now, late(p.now, p.Shed())) {
			p.changes, p.at = append(p.changes, p.Shed()), append(p.at, p.now)
		}
	}
}

func always(late Time) func(Time, Shed) Time { return func(Time, Shed) Time { return late } }

const second = Time(1_000_000_000)

func TestOverloadGoesStepByStep(t *testing.T) {
	p := newPressed()
	p.run(60*second, always(Milliseconds(9)))
	if p.Shed() != ShedNothing {
		t.Fatal("something is shed without need")
	}
	begin := p.now
	p.run(10*second, always(Milliseconds(120)))
	if !slices.Equal(p.changes, []Shed{ShedTop, ShedToLowest, ShedVideo}) {
		t.Fatalf("steps %v", p.changes)
	}
	if first := p.at[0] - begin; first > second/2 {
		t.Errorf("shedding began after %d ms", first/1_000_000)
	}
	for i := 1; i < 3; i++ {
		if wait := p.at[i] - p.at[i-1]; wait < overloadEffect || wait > 2*overloadEffect {
			t.Errorf("step %d came %d ms after the one before", i, wait/1_000_000)
		}
	}
	p.changes, p.at, begin = nil, nil, p.now
	p.run(60*second, always(Milliseconds(1)))
	if !slices.Equal(p.changes, []Shed{ShedToLowest, ShedTop, ShedNothing}) {
		t.Fatalf("steps back %v", p.changes)
	}
	for i, at := range p.at {
		if at-begin < overloadCalm || at-begin > overloadCalm+4*second {
			t.Errorf("step back %d came %d ms after the one before", i, (at-begin)/1_000_000)
		}
		begin = at
	}
}

// A shard that is held up now and then, for instance because the machine was, sheds nothing.
func TestHiccupsAreNoOverload(t *testing.T) {
	p := newPressed()
	for range 60 {
		p.run(second, always(0))
		p.now += Milliseconds(150) // nothing was done in this time
		p.Observe(p.now, Milliseconds(150))
	}
	p.run(3600*second, always(0))
	p.now += Milliseconds(250) // also when it had nothing to do for long
	p.Observe(p.now, Milliseconds(250))
	if len(p.changes) > 0 {
		t.Errorf("hiccups changed what is shed: %v", p.changes)
	}
}

// Between the two bounds nothing changes.
func TestOverloadHolds(t *testing.T) {
	p := newPressed()
	p.run(Milliseconds(1100), always(Milliseconds(100)))
	if p.Shed() != ShedTop {
		t.Fatal(p.Shed())
	}
	p.run(600*second, always(Milliseconds(25)))
	if len(p.changes) != 1 {
		t.Errorf("changes %v", p.changes)
	}
}

// When there is too much as soon as a step is taken back, that is tried less and less often.
func TestOverloadDoesNotSwing(t *testing.T) {
	p := newPressed()
	too := func(_ Time, shed Shed) Time {
		if shed < ShedToLowest {
			return Milliseconds(160)
		}
		return 0
	}
	p.run(3600*second, too)
	if n := len(p.changes); n > 110 {
		t.Errorf("%d changes in an hour", n)
	}
	last := p.at[len(p.at)-20:]
	if span := last[19] - last[0]; span < 8*overloadCalms {
		t.Errorf("the last ten attempts took %d s", span/second)
	}
	if slices.Contains(p.changes, ShedNothing) || slices.Contains(p.changes, ShedVideo) {
		t.Error("it went too far")
	}
	// What is over for long is forgotten.
	p.run(300*second, always(0))
	if p.Shed() != ShedNothing {
		t.Fatal("it does not end")
	}
	p.run(100*second, always(0))
	p.run(second, always(Milliseconds(100)))
	began := p.now
	p.run(60*second, always(0))
	if p.Shed() != ShedNothing || p.at[len(p.at)-1]-began > 4*overloadCalm {
		t.Errorf("after a new overload it takes %d s", (p.at[len(p.at)-1]-began)/second)
	}
}

func TestShedLayers(t *testing.T) {
	for _, tt := range []struct {
		shed        Shed
		kind        codec.Kind
		layers, top int8
	}{
		{ShedNothing, codec.Video, 3, 2}, {ShedTop, codec.Video, 3, 1}, {ShedToLowest, codec.Video, 3, 0}, {ShedVideo, codec.Video, 3, noLayer},
		{ShedNothing, codec.Video, 1, 0}, {ShedTop, codec.Video, 1, 0}, {ShedToLowest, codec.Video, 1, 0}, {ShedVideo, codec.Video, 1, noLayer},
		{ShedVideo, codec.Audio, 1, 0},
	} {
		if top := tt.shed.top(tt.kind, int(tt.layers)); top != tt.top {
			t.Errorf("%+v: %d", tt, top)
		}
	}
}
