package bwe

import "math"

const (
	probePause    = 100 * millisecond  // between two questions when there is nothing to send
	probeTick     = 5 * millisecond    // between two while a probe goes on,
	probeLate     = 40 * millisecond   // or up to this, where timers are coarse
	probeSpan     = 120 * millisecond  // of a small step
	probeLongest  = 300 * millisecond  // however unsteady the line
	probeQueue    = 60 * millisecond   // that it makes at most, if the line carries what we believe
	probeBytes    = 9000               // that it takes at least to learn anything
	probeSlow     = 150 * millisecond  // that this may take where a line is slow: sound waits behind it
	probeLeast    = 5500               // bytes that it takes even there
	probeFew      = 5                  // packets that must come for that
	probeSettle   = 100 * millisecond  // after a probe its queue may still stand
	probeWait     = 1000 * millisecond // for feedback about it, beside the trip
	probeInterval = 1200 * millisecond // between two when the first found nothing,
	beside        = 2                  // times that beside a queue that is taken for somebody else's

	openingSpan  = 40 * millisecond // of the first of all,
	openingStep  = 2.0              // times what is guessed: 6 kB, which any queue takes
	openingQueue = 8 * millisecond  // that a line makes of it which carries some more
	openings     = 3                // that find out nothing; then the guess is believed

	secondStep = 1.5 // times what it found, where that is the line's end

	firstStep = 3.0 // times the estimate: nothing is known yet
	largeStep = 2.0 // when smaller ones found no end
	smallStep = 1.0 // a little, the less the larger the estimate

	blind   = 1.02 // times the estimate, where no padding is sent and nothing can be found out
	clean   = 0.95 // of what came of a probe that found no queue
	unsure  = 0.9  // of one of which feedback was lost
	filling = 0.95 // of a probe that comes as fast as it left: not yet
	flat    = 0.08 // of its span may a queue have grown
	many    = 0.12 // more of its packets lost than of others: a policer
)

// Probe says what to send besides media.
type Probe struct {
	Bytes int  // of padding to send now, in packets of any size; a little more or less does no harm
	Next  Time // when to ask again
}

// probing finds out whether the line carries more than we believe.
type probing struct {
	cluster cluster
	next    Time    // when the next one may begin
	step    float64 // times the estimate; 0 at the beginning
	ids     uint8   // of the last cluster
}

// NextProbe tells what to send besides media at this moment, to find out whether the transport carries what is wanted
// of it. It says true when there is something to send; Probe.Next holds in any case.
func (e *Estimator) NextProbe(now Time, wanted Rate) (Probe, bool) {
	e.wanted = wanted
	e.silence(now)
	c := &e.probing.cluster
	switch {
	case c.open && now >= c.end:
		c.open = false
	case !c.open && c.id == 0 && e.mayProbe(now):
		e.begin(now)
	}
	if !c.open {
		return Probe{Next: now + probePause}, false
	}
	bytes := c.due(now)
	return Probe{Bytes: bytes, Next: now + probeTick}, bytes > 0
}

// Open makes what leaves from this moment on a first probe, as long as nothing is known and none goes on: a first picture
// tells most about a line, and does not come twice. It tells whether it did; NextProbe then says what is missing.
func (e *Estimator) Open(now Time) bool {
	p := &e.probing
	if e.rate != 0 || p.cluster.id != 0 || now < p.next || e.congestion.since != 0 {
		return false
	}
	p.step = firstStep
	p.open(now, cluster{rate: startRate.times(openingStep), before: startRate, queue: e.queue, end: now + openingSpan})
	return true
}

// mayProbe tells whether it is time, and whether there is anything to find out: not where packets have no numbers. Who never
// gave feedback gets one probe, which is not over before there is any.
func (e *Estimator) mayProbe(now Time) bool {
	if now < e.probing.next || e.congestion.since != 0 || e.packets.ring == nil {
		return false
	}
	return e.policer.test || e.wanted > e.known() && e.policer.allows(e.known())
}

// begin opens a cluster.
func (e *Estimator) begin(now Time) {
	p := &e.probing
	if p.step == 0 {
		p.step = firstStep
	}
	rate := e.known()
	tries := e.tries(rate)
	span := p.span(tries, rate, e.congestion.noise)
	if e.policer.test {
		tries = rate.times(1.5)
		span = tries.time(testBytes)
	}
	p.open(now, cluster{test: e.policer.test, rate: tries, before: rate, queue: e.queue, end: now + min(span, probeLongest)})
	e.policer.test = false
}

func (p *probing) open(now Time, c cluster) {
	p.ids = p.ids%250 + 1
	c.id, c.open, c.begin, c.asked = p.ids, true, now, now
	p.cluster = c
}

// tries is the rate of the next probe. Small steps are the larger, measured by the estimate, the smaller that is: so those
// who share a line come to have equal parts of it.
func (e *Estimator) tries(rate Rate) Rate {
	step := e.probing.step
	if step == smallStep || e.queue > e.congestion.none() {
		step = 1 + min(max(math.Sqrt(float64(40*Kbit)/float64(rate)), 0.1), 0.5)
	}
	return max(min(rate.times(step), e.wanted.times(1.15)), rate.times(1.08), rate+40*Kbit)
}

