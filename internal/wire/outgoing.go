package wire

import (
	"encoding/binary"

	"konklave/internal/sfu"
)

// outgoing is one SSRC that goes to a peer. It lives as long as the transport, because the numbers it has used up must
// not be used again.
type outgoing struct {
	t        *Transport
	video    bool
	starved  bool  // its path was full: nothing goes until a key frame
	numbered uint8 // id of the extension for transport-wide sequence numbers, 0 without
	sent     window
	repeats  seals // without memory where lost packets go again by RTX
	payloads []sfu.Payload
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
	if o.video && t.full(o, head, tail) {
		s.stats.drop(t.whyFull())
		return false
	}
	p := packet{out: o, size: int32(size), fixed: head[0]&rtpPadding != 0}
	seq := binary.BigEndian.Uint16(head[2:])
	var fresh bool
	if p.index, fresh = o.sent.mark(seq); !fresh {
		padding, same := o.repeats.find(s, head, tail, o.numberIn(head))
		if !same {
			s.stats.drop(dropRepeated)
			return false
		}
		p.size, p.padding, p.again, p.fixed = p.size+int32(padding), padding, true, true
	}
	p.head, p.tail = s.heads.copy(head), tail
	t.queue(s, p)
	if t.senderDue > s.now+senderPace {
		t.senderDue = s.now + senderPace // its first packets may have started a report
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

// window extends the sequence numbers of an SSRC to indices of SRTP (RFC 3711 section 3.3.1) and remembers which of the
// last have been sealed: those of 64 in recent, which is all that most packets need, and of those before in a ring.
type window struct {
	started bool
	highest int64
	recent  uint64               // of the 64 indices that share all but their last six bits with the highest
	before  *[windowWords]uint64 // of 64 each, by index; made when they are needed
}

const windowWords = 32

// mark notes a sequence number; not fresh is one that was there already or is too old to tell.
func (w *window) mark(seq uint16) (index int64, fresh bool) {
	if !w.started {
		w.started, w.highest = true, int64(seq)
	}
	index = w.highest + int64(int16(seq-uint16(w.highest)))
	word, newest := index>>6, w.highest>>6
	if word > newest {
		w.advance(newest, word)
	}
	w.highest = max(w.highest, index)
	bits := &w.recent
	switch {
	case index < 0 || word <= newest-windowWords:
		return index, false
	case word < newest:
		if w.before == nil { // those before the first packet of all
			w.before = new([windowWords]uint64)
		}
		bits = &w.before[word%windowWords]
	}
	fresh = *bits&(1<<(index&63)) == 0
	*bits |= 1 << (index & 63)
	return index, fresh
}

// advance keeps what is known of the newest word and begins another.
func (w *window) advance(newest, word int64) {
	if w.before == nil {
		w.before = new([windowWords]uint64)
	}
	w.before[newest%windowWords] = w.recent
	for i := max(newest+1, word-windowWords); i < word; i++ {
		w.before[i%windowWords] = 0
	}
	w.recent = 0
}
