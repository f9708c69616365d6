package sfu

import (
	"bytes"
	"testing"

	"konklave/internal/sfu/bwe"
	"konklave/internal/sfu/bwe/line"
	"konklave/internal/sfu/codec"
)

// redMedia is a packet of RED: its own sound, one byte of seq, behind the sound of the packet before.
func redMedia(seq int64) *Media {
	own, before := bytes.Repeat([]byte{byte(seq)}, 60), bytes.Repeat([]byte{byte(seq - 1)}, 50)
	payload := append([]byte{0x80 | 111, 960 >> 6, 960 << 2 & 0xfc, 50, 111}, before...)
	payload = append(payload, own...)
	return &Media{
		Data: append(make([]byte, rtpHeaderSize), payload...), Header: rtpHeaderSize, Arrival: worldBegin + Milliseconds(20*seq),
		Codec: codec.RED, Seq: seq, Timestamp: 960 * seq, Frame: codec.NoFrame, AudioLevel: 30,
	}
}

// hears makes a subscriber of sound that takes these payloads.
func hears(track *Track, payloads ...Payload) (*recorder, *Sender, *DownTrack) {
	out := &recorder{}
	s := NewSender(out)
	d := s.AddDownTrack(track, DownParams{
		MID: "1", Kind: codec.Audio, SSRC: 42, CNAME: "c", Extensions: Extensions{MID: 4}, Payloads: payloads,
	}, worldBegin)
	d.Set(worldBegin, DownSettings{})
	return out, s, d
}

// Each subscriber gets redundant sound in the form that it takes, the first time and when it asks again.
func TestRedundancyGoesToThoseWhoTakeIt(t *testing.T) {
	opus := func(pt uint8) Payload { return Payload{PT: pt, Codec: codec.Opus, ClockRate: 48000} }
	red := Payload{PT: 63, Codec: codec.RED, ClockRate: 48000}
	track := NewTrack(codec.Audio, 1, func(int8) {})
	same, _, _ := hears(track, opus(111), red)
	other, _, _ := hears(track, opus(96), red)
	plain, sender, down := hears(track, opus(109))
	none, _, _ := hears(track)
	for seq := int64(100); seq < 110; seq++ {
		m := redMedia(seq)
		before := bytes.Clone(m.Data)
		track.OnMedia(m.Arrival, m)
		if !bytes.Equal(m.Data, before) {
			t.Fatal("the packet that all share was changed")
		}
		for name, test := range map[string]struct {
			out  *recorder
			pt   uint8
			want []byte
		}{
			"same payload type":    {same, 63, m.Payload()},
			"another payload type": {other, 63, append([]byte{0x80 | 96, 960 >> 6, 960 << 2 & 0xfc, 50, 96}, m.Payload()[5:]...)},
			"no redundancy":        {plain, 109, bytes.Repeat([]byte{byte(seq)}, 60)},
		} {
			got := test.out.take()
			if len(got) != 1 || got[0][1]&0x7f != test.pt || !bytes.HasSuffix(got[0], test.want) {
				t.Fatalf("%s: %x, want payload type %d and %x", name, got, test.pt, test.want)
			}
			if header := len(got[0]) - len(test.want); header != 20 { // with the MID
				t.Fatalf("%s: %d bytes in front of the sound", name, header)
			}
		}
		if len(none.take()) != 0 {
			t.Fatal("sound for somebody who takes none")
		}
	}
	if s := down.Stats(); s.Bytes != 10*60 {
		t.Errorf("%d bytes counted", s.Bytes)
	}

	newest := uint16(down.stream.next - 1)
	sender.OnRTCP(worldBegin+Milliseconds(3000), appendNACK(nil, 1, 42, []uint16{newest - 2}), 0)
	if got := plain.take(); len(got) != 1 || !bytes.HasSuffix(got[0], bytes.Repeat([]byte{107}, 60)) || got[0][1]&0x7f != 109 || len(got[0]) != 80 {
		t.Errorf("asked again: %x", got)
	}
}

// A publisher may send plain Opus at any time, also to those who take redundancy.
func TestPlainSoundStaysPlain(t *testing.T) {
	track := NewTrack(codec.Audio, 1, func(int8) {})
	out, _, _ := hears(track, Payload{PT: 111, Codec: codec.Opus, ClockRate: 48000}, Payload{PT: 63, Codec: codec.RED, ClockRate: 48000})
	for seq := int64(100); seq < 104; seq++ {
		m := redMedia(seq)
		if seq%2 == 1 {
			m.Codec = codec.Opus
		}
		track.OnMedia(m.Arrival, m)
		got := out.take()
		if len(got) != 1 || got[0][1]&0x7f != []uint8{63, 111}[seq%2] || !bytes.HasSuffix(got[0], m.Payload()) {
			t.Fatalf("packet %d: %x", seq, got)
		}
	}
}

// A line that carries too little and loses nothing gets sound once; in the middle of the stream, and back.
func TestThinLinesGetSoundOnce(t *testing.T) {
	track := NewTrack(codec.Audio, 1, func(int8) {})
	out, s, _ := hears(track, Payload{PT: 111, Codec: codec.Opus, ClockRate: 48000}, Payload{PT: 63, Codec: codec.RED, ClockRate: 48000})
	s.beginLine()
	for seq := int64(100); seq < 106; seq++ {
		m := redMedia(seq)
		s.line.once = seq/2%2 == 1
		want, pt := m.Payload(), uint8(63)
		if s.line.once {
			want, pt = bytes.Repeat([]byte{byte(seq)}, 60), 111
		}
		track.OnMedia(m.Arrival, m)
		if got := out.take(); len(got) != 1 || got[0][1]&0x7f != pt || !bytes.HasSuffix(got[0], want) || len(got[0]) != 20+len(want) {
			t.Fatalf("packet %d: %x, want payload type %d and %x", seq, got, pt, want)
		}
	}
}

func TestWhenSoundGoesOnce(t *testing.T) {
	v, lossy := newLineViewer(2000), newLineViewer(2000)
	lossy.way.Loss = 0.1
	for _, one := range []*lineViewer{v, lossy} {
		one.see(100, line.Simulcast, DownSettings{MaxLayer: 2})
		one.Run(5 * line.Second)
	}
	const sound, most = 100 * bwe.Kbit, 500 * bwe.Kbit // with one form of it
	for _, step := range []struct {
		name    string
		l       *downLine
		carries bwe.Rate
		once    bool
	}{
		{"nothing is known", &downLine{}, 450 * bwe.Kbit, false},
		{"all fits", v.sender.line, 700 * bwe.Kbit, false},
		{"pictures fit", v.sender.line, 600 * bwe.Kbit, false},
		{"they do not", v.sender.line, 499 * bwe.Kbit, true},
		{"they just do without it", v.sender.line, 600 * bwe.Kbit, true},
		{"they do beside it", v.sender.line, 700 * bwe.Kbit, false},
		{"packets get lost", lossy.sender.line, 450 * bwe.Kbit, false},
		{"they do where sound takes half", lossy.sender.line, 190 * bwe.Kbit, true},
		{"it would again", lossy.sender.line, 390 * bwe.Kbit, true},
		{"it would not", lossy.sender.line, 450 * bwe.Kbit, false},
	} {
		if step.l.reviewOnce(step.carries, most, sound); step.l.once != step.once {
			t.Errorf("%s: sound goes once: %v", step.name, step.l.once)
		}
	}
}
