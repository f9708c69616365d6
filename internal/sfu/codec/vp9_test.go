package codec

import (
	"bytes"
	"testing"
)

func TestParseVP9(t *testing.T) {
	runParseCases(t, VP9, []parseCase{
		{
			name: "one packet key frame, fifteen bit id", payload: []byte{0x8c, 0x92, 0x34, 0x82},
			want: frame(func(f *Frame) {
				f.Start, f.End, f.Keyframe, f.PictureID, f.Wide, f.Descriptor = true, true, true, 0x1234, true, 3
			}),
		},
		{
			name: "predicted frame, seven bit id", payload: []byte{0xc8, 0x12, 0x82},
			want: frame(func(f *Frame) { f.Start, f.PictureID, f.Descriptor = true, 0x12, 2 }),
		},
		{
			// I L B V, layer byte TID 0 SID 0, TL0, structure: two spatial layers with sizes, group of two pictures.
			name: "non-flexible with structure",
			payload: []byte{
				0xaa, 0x81, 0x02, 0x00, 0x07,
				0x38, 0x01, 0x40, 0x00, 0xb4, 0x02, 0x80, 0x01, 0x68, 0x02, 0x00, 0x24, 0x01,
				0x82,
			},
			want: frame(func(f *Frame) {
				f.Start, f.Keyframe, f.PictureID, f.Wide, f.TL0, f.Descriptor = true, true, 0x102, true, 7, 18
			}),
		},
		{
			name: "upper spatial layer of a key frame depends on the lower", payload: []byte{0xa8, 0x01, 0x03, 0x07, 0x82},
			want: frame(func(f *Frame) { f.Start, f.PictureID, f.Spatial, f.TL0, f.Descriptor = true, 1, 1, 7, 4 }),
		},
		{
			name: "temporal layer with switching point", payload: []byte{0xe8, 0x01, 0x50, 0x07, 0x82},
			want: frame(func(f *Frame) {
				f.Start, f.Sync, f.PictureID, f.Temporal, f.TL0, f.Descriptor = true, true, 1, 2, 7, 4
			}),
		},
		{
			name: "flexible with three references", payload: []byte{0xf4, 0x01, 0x20, 0x03, 0x05, 0x06, 0x82},
			want: frame(func(f *Frame) { f.End, f.PictureID, f.Temporal, f.Descriptor = true, 1, 1, 6 }),
		},
		{name: "four references", payload: []byte{0xf4, 0x01, 0x20, 0x03, 0x05, 0x07, 0x09, 0x82}, refused: true},
		{name: "references cut off", payload: []byte{0xf4, 0x01, 0x20, 0x03}, refused: true},
		{name: "layers cut off", payload: []byte{0xa8, 0x01}, refused: true},
		{name: "TL0PICIDX cut off", payload: []byte{0xa8, 0x01, 0x00}, refused: true},
		{name: "structure cut off", payload: []byte{0x0a, 0x38, 0x01, 0x40}, refused: true},
		{name: "no payload", payload: []byte{0x8c, 0x92, 0x34}, refused: true},
		{name: "group longer than any sender makes", payload: append([]byte{0x0a, 0x08, 0xff}, make([]byte, 400)...), refused: true},
	})
}

func TestRewriteVP9(t *testing.T) {
	for _, c := range []struct {
		name          string
		payload, want []byte
		consumed      int
	}{
		{"no numbers", []byte{0x0c, 0x82}, []byte{0x0c}, 1},
		{"seven bits become fifteen", []byte{0xc8, 0x12, 0x82}, []byte{0xc8, 0x92, 0x34}, 2},
		{"non-flexible", []byte{0xe8, 0x81, 0x01, 0x50, 0x07, 0x82}, []byte{0xe8, 0x92, 0x34, 0x50, 0x77}, 5},
		{"flexible keeps its layers in the tail", []byte{0xf4, 0x81, 0x01, 0x20, 0x04, 0x82}, []byte{0xf4, 0x92, 0x34}, 3},
	} {
		t.Run(c.name, func(t *testing.T) {
			f, ok := Parse(VP9, c.payload)
			if !ok {
				t.Fatal("refused")
			}
			var dst [MaxVP9Prefix]byte
			n, consumed := RewriteVP9(dst[:], c.payload, &f, 0x1234, 0x77)
			if !bytes.Equal(dst[:n], c.want) || consumed != c.consumed {
				t.Errorf("got %x instead of %d bytes, want %x instead of %d", dst[:n], consumed, c.want, c.consumed)
			}
		})
	}
}

func FuzzVP9(f *testing.F) {
	f.Add([]byte{0xaa, 0x81, 0x02, 0x00, 0x07, 0x18, 0x01, 0x40, 0x00, 0xb4, 0x02, 0x00, 0x24, 0x01, 0x82}, uint16(5), uint8(6))
	f.Add([]byte{0xf4, 0x01, 0x20, 0x03, 0x05, 0x06, 0x82}, uint16(5), uint8(6))
	f.Fuzz(func(t *testing.T, payload []byte, id uint16, tl0 uint8) {
		before, ok := Parse(VP9, payload)
		if !ok {
			return
		}
		var dst [MaxVP9Prefix]byte
		n, consumed := RewriteVP9(dst[:], payload, &before, id, tl0)
		want := before
		want.Descriptor = uint8(int(before.Descriptor) - consumed + n)
		if before.PictureID >= 0 {
			want.PictureID, want.Wide = int32(id&0x7fff), true
		}
		if before.TL0 >= 0 {
			want.TL0 = int16(tl0)
		}
		after, ok := Parse(VP9, append(dst[:n:n], payload[consumed:]...))
		if int(before.Descriptor)-consumed+n > 255 {
			return // the wider id pushed it over the limit
		}
		if !ok || after != want {
			t.Errorf("accepted %v\ngot  %+v\nwant %+v", ok, after, want)
		}
	})
}

func BenchmarkRewriteVP9(b *testing.B) {
	payload := []byte{0xe8, 0x81, 0x01, 0x50, 0x07, 0x82}
	f, _ := Parse(VP9, payload)
	var dst [MaxVP9Prefix]byte
	b.ReportAllocs()
	for b.Loop() {
		RewriteVP9(dst[:], payload, &f, 7, 8)
	}
}
