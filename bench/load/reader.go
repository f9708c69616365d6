package load

import (
	"fmt"
	"os"
	"runtime"
	"slices"
	"sync"
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"

	"konklave/bench/link"
)

// Reader reads the sockets of many clients in one goroutine: batches by recvmmsg(2), each message one datagram or
// several that the kernel joined (UDP_GRO). Nothing is opened here; clients count by the headers, which are clear.
type Reader struct {
	set     *os.File // the epoll set of all sockets; itself in the Go runtime's poller, so that no thread is blocked
	joined  bool
	running sync.WaitGroup

	mu      sync.Mutex // held while packets are handed out
	clients map[int32]*Client

	events [256]unix.EpollEvent
	batch  *link.Batch
}

const batchMessages = 16

// NewReader makes a reader. Without joined, each datagram comes by itself, as to a client that does not ask for GRO.
func NewReader(joined bool) (*Reader, error) {
	fd, err := unix.EpollCreate1(unix.EPOLL_CLOEXEC)
	if err == nil {
		err = unix.SetNonblock(fd, true) // so that os.NewFile takes it as pollable
	}
	if err != nil {
		return nil, fmt.Errorf("making an epoll set: %w", err)
	}
	r := &Reader{set: os.NewFile(uintptr(fd), "epoll"), joined: joined, clients: make(map[int32]*Client),
		batch: link.NewBatch(batchMessages, false)}
	raw, err := r.set.SyscallConn()
	if err != nil {
		_ = r.set.Close()
		return nil, fmt.Errorf("waiting on an epoll set: %w", err)
	}
	r.running.Go(func() { r.run(raw) })
	return r, nil
}

// Close ends the reader, after all of its clients.
func (r *Reader) Close() {
	_ = r.set.Close() // ends the wait
	r.running.Wait()
}

func (r *Reader) run(raw syscall.RawConn) {
	ready := 0
	wait := func(fd uintptr) bool {
		n, _, errno := unix.RawSyscall6(unix.SYS_EPOLL_PWAIT, fd, uintptr(unsafe.Pointer(&r.events[0])), uintptr(len(r.events)), 0, 0, 0)
		ready = int(n)
		if errno != 0 {
			ready = 0
		}
		return ready > 0
	}
	for raw.Read(wait) == nil {
		r.mu.Lock()
		for i := range r.events[:ready] {
			if c := r.clients[r.events[i].Fd]; c != nil {
				r.drain(c)
			}
		}
		r.mu.Unlock()
		runtime.Gosched() // publishers must keep their pace also when there is always something to read
	}
}

// drain reads a socket until nothing waits there.
func (r *Reader) drain(c *Client) {
	for {
		n := r.batch.Read(c.udp.fd)
		if n == 0 {
			return
		}
		now := time.Since(c.opts.Begin)
		c.count.mu.Lock()
		for i := range n {
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
	return r.control(unix.EPOLL_CTL_ADD, c.udp.fd, &event)
}

// remove forgets a client: nothing is handed to it any more.
func (r *Reader) remove(c *Client) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if id := int32(c.udp.fd); r.clients[id] == c {
		delete(r.clients, id)
		_ = r.control(unix.EPOLL_CTL_DEL, c.udp.fd, nil)
	}
}

func (r *Reader) control(what, fd int, event *unix.EpollEvent) error {
	raw, err := r.set.SyscallConn()
	if err != nil {
		return fmt.Errorf("changing an epoll set: %w", err)
	}
	inner := error(nil)
	if err = raw.Control(func(set uintptr) { inner = unix.EpollCtl(int(set), what, fd, event) }); err == nil {
		err = inner
	}
	if err != nil {
		return fmt.Errorf("changing an epoll set: %w", err)
	}
	return nil
}
