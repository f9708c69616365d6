package app

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"konklave/internal/config"
	"konklave/internal/store"
	"konklave/internal/store/storetest"
)

// local is a configuration that no other server on the machine is in the way of.
func local(t *testing.T) config.Config {
	t.Helper()
	cfg, err := config.Load(config.Sources{Flags: map[string][]string{
		"dev": {"true"}, "port": {"0"}, "rtc-udp-port": {"0"}, "rtc-tcp-port": {"0"}, "metrics-bind": {"127.0.0.1:0"},
		"data-dir": {t.TempDir()}, "log-level": {"debug"}, "open-hosting": {"true"},
	}})
	if err != nil {
		t.Fatal(err)
	}
	return cfg
}

// screen is what a person at the terminal sees.
type screen struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (s *screen) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(b)
}

func (s *screen) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

// start runs a server and gives its address, the metrics' address and a way to end it.
func start(t *testing.T, cfg config.Config) (page, metrics string, end func() error) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	out, log, ended := &screen{}, &screen{}, make(chan error, 1)
	go func() { ended <- Run(ctx, cfg, out, log) }()
	t.Cleanup(func() { // not t.Output: what ends late may still log then
		if t.Failed() {
			t.Log(log)
		}
	})
	lines := regexp.MustCompile(`(?s)ready: (https?://localhost:\d+)\n.*metrics  (http://\S+)\n.*data`)
	for range 200 {
		if m := lines.FindStringSubmatch(out.String()); m != nil {
			return m[1], m[2], func() error { cancel(); return <-ended }
		}
		select {
		case err := <-ended:
			t.Fatalf("did not start: %v", err)
		case <-time.After(20 * time.Millisecond):
		}
	}
	t.Fatalf("not ready after 4 s:\n%s", out)
	return "", "", nil
}

