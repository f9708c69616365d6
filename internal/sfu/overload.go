package sfu

import "konklave/internal/sfu/codec"

// Shed is how much video is left out because there is not time enough for all of it. Audio never is.
type Shed uint8

// Each step leaves out more than the one before.
const (
	ShedNothing  Shed = iota
	ShedTop           // the highest layer of each track
	ShedToLowest      // all but the lowest layer
	ShedVideo         // all video
)

// String is what is left out, for the operator.
func (s Shed) String() string {
	return [...]string{"nothing", "highest layers", "all but the lowest layers", "all video"}[min(s, ShedVideo)]
}

// top is the highest layer that may go of a track with so many, noLayer when none may.
func (s Shed) top(kind codec.Kind, layers int) int8 {
	switch {
	case kind == codec.Audio || s == ShedNothing:
		return int8(layers) - 1
	case s == ShedTop:
		return max(int8(layers)-2, 0)
	case s == ShedToLowest:
		return 0
	}
	return noLayer
}

// Overload decides what a shard sheds, from how late it is: for how long what came last may have waited to be read. It
// looks at the mean of that over about a second, so that a pause of the machine sheds nothing, goes one step at a time,
// and waits after each for its effect. Towards more it waits little; back it goes after a calm that doubles each time
// when it turns out to have been too early, so that it cannot swing.
type Overload struct {
	shed    Shed
	last    Time // of the newest observation
	mean    Time // lateness, lately
	stepped Time // the last change in either direction
	looked  Time // when the mean was last too high,
	before  Time // and how high
	relaxed Time // the last change towards less
	busy    Time // the mean was last too high to relax
	calm    Time // how long it must be low before the next step back
}

const (
	overloadMemory = Time(1_000_000_000) // over which lateness is averaged
	overloadEffect = Time(1_000_000_000) // until a step shows: switching to lower layers takes key frames
	overloadHigh   = Time(40_000_000)    // mean lateness at which video is shed
	overloadLow    = Time(10_000_000)    // mean lateness below which it may come back
	overloadCalm   = Time(5_000_000_000)
	overloadCalms  = 16 * overloadCalm    // the longest calm
	overloadTried  = Time(30_000_000_000) // a step back is proven right when it lasts so long
)

// Shed is what is left out at the moment.
func (o *Overload) Shed() Shed { return o.shed }

// Lateness is the mean that it judges by.
func (o *Overload) Lateness() Time { return o.mean }

// Observe takes in that at now the shard is late by so much, and tells whether that changes what is shed.
func (o *Overload) Observe(now, late Time) (changed bool) {
	if o.last == 0 {
		o.last, o.stepped, o.busy, o.calm = now, now, now, overloadCalm
		return false
	}
	// Lateness grows with the clock, so it was nothing before now-late, unless it began before the last observation.
	span := now - o.last
	growing := min(span, late)
	o.average(span-growing, 0)
	o.average(growing, late-growing/2)
	o.last = now
	if o.mean > overloadLow {
		o.busy = now
	}
	switch {
	case min(o.mean, late) > overloadHigh && o.shed < ShedVideo && now-o.looked >= overloadEffect:
		before := o.before
		o.looked, o.before = now, o.mean
		if o.shed > ShedNothing && o.mean <= before/2 {
			return false // what has piled up is going
		}
		o.worse(now)
	case o.shed > ShedNothing && now-max(o.busy, o.stepped) >= o.calm:
		o.shed--
		o.stepped, o.relaxed = now, now
	default:
		return false
	}
	return true
}

func (o *Overload) worse(now Time) {
	if o.relaxed != 0 && now-o.relaxed < overloadTried {
		o.calm = min(2*o.calm, overloadCalms)
	} else if o.shed == ShedNothing {
		o.calm = overloadCalm
	}
	o.shed++
	o.stepped = now
}

// average lets the mean take in so long a span of so much lateness.
func (o *Overload) average(span, late Time) {
	if span >= overloadMemory {
		o.mean = late
		return
	}
	o.mean += Time(float64(late-o.mean) * float64(span) / float64(overloadMemory))
}
