package sfu

import "konklave/internal/sfu/codec"

// DownTrack is one track on its way to one subscriber. It sends nothing before its first Set.
type DownTrack struct {
	selector
	stream   rewriter
	header   header
	sender   *Sender
	out      Stream
	track    *Track // nil after it was removed
	params   DownParams
	payloads [codec.AV1 + 1]Payload // by codec; PT 0 where the subscriber accepts none

	stats     DownStats
	reports   reports
	rtx       retransmitter
	announce  announcement
	keyframes struct {
		sent   Time // when the last key frame began
		wished Time // when the subscriber's last wish for one was granted
	}
}

// DownStats are the counters of a down track since its beginning.
type DownStats struct {
	Layer   int8   // layer that is forwarded at the moment, -1 when none
	Packets uint64 // sent, retransmissions not counted
	Bytes   uint64 // of their payloads
	RTX     uint64 // packets sent again
	Drops   [DropReasons]uint64
	Lost    int32 // packets the subscriber never saw, by its own report
	Loss    uint8 // share of packets lost between the last two reports, in 1/256
	RTT     Time  // round trip time to the subscriber, 0 when not known yet
}

// newDownTrack makes a down track whose numbers begin at n.
func newDownTrack(s *Sender, p DownParams, n numbers) *DownTrack {
	rate := uint32(90000)
	if p.Kind == codec.Audio {
		rate = 48000
	}
	if len(p.Payloads) > 0 && p.Payloads[0].ClockRate != 0 {
		rate = p.Payloads[0].ClockRate
	}
	d := &DownTrack{
		selector: newSelector(),
		stream:   newRewriter(rate, n),
		header:   newHeader(p.Kind, p.MID, p.Extensions),
		sender:   s,
		out:      s.out.Stream(p.SSRC),
		params:   p,
		reports:  newReports(),
		rtx:      retransmitter{seq: n.rtxSeq},
		announce: announcement{at: Never},
	}
	for _, pl := range p.Payloads {
		if pl.Codec < codec.AV1+1 && d.payloads[pl.Codec].PT == 0 {
			d.payloads[pl.Codec] = pl
		}
	}
	return d
}

// Set tells what the subscriber wants of the track from now on.
func (d *DownTrack) Set(now Time, s DownSettings) {
	d.settings = s
	if s.Disabled {
		d.pause()
		d.current, d.target = noLayer, noLayer
		return
	}
	d.retarget(now)
	d.beginAnnouncement(now)
}

// Stats tells what became of the packets so far.
func (d *DownTrack) Stats() DownStats {
	s := d.stats
	s.Layer = d.current
	return s
}

// pause stops forwarding at once. Video begins again with a key frame, audio with any packet.
func (d *DownTrack) pause() {
	d.stream.end()
	if d.params.Kind == codec.Video {
		d.current, d.target = noLayer, noLayer
	}
}

// limit tells up to which layer the track may go.
func (d *DownTrack) limit(now Time, most int8) {
	if d.most == most {
		return
	}
	d.most = most
	if most == noLayer {
		d.pause()
		return
	}
	d.retarget(now)
}

// retarget chooses the layer anew and sees to it that its key frame comes, if it has not.
func (d *DownTrack) retarget(now Time) {
	if d.track == nil || d.settings.Disabled || d.track.muted && d.params.Kind == codec.Video {
		return
	}
	if d.params.Kind == codec.Audio {
		d.current, d.target = 0, 0
		return
	}
	if d.track.codec != codec.Unknown && d.payloads[d.track.codec].PT == 0 {
		return // no key frame would help
	}
	d.choose(now, d.track.pulses)
	if layer := d.waiting(); layer != noLayer && !d.start(now, layer) {
		d.track.wishKeyframe(now, layer)
	}
}

// onMedia takes one packet of the track. keyframe tells that a key frame of its layer begins with it.
func (d *DownTrack) onMedia(now Time, m *Media, keyframe bool) {
	switch {
	case m.Layer == d.current:
		d.forward(now, m)
	case d.settings.Disabled:
		d.drop(DropDisabled)
	case d.most == noLayer:
		d.drop(DropShed)
	case keyframe && d.welcome(m.Layer):
		if !d.start(now, m.Layer) {
			d.drop(DropLayer)
		}
	case m.Recovered:
		d.late(now, m, DropLayer)
	default:
		d.drop(DropLayer)
	}
}

