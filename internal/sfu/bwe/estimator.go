package bwe

// Kind is what a packet was sent for.
type Kind uint8

// Kinds of packets.
const (
	Media   Kind = iota // what the peer wants: sound, pictures, packets sent again because it asked
	Padding             // sent because NextProbe said so
)

const (
	startRate = 600 * Kbit // before anything is known: carries sound and a first small picture
	leastRate = 30 * Kbit
	mostRate  = 100 * Mbit

	outage    = 250 * millisecond // of departures of which nothing came, and no queue as long as that stands behind it,
	fewMissed = 5                 // and so many of them are known to be lost
	clockBack = 10 * second       // by which no packet comes late: the peer's clock was set
)

// Estimator knows one transport. The zero value is ready. What each packet and each message needs stands together: with
// hundreds of transports, how much memory is touched is what the estimate costs.
type Estimator struct {
	rate    Rate // what the line carries, 0 before anything is known
	asked   Time // when the first packet after the latest feedback departed, 0 before
	packets departures
	probing probing
	padding int64 // bytes of it that were sent

	heard  Time  // when feedback came last
	deaf   bool  // since then some was ignored, of packets that are forgotten
	newest int64 // number of the latest packet that came
	clock  arrivalClock
	own    explained
	latest mark       // what the message that is being read tells
	way    leastDelay // there
	trips  leastDelay // there and back, with the time that feedback waits
	losses losses

	congestion congestion
	queue      Time // that stands, as last seen
	wanted     Rate // as NextProbe was told last
	policer    policer
	reported   reported
	marks      marks
}

// Sent notes that a packet departs, with the number for the whole transport that it carries. bytes is all that UDP
// carries of it.
func (e *Estimator) Sent(now Time, number uint16, bytes int, kind Kind) {
	id := uint8(0)
	if c := &e.probing.cluster; c.open {
		id = c.depart(now, bytes, kind)
	}
	if e.asked == 0 {
		e.asked = now
	}
	n := e.packets.add(now, number, bytes, id)
	if id != 0 {
		e.probing.cluster.newest = n
	}
	if kind == Padding {
		e.padding += int64(bytes)
	}
}

// Late tells by how much we were late lately with all that we send, as on a machine that has too much to do. It makes packets
// come late, and no line does that.
func (e *Estimator) Late(late Time) { e.congestion.late = min(2*late, lateMost) }

// Estimate is what the transport carries at this moment. While a queue has to drain it is less than what the line does.
func (e *Estimator) Estimate() Rate {
	rate := e.known()
	if e.congestion.drain > 0 {
		rate = min(rate, e.congestion.drain)
	}
	return max(rate, leastRate)
}

// Line is what the transport is believed to carry, also while a queue drains.
func (e *Estimator) Line() Rate { return e.known() }

// known is what the line is believed to carry.
func (e *Estimator) known() Rate {
	if e.rate == 0 {
		return startRate
	}
	return e.rate
}

// Guesses tells whether the estimate is only what lines usually carry at least: nothing was measured yet.
func (e *Estimator) Guesses() bool { return e.rate == 0 }

// set changes what the line is believed to carry.
func (e *Estimator) set(rate Rate) {
	e.rate = min(max(rate, leastRate), mostRate)
}

// OnFeedback takes the control information of one message of transport-wide feedback: what follows the two SSRCs,
// from the first packet's number on. It keeps nothing of fci. What tells of packets that never left, or of those that
// are forgotten, is ignored: the latter comes behind an outage, and such losses say nothing of the line. So is what tells of none.
func (e *Estimator) OnFeedback(now Time, fci []byte) {
	m, ok := readMessage(fci)
	p := &e.packets
	age := int(uint16(p.next) - m.first)
	forgotten := int64(age) > p.next-p.first
	if !ok || m.count == 0 || m.count > age || forgotten {
		e.deaf = e.deaf || ok && forgotten
		return
	}
	e.heard, e.asked = now, 0
	e.newest = max(e.newest, p.first-1)
	e.latest.packets, e.latest.queue, e.latest.excess = 0, Never, Never
	before := e.newest
	at := e.clock.extend(m.reference)
	for n := p.next - int64(age); m.count > 0; m.count-- {
		arrived, delta, ok := m.next()
		if !ok {
			break
		}
		if arrived {
			at += delta
			e.arrived(now, n, at)
		} else if d := p.of(n); d.fate == unknown {
			d.fate = lost
		}
		n++
	}
	e.deaf = false
	if e.newest > before {
		e.learn(now)
	}
}

