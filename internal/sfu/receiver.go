package sfu

import "encoding/binary"

// Receiver owns all that one publisher's transport receives: which stream belongs to which track, the repair of
// losses, and the RTCP about them. Whoever calls it calls Poll by its deadline.
type Receiver struct {
	ev      ReceiverEvents
	tracks  []*UpTrack
	routes  map[uint32]route // by SSRC; at most two for each layer
	bundle  Extensions       // ids that mean the same in every section (RFC 8843 section 9)
	unknown unknownSSRCs
	drops   [DropReasons]uint64

	twcc       twccRecorder
	writer     rtcpWriter
	nextReport Time
	next       Time // when Poll has something to do

	packet packet // of the running call
	media  Media
	blocks [maxReports]reportBlock
}

// ReceiverEvents are called from within OnRTP; each may be nil.
type ReceiverEvents struct {
	// OnLayer reports the first packet of a layer, and of each later stream that replaces it.
	OnLayer func(track *UpTrack, layer int8, ssrc uint32)
}

// ReceiverStats are counters of a Receiver since it began.
type ReceiverStats struct {
	Drops   [DropReasons]uint64 // Kept counts what was fed
	Unknown int                 // distinct SSRCs without a track, as far as remembered
}

// NewReceiver makes a Receiver whose RTCP goes to out with localSSRC as its sender.
func NewReceiver(out Egress, localSSRC uint32, ev ReceiverEvents) *Receiver {
	return &Receiver{
		ev:         ev,
		routes:     make(map[uint32]route),
		writer:     rtcpWriter{out: out, local: localSSRC},
		nextReport: Never,
		next:       Never,
	}
}

// AddTrack begins to receive a track, forwarded to the feeds from the start.
func (r *Receiver) AddTrack(p UpParams, feeds ...Feed) *UpTrack {
	t := newUpTrack(r, p, feeds)
	r.tracks = append(r.tracks, t)
	r.learnExtensions(p.Extensions)
	for i := range t.layers {
		if ssrc := p.Encodings[i].SSRC; ssrc != 0 {
			r.routes[ssrc] = route{layer: &t.layers[i]}
			t.layers[i].ssrc = ssrc
		}
		if rtx := p.Encodings[i].RTX; rtx != 0 {
			r.routes[rtx] = route{layer: &t.layers[i], rtx: true}
			t.layers[i].rtx = rtx
		}
	}
	return t
}

// RemoveTrack ends what AddTrack began: its streams are unknown from now on.
func (r *Receiver) RemoveTrack(t *UpTrack) {
	for i := range r.tracks {
		if r.tracks[i] == t {
			r.tracks = append(r.tracks[:i], r.tracks[i+1:]...)
			break
		}
	}
	for ssrc, to := range r.routes {
		if to.layer.track == t {
			delete(r.routes, ssrc)
		}
	}
	t.feeds = nil
}

// OnRTP takes one decrypted packet. It may change data in place (padding, retransmissions) and hands slices of it
// to the feeds, which see it before the call returns. Kept means that the feeds got it.
func (r *Receiver) OnRTP(now Time, data []byte) DropReason {
	reason := r.onRTP(now, data)
	r.drops[reason]++
	return reason
}

func (r *Receiver) onRTP(now Time, data []byte) DropReason {
	p := &r.packet
	if !parsePacket(data, p) {
		return DropMalformed
	}
	if seq, ok := p.transportSeq(r.bundle.TWCC); ok {
		r.twcc.record(now, seq, p.ssrc)
		r.wake(max(r.twcc.deadline(), now))
	}
	to, ok := r.routes[p.ssrc]
	if !ok {
		if to, ok = r.resolve(now, p); !ok {
			r.unknown.add(p.ssrc)
			return DropUnknownSSRC
		}
	}
	l := to.layer
	ref := l.track.payloads[p.pt]
	if ref.payload == nil || ref.rtx != to.rtx {
		return r.unexpectedPayload(p, ref)
	}
	if to.rtx {
		if !p.unwrapRTX(ref.payload.PT, l.ssrc) {
			return DropPadding
		}
	} else if l.stats.SSRC != p.ssrc {
		r.begin(now, l, p)
	}
	return l.receive(now, p, ref.payload, to.rtx)
}