// start switches to a layer at its newest key frame and sends all that came since, out of the history. That is one
// packet when the key frame just comes. It is false when there is no key frame to start with.
func (d *DownTrack) start(now Time, layer int8) bool {
	h := &d.track.layers[layer].history
	if !h.key.valid || now-h.key.stored > replaySpan {
		return false
	}
	m := &d.sender.replay
	if !h.get(now, h.key.seq, m) || d.payloads[m.Codec].PT == 0 {
		return false
	}
	m.Layer = layer
	if !d.stream.begin(m, &d.track.clocks) {
		return false
	}
	d.current = layer
	d.reportSoon(now)
	for seq := h.key.seq; seq <= h.newest && d.current == layer; seq++ {
		if h.get(now, seq, m) {
			m.Layer = layer
			d.forward(now, m)
		}
	}
	return true
}

// forward sends a packet of the current layer.
func (d *DownTrack) forward(now Time, m *Media) {
	if m.Resumed {
		d.stream.end()
	}
	r := d.stream.newest()
	if d.stream.open && m.Seq-r.end > maxHole {
		d.pause()
		if d.params.Kind == codec.Video {
			d.drop(DropLayer)
			return
		}
	}
	switch {
	case m.Seq < r.end && r.layer == m.Layer || m.Recovered && !d.stream.open:
		d.late(now, m, DropTooLate)
		return
	case !d.stream.open || d.stream.leaps(m.Timestamp+r.ts, m.Arrival): // audio begins anywhere
		if !d.stream.begin(m, &d.track.clocks) {
			d.drop(DropTooLate)
			return
		}
		d.reportSoon(now)
		r = d.stream.newest()
	}
	if len(m.Data) == m.Header { // a probe of the publisher; the numbers close over it
		d.stream.skip(m.Seq)
		d.drop(DropPadding)
		return
	}
	switch reason := d.send(now, m, r); {
	case reason == Kept:
		d.stream.sent(m)
		if m.Frame.Keyframe {
			d.keyframes.sent = now
		}
	case reason == DropRefused && d.params.Kind == codec.Video:
		// What follows could not be decoded. The number is not used up; the next review begins anew.
		d.drop(reason)
		d.pause()
	default:
		d.drop(reason)
		d.stream.skip(m.Seq)
	}
}

// late sends a packet of the past under the number that was left free for it. If there is none it is dropped for
// the reason otherwise.
func (d *DownTrack) late(now Time, m *Media, otherwise DropReason) {
	r := d.stream.find(m.Layer, m.Seq)
	if r == nil {
		d.drop(otherwise)
		return
	}
	if reason := d.send(now, m, r); reason != Kept {
		d.drop(reason)
	}
}

// send writes m as r has it and hands it on.
func (d *DownTrack) send(now Time, m *Media, r *run) DropReason {
	pt := d.payloads[m.Codec].PT
	if pt == 0 {
		return DropCodec
	}
	b := d.header.append(d.sender.head[:0], m, pt, d.params.SSRC, uint16(m.Seq+r.seq), uint32(m.Timestamp+r.ts),
		frameNumber(m.DD)+r.frame)
	head, tail := r.appendDescriptor(b, m)
	if !d.out.SendRTP(head, tail) {
		return DropRefused
	}
	d.stats.Packets++
	d.stats.Bytes += uint64(len(m.Data) - m.Header)
	d.sender.media += uint64(len(m.Data) - m.Header)
	d.announce.at = Never
	if d.reports.at == Never {
		d.reportAt(now + firstReport)
	}
	return Kept
}

// onKeyframeWish takes a PLI or FIR of the subscriber.
func (d *DownTrack) onKeyframeWish(now Time) {
	if d.track == nil || d.current == noLayer || d.params.Kind == codec.Audio {
		return // while it waits for a layer, one is requested anyway
	}
	pause := max(d.sender.rtt, keyframePause)
	if now-d.keyframes.sent < pause || now-d.keyframes.wished < keyframeWait {
		return // one is on its way
	}
	d.keyframes.wished = now
	d.track.wishKeyframe(now, d.current)
}

// maxHole is how many packets may be missing in a row. More are not waited for: the numbers close over them, and
// video begins again with a key frame.
const maxHole = 500

// keyframePause is how long after a key frame the subscriber's wishes for one count as sent before it came.
const keyframePause = Time(100_000_000)

func (d *DownTrack) drop(reason DropReason) { d.stats.Drops[reason]++ }