// arrived notes that a packet came.
func (e *Estimator) arrived(now Time, n int64, at Time) {
	d := e.packets.of(n)
	if d.fate == came {
		return
	}
	sentAt := d.when(now)
	queue := e.way.observe(now, at-sentAt)
	if d.cluster != 0 && d.cluster == e.probing.cluster.id {
		e.probing.cluster.arrive(sentAt, queue, int(d.bytes))
	}
	if d.fate != assumed {
		e.latest.came += int64(d.bytes)
	}
	d.fate = came
	if n < e.newest {
		return
	}
	m := &e.latest
	if m.sentAt != 0 && sentAt-m.sentAt > outage && queue < outage {
		e.forgive(n)
	}
	ahead := e.follow(now, n)
	m.queue, m.excess = min(m.queue, queue), min(m.excess, queue-ahead)
	m.packets++
	m.sentAt = sentAt
	switch {
	case at > m.arrival:
		m.arrival = at
	case m.arrival-at > clockBack:
		m.arrival = at
		e.forget() // there is nothing to compare with
	}
}

// forgive passes over an outage before a packet: for some time nothing came of what was sent. That is neither a rate nor a
// share of losses that the line has. Of what a message told that was ignored nothing is known.
func (e *Estimator) forgive(next int64) {
	first := max(e.newest+1, e.packets.first)
	if count, _ := e.packets.loss(first, next-1); count < fewMissed && !e.deaf {
		return
	}
	for n := first; n < next; n++ {
		if d := e.packets.of(n); d.fate == lost || e.deaf && d.fate == unknown {
			d.fate = missed
		}
	}
	e.forget()
}

// forget begins anew with what is compared over some time.
func (e *Estimator) forget() { e.marks.count, e.congestion.first = 0, 0 }

// follow counts the packets behind the newest up to n, which came, and tells how long that one waited for us. Those of
// which nobody said anything are taken to have come: feedback was lost.
func (e *Estimator) follow(now Time, n int64) (ahead Time) {
	perByte := float64(8*second) / float64(e.known())
	for e.newest < n {
		e.newest++
		d := e.packets.of(e.newest)
		if d.fate == unknown {
			d.fate = assumed
			e.latest.came += int64(d.bytes)
		}
		ahead = e.own.ahead(d.when(now), int(d.bytes), perByte)
	}
	return ahead
}

// learn draws conclusions after a message that told of new packets.
func (e *Estimator) learn(now Time) {
	e.marks.add(e.latest)
	e.trips.observe(now, now-e.latest.sentAt)
	if e.losses.settle(&e.packets, now, e.newest) {
		e.onLosses(now)
	}
	e.evaluate(now)
	e.watch(now)
}

// WarmSent reads what Sent is going to need into the processor's cache. What it returns means nothing.
func (e *Estimator) WarmSent() int64 {
	sum := int64(e.rate) + int64(e.probing.cluster.id)
	if len(e.packets.ring) > 0 {
		sum += int64(e.packets.of(e.packets.next).at)
	}
	return sum
}

// WarmFeedback does the same for OnFeedback.
func (e *Estimator) WarmFeedback() int64 {
	sum := int64(e.rate) + int64(e.probing.next) + e.newest + int64(e.way.least) + int64(e.losses.share) + int64(e.congestion.small) + int64(e.queue)
	if e.marks.count > 0 {
		sum += int64(e.marks.at(0).arrival)
	}
	if len(e.packets.ring) > 0 {
		sum += int64(e.packets.of(e.newest).at)
	}
	return sum
}

// Informed tells whether the peer ever gave feedback.
func (e *Estimator) Informed() bool { return e.heard != 0 }

// Seen is what there is to tell of a transport.
type Seen struct {
	Estimate Rate    // what may be sent
	Line     Rate    // what the line is believed to carry: more, while a queue drains
	Ceiling  Rate    // that a policer keeps, 0 without one
	Queue    Time    // that stands in the line
	Trip     Time    // there and back without it, with the time that feedback waits
	Loss     float64 // share of packets lost lately, 0 to 1
	Padding  int64   // bytes that were sent as padding
}

// Seen tells what is known at this moment.
func (e *Estimator) Seen() Seen {
	return Seen{
		Estimate: e.Estimate(), Line: e.known(), Ceiling: e.policer.ceiling, Queue: e.queue, Trip: e.trips.least,
		Loss: e.losses.share, Padding: e.padding,
	}
}
