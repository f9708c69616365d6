package wire

import (
	"encoding/binary"

	"konklave/internal/sfu"
	"konklave/internal/sfu/codec"
)

const videoLimit = maxStreamed / 4 * 3 // bytes; the rest is for audio and control

// ofVideo is what only streams of video have.
type ofVideo struct {
	starved  bool // its path was full: nothing goes until a key frame
	payloads []sfu.Payload
}

// expect tells what will come on an SSRC.
func (o *outgoing) expect(p *sfu.DownParams) {
	o.numbered, o.video = p.Extensions.TWCC, nil
	if p.Kind == codec.Video {
		o.video = &ofVideo{payloads: p.Payloads}
	}
}

// full tells whether a video packet must be left out because the peer's TCP connection, or our own socket, is too slow.
// Then nothing of the stream goes until there is room again and a key frame begins, so that the decoder never sees a
// broken frame: over UDP the down track, which is told, sees to that. Audio is left out only when nothing is taken at
// all.
func (t *Transport) full(o *ofVideo, head, tail []byte) bool {
	p := t.current()
	if p == nil || p.stream == nil {
		o.starved = false
		return p != nil && p.port.full
	}
	waiting := p.stream.queued()
	switch {
	case waiting > videoLimit:
		o.starved = true
	case o.starved && waiting < videoLimit/4 && o.beginsKeyframe(head, tail):
		o.starved = false
	}
	return o.starved
}

// beginsKeyframe looks at the start of the payload, which lies in head where its descriptor was rewritten and in tail
// from there on. A stream whose codec cannot be told apart is let go on.
func (o *ofVideo) beginsKeyframe(head, tail []byte) bool {
	kind := codec.Unknown
	for _, p := range o.payloads {
		if p.PT == head[1]&0x7f {
			kind = p.Codec
		}
	}
	at := headerSize(head)
	if kind == codec.Unknown || at > len(head) {
		return true
	}
	var start [256]byte
	n := copy(start[:], head[at:])
	n += copy(start[n:], tail)
	frame, ok := codec.Parse(kind, start[:n])
	return ok && frame.Start && frame.Keyframe
}

// headerSize is the length of an RTP header with its extensions.
func headerSize(b []byte) int {
	n := 12 + 4*int(b[0]&15)
	if b[0]&0x10 != 0 && n+4 <= len(b) {
		n += 4 + 4*int(binary.BigEndian.Uint16(b[n+2:]))
	}
	return n
}

// whyFull is the reason of what full left out.
func (t *Transport) whyFull() counter {
	if p := t.current(); p != nil && p.stream == nil {
		return dropSocketFull
	}
	return dropStreamFull
}