func status(t *testing.T, method, url, body string) (int, string) {
	t.Helper()
	r, err := http.NewRequest(method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	w, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Body.Close()
	text, err := io.ReadAll(w.Body)
	if err != nil {
		t.Fatal(err)
	}
	return w.StatusCode, string(text)
}

func TestRun(t *testing.T) {
	begin := time.Now()
	page, metrics, end := start(t, local(t))
	if took := time.Since(begin); took > time.Second {
		t.Errorf("ready after %v, 1 s at most", took)
	}
	for _, tt := range []struct {
		method, path, body string
		want               int
	}{
		{"GET", "/healthz", "", 200},
		{"GET", "/readyz", "", 200},
		{"GET", "/nowhere", "", 404},
		{"GET", "/rtc/v1/validate", "", 401},
		{"GET", "/api/links/AAAAAAAAAAAAAAAAAAAAAA", "", 404},
		{"POST", "/api/meetings", `{"title":"Board"}`, 201},
		{"GET", "/api/ampel/history", "", 403},
	} {
		if got, text := status(t, tt.method, page+tt.path, tt.body); got != tt.want {
			t.Errorf("%s %s: got %d %s", tt.method, tt.path, got, text)
		}
	}
	if _, text := status(t, "GET", metrics, ""); !strings.Contains(text, "konklave_media_packets_total") ||
		!strings.Contains(text, `konklave_database_failing{why="full"} 0`) ||
		!strings.Contains(text, "konklave_http_answers_total") || !strings.Contains(text, "go_goroutines") {
		t.Error("metrics lack figures")
	}
	http.DefaultClient.CloseIdleConnections()
	begin = time.Now()
	if err := end(); err != nil {
		t.Errorf("end: %v", err)
	}
	if took := time.Since(begin); took > 5*time.Second {
		t.Errorf("ended after %v", took)
	}
}

// TestRunWithPostgreSQL starts a server on it, which keeps others out.
func TestRunWithPostgreSQL(t *testing.T) {
	cfg := local(t)
	cfg.Database = storetest.Postgres(t).Database
	page, _, end := start(t, cfg)
	if got, text := status(t, "GET", page+"/readyz", ""); got != 200 || text != "ready\n" {
		t.Errorf("%d %s", got, text)
	}
	if _, err := os.Stat(filepath.Join(cfg.DataDir, store.FileName)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("there is a SQLite database as well: %v", err)
	}
	err := storetest.Open(t, store.Options{Database: cfg.Database}).Read(t.Context(), func(tx *store.Tx) error {
		n, err := store.One(tx, store.Value[int], `SELECT COUNT(*) FROM pg_locks WHERE locktype = 'advisory' AND granted`)
		if n == 0 {
			t.Error("no lock: a second server could use the database")
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
	if err := end(); err != nil {
		t.Error(err)
	}
}

func TestPortsInUse(t *testing.T) {
	tcp, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer tcp.Close()
	tcpPort := netip.MustParseAddrPort(tcp.Addr().String()).Port()
	udp, err := net.ListenPacket("udp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer udp.Close()
	udpPort := netip.MustParseAddrPort(udp.LocalAddr().String()).Port()

	for name, tt := range map[string]struct {
		change func(*config.Config)
		port   uint16
		advice string
	}{
		"HTTP":      {func(c *config.Config) { c.Port = tcpPort }, tcpPort, "--port"},
		"metrics":   {func(c *config.Config) { c.Metrics.Bind = netip.AddrPortFrom(c.Metrics.Bind.Addr(), tcpPort) }, tcpPort, "--metrics-bind"},
		"media TCP": {func(c *config.Config) { c.RTC.TCPPort = tcpPort }, tcpPort, "--rtc-tcp-port"},
		"media UDP": {func(c *config.Config) { c.RTC.UDPPort = udpPort }, udpPort, "--rtc-udp-port"},
	} {
		cfg := local(t)
		tt.change(&cfg)
		err := Run(t.Context(), cfg, io.Discard, io.Discard)
		if err == nil {
			t.Errorf("%s: started all the same", name)
			continue
		}
		text := err.Error()
		if !strings.Contains(text, fmt.Sprint(tt.port)) || !strings.Contains(text, tt.advice) || strings.Contains(text, "\n") {
			t.Errorf("%s: got %q, want one line with %d and %s", name, text, tt.port, tt.advice)
		}
	}
}

// Whoever starts a second server on the same ports hears of all of them, and nothing is left of the try.
func TestAllPortsInUseAreReportedTogether(t *testing.T) {
	cfg := local(t)
	cfg.DataDir = filepath.Join(t.TempDir(), "data")
	taken := func(network string) uint16 {
		var at net.Addr
		if network == "udp4" {
			port, err := net.ListenPacket(network, "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = port.Close() })
			at = port.LocalAddr()
		} else {
			port, err := net.Listen(network, "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = port.Close() })
			at = port.Addr()
		}
		return netip.MustParseAddrPort(at.String()).Port()
	}
	cfg.Port, cfg.RTC.UDPPort, cfg.RTC.TCPPort = taken("tcp4"), taken("udp4"), taken("tcp4")
	cfg.Metrics.Bind = netip.AddrPortFrom(cfg.Metrics.Bind.Addr(), taken("tcp4"))
	err := Run(t.Context(), cfg, io.Discard, io.Discard)
	if err == nil {
		t.Fatal("started all the same")
	}
	for _, want := range []string{
		fmt.Sprintf("TCP port %d is in use by another program: stop that one, or choose another port with --port", cfg.Port),
		fmt.Sprintf("UDP port %d is in use by another program: stop that one, or choose another port with --rtc-udp-port", cfg.RTC.UDPPort),
		fmt.Sprintf("TCP port %d is in use by another program: stop that one, or choose another port with --rtc-tcp-port", cfg.RTC.TCPPort),
		fmt.Sprintf("TCP port %d is in use by another program: stop that one, or choose another port with --metrics-bind", cfg.Metrics.Bind.Port()),
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("got %v\nwant %s", err, want)
		}
	}
	if _, err := os.Stat(cfg.DataDir); err == nil {
		t.Error("a data directory was left behind")
	}
}

func TestForeignMediaAddress(t *testing.T) {
	cfg := local(t)
	cfg.RTC.Bind = []netip.Addr{netip.MustParseAddr("203.0.113.77")} // for documentation: nobody has it
	err := Run(t.Context(), cfg, io.Discard, io.Discard)
	if err == nil || !strings.Contains(err.Error(), "--rtc-bind") || strings.Contains(err.Error(), "--rtc-udp-port") {
		t.Errorf("got %v", err)
	}
}

func TestClosersGoOnAfterAFailure(t *testing.T) {
	var order []string
	var parts closers
	part := func(name string, err error) {
		parts.add(name, time.Second, func(context.Context) error {
			order = append(order, name)
			return err
		})
	}
	broken := errors.New("broken")
	part("first", nil)
	part("second", broken)
	part("third", context.DeadlineExceeded)
	if err := parts.close(slog.New(slog.DiscardHandler)); !errors.Is(err, broken) || errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
	if got := strings.Join(order, " "); got != "third second first" {
		t.Errorf("closed in the order %s", got)
	}
}

func TestPartThatDoesNotEndIsLeftBehind(t *testing.T) {
	release := make(chan struct{})
	defer close(release)
	stuck := closer{name: "stuck", within: time.Millisecond, close: func(context.Context) error {
		<-release
		return nil
	}}
	if err := stuck.closeInTime(); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
}
