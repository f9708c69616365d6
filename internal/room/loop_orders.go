package room

import (
	"slices"
	"sync"

	"konklave/internal/id"
)

// orders are what whoever conducts a room wants done: a list of its own beside the mailbox, because they must neither wait
// nor be lost, and must be carried out before whatever is posted after them.
type orders struct {
	mu   sync.Mutex
	list []Command
	wait chan struct{} // holds a token while there may be some
}

func newOrders() *orders { return &orders{wait: make(chan struct{}, 1)} }

// Conduct gives the room SetRights, DropRights, StopSource or Close, without waiting. They are carried out in their order, and
// before what is posted later. A room that is over ignores them.
func (r *Room) Conduct(c Command) {
	r.orders.mu.Lock()
	r.orders.list = append(r.orders.list, c)
	r.orders.mu.Unlock()
	select {
	case r.orders.wait <- struct{}{}:
	default:
	}
}

func (o *orders) take() []Command {
	o.mu.Lock()
	defer o.mu.Unlock()
	list := o.list
	o.list = nil
	return list
}

// obey carries out the orders that there are, and tells whether the room is over.
func (r *Room) obey() (over bool) {
	for _, c := range r.orders.take() {
		if r.open(letter{command: c}) {
			return true
		}
	}
	return false
}

// Watcher is told what is forwarded in guarded rooms, when that has changed. It is called from the room's goroutine and must
// return at once; when it is false, it is asked again at the next tick.
type Watcher func(room id.RoomName, f Forwarded) bool

// tellWatcher tells what changed. Of what it did not take, only the last of each participant is kept.
func (r *Room) tellWatcher() {
	if r.watcher == nil {
		r.untold = nil
		return
	}
	for i, f := range r.untold {
		newer := slices.ContainsFunc(r.untold[i+1:], func(g Forwarded) bool { return g.Identity == f.Identity })
		if !newer && !r.watcher(r.name, f) {
			r.untold = slices.Delete(r.untold, 0, i)
			return
		}
	}
	r.untold = r.untold[:0]
}
