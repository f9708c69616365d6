package sfu

// How far timestamps may be from what the packets' arrival lets expect before they are not believed.
const (
	clockTrust = Time(2_000_000_000)  // after a break; plus one thousandth of its length, for clocks that drift
	clockLeap  = Time(10_000_000_000) // between two packets of a stream
	clockBack  = Time(50_000_000)     // the first frame of another layer may be this much behind the last one sent
)

// smallStep is a step of timestamps that is no leap at any rate, by which most packets are told.
const smallStep = 80_000

// layerClock relates the RTP clock of a layer to the publisher's wall clock.
type layerClock struct {
	SenderReport
	known bool
}

// outClock makes one sequence of timestamps out of those of the layers, each of which counts from a random number.
// It never runs backwards. Layers are fitted together by their sender reports; where one has none yet, by arrival.
type outClock struct {
	last   int64 // newest timestamp sent
	lastAt Time  // when the packet with it arrived; 0 before the first

	rate  uint32             // of the RTP clock in Hz
	ref   int8               // the layer forwarded last, by whose base the others are found; -1 before the first
	known uint8              // layers that have a base, as bits
	base  [TrackLayers]int64 // to be added to a layer's timestamps
}

// ticks is a span in units of the RTP clock.
func (c *outClock) ticks(span Time) int64 {
	const second = Time(1_000_000_000)
	rate := int64(c.rate)
	return int64(span/second)*rate + int64(span%second)*rate/int64(second)
}

// ntpTicks is a difference of two NTP times in units of the RTP clock.
func (c *outClock) ntpTicks(diff int64) int64 {
	rate := int64(c.rate)
	return (diff>>32)*rate + (diff&0xffffffff)*rate>>32
}

// expected is the timestamp that fits a packet by its arrival.
func (c *outClock) expected(arrival Time) int64 {
	if c.lastAt == 0 {
		return c.last + 1
	}
	return c.last + c.ticks(arrival-c.lastAt)
}

// plausible tells whether out fits a packet by its arrival, roughly.
func (c *outClock) plausible(out int64, arrival Time) bool {
	trust := c.ticks(clockTrust + max(arrival-c.lastAt, 0)/1000)
	diff := out - c.expected(arrival)
	return -trust < diff && diff < trust
}

// join decides what is added to the timestamps of a layer from a packet with timestamp ts on. It is false when the
// packet is from before what was sent already, so that the layer cannot be joined there.
func (c *outClock) join(layer int8, ts int64, arrival Time, clocks *[TrackLayers]layerClock) (offset int64, ok bool) {
	if c.ref < 0 {
		offset = max(c.expected(arrival), c.last+1) - ts
		c.settle(layer, offset)
		return offset, true
	}
	base, ok := c.lookup(layer, clocks)
	if !ok || !c.plausible(ts+base, arrival) {
		base = c.expected(arrival) - ts
	}
	if ts+base < c.last-c.ticks(clockBack) {
		return 0, false
	}
	c.settle(layer, base)
	return max(base, c.last+1-ts), true
}

// lookup finds the base of a layer: by the sender reports of it and the reference, or as it was found earlier.
func (c *outClock) lookup(layer int8, clocks *[TrackLayers]layerClock) (base int64, ok bool) {
	if a, b := &clocks[c.ref], &clocks[layer]; layer != c.ref && a.known && b.known {
		same := a.Timestamp + c.ntpTicks(int64(b.NTP-a.NTP)) // of the reference, at the time of b
		return same + c.base[c.ref] - b.Timestamp, true
	}
	return c.base[layer], c.known&(1<<layer) != 0
}

// settle makes layer the reference.
func (c *outClock) settle(layer int8, base int64) {
	c.base[layer], c.known, c.ref = base, c.known|1<<layer, layer
}

// leaps tells whether a stream that goes on with timestamp out restarted its clock.
func (c *outClock) leaps(out int64, arrival Time) bool {
	diff := out - c.last
	if -smallStep < diff && diff < smallStep {
		return false
	}
	limit := c.ticks(clockLeap)
	return (diff < -limit || diff > limit) && !c.plausible(out, arrival)
}

// sent notes the timestamp of a packet that was sent.
func (c *outClock) sent(out int64, arrival Time) {
	if out > c.last || c.lastAt == 0 {
		c.last, c.lastAt = out, arrival
	}
}
