package session

import "sync"

// inboxLimit bounds what waits for a session that does not get the processor; beyond it the session is ended.
const inboxLimit = 4096

// inbox holds what the room and the transport want of a session until its goroutine takes it. put never blocks.
type inbox struct {
	mu     sync.Mutex
	jobs   []func()
	closed bool
	wake   chan struct{} // capacity 1
}

func newInbox() *inbox { return &inbox{wake: make(chan struct{}, 1)} }

// put queues a job. It is false when there is no room for it, or nobody who would take it: then the job is never done.
func (b *inbox) put(job func()) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed || len(b.jobs) >= inboxLimit {
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

// close gives all that still waits, and lets nothing more in.
func (b *inbox) close() []func() {
	b.mu.Lock()
	b.closed = true
	b.mu.Unlock()
	return b.take()
}
