package codec

import "testing"

func TestParseH264(t *testing.T) {
	var (
		middle   = NoFrame
		start    = frame(func(f *Frame) { f.Start = true })
		key      = frame(func(f *Frame) { f.Keyframe = true })
		keyStart = frame(func(f *Frame) { f.Keyframe, f.Start = true, true })
	)
	runParseCases(t, H264, []parseCase{
		{name: "SPS", payload: []byte{0x67, 0x42, 0xe0}, want: keyStart},
		{name: "PPS", payload: []byte{0x68, 0xce}, want: middle},
		{name: "IDR slice behind its parameter sets", payload: []byte{0x65, 0x88}, want: key},
		{name: "first slice of a picture", payload: []byte{0x41, 0x9a}, want: start},
		{name: "second slice of a picture", payload: []byte{0x41, 0x42}, want: middle},
		{name: "access unit delimiter", payload: []byte{0x09, 0x10}, want: start},
		{
			name:    "STAP-A with SPS, PPS, IDR",
			payload: []byte{0x78, 0, 3, 0x67, 1, 2, 0, 2, 0x68, 1, 0, 3, 0x65, 0x88, 1}, want: keyStart,
		},
		{name: "STAP-A with SEI and slice", payload: []byte{0x78, 0, 2, 0x06, 1, 0, 2, 0x41, 0x9a}, want: start},
		{name: "FU-A, first fragment of an IDR", payload: []byte{0x7c, 0x85, 0x88}, want: key},
		{name: "FU-A, later fragment of an IDR", payload: []byte{0x7c, 0x05, 0x88}, want: key},
		{name: "FU-A, first fragment of a slice", payload: []byte{0x5c, 0x81, 0x9a}, want: start},
		{name: "FU-A, last fragment of a slice", payload: []byte{0x5c, 0x41, 0x9a}, want: middle},
		{name: "FU-A without payload", payload: []byte{0x7c, 0x85}, refused: true},
		{name: "STAP-A with too long a unit", payload: []byte{0x78, 0, 9, 0x67, 1}, refused: true},
		{name: "STAP-A with an empty unit", payload: []byte{0x78, 0, 0, 0, 1, 0x67}, refused: true},
		{name: "STAP-A with half a length", payload: []byte{0x78, 0, 1, 0x67, 0}, refused: true},
		{name: "undefined type", payload: []byte{0x1f, 0x00}, refused: true},
		{name: "empty", payload: nil, refused: true},
	})
}

func FuzzH264(f *testing.F) {
	f.Add([]byte{0x78, 0, 3, 0x67, 1, 2, 0, 2, 0x68, 1, 0, 3, 0x65, 0x88, 1})
	f.Add([]byte{0x7c, 0x85, 0x88})
	f.Fuzz(func(t *testing.T, payload []byte) {
		if got, ok := Parse(H264, payload); ok && got.Descriptor != 0 {
			t.Errorf("a descriptor of %d bytes", got.Descriptor)
		}
	})
}
