package testkit

import (
	"bufio"
	"errors"
	"io"
	"net"
	"os"
	"testing"
	"time"
)

// echo is a server that says every line again.
func echo(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			c, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				_, _ = io.Copy(c, c)
			}()
		}
	}()
	return listener.Addr().String()
}

func TestRelay(t *testing.T) {
	relay, err := NewRelay(echo(t))
	if err != nil {
		t.Fatal(err)
	}
	defer relay.Close()
	c, err := net.Dial("tcp", relay.Addr())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	lines := bufio.NewReader(c)
	say := func(text string) {
		t.Helper()
		if _, err := c.Write([]byte(text + "\n")); err != nil {
			t.Fatal(err)
		}
	}
	hear := func(want string, within time.Duration) error {
		_ = c.SetReadDeadline(time.Now().Add(within))
		got, err := lines.ReadString('\n')
		if err == nil && got != want+"\n" {
			t.Errorf("heard %q, want %q", got, want)
		}
		return err
	}
	say("one")
	if err := hear("one", timeout); err != nil {
		t.Fatal(err)
	}
	relay.BlackHole(true)
	say("two")
	if err := hear("two", 200*time.Millisecond); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Fatalf("through the black hole: %v", err)
	}
	relay.BlackHole(false)
	if err := hear("two", timeout); err != nil {
		t.Fatalf("after the black hole: %v", err)
	}
	relay.Cut()
	if err := hear("", timeout); err == nil || errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("after the cut: %v", err)
	}
}
