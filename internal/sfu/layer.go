package sfu

import "konklave/internal/sfu/codec"

const (
	// aliveFor is how long a layer counts as sent after its last packet.
	aliveFor = Time(1_000_000_000)
	// streamPause is how long a layer keeps its stream at least: each change is told to others.
	streamPause = Time(500_000_000)
)

// layer is one encoding of a track as it is received: order, loss, repair and clock of one RTP stream.
type layer struct {
	track *UpTrack
	index int8
	rid   string
	ssrc  uint32 // 0 until known
	rtx   uint32 // 0 until known

	window    window
	clock     timeline
	reception reception
	missing   nackList
	keyframe  keyframeWish
	payload   *Payload // of the latest packet, nil before the first

	reader       codec.Stream
	bound        Time // when the stream became the layer's
	last         Time // arrival of the latest packet that shows it is sent
	live         bool
	keyframeSeq  int64 // where the newest key frame begins
	sr           SenderReport
	srRaw        uint32 // its timestamp as on the wire
	srDue        bool   // a report waits for the next packet that is fed
	wasForwarded bool   // when the latest packet came
	stats        LayerStats
}

// layerPacket is a packet of a layer on its way to the feeds.
type layerPacket struct {
	*packet
	payload *Payload
	rtx     bool
	seq     int64 // extended
	place   place
	ts      int64 // extended
	follows bool  // directly behind the highest packet so far
	sameTS  bool  // as the highest packet so far
}

// receive takes one packet of the layer, original or unwrapped retransmission.
func (l *layer) receive(now Time, p *packet, payload *Payload, rtx bool) DropReason {
	l.stats.Packets++
	l.stats.Bytes += uint64(len(p.data) + p.padding)
	if !rtx && len(p.data) > p.header {
		l.touch(now)
	}
	lp := layerPacket{packet: p, payload: payload, rtx: rtx}
	if reason := l.order(now, &lp); reason != Kept {
		return reason
	}
	l.payload = payload
	if !l.track.forwarding {
		l.wasForwarded = false
		return DropMuted
	}
	return l.feed(now, &lp)
}

// touch notes that the layer is sent. Retransmissions and empty packets do not tell: senders probe with them.
func (l *layer) touch(now Time) {
	l.last = now
	if l.live {
		return
	}
	l.live = true
	l.track.r.wake(now + aliveFor)
	// The first comes early: senders leave out MID and RID once they see that their SSRC is known.
	l.track.r.planReport(now + reportInterval/2)
	if l.keyframe.wanted {
		l.track.r.wake(now)
	}
}

// order finds the packet's place in the stream and updates all that hangs on it.
func (l *layer) order(now Time, p *layerPacket) DropReason {
	before, beforeTS, first := l.window.highest, l.clock.last, !l.window.started
	p.seq, p.place = l.window.place(p.packet.seq, p.rtx)
	if !p.rtx && p.place != placeFar && p.place != placeTooOld {
		l.reception.count() // duplicates too, as RFC 3550 wants it
	}
	switch p.place {
	case placeDuplicate:
		return DropDuplicate
	case placeTooOld:
		return DropTooOld
	case placeFar:
		return DropResync
	case placeLate:
		p.ts = l.clock.extend(p.timestamp, now)
		l.missing.found(p.seq, now, p.rtx || p.payload.RTX == 0)
		l.stats.Recovered++
	case placeRestart:
		p.ts = l.restarted(now, p)
	case placeNext:
		l.clock.rate = p.payload.ClockRate
		p.ts = l.clock.advance(p.timestamp, now)
		if first {
			l.reception.restart(p.seq, now)
			l.reception.count()
		} else {
			p.follows, p.sameTS = p.seq == before+1, p.ts == beforeTS
			l.lost(now, before+1, p.seq)
		}
	}
	if !p.rtx && p.place != placeLate {
		l.reception.measure(now, p.ts, &l.clock)
	}
	return Kept
}

// lost notes a gap in front of a packet.
func (l *layer) lost(now Time, from, to int64) {
	if from == to {
		return
	}
	l.stats.Lost += uint64(to - from)
	if !l.track.forwarding || l.payload == nil || !l.payload.NACK {
		return
	}
	if !l.missing.add(from, to, now) {
		l.wantKeyframe(now)
	}
	l.track.r.wake(now + reorderWait)
}

// restarted goes on after the stream jumped to other numbers.
func (l *layer) restarted(now Time, p *layerPacket) int64 {
	l.missing.clear()
	l.reception.restart(p.seq, now)
	l.reception.count()
	l.wantKeyframe(now)
	return l.clock.restart(p.timestamp, now)
}

