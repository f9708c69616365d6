package line

import (
	"math"

	"konklave/internal/sfu/bwe"
)

// Download is a TCP connection that always has something to send. It knows what decides how it shares a line: slow start,
// the growth of Reno or CUBIC, one reduction for the losses of a round trip, and the timeout.
type Download struct {
	line  *Line
	flow  int
	Cubic bool
	Bytes int // that came

	window, threshold float64 // packets
	most              float64 // window before the last reduction
	reduced           bwe.Time
	recovery          int64 // losses before this number belong to the last reduction
	next, acked       int64
	out               map[int64]bwe.Time
	heard             bwe.Time
	ended             bool
}

const segment = 1500

// NewDownload begins a download.
func NewDownload(l *Line, flow int, cubic bool) *Download {
	d := &Download{line: l, flow: flow, Cubic: cubic, window: 10, threshold: math.Inf(1), out: map[int64]bwe.Time{}, heard: l.Now}
	l.Attach(flow, d)
	d.send()
	l.Every(l.Now+Second, 200*Millisecond, d.timeout)
	return d
}

// End ends it.
func (d *Download) End() { d.ended = true }

func (d *Download) send() {
	for !d.ended && float64(len(d.out)) < d.window {
		d.out[d.next] = d.line.Now
		p := Packet{Flow: d.flow, Use: Bulk, Number: d.next, Bytes: segment}
		d.next++
		d.line.Send(p)
	}
}

// Arrived takes a packet at the far end, which acknowledges it.
func (d *Download) Arrived(p Packet) {
	d.Bytes += p.Bytes
	number := p.Number
	d.line.After(d.line.Delay, func() { d.ack(number) })
}

// Dropped does nothing: who sends finds out by what comes behind.
func (d *Download) Dropped(Packet) {}

func (d *Download) ack(number int64) {
	if _, waits := d.out[number]; !waits {
		return
	}
	delete(d.out, number)
	d.heard = d.line.Now
	d.acked = max(d.acked, number)
	lost := false
	for n := range d.out {
		if n < d.acked-3 {
			delete(d.out, n)
			lost = lost || n >= d.recovery
		}
	}
	if lost {
		d.reduce()
	} else {
		d.grow()
	}
	d.send()
}

func (d *Download) grow() {
	switch {
	case d.window < d.threshold:
		d.window++
	case d.Cubic:
		const c = 0.4
		t := float64(d.line.Now-d.reduced) / float64(Second)
		target := c*math.Pow(t-math.Cbrt(d.most*0.3/c), 3) + d.most
		d.window += min(max(target-d.window, 0.01), 1.5) / d.window
	default:
		d.window += 1 / d.window
	}
}

func (d *Download) reduce() {
	d.most, d.reduced, d.recovery = d.window, d.line.Now, d.next
	share := 0.5
	if d.Cubic {
		share = 0.7
	}
	d.window = max(d.window*share, 2)
	d.threshold = d.window
}

func (d *Download) timeout() {
	if len(d.out) == 0 || d.line.Now-d.heard < Second {
		return
	}
	clear(d.out)
	d.reduce()
	d.window, d.heard = 1, d.line.Now
	d.send()
}
