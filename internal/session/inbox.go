package session

import "sync"

// inboxLimit bounds what waits for a session that does not get the processor; beyond it the session is ended.
const inboxLimit = 4096

// inbox holds what the room and the transport want of a session until its goroutine takes it. put never blocks.
//
// What only passes through a session to its client needs no goroutine: while the session rests, it goes to the socket at
// once, see pass. In a large room nearly everything is that.
type inbox struct {
	mu     sync.Mutex
	jobs   []func()
	closed bool
	direct *socket       // where messages may go past the session; nil while it is busy, or wants to see them
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

// pass sends a message past a session that rests. It is false when the session must see it, or what came before.
func (b *inbox) pass(message []byte) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.direct == nil || len(b.jobs) > 0 {
		return false
	}
	_ = b.direct.send(message) // what is not sent closes the socket
	return true
}

// work begins a turn of the session, and gives all that waits, in order.
func (b *inbox) work() []func() {
	b.mu.Lock()
	defer b.mu.Unlock()
	jobs := b.jobs
	b.jobs, b.direct = nil, nil
	return jobs
}

// rest ends a turn. Messages may go to a socket from now on; nil is none.
func (b *inbox) rest(direct *socket) {
	b.mu.Lock()
	b.direct = direct
	b.mu.Unlock()
}

// close gives all that still waits, and lets nothing more in.
func (b *inbox) close() []func() {
	b.mu.Lock()
	b.closed = true
	b.mu.Unlock()
	return b.work()
}
