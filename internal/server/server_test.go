package server

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/coder/websocket"
)

var script = []byte(strings.Repeat("console.log('hello');\n", 200))

var webFiles = fstest.MapFS{
	"index.html":           {Data: []byte("<!doctype html><title>client</title>")},
	"favicon.svg":          {Data: []byte("<svg/>")},
	"assets/app-1a2b3c.js": {Data: script},
	// The server does not look into what the build compressed.
	"assets/all-4d5e6f.js":    {Data: script},
	"assets/all-4d5e6f.js.br": {Data: []byte("as brotli")},
	"index.html.br":           {Data: []byte("without the address")},
	".gitkeep":                {Data: []byte("")},
}

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

func handler(routes Routes) http.Handler { return Handler(routes, nil, quiet()) }

func get(h http.Handler, method, path string, header ...string) *http.Response {
	r := httptest.NewRequest(method, path, nil)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result()
}

func body(t *testing.T, r *http.Response) string {
	t.Helper()
	b, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestPaths(t *testing.T) {
	h := handler(Routes{Web: webFiles})
	for _, tt := range []struct {
		method, path string
		status       int
		content      string // part of the body
		contentType  string
		cache        string
	}{
		{"GET", "/", 200, "client", "text/html; charset=utf-8", "no-cache"},
		{"HEAD", "/", 200, "", "text/html; charset=utf-8", "no-cache"},
		{"GET", "/m/AAAAAAAAAAAAAAAAAAAAAA", 200, "client", "text/html; charset=utf-8", "no-cache"},
		{"GET", "/favicon.svg", 200, "<svg/>", "image/svg+xml", "no-cache"},
		{"GET", "/assets/app-1a2b3c.js", 200, "hello", "text/javascript; charset=utf-8", "public, max-age=31536000, immutable"},
		{"GET", "/assets/", 404, "nothing at this address", "text/plain; charset=utf-8", "no-store"},
		{"GET", "/m/", 404, "nothing", "", "no-store"},
		{"GET", "/m/a/b", 404, "nothing", "", "no-store"},
		{"GET", "/index.html", 404, "nothing", "", "no-store"},
		{"GET", "/.gitkeep", 404, "nothing", "", "no-store"},
		{"GET", "/nowhere", 404, "nothing", "", "no-store"},
		{"GET", "/settings/regions", 404, "nothing", "", "no-store"}, // as servers of one's own answer LiveKit clients
		{"HEAD", "/nowhere", 404, "", "", "no-store"},
		{"POST", "/", 404, "", "", "no-store"},
		{"POST", "/favicon.svg", 405, "", "", "no-store"},
		{"GET", "/healthz", 200, "ok", "text/plain; charset=utf-8", "no-store"},
		{"GET", "/readyz", 200, "ready", "text/plain; charset=utf-8", "no-store"},
		{"GET", "/rtc", 404, "nothing", "", "no-store"},
	} {
		r := get(h, tt.method, tt.path)
		text := body(t, r)
		if r.StatusCode != tt.status || !strings.Contains(text, tt.content) || tt.method == "HEAD" && text != "" {
			t.Errorf("%s %s: got %d %q", tt.method, tt.path, r.StatusCode, text)
		}
		if got := r.Header.Get("Content-Type"); tt.contentType != "" && got != tt.contentType {
			t.Errorf("%s %s: got content type %q", tt.method, tt.path, got)
		}
		if got := r.Header.Get("Cache-Control"); got != tt.cache {
			t.Errorf("%s %s: got Cache-Control %q, want %q", tt.method, tt.path, got, tt.cache)
		}
	}
}

func TestBrowsersAreToldInTheClientsPage(t *testing.T) {
	r := httptest.NewRequest("GET", "/nowhere", nil)
	r.Header.Set("Accept", "text/html,application/xhtml+xml")
	w := httptest.NewRecorder()
	handler(Routes{Web: webFiles}).ServeHTTP(w, r)
	if w.Code != 404 || !strings.Contains(w.Body.String(), "client") || w.Header().Get("Cache-Control") != "no-store" {
		t.Errorf("%d %q", w.Code, w.Body)
	}
}

func TestEveryAnswerHasTheStrictHeaders(t *testing.T) {
	h := handler(Routes{Web: webFiles})
	for _, path := range []string{"/", "/m/x", "/nowhere", "/healthz", "/assets/app-1a2b3c.js"} {
		header := get(h, "GET", path).Header
		for name, want := range map[string]string{
			"Content-Security-Policy":    "default-src 'none'; script-src 'self';",
			"Referrer-Policy":            "no-referrer",
			"X-Content-Type-Options":     "nosniff",
			"X-Robots-Tag":               "noindex, nofollow",
			"Permissions-Policy":         "camera=(self)",
			"Cross-Origin-Opener-Policy": "same-origin",
		} {
			if got := header.Get(name); !strings.HasPrefix(got, want) {
				t.Errorf("%s: %s is %q", path, name, got)
			}
		}
	}
	for _, banned := range []string{"unsafe", "http:", "https:", "*"} {
		if strings.Contains(contentSecurityPolicy, banned) {
			t.Errorf("the content security policy has %q", banned)
		}
	}
}

func TestUnchangedFilesAreNotSentAgain(t *testing.T) {
	h := handler(Routes{Web: webFiles})
	tags := map[string]bool{}
	for _, encoding := range []string{"identity", "gzip", "br"} {
		first := get(h, "GET", "/assets/all-4d5e6f.js", "Accept-Encoding", encoding)
		tag := first.Header.Get("ETag")
		again := get(h, "GET", "/assets/all-4d5e6f.js", "Accept-Encoding", encoding, "If-None-Match", tag)
		if tags[tag] {
			t.Errorf("%s: has the tag of another form, %q", encoding, tag)
		}
		tags[tag] = true
		if tag == "" || again.StatusCode != http.StatusNotModified || body(t, again) != "" {
			t.Errorf("%s: got %d for tag %q", encoding, again.StatusCode, tag)
		}
	}
}

func TestFilesAreCompressed(t *testing.T) {
	h := handler(Routes{Web: webFiles})
	r := get(h, "GET", "/assets/app-1a2b3c.js", "Accept-Encoding", "br;q=1.0, gzip;q=0.8", "Range", "bytes=0-10")
	if r.StatusCode != 200 || r.Header.Get("Content-Encoding") != "gzip" || r.Header.Get("Vary") != "Accept-Encoding" {
		t.Fatalf("got %d, headers %v", r.StatusCode, r.Header)
	}
	z, err := gzip.NewReader(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	if plain, err := io.ReadAll(z); err != nil || !bytes.Equal(plain, script) {
		t.Errorf("does not unpack to the file: %v", err)
	}
}

func TestFormsOfFiles(t *testing.T) {
	h := handler(Routes{Web: webFiles})
	for _, tt := range []struct{ path, accepted, want string }{
		{"/assets/all-4d5e6f.js", "", ""},
		{"/assets/all-4d5e6f.js", "gzip, deflate, br, zstd", "br"}, // what browsers say
		{"/assets/all-4d5e6f.js", "BR", "br"},
		{"/assets/all-4d5e6f.js", "br;q=0.5, gzip;q=0.5", "br"},
		{"/assets/all-4d5e6f.js", "br;q=0.5, gzip", "gzip"},
		{"/assets/all-4d5e6f.js", "br;q=0, gzip", "gzip"},
		{"/assets/all-4d5e6f.js", "br;q=much, gzip", "gzip"},
		{"/assets/all-4d5e6f.js", "br;q=-1", ""},
		{"/assets/all-4d5e6f.js", "br;q=0.0,gzip;q=0", ""},
		{"/assets/all-4d5e6f.js", "identity, *", ""},
		{"/assets/app-1a2b3c.js", "gzip, deflate, br, zstd", "gzip"}, // the build made no other form
		{"/assets/app-1a2b3c.js", "br", ""},
		{"/assets/app-1a2b3c.js", "deflate,  gzip", "gzip"},
		{"/assets/app-1a2b3c.js", "GZIP", "gzip"},
		{"/assets/app-1a2b3c.js", "gzip; q=0.0", ""},
		{"/assets/app-1a2b3c.js", "gzip;q=0.01", "gzip"},
		{"/favicon.svg", "gzip, br", ""},
		{"/", "br", ""}, // the page has the address in it, which the build does not know
	} {
		r := get(h, "GET", tt.path, "Accept-Encoding", tt.accepted)
		if got := r.Header.Get("Content-Encoding"); r.StatusCode != 200 || got != tt.want || r.Header.Get("Vary") != "Accept-Encoding" {
			t.Errorf("%s for %q: got %d in %q, want %q", tt.path, tt.accepted, r.StatusCode, got, tt.want)
		}
	}
	r := get(h, "GET", "/assets/all-4d5e6f.js", "Accept-Encoding", "br", "Range", "bytes=0-3")
	if got := body(t, r); r.StatusCode != 200 || got != "as brotli" || !strings.HasPrefix(r.Header.Get("Content-Type"), "text/javascript") {
		t.Errorf("got %d, %q of type %q", r.StatusCode, got, r.Header.Get("Content-Type"))
	}
	if got := body(t, get(h, "GET", "/assets/all-4d5e6f.js")); got != string(script) {
		t.Errorf("without a coding it is %.20q", got)
	}
	for _, path := range []string{"/assets/all-4d5e6f.js.br", "/index.html.br"} {
		if r := get(h, "GET", path, "Accept-Encoding", "br"); r.StatusCode != 404 {
			t.Errorf("%s: got %d", path, r.StatusCode)
		}
	}
}

func TestWithoutWebClient(t *testing.T) {
	r := get(handler(Routes{Web: fstest.MapFS{".gitkeep": {}}}), "GET", "/")
	if r.StatusCode != http.StatusServiceUnavailable || !strings.Contains(body(t, r), "make build") {
		t.Errorf("got %d", r.StatusCode)
	}
}

func TestReadiness(t *testing.T) {
	var why error = errors.New("closing")
	trouble := ""
	h := handler(Routes{Ready: func() error { return why }, Trouble: func() string { return trouble }})
	if r := get(h, "GET", "/readyz"); r.StatusCode != 503 || body(t, r) != "closing\n" {
		t.Errorf("not ready: got %d", r.StatusCode)
	}
	if r := get(h, "GET", "/healthz"); r.StatusCode != 200 {
		t.Errorf("healthy all the same: got %d", r.StatusCode)
	}
	why = nil
	if r := get(h, "GET", "/readyz"); r.StatusCode != 200 || body(t, r) != "ready\n" {
		t.Errorf("ready: got %d", r.StatusCode)
	}
	trouble = "the database fails"
	if r := get(h, "GET", "/readyz"); r.StatusCode != 200 || body(t, r) != "ready\nthe database fails\n" {
		t.Errorf("ready, with trouble: got %d", r.StatusCode)
	}
}

func TestHandlersGetTheirPaths(t *testing.T) {
	named := func(name string) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, name+" "+r.PathValue("link")) })
	}
	h := handler(Routes{RTC: named("rtc"), Calls: named("calls"), Control: named("control"), Files: named("files"), Web: webFiles})
	for path, want := range map[string]string{
		"/rtc": "rtc ", "/rtc/v1": "rtc ", "/rtc/validate": "rtc ", "/rtc/v1/validate": "rtc ", "/control": "control ",
		"/twirp/livekit.RoomService/ListRooms": "calls ",
		"/api/files/abc":                       "files ",
	} {
		if got := body(t, get(h, "GET", path)); got != want {
			t.Errorf("%s: got %q, want %q", path, got, want)
		}
	}
}

