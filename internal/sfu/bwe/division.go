package bwe

import (
	"cmp"
	"slices"
)

// Rank is the order in which tracks get what they want. Sound has none: it comes before all of them.
type Rank uint8

// Ranks.
const (
	Screen Rank = iota
	Speaker
	Other
)

// Wish is what a subscriber could get of one track of pictures, and what of it is given.
type Wish struct {
	Rank   Rank
	Size   int    // pixels of its tile
	Rates  []Rate // of each choice, growing: the layers, as measured, that make sense for the tile
	Choice int    // that is given, an index of Rates, -1 for none; Division.Divide changes it
}

const (
	upPause   = 200 * millisecond // between two choices that become better; first pictures do not wait
	upMost    = 16 * second       // between two, where the last ones did not hold
	upHolds   = 5 * second        // what became better so long ago held
	upForgets = 20 * second       // without anything becoming worse
	upRoom    = 0.94              // of what there is may be used by what becomes better
)

// Division divides what a subscriber's transport carries among the tracks it sees. The zero value is ready. Its memory
// is what keeps pictures from changing to and fro; what is best follows from the moment alone, in this order: screen
// shares up to their best, a first picture of everybody, the speaker's best, then the others', the larger the tile the
// earlier, those of a size step by step together.
type Division struct {
	order []int32 // scratch
	steps []step
	next  Time // when something may become better
	pause Time // between two of those
	up    Time // when something did last
	down  Time // when something became worse last
}

// step is one track's becoming better by one choice.
type step struct{ wish, choice int32 }

// Divide decides what is given of each wish: less at once, more by one choice of one track at a time. Sound, which is sent
// in any case, takes its rate first. It tells whether anything changed.
func (d *Division) Divide(now Time, estimate, sound Rate, wishes []Wish) (changed bool) {
	d.plan(wishes)
	budget := estimate - sound
	if d.keep(wishes, budget) {
		d.worse(now)
		changed = true
	}
	for d.raise(now, wishes, budget) {
		changed = true
	}
	return changed
}

// Wanted is the rate beyond which nothing becomes better, for Estimator.NextProbe: with the room that the last step needs.
func Wanted(sound Rate, wishes []Wish) Rate {
	all := Rate(0)
	for i := range wishes {
		if n := len(wishes[i].Rates); n > 0 {
			all += wishes[i].Rates[n-1]
		}
	}
	return sound + all.times(1/upRoom) + Kbit // what is divided is rounded
}

// plan lists all steps in the order of what is best.
func (d *Division) plan(wishes []Wish) {
	d.order, d.steps = d.order[:0], d.steps[:0]
	for i := range wishes {
		w := &wishes[i]
		w.Choice = min(w.Choice, len(w.Rates)-1)
		d.order = append(d.order, int32(i))
	}
	slices.SortStableFunc(d.order, func(a, b int32) int {
		x, y := &wishes[a], &wishes[b]
		return cmp.Or(cmp.Compare(x.Rank, y.Rank), cmp.Compare(y.Size, x.Size))
	})
	screens := 0
	for screens < len(d.order) && wishes[d.order[screens]].Rank == Screen {
		screens++
	}
	d.planGroups(wishes, d.order[:screens], 0)
	for _, i := range d.order[screens:] {
		if len(wishes[i].Rates) > 0 {
			d.steps = append(d.steps, step{i, 0})
		}
	}
	d.planGroups(wishes, d.order[screens:], 1)
}

// planGroups lists the steps of tracks from a choice on, those of one rank and size together.
func (d *Division) planGroups(wishes []Wish, order []int32, choice int) {
	for len(order) > 0 {
		first, n, most := &wishes[order[0]], 0, 0
		for ; n < len(order) && wishes[order[n]].Rank == first.Rank && wishes[order[n]].Size == first.Size; n++ {
			most = max(most, len(wishes[order[n]].Rates))
		}
		for c := choice; c < most; c++ {
			for _, i := range order[:n] {
				if c < len(wishes[i].Rates) {
					d.steps = append(d.steps, step{i, int32(c)})
				}
			}
		}
		order = order[n:]
	}
}

// cost is what a step adds.
func (s step) cost(wishes []Wish) Rate {
	rates := wishes[s.wish].Rates
	if s.choice == 0 {
		return rates[0]
	}
	return rates[s.choice] - rates[s.choice-1]
}

// keep takes away what does not fit, and tells whether that was anything.
func (d *Division) keep(wishes []Wish, budget Rate) (less bool) {
	for _, s := range d.steps {
		w := &wishes[s.wish]
		if int(s.choice) > w.Choice {
			continue
		}
		if cost := s.cost(wishes); cost <= budget {
			budget -= cost
		} else {
			w.Choice = int(s.choice) - 1
			less = true
		}
	}
	return less
}

// raise takes the first step that fits, if it is time for one; what is less important makes room.
func (d *Division) raise(now Time, wishes []Wish, budget Rate) bool {
	left := budget.times(upRoom)
	for _, s := range d.steps {
		w, cost := &wishes[s.wish], s.cost(wishes)
		switch {
		case int(s.choice) <= w.Choice:
			left -= cost
		case int(s.choice) == w.Choice+1 && cost <= left && (now >= d.next || s.choice == 0):
			w.Choice++
			if s.choice > 0 {
				d.up, d.next = now, now+max(d.pause, upPause)
			}
			d.keep(wishes, budget.times(upRoom))
			return true
		}
	}
	return false
}

// worse waits the longer with what becomes better, the less that held.
func (d *Division) worse(now Time) {
	if now-d.down > upForgets {
		d.pause = 0
	}
	if d.up != 0 && now-d.up < upHolds {
		d.pause = min(max(2*d.pause, 2*upPause), upMost)
		d.up = 0
	}
	d.down, d.next = now, now+max(d.pause, upPause)
}
