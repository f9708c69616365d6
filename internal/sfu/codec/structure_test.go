package codec

import (
	"bytes"
	"testing"
)

// bitWriter makes descriptors for tests.
type bitWriter struct {
	b  []byte
	at int
}

func (w *bitWriter) put(n int, v uint32) {
	for w.at+n > 8*len(w.b) {
		w.b = append(w.b, 0)
	}
	putBits(w.b, w.at, n, v)
	w.at += n
}

// form is a template as tests write it: layers, one letter for each decode target (see the format's appendix A.5), and
// how many frames ago those were that it refers to.
type form struct {
	spatial, temporal uint8
	targets           string
	refers            []uint32
}

// structureOf attaches a structure of these templates, sorted by layers, to a descriptor of the first.
func structureOf(forms []form) []byte {
	var w bitWriter
	w.put(24, 0xc00001)
	w.put(5, 0b10000)
	w.put(6, 0)
	w.put(5, uint32(len(forms[0].targets)-1))
	for i, f := range forms {
		switch {
		case i == 0:
			continue
		case f.spatial > forms[i-1].spatial:
			w.put(2, 2)
		case f.temporal > forms[i-1].temporal:
			w.put(2, 1)
		default:
			w.put(2, 0)
		}
	}
	w.put(2, 3)
	for _, f := range forms {
		for _, c := range f.targets {
			w.put(2, uint32(bytes.IndexByte([]byte("-DSR"), byte(c))))
		}
	}
	for _, f := range forms {
		for _, ago := range f.refers {
			w.put(5, 16+ago-1)
		}
		w.put(1, 0)
	}
	width := 0
	for n := len(forms[0].targets) + 1; n != 0; n >>= 1 {
		width++
	}
	w.put(width-1, 0) // no chains
	w.put(1, 0)       // no resolutions
	return w.b
}

// describing is a descriptor of a frame by its template and number, first and last packet in one.
func describing(template int, number uint16) []byte {
	return []byte{0xc0 | uint8(template), uint8(number >> 8), uint8(number)}
}

// l3t3key are three spatial layers that refer to each other in key frames only, of three temporal layers each.
var l3t3key = []form{
	{0, 0, "SSSSSSSSS", nil},
	{0, 0, "SSS------", []uint32{12}},
	{0, 1, "-DS------", []uint32{6}},
	{0, 2, "--D------", []uint32{3}},
	{1, 0, "---SSSSSS", []uint32{1}},
	{1, 0, "---SSS---", []uint32{12}},
	{1, 1, "----DS---", []uint32{6}},
	{1, 2, "-----D---", []uint32{3}},
	{2, 0, "------SSS", []uint32{1}},
	{2, 0, "------SSS", []uint32{12}},
	{2, 1, "-------DS", []uint32{6}},
	{2, 2, "--------D", []uint32{3}},
}

// l2t2 are two spatial layers that refer to each other in all pictures, of two temporal layers each.
var l2t2 = []form{
	{0, 0, "SSSS", nil},
	{0, 0, "SSRR", []uint32{4}},
	{0, 1, "-D-R", []uint32{2}},
	{1, 0, "--SS", []uint32{1}},
	{1, 0, "--SS", []uint32{4, 1}},
	{1, 1, "---D", []uint32{2, 1}},
}

func TestChoices(t *testing.T) {
	for c := range Choice(choiceCount) {
		if Choose(c.Spatial(), c.Temporal()) != c {
			t.Errorf("choice %d is of layers %d, %d", c, c.Spatial(), c.Temporal())
		}
		for d := range Choice(choiceCount) {
			if got, want := temporalFrom(c.Temporal()).Has(d), d.Temporal() >= c.Temporal(); got != want {
				t.Errorf("%d from temporal layer %d: %t", d, c.Temporal(), got)
			}
			if got, want := spatialFrom(c.Spatial()).Has(d), d.Spatial() >= c.Spatial(); got != want {
				t.Errorf("%d from spatial layer %d: %t", d, c.Spatial(), got)
			}
			if got, want := spatialUpTo(c.Spatial()).Has(d), d.Spatial() <= c.Spatial(); got != want {
				t.Errorf("%d up to spatial layer %d: %t", d, c.Spatial(), got)
			}
		}
	}
	if Choose(7, 7) != Choose(MaxSpatial, MaxTemporal) {
		t.Error("numbers beyond the highest do not count as the highest")
	}
}

