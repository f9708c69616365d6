package sfu

import (
	"encoding/binary"
	"testing"

	"konklave/internal/sfu/codec"

	"github.com/pion/rtp"
)

// subscriber is an Egress that reads the RTP it gets.
type subscriber struct {
	t       *testing.T
	packets []rtp.Packet
}

// Stream is itself for every SSRC.
func (s *subscriber) Stream(uint32) Stream { return s }

func (*subscriber) Warm() int64 { return 0 }
func (s *subscriber) SendRTP(head, tail []byte) bool {
	var p rtp.Packet
	if err := p.Unmarshal(append(append([]byte(nil), head...), tail...)); err != nil {
		s.t.Fatalf("reading forwarded RTP: %v", err)
	}
	if len(p.Payload) > 0 {
		s.packets = append(s.packets, p)
	}
	return true
}

func (s *subscriber) SendRTCP(b []byte) bool { return true }

// TestPath leads packets from a publisher with losses through everything in this package to a subscriber.
func TestPath(t *testing.T) {
	b := newBench(t, ReceiverEvents{})
	var up *UpTrack
	track := NewTrack(codec.Video, 1, func(layer int8) { up.RequestKeyframe(b.now, layer) })
	p := videoParams(Encoding{SSRC: 10, RTX: 11})
	up = b.AddTrack(p, track)
	egress := &subscriber{t: t}
	sender := NewSender(egress)
	down := sender.AddDownTrack(track, DownParams{
		MID: "0", Kind: p.Kind, SSRC: 77, RTX: 78, CNAME: "c", Extensions: testExtensions, Payloads: p.Payloads,
	}, b.now)
	down.Set(b.now, DownSettings{})

	const count = 500
	for i := range uint16(count) {
		original := vp8(10, 65000+i, uint32(i)*3000, i == 0)
		if i%10 != 5 {
			b.send(original)
		}
		if i%10 == 8 { // what was lost three packets ago comes by RTX
			b.send(rtx(vp8(10, 65000+i-3, uint32(i-3)*3000, false), 11, i))
		}
		b.wait(Milliseconds(10))
		sender.Poll(b.now)
	}
	seen := map[uint16]uint32{}
	first := egress.packets[0]
	for _, got := range egress.packets {
		if got.SSRC != 77 {
			continue
		}
		index := binary.BigEndian.Uint16(got.Payload[2:]) - 65000
		seen[index] = got.SSRC
		if got.SequenceNumber-first.SequenceNumber != index || got.Timestamp-first.Timestamp != uint32(index)*3000 {
			t.Fatalf("packet %d left as %d at %d, the first as %d at %d", index,
				got.SequenceNumber, got.Timestamp, first.SequenceNumber, first.Timestamp)
		}
	}
	if len(seen) < count-1 {
		t.Errorf("%d of %d packets reached the subscriber", len(seen), count)
	}
}
