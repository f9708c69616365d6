package line

import (
	"container/heap"
	"math/rand/v2"

	"konklave/internal/sfu/bwe"
)

// Millisecond and Second are spans of time.
const (
	Millisecond = bwe.Time(1_000_000)
	Second      = 1000 * Millisecond
)

// World runs events in the order of time.
type World struct {
	Now    bwe.Time
	Chance *rand.Rand
	Before func(at bwe.Time) // called, where it is set, before what happens at a time
	events events
	count  int
}

// NewWorld makes a world at time zero whose chance follows from seed.
func NewWorld(seed uint64) *World {
	return &World{Chance: rand.New(rand.NewPCG(seed, 7))}
}

// At plans an event, at once if its time has passed.
func (w *World) At(at bwe.Time, do func()) {
	w.count++
	heap.Push(&w.events, event{max(at, w.Now), w.count, do})
}

// After plans an event in some time.
func (w *World) After(span bwe.Time, do func()) { w.At(w.Now+span, do) }

// Every does something again and again, first at the time from.
func (w *World) Every(from, interval bwe.Time, do func()) {
	w.At(from, func() {
		do()
		w.Every(w.Now+interval, interval, do)
	})
}

// Run lets everything happen up to a time.
func (w *World) Run(until bwe.Time) {
	for len(w.events) > 0 && w.events[0].at <= until {
		e := heap.Pop(&w.events).(event)
		if w.Before != nil && e.at > w.Now {
			w.Before(e.at)
		}
		w.Now = e.at
		e.do()
	}
	w.Now = until
}

type event struct {
	at    bwe.Time
	order int
	do    func()
}

type events []event

func (q events) Len() int { return len(q) }
func (q events) Less(i, j int) bool {
	return q[i].at < q[j].at || q[i].at == q[j].at && q[i].order < q[j].order
}
func (q events) Swap(i, j int) { q[i], q[j] = q[j], q[i] }
func (q *events) Push(x any)   { *q = append(*q, x.(event)) }
func (q *events) Pop() any {
	last := (*q)[len(*q)-1]
	*q = (*q)[:len(*q)-1]
	return last
}