func TestStructureTellsWhatIsNeeded(t *testing.T) {
	apart, nested := []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}, []int{0, 1, 2, 3, 4, 5}
	for _, test := range []struct {
		name            string
		forms           []form
		nested          bool
		spatial         uint8
		temporal        uint8
		needed, entered []int // templates
		all             []int
	}{
		{"lowest of all", l3t3key, false, 0, 0, []int{0, 1}, []int{0}, apart},
		{"lowest, all pictures", l3t3key, false, 0, 2, []int{0, 1, 2, 3}, []int{0, 1, 2}, apart},
		{"middle, half the pictures", l3t3key, false, 1, 1, []int{0, 4, 5, 6}, []int{0, 4, 5}, apart},
		{"highest", l3t3key, false, 2, 2, []int{0, 4, 8, 9, 10, 11}, []int{0, 4, 8, 9, 10}, apart},
		{"more than there is means the highest", l3t3key, false, 3, 3, []int{0, 4, 8, 9, 10, 11}, nil, apart},
		{"nested, lowest", l2t2, true, 0, 0, []int{0, 1}, []int{0}, nested},
		{"nested, lowest, all pictures", l2t2, true, 0, 1, []int{0, 1, 2}, []int{0, 1}, nested},
		{"nested, highest, half the pictures", l2t2, true, 1, 0, []int{0, 1, 3, 4}, []int{0, 3}, nested},
		{"nested, highest", l2t2, true, 1, 1, []int{0, 1, 2, 3, 4, 5}, []int{0, 3, 4}, nested},
	} {
		var s Stream
		f := NoFrame
		if !s.describe(VP9, &f, structureOf(test.forms)) {
			t.Fatal("refused")
		}
		c := Choose(test.spatial, test.temporal)
		var needed, entered []int
		for _, template := range test.all {
			f := NoFrame
			if !s.describe(VP9, &f, describing(template, 7)) {
				t.Fatal("refused")
			}
			if f.Spatial != test.forms[template].spatial || f.Temporal != test.forms[template].temporal || f.Nested != test.nested {
				t.Errorf("template %d: %+v", template, f)
			}
			if f.Needed.Has(c) {
				needed = append(needed, template)
			}
			if f.Entry.Has(c) {
				entered = append(entered, template)
			}
		}
		if !equal(needed, test.needed) {
			t.Errorf("%s needs %v, want %v", test.name, needed, test.needed)
		}
		if !equal(entered, test.entered) {
			t.Errorf("%s can begin with %v, want %v", test.name, entered, test.entered)
		}
	}
}

func equal(a, b []int) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

func TestFramesOfTheirOwn(t *testing.T) {
	var s Stream
	f := NoFrame
	s.describe(AV1, &f, structureOf(l2t2))

	var w bitWriter // template 4, but not needed by the highest choice and without references: a new beginning
	w.put(24, 0xc40009)
	w.put(5, 0b00110)
	for _, indication := range []uint32{2, 2, 0, 2} {
		w.put(2, indication)
	}
	w.put(2, 0)
	if !s.describe(AV1, &f, w.b) || f.Needed.Has(Choose(1, 0)) || !f.Needed.Has(Choose(0, 0)) || !f.Entry.Has(Choose(0, 0)) {
		t.Errorf("%+v", f)
	}
	if !s.describe(AV1, &f, describing(30, 1)) || f.Needed == 0 {
		t.Errorf("a template that nobody knows: %+v", f)
	}
}

