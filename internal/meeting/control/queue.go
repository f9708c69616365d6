package control

import (
	"sync"

	"konklave/internal/meeting"
)

// queue holds the messages for one client in order. It takes memory only while something waits: most of the time
// most clients have nothing to read.
type queue struct {
	mu     sync.Mutex
	frames []meeting.Frame
	filled chan struct{} // holds a token while something may be waiting
}

func newQueue() *queue { return &queue{filled: make(chan struct{}, 1)} }

// push adds a message, or is false when too many wait already.
func (q *queue) push(f meeting.Frame) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.frames) >= queued {
		return false
	}
	q.frames = append(q.frames, f)
	select {
	case q.filled <- struct{}{}:
	default:
	}
	return true
}

// take gives everything that waits.
func (q *queue) take() []meeting.Frame {
	q.mu.Lock()
	defer q.mu.Unlock()
	frames := q.frames
	q.frames = nil
	return frames
}
