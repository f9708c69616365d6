package bwe

// departure is what is remembered of one packet.
type departure struct {
	at      uint32 // in departureTicks, over which it wraps after 19 hours
	bytes   uint16
	fate    fate
	cluster uint8 // of the probe it belongs to, 0 of none
}

type fate uint8

const (
	unknown fate = iota // not sent, or nothing was told yet
	lost                // so feedback said; it may still come late
	came
	assumed // to have come: nobody said anything
	missed  // lost in an outage
)

const (
	departureTick   = 14   // a shift: 16 µs
	fewDepartures   = 256  // that are remembered at first; a power of two
	mostDepartures  = 2048 // and at most
	neededDeparture = uint32(second >> departureTick)
)

// departures are the packets that were sent last, by number.
type departures struct {
	ring  []departure // of a power of two; made by the first packet
	next  int64       // number of the next one, extended
	first int64       // oldest that is known
}

// add notes a packet and gives its extended number.
func (d *departures) add(now Time, number uint16, bytes int, cluster uint8) int64 {
	if uint16(d.next) != number || d.ring == nil {
		d.begin(number)
	}
	at := uint32(now >> departureTick)
	p := &d.ring[int(d.next)&(len(d.ring)-1)]
	if d.next-d.first >= int64(len(d.ring)) {
		if p.fate == unknown && at-p.at < neededDeparture && len(d.ring) < mostDepartures {
			d.grow()
			p = &d.ring[int(d.next)&(len(d.ring)-1)]
		} else {
			d.first++
		}
	}
	*p = departure{at: at, bytes: uint16(bytes), cluster: cluster}
	d.next++
	return d.next - 1
}

// begin starts at a number; those before are forgotten.
func (d *departures) begin(number uint16) {
	if d.ring == nil {
		d.ring = make([]departure, fewDepartures)
		d.next = 1 << 16
	}
	d.next += int64(number - uint16(d.next))
	d.first = d.next
}

// grow makes room for twice as many: many packets are on their way.
func (d *departures) grow() {
	ring := make([]departure, 2*len(d.ring))
	for n := d.first; n < d.next; n++ {
		ring[int(n)&(len(ring)-1)] = *d.of(n)
	}
	d.ring = ring
}

// of is the packet of a number between first and next.
func (d *departures) of(n int64) *departure { return &d.ring[int(n)&(len(d.ring)-1)] }

// when is the time at which p departed, as far as the ticks tell.
func (p *departure) when(now Time) Time {
	ticks := now >> departureTick
	return (ticks - Time(uint32(ticks)-p.at)) << departureTick
}

// behind is how many bytes of those that are remembered were sent after a packet.
func (d *departures) behind(n int64) (bytes int) {
	for n = max(n+1, d.first); n < d.next; n++ {
		bytes += int(d.of(n).bytes)
	}
	return bytes
}

// loss is how many of the packets from first to last were lost, and their share of those of which anything is known.
func (d *departures) loss(first, last int64) (count int, share float64) {
	known := 0
	for n := max(first, d.first); n <= last; n++ {
		switch d.of(n).fate {
		case lost:
			count++
			known++
		case came:
			known++
		}
	}
	return count, float64(count) / float64(max(known, 1))
}