func TestSlashesAtTheBeginningAreOne(t *testing.T) {
	rtc := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, r.URL.Path+" "+r.URL.RawQuery) })
	site := httptest.NewServer(handler(Routes{RTC: rtc}))
	defer site.Close()
	r, err := http.Get(site.URL + "//rtc/v1?a=b")
	if err != nil {
		t.Fatal(err)
	}
	if got := body(t, r); r.Request.URL.Path != "//rtc/v1" || got != "/rtc/v1 a=b" {
		t.Errorf("got %q from %s", got, r.Request.URL.Path)
	}
}

func TestPagesOfOtherOriginsMayAskWhetherTheServerIsThere(t *testing.T) {
	h := handler(Routes{Web: webFiles})
	if r := get(h, "HEAD", "/"); r.StatusCode != http.StatusOK || r.Header.Get("Access-Control-Allow-Origin") != "*" {
		t.Errorf("HEAD /: got %d, %v", r.StatusCode, r.Header)
	}
	if r := get(h, "GET", "/"); r.Header.Get("Access-Control-Allow-Origin") != "" {
		t.Error("GET / is for our own origin")
	}
}

// TestLogsNothingPersonal looks for everything that a request tells about its sender.
func TestLogsNothingPersonal(t *testing.T) {
	var log bytes.Buffer
	logger := slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	registry := NewRegistry()
	h := Handler(Routes{Web: webFiles, RTC: http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("secretpanic") })},
		NewRequests(registry), logger)
	for _, path := range []string{"/m/secretlink", "/rtc?access_token=secrettoken", "/secretpath"} {
		get(h, "GET", path, "X-Forwarded-For", "198.51.100.7")
	}
	quietLogger(logger).Print("http: TLS handshake error from 198.51.100.7:1234: EOF")
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	metrics := ""
	for _, f := range families {
		metrics += f.String()
	}
	if !strings.Contains(metrics, `GET /m/{link}`) || !strings.Contains(log.String(), "route=/rtc status=500") {
		t.Errorf("counts or logs no routes:\n%s\n%s", metrics, log.String())
	}
	for _, personal := range []string{"secretlink", "secrettoken", "secretpath", "secretpanic", "198.51.100.7", "192.0.2.1"} {
		if strings.Contains(log.String()+metrics, personal) {
			t.Errorf("%q is in the log or the metrics", personal)
		}
	}
}