// feed hands the packet to the track's feeds.
func (l *layer) feed(now Time, p *layerPacket) DropReason {
	m := &l.track.r.media
	*m = Media{
		Data: p.data, Header: p.header, Arrival: now,
		Layer: l.index, Codec: p.payload.Codec, Seq: p.seq, Timestamp: p.ts, Marker: p.marker,
		Recovered: p.rtx || p.place == placeLate,
		Frame:     codec.NoFrame,
	}
	p.fillExtensions(&l.track.params.Extensions, m)
	if payload := m.Payload(); len(payload) > 0 {
		f, ok := l.reader.Parse(m.Codec, payload, m.DD)
		if !ok {
			return DropMalformed
		}
		m.Frame = f
		l.refine(&m.Frame, p, m.DD != nil)
		if len(l.track.layers) > 1 {
			m.Frame.Flatten() // with several streams each goes whole, as one layer of the track
		}
	}
	l.observe(m)
	if l.track.params.Kind == codec.Audio && !l.track.lets(now, m, l.clock.rate, p.place == placeLate) {
		return DropQuiet
	}
	if !l.wasForwarded { // a picture begins anew after a pause of forwarding
		l.wasForwarded = true
		if !(m.Frame.Keyframe && m.Frame.Start) {
			l.wantKeyframe(now)
		}
	}
	for _, f := range l.track.feeds {
		f.OnMedia(now, m)
	}
	l.feedSenderReport(now)
	return Kept
}

// refine corrects where a frame starts for payload formats that do not say so: with a new timestamp. A key frame
// still starts with its parameter sets, or sequence header, when a packet without meaning of its own, such as H264's
// delimiter, has the same timestamp and came before.
func (l *layer) refine(f *codec.Frame, p *layerPacket, described bool) {
	guessed := !described && (p.payload.Codec == codec.H264 || p.payload.Codec == codec.AV1)
	if guessed && p.follows {
		f.Start = !p.sameTS || f.Start && f.Keyframe
	}
}

// observe notes a key frame that begins.
func (l *layer) observe(m *Media) {
	if m.Frame.Start && m.Frame.Keyframe {
		l.stats.Keyframes++
		l.keyframeSeq = max(l.keyframeSeq, m.Seq)
		l.keyframe.answered()
	}
}

// senderReport takes the publisher's report about the layer.
func (l *layer) senderReport(now Time, s senderInfo) {
	l.reception.senderReport(now, s.NTP)
	l.sr = SenderReport{NTP: s.NTP, Arrival: now}
	l.srRaw, l.srDue = s.Timestamp, true
	if l.clock.started && l.track.forwarding && l.wasForwarded {
		l.feedSenderReport(now)
	}
}

// feedSenderReport hands on a report that waits. It is extended here, not on arrival: it may come before the first
// packet.
func (l *layer) feedSenderReport(now Time) {
	if !l.srDue {
		return
	}
	l.srDue = false
	l.sr.Timestamp = l.clock.extend(l.srRaw, now)
	for _, f := range l.track.feeds {
		f.OnSenderReport(now, l.index, l.sr)
	}
}

// wantKeyframe asks the publisher for a key frame, at once or as soon as the last request is old enough.
func (l *layer) wantKeyframe(now Time) {
	if l.track.params.Kind != codec.Video {
		return
	}
	l.keyframe.want()
	l.track.r.wake(max(l.keyframe.deadline(), now))
}

// poll appends to w what is due and tells when it wants to be called again.
func (l *layer) poll(now Time, w *rtcpWriter) (next Time) {
	if l.live && now >= l.last+aliveFor {
		l.live = false
		l.missing.clear()
	}
	if !l.live {
		return Never
	}
	next = l.last + aliveFor
	asked, lost := l.missing.due(now, w.ask[:0])
	if len(asked) > 0 {
		for i, seq := range asked {
			w.seqs[i] = l.window.wire(seq)
		}
		w.nack(l.ssrc, w.seqs[:len(asked)])
	}
	if lost > l.keyframeSeq {
		l.wantKeyframe(now)
	}
	l.sendKeyframeRequest(now, w)
	return min(next, l.missing.deadline(), l.keyframeDeadline(now))
}

// sendKeyframeRequest sends a request that is due.
func (l *layer) sendKeyframeRequest(now Time, w *rtcpWriter) {
	if now >= l.keyframeDeadline(now) && l.keyframe.due(now) {
		w.pli(l.ssrc)
	}
}

// keyframeDeadline is when the next request may go out, Never while none can.
func (l *layer) keyframeDeadline(now Time) Time {
	if !l.live || !l.track.forwarding || l.payload == nil || !l.payload.PLI {
		return Never
	}
	return max(l.keyframe.deadline(), now)
}

// report makes the layer's block of a receiver report; ok is false when there is nothing to report.
func (l *layer) report(now Time) (b reportBlock, ok bool) {
	if !l.window.started {
		return b, false
	}
	return l.reception.report(now, l.ssrc, l.window.highest, l.window.reported()), true
}

// settling tells that the layer has had its stream for too short a time to take another.
func (l *layer) settling(now Time) bool { return l.bound != 0 && now-l.bound < streamPause }

// bind makes ssrc the layer's stream. When it had another one, the numbers go on behind it.
func (l *layer) bind(now Time, p *packet) {
	replaces := l.window.started
	l.ssrc = p.ssrc
	l.stats.SSRC = p.ssrc
	l.bound = now
	if !replaces {
		return
	}
	l.missing.clear()
	l.reader = codec.Stream{}
	l.window.restart(p.seq - 1) // the packet itself comes next
	l.clock.restart(p.timestamp-1, now)
	l.reception.restart(l.window.highest+1, now)
	l.wantKeyframe(now)
}
