package wire

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

const (
	maxStreamed = 256 << 10 // bytes that may wait for a slow connection
	lastWords   = 200 * time.Millisecond
)

// stream is one TCP connection. A goroutine reads it and hands the packets to the shard; another writes what the shard
// has queued, so the shard never waits for it.
type stream struct {
	listeners *tcpListeners
	conn      net.Conn
	remote    endpoint
	checked   atomic.Pointer[path] // set by the shard at the first valid check

	mu      sync.Mutex
	waiting []byte // frames
	spare   []byte // the writer's other buffer
	closed  bool
	wake    chan struct{}
	done    chan struct{}
}

// read takes frames until the connection ends. Until the first valid check nothing but checks is looked at, and the
// connection has limits.tcpCheck to bring one and see it become a path.
func (st *stream) read() {
	defer st.close()
	w := st.listeners.w
	_ = st.conn.SetReadDeadline(time.Now().Add(w.limits.tcpCheck))
	owner, err := st.firstCheck()
	st.listeners.onChecked(st)
	if err != nil {
		return
	}
	defer owner.post(func(s *shard) {
		if p := st.path(); p != nil {
			p.t.dropPath(s, p)
		}
	})
	defer st.close() // before the command above: whoever makes a path later sees it
	in := bufio.NewReaderSize(st.conn, 8<<10)
	var buf [datagramMax]byte
	var pace budget
	for {
		frame, err := readFrame(in, buf[:])
		if err != nil {
			return
		}
		if !pace.take(w.now(), len(frame), w.limits.burst) { // before the mailbox, which is for all
			owner.mail.overRate.Add(1)
			continue
		}
		owner.deliverFrom(frame, st.remote, localIP{}, st)
	}
}

// firstCheck waits for a valid check and gives the connection to the shard of its transport.
func (st *stream) firstCheck() (*shard, error) {
	w := st.listeners.w
	var buf [datagramMax]byte
	for {
		frame, err := readFrame(st.conn, buf[:])
		if err != nil {
			return nil, err
		}
		c, ok := parseCheck(frame)
		if !ok {
			continue
		}
		a := w.agentOf(c.ufrag)
		if a == nil || !a.verify(&c) {
			continue
		}
		owner := a.t.claim(w.leastLoaded())
		if owner == nil {
			return nil, net.ErrClosed
		}
		owner.deliverFrom(frame, st.remote, localIP{}, st)
		return owner, nil
	}
}

// readFrame reads one packet into buf (RFC 4571 section 2).
func readFrame(r io.Reader, buf []byte) ([]byte, error) {
	if _, err := io.ReadFull(r, buf[:2]); err != nil {
		return nil, err
	}
	n := int(binary.BigEndian.Uint16(buf))
	if n > len(buf) {
		return nil, errors.New("frame is larger than any packet")
	}
	if _, err := io.ReadFull(r, buf[:n]); err != nil {
		return nil, err
	}
	return buf[:n], nil
}

// path is the stream's path once a check has passed.
func (st *stream) path() *path { return st.checked.Load() }

// ofAnother tells that the connection is another transport's already: it carries one.
func (st *stream) ofAnother(t *Transport) bool {
	p := st.path()
	return p != nil && p.t != t
}

// setPath gives the connection to a path. From now on consent ends it when it goes silent, by dropping the path.
func (st *stream) setPath(p *path) {
	st.checked.Store(p)
	st.mu.Lock()
	defer st.mu.Unlock()
	if !st.closed {
		_ = st.conn.SetReadDeadline(time.Time{})
	}
}

// send queues a packet for the writer, or drops it when the connection is too slow.
func (st *stream) send(b []byte) bool {
	st.mu.Lock()
	defer st.mu.Unlock()
	if st.closed || len(st.waiting)+2+len(b) > maxStreamed {
		return false
	}
	st.waiting = binary.BigEndian.AppendUint16(st.waiting, uint16(len(b)))
	st.waiting = append(st.waiting, b...)
	select {
	case st.wake <- struct{}{}:
	default:
	}
	return true
}

// over tells that the connection has ended, or is about to.
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

// write is the writer goroutine; it closes the connection when the stream ends.
func (st *stream) write() {
	defer func() { _ = st.conn.Close() }()
	for open := true; open; {
		select {
		case <-st.wake:
		case <-st.done:
			open = false // what was queued last, such as close_notify, still leaves
		}
		st.mu.Lock()
		out := st.waiting
		st.waiting, st.spare = st.spare[:0], nil
		st.mu.Unlock()
		if _, err := st.conn.Write(out); err != nil {
			break
		}
		st.mu.Lock()
		st.spare = out
		st.mu.Unlock()
	}
	st.close()
}

// close ends the connection without waiting for it.
func (st *stream) close() {
	st.mu.Lock()
	if st.closed {
		st.mu.Unlock()
		return
	}
	st.closed = true
	st.mu.Unlock()
	_ = st.conn.SetDeadline(time.Now().Add(lastWords))
	_ = st.conn.SetReadDeadline(longAgo)
	close(st.done)
	st.listeners.mu.Lock()
	delete(st.listeners.streams, st)
	st.listeners.mu.Unlock()
}
