package interop

import (
	"bytes"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/livekit/protocol/auth"
	"github.com/livekit/protocol/livekit"
	"github.com/livekit/protocol/webhook"
)

const key, secret = "devkey", "secret" // of development mode

// server is the built binary on free ports, with somebody who listens to its webhooks.
type server struct {
	url string

	mu     sync.Mutex
	events []*livekit.WebhookEvent
	faults []error
}

func start(t *testing.T) *server {
	t.Helper()
	s := &server{}
	hooks := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		event, err := webhook.ReceiveWebhookEvent(r, auth.NewSimpleKeyProvider(key, secret))
		s.mu.Lock()
		defer s.mu.Unlock()
		if err != nil {
			s.faults = append(s.faults, err)
			return
		}
		s.events = append(s.events, event)
	}))
	t.Cleanup(hooks.Close)
	port := freePort(t)
	var log bytes.Buffer
	command := exec.Command("../../bin/konklave", "serve", "--dev", "--data-dir", t.TempDir(), "--port", port,
		"--metrics-bind", "127.0.0.1:0", "--rtc-udp-port", "0", "--rtc-tcp-port", freePort(t), "--webhook-url", hooks.URL)
	command.Stdout, command.Stderr = &log, &log
	if err := command.Start(); err != nil {
		t.Fatalf("%v: make build makes the binary", err)
	}
	t.Cleanup(func() {
		_ = command.Process.Signal(syscall.SIGTERM)
		if err := command.Wait(); err != nil {
			t.Errorf("the server ended with %v:\n%s", err, &log)
		}
		if len(s.faults) > 0 {
			t.Errorf("webhooks: %v", s.faults)
		}
	})
	s.url = "http://127.0.0.1:" + port
	until(t, "the server", func() bool {
		response, err := http.Get(s.url + "/readyz")
		if err != nil {
			return false
		}
		_ = response.Body.Close()
		return response.StatusCode == http.StatusOK
	})
	return s
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

func until(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for limit := time.Now().Add(15 * time.Second); !holds(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(limit) {
			t.Fatalf("waited in vain for %s", what)
		}
	}
}
