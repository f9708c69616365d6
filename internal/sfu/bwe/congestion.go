package bwe

const (
	toleratedLeast = 25 * millisecond   // of a queue, on a steady line
	toleratedMost  = 500 * millisecond  // of a queue that does not go away when less is sent
	lateMost       = 200 * millisecond  // of a queue is taken for our own, or a busy server would fill lines
	steadyMost     = 12 * millisecond   // of noise counts: a busy line is no reason to tolerate more
	lookBack       = 120 * millisecond  // over which it is seen whether a queue grows
	lasting        = 1 * second         // a queue does not that a burst of ours explains, or it shrinks
	falling        = 30                 // of a span, or more, does a queue that shrinks
	patience       = 300 * millisecond  // with a queue that does not grow
	yielding       = 0.7                // of what was sent before: a queue of ours shrinks then,
	stubborn       = 2500 * millisecond // and one that does not in this time is not ours

	margin    = 0.93 // of what the line was seen to carry, or it would never empty a queue
	shortOf   = 0.93 // of what was sent came through: the rest waits
	mildly    = 0.9  // of the estimate is left where a queue stands but does not grow
	hastily   = 0.85 // is left where little was seen yet
	fewBytes  = 4000 // that came tell little
	leastLeft = 0.5  // is left however long a queue stands that does not grow

	drainSpan  = 800 * millisecond // in which a queue is to be gone, if we can
	leastDrain = 0.15              // of what the line carries goes on even then: sound
)

// congestion is what is known of a queue that stands.
type congestion struct {
	tolerated Time // queue that is nobody's fault
	late      Time // queue that is our own
	noise     Time // by how much the queue differs from one mark to the next without growing
	small     Time // when the queue was not too long last, explained or not

	since   Time  // when it became too long, 0 while it is not
	before  Rate  // what the line was believed to carry then
	guessed bool  // that was a guess
	first   int64 // number of the mark before that moment
	reduced Time  // when less was believed the last time
	yielded Time  // when so much less was sent that a queue of ours would shrink
	least   Time  // queue since the beginning
	leastAt Time  // departure of who found it
	drain   Rate  // what may be sent until the queue is gone, 0 when it is
}

// jitter is what of a queue may be by chance.
func (c *congestion) jitter() Time { return 3 * min(c.noise, steadyMost) }

// limit is the queue that is too long.
func (c *congestion) limit() Time { return max(c.tolerated, toleratedLeast) + c.jitter() + c.late }

// none is a queue that is none but for jitter.
func (c *congestion) none() Time { return toleratedLeast + c.jitter() }

// watch looks at the queue. It begins to matter when it is not explained; then all of it has to go.
func (e *Estimator) watch(now Time) {
	c := &e.congestion
	back := e.marks.since(lookBack)
	queue, excess := e.marks.standing(0)
	before, excessBefore := e.marks.standing(back)
	e.queue = queue
	if queue <= c.limit() {
		c.small = now
	}
	if c.since == 0 {
		c.settle(queue, excess-excessBefore)
		if excess <= c.limit() && !c.lasts(now, queue, excess, queue-before > -e.marks.span(back)/falling) || e.probing.disturbs(e.latest.sentAt, queue) {
			e.raise(now)
			return
		}
		c.start(now, queue, e)
	}
	if queue <= c.limit() {
		c.end()
		e.probing.calm(now)
		return
	}
	e.relieve(now, queue, queue-before, e.marks.span(back))
}

// lasts tells that a queue stays though it may be explained: by half, not for long; all of it, for longer, as a key frame on
// a slow line takes its time.
func (c *congestion) lasts(now, queue, excess Time, stays bool) bool {
	long := now - c.small
	return stays && (long >= lasting && excess > queue/4 || long >= 4*lasting)
}

// settle learns how unsteady the line is without a queue.
func (c *congestion) settle(queue, change Time) {
	if change < 0 {
		change = -change
	}
	c.noise += (min(change, 30*millisecond) - c.noise) / 16
	if queue < toleratedLeast {
		c.tolerated -= c.tolerated / 64
	}
}

