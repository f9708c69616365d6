package sfu

const (
	announceDelay    = Time(100_000_000)   // a first packet of the track may come in this time
	announceInterval = Time(100_000_000)   // between two packets
	announceSpan     = Time(5_000_000_000) // then the subscriber is told no more

	announcePadding = 4 // bytes of padding in each
)

// announcement is what a down track sends of its own while its track is muted or waits for its first packet, so that
// clients that wait for one learn of the track: packets of nothing but padding. It ends with the first packet of the
// track, with the first report of the subscriber about the stream, and after announceSpan.
type announcement struct {
	at    Time // when the next one is due, Never when none is
	until Time // 0 before the beginning
}

// beginAnnouncement begins to announce the track, once.
func (d *DownTrack) beginAnnouncement(now Time) {
	if d.announce.until != 0 || d.packets > 0 || len(d.params.Payloads) == 0 {
		return
	}
	d.announce = announcement{at: now + announceDelay, until: now + announceSpan}
	if d.track != nil && d.track.muted {
		d.announce.at = now
	}
	d.sender.wake(d.announce.at)
}

// pollAnnouncement sends the packet that is due.
func (d *DownTrack) pollAnnouncement(now Time) {
	a := &d.announce
	if d.packets > 0 {
		a.at = Never
	}
	if now < a.at {
		d.sender.wake(a.at)
		return
	}
	if now >= a.until || d.settings.Disabled {
		a.at = Never
		return
	}
	a.at = now + announceInterval
	d.sender.wake(a.at)
	seq, ts := d.stream.padding(now)
	d.out.SendRTP(d.appendPadding(d.sender.head[:0], uint16(seq), uint32(ts)), nil)
}

// appendPadding writes a packet of nothing but padding (RFC 3550 section 5.1).
func (d *DownTrack) appendPadding(b []byte, seq uint16, ts uint32) []byte {
	silence := Media{AudioLevel: 127}
	b = d.header.append(b, &silence, &d.params.MID, d.params.Payloads[0].PT, d.ssrc, seq, ts, 0)
	b[0] |= 0x20
	return append(b, 0, 0, 0, announcePadding)
}