func TestServesAndCloses(t *testing.T) {
	local := netip.MustParseAddr("127.0.0.1")
	echo := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c, err := websocket.Accept(w, r, nil)
		if err != nil {
			t.Error(err)
			return
		}
		defer c.CloseNow()
		if kind, msg, err := c.Read(r.Context()); err == nil {
			_ = c.Write(r.Context(), kind, msg)
		}
	})
	h, err := Listen([]netip.Addr{local, netip.MustParseAddr("127.0.0.2")}, 0, nil, handler(Routes{Web: webFiles, Control: echo}), quiet())
	if err != nil {
		t.Fatal(err)
	}
	h.Serve()

	var in *ListenError
	if _, err := Listen([]netip.Addr{local}, h.Port(), nil, nil, quiet()); !errors.As(err, &in) || in.Addr.Port() != h.Port() {
		t.Errorf("port in use: got %v", err)
	}

	at := netip.AddrPortFrom(local, h.Port()).String()
	long := "http://" + at + "/healthz?join_request=" + strings.Repeat("x", 40<<10)
	r, err := http.Get(long)
	if err != nil {
		t.Fatal(err)
	}
	_ = r.Body.Close()
	if r.StatusCode != 200 {
		t.Errorf("a long URL, as LiveKit clients have it: got %d", r.StatusCode)
	}

	// A WebSocket must pass through the access log's wrapper.
	c, _, err := websocket.Dial(t.Context(), "ws://"+at+"/control", nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Write(t.Context(), websocket.MessageText, []byte("hello")); err != nil {
		t.Fatal(err)
	}
	if _, msg, err := c.Read(t.Context()); err != nil || string(msg) != "hello" {
		t.Errorf("got %q, %v", msg, err)
	}
	_ = c.CloseNow()

	http.DefaultClient.CloseIdleConnections()
	if err := h.Close(context.Background()); err != nil {
		t.Error(err)
	}
	if c, err := net.Dial("tcp", at); err == nil {
		_ = c.Close()
		t.Error("still listens after Close")
	}
}

func TestMetricsHaveTheirOwnListener(t *testing.T) {
	h, err := ListenMetrics(netip.MustParseAddrPort("127.0.0.1:0"), NewRegistry(), quiet())
	if err != nil {
		t.Fatal(err)
	}
	h.Serve()
	defer h.Close(context.Background())
	r, err := http.Get("http://" + netip.AddrPortFrom(netip.MustParseAddr("127.0.0.1"), h.Port()).String() + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	if text := body(t, r); !strings.Contains(text, "go_goroutines") {
		t.Error("has no figures of the Go runtime")
	}
	if r := get(handler(Routes{Web: webFiles}), "GET", "/metrics"); r.StatusCode != http.StatusNotFound {
		t.Error("the public listener has metrics")
	}
}
