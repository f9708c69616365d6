package sfu

import "konklave/internal/sfu/codec"

// DownTrack is one track on its way to one subscriber. It sends nothing before its first Set.
//
// A meeting has tens of thousands, and hears few of them. So what only those need that are forwarded is made with their
// first packet, and what each packet needs comes first in either part and lies close together.
type DownTrack struct {
	selector
	pts     [4]uint8 // payload types by codec, see pt
	paced   bool     // its packets may have to wait: the line does not carry everything
	twice   bool     // each of its packets goes again behind the next
	out     Stream
	track   *Track // nil after it was removed
	*flow          // nil until something is forwarded
	packets uint64 // sent, retransmissions not counted
	bytes   uint64 // of their payloads

	sender *Sender
	params DownParams

	announceAt Time  // when the next announcement is due, 0 before Set, Never when there are no more
	announced  uint8 // times
	allowed    Choice
	rank       Rank // among those that share the line
	rtxSeq     uint16
	side       uint16
	first      struct { // numbers of the next packet, as long as there is no flow
		seq, ts int64
		at      Time
	}
}

// flow is what a down track has of its own once something was forwarded.
type flow struct {
	reportAt Time // when the next sender report is due, Never while nothing flows
	header   header
	stream   rewriter
	seldom   *seldom
}

// begun is the down track's flow, made when there is none.
func (d *DownTrack) begun() *flow {
	if d.flow == nil {
		d.flow = &flow{
			reportAt: Never,
			header:   newHeader(d.params.Kind, d.params.MID, d.params.SSRC, d.params.Extensions),
			stream:   newRewriter(d.params.rate(), d.numbers()),
		}
	}
	return d.flow
}

// flows tells whether something was forwarded.
func (d *DownTrack) flows() bool { return d.flow != nil }

// numbers are where the stream stands.
func (d *DownTrack) numbers() numbers {
	if d.flows() {
		return numbers{seq: d.stream.next, ts: d.stream.last, at: d.stream.lastAt, rtxSeq: d.rtxSeq}
	}
	return numbers{seq: d.first.seq, ts: d.first.ts, at: d.first.at, rtxSeq: d.rtxSeq}
}

// seldom is what most down tracks do without, for the greater part those too that lose nothing.
type seldom struct {
	drops   [DropReasons]uint64 // since they were taken last
	dropped bool                // any
	rtx     uint64              // packets sent again
	answers []answer
	reports reports
	loss    struct {
		packets int32 // that the subscriber never saw, by its own report
		share   uint8 // between the last two reports, in 1/256
	}
	rtt       Time
	lossy     Time // when the subscriber last reported that much sound gets lost, 0 for never
	keyframes struct {
		sent   Time // when the last key frame began
		wished Time // when the subscriber's last wish for one was granted
	}
}

// rare is what is made when it is needed first.
func (d *DownTrack) rare() *seldom {
	f := d.begun()
	if f.seldom == nil {
		f.seldom = new(seldom)
	}
	return f.seldom
}

// seen is what rare made, nil when it made nothing.
func (d *DownTrack) seen() *seldom {
	if d.flows() {
		return d.seldom
	}
	return nil
}

// DownStats are the counters of a down track since its beginning.
type DownStats struct {
	Layer    int8                // layer that is forwarded at the moment, -1 when none
	Temporal int8                // highest temporal layer that is
	Packets  uint64              // sent, retransmissions not counted
	Bytes    uint64              // of their payloads
	RTX      uint64              // packets sent again
	Drops    [DropReasons]uint64 // since they were taken last
	Lost     int32               // packets the subscriber never saw, by its own report
	Loss     uint8               // share of packets lost between the last two reports, in 1/256
	RTT      Time                // round trip time to the subscriber, 0 when not known yet
}

// newDownTrack makes a down track whose numbers begin at n.
func newDownTrack(s *Sender, p DownParams, n numbers) *DownTrack {
	d := &DownTrack{
		selector: newSelector(),
		out:      s.out.Stream(p.SSRC),
		sender:   s,
		params:   p,
		allowed:  Everything,
		rtxSeq:   n.rtxSeq,
	}
	d.first.seq, d.first.ts, d.first.at = n.seq, n.ts, n.at
	for _, pl := range p.Payloads {
		if pl.Codec != codec.Unknown && d.pt(pl.Codec) == 0 {
			d.pts[pl.Codec%4] = pl.PT
		}
	}
	return d
}

