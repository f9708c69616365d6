package shaper

import (
	"math/rand/v2"
	"time"
)

// Shape says how good a line is in one direction. The zero Shape is a perfect one.
type Shape struct {
	Rate   int     `json:"rate"`   // bits a second; 0 is any
	Queue  int     `json:"queue"`  // bytes that may wait for the rate; 0 is as many as go in 200 ms
	Delay  int     `json:"delay"`  // ms
	Jitter int     `json:"jitter"` // ms; up to so much is added to the delay. The order stays
	Loss   float64 `json:"loss"`   // the part of packets that is lost, below 1
	Burst  float64 `json:"burst"`  // how many are lost one after the other, on average; up to 1 is by chance
}

// Line carries packets in one direction, in order.
type Line struct {
	shape  Shape
	chance *rand.Rand
	losing bool          // in a burst of loss
	free   time.Duration // when all that was taken has been sent
	last   time.Duration // when the last of it arrives
}

// NewLine makes a perfect line. The seed decides what is lost.
func NewLine(seed uint64) *Line {
	return &Line{chance: rand.New(rand.NewPCG(seed, seed))}
}

// Become changes the line. What is on the way arrives as it was going to.
func (l *Line) Become(shape Shape) { l.shape = shape }

// Take gives the moment at which a packet of so many bytes arrives, or false when it does not.
func (l *Line) Take(now time.Duration, size int) (arrives time.Duration, ok bool) {
	if l.loses() {
		return 0, false
	}
	sent := now
	if l.shape.Rate > 0 {
		if l.waiting(now)+size > l.queue() {
			return 0, false
		}
		l.free = max(l.free, now) + time.Duration(size)*8*time.Second/time.Duration(l.shape.Rate)
		sent = l.free
	}
	arrives = sent + time.Duration(l.shape.Delay)*time.Millisecond
	if l.shape.Jitter > 0 {
		arrives += time.Duration(l.chance.Int64N(int64(l.shape.Jitter) * int64(time.Millisecond)))
	}
	l.last = max(l.last, arrives)
	return l.last, true
}

// waiting is how many bytes have not been sent yet.
func (l *Line) waiting(now time.Duration) int {
	return int(max(0, l.free-now) * time.Duration(l.shape.Rate) / 8 / time.Second)
}

func (l *Line) queue() int {
	if l.shape.Queue > 0 {
		return l.shape.Queue
	}
	return max(l.shape.Rate/8/5, 1500)
}

// loses decides about one packet: by chance, or in bursts whose beginnings and ends are chance (Gilbert's model).
func (l *Line) loses() bool {
	loss := l.shape.Loss
	if l.shape.Burst <= 1 || loss <= 0 || loss >= 1 {
		return l.chance.Float64() < loss
	}
	ends := 1 / l.shape.Burst
	begins := ends * loss / (1 - loss)
	if l.losing {
		l.losing = l.chance.Float64() >= ends
	} else {
		l.losing = l.chance.Float64() < begins
	}
	return l.losing
}
