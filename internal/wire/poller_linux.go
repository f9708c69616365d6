package wire

import (
	"fmt"
	"os"
	"sync/atomic"
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// poller lets a shard sleep until a datagram waits at one of its sockets, another goroutine wakes it, or a moment has
// come. The sockets are in an epoll set, and that set itself waits in the Go runtime's poller: one goroutine sleeps
// on any number of sockets and no thread is blocked.
type poller struct {
	set      *os.File
	raw      syscall.RawConn
	pending  atomic.Bool // work was posted since the last turn began
	sleeping atomic.Bool
	slept    bool // of the shard alone
	ready    func(fd uintptr) bool
	events   [1]unix.EpollEvent
}

func newPoller(ports []*port) (*poller, error) {
	fd, err := unix.EpollCreate1(unix.EPOLL_CLOEXEC)
	if err != nil {
		return nil, fmt.Errorf("making the epoll set: %w", err)
	}
	if err := unix.SetNonblock(fd, true); err != nil { // for os.NewFile, which then takes it as pollable
		_ = unix.Close(fd)
		return nil, fmt.Errorf("making the epoll set: %w", err)
	}
	p := &poller{set: os.NewFile(uintptr(fd), "epoll")}
	for _, port := range ports {
		event := unix.EpollEvent{Events: unix.EPOLLIN, Fd: int32(port.fd)}
		if err := unix.EpollCtl(fd, unix.EPOLL_CTL_ADD, port.fd, &event); err != nil {
			_ = p.set.Close()
			return nil, fmt.Errorf("adding to the epoll set: %w", err)
		}
	}
	if p.raw, err = p.set.SyscallConn(); err != nil {
		_ = p.set.Close()
		return nil, fmt.Errorf("waiting on the epoll set: %w", err)
	}
	p.ready = func(fd uintptr) bool {
		n, _, _ := unix.RawSyscall6(unix.SYS_EPOLL_PWAIT, fd, uintptr(unsafe.Pointer(&p.events[0])), 1, 0, 0, 0)
		if int(n) > 0 {
			return true
		}
		p.slept = true
		p.sleeping.Store(true)
		return p.pending.Load()
	}
	return p, nil
}

// wait sleeps for at most d. It may return early for no reason. It tells whether it slept: then nothing had waited.
func (p *poller) wait(d time.Duration) (slept bool) {
	if p.pending.Load() || d <= 0 {
		return false
	}
	p.slept = false
	// The deadline is set before ready looks at pending, and wake sets pending before the deadline: whichever comes
	// last, no wake-up is lost.
	_ = p.set.SetReadDeadline(time.Now().Add(min(d, time.Hour)))
	_ = p.raw.Read(p.ready)
	p.sleeping.Store(false)
	return p.slept
}

// wake ends the sleep, or prevents the next one. Any goroutine may call it.
func (p *poller) wake() {
	p.pending.Store(true)
	if p.sleeping.CompareAndSwap(true, false) {
		_ = p.set.SetReadDeadline(longAgo)
	}
}

// begin starts a turn: what is posted from now on wakes again.
func (p *poller) begin() { p.pending.Store(false) }

func (p *poller) close() { _ = p.set.Close() }
