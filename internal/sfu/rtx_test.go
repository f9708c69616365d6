package sfu

import (
	"bytes"
	"encoding/binary"
	"testing"

	"konklave/internal/sfu/codec"
)

// recorder is an Egress that keeps what it gets.
type recorder struct {
	rtp  [][]byte
	rtcp [][]byte
}

// Stream is itself for every SSRC.
func (r *recorder) Stream(uint32) Stream { return r }

func (*recorder) Warm() int64 { return 0 }
func (r *recorder) SendRTP(head, tail []byte) bool {
	r.rtp = append(r.rtp, append(bytes.Clone(head), tail...))
	return true
}

func (r *recorder) SendRTCP(b []byte) bool {
	r.rtcp = append(r.rtcp, bytes.Clone(b))
	return true
}

// take empties the recorder.
func (r *recorder) take() [][]byte {
	got := r.rtp
	r.rtp = nil
	return got
}

// vp8Media makes packets of VP8: every one is a frame, the first a key frame.
func vp8Media(seq int64) *Media {
	payload := []byte{0x90, 0xe0, 0x80, byte(seq), byte(seq), 0, 1}
	if seq == 1000 {
		payload[6] = 0
	}
	for len(payload) < 1100 {
		payload = append(payload, byte(seq))
	}
	m := &Media{
		Data: append(make([]byte, rtpHeaderSize), payload...), Header: rtpHeaderSize, Arrival: worldBegin,
		Codec: codec.VP8, Seq: seq, Timestamp: 3000 * seq, Marker: true, AudioLevel: 127,
	}
	m.Frame, _ = codec.Parse(codec.VP8, payload)
	return m
}

// flowing is a track with one down track that has got the packets 1000 to 1000+n-1.
func flowing(n int64, rtx uint32) (*recorder, *Track, *Sender, *DownTrack) {
	out := &recorder{}
	track := NewTrack(codec.Video, 1, func(int8) {})
	s := NewSender(out)
	d := s.AddDownTrack(track, DownParams{
		MID: "1", Kind: codec.Video, SSRC: 42, RTX: rtx, CNAME: "c", Extensions: Extensions{MID: 4},
		Payloads: []Payload{{PT: 96, RTX: 97, Codec: codec.VP8, ClockRate: 90000}},
	}, worldBegin)
	d.Set(worldBegin, DownSettings{})
	for seq := int64(1000); seq < 1000+n; seq++ {
		track.OnMedia(worldBegin, vp8Media(seq))
	}
	return out, track, s, d
}

func wireSeq(b []byte) uint16 { return binary.BigEndian.Uint16(b[2:]) }

func TestNACKIsAnsweredByRTX(t *testing.T) {
	out, _, s, d := flowing(20, 43)
	sent := out.take()
	lost := sent[7]
	now := worldBegin + Milliseconds(50)
	s.OnRTCP(now, appendNACK(nil, 1, 42, []uint16{wireSeq(lost)}), 0)
	got := out.take()
	if len(got) != 1 {
		t.Fatalf("%d answers", len(got))
	}
	var p packet
	if !parsePacket(got[0], &p) || p.pt != 97 || p.ssrc != 43 {
		t.Fatalf("answer has payload type %d and SSRC %d", p.pt, p.ssrc)
	}
	if !p.unwrapRTX(96, 42) || !bytes.Equal(p.data, lost) {
		t.Error("the answer does not hold the original packet")
	}
	if d.Stats().RTX != 1 {
		t.Error("not counted")
	}
}

func TestNACKWithoutRTXIsAnsweredByTheSamePacket(t *testing.T) {
	out, _, s, _ := flowing(20, 0)
	sent := out.take()
	s.OnRTCP(worldBegin+Milliseconds(50), appendNACK(nil, 1, 42, []uint16{wireSeq(sent[3]), wireSeq(sent[19])}), 0)
	got := out.take()
	if len(got) != 2 || !bytes.Equal(got[0], sent[3]) || !bytes.Equal(got[1], sent[19]) {
		t.Error("the answers are not the packets that were sent")
	}
}