// unexpectedPayload names the drop of a payload type that the stream must not carry. Empty ones are probes, whatever
// their type.
func (r *Receiver) unexpectedPayload(p *packet, ref payloadRef) DropReason {
	if len(p.data) == p.header && ref.payload != nil {
		return DropPadding
	}
	return DropUnknownPayload
}

// begin notes the first packet of a layer's stream.
func (r *Receiver) begin(now Time, l *layer, p *packet) {
	l.bind(now, p)
	if r.ev.OnLayer != nil {
		r.ev.OnLayer(l.track, l.index, p.ssrc)
	}
}

// OnRTCP takes one decrypted compound packet: sender reports and BYE. The rest is the Sender's.
func (r *Receiver) OnRTCP(now Time, compound []byte) {
	for p, rest, ok := nextRTCP(compound); ok; p, rest, ok = nextRTCP(rest) {
		switch p.Type {
		case rtcpSR:
			if s, ok := p.senderInfo(); ok {
				if to, ok := r.routes[s.SSRC]; ok && !to.rtx {
					to.layer.senderReport(now, s)
				}
			}
		case rtcpBYE:
			r.bye(p)
		}
	}
}

// bye stops the layers whose streams end. Their routes stay: some senders go on afterwards.
func (r *Receiver) bye(p rtcpPacket) {
	for i := 0; i < int(p.Count) && 4*i+4 <= len(p.Body); i++ {
		if to, ok := r.routes[binary.BigEndian.Uint32(p.Body[4*i:])]; ok && !to.rtx {
			to.layer.live = false
			to.layer.missing.clear()
		}
	}
}

// Poll sends what is due and tells when it wants to be called again.
func (r *Receiver) Poll(now Time) (next Time) {
	if now < r.next {
		return r.next
	}
	r.next = Never
	if now >= r.nextReport {
		r.report(now)
	}
	next = r.nextReport
	for _, t := range r.tracks {
		next = min(next, t.poll(now, &r.writer))
	}
	if now >= r.twcc.deadline() {
		r.writer.feedback(&r.twcc)
	}
	r.writer.flush()
	// What the tracks woke on the way is in their own deadlines.
	r.next = min(next, r.twcc.deadline())
	return r.next
}

// Deadline is when Poll has something to do, Never when nothing is planned. Every other call may bring it forward.
func (r *Receiver) Deadline() Time { return r.next }

// Stats are the counters.
func (r *Receiver) Stats() ReceiverStats {
	return ReceiverStats{Drops: r.drops, Unknown: r.unknown.count}
}

// report sends the receiver reports and plans the next, as long as anything is received.
func (r *Receiver) report(now Time) {
	r.nextReport = Never
	blocks := r.blocks[:0]
	for _, t := range r.tracks {
		for i := range t.layers {
			l := &t.layers[i]
			if !l.live {
				continue
			}
			r.planReport(now + reportInterval)
			b, ok := l.report(now)
			if !ok {
				continue
			}
			if blocks = append(blocks, b); len(blocks) == maxReports {
				r.writer.reports(blocks)
				blocks = blocks[:0]
			}
		}
	}
	if len(blocks) > 0 {
		r.writer.reports(blocks)
	}
}

// planReport plans a receiver report unless one is planned.
func (r *Receiver) planReport(at Time) {
	if r.nextReport == Never {
		r.nextReport = at
		r.wake(at)
	}
}

// wake brings the deadline forward.
func (r *Receiver) wake(at Time) { r.next = min(r.next, at) }