func (c *congestion) start(now, queue Time, e *Estimator) {
	c.since, c.before, c.guessed, c.first, c.yielded = now, e.known(), e.Guesses(), e.marks.count-1, now
	c.least, c.leastAt = queue, e.latest.sentAt
}

func (c *congestion) end() { c.since, c.drain = 0, 0 }

// relieve believes less of the line, and has still less sent until the queue is gone. change is by how much the queue
// grew within span.
func (e *Estimator) relieve(now, queue, change, span Time) {
	c := &e.congestion
	if e.isOfOthers(now, queue) {
		c.tolerated = min(queue+queue/2, toleratedMost)
		c.end()
		return
	}
	marks := e.marks.count - c.first
	since := min(max(marks-1, 1), e.marks.since(second)) // what came between the first two is little if the way became longer
	arrives, sent := e.marks.rates(since)
	if arrives == 0 || queue < 2*c.limit() && e.marks.span(since) < 12*c.noise {
		return // too little was seen
	}
	short := arrives < sent.times(shortOf)
	switch {
	case !short && marks < 5 && e.isLonger():
		e.set(c.before)
		c.end()
		return
	case short && (change > span/20 || c.drain > 0):
		least := Rate(0)
		switch span := e.marks.span(since); {
		case span <= lookBack && arrives > c.before/2 && !c.guessed:
			least = c.before.times(hastily)
		case span <= 3*lookBack && arrives.Bytes(span) < fewBytes: // a burst of others may be between them
			least = c.before.times(leastLeft)
		}
		e.set(min(c.before, max(arrives.times(margin), least)))
	case change > -span/falling && now-c.since > patience && now-c.reduced > patience+e.trips.least:
		e.set(min(e.known(), max(e.known().times(mildly), c.before.times(leastLeft), arrives.times(margin))))
	default:
		return
	}
	c.reduced = now
	e.drain(arrives)
}

// isOfOthers tells that a queue stays however little we send: somebody fills it who only stops when it is full, as TCP
// does. Whoever gives way to that gets nothing.
func (e *Estimator) isOfOthers(now, queue Time) bool {
	c := &e.congestion
	if queue < c.least-c.least/10 {
		c.least, c.leastAt = queue, e.latest.sentAt
	}
	if e.Estimate() > c.before.times(yielding) {
		c.yielded = now
	}
	return e.latest.sentAt-max(c.leastAt, c.yielded) > stubborn
}

// isBeside tells that a queue stands that was taken for somebody else's.
func (e *Estimator) isBeside() bool {
	c := &e.congestion
	return c.tolerated > 2*toleratedLeast && e.queue > c.none()
}

// isLonger tells that there is no queue: all packets took longer from some moment on, by the same time. The way did
// become longer, and is measured anew.
func (e *Estimator) isLonger() bool {
	const same, least = 4 * millisecond, 3 // of marks
	c := &e.congestion
	if c.guessed || c.noise > same || e.marks.count-c.first < least || e.marks.spread(least) > same {
		return false
	}
	e.way.started = false
	return true
}

// drain has less sent than comes through, until the queue is gone. What is on its way will wait too.
func (e *Estimator) drain(arrives Rate) {
	c := &e.congestion
	out := arrives.time(float64(e.packets.behind(e.newest)))
	share := 1 - float64(out-e.trips.least)/float64(drainSpan)
	drain := arrives.times(min(max(share, leastDrain), margin))
	if c.drain == 0 || drain < c.drain {
		c.drain = drain
	}
}

// raise believes what came through without a queue, where more is wanted than what is believed.
func (e *Estimator) raise(now Time) {
	c := &e.congestion
	if e.known() >= e.wanted || now-c.reduced < second || e.queue > c.none() || e.losing() {
		return
	}
	arrives, _ := e.marks.rates(e.marks.since(second))
	if seen := arrives.times(0.9); seen > e.known() && e.policer.allows(arrives) {
		e.set(seen)
	}
}
