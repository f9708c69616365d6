package codec

import (
	"bytes"
	"testing"
)

// redPacket writes a payload of blocks as Chromium does, the packet's own last.
func redPacket(pt uint8, blocks ...string) []byte {
	var b []byte
	for i, block := range blocks[:len(blocks)-1] {
		offset := 960 * (len(blocks) - 1 - i)
		b = append(b, 0x80|pt, byte(offset>>6), byte(offset<<2)|byte(len(block)>>8), byte(len(block)))
	}
	b = append(b, pt)
	for _, block := range blocks {
		b = append(b, block...)
	}
	return b
}

func TestRED(t *testing.T) {
	long := string(bytes.Repeat([]byte{'x'}, 1000))
	for name, test := range map[string]struct {
		payload []byte
		primary string
		ok      bool
	}{
		"alone":                {redPacket(111, "new"), "new", true},
		"one earlier":          {redPacket(111, "old", "new"), "new", true},
		"two earlier":          {redPacket(111, "older", "old", "new"), "new", true},
		"a long one":           {redPacket(111, long, "new"), "new", true},
		"nothing earlier":      {redPacket(111, "", "new"), "new", true},
		"nothing":              {nil, "", false},
		"no block":             {redPacket(111, "old", ""), "", false},
		"header cut":           {[]byte{0x80 | 111, 0, 0}, "", false},
		"no last header":       {[]byte{0x80 | 111, 0, 0, 0}, "", false},
		"longer than it is":    {[]byte{0x80 | 111, 0, 3, 255, 111, 1, 2}, "", false},
		"too many":             {redPacket(111, "1", "2", "3", "4", "5", "6", "7", "8", "9"), "", false},
		"as many as there may": {redPacket(111, "1", "2", "3", "4", "5", "6", "7", "8"), "8", true},
	} {
		f, ok := Parse(RED, test.payload)
		if ok != test.ok || ok && f != NoFrame {
			t.Errorf("%s: %+v, %v", name, f, ok)
			continue
		}
		if !ok {
			continue
		}
		if got := string(PrimaryRED(test.payload)); got != test.primary {
			t.Errorf("%s: own block %q", name, got)
		}
		var head [MaxREDHeaders]byte
		n := RewriteRED(head[:], test.payload, 96)
		again := append(bytes.Clone(head[:n]), test.payload[n:]...)
		if got := string(PrimaryRED(again)); got != test.primary || again[n-1] != 96 || again[0]&0x7f != 96 {
			t.Errorf("%s: with another payload type %x", name, again)
		}
		if n = RewriteRED(head[:], again, 111); !bytes.Equal(append(bytes.Clone(head[:n]), again[n:]...), test.payload) {
			t.Errorf("%s: does not come back", name)
		}
	}
}

func FuzzRED(f *testing.F) {
	f.Add(redPacket(111, "new"))
	f.Add(redPacket(111, "older", "old", "new"))
	f.Add([]byte{0x80 | 111, 0, 3, 255, 111, 1, 2})
	f.Fuzz(func(t *testing.T, payload []byte) {
		before := bytes.Clone(payload)
		_, ok := Parse(RED, payload)
		primary := PrimaryRED(payload)
		var head [MaxREDHeaders]byte
		n := RewriteRED(head[:], payload, 96)
		if !bytes.Equal(payload, before) {
			t.Fatal("the packet of others was changed")
		}
		if ok && (len(primary) == 0 || n == 0 || n+len(primary) > len(payload)) {
			t.Fatalf("%d bytes of headers, %d of sound in %d", n, len(primary), len(payload))
		}
	})
}

func BenchmarkRED(b *testing.B) {
	payload := redPacket(111, string(make([]byte, 80)), string(make([]byte, 80)))
	var head [MaxREDHeaders]byte
	b.ReportAllocs()
	for b.Loop() {
		if _, ok := Parse(RED, payload); !ok || len(PrimaryRED(payload)) != 80 || RewriteRED(head[:], payload, 96) == 0 {
			b.Fatal("not understood")
		}
	}
}
