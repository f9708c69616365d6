package sfu

import (
	"encoding/binary"

	"konklave/internal/sfu/codec"
)

// rewriterRuns is how many runs are remembered, for late packets and for NACKs.
const rewriterRuns = 64

// run is a stretch of packets of one encoding that are chosen and rewritten in the same way. Every switch of layers begins
// a run, and so does every packet that is left out on purpose. Packets that got lost on their way to us do not: their
// numbers stay free, in case they come after all.
//
// So a run is all that is needed to find the packet behind a number of ours, and to write its header once more.
type run struct {
	first, end int64 // sequence numbers of the layer; end is one beyond the newest
	seq        int64 // added to the layer's sequence numbers gives ours
	ts         int64 // to timestamps
	picture    int64 // to picture ids, extended

	newestPicture int64 // of the layer, extended: 7 bit ids are unwrapped by it

	frame  uint16 // to the frame number of the dependency descriptor
	tl0    uint8  // to TL0PICIDX
	keyIdx uint8  // to KEYIDX
	layer  int8
	choice codec.Choice // of the layers inside the stream: what others need alone is left out
}

// rewriter numbers the packets of a down track, which come from changing layers, as one stream without gaps:
// sequence numbers, timestamps, picture ids.
type rewriter struct {
	run   run   // the newest
	open  bool  // it goes on
	begun bool  // the newest numbers, below, are of a packet that was sent
	next  int64 // our next sequence number, extended
	outClock

	// The newest numbers sent, which the next run continues.
	picture int64
	tl0     uint8
	keyIdx  uint8
	frame   uint16

	at   uint8 // place in past that is written next, once there are as many as are remembered
	past []run // the runs before, oldest first from that place; most streams have none
}

// numbers are where a stream of an SSRC stands. A later down track with the same SSRC goes on from there.
type numbers struct {
	seq    int64
	ts     int64
	at     Time
	rtxSeq uint16
}

// newRewriter begins a stream at n, for an RTP clock of rate Hz.
func newRewriter(rate uint32, n numbers) rewriter {
	return rewriter{
		outClock: outClock{rate: rate, ref: -1, last: n.ts, lastAt: n.at},
		next:     n.seq,
	}
}

// begin opens a run of the layer with m as its first packet. It is false when m's frame is older than what was sent.
func (w *rewriter) begin(m *Media, clocks *[TrackLayers]layerClock) bool {
	ts, ok := w.join(m.Layer, m.Timestamp, m.Arrival, clocks)
	if !ok {
		return false
	}
	r := run{layer: m.Layer, first: m.Seq, end: m.Seq, seq: w.next - m.Seq, ts: ts}
	r.newestPicture = int64(m.Frame.PictureID)
	if w.begun {
		r.picture = w.picture + 1 - r.newestPicture
		r.tl0 = w.tl0 + 1 - uint8(m.Frame.TL0)
		r.keyIdx = w.keyIdx + 1 - uint8(m.Frame.KeyIdx)
		r.frame = w.frame + 1 - frameNumber(m.DD)
	}
	w.push(r)
	w.open = true
	return true
}

// push makes r the newest run, in place of an empty one or of the oldest.
func (w *rewriter) push(r run) {
	switch old := w.run; {
	case old.end == old.first:
	case len(w.past) < rewriterRuns-1:
		w.past = append(w.past, old)
	default:
		w.past[w.at] = old
		w.at = (w.at + 1) % uint8(len(w.past))
	}
	w.run = r
}

// newest is the newest run; it goes on when open is set.
func (w *rewriter) newest() *run { return &w.run }

// end closes the newest run: what comes next begins another.
func (w *rewriter) end() { w.open = false }

// skip leaves out seq, which is newer than all of the open run: the numbers close over it.
func (w *rewriter) skip(seq int64) {
	r := *w.newest()
	w.newest().end = seq // those between are missing, not left out
	r.first, r.end, r.seq = seq+1, seq+1, r.seq-1
	w.next = seq + 1 + r.seq
	w.push(r)
}

// leaveOut leaves out m, which is newer than all of the open run: of a frame that is not needed. Pictures of VP8 are
// numbered without gaps; those of VP9 refer to others by their numbers, so they keep them.
func (w *rewriter) leaveOut(m *Media) {
	w.skip(m.Seq)
	if m.Frame.PictureID < 0 {
		return
	}
	r := w.newest()
	id := r.extendPicture(m)
	if id > r.newestPicture {
		r.newestPicture = id
		if m.Codec == codec.VP8 {
			r.picture--
		}
	}
}

// turn begins a run with another choice of layers at seq.
func (w *rewriter) turn(seq int64, c codec.Choice) {
	r := w.run
	w.run.end = max(w.run.end, seq) // those between are missing
	r.first, r.end, r.choice = seq, seq, c
	w.push(r)
}

