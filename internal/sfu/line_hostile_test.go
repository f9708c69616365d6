package sfu

import (
	"encoding/binary"
	"math/rand/v2"
	"testing"

	"konklave/internal/sfu/bwe/line"
)

// hostile is a subscriber that says what is not so, now and then, and wants something else every moment.
type hostile struct {
	*lineViewer
	chance    *rand.Rand
	downs     []*DownTrack
	reference uint32 // time of its feedback
	wild      bool   // whose times are out of all reason
}

func (h *hostile) act() {
	d := h.downs[h.chance.IntN(len(h.downs))]
	switch h.chance.IntN(7) {
	case 0:
		if h.chance.IntN(10) == 0 {
			h.sender.OnRTCP(h.now(), h.nonsense(), h.number)
		}
	case 1:
		var asked []uint16
		for range 1 + h.chance.IntN(600) {
			asked = append(asked, uint16(d.numbers().seq)-uint16(h.chance.IntN(700)))
		}
		h.sender.OnRTCP(h.now(), appendNACK(nil, 1, d.params.SSRC, asked), h.number)
	case 2:
		h.sender.OnRTCP(h.now(), remb(h.chance.Uint32()), h.number)
	case 3:
		h.sender.OnRTCP(h.now(), appendPLI(nil, 1, d.params.SSRC), h.number)
	case 4:
		d.Set(h.now(), DownSettings{Disabled: h.chance.IntN(3) == 0, MaxLayer: int8(h.chance.IntN(MaxLayers)), Rank: Rank(h.chance.IntN(3))})
	default:
		d.track.SetMuted(h.chance.IntN(4) == 0)
	}
	h.wake(h.Now)
}

// nonsense is a message of feedback, mostly about packets that were sent.
func (h *hostile) nonsense() []byte {
	count := h.chance.IntN(60)
	first := h.number - uint16(count+h.chance.IntN(5))
	if h.chance.IntN(10) == 0 {
		first = uint16(h.chance.Uint32())
	}
	fci := binary.BigEndian.AppendUint16(nil, first)
	fci = binary.BigEndian.AppendUint16(fci, uint16(count))
	fci = binary.BigEndian.AppendUint32(fci, h.reference<<8)
	chunks, deltas := uint32(0x80008000), uint32(0x1f1f1f1f)
	if h.reference++; h.wild {
		h.reference += 1 << h.chance.IntN(24)
		chunks, deltas = 0, 1<<32-1
	}
	for range 3 {
		fci = binary.BigEndian.AppendUint32(fci, h.chance.Uint32()&^chunks|chunks)
	}
	for range 20 {
		fci = binary.BigEndian.AppendUint32(fci, h.chance.Uint32()&deltas)
	}
	return append(append(appendRTCPHeader(nil, rtpfbTWCC, rtcpRTPFB, 2+len(fci)/4), make([]byte, 8)...), fci...)
}

// Whatever a subscriber says, its streams stay whole and what waits for it stays little.
func TestHostileSubscribers(t *testing.T) {
	for seed := range uint64(4) {
		h := &hostile{lineViewer: newLineViewer(300), chance: rand.New(rand.NewPCG(seed, 1))}
		h.mute, h.wild = seed%2 == 0, seed/2 == 0 // else there is true feedback too
		h.hear(lineSound)
		for i := range uint32(3) {
			h.downs = append(h.downs, h.see(100+10*i, line.Simulcast, DownSettings{MaxLayer: 2}))
		}
		most := 0
		h.Every(h.Now, 50*line.Millisecond, func() {
			h.act()
			most = max(most, h.sender.line.pacer.queue.count())
		})
		h.Run(15 * line.Second)
		queue := &h.sender.line.pacer.queue
		for !queue.empty() {
			queue.pop()
		}
		if h.gaps > 0 || queue.bytes != 0 || most < 10 || most > 200 {
			t.Errorf("seed %d: %d packets were out of order, %d waited at most, %d bytes are counted of nothing", seed, h.gaps, most, queue.bytes)
		}
	}
}
