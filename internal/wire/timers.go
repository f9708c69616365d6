package wire

import (
	"time"

	"konklave/internal/sfu"
)

// timers is a binary heap of the transports of a shard by the moment they want to be polled. The moments stand in the heap
// itself: to sort hundreds of transports without a look at them touches little memory.
type timers struct{ heap []timer }

type timer struct {
	due sfu.Time
	t   *Transport
}

// next is the earliest moment.
func (h *timers) next() sfu.Time {
	if len(h.heap) == 0 {
		return sfu.Never
	}
	return h.heap[0].due
}

// run polls what is due.
func (h *timers) run(now sfu.Time, s *shard) {
	for len(h.heap) > 0 && h.heap[0].due <= now {
		t := h.heap[0].t
		// A transport that asks for the past would hold up the shard.
		h.set(t, max(t.poll(s), now+sfu.Milliseconds(1)))
	}
}

// set moves a transport to its new moment, adding it if it is new.
func (h *timers) set(t *Transport, due sfu.Time) {
	if t.place < 0 {
		if t.removed {
			return
		}
		t.place = len(h.heap)
		h.heap = append(h.heap, timer{t: t})
	}
	h.heap[t.place].due = due
	h.up(t.place)
	h.down(t.place)
}

// earlier makes a transport's moment not later than due.
func (h *timers) earlier(t *Transport, due sfu.Time) {
	if t.place >= 0 && due < h.heap[t.place].due {
		h.heap[t.place].due = due
		h.up(t.place)
	}
}

// beat is the distance of moments at which transports are polled together.
const beat = sfu.Time(20 * time.Millisecond)

// together moves a moment that is not near to the next beat: hundreds of transports that each want to be polled ten times a
// second would wake the shard each for itself. A beat before the moment would not do: nothing is to be done then, and the
// moment itself is near.
func (h *timers) together(now, due sfu.Time) sfu.Time {
	if due-now < 2*beat || due > sfu.Never-beat {
		return due
	}
	return due + (beat-due%beat)%beat
}

func (h *timers) remove(t *Transport) {
	i, last := t.place, len(h.heap)-1
	if i < 0 {
		return
	}
	h.swap(i, last)
	h.heap[last] = timer{}
	h.heap = h.heap[:last]
	t.place = -1
	if i < last {
		h.up(i)
		h.down(i)
	}
}

func (h *timers) swap(i, j int) {
	h.heap[i], h.heap[j] = h.heap[j], h.heap[i]
	h.heap[i].t.place, h.heap[j].t.place = i, j
}

func (h *timers) up(i int) {
	for i > 0 {
		parent := (i - 1) / 2
		if h.heap[parent].due <= h.heap[i].due {
			return
		}
		h.swap(i, parent)
		i = parent
	}
}

func (h *timers) down(i int) {
	for {
		least := i
		for _, child := range [2]int{2*i + 1, 2*i + 2} {
			if child < len(h.heap) && h.heap[child].due < h.heap[least].due {
				least = child
			}
		}
		if least == i {
			return
		}
		h.swap(i, least)
		i = least
	}
}
