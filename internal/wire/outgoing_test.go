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
		{4000, 1<<16 + 4000, true}, {1500, 1<<16 + 1500, false}, {1960, 1<<16 + 1960, true},
		{1951, 1<<16 + 1951, false}, // too old to tell
		{20000, 1<<16 + 20000, true}, {19999, 1<<16 + 19999, true}, {4000, 1<<16 + 4000, false},
		{50000, 1<<16 + 50000, true}, {10000, 2<<16 + 10000, true},
	} {
		if index, ok := w.mark(c.seq); ok != c.ok || index != c.index {
			t.Errorf("%d: %d, %v", c.seq, index, ok)
		}
	}
	var first window
	first.mark(3)
	if index, ok := first.mark(65535); ok {
		t.Errorf("%d comes before the first number of all", index)
	}
}
