package line

import (
	"math"

	"konklave/internal/sfu/bwe"
)

// Path is what a line does to packets. It may be changed at any time.
type Path struct {
	Rate  bwe.Rate // at which packets leave the queue; 0 is an outage
	Queue int      // bytes that wait at most; what is beyond is lost
	Delay bwe.Time // one way, in both directions

	Jitter bwe.Time // more delay for each packet, by chance, up to this; the order is kept
	Sway   bwe.Time // more delay that comes and goes slowly, up to this
	Gather bwe.Time // packets are delivered together at multiples of this, as Wi-Fi does
	Late   float64  // share of packets that come up to 30 ms later than those behind them

	Loss  float64 // share of packets lost by chance
	Burst float64 // packets lost in a row, on average; at least 1

	Police bwe.Rate // beyond which packets are thrown away at once, 0 without a policer
	Bucket int      // bytes that may exceed it in one go

	BackLoss  float64  // share of feedback that is lost
	BackDelay bwe.Time // more delay for feedback, by chance, up to this
}

// Capacity is what the path carries.
func (p *Path) Capacity() bwe.Rate {
	if p.Police > 0 {
		return min(p.Rate, p.Police)
	}
	return p.Rate
}

// Use is what a packet is for.
type Use uint8

// Uses of packets.
const (
	Audio Use = iota
	Video
	Padding
	Bulk // of a download
)

// Packet is one packet on its way.
type Packet struct {
	Flow   int // whose it is
	Use    Use
	Number int64 // of the flow
	Bytes  int
}

// End is one side of a flow.
type End interface {
	Arrived(p Packet)
	Dropped(p Packet)
}

// Line carries the packets of several flows through one queue.
type Line struct {
	*World
	Path
	ends map[int]End

	queue    []Packet
	queued   int // bytes
	serving  bool
	last     bwe.Time // arrival of the last packet in order
	lastBack bwe.Time // and of what was said last
	losing   bool     // a burst of losses goes on
	tokens   float64
	filled   bwe.Time // when tokens were counted
}

// New makes a line.
func New(w *World, p Path) *Line {
	return &Line{World: w, Path: p, ends: map[int]End{}, tokens: float64(p.Bucket)}
}

// Attach makes e the far end of a flow.
func (l *Line) Attach(flow int, e End) { l.ends[flow] = e }

// Waiting is how long a packet waits in the queue that comes now.
func (l *Line) Waiting() bwe.Time {
	if l.Rate == 0 {
		return 0
	}
	return bwe.Time(float64(l.queued) * 8 / float64(l.Rate) * float64(Second))
}

// Send takes a packet at the near end.
func (l *Line) Send(p Packet) {
	if l.lost() || !l.passes(p) || l.queued+p.Bytes > l.Queue {
		l.ends[p.Flow].Dropped(p)
		return
	}
	l.queue = append(l.queue, p)
	l.queued += p.Bytes
	if !l.serving {
		l.serve()
	}
}

// Back carries what the far end says to the near end.
func (l *Line) Back(say func()) {
	if l.Chance.Float64() < l.BackLoss || l.Rate == 0 {
		return
	}
	l.lastBack = max(l.lastBack, l.Now+l.Delay+l.upTo(l.BackDelay))
	l.At(l.lastBack, say)
}

// serve sends the first packet of the queue on.
func (l *Line) serve() {
	if len(l.queue) == 0 {
		l.serving = false
		return
	}
	l.serving = true
	if l.Rate == 0 {
		l.After(Millisecond, l.serve)
		return
	}
	p := l.queue[0]
	l.After(bwe.Time(float64(p.Bytes)*8/float64(l.Rate)*float64(Second)), func() {
		l.queue = l.queue[1:]
		l.queued -= p.Bytes
		l.travel(p)
		l.serve()
	})
}

// travel delivers a packet that left the queue.
func (l *Line) travel(p Packet) {
	at := l.Now + l.Delay + l.upTo(l.Jitter) + l.sway()
	if l.Chance.Float64() < l.Late {
		l.At(at+l.upTo(30*Millisecond), func() { l.ends[p.Flow].Arrived(p) })
		return
	}
	if l.Gather > 0 {
		at += l.Gather - at%l.Gather
	}
	at = max(at, l.last)
	l.last = at
	l.At(at, func() { l.ends[p.Flow].Arrived(p) })
}

func (l *Line) sway() bwe.Time {
	const period = 1700 * Millisecond
	return bwe.Time(float64(l.Sway) * (1 - math.Cos(2*math.Pi*float64(l.Now)/float64(period))) / 2)
}

func (l *Line) upTo(most bwe.Time) bwe.Time { return bwe.Time(l.Chance.Float64() * float64(most)) }

// lost decides by chance, in bursts of the length asked for (a Gilbert model).
func (l *Line) lost() bool {
	if l.Loss == 0 {
		return false
	}
	burst := max(l.Burst, 1)
	if l.losing {
		l.losing = l.Chance.Float64() >= 1/burst
	} else {
		l.losing = l.Chance.Float64() < l.Loss/(1-l.Loss)/burst
	}
	if burst == 1 {
		l.losing = l.Chance.Float64() < l.Loss
	}
	return l.losing
}

// passes tells whether the policer lets a packet through.
func (l *Line) passes(p Packet) bool {
	if l.Police == 0 {
		return true
	}
	l.tokens = min(float64(l.Bucket), l.tokens+float64(l.Police)*float64(l.Now-l.filled)/float64(8*Second))
	l.filled = l.Now
	if l.tokens < float64(p.Bytes) {
		return false
	}
	l.tokens -= float64(p.Bytes)
	return true
}
