package bwe

const (
	baseSpan  = 20 * second // the least delay of this long is kept
	baseSpans = 3           // so many times: after a minute a longer way counts as the way
)

// leastDelay is the delay of the way without a queue: the least that was seen lately. Our clock and the peer's differ
// by an unknown constant, which is part of it.
type leastDelay struct {
	started bool
	spans   [baseSpans]Time
	current int
	since   Time
	least   Time // of all spans
}

// observe takes the delay of a packet and tells how much of it is a queue's, or by chance.
func (l *leastDelay) observe(now, delay Time) Time {
	if !l.started {
		l.started, l.since, l.least = true, now, delay
		for i := range l.spans {
			l.spans[i] = delay
		}
	}
	if now-l.since >= baseSpan {
		l.current = (l.current + 1) % baseSpans
		l.spans[l.current], l.since = delay, now
		l.least = min(l.spans[0], l.spans[1], l.spans[2])
	}
	if delay < l.spans[l.current] {
		l.spans[l.current] = delay
		l.least = min(l.least, delay)
	}
	return delay - l.least
}
