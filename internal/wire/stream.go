package wire

import (
	"encoding/binary"
	"sync"
	"sync/atomic"
)

const maxStreamed = 256 << 10 // bytes that may wait for a slow stream

// stream is a path that takes packets in its own time: a TCP connection (tcp.go) or a relay (relay.go). The shard
// queues packets and never waits; a goroutine of the stream's owner takes them from there.
type stream struct {
	kind      PathKind
	remote    endpoint
	addressed bool                 // frames have the address that they come from
	onPath    func()               // it is a path now
	onClose   func()               // it has ended; must not wait
	checked   atomic.Pointer[path] // set by the shard at the first valid check

	mu      sync.Mutex
	waiting []byte // frames
	spare   []byte // the reader's other buffer
	closed  bool
	wake    chan struct{}
	done    chan struct{}
}

func newStream(kind PathKind, remote endpoint) stream {
	return stream{kind: kind, remote: remote, wake: make(chan struct{}, 1), done: make(chan struct{})}
}

// path is the stream's path once a check has passed.
func (st *stream) path() *path { return st.checked.Load() }

// ofAnother tells that the stream is another transport's already: it carries one.
func (st *stream) ofAnother(t *Transport) bool {
	p := st.path()
	return p != nil && p.t != t
}

// setPath gives the stream to a path. From now on consent ends it when it goes silent, by dropping the path.
func (st *stream) setPath(p *path) {
	st.checked.Store(p)
	st.mu.Lock()
	defer st.mu.Unlock()
	if !st.closed && st.onPath != nil {
		st.onPath()
	}
}

// leavePath ends the stream with its path p, or only its part in it: a relay may become a path again.
func (st *stream) leavePath(p *path) {
	if !st.kind.relayed() {
		st.close()
		return
	}
	st.checked.CompareAndSwap(p, nil)
}

// send queues a packet that comes from one of our addresses, or drops it when the stream is too slow.
func (st *stream) send(local localIP, b []byte) bool {
	st.mu.Lock()
	defer st.mu.Unlock()
	if st.closed || len(st.waiting)+frameHead+len(b) > maxStreamed {
		return false
	}
	st.waiting = binary.BigEndian.AppendUint16(st.waiting, uint16(len(b)))
	if st.addressed {
		st.waiting = binary.BigEndian.AppendUint64(st.waiting, local.hi)
		st.waiting = binary.BigEndian.AppendUint64(st.waiting, local.lo)
	}
	st.waiting = append(st.waiting, b...)
	select {
	case st.wake <- struct{}{}:
	default:
	}
	return true
}

const frameHead = 2 + 16 // bytes at most before the packet

// take waits for what is queued and gives all of it. It is false when nothing follows: what was queued last, such as
// close_notify, still comes. The caller gives it back with keep.
func (st *stream) take() (frames []byte, open bool) {
	open = true
	select {
	case <-st.wake:
	case <-st.done:
		open = false
	}
	st.mu.Lock()
	defer st.mu.Unlock()
	frames = st.waiting
	st.waiting, st.spare = st.spare[:0], nil
	return frames, open
}

// keep takes the memory of frames back.
func (st *stream) keep(frames []byte) {
	st.mu.Lock()
	defer st.mu.Unlock()
	st.spare = frames
}

// over tells that the stream has ended, or is about to.
func (st *stream) over() bool {
	st.mu.Lock()
	defer st.mu.Unlock()
	return st.closed
}

// queued is how many bytes wait.
func (st *stream) queued() int {
	st.mu.Lock()
	defer st.mu.Unlock()
	return len(st.waiting)
}

// close ends the stream without waiting for it.
func (st *stream) close() {
	st.mu.Lock()
	if st.closed {
		st.mu.Unlock()
		return
	}
	st.closed = true
	st.mu.Unlock()
	if st.onClose != nil {
		st.onClose()
	}
	close(st.done)
}
