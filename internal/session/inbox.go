package session

import "sync"

// inboxLimit bounds what waits for a session that does not get the processor; beyond it the session is ended.
const inboxLimit = 4096

// inbox holds what the room and the transport want of a session until its goroutine takes it. put never blocks.
type inbox struct {
	mu   sync.Mutex
	jobs []func()
	wake chan struct{} // capacity 1
}

func newInbox() *inbox { return &inbox{wake: make(chan struct{}, 1)} }

// put queues a job and tells whether there was room.
func (b *inbox) put(job func()) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.jobs) >= inboxLimit {
		return false
	}
	b.jobs = append(b.jobs, job)
	signalOnce(b.wake)
	return true
}

// take gives all that waits, in order.
func (b *inbox) take() []func() {
	b.mu.Lock()
	defer b.mu.Unlock()
	jobs := b.jobs
	b.jobs = nil
	return jobs
}
