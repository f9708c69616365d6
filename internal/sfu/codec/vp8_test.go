package codec

import (
	"bytes"
	_ "embed" // recorded payloads
	"encoding/hex"
	"strings"
	"testing"
)

func TestParseVP8(t *testing.T) {
	runParseCases(t, VP8, []parseCase{
		{
			name: "shortest descriptor, key frame", payload: []byte{0x10, 0x10, 0x02},
			want: frame(func(f *Frame) { f.Start, f.Keyframe, f.Descriptor = true, true, 1 }),
		},
		{
			name: "shortest descriptor, other frame", payload: []byte{0x10, 0x11, 0x02},
			want: frame(func(f *Frame) { f.Start, f.Descriptor = true, 1 }),
		},
		{
			name: "continuation whose first byte looks like a key frame", payload: []byte{0x00, 0x10},
			want: frame(func(f *Frame) { f.Descriptor = 1 }),
		},
		{
			name: "start of the second partition", payload: []byte{0x11, 0x10},
			want: frame(func(f *Frame) { f.Descriptor = 1 }),
		},
		{
			name: "seven bit picture id", payload: []byte{0x90, 0x80, 0x11, 0x10},
			want: frame(func(f *Frame) { f.Start, f.Keyframe, f.PictureID, f.Descriptor = true, true, 0x11, 3 }),
		},
		{
			name: "fifteen bit picture id", payload: []byte{0x90, 0x80, 0x91, 0x23, 0x11},
			want: frame(func(f *Frame) { f.Start, f.PictureID, f.Wide, f.Descriptor = true, 0x1123, true, 4 }),
		},
		{
			name: "all fields", payload: []byte{0x90, 0xf0, 0xff, 0xff, 0x56, 0x6a, 0x11},
			want: Frame{Start: true, Sync: true, Temporal: 1, PictureID: 0x7fff, Wide: true, TL0: 0x56, KeyIdx: 0x0a, Descriptor: 6},
		},
		{
			name: "temporal layer without key index", payload: []byte{0x80, 0x20, 0x9f, 0x11},
			want: frame(func(f *Frame) { f.Temporal, f.Descriptor = 2, 3 }),
		},
		{
			name: "key index without temporal layer", payload: []byte{0x80, 0x10, 0xff, 0x11},
			want: frame(func(f *Frame) { f.KeyIdx, f.Descriptor = 0x1f, 3 }),
		},
		{name: "empty", payload: nil, refused: true},
		{name: "no payload behind the descriptor", payload: []byte{0x90, 0x80, 0x11}, refused: true},
		{name: "picture id cut off", payload: []byte{0x90, 0x80, 0x91}, refused: true},
		{name: "TL0PICIDX cut off", payload: []byte{0x90, 0xc0, 0x11}, refused: true},
		{name: "layers cut off", payload: []byte{0x90, 0xe0, 0x11, 0x22}, refused: true},
	})
}

func TestRewriteVP8(t *testing.T) {
	for _, c := range []struct {
		name          string
		payload, want []byte
	}{
		{"nothing to rewrite", []byte{0x10, 0x10}, []byte{0x10}},
		{"fifteen bits stay", []byte{0x90, 0xf0, 0xff, 0xff, 0x56, 0x6a, 0x11}, []byte{0x90, 0xf0, 0x92, 0x34, 0x77, 0x65}},
		{"seven bits become fifteen", []byte{0x90, 0x80, 0x11, 0x11}, []byte{0x90, 0x80, 0x92, 0x34}},
		{"the key index stays absent", []byte{0x80, 0x20, 0x9f, 0x11}, []byte{0x80, 0x20, 0x9f}},
		{"only the key index", []byte{0x80, 0x10, 0xff, 0x11}, []byte{0x80, 0x10, 0xe5}},
		{"extension byte without fields", []byte{0x90, 0x00, 0x11}, []byte{0x90, 0x00}},
	} {
		t.Run(c.name, func(t *testing.T) {
			f, ok := Parse(VP8, c.payload)
			if !ok {
				t.Fatal("refused")
			}
			var dst [MaxVP8Descriptor]byte
			n := RewriteVP8(dst[:], c.payload, &f, 0x1234, 0x77, 0x25)
			if !bytes.Equal(dst[:n], c.want) {
				t.Errorf("got %x, want %x", dst[:n], c.want)
			}
		})
	}
	if n := RewriteVP8(nil, nil, &Frame{}, 1, 2, 3); n != 0 {
		t.Errorf("a packet without payload got a descriptor of %d bytes", n)
	}
}

// recordedVP8 are the beginnings of payloads as clients sent them, one a line.
//
//go:embed testdata/vp8.txt
var recordedVP8 string

func FuzzVP8(f *testing.F) {
	f.Add([]byte{0x90, 0xf0, 0xff, 0xff, 0x56, 0x6a, 0x11}, uint16(0x1234), uint8(7), uint8(3))
	f.Add([]byte{0x90, 0x80, 0x11, 0x10}, uint16(1), uint8(0), uint8(0))
	for line := range strings.Lines(recordedVP8) {
		payload, err := hex.DecodeString(strings.TrimSpace(line))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(payload, uint16(7), uint8(1), uint8(2))
	}
	f.Fuzz(func(t *testing.T, payload []byte, id uint16, tl0, keyIdx uint8) {
		before, ok := Parse(VP8, payload)
		if !ok {
			return
		}
		var dst [MaxVP8Descriptor]byte
		n := RewriteVP8(dst[:], payload, &before, id, tl0, keyIdx)
		after, ok := Parse(VP8, append(dst[:n:n], payload[before.Descriptor:]...))
		if !ok {
			t.Fatal("the rewritten payload is refused")
		}
		want := before
		want.Descriptor = uint8(n)
		if before.PictureID >= 0 {
			want.PictureID, want.Wide = int32(id&0x7fff), true
		}
		if before.TL0 >= 0 {
			want.TL0 = int16(tl0)
		}
		if before.KeyIdx >= 0 {
			want.KeyIdx = int8(keyIdx & 0x1f)
		}
		if after != want {
			t.Errorf("got  %+v\nwant %+v", after, want)
		}
	})
}

func BenchmarkRewriteVP8(b *testing.B) {
	payload := []byte{0x90, 0xf0, 0x92, 0x34, 0x56, 0x2a, 0x10}
	f, _ := Parse(VP8, payload)
	var dst [MaxVP8Descriptor]byte
	b.ReportAllocs()
	for b.Loop() {
		RewriteVP8(dst[:], payload, &f, 7, 8, 9)
	}
}
