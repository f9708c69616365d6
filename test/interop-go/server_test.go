package interop

import (
	"bytes"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/livekit/protocol/auth"
	"github.com/livekit/protocol/livekit"
	"github.com/livekit/protocol/logger"
	"github.com/livekit/protocol/webhook"
)

// TestMain keeps what the SDK tells of its work out of what a failing test says.
func TestMain(m *testing.M) {
	logger.InitFromConfig(&logger.Config{Level: "error"}, "test")
	os.Exit(m.Run())
}

const key, secret = "devkey", "secret" // of development mode

// server is the built binary on free ports, with somebody who listens to its webhooks.
type server struct {
	t       *testing.T
	url     string
	flags   []string
	command *exec.Cmd
	log     bytes.Buffer

	mu     sync.Mutex
	events []*livekit.WebhookEvent
	faults []error
}

func start(t *testing.T) *server {
	t.Helper()
	s := &server{t: t}
	hooks := httptest.NewServer(http.HandlerFunc(s.hear))
	t.Cleanup(hooks.Close)
	port := freePort(t)
	s.url = "http://127.0.0.1:" + port
	s.flags = []string{"serve", "--dev", "--data-dir", t.TempDir(), "--port", port, "--metrics-bind", "127.0.0.1:0",
		"--rtc-udp-port", "0", "--rtc-tcp-port", freePort(t), "--webhook-url", hooks.URL}
	s.run()
	t.Cleanup(func() {
		_ = s.command.Process.Signal(syscall.SIGTERM)
		if err := s.command.Wait(); err != nil {
			t.Errorf("the server ended with %v:\n%s", err, &s.log)
		}
		if len(s.faults) > 0 {
			t.Errorf("webhooks: %v", s.faults)
		}
		if t.Failed() {
			t.Logf("the server said:\n%s", &s.log)
		}
	})
	return s
}

// hear takes a webhook.
func (s *server) hear(_ http.ResponseWriter, r *http.Request) {
	event, err := webhook.ReceiveWebhookEvent(r, auth.NewSimpleKeyProvider(key, secret))
	s.mu.Lock()
	defer s.mu.Unlock()
	if err != nil {
		s.faults = append(s.faults, err)
		return
	}
	s.events = append(s.events, event)
}

// run starts the binary and waits until it is ready.
func (s *server) run() {
	s.t.Helper()
	s.command = exec.Command("../../bin/konklave", s.flags...)
	s.command.Stdout, s.command.Stderr = &s.log, &s.log
	if err := s.command.Start(); err != nil {
		s.t.Fatalf("%v: make build makes the binary", err)
	}
	until(s.t, "the server", func() bool {
		response, err := http.Get(s.url + "/readyz")
		if err != nil {
			return false
		}
		_ = response.Body.Close()
		return response.StatusCode == http.StatusOK
	})
}

// kill ends the server as a crash would, and starts it again.
func (s *server) kill() {
	s.t.Helper()
	if err := s.command.Process.Kill(); err != nil {
		s.t.Fatal(err)
	}
	_ = s.command.Wait() // it says that it was killed
	s.run()
}

// told gives the names of the events of a room so far.
func (s *server) told(room string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := ""
	for _, e := range s.events {
		if e.GetRoom().GetName() == room {
			all += e.GetEvent() + " "
		}
	}
	return all
}

func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return fmt.Sprint(l.Addr().(*net.TCPAddr).Port)
}

const patience = 15 * time.Second

func until(t *testing.T, what string, holds func() bool) {
	t.Helper()
	within(t, time.Now().Add(patience), what, holds)
}

func within(t *testing.T, limit time.Time, what string, holds func() bool) {
	t.Helper()
	for ; !holds(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(limit) {
			t.Fatalf("waited in vain for %s", what)
		}
	}
}
