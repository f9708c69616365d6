package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// server is the process that is measured.
type server struct {
	kind    string
	version string

	command *exec.Cmd
	dir     string // its data directory
	pid     int
	url     string // of signalling: ws://127.0.0.1:port
	metrics string // http://127.0.0.1:port/metrics, or "" when it has none
	log     tail
	ended   chan error
}

// startServer starts our server on free ports with an empty data directory and waits until it is ready. With one core
// to run on it makes one shard.
func startServer(ctx context.Context, binary string, core int, flags ...string) (*server, error) {
	dir, err := os.MkdirTemp("", "konklave-bench-")
	if err != nil {
		return nil, err
	}
	args := []string{binary, "serve", "--dev", "--port", "0", "--rtc-udp-port", "0", "--rtc-tcp-port", "0",
		"--open-hosting", "--metrics-bind", "127.0.0.1:0", "--data-dir", dir, "--log-level", "warn"}
	s := &server{kind: ours, version: versionOf(binary), dir: dir}
	return s, s.start(ctx, core, append(args, flags...))
}

// start starts the process and waits until it is ready; when it fails, nothing is left of it.
func (s *server) start(ctx context.Context, core int, args []string) error {
	if core >= 0 {
		args = append([]string{"taskset", "-c", strconv.Itoa(core)}, args...) // it becomes the server: same pid
	}
	s.command, s.ended = exec.Command(args[0], args[1:]...), make(chan error, 1)
	s.command.Stderr = &s.log
	out, err := s.command.StdoutPipe()
	if err == nil {
		err = s.command.Start()
	}
	if err != nil {
		_ = os.RemoveAll(s.dir)
		return fmt.Errorf("starting the server: %w", err)
	}
	s.pid = s.command.Process.Pid
	ready := make(chan struct{})
	go func() {
		s.readAddresses(bufio.NewScanner(out), ready)
		s.ended <- s.command.Wait()
	}()
	if s.url != "" { // known beforehand: it is ready when it answers there
		go s.knock(ctx, ready)
	}
	select {
	case <-ready:
		return nil
	case err := <-s.ended:
		s.ended <- err
		err = fmt.Errorf("the server did not start: %w: %s", err, s.log.String())
		return errors.Join(err, s.stop())
	case <-ctx.Done():
		return errors.Join(ctx.Err(), s.stop())
	case <-time.After(10 * time.Second):
		return errors.Join(errors.New("the server is not ready after 10 s"), s.stop())
	}
}

// readAddresses reads what the server prints for people until it prints no more.
func (s *server) readAddresses(lines *bufio.Scanner, ready chan struct{}) {
	known := s.url != ""
	for lines.Scan() {
		if _, at, ok := strings.Cut(lines.Text(), "ready: http://localhost:"); ok && !known {
			s.url = "ws://127.0.0.1:" + at
		}
		if _, at, ok := strings.Cut(lines.Text(), "metrics  "); ok && !known {
			s.metrics = strings.TrimPrefix(at, "none")
			close(ready)
		}
	}
}

// knock tries until somebody listens at the server's address.
func (s *server) knock(ctx context.Context, ready chan<- struct{}) {
	for ctx.Err() == nil {
		if conn, err := net.Dial("tcp", strings.TrimPrefix(s.url, "ws://")); err == nil {
			_ = conn.Close()
			close(ready)
			return
		}
		_ = sleep(ctx, 20*time.Millisecond)
	}
}

// stop ends the server, in order if it can.
func (s *server) stop() error {
	defer os.RemoveAll(s.dir)
	_ = s.command.Process.Signal(syscall.SIGTERM)
	select {
	case err := <-s.ended:
		if err != nil {
			return fmt.Errorf("the server ended: %w: %s", err, s.log.String())
		}
		return nil
	case <-time.After(15 * time.Second):
		_ = s.command.Process.Kill()
		<-s.ended
		return errors.New("the server did not end within 15 s")
	}
}

// tail keeps the beginning of what the server logs: with warnings only it is little.
type tail struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (t *tail) Write(b []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.text.Len() < 64<<10 {
		t.text.Write(b)
	}
	return len(b), nil
}

func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return strings.TrimSpace(t.text.String())
}
