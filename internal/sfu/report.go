package sfu

// reportInterval is the time between two receiver reports.
const reportInterval = Time(1_000_000_000)

// reception counts what a receiver report tells of one stream (RFC 3550 section 6.4 and appendix A). Retransmissions
// on a stream of their own do not count: the report tells the sender how the network treated what it sent first.
type reception struct {
	first    int64  // extended number the counting began with
	received int64  // since
	expected int64  // before the last report
	prior    int64  // received before the last report
	transit  int64  // of the last packet, in ticks
	jitter   int64  // sixteenfold, in ticks
	epoch    Time   // against which arrival is measured
	lastSR   uint32 // middle 32 bits of the NTP time
	srAt     Time
}

// restart begins to count anew at seq; the jitter stays.
func (r *reception) restart(seq int64, now Time) {
	r.first, r.received, r.expected, r.prior = seq, 0, 0, 0
	r.epoch, r.transit = now, 0
}

// count takes one packet of the stream.
func (r *reception) count() { r.received++ }

// measure takes the arrival of a packet into the jitter (RFC 3550 appendix A.8). timestamp is extended.
func (r *reception) measure(now Time, timestamp int64, clock *timeline) {
	transit := clock.ticks(now-r.epoch) - timestamp
	if r.transit != 0 {
		d := transit - r.transit
		if d < 0 {
			d = -d
		}
		if d < int64(clock.rate) { // a second or more is a pause, not jitter
			r.jitter += d - (r.jitter+8)>>4
		}
	}
	r.transit = transit
}

// senderReport notes when the sender's last report came.
func (r *reception) senderReport(now Time, ntp uint64) { r.lastSR, r.srAt = uint32(ntp>>16), now }

// report makes the block for now and begins the next interval. highest is extended, wire as the report shows it.
func (r *reception) report(now Time, ssrc uint32, highest int64, wire uint32) reportBlock {
	expected := highest - r.first + 1
	interval, got := expected-r.expected, r.received-r.prior
	r.expected, r.prior = expected, r.received
	b := reportBlock{
		SSRC:    ssrc,
		Lost:    int32(expected - r.received),
		Highest: wire,
		Jitter:  uint32(r.jitter >> 4),
	}
	if lost := interval - got; interval > 0 && lost > 0 {
		b.Fraction = uint8(min(lost<<8/interval, 255))
	}
	if r.srAt != 0 {
		b.LastSR = r.lastSR
		b.Delay = uint32(int64(now-r.srAt) / 1000 * 65536 / 1_000_000)
	}
	return b
}
