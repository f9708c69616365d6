package sfu

import (
	"encoding/binary"
	"math/bits"

	"konklave/internal/sfu/codec"
)

const (
	rtxPause  = Time(20_000_000) // least time between two answers for the same packet; the round trip time if longer
	rtxAnswer = 128              // packets whose last answer is remembered; a power of two

	// A subscriber gets at most half as many bytes again as anew, and a little more so that a start with heavy loss
	// succeeds: a broken or hostile one must not multiply its stream.
	rtxShare = 2         // bytes sent per byte of budget
	rtxFloor = 32 << 10  // bytes of budget per second in any case
	rtxBurst = 128 << 10 // bytes of budget at most

	// Looking for packets takes time even when the answer is no.
	nackRate  = 20_000 // packets that a subscriber may ask for in a second
	nackBurst = 4_000
)

// answer notes when a packet was last sent again.
type answer struct {
	seq int64
	at  Time
}

// rtxBudget limits retransmissions of a whole subscriber.
type rtxBudget struct {
	bytes   int64
	asks    int64
	sent    uint64 // bytes of media until the last filling
	at      Time
	started bool
}

// fills tells whether enough time has passed for fill; too short a time adds up.
func (b *rtxBudget) fills(now Time) bool { return !b.started || now-b.at >= Milliseconds(1) }

// fill adds what the time since the last filling and the media sent in it allow; sent counts all bytes of media.
func (b *rtxBudget) fill(now Time, sent uint64) {
	if !b.started {
		*b = rtxBudget{bytes: rtxBurst, asks: nackBurst, sent: sent, at: now, started: true}
		return
	}
	elapsed := min(now-b.at, Milliseconds(10_000))
	gain := int64(elapsed)*rtxFloor/1_000_000_000 + int64(sent-b.sent)/rtxShare
	b.bytes = min(b.bytes+gain, rtxBurst)
	b.asks = min(b.asks+int64(elapsed)*nackRate/1_000_000_000, nackBurst)
	b.sent, b.at = sent, now
}

// take spends n bytes, if there are as many.
func (b *rtxBudget) take(n int) bool {
	if b.bytes < int64(n) {
		return false
	}
	b.bytes -= int64(n)
	return true
}

// ask tells whether a subscriber may ask for n packets, and counts them.
func (b *rtxBudget) ask(n int) bool {
	if b.asks < int64(n) {
		return false
	}
	b.asks -= int64(n)
	return true
}

// onNACK sends again what the pairs of a NACK ask for (RFC 4585 section 6.2.1).
func (d *DownTrack) onNACK(now Time, pairs []byte) {
	if d.track == nil {
		return
	}
	for ; len(pairs) >= 4; pairs = pairs[4:] {
		first, mask := parseNACKPair(pairs)
		if !d.sender.budget.ask(1 + bits.OnesCount16(mask)) {
			d.drop(DropOverBudget)
			return
		}
		d.resend(now, first)
		for i := uint16(1); mask != 0; i, mask = i+1, mask>>1 {
			if mask&1 != 0 {
				d.resend(now, first+i)
			}
		}
	}
}

// resend sends one packet again and counts why it does not.
func (d *DownTrack) resend(now Time, wire uint16) {
	if !d.flows() {
		return // of an announcement nothing is sent again
	}
	seq := d.stream.next - 1 - int64(uint16(d.stream.next-1)-wire) // the newest of ours with these 16 bits
	r := d.stream.findSent(seq)
	if r == nil {
		d.drop(DropUnknownNACK)
		return
	}
	if d.Paused() || d.paced && d.waits(seq) || !d.rare().allow(now, seq, d.sender.answerPause()) {
		d.drop(DropRepeated)
		return
	}
	if d.paced && d.sender.holdAgain(now, d, seq) {
		return
	}
	if size := d.sendAgain(now, seq); d.paced {
		d.sender.line.pacer.take(size, d.sender.line.pace())
	}
}

// waits tells whether our packet seq has yet to go, for the first time or again.
func (d *DownTrack) waits(seq int64) bool {
	p := &d.sender.line.pacer
	return p.queue.after(d, seq+1) || p.again.holds(d, seq)
}

// answerPause is the least time between two answers for the same packet: the first must have had its chance, also in a queue. Who
// asks again does so after what it takes for the way there and back, which is not to the millisecond what we take for it: a wish
// that comes a little early counts. Refused, it would come again a whole round trip later.
func (s *Sender) answerPause() Time {
	trip := s.rtt
	if seen, ok := s.Line(); ok {
		trip = max(trip, Time(seen.Trip+seen.Queue))
	}
	return max(trip-trip/4, rtxPause)
}

// sendAgain sends our packet seq again and gives its size, 0 when it was not.
func (d *DownTrack) sendAgain(now Time, seq int64) (size int) {
	r := d.stream.findSent(seq)
	if r == nil || d.track == nil {
		d.drop(DropUnknownNACK)
		return 0
	}
	if reason := d.resendFrom(now, seq, r); reason != Kept {
		d.drop(reason)
		return 0
	}
	d.rare().note(now, seq)
	d.rare().rtx++
	return d.sender.replay.size()
}

// resendFrom sends our packet seq of the run r again: on the RTX stream (RFC 4588 section 4) if there is one, else
// exactly as the first time.
func (d *DownTrack) resendFrom(now Time, seq int64, r *run) DropReason {
	m := &d.sender.replay
	if !d.track.layers[r.layer].history.get(now, seq-r.seq, m) || !m.Frame.Needed.Has(r.choice) {
		return DropGone
	}
	p := d.payload(d.form(m.Codec))
	if !d.twice && !d.sender.budget.take(len(m.Data)) { // twice goes what we chose ourselves, and no more than that
		return DropOverBudget
	}
	ts, frame, marker := uint32(m.Timestamp+r.ts), frameNumber(m.DD)+r.frame, uint8(0)
	if r.marks(m) {
		marker = marked
	}
	if d.masks(m) {
		m = d.masked(m, r)
	}
	b, out := []byte(nil), d.out
	if d.params.RTX != 0 && p.RTX != 0 {
		out = d.sender.out.Stream(d.params.RTX)
		b = d.header.append(d.sender.head[:0], m, &d.params.MID, p.RTX|marker, d.params.RTX, d.rtxSeq, ts, frame)
		b = binary.BigEndian.AppendUint16(b, uint16(seq))
		d.rtxSeq++
	} else {
		b = d.header.append(d.sender.head[:0], m, &d.params.MID, p.PT|marker, d.header.ssrc, uint16(seq), ts, frame)
	}
	if head, tail := d.appendPayload(b, m, r); !out.SendRTP(head, tail) {
		return DropRefused
	}
	return Kept
}

// payload is what the subscriber negotiated for a codec.
func (d *DownTrack) payload(c codec.Type) Payload {
	for _, p := range d.params.Payloads {
		if p.Codec == c {
			return p
		}
	}
	return Payload{}
}

// allow tells whether the last answer for seq is long enough ago for it to be lost.
func (x *seldom) allow(now Time, seq int64, pause Time) bool {
	if x.answers == nil {
		return true
	}
	a := &x.answers[seq%rtxAnswer]
	return a.seq != seq || now-a.at >= pause
}

// note remembers an answer. Memory is taken with the first one: most down tracks lose nothing.
func (x *seldom) note(now Time, seq int64) {
	if x.answers == nil {
		x.answers = make([]answer, rtxAnswer)
	}
	x.answers[seq%rtxAnswer] = answer{seq: seq, at: now}
}
