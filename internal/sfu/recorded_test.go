package sfu

import (
	"bytes"
	"testing"

	"konklave/internal/sfu/codec"
	"konklave/internal/testkit"
)

// What clients send is understood.
func TestRecordedPackets(t *testing.T) {
	for _, raw := range testkit.Recorded(t, "rtp") {
		var p packet
		if !parsePacket(raw, &p) {
			t.Errorf("refused: %x", raw)
		}
	}
	for _, raw := range testkit.Recorded(t, "rtcp") {
		n := 0
		for p, rest, ok := nextRTCP(raw); ok; p, rest, ok = nextRTCP(rest) {
			n += 4 + len(p.Body)
		}
		if n != len(raw) {
			t.Errorf("%d bytes understood of %x", n, raw)
		}
	}
}

// FuzzExtensions reads any block of header extensions, of either form, and writes the header of a down track with what was
// in it: that is read again as the same.
func FuzzExtensions(f *testing.F) {
	for _, raw := range testkit.Recorded(f, "rtp") {
		var p packet
		if parsePacket(raw, &p) {
			f.Add(p.ext, p.wide, uint8(12))
		}
	}
	f.Add([]byte{0x30, 1, 0, 0x42, 0x80, 0, 7}, false, uint8(4))
	f.Add([]byte{7, 20, 0x80, 0, 7, 0x80, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}, true, uint8(7))
	f.Fuzz(func(t *testing.T, ext []byte, wide bool, dd uint8) {
		for len(ext)%4 != 0 {
			ext = append(ext, 0)
		}
		left := len(ext)
		for _, value, rest, ok := nextExtension(ext, wide); ok; _, value, rest, ok = nextExtension(rest, wide) {
			if len(rest)+len(value) >= left {
				t.Fatalf("%d bytes of value and %d after it, of %d", len(value), len(rest), left)
			}
			left = len(rest)
		}
		p := packet{ext: ext, wide: wide}
		ids := Extensions{MID: 1, AudioLevel: 2, Orientation: 3, DD: dd}
		var m, again Media
		p.fillExtensions(&ids, &m)
		if dd <= 3 {
			return // those ids are taken
		}
		mid := "mid"
		h := newHeader(codec.Video, mid, 1, ids)
		var back packet
		if b := h.append(nil, &m, &mid, 96, 1, 2, 3, frameNumber(m.DD)); len(b) > headSize || !parsePacket(b, &back) || back.header != len(b) {
			t.Fatalf("header of %d bytes is not read again", len(b))
		}
		back.fillExtensions(&ids, &again)
		if len(m.DD) >= 3 && !bytes.Equal(m.DD, again.DD) || again.Orientation != m.Orientation || string(back.extension(1)) != mid {
			t.Errorf("read %+v, then %+v", m, again)
		}
	})
}