func TestInactiveTargetsCannotBeEntered(t *testing.T) {
	var s Stream
	f := NoFrame
	s.describe(AV1, &f, structureOf(l3t3key))
	var w bitWriter
	w.put(24, 0xc10009)
	w.put(5, 0b01000)
	w.put(9, 0b000111111) // the highest spatial layer is not sent
	s.describe(AV1, &f, w.b)
	s.describe(AV1, &f, describing(0, 10))
	if f.Entry.Has(Choose(2, 0)) || !f.Entry.Has(Choose(1, 0)) {
		t.Errorf("one can begin with %016b", f.Entry)
	}
}

func TestMasking(t *testing.T) {
	var s Structure
	structured := structureOf(l3t3key)
	if !s.Follow(structured) {
		t.Fatal("refused")
	}
	masked := func(b []byte, c Choice) (mask uint32, rest descriptor) {
		t.Helper()
		out := s.AppendMasked([]byte{1, 2}, b, c)[2:]
		var u Structure
		u.Follow(structured)
		if !u.Follow(out) || !rest.readFlags(out) {
			t.Fatalf("%x is refused", out)
		}
		before := s
		before.active = u.active
		if u != before {
			t.Fatalf("%x brings another structure", out)
		}
		return u.active, rest
	}
	for _, test := range []struct {
		spatial, temporal uint8
		want              uint32
	}{
		{2, 3, 0b111000000}, {2, 1, 0b011000000}, {1, 3, 0b000111000}, {0, 0, 0b000000001},
	} {
		c := Choose(test.spatial, test.temporal)
		for _, b := range [][]byte{structured, describing(9, 77), append(describing(9, 77), 0)} {
			got, d := masked(b, c)
			if got != test.want || !d.masked || d.structured != (len(b) > 4) || !d.start || !d.end {
				t.Errorf("layers %d, %d of %x: %09b, want %09b; %+v", test.spatial, test.temporal, b, got, test.want, d)
			}
			again := s.AppendMasked(nil, s.AppendMasked(nil, b, c), c)
			if once := s.AppendMasked(nil, b, c); !bytes.Equal(bytes.TrimRight(again, "\x00"), bytes.TrimRight(once, "\x00")) {
				t.Errorf("masked twice %x, once %x", again, once)
			}
		}
	}
	var nested Structure
	nested.Follow(structureOf(l2t2))
	if b := describing(4, 5); !bytes.Equal(nested.AppendMasked(nil, b, Choose(1, 1)), b) {
		t.Error("masked although nothing is left out")
	}
}

func FuzzDescriptor(f *testing.F) {
	f.Add(structureOf(l3t3key), describing(4, 9), uint8(5))
	f.Add(structureOf(l2t2), []byte{0xc4, 0, 9, 0x30, 0xaa, 0x12}, uint8(1))
	f.Fuzz(func(t *testing.T, first, second []byte, c uint8) {
		var s Stream
		var frame Frame
		s.describe(AV1, &frame, first)
		s.describe(AV1, &frame, second)
		if s.structure == nil {
			return
		}
		before := *s.structure
		choice := Choice(c % choiceCount)
		for _, b := range [][]byte{first, second} {
			out := before.AppendMasked(nil, b, choice)
			if len(out) > MaxDescriptor && len(b) <= MaxDescriptor {
				t.Fatalf("%d bytes", len(out))
			}
			if bytes.Equal(out, b) {
				continue
			}
			var after, plain Structure = before, before
			if !plain.Follow(b) {
				continue
			}
			if !after.Follow(out) {
				t.Fatalf("%x is refused as %x", b, out)
			}
			if after.active = plain.active; after != plain {
				t.Fatalf("%x brings another structure as %x", b, out)
			}
		}
	})
}

func BenchmarkDescribe(b *testing.B) {
	var s Stream
	f := NoFrame
	s.describe(VP9, &f, structureOf(l3t3key))
	dd := describing(9, 5)
	b.ReportAllocs()
	for b.Loop() {
		s.describe(VP9, &f, dd)
	}
}

func BenchmarkMask(b *testing.B) {
	var s Structure
	s.Follow(structureOf(l3t3key))
	dd, out := describing(9, 5), [MaxDescriptor]byte{}
	b.ReportAllocs()
	for b.Loop() {
		s.AppendMasked(out[:0], dd, Choose(1, 3))
	}
}