// span is how long a probe takes: long enough to learn anything in spite of jitter, short enough to make no long queue.
func (p *probing) span(tries, rate Rate, noise Time) Time {
	most := probeQueue.share(1 / (float64(tries)/float64(rate) - 1))
	least := max(min(tries.time(probeBytes), probeSlow), tries.time(probeLeast))
	return max(least, min(most, max(probeSpan, 25*noise)))
}

// disturbs tells whether a queue is that of a probe that was under way, or just over, when a packet was sent.
func (p *probing) disturbs(sentAt, queue Time) bool {
	c := &p.cluster
	return c.begin != 0 && sentAt >= c.begin && sentAt < c.end+probeSettle && queue < c.queue+probeQueue
}

// evaluate looks at what is known of a cluster that is over.
func (e *Estimator) evaluate(now Time) {
	c := &e.probing.cluster
	switch {
	case c.id == 0:
	case e.congestion.since != 0 && !c.test: // it would be measured wrong
		c.id, c.open = 0, false
	case c.open:
	case e.newest >= c.newest && c.packets > 0:
		e.judge(now, c)
		c.id = 0
	case now > c.end+probeWait+2*e.trips.least:
		c.id = 0
	}
}

// judge draws the conclusions from a cluster.
func (e *Estimator) judge(now Time, c *cluster) {
	p := &e.probing
	left, arrived := c.speed()
	if c.arrived < probeFew || !c.test && (left < c.before.times(1.02) || rateOf(c.sent, c.end-c.begin) < c.before) {
		p.next = now + probePause
		if e.rate == 0 && p.ids >= openings {
			e.set(startRate)
		}
		if e.wanted > e.known() && c.padding == 0 && e.queue < e.congestion.none() && !e.losing() {
			e.set(min(e.known().times(blind), e.wanted))
		}
		return
	}
	isFlat := c.grown() <= max((c.end-c.begin).share(flat), 3*e.congestion.noise+3*millisecond)
	if e.rate == 0 {
		isFlat = c.grown() <= openingQueue // of so few packets more is not seen
	}
	excess, policed := e.lostOf(c)
	switch {
	case policed && isFlat:
		e.keepBelow(now, max(c.before.times(1/margin), arrived.times(1-excess)))
		p.next, p.step = now+probeInterval, smallStep
	case c.test:
		e.policer.random, e.policer.ceiling = max(e.policer.random, e.losses.share), 0
		p.next = now + probePause
	case isFlat && (arrived > left.times(filling) || e.rate == 0):
		if e.rate != 0 || c.rate > startRate.times(openingStep) { // what comes of an opening is no reason for smaller steps
			p.step = min(max(p.step, 1.2)*1.35, largeStep)
		}
		e.set(max(e.known(), arrived.times(c.trust())))
		p.next = now + probePause/2
	case e.rate == 0:
		e.set(arrived.times(margin * (1 - max(0, excess)))) // of few packets: it is measured again soon
		p.next, p.step = now+2*probePause, secondStep
	default:
		e.approach(arrived.times(margin*(1-max(0, excess))), left > c.before.times(1.5))
		p.next, p.step = now+p.pause(c, isFlat, e.isBeside(), e.known()), smallStep
	}
}

// trust is the part of what came of a probe without a queue that is believed: less where little is known of it.
func (c *cluster) trust() float64 {
	if 5*c.arrived < 3*c.packets {
		return unsure
	}
	return clean
}

// lostOf tells how much more was lost of a probe than of what was sent before, and whether a policer did that: a full
// queue loses packets too.
func (e *Estimator) lostOf(c *cluster) (excess float64, policed bool) {
	lost, share := e.packets.loss(c.newest-int64(c.packets)+1, c.newest)
	excess = share - max(e.policer.random, e.losses.share)
	chance := 0.6 / math.Sqrt(float64(c.packets))
	return excess, c.least < e.congestion.none() && excess > many+chance && lost >= 3
}

// pause is the time up to the next probe behind one that filled the line: soon when it found room all the same, or when a
// frame may only have looked like that. Two that share a line shall not probe in step.
// Who goes on beside the queue of others leaves them time: or it would take all of the line from others of us, who yield.
func (p *probing) pause(c *cluster, isFlat, busy bool, known Rate) Time {
	apart := Time(c.newest%8) * 20 * millisecond
	switch {
	case busy:
		return beside*probeInterval + apart
	case isFlat:
		return 2 * probePause
	case known >= c.before.times(1.04):
		return probePause
	}
	return probeInterval + apart
}

// approach goes part of the way towards what a probe measured that filled the line.
func (e *Estimator) approach(measured Rate, large bool) {
	known := e.known()
	switch {
	case measured < known:
		e.set(known - (known - measured).times(0.3))
	case large:
		e.set(known + (measured - known).times(0.5))
	default:
		e.set(known + (measured - known).times(0.7))
	}
}

// calm lets some time pass after a congestion, and does not take large steps.
func (p *probing) calm(now Time) { p.next, p.step = max(p.next, now+probeSettle*3), smallStep }
