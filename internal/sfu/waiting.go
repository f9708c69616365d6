package sfu

// held is a packet that waits.
type held struct {
	down  *DownTrack
	seq   int64 // ours
	since Time
	size  int
}

// waiting are packets that wait, in the order in which they go.
type waiting struct {
	list  []held // from head on
	head  int
	bytes int // of all of them
}

func (w *waiting) count() int { return len(w.list) - w.head }

func (w *waiting) empty() bool { return w.count() == 0 }

// age is how long the first has waited.
func (w *waiting) age(now Time) Time {
	if w.empty() {
		return 0
	}
	return now - w.list[w.head].since
}

// push makes a packet wait, in front of those of its down track that have higher numbers.
func (w *waiting) push(h held) {
	if w.head > 0 && len(w.list) == cap(w.list) {
		n := copy(w.list, w.list[w.head:])
		clear(w.list[n:])
		w.list, w.head = w.list[:n], 0
	}
	w.list = append(w.list, h)
	w.bytes += h.size
	last := len(w.list) - 1
	for i := last - 1; i >= w.head; i-- {
		if other := w.list[i]; other.down == h.down {
			if other.seq < h.seq {
				return
			}
			w.list[i], w.list[last] = w.list[last], other
			last = i
		}
	}
}

// pop takes the first.
func (w *waiting) pop() held {
	h := w.list[w.head]
	w.list[w.head] = held{}
	w.bytes -= h.size
	if w.head++; w.empty() {
		w.list, w.head = w.list[:0], 0
	}
	return h
}

// forget lets go of what waits of a down track and gives the first of its numbers, if any waited.
func (w *waiting) forget(d *DownTrack) (first int64, any bool) {
	kept := w.list[:w.head]
	for _, h := range w.list[w.head:] {
		if h.down != d {
			kept = append(kept, h)
			continue
		}
		w.bytes -= h.size
		if !any || h.seq < first {
			first, any = h.seq, true
		}
	}
	clear(w.list[len(kept):])
	if w.list = kept; w.empty() {
		w.list, w.head = w.list[:0], 0
	}
	return first, any
}

// after tells whether a packet has a higher number than one of its down track that waits. All that waits does.
func (w *waiting) after(d *DownTrack, seq int64) bool {
	for _, h := range w.list[w.head:] {
		if h.down == d {
			return h.seq < seq
		}
	}
	return false
}

// holds tells whether a packet waits.
func (w *waiting) holds(d *DownTrack, seq int64) bool {
	for i := w.head; i < len(w.list); i++ {
		if h := &w.list[i]; h.down == d && h.seq == seq {
			return true
		}
	}
	return false
}
