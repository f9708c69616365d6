package codec

import "testing"

func TestParseType(t *testing.T) {
	for name, want := range map[string]Type{
		"VP8": VP8, "video/vp8": VP8, "audio/opus": Opus, "h264": H264, "video/AV1": AV1, "vp9": VP9,
		"": Unknown, "video/": Unknown, "audio/RED": RED,
	} {
		if got := ParseType(name); got != want {
			t.Errorf("ParseType(%q) = %v, want %v", name, got, want)
		}
	}
	for typ := Opus; typ <= AV1; typ++ {
		if got := ParseType(typ.MIME()); got != typ {
			t.Errorf("ParseType(%q) = %v", typ.MIME(), got)
		}
	}
}

// parseCase is a hand-made payload and what it says.
type parseCase struct {
	name    string
	payload []byte
	dd      []byte
	want    Frame
	refused bool
}

func runParseCases(t *testing.T, typ Type, cases []parseCase) {
	t.Helper()
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got, ok := new(Stream).Parse(typ, c.payload, c.dd)
			got.Needed, got.Entry, got.Nested = c.want.Needed, c.want.Entry, c.want.Nested // has tables of its own
			if ok == c.refused {
				t.Fatalf("accepted = %v, want %v", ok, !c.refused)
			}
			if ok && got != c.want {
				t.Errorf("got  %+v\nwant %+v", got, c.want)
			}
		})
	}
}

// frame is NoFrame with changes.
func frame(change func(f *Frame)) Frame {
	f := NoFrame
	change(&f)
	return f
}

func TestParseOpus(t *testing.T) {
	runParseCases(t, Opus, []parseCase{
		{name: "any", payload: []byte{0xfc, 1, 2}, want: NoFrame},
		{name: "discontinuous", payload: []byte{0xf8}, want: NoFrame},
	})
}

func TestParseUnknown(t *testing.T) {
	if _, ok := Parse(Unknown, []byte{1, 2, 3}); ok {
		t.Error("accepted")
	}
}

func BenchmarkParse(b *testing.B) {
	for _, c := range []struct {
		typ     Type
		payload []byte
		dd      []byte
	}{
		{typ: Opus, payload: []byte{0xfc, 1, 2}},
		{typ: VP8, payload: []byte{0x90, 0xf0, 0x92, 0x34, 0x56, 0x2a, 0x10}},
		{typ: VP9, payload: []byte{0xaa, 0x81, 0x02, 0x12, 0x07, 0x18, 0x01, 0x40, 0x00, 0xb4, 0x01, 0x00, 0x82}},
		{typ: H264, payload: []byte{0x78, 0, 3, 0x67, 1, 2, 0, 2, 0x68, 1, 0, 3, 0x65, 0x88, 1}},
		{typ: AV1, payload: []byte{0x18, 0x0a, 0x0b, 0}, dd: []byte{0x80, 0, 1, 0x80, 0x00, 0xe0}},
	} {
		b.Run(c.typ.String(), func(b *testing.B) {
			var s Stream
			b.ReportAllocs()
			for b.Loop() {
				if _, ok := s.Parse(c.typ, c.payload, c.dd); !ok {
					b.Fatal("refused")
				}
			}
		})
	}
}
