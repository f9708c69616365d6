package main

import (
	"fmt"
	"io"
	"net"
	"os"
	"runtime"

	"golang.org/x/sys/unix"
)

// reach leads who connects to a port of loopback here to the same port in the place, and gives the port: a browser there that
// takes orders by a socket can be told to listen at it.
func (p *place) reach() (port int, err error) {
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	to := l.Addr().String()
	go func() { // as long as this process
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go p.lead(c, to)
		}
	}()
	return l.Addr().(*net.TCPAddr).Port, nil
}

// lead joins a connection with one to an address in the place.
func (p *place) lead(c net.Conn, to string) {
	defer func() { _ = c.Close() }()
	there, err := p.dial(to)
	if err != nil {
		return
	}
	defer func() { _ = there.Close() }()
	go func() {
		_, _ = io.Copy(there, c)
		_ = there.Close()
	}()
	_, _ = io.Copy(c, there)
}

// dial connects to an address as a program in the place does: a socket stays where it was made.
func (p *place) dial(to string) (c net.Conn, err error) {
	dialled := make(chan struct{})
	go func() {
		defer close(dialled)
		runtime.LockOSThread() // and never unlocked: the thread ends with this goroutine, and goes back to no other
		var there *os.File
		if there, err = os.Open(p.netns); err != nil {
			return
		}
		defer func() { _ = there.Close() }()
		if err = unix.Setns(int(there.Fd()), unix.CLONE_NEWNET); err != nil {
			err = fmt.Errorf("entering a place: %w", err)
			return
		}
		c, err = net.Dial("tcp4", to)
	}()
	<-dialled
	return c, err
}
