package sfu

import (
	"encoding/binary"
	"slices"
	"testing"

	"konklave/internal/sfu/codec"
)

// uplink is the wire between the simulated publisher and a Receiver, both ways.
type uplink struct {
	p        *simPublisher
	receiver *Receiver
	sent     map[uint32]map[uint16][]byte // packets by SSRC and sequence number, for retransmissions
	streams  map[uint32]*simStream
}

// newUplink lets c's publisher send RTP to a Receiver, which feeds c's tracks: the whole path of this package.
func newUplink(c *call) *uplink {
	u := &uplink{p: c.publisher, sent: map[uint32]map[uint16][]byte{}, streams: map[uint32]*simStream{}}
	u.receiver = NewReceiver(u, 1, ReceiverEvents{})
	encodings := []Encoding{{SSRC: 1000}, {SSRC: 1001}, {SSRC: 1002}}
	video := u.receiver.AddTrack(UpParams{
		MID: "0", Kind: codec.Video, Encodings: encodings,
		Payloads: []Payload{{PT: viewVP8, Codec: codec.VP8, ClockRate: 90000, NACK: true, PLI: true}},
	}, c.publisher.camera)
	u.receiver.AddTrack(UpParams{
		MID: "1", Kind: codec.Audio, Encodings: []Encoding{{SSRC: 2000}}, Extensions: viewExtensions,
		Payloads: []Payload{{PT: viewOpus, Codec: codec.Opus, ClockRate: 48000, NACK: true}},
	}, c.publisher.microphone)
	c.publisher.camera.request = func(layer int8) {
		c.publisher.wishes[layer]++
		video.RequestKeyframe(c.now, layer)
	}
	for i, s := range c.publisher.layers {
		u.connect(s, 1000+uint32(i), viewVP8, Extensions{})
	}
	u.connect(c.publisher.voice, 2000, viewOpus, viewExtensions)
	c.every(Milliseconds(10), func() { u.receiver.Poll(c.now) })
	return u
}

// connect makes a stream of the publisher send real packets.
func (u *uplink) connect(s *simStream, ssrc uint32, pt uint8, ids Extensions) {
	u.streams[ssrc], u.sent[ssrc] = s, map[uint16][]byte{}
	ids.MID = 0
	h := newHeader(s.kind, "", 1, ids)
	s.publish = func(m *Media) {
		kind := pt
		if m.Marker {
			kind |= marked
		}
		b := h.append(nil, m, new(string), kind, ssrc, uint16(m.Seq), uint32(m.Timestamp), 0)
		b = append(b, m.Payload()...)
		u.sent[ssrc][uint16(m.Seq)] = b
		u.carry(b)
	}
	s.inform = func(sr SenderReport) {
		b := appendSR(nil, senderInfo{SSRC: ssrc, NTP: sr.NTP, Timestamp: uint32(sr.Timestamp)})
		u.p.up.send(func() { u.receiver.OnRTCP(u.p.w.now, b) })
	}
}

func (u *uplink) carry(b []byte) {
	u.p.up.send(func() {
		data := slices.Clone(b)
		u.receiver.OnRTP(u.p.w.now, data)
		clear(data) // it belongs to the Receiver to the end of the turn only
	})
}

// Stream is itself for every SSRC.
func (u *uplink) Stream(uint32) Stream { return u }

func (*uplink) Warm() int64                      { return 0 }
func (u *uplink) SendRTP(head, tail []byte) bool { panic("a Receiver sends no RTP") }

// SendRTCP takes the Receiver's wishes to the publisher.
func (u *uplink) SendRTCP(b []byte) bool {
	data := slices.Clone(b)
	u.p.up.send(func() {
		for p, rest, ok := nextRTCP(data); ok; p, rest, ok = nextRTCP(rest) {
			media, fci, ok := p.feedback()
			s := u.streams[media]
			switch {
			case !ok || s == nil:
			case p.Type == rtcpPSFB && p.Count == psfbPLI:
				s.keyframe = true
			case p.Type == rtcpRTPFB && p.Count == rtpfbNACK:
				for ; len(fci) >= 4; fci = fci[4:] {
					u.resend(media, binary.BigEndian.Uint16(fci), binary.BigEndian.Uint16(fci[2:]))
				}
			}
		}
	})
	return true
}

func (u *uplink) resend(ssrc uint32, first, mask uint16) {
	for i, bits := uint16(0), uint32(mask)<<1|1; bits != 0; i, bits = i+1, bits>>1 {
		if b := u.sent[ssrc][first+i]; bits&1 != 0 && b != nil {
			u.carry(b)
		}
	}
}

// The whole path, from the publisher's packets to the viewer's, with loss and disorder on both ways.
func TestThePathFromPublisherToViewer(t *testing.T) {
	for seed := range uint64(10) {
		c := newCall(seed)
		newUplink(c)
		c.publisher.up.loss, c.publisher.up.jitter, c.publisher.up.duplicate = 0.03, Milliseconds(10), 0.02
		c.viewer.down.loss, c.viewer.down.jitter, c.viewer.down.duplicate = 0.03, Milliseconds(10), 0.02
		c.begin()
		for i := range 8 {
			c.camera.Set(c.now, DownSettings{MaxLayer: int8(2 - i%3)})
			c.run(Milliseconds(2000))
			if i == 3 {
				c.mute(true)
				c.run(Milliseconds(1500))
				c.mute(false)
			}
		}
		for _, s := range c.publisher.layers {
			s.stopped = true
		}
		c.run(Milliseconds(1000)) // the last repairs
		j := checkStream(t, codec.Video, inOrder(c.picture.got))
		if j.missing > 10 || j.broken > 20 || j.frames < 400 {
			t.Errorf("seed %d: %d frames, %d broken, %d packets stay missing", seed, j.frames, j.broken, j.missing)
		}
		if j := checkStream(t, codec.Audio, inOrder(c.voice.got)); j.frames < 700 {
			t.Errorf("seed %d: %d audio packets", seed, j.frames)
		}
		checkSync(t, c.voice, c.picture)
	}
}
