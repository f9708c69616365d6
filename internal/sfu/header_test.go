package sfu

import (
	"bytes"
	"testing"

	"konklave/internal/sfu/codec"
)

func TestHeader(t *testing.T) {
	long := bytes.Repeat([]byte{7}, 60)
	short := []byte{0x80, 1, 2}
	ids := Extensions{MID: 4, AudioLevel: 1, Orientation: 13, DD: 12}
	high := Extensions{MID: 15, AudioLevel: 30, Orientation: 100, DD: 200}
	numbered := Extensions{MID: 4, TWCC: 3, Orientation: 13, DD: 12}
	tests := []struct {
		name string
		kind codec.Kind
		mid  string
		ids  Extensions
		m    Media
		size int // of the header
	}{
		{"nothing negotiated", codec.Video, "0", Extensions{}, Media{Orientation: 1, DD: short}, 12},
		{"audio", codec.Audio, "0", ids, Media{AudioLevel: 30, Voice: true}, 20},
		{"video", codec.Video, "12", ids, Media{Orientation: 3}, 24},
		{"no mid", codec.Video, "", ids, Media{Orientation: 3}, 20},
		{"short descriptor", codec.Video, "12", ids, Media{DD: short}, 28},
		{"long descriptor", codec.Video, "12", ids, Media{DD: long, Orientation: 2}, 12 + 4 + 4 + 3 + 62 + 3},
		{"high ids", codec.Video, "a", high, Media{DD: short}, 12 + 4 + 3 + 3 + 5 + 1},
		{"high ids, audio", codec.Audio, "a", high, Media{AudioLevel: 127}, 24},
		{"numbered audio", codec.Audio, "0", Extensions{MID: 4, AudioLevel: 1, TWCC: 3}, Media{AudioLevel: 30}, 24},
		{"numbered video", codec.Video, "12", numbered, Media{Orientation: 3}, 24},
		{"numbered, with a short descriptor", codec.Video, "12", numbered, Media{DD: short}, 12 + 4 + 3 + 3 + 2 + 4},
		{"numbered, with a long descriptor", codec.Video, "12", numbered, Media{DD: long}, 12 + 4 + 4 + 4 + 3 + 62 + 3},
		{"number only", codec.Video, "", Extensions{TWCC: 14}, Media{}, 20},
		{"high number", codec.Video, "", Extensions{TWCC: 15}, Media{}, 20},
		{"long mid", codec.Audio, "12345678901234567", ids, Media{AudioLevel: 127}, 12 + 4 + 19 + 3 + 2},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			h := newHeader(test.kind, test.mid, 1, test.ids)
			b := h.append(nil, &test.m, &test.mid, 96|marked, 0xdeadbeef, 0x1234, 0x87654321, 0x0506)
			var p packet
			if !parsePacket(append(b, 1), &p) || p.header != len(b) || len(b) != test.size {
				t.Fatalf("header has %d bytes, read as %d, want %d", len(b), p.header, test.size)
			}
			if p.pt != 96 || p.ssrc != 0xdeadbeef || p.seq != 0x1234 || p.timestamp != 0x87654321 || !p.marker {
				t.Errorf("read as %+v", p)
			}
			if test.ids.MID != 0 && string(p.extension(test.ids.MID)) != test.mid {
				t.Errorf("mid %q", p.extension(test.ids.MID))
			}
			in := NumberIn(p.data, test.ids.TWCC)
			if number, ok := p.transportSeq(test.ids.TWCC); ok != (in != nil) || ok != (test.ids.TWCC != 0) || number != 0 {
				t.Errorf("number %d, at %v", number, in)
			}
			if in != nil {
				in[0], in[1] = 0x12, 0x34
				if number, _ := p.transportSeq(test.ids.TWCC); number != 0x1234 {
					t.Errorf("number %x", number)
				}
			}
			var m Media
			p.fillExtensions(&h.ids, &m)
			if test.kind == codec.Audio && (m.AudioLevel != test.m.AudioLevel || m.Voice != test.m.Voice) {
				t.Errorf("level %d, voice %t", m.AudioLevel, m.Voice)
			}
			if h.ids.Orientation != 0 && m.Orientation != test.m.Orientation {
				t.Errorf("orientation %d", m.Orientation)
			}
			if h.ids.DD == 0 || test.m.DD == nil {
				return
			}
			want := bytes.Clone(test.m.DD)
			want[1], want[2] = 5, 6
			if !bytes.Equal(m.DD, want) {
				t.Errorf("dependency descriptor %x, want %x", m.DD, want)
			}
		})
	}
}
