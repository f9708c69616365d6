package wire

import (
	"encoding/binary"

	"konklave/internal/sfu"
)

// outgoing is one SSRC that goes to a peer. It lives as long as the transport, because the numbers it has used up must
// not be used again.
type outgoing struct {
	t        *Transport
	video    *ofVideo // nil of sound
	sent     window
	repeats  seals // of nothing where lost packets go again by RTX
	numbered uint8 // id of the extension for transport-wide sequence numbers, 0 without
}

var _ sfu.Stream = (*outgoing)(nil)

// Stream is the way of one SSRC to the peer, the same at each call; see sfu.Egress.
func (t *Transport) Stream(ssrc uint32) sfu.Stream { return t.outgoing(ssrc) }

func (t *Transport) outgoing(ssrc uint32) *outgoing {
	o := t.streams[ssrc]
	if o == nil {
		o = &outgoing{t: t}
		t.streams[ssrc] = o
	}
	return o
}

// SendRTP queues an RTP packet of a down track; see sfu.Stream. With AES-GCM the same sequence number with other
// content would give away the keys (RFC 7714 section 8). So what is sent again goes by RTX, on an SSRC and numbers of
// its own, or, where the peer has no RTX, exactly as the first time; anything else that was sealed before is refused.
func (o *outgoing) SendRTP(head, tail []byte) bool {
	t := o.t
	s := t.owner()
	if t.seal == nil || len(head) < 12 {
		s.stats.drop(dropNotReady)
		return false
	}
	size := len(head) + len(tail) + t.seal.tag
	if size > maxPacket {
		s.stats.drop(dropTooBig)
		return false
	}
	if o.video != nil && t.full(o.video, head, tail) {
		s.stats.drop(t.whyFull())
		return false
	}
	seq, padding, fixed := binary.BigEndian.Uint16(head[2:]), uint8(0), head[0]&rtpPadding != 0
	index, fresh := o.sent.mark(seq, !fixed)
	if !fresh {
		if padding, fixed = o.repeats.find(s, head, tail, o.numberIn(head)); !fixed {
			s.stats.drop(dropRepeated)
			return false
		}
	}
	p := t.queue(s)
	p.head, p.tail, p.out, p.index = s.heads.copy(head), tail, o, index
	p.size, p.padding, p.again, p.fixed = int32(size)+int32(padding), padding, !fresh, fixed
	if t.senderDue > s.now+senderPace {
		t.senderDue = s.timers.together(s.now, s.now+senderPace) // its first packets may have started a report
		s.timers.earlier(t, t.senderDue)
	}
	return true
}

// numberIn is where a packet of the stream has its transport-wide sequence number, nil without. All that departs to the
// peer is numbered, packets sent again and padding too, so that the peer's feedback tells of each.
func (o *outgoing) numberIn(packet []byte) []byte {
	if o.numbered == 0 {
		return nil
	}
	return sfu.NumberIn(packet, o.numbered)
}

// Warm reads what SendRTP and depart are going to need; see sfu.Stream.
func (o *outgoing) Warm() int64 {
	t := o.t
	sum := int64(o.sent.recent) + int64(t.senderDue)
	if n := len(o.repeats.recent); n > 0 {
		sum += int64(o.repeats.recent[int(o.sent.highest+1)&(n-1)])
	}
	if p := t.pending; len(p) < cap(p) {
		sum += p[:len(p)+1][len(p)].index
	}
	if t.seal != nil {
		sum += int64(t.seal.tag) + int64(t.seal.rtp.rest)
	}
	if t.selected != nil {
		sum += int64(t.selected.addr.port)
	}
	if o.numbered != 0 && t.sender != nil {
		sum += t.sender.WarmDeparture()
	}
	return sum
}

// window extends the sequence numbers of an SSRC to indices of SRTP (RFC 3711 section 3.3.1) and remembers which of the
// last have been sealed: those of 64 in recent, which is all that most packets need, and of those before in a ring.
type window struct {
	highest int64
	recent  uint64               // of the 64 indices that share all but their last six bits with the highest
	before  *[windowWords]uint64 // of 64 each, by index; made when they are needed
	started bool
	closed  bool // with no before: none of those counts as fresh any more
}

const windowWords = 32

// mark notes a sequence number; not fresh is one that was there already or is too old to tell. A stream of nothing but
// packets that are not to be kept, padding that announces it, needs no memory for them.
func (w *window) mark(seq uint16, keep bool) (index int64, fresh bool) {
	if !w.started {
		w.started, w.highest = true, int64(seq)
	}
	index = w.highest + int64(int16(seq-uint16(w.highest)))
	word, newest := index>>6, w.highest>>6
	if word > newest {
		if keep || w.before != nil {
			w.keep()
			w.advance(newest, word)
		} else {
			w.recent, w.closed = 0, true
		}
	}
	w.highest = max(w.highest, index)
	bits := &w.recent
	switch {
	case index < 0 || word <= newest-windowWords:
		return index, false
	case word < newest:
		w.keep() // those before the first packet of all
		bits = &w.before[word%windowWords]
	}
	fresh = *bits&(1<<(index&63)) == 0
	*bits |= 1 << (index & 63)
	return index, fresh
}

// keep makes memory for the words before the newest.
func (w *window) keep() {
	if w.before != nil {
		return
	}
	w.before = new([windowWords]uint64)
	for i := range w.before {
		if w.closed {
			w.before[i] = ^uint64(0)
		}
	}
}

// advance keeps what is known of the newest word and begins another.
func (w *window) advance(newest, word int64) {
	w.before[newest%windowWords] = w.recent
	for i := max(newest+1, word-windowWords); i < word; i++ {
		w.before[i%windowWords] = 0
	}
	w.recent = 0
}
