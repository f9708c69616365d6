package wire

import "testing"

func TestWindow(t *testing.T) {
	var w window
	for _, c := range []struct {
		seq   uint16
		index int64
		ok    bool
	}{
		{65530, 65530, true}, {65530, 65530, false}, {65535, 65535, true}, {65533, 65533, true}, {65533, 65533, false},
		{2, 1<<16 + 2, true}, {0, 1 << 16, true}, {65535, 65535, false},
		{1, 1<<16 + 1, true}, {1, 1<<16 + 1, false}, {1500, 1<<16 + 1500, true}, {3, 1<<16 + 3, true}, {3, 1<<16 + 3, false},
		{4000, 1<<16 + 4000, true}, {1500, 1<<16 + 1500, false}, {1984, 1<<16 + 1984, true},
		{1983, 1<<16 + 1983, false}, // too old to tell
		{20000, 1<<16 + 20000, true}, {19999, 1<<16 + 19999, true}, {4000, 1<<16 + 4000, false},
		{50000, 1<<16 + 50000, true}, {10000, 2<<16 + 10000, true},
	} {
		if index, ok := w.mark(c.seq, true); ok != c.ok || index != c.index {
			t.Errorf("%d: %d, %v", c.seq, index, ok)
		}
	}
	var first window
	first.mark(3, true)
	if index, ok := first.mark(65535, true); ok {
		t.Errorf("%d comes before the first number of all", index)
	}
}

// Whatever order numbers come in, none counts as fresh twice.
func FuzzWindow(f *testing.F) {
	f.Add([]byte{1, 1, 1, 255, 64, 192, 128})
	f.Fuzz(func(t *testing.T, steps []byte) {
		var w window
		seen := map[int64]bool{}
		seq := uint16(65000)
		for _, step := range steps {
			seq += uint16(int8(step)) * 37
			if index, fresh := w.mark(seq, true); fresh {
				if seen[index] || uint16(index) != seq || index < 0 {
					t.Fatalf("%d is fresh as %d", seq, index)
				}
				seen[index] = true
			} else if index >= 0 && !seen[index] && index>>6 > w.highest>>6-windowWords {
				t.Fatalf("%d is not fresh as %d", seq, index)
			}
		}
	})
}

// Padding that announces a stream takes no memory, and none of its numbers is free afterwards.
func TestWindowOfPadding(t *testing.T) {
	var w window
	for seq := range uint16(200) {
		if _, fresh := w.mark(1000+seq, false); !fresh {
			t.Fatalf("%d is not fresh", 1000+seq)
		}
	}
	if w.before != nil {
		t.Error("it has memory for what is not kept")
	}
	for seq := range uint16(100) {
		if _, fresh := w.mark(1200+seq, true); !fresh {
			t.Fatalf("%d is not fresh", 1200+seq)
		}
	}
	for seq := range uint16(300) {
		if _, fresh := w.mark(1000+seq, true); fresh {
			t.Fatalf("%d is fresh again", 1000+seq)
		}
	}
}
