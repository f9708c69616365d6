package sfu

const (
	announceDelay    = Time(100_000_000) // a first packet of the track may come in this time
	announceInterval = Time(100_000_000) // between two packets
	announceTimes    = 49                // in about five seconds; then the subscriber is told no more

	announcePadding = 4 // bytes of padding in each
)

// beginAnnouncement begins to announce the track, once: while it is muted or waits for its first packet, the down track
// sends packets of its own, of nothing but padding, so that clients that wait for one learn of the track. That ends with
// the first packet of the track, with the first report of the subscriber about the stream, and after announceTimes. What
// gets lost of it is not sent again: another one follows, and it has no content.
func (d *DownTrack) beginAnnouncement(now Time) {
	if d.announceAt != 0 || d.packets > 0 || len(d.params.Payloads) == 0 {
		return
	}
	d.announceAt = now + announceDelay
	if d.track != nil && d.track.muted {
		d.announceAt = now
	}
	d.sender.wake(d.announceAt)
}

// pollAnnouncement sends the packet that is due.
func (d *DownTrack) pollAnnouncement(now Time) {
	switch {
	case d.announceAt == 0 || d.announceAt == Never:
		return
	case d.packets > 0 || d.flows() && d.stream.begun: // or the first one waits for the line
		d.announceAt = Never
		return
	case now < d.announceAt:
		d.sender.wake(d.announceAt)
		return
	case d.announced == announceTimes || d.settings.Disabled:
		d.announceAt = Never
		return
	}
	d.announceAt, d.announced = now+announceInterval, d.announced+1
	d.sender.wake(d.announceAt)
	seq, ts := d.padding(now)
	d.out.SendRTP(d.appendPadding(d.sender.head[:0], uint16(seq), uint32(ts)), nil)
}

// padding takes the next number for a packet of our own, and its timestamp: that of the packet before.
func (d *DownTrack) padding(now Time) (seq, ts int64) {
	if d.flows() {
		return d.stream.padding(now)
	}
	n := &d.first
	n.seq++
	if n.at == 0 {
		n.at = now
	}
	return n.seq - 1, n.ts
}

// appendPadding writes a packet of nothing but padding (RFC 3550 section 5.1).
func (d *DownTrack) appendPadding(b []byte, seq uint16, ts uint32) []byte {
	silence := Media{AudioLevel: 127}
	h := newHeader(d.params.Kind, d.params.MID, d.params.SSRC, d.params.Extensions)
	b = h.append(b, &silence, &d.params.MID, d.params.Payloads[0].PT, d.params.SSRC, seq, ts, 0)
	b[0] |= 0x20
	return append(b, 0, 0, 0, announcePadding)
}