func TestNACKsThatGetNoAnswer(t *testing.T) {
	out, _, s, d := flowing(20, 43)
	sent := out.take()
	now := worldBegin + Milliseconds(50)
	ask := func(at Time, seq uint16) int {
		s.OnRTCP(at, appendNACK(nil, 1, 42, []uint16{seq}), 0)
		return len(out.take())
	}
	tests := []struct {
		name   string
		at     Time
		seq    uint16
		answer int
		reason DropReason
	}{
		{"first", now, wireSeq(sent[5]), 1, Kept},
		{"again at once", now + Milliseconds(10), wireSeq(sent[5]), 0, DropRepeated},
		{"again later", now + Milliseconds(20), wireSeq(sent[5]), 1, Kept},
		{"never sent", now, wireSeq(sent[19]) + 1, 0, DropUnknownNACK},
		{"before the first", now, wireSeq(sent[0]) - 1, 0, DropUnknownNACK},
	}
	for _, test := range tests {
		before := d.Stats().Drops[test.reason]
		if got := ask(test.at, test.seq); got != test.answer {
			t.Errorf("%s: %d answers, want %d", test.name, got, test.answer)
		}
		if got := d.Stats().Drops[test.reason] - before; test.answer == 0 && got != 1 {
			t.Errorf("%s: counted %d times as %v", test.name, got, test.reason)
		}
	}
}

// With a long way to the subscriber an answer is not repeated before it can have come, or nearly so: who asks again just before what
// we take for the round trip shall not wait for another one.
func TestNACKWithinTheRoundTripIsNotRepeated(t *testing.T) {
	out, _, s, _ := flowing(5, 43)
	seq := wireSeq(out.take()[2])
	s.observeRTT(Milliseconds(200))
	for _, ask := range []struct{ ms, answers int }{{0, 1}, {20, 0}, {100, 0}, {140, 0}, {180, 1}, {300, 0}, {350, 1}} {
		s.OnRTCP(worldBegin+Milliseconds(int64(ask.ms)), appendNACK(nil, 1, 42, []uint16{seq}), 0)
		if answers := len(out.take()); answers != ask.answers {
			t.Errorf("after %d ms: %d answers, want %d", ask.ms, answers, ask.answers)
		}
	}
}

// A subscriber that asks for everything again and again gets its stream at most one and a half times.
func TestRTXBudget(t *testing.T) {
	out, track, s, d := flowing(1, 43)
	out.take()
	now := worldBegin
	fresh, again := 0, 0
	for seq := int64(1001); seq < 4000; seq++ {
		now += Milliseconds(3)
		m := vp8Media(seq)
		m.Arrival = now
		track.OnMedia(now, m)
		sent := out.take()
		fresh += len(sent)
		newest := wireSeq(sent[0])
		var seqs []uint16
		for i := range uint16(50) {
			seqs = append(seqs, newest-49+i)
		}
		s.OnRTCP(now, appendNACK(nil, 1, 42, seqs), 0)
		again += len(out.take())
	}
	if limit := fresh/2 + (rtxBurst+rtxFloor*10)/1100; again > limit || again < fresh/4 {
		t.Errorf("%d packets and %d again, want at most %d", fresh, again, limit)
	}
	if d.Stats().Drops[DropOverBudget] == 0 {
		t.Error("not counted")
	}
}

// A subscriber that asks for far more than it was sent is not even looked after.
func TestNACKFlood(t *testing.T) {
	out, _, s, d := flowing(20, 43)
	out.take()
	pairs := appendNACK(nil, 1, 42, make([]uint16, 0, 4))
	for range 290 {
		pairs = append(pairs, 0x12, 0x34, 0xff, 0xff) // 17 packets that were never sent
	}
	binary.BigEndian.PutUint16(pairs[2:], uint16(len(pairs)/4-1))
	const seconds = 10
	for ms := range int64(seconds * 1000) {
		s.OnRTCP(worldBegin+Milliseconds(ms), pairs, 0)
	}
	if n := d.Stats().Drops[DropUnknownNACK]; n > nackBurst+seconds*nackRate {
		t.Errorf("%d packets were looked for", n)
	}
	if d.Stats().Drops[DropOverBudget] == 0 {
		t.Error("not counted")
	}
}
