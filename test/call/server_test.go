package call

import (
	"bytes"
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"konklave/internal/app"
	"konklave/internal/config"
	"konklave/internal/id"
	"konklave/internal/testkit"
	"konklave/internal/token"
)

// server is a whole Konklave in this process, in development mode, on free ports of loopback.
type server struct {
	t      *testing.T
	url    string
	output *output // of log and terminal
	stop   func()
	cfg    config.Config
	dual   bool // clients have two PeerConnections, unless a test says otherwise
}

// output collects what is written, safely.
type output struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (o *output) Write(b []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(b)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

var readyLine = regexp.MustCompile(`(https?://)localhost:(\d+)`)

// start runs a server until the test ends. settings are environment variables that differ from the test's defaults.
func start(t *testing.T, settings ...string) *server {
	t.Helper()
	env := settingsOf(t)
	for _, s := range settings {
		name, value, _ := strings.Cut(s, "=")
		env[name] = value
	}
	cfg, err := config.Load(config.Sources{Env: env})
	if err != nil {
		t.Fatal(err)
	}
	s := &server{t: t, output: &output{}, cfg: cfg}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- app.Run(ctx, cfg, s.output, s.output) }()
	s.stop = sync.OnceFunc(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("the server ended with: %v", err)
		}
		if t.Failed() {
			t.Logf("the server wrote:\n%s", s.output)
		}
	})
	t.Cleanup(s.stop)
	for range 500 {
		if found := readyLine.FindStringSubmatch(s.output.String()); found != nil {
			s.url = found[1] + "127.0.0.1:" + found[2]
			return s
		}
		select {
		case err := <-ended:
			t.Fatalf("the server did not start: %v\n%s", err, s.output)
		case <-time.After(10 * time.Millisecond):
		}
	}
	t.Fatalf("the server did not get ready:\n%s", s.output)
	return nil
}

// settingsOf are the settings of a test's server, as environment variables.
func settingsOf(t *testing.T) map[string]string {
	t.Helper()
	return map[string]string{
		"KONKLAVE_DEV": "true", "KONKLAVE_OPEN_HOSTING": "true", "KONKLAVE_PORT": "0", "KONKLAVE_DATA_DIR": t.TempDir(), "KONKLAVE_METRICS_BIND": "127.0.0.1:0",
		"KONKLAVE_RTC_UDP_PORT": "0", "KONKLAVE_RTC_TCP_PORT": freeTCPPort(t), "KONKLAVE_LOG_LEVEL": "debug",
	}
}

// trusting takes any certificate: that of the server is its own.
var trusting = &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}}

// bothWays runs a test with clients that have one PeerConnection, and with clients that have two.
func bothWays(t *testing.T, test func(t *testing.T, ctx context.Context, s *server)) {
	t.Helper()
	for _, dual := range []bool{false, true} {
		t.Run(map[bool]string{false: "single", true: "dual"}[dual], func(t *testing.T) {
			ctx, s := deadline(t), start(t)
			s.dual = dual
			test(t, ctx, s)
		})
	}
}

// freeTCPPort asks the system for one; the setting 0 would turn media over TCP off.
func freeTCPPort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return fmt.Sprint(l.Addr().(*net.TCPAddr).Port)
}

// token makes an access token to the room of all these tests.
func (s *server) token(identity string, change ...func(*token.Grants)) string {
	s.t.Helper()
	grants := token.Grants{Room: "room", RoomJoin: true}
	for _, c := range change {
		c(&grants)
	}
	text, err := token.Sign(token.Claims{
		Identity: id.Identity(identity), IssuedAt: time.Now(), ExpiresAt: time.Now().Add(time.Hour), Video: grants,
	}, config.DevKey, config.DevSecret.Reveal())
	if err != nil {
		s.t.Fatal(err)
	}
	return text
}

// join lets a participant in, with media connected. It leaves when the test ends.
func (s *server) join(ctx context.Context, identity string, change ...func(*testkit.Options)) *testkit.Participant {
	s.t.Helper()
	opts := testkit.Options{URL: s.url, Token: s.token(identity), Dual: s.dual, Client: trusting}
	for _, c := range change {
		c(&opts)
	}
	p, err := testkit.Join(ctx, opts)
	if err != nil {
		s.t.Fatalf("%s: %v", identity, err)
	}
	s.t.Cleanup(p.Close)
	if err := p.Connected(ctx); err != nil {
		s.t.Fatalf("%s: %v", identity, err)
	}
	p.KeepAlive()
	return p
}

// deadline bounds a whole test.
func deadline(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 60*time.Second)
	t.Cleanup(cancel)
	return ctx
}

// until fails the test when the condition does not come true.
func until(t *testing.T, ctx context.Context, p *testkit.Participant, what string, holds func(*testkit.View) bool) {
	t.Helper()
	if err := p.Until(ctx, what, holds); err != nil {
		p.Look(func(v *testkit.View) {
			t.Logf("received: %+v, state %s, leave %v, failure %v", describe(v), v.State, v.Leave, v.Failure)
		})
		t.Fatal(err)
	}
}

func describe(v *testkit.View) string {
	var b strings.Builder
	for sid, r := range v.Received {
		fmt.Fprintf(&b, "%s %+v; ", sid, *r)
	}
	return b.String()
}
