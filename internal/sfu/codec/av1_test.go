package codec

import "testing"

func TestParseAV1(t *testing.T) {
	runParseCases(t, AV1, []parseCase{
		{
			name: "new sequence, one OBU", payload: []byte{0x18, 0x0a, 0x0b},
			want: frame(func(f *Frame) { f.Start, f.Keyframe, f.Descriptor = true, true, 1 }),
		},
		{
			name: "sequence header with length, N not set", payload: []byte{0x20, 0x02, 0x08, 0x00, 0x30, 0x00},
			want: frame(func(f *Frame) { f.Start, f.Keyframe, f.Descriptor = true, true, 1 }),
		},
		{
			name: "frame OBU", payload: []byte{0x10, 0x30, 0x00},
			want: frame(func(f *Frame) { f.Descriptor = 1 }),
		},
		{
			name: "frame OBU with layer ids", payload: []byte{0x10, 0x34, 0x48, 0x00},
			want: frame(func(f *Frame) { f.Temporal, f.Spatial, f.Descriptor = 2, 1, 1 }),
		},
		{
			name: "continued OBU whose bytes look like a sequence header", payload: []byte{0x90, 0x0a, 0x0b},
			want: frame(func(f *Frame) { f.Descriptor = 1 }),
		},
		{
			name: "descriptor: whole frame", payload: []byte{0x10, 0x30, 0x00}, dd: []byte{0xc1, 0x00, 0x07},
			want: frame(func(f *Frame) { f.Start, f.End, f.Descriptor = true, true, 1 }),
		},
		{
			name: "descriptor: start of a key frame", payload: []byte{0x10, 0x30, 0x00}, dd: []byte{0x80, 0x00, 0x07, 0x80, 0x00, 0xe0},
			want: frame(func(f *Frame) { f.Start, f.Keyframe, f.Descriptor = true, true, 1 }),
		},
		{
			name: "descriptor: middle, optional fields without structure", payload: []byte{0x90, 0x30, 0x00}, dd: []byte{0x00, 0x00, 0x07, 0x40},
			want: frame(func(f *Frame) { f.Descriptor = 1 }),
		},
		{name: "descriptor too short", payload: []byte{0x10, 0x30}, dd: []byte{0x80, 0x00}, refused: true},
		{name: "continuation and new sequence", payload: []byte{0x98, 0x30}, refused: true},
		{name: "length beyond the packet", payload: []byte{0x20, 0x09, 0x08}, refused: true},
		{name: "length without end", payload: []byte{0x20, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01}, refused: true},
		{name: "empty", payload: nil, refused: true},
	})
}

func FuzzAV1(f *testing.F) {
	f.Add([]byte{0x20, 0x02, 0x08, 0x00, 0x30, 0x00}, []byte{0x80, 0x00, 0x07, 0x80})
	f.Add([]byte{0x10, 0x34, 0x48}, []byte(nil))
	f.Fuzz(func(t *testing.T, payload, dd []byte) {
		if got, ok := new(Stream).Parse(AV1, payload, dd); ok && got.Descriptor != 1 {
			t.Errorf("a descriptor of %d bytes", got.Descriptor)
		}
	})
}
