package wire

import (
	"fmt"
	"os"
	"sync/atomic"
	"syscall"
	"time"
	"unsafe"

	"konklave/internal/sfu"

	"golang.org/x/sys/unix"
)

// poller lets a shard sleep until a datagram waits at one of its sockets, another goroutine wakes it, or a moment has
// come. The sockets are in an epoll set, and that set itself waits in the Go runtime's poller: one goroutine sleeps
// on any number of sockets and no thread is blocked.
//
// The moment is a timerfd(2) in the set. With a timer of the runtime's own, the runtime would sleep for whole milliseconds
// only, and its monitor thread, which sees that a timer is due, would look every 20 microseconds whether somebody came.
type poller struct {
	set      *os.File
	timer    int
	until    sfu.Time // for which the timer is set, 0 before the first time
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
	timer, err := unix.TimerfdCreate(unix.CLOCK_MONOTONIC, unix.TFD_CLOEXEC|unix.TFD_NONBLOCK)
	if err != nil {
		_ = unix.Close(fd)
		return nil, fmt.Errorf("making a timer: %w", err)
	}
	p := &poller{set: os.NewFile(uintptr(fd), "epoll"), timer: timer}
	fds := []int{timer}
	for _, port := range ports {
		fds = append(fds, port.fd)
	}
	for _, one := range fds {
		event := unix.EpollEvent{Events: unix.EPOLLIN, Fd: int32(one)}
		if err := unix.EpollCtl(fd, unix.EPOLL_CTL_ADD, one, &event); err != nil {
			p.close()
			return nil, fmt.Errorf("adding to the epoll set: %w", err)
		}
	}
	if p.raw, err = p.set.SyscallConn(); err != nil {
		p.close()
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

// wait sleeps until a moment, at most. It may return early for no reason. It tells whether it slept: then nothing had
// waited.
func (p *poller) wait(now, until sfu.Time) (slept bool) {
	if p.pending.Load() || until <= now {
		return false
	}
	if until != p.until {
		p.arm(now, until)
	}
	p.slept = false
	if p.raw.Read(p.ready) != nil {
		// Woken, which stays until it is taken back. Whoever wakes at the same time has posted its work already.
		_ = p.set.SetReadDeadline(time.Time{})
	}
	p.sleeping.Store(false)
	return p.slept
}

// arm sets the timer, which also makes it forget that it has gone off. The call does not block.
func (p *poller) arm(now, until sfu.Time) {
	p.until = until
	in := unix.ItimerSpec{Value: unix.NsecToTimespec(int64(until - now))}
	_, _, _ = unix.RawSyscall6(unix.SYS_TIMERFD_SETTIME, uintptr(p.timer), 0, uintptr(unsafe.Pointer(&in)), 0, 0, 0)
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

func (p *poller) close() {
	_ = p.set.Close()
	_ = unix.Close(p.timer)
}
