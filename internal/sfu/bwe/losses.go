package bwe

const (
	lossSpan    = 500 * millisecond // over which losses are counted, at least
	lossPackets = 40                // and so many packets
	lateness    = 150 * millisecond // packets that come by this much later than those behind them were not lost
)

// losses are counted once it is clear what became of a packet.
type losses struct {
	settled int64 // packets before this number are counted
	since   Time  // departure of the first of the current span
	lost    int32
	came    int32
	share   float64 // of the last span
	spans   int64   // that are over
}

// settle counts the packets that are old beside the newest that came, and tells when a span is over.
func (l *losses) settle(d *departures, now Time, newest int64) (over bool) {
	l.settled = max(l.settled, d.first)
	limit := d.of(newest).when(now) - lateness
	for ; l.settled < newest; l.settled++ {
		p := d.of(l.settled)
		at := p.when(now)
		if at > limit {
			break
		}
		if l.lost+l.came == 0 {
			l.since = at
		}
		switch p.fate { // what feedback says nothing of may have come: the feedback got lost
		case lost:
			l.lost++
		case came:
			l.came++
		}
		if at-l.since >= lossSpan && l.lost+l.came >= lossPackets {
			l.share = float64(l.lost) / float64(l.lost+l.came)
			l.lost, l.came, over = 0, 0, true
			l.spans++
		}
	}
	return over
}
