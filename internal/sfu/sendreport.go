package sfu

const (
	firstReport  = Time(100_000_000)    // after the first packet, or the first after a pause
	reportsEvery = Time(3_000_000_000)  // while packets flow
	reportsAhead = Time(1_000_000_000)  // reports due in this time go along with those that are due
	clockStale   = Time(60_000_000_000) // a publisher's report older than this is not believed any more
)

// sentReport is a sender report that the subscriber may refer to.
type sentReport struct {
	ntp uint32 // middle 32 bits of its NTP time
	at  Time
}

// reports are what is remembered of a down track's sender reports.
type reports struct {
	packets uint64 // sent until the last one
	sent    [4]sentReport
	next    int // of sent
}

// planReport makes the next report due at a time.
func (d *DownTrack) planReport(at Time) {
	d.reportAt = at
	d.sender.wake(at)
}

// goes notes that the stream begins, or goes on after something else. A report is due at once: what was told of the clock may
// hold no longer.
func (d *DownTrack) goes(now Time) {
	if d.sender.first == 0 {
		d.sender.first = now
	}
	d.planReport(now)
}

// reportable tells whether a report can be made, and puts it off otherwise: the track may have stopped flowing, or
// the publisher's clock is not known yet. A wrong report would be worse than none.
func (d *DownTrack) reportable(now Time) bool {
	if r := d.rare(); d.packets+r.rtx == r.reports.packets {
		d.reportAt = Never
		return false
	}
	if _, _, ok := d.wallClock(now); !ok {
		d.reportAt = now + firstReport
		return false
	}
	return true
}

// senderReport makes a report; the next one is due in reportsEvery.
func (d *DownTrack) senderReport(now Time) senderInfo {
	ntp, ts, _ := d.wallClock(now)
	r := &d.rare().reports
	r.packets = d.packets + d.seldom.rtx
	r.sent[r.next] = sentReport{ntp: uint32(ntp >> 16), at: now}
	r.next = (r.next + 1) % len(r.sent)
	d.reportAt = now + reportsEvery
	return senderInfo{
		SSRC: d.params.SSRC, NTP: ntp, Timestamp: uint32(ts),
		Packets: uint32(d.packets), Octets: uint32(d.bytes),
	}
}

// wallClock is this moment on the publisher's wall clock and on our RTP clock. All tracks of a publisher are told
// on the publisher's own clock, so that receivers play them in step (RFC 3550 section 6.4.1).
func (d *DownTrack) wallClock(now Time) (ntp uint64, ts int64, ok bool) {
	if d.track == nil || d.stream.ref == noLayer {
		return 0, 0, false
	}
	var shift int64 // of the run against the base of its layer
	if r := d.stream.newest(); r.layer == d.stream.ref {
		shift = r.ts - d.stream.base[d.stream.ref]
	}
	layer := d.stream.ref
	for l := range d.track.layers { // another layer's clock serves as well: their bases belong together
		if !d.track.clocks[layer].known && d.track.clocks[l].known && d.stream.known&(1<<l) != 0 {
			layer = int8(l)
		}
	}
	c := &d.track.clocks[layer]
	since := now - c.Arrival
	if !c.known || since > clockStale {
		return 0, 0, false
	}
	ntp = c.NTP + ntpSpan(since)
	ts = c.Timestamp + d.stream.base[layer] + shift + d.stream.ticks(since)
	return ntp, ts, d.stream.plausible(ts, now)
}

// ntpSpan is a span as 32.32 fixed point seconds.
func ntpSpan(span Time) uint64 {
	const second = Time(1_000_000_000)
	return uint64(span/second)<<32 + uint64(span%second)<<32/uint64(second)
}

// onReport takes what the subscriber tells of the stream.
func (d *DownTrack) onReport(now Time, b reportBlock) {
	d.announceAt = Never
	if !d.flows() {
		return
	}
	x := d.rare()
	x.loss.packets, x.loss.share = b.Lost, b.Fraction
	d.onLoss(now, b.Fraction)
	if b.LastSR == 0 {
		return
	}
	for _, sent := range x.reports.sent {
		if sent.ntp != b.LastSR || sent.at == 0 {
			continue
		}
		delay := Time(uint64(b.Delay) * 1_000_000_000 >> 16)
		if rtt := now - sent.at - delay; rtt >= 0 && rtt < maxRTT {
			x.rtt = max(rtt, 1)
			d.sender.observeRTT(x.rtt)
		}
		return
	}
}

// maxRTT is the longest round trip that is believed.
const maxRTT = Time(10_000_000_000)

// pollReports sends all reports that are due, and those soon due along with them, in as few packets as possible.
func (s *Sender) pollReports(now Time) {
	due := false
	for _, d := range s.downs {
		if d.flows() && d.reportAt <= now && d.reportable(now) {
			due = true
		}
	}
	b := s.compound[:0]
	for _, d := range s.downs {
		if !d.flows() {
			continue
		}
		if due && d.reportAt <= now+reportsAhead && d.reportable(now) {
			if len(b)+reportSize+len(d.params.CNAME) > maxRTCP {
				s.out.SendRTCP(b)
				b = s.compound[:0]
			}
			info := d.senderReport(now)
			b = appendSDES(appendSR(b, info), info.SSRC, d.params.CNAME)
		}
		s.wake(d.reportAt)
	}
	if len(b) > 0 {
		s.out.SendRTCP(b)
	}
}

// reportSize is the most that an SR and an SDES take, without the CNAME.
const reportSize = 28 + 14
