package codec

import (
	"bufio"
	"encoding/hex"
	"os"
	"strings"
	"testing"
)

// recording is one stream of testdata/chromium.txt.
type recording struct {
	codec   Type
	mode    string
	packets []struct{ dd, payload []byte }
}

func recordings(tb testing.TB) (all []recording) {
	tb.Helper()
	file, err := os.Open("testdata/chromium.txt")
	if err != nil {
		tb.Fatal(err)
	}
	defer file.Close()
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		fields := strings.Fields(lines.Text())
		if fields[0] == "#" {
			continue
		}
		typ := ParseType(fields[0])
		if n := len(all); n == 0 || all[n-1].codec != typ || all[n-1].mode != fields[1] {
			all = append(all, recording{codec: typ, mode: fields[1]})
		}
		dd, err1 := hex.DecodeString(fields[2])
		payload, err2 := hex.DecodeString(fields[3])
		if err1 != nil || err2 != nil {
			tb.Fatal(err1, err2)
		}
		if typ == AV1 {
			payload = append(payload, make([]byte, 64)...) // the rest of its first OBU was not written down
		}
		last := &all[len(all)-1]
		last.packets = append(last.packets, struct{ dd, payload []byte }{dd, payload})
	}
	if err := lines.Err(); err != nil {
		tb.Fatal(err)
	}
	return all
}

// What Chromium sends in each mode has the layers that the mode says, and VP9 tells in its payload the same of them as in
// the dependency descriptor.
func TestRecordedLayers(t *testing.T) {
	for _, r := range recordings(t) {
		spatials, temporals := r.mode[1]-'0', r.mode[3]-'0'
		nested := !strings.HasSuffix(r.mode, "_KEY")
		var s, bare Stream
		var highest [2]uint8
		for i, p := range r.packets {
			f, ok := s.Parse(r.codec, p.payload, p.dd)
			if !ok {
				t.Fatalf("%v %s: packet %d is refused", r.codec, r.mode, i)
			}
			if i == 0 && (!f.Start || !f.Keyframe || f.Entry != spatialUpTo(spatials-1) || f.Needed != All) {
				t.Errorf("%v %s begins with %+v", r.codec, r.mode, f)
			}
			highest[0], highest[1] = max(highest[0], f.Spatial+1), max(highest[1], f.Temporal+1)
			if f.Nested != nested {
				t.Errorf("%v %s: nested is %t", r.codec, r.mode, f.Nested)
			}
			if !f.Needed.Has(Choose(f.Spatial, f.Temporal)) || f.Needed&^temporalFrom(f.Temporal) != 0 {
				t.Errorf("%v %s: layers %d, %d are needed by %016b", r.codec, r.mode, f.Spatial, f.Temporal, f.Needed)
			}
			plain, ok := bare.Parse(r.codec, p.payload, nil)
			if r.codec != VP9 {
				continue
			}
			if !ok || plain.Spatial != f.Spatial || plain.Temporal != f.Temporal || plain.Start != f.Start || plain.End != f.End {
				t.Errorf("%v %s: packet %d is %+v by its payload, %+v by its descriptor", r.codec, r.mode, i, plain, f)
			}
			if plain.Needed != f.Needed {
				t.Errorf("%v %s: packet %d is needed by %016b by its payload, %016b by its descriptor", r.codec, r.mode, i, plain.Needed, f.Needed)
			}
			if step := spatialUpTo(f.Spatial) &^ temporalFrom(temporals); plain.Entry&step != f.Entry&step {
				t.Errorf("%v %s: packet %d can be begun with by %016b by its payload, %016b by its descriptor", r.codec, r.mode, i, plain.Entry, f.Entry)
			}
		}
		if highest != [2]uint8{spatials, temporals} {
			t.Errorf("%v %s has %d spatial and %d temporal layers", r.codec, r.mode, highest[0], highest[1])
		}
	}
}

func FuzzStream(f *testing.F) {
	for _, r := range recordings(f) {
		for _, p := range r.packets[1:] {
			f.Add(uint8(r.codec), r.packets[0].payload, r.packets[0].dd, p.payload, p.dd)
		}
	}
	f.Fuzz(func(t *testing.T, typ uint8, payload1, dd1, payload2, dd2 []byte) {
		var s Stream
		codec := Type(typ % uint8(Types))
		s.Parse(codec, payload1, dd1)
		frame, ok := s.Parse(codec, payload2, dd2)
		if ok && frame.Needed == 0 && dd2 == nil {
			t.Fatalf("nobody needs %+v", frame)
		}
	})
}
