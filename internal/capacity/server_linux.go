package capacity

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"
)

// server is this program once more, in development mode, with a data directory of its own.
type server struct {
	command *exec.Cmd
	dir     string
	url     string // of signalling: ws://127.0.0.1:port
	ended   chan error
}

// startServer waits until the server is ready. Settings of the installation in use do not reach it: it has its own
// ports, and none of it is to be found from outside.
func startServer(ctx context.Context) (*server, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "konklave-bench-")
	if err != nil {
		return nil, err
	}
	s := &server{dir: dir, ended: make(chan error, 1)}
	s.command = exec.Command(self, "serve", "--config="+os.DevNull, "--dev", "--port=0", "--rtc-udp-port=0", "--rtc-tcp-port=0", "--metrics-bind=",
		"--data-dir="+dir, "--log-level=error", "--limits-participants=0", "--limits-rooms=0", "--limits-room-participants=0", "--limits-room-voices=0")
	s.command.Dir = dir // no configuration file is there
	for _, entry := range os.Environ() {
		if !strings.HasPrefix(entry, "KONKLAVE_") || strings.HasPrefix(entry, "KONKLAVE_TEST_") {
			s.command.Env = append(s.command.Env, entry)
		}
	}
	out, err := s.command.StdoutPipe()
	if err == nil {
		err = s.command.Start()
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("starting a server: %w", err), os.RemoveAll(dir))
	}
	ready := make(chan string, 1)
	go func() {
		for lines := bufio.NewScanner(out); lines.Scan(); {
			if _, at, ok := strings.Cut(lines.Text(), "ready: http://localhost:"); ok {
				ready <- "ws://127.0.0.1:" + at
			}
		}
		s.ended <- s.command.Wait()
	}()
	select {
	case s.url = <-ready:
		return s, nil
	case err := <-s.ended:
		s.ended <- err
		return nil, errors.Join(fmt.Errorf("the server did not start: %w", err), s.stop())
	case <-ctx.Done():
		return nil, errors.Join(ctx.Err(), s.stop())
	case <-time.After(20 * time.Second):
		return nil, errors.Join(errors.New("the server is not ready after 20 s"), s.stop())
	}
}

func (s *server) stop() error {
	_ = s.command.Process.Signal(syscall.SIGTERM)
	select {
	case <-s.ended:
	case <-time.After(15 * time.Second):
		_ = s.command.Process.Kill()
		<-s.ended
	}
	return os.RemoveAll(s.dir)
}
