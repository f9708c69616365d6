package sfu

import (
	"bytes"
	"testing"

	"github.com/pion/rtp"

	"konklave/internal/testkit"
)

func TestParsePacket(t *testing.T) {
	base := rtp.Header{Version: 2, Marker: true, PayloadType: 96, SequenceNumber: 7, Timestamp: 8, SSRC: 9}
	for _, c := range []struct {
		name   string
		change func(p *rtp.Packet)
	}{
		{"plain", func(p *rtp.Packet) {}},
		{"CSRCs", func(p *rtp.Packet) { p.CSRC = []uint32{1, 2, 3} }},
		{"padding", func(p *rtp.Packet) { p.Padding, p.PaddingSize = true, 16 }},
		{"no payload", func(p *rtp.Packet) { p.Payload = nil }},
		{"one-byte extensions", func(p *rtp.Packet) { with(p, 1, "mid", 4, []byte{1, 2}) }},
		{"two-byte extensions", func(p *rtp.Packet) {
			p.Extension, p.ExtensionProfile = true, profileTwoByte<<4
			with(p, 1, "mid", 200, bytes.Repeat([]byte{1}, 30))
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			want := &rtp.Packet{Header: base, Payload: []byte("payload")}
			c.change(want)
			raw, err := want.Marshal()
			if err != nil {
				t.Fatal(err)
			}
			var p packet
			if !parsePacket(raw, &p) {
				t.Fatal("refused")
			}
			if p.pt != 96 || !p.marker || p.seq != 7 || p.timestamp != 8 || p.ssrc != 9 {
				t.Errorf("header: %+v", p)
			}
			if got := p.data[p.header:]; !bytes.Equal(got, want.Payload) || p.padding != int(want.PaddingSize) {
				t.Errorf("payload %q with %d bytes of padding", got, p.padding)
			}
			for id := range 256 {
				if got, want := p.extension(uint8(id)), want.GetExtension(uint8(id)); !bytes.Equal(got, want) {
					t.Errorf("extension %d: %x, want %x", id, got, want)
				}
			}
		})
	}
}

func TestRefusedPackets(t *testing.T) {
	header := []byte{0x80, 96, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1}
	change := func(first byte, tail ...byte) []byte {
		b := append(bytes.Clone(header), tail...)
		b[0] = first
		return b
	}
	for name, b := range map[string][]byte{
		"empty":                     nil,
		"short":                     header[:11],
		"version 1":                 change(0x40),
		"CSRC cut off":              change(0x81, 0, 0),
		"extension cut off":         change(0x90, 0xbe, 0xde, 0),
		"extension longer than all": change(0x90, 0xbe, 0xde, 0, 1, 0, 0),
		"padding of nothing":        change(0xa0),
		"padding of zero":           change(0xa0, 1, 0),
		"padding into the header":   change(0xa0, 1, 3),
	} {
		if parsePacket(b, new(packet)) {
			t.Errorf("%s: accepted", name)
		}
	}
}

func TestBrokenExtensionsEndTheWalk(t *testing.T) {
	for name, c := range map[string]struct {
		ext  []byte
		wide bool
		want []uint8
	}{
		"padding between":          {ext: []byte{0x10, 1, 0, 0, 0x20, 1}, want: []uint8{1, 2}},
		"id 15 ends":               {ext: []byte{0x10, 1, 0xf0, 1, 0x20, 1}, want: []uint8{1}},
		"length beyond the end":    {ext: []byte{0x10, 1, 0x25, 1}, want: []uint8{1}},
		"wide: empty value":        {ext: []byte{5, 0, 6, 1, 9}, wide: true, want: []uint8{5, 6}},
		"wide: half a header":      {ext: []byte{5, 0, 6}, wide: true, want: []uint8{5}},
		"wide: longer than it all": {ext: []byte{5, 200}, wide: true},
	} {
		var got []uint8
		for id, _, rest, ok := nextExtension(c.ext, c.wide); ok; id, _, rest, ok = nextExtension(rest, c.wide) {
			got = append(got, id)
		}
		if !bytes.Equal(got, c.want) {
			t.Errorf("%s: ids %v, want %v", name, got, c.want)
		}
	}
}

func TestUnwrapRTXKeepsExtensions(t *testing.T) {
	original := with(vp8(10, 0x1234, 5, true), 1, "v", 4, []byte{9, 9})
	raw, err := rtx(original, 11, 77).Marshal()
	if err != nil {
		t.Fatal(err)
	}
	var p packet
	if !parsePacket(raw, &p) || !p.unwrapRTX(testVP8, 10) {
		t.Fatal("refused")
	}
	want, err := original.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(p.data, want) {
		t.Errorf("got  %x\nwant %x", p.data, want)
	}
	if string(p.extension(1)) != "v" || p.seq != 0x1234 {
		t.Errorf("view: %+v", p)
	}
}

func FuzzParsePacket(f *testing.F) {
	for _, p := range []*rtp.Packet{vp8(1, 2, 3, true), with(opus(1, 2, 3), 1, "v", 5, []byte{7}), rtx(vp8(1, 2, 3, true), 4, 5)} {
		raw, err := p.Marshal()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw)
	}
	for _, raw := range testkit.Recorded(f, "rtp") {
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		var p packet
		if !parsePacket(b, &p) {
			return
		}
		if p.header < rtpHeaderSize || p.header > len(p.data) || len(p.data)+p.padding != len(b) {
			t.Fatalf("%d bytes of header, %d in all, of %d", p.header, len(p.data), len(b))
		}
		var m Media
		p.fillExtensions(&testExtensions, &m)
		size := len(p.data)
		if p.unwrapRTX(1, 2) && len(p.data) != size-2 {
			t.Fatalf("unwrapped to %d bytes of %d", len(p.data), size)
		}
		var again packet
		if !parsePacket(p.data, &again) || again.header != p.header {
			t.Fatal("what is handed on is refused")
		}
	})
}

func BenchmarkParsePacket(b *testing.B) {
	raw, err := with(vp8(1, 2, 3, true), 4, []byte{1, 2}, 6, []byte{1}).Marshal()
	if err != nil {
		b.Fatal(err)
	}
	var p packet
	var m Media
	b.ReportAllocs()
	for b.Loop() {
		parsePacket(raw, &p)
		p.fillExtensions(&testExtensions, &m)
	}
}