// Set tells what the subscriber wants of the track from now on.
func (d *DownTrack) Set(now Time, s DownSettings) {
	d.settings = asked{Disabled: s.Disabled, First: s.First, MaxLayer: s.MaxLayer, FPS: s.FPS}
	d.rank, d.side = s.Rank, s.Side
	if d.track != nil {
		d.most = d.track.top(d)
	}
	if s.Disabled {
		d.sender.unshow(d)
		d.pause()
		d.stop()
		return
	}
	switch {
	case d.params.Kind == codec.Video:
		d.sender.show(now, d)
	case d.rank == RankScreen:
		d.sender.accompany(now, d)
	}
	d.retarget(now)
	d.beginAnnouncement(now)
}

// Allow bounds what goes to the subscriber, whatever it wants, to what its line carries. A stream that is more
// ends at once: until that of a smaller layer has its key frame, it would fill the line up.
func (d *DownTrack) Allow(now Time, c Choice) {
	d.allowed = c
	if d.track == nil {
		return
	}
	d.limit(now, d.track.top(d))
	d.retarget(now)
	first := d.settings.First
	if first <= d.current && d.current > first+c.Layer && d.target < d.current && d.track.source(d.target) != d.source {
		d.pause()
		d.retarget(now)
	}
}

// Paused tells whether the line carries nothing of the track.
func (d *DownTrack) Paused() bool { return d.allowed.Layer < 0 }

// Stats tells what became of the packets so far.
func (d *DownTrack) Stats() DownStats {
	s := DownStats{Layer: d.current, Temporal: d.temporal, Packets: d.packets, Bytes: d.bytes}
	if x := d.seen(); x != nil {
		s.Lost, s.Loss, s.RTT = x.loss.packets, x.loss.share, x.rtt
		s.RTX, s.Drops = x.rtx, x.drops
	}
	return s
}

// pause stops forwarding at once. Video begins again with a key frame, audio with any packet.
func (d *DownTrack) pause() {
	if d.flows() {
		d.unhold()
		d.stream.end()
	}
	if d.params.Kind == codec.Video {
		d.stop()
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
		d.stop() // sound too
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
		if d.most != noLayer {
			d.current, d.target, d.source = 0, 0, 0
		}
		return
	}
	d.choose(now, d.track.pulses)
	d.frames = d.pace()
	layer := d.waiting()
	if layer == noLayer {
		return
	}
	source := d.track.source(layer)
	if d.slides(source, layer) || !d.takes(d.track.layers[source].codec) || d.start(now, source) {
		return
	}
	d.track.wishKeyframe(now, source)
}

// takes tells whether the subscriber accepts a codec; of Unknown, which a layer has before its first packet, that is
// to be hoped. Where it is false no key frame would help.
func (d *DownTrack) takes(t codec.Type) bool { return t == codec.Unknown || d.pt(t) != 0 }

// onMedia takes one packet of the track. keyframe tells that a key frame of its layer begins with it.
func (d *DownTrack) onMedia(now Time, m *Media, keyframe bool) {
	switch {
	case m.Layer == d.source:
		d.forward(now, m)
	case d.settings.Disabled:
		d.drop(DropDisabled)
	case d.most == noLayer:
		d.drop(d.shed())
	case keyframe && d.target != noLayer && d.welcome(m.Layer, d.track.source(d.target)):
		if !d.start(now, m.Layer) {
			d.drop(DropLayer)
		}
	case m.Recovered:
		d.late(now, m, DropLayer)
	default:
		d.drop(DropLayer)
	}
}

// shed is why nothing of the track may go.
func (d *DownTrack) shed() DropReason {
	if d.Paused() {
		return DropLine
	}
	return DropShed
}

// start switches to an encoding at its newest key frame and sends all that came since, out of the history. That is one
// packet when the key frame just comes. It is false when there is no key frame to start with.
func (d *DownTrack) start(now Time, source int8) bool {
	h := &d.track.layers[source].history
	if source == d.source || !h.key.valid || now-h.key.stored > replaySpan {
		return false
	}
	m := &d.sender.replay
	if !h.get(now, h.key.seq, m) || d.pt(m.Codec) == 0 {
		return false
	}
	m.Layer = source
	if !d.begun().stream.begin(m, &d.track.clocks) {
		return false
	}
	d.source, d.current, d.temporal = source, source, 0
	d.turn(now, m)
	d.goes(now)
	for seq := h.key.seq; seq <= h.newest && d.source == source; seq++ {
		if h.get(now, seq, m) {
			m.Layer = source
			d.forward(now, m)
		}
	}
	return true
}