// sent notes that m, newer than all of the open run, was sent.
func (w *rewriter) sent(m *Media) {
	r := w.newest()
	r.end = m.Seq + 1
	w.next = m.Seq + r.seq + 1
	w.outClock.sent(m.Timestamp+r.ts, m.Arrival)
	w.begun = true
	if m.Frame.PictureID >= 0 {
		r.newestPicture = r.extendPicture(m)
		w.picture = r.newestPicture + r.picture
	}
	if m.Frame.TL0 >= 0 {
		w.tl0 = uint8(m.Frame.TL0) + r.tl0
	}
	if m.Frame.KeyIdx >= 0 {
		w.keyIdx = uint8(m.Frame.KeyIdx) + r.keyIdx
	}
	if m.DD != nil {
		w.frame = frameNumber(m.DD) + r.frame
	}
}

// rewind ends the stream in front of next, one of its numbers: what has that or a later one was not sent.
func (w *rewriter) rewind(next int64) {
	w.end()
	w.next = next
	w.run.cut(next)
	for i := range w.past {
		w.past[i].cut(next)
	}
}

// cut ends a run in front of one of our numbers.
func (r *run) cut(next int64) { r.end = max(min(r.end, next-r.seq), r.first) }

// padding takes the next number for a packet of our own, and its timestamp: that of the packet before.
func (w *rewriter) padding(now Time) (seq, ts int64) {
	w.end()
	seq = w.next
	w.next++
	if w.lastAt == 0 {
		w.lastAt = now
	}
	return seq, w.last
}

// find is the run that a packet of a layer went or belongs into, nil when there is none: it was left out, or it is
// too late.
func (w *rewriter) find(layer int8, seq int64) *run {
	if w.run.holds(layer, seq) {
		return &w.run
	}
	for i := len(w.past) - 1; i >= 0; i-- {
		if r := &w.past[(int(w.at)+i)%len(w.past)]; r.holds(layer, seq) {
			return r
		}
	}
	return nil
}

// marks tells whether a packet ends a picture: as it is sent or as the run leaves it.
func (r *run) marks(m *Media) bool {
	return m.Marker || m.Frame.End && m.Frame.Spatial == r.choice.Spatial()
}

func (r *run) holds(layer int8, seq int64) bool {
	return r.layer == layer && r.first <= seq && seq < r.end
}

// findSent is the run behind one of our sequence numbers, nil when it is forgotten or was never used.
func (w *rewriter) findSent(ours int64) *run {
	if w.run.holds(w.run.layer, ours-w.run.seq) {
		return &w.run
	}
	for i := len(w.past) - 1; i >= 0; i-- {
		if r := &w.past[(int(w.at)+i)%len(w.past)]; r.holds(r.layer, ours-r.seq) {
			return r
		}
	}
	return nil
}

// extendPicture is the picture id of m without wraps, the one nearest to the run's newest.
func (r *run) extendPicture(m *Media) int64 {
	if m.Frame.Wide {
		return r.newestPicture + int64(int16(uint16(int64(m.Frame.PictureID)-r.newestPicture)<<1)>>1)
	}
	return r.newestPicture + int64(int8(uint8(int64(m.Frame.PictureID)-r.newestPicture)<<1)>>1)
}

// frameNumber reads the frame number of a dependency descriptor (AV1 RTP specification, appendix A.8.3), 0 without.
func frameNumber(dd []byte) uint16 {
	if len(dd) < 3 {
		return 0
	}
	return binary.BigEndian.Uint16(dd[1:])
}

// appendDescriptor adds the payload descriptor of m with the run's numbers to b, where the codec has one. The rest
// of the payload is the packet's tail.
func (r *run) appendDescriptor(b []byte, m *Media) (head, tail []byte) {
	payload := m.Payload()
	if m.Frame.Descriptor == 0 {
		return b, payload
	}
	tl0 := uint8(m.Frame.TL0) + r.tl0
	switch m.Codec {
	case codec.VP8:
		var d [codec.MaxVP8Descriptor]byte
		keyIdx := uint8(m.Frame.KeyIdx) + r.keyIdx
		n := codec.RewriteVP8(d[:], payload, &m.Frame, r.pictureID(m), tl0, keyIdx)
		return append(b, d[:n]...), payload[m.Frame.Descriptor:]
	case codec.VP9:
		var d [codec.MaxVP9Prefix]byte
		n, consumed := codec.RewriteVP9(d[:], payload, &m.Frame, r.pictureID(m), tl0)
		return append(b, d[:n]...), payload[consumed:]
	}
	return b, payload
}

// pictureID is the picture id that m gets, 15 bits.
func (r *run) pictureID(m *Media) uint16 { return uint16(r.extendPicture(m)+r.picture) & 0x7fff }
