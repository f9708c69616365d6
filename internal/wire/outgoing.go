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
	starved  bool // its path was full: nothing goes until a key frame
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
		padding, same := o.repeats.find(s, seq, head, tail)
		if !same {
			s.stats.drop(dropRepeated)
			return false
		}
		p.size, p.padding, p.fixed = p.size+int32(padding), padding, true
	}
	p.head, p.tail = s.heads.copy(head), tail
	t.queue(s, p)
	if t.senderDue > s.now+senderPace {
		t.senderDue = s.now + senderPace // its first packets may have started a report
		s.timers.earlier(t, t.senderDue)
	}
	return true
}

// window extends the sequence numbers of an SSRC to the indices of SRTP (RFC 3711 section 3.3.1) and remembers which of
// the last have been sealed.
type window struct {
	highest int64
	bits    *[windowSize / 64]uint64 // by index; made by the first packet
}

const windowSize = 2048

// mark notes a sequence number; not fresh is one that was there already or is too old to tell.
func (w *window) mark(seq uint16) (index int64, fresh bool) {
	if w.bits == nil {
		w.bits = new([windowSize / 64]uint64)
		w.highest = int64(seq)
		w.set(w.highest)
		return w.highest, true
	}
	index = w.highest + int64(int16(seq-uint16(w.highest)))
	switch ahead := index - w.highest; {
	case ahead >= windowSize:
		clear(w.bits[:])
		w.highest = index
	case ahead > 0:
		for n := w.highest + 1; n <= index; n++ {
			w.bits[n%windowSize/64] &^= 1 << (n % 64)
		}
		w.highest = index
	case ahead <= -windowSize || index < 0 || w.has(index):
		return index, false
	}
	w.set(index)
	return index, true
}

func (w *window) set(index int64)      { w.bits[index%windowSize/64] |= 1 << (index % 64) }
func (w *window) has(index int64) bool { return w.bits[index%windowSize/64]&(1<<(index%64)) != 0 }
