package load

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"

	"konklave/bench/link"
)

// Reader reads the sockets of many clients in one goroutine: batches by recvmmsg(2), each message one datagram or
// several that the kernel joined (UDP_GRO). Nothing is opened here; clients count by the headers, which are clear.
//
// It can wait for packets, or look for them once in a millisecond (Poll). Whoever waits is woken by the sender: on
// loopback the server pays for that, which over a network it does not.
type Reader struct {
	set     int      // the epoll set of all sockets
	gate    *os.File // an epoll set of that alone, in the Go runtime's poller, so that no thread is blocked
	joined  bool
	polls   atomic.Bool
	closed  atomic.Bool
	running sync.WaitGroup

	mu      sync.Mutex // held while packets are handed out
	clients map[int32]*Client

	events [256]unix.EpollEvent
	batch  *link.Batch
}

const (
	batchMessages = 16
	pollEvery     = time.Millisecond
)

// NewReader makes a reader that waits. Without joined, each datagram comes by itself, as to a client that does not ask for
// GRO.
func NewReader(joined bool) (*Reader, error) {
	r := &Reader{joined: joined, clients: make(map[int32]*Client), batch: link.NewBatch(batchMessages, false)}
	var err error
	if r.set, err = unix.EpollCreate1(unix.EPOLL_CLOEXEC); err != nil {
		return nil, fmt.Errorf("making an epoll set: %w", err)
	}
	gate, err := unix.EpollCreate1(unix.EPOLL_CLOEXEC)
	if err == nil {
		err = unix.SetNonblock(gate, true) // so that os.NewFile takes it as pollable
	}
	if err != nil {
		_ = unix.Close(r.set)
		return nil, fmt.Errorf("making an epoll set: %w", err)
	}
	r.gate = os.NewFile(uintptr(gate), "epoll")
	raw, err := r.gate.SyscallConn()
	if err == nil {
		err = r.open(true)
	}
	if err != nil {
		_ = r.gate.Close()
		_ = unix.Close(r.set)
		return nil, fmt.Errorf("waiting on an epoll set: %w", err)
	}
	r.running.Go(func() { r.run(raw) })
	return r, nil
}

// Close ends the reader, after all of its clients.
func (r *Reader) Close() {
	r.closed.Store(true)
	_ = r.gate.Close() // ends the wait
	r.running.Wait()
	_ = unix.Close(r.set)
}

// Poll has the reader look for packets from time to time instead of waiting for them, or wait again.
func (r *Reader) Poll(on bool) error {
	if r.polls.Swap(on) == on {
		return nil
	}
	until := time.Time{}
	if on {
		until = time.Now() // ends the wait
	}
	return errors.Join(r.open(!on), r.gate.SetReadDeadline(until))
}

// open has what comes to the sockets end the wait, or not.
func (r *Reader) open(on bool) error {
	what := unix.EPOLL_CTL_DEL
	if on {
		what = unix.EPOLL_CTL_ADD
	}
	raw, err := r.gate.SyscallConn()
	if err != nil {
		return err
	}
	inner := error(nil)
	err = raw.Control(func(gate uintptr) {
		inner = unix.EpollCtl(int(gate), what, r.set, &unix.EpollEvent{Events: unix.EPOLLIN})
	})
	return errors.Join(err, inner)
}

func (r *Reader) run(raw syscall.RawConn) {
	ready := 0
	look := func(uintptr) bool {
		n, _, errno := unix.RawSyscall6(unix.SYS_EPOLL_PWAIT, uintptr(r.set), uintptr(unsafe.Pointer(&r.events[0])), uintptr(len(r.events)), 0, 0, 0)
		ready = int(n)
		if errno != 0 {
			ready = 0
		}
		return ready > 0
	}
	for !r.closed.Load() {
		ready = 0
		if r.polls.Load() {
			time.Sleep(pollEvery)
			look(0)
		} else if err := raw.Read(look); err != nil && !errors.Is(err, os.ErrDeadlineExceeded) {
			return
		}
		for ready > 0 {
			r.hand(r.events[:ready])
			if ready < len(r.events) {
				break
			}
			look(0)
		}
		runtime.Gosched() // publishers must keep their pace also when there is always something to read
	}
}

// hand reads the sockets that have something.
func (r *Reader) hand(events []unix.EpollEvent) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i := range events {
		if c := r.clients[events[i].Fd]; c != nil {
			r.drain(c)
		}
	}
}

// drain reads a socket until nothing waits there.
func (r *Reader) drain(c *Client) {
	for {
		n := r.batch.Read(c.udp.fd)
		if n == 0 {
			return
		}
		read := time.Now()
		now, wall := read.Sub(c.opts.Begin), read.UnixNano()
		c.count.mu.Lock()
		for i := range n {
			now := now
			if arrived := r.batch.Arrived(i); arrived != 0 { // by the wall's clock, which Begin is not
				now -= time.Duration(max(0, wall-arrived))
			}
			for b := range slices.Chunk(r.batch.Message(i)) {
				c.take(b, now)
			}
		}
		c.count.mu.Unlock()
		if n < batchMessages {
			return
		}
	}
}

func (r *Reader) add(c *Client) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	event := unix.EpollEvent{Events: unix.EPOLLIN | unix.EPOLLET, Fd: int32(c.udp.fd)}
	r.clients[event.Fd] = c
	if err := unix.EpollCtl(r.set, unix.EPOLL_CTL_ADD, c.udp.fd, &event); err != nil {
		return fmt.Errorf("adding to an epoll set: %w", err)
	}
	return nil
}

// remove forgets a client: nothing is handed to it any more.
func (r *Reader) remove(c *Client) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if id := int32(c.udp.fd); r.clients[id] == c {
		delete(r.clients, id)
		_ = unix.EpollCtl(r.set, unix.EPOLL_CTL_DEL, c.udp.fd, nil)
	}
}