// forward sends a packet of the current layer.
func (d *DownTrack) forward(now Time, m *Media) {
	if !d.flows() {
		d.begun()
	}
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
		d.stream.run.choice = d.has()
		d.goes(now)
		r = d.stream.newest()
	}
	if len(m.Data) == m.Header { // a probe of the publisher; the numbers close over it
		d.stream.skip(m.Seq)
		d.drop(DropPadding)
		return
	}
	if m.Frame.Start && (d.current != d.target || d.temporal != d.frames || m.Frame.Keyframe) {
		d.turn(now, m)
	}
	if !m.Frame.Needed.Has(r.choice) {
		d.stream.leaveOut(m)
		return
	}
	switch reason := d.give(now, m, r); {
	case reason == Kept:
		d.stream.sent(m)
		if m.Frame.Keyframe {
			d.rare().keyframes.sent = now
		}
		if d.twice {
			d.repeat(now, m.Seq+r.seq-1)
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
	r := d.begun().stream.find(m.Layer, m.Seq)
	switch {
	case r == nil:
		d.drop(otherwise)
	case d.paced && d.sender.line.pacer.queue.after(d, m.Seq+r.seq):
		if m.Frame.Needed.Has(r.choice) {
			d.sender.line.pacer.queue.push(held{down: d, seq: m.Seq + r.seq, since: now, size: m.size()})
		}
	case !m.Frame.Needed.Has(r.choice):
		d.fill(m, r)
	default:
		if reason := d.send(now, m, r); reason != Kept {
			d.drop(reason)
		}
	}
}

// give sends m, or makes it wait where it has to.
func (d *DownTrack) give(now Time, m *Media, r *run) DropReason {
	if d.paced && d.pt(m.Codec) != 0 && d.sender.hold(now, d, m, r) {
		return Kept
	}
	return d.send(now, m, r)
}

// send writes m as r has it and hands it on.
func (d *DownTrack) send(now Time, m *Media, r *run) DropReason {
	pt := d.pt(d.form(m.Codec))
	if pt == 0 {
		return DropCodec
	}
	if r.marks(m) {
		pt |= marked
	}
	if d.masks(m) {
		m = d.masked(m, r)
	}
	b := d.header.append(d.track.head[:0], m, &d.params.MID, pt, d.header.ssrc, uint16(m.Seq+r.seq), uint32(m.Timestamp+r.ts),
		frameNumber(m.DD)+r.frame)
	head, tail := d.appendPayload(b, m, r)
	if !d.out.SendRTP(head, tail) {
		return DropRefused
	}
	d.packets++
	d.bytes += uint64(len(head) - len(b) + len(tail))
	if d.reportAt == Never {
		d.planReport(now + firstReport)
	}
	return Kept
}

// pt is the payload type of a codec, 0 where the subscriber accepts none.
func (d *DownTrack) pt(t codec.Type) uint8 {
	if t == codec.Unknown {
		return 0
	}
	return d.pts[t%4] // of the codecs of one kind no two have the same place
}

// form is the codec as which a packet of a codec goes to the subscriber: RED without what is repeated to those who do
// not take it, and over lines that carry too little and lose nothing.
func (d *DownTrack) form(t codec.Type) codec.Type {
	if t == codec.RED && (d.pt(codec.RED) == 0 || d.sender.once() && d.pt(codec.Opus) != 0) {
		return codec.Opus
	}
	return t
}

// appendPayload adds to b what of the payload of m is not as it came. The rest is the packet's tail.
func (d *DownTrack) appendPayload(b []byte, m *Media, r *run) (head, tail []byte) {
	if m.Codec != codec.RED {
		return r.appendDescriptor(b, m)
	}
	payload := m.Payload()
	if d.form(codec.RED) == codec.Opus {
		return b, codec.PrimaryRED(payload)
	}
	var headers [codec.MaxREDHeaders]byte // they name the payload type that the subscriber knows Opus by
	n := codec.RewriteRED(headers[:], payload, d.pt(codec.Opus))
	return append(b, headers[:n]...), payload[n:]
}

// onKeyframeWish takes a PLI or FIR of the subscriber.
func (d *DownTrack) onKeyframeWish(now Time) {
	if d.track == nil || d.current == noLayer || d.params.Kind == codec.Audio {
		return // while it waits for a layer, one is requested anyway
	}
	keyframes, pause := &d.rare().keyframes, max(d.sender.rtt, keyframePause)
	if now-keyframes.sent < pause || now-keyframes.wished < keyframeWait {
		return // one is on its way
	}
	keyframes.wished = now
	d.track.wishKeyframe(now, d.source)
}

// maxHole is how many packets may be missing in a row. More are not waited for: the numbers close over them, and
// video begins again with a key frame.
const maxHole = 500

// keyframePause is how long after a key frame the subscriber's wishes for one count as sent before it came.
const keyframePause = Time(100_000_000)

func (d *DownTrack) drop(reason DropReason) {
	x := d.rare()
	x.drops[reason]++
	x.dropped = true
}

// TakeDrops adds to into what was dropped since the last time.
func (d *DownTrack) TakeDrops(into *[DropReasons]uint64) {
	if x := d.seen(); x != nil && x.dropped {
		moveDrops(&x.drops, into)
		x.dropped = false
	}
}
