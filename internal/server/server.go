// Package server owns HTTP: which path goes to which handler, the headers of every answer, the web client's files,
// health and metrics, the access log and the time limits of connections.
//
// It must not know what a meeting, a room or a LiveKit message is: their handlers are handed to it as Routes. It logs
// the pattern of a route, never a path, a query or an address.
package server

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Routes are the handlers of other packages and the files of the web client. A nil handler leaves its paths unknown.
type Routes struct {
	RTC       http.Handler   // /rtc, /rtc/v1 and their /validate: LiveKit signalling
	Calls     http.Handler   // /twirp and below: the server API, for applications
	Control   http.Handler   // /control: the meeting service's WebSocket
	Files     http.Handler   // /api/files and below: those of meetings
	API       http.Handler   // everything else of /api/
	Checks    http.Handler   // /api/check and below: the connection doctor
	Ampel     http.Handler   // /api/ampel and below
	Web       fs.FS          // index.html, assets/...
	Ready     func() error   // why new people cannot be served now; nil when they can
	Trouble   func() string  // what does not work although people are served; empty: nothing
	Strict    bool           // browsers shall use HTTPS only from now on
	Proxies   []netip.Prefix // in front of this server, whose word on where a request came from counts
	PublicURL string         // under which people reach the server; empty: not known
	Hosting   bool           // people without an account may make meetings
}

// Limits of a connection. Uploads do not exist yet: a request is small, of an application at most some megabytes; an
// answer may be a megabyte of script on a slow line. WebSockets take their connection over and set their own deadlines.
const (
	readHeaderTimeout = 10 * time.Second
	readTimeout       = 30 * time.Second
	writeTimeout      = 5 * time.Minute
	idleTimeout       = 2 * time.Minute
	// LiveKit clients put a whole JoinRequest and a token into the URL of the WebSocket.
	maxHeaderBytes = 64 << 10
)

// Handler serves all paths of the public listener.
func Handler(routes Routes, requests *Requests, log *slog.Logger) http.Handler {
	mux := http.NewServeMux()
	if routes.RTC != nil {
		for _, path := range []string{"/rtc", "/rtc/v1", "/rtc/validate", "/rtc/v1/validate"} {
			mux.Handle(path, routes.RTC)
		}
	}
	if routes.Calls != nil {
		mux.Handle("/twirp/", routes.Calls)
	}
	if routes.Control != nil {
		mux.Handle("/control", routes.Control)
	}
	if routes.Files != nil {
		mux.Handle("/api/files/{token}", routes.Files)
	}
	if routes.API != nil {
		mux.Handle("/api/", routes.API)
	}
	if routes.Checks != nil {
		mux.Handle("/api/check", routes.Checks)
		mux.Handle("/api/check/socket", routes.Checks)
		mux.Handle("/api/check/paths/{path}", routes.Checks)
	}
	if routes.Ampel != nil {
		for _, name := range []string{"catalogue", "history", "schema"} {
			mux.Handle("/api/ampel/"+name, routes.Ampel)
		}
	}
	mux.HandleFunc("GET /healthz", healthz)
	mux.HandleFunc("GET /readyz", readyz(routes.Ready, routes.Trouble))

	files := newStatic(routes.Web, routes.PublicURL, routes.Hosting)
	mux.HandleFunc("GET /{$}", files.page)
	mux.HandleFunc("HEAD /{$}", func(w http.ResponseWriter, r *http.Request) {
		// LiveKit clients of any origin ask whether the server is there, before they connect.
		w.Header().Set("Access-Control-Allow-Origin", "*")
		files.page(w, r)
	})
	mux.HandleFunc("GET /m/{link}", files.page)
	mux.HandleFunc("GET /check", files.page)
	mux.HandleFunc("GET /enter", files.page) // where one-time links lead
	mux.HandleFunc("GET /ampel", files.page)
	for _, page := range []string{"/signin", "/account", "/admin/{page}", "/new/{kind}", "/meeting/{id}", "/meeting/{id}/print", "/privacy", "/accessibility", "/imprint"} {
		mux.HandleFunc("GET "+page, files.page)
	}
	mux.HandleFunc("/", files.file)
	site := withHeaders(mux)
	if routes.Strict {
		site = strict(site)
	}
	return oneSlash(observe(proxies{routes.Proxies, routes.PublicURL}.behind(site), requests, log))
}

// oneSlash takes several slashes at the beginning of a path for one: LiveKit clients put /rtc behind an address that
// may end with a slash, and WebSockets follow no redirects.
func oneSlash(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "//") {
			at := *r.URL
			at.Path, at.RawPath = "/"+strings.TrimLeft(at.Path, "/"), ""
			r = r.Clone(r.Context())
			r.URL = &at
		}
		next.ServeHTTP(w, r)
	})
}

// HTTP is one HTTP server on one or several addresses.
type HTTP struct {
	server    *http.Server
	plain     *http.Server // for those who speak plain HTTP to the port of HTTPS; nil without HTTPS
	listeners []net.Listener
	divert    func(net.Conn) // takes connections inside TLS that do not speak HTTP; nil: there are none
	serving   sync.WaitGroup
	log       *slog.Logger
}

// ListenError names the address that could not be listened on.
type ListenError struct {
	Addr netip.AddrPort
	Err  error
}

// Error says where and why.
func (e *ListenError) Error() string { return fmt.Sprintf("listening on %s: %v", e.Addr, e.Err) }

// Unwrap gives the cause.
func (e *ListenError) Unwrap() error { return e.Err }

// Secure is how a port serves HTTPS.
type Secure struct {
	TLS   *tls.Config
	Plain http.Handler // answers who came without TLS
}

// Listen binds the port on every address, for HTTPS where secure is not nil. Port 0 takes a free one, the same on all. Serve
// begins to answer. Its error is a *ListenError.
func Listen(addrs []netip.Addr, port uint16, secure *Secure, handler http.Handler, log *slog.Logger) (*HTTP, error) {
	h := &HTTP{log: log, server: newServer(handler, log)}
	if secure != nil {
		h.server.TLSConfig, h.plain = secure.TLS, newServer(secure.Plain, log)
	}
	for _, addr := range addrs {
		at := netip.AddrPortFrom(addr, port)
		l, err := net.Listen(network(addr), at.String())
		if err != nil {
			h.closeListeners()
			return nil, &ListenError{at, err}
		}
		h.listeners = append(h.listeners, l)
		port = h.Port()
	}
	return h, nil
}

func newServer(handler http.Handler, log *slog.Logger) *http.Server {
	waiting := newcomers{most: mostNewcomers}
	var protocols http.Protocols
	protocols.SetHTTP1(true) // the bounds on slow clients are tested for it, and WebSockets need it anyway
	return &http.Server{
		ConnState:         waiting.note,
		Handler:           handler,
		ReadHeaderTimeout: readHeaderTimeout,
		ReadTimeout:       readTimeout,
		WriteTimeout:      writeTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeaderBytes,
		ErrorLog:          quietLogger(log),
		Protocols:         &protocols,
	}
}

// network keeps "0.0.0.0" to IPv4, as it says; "::" takes both families.
func network(addr netip.Addr) string {
	if addr.Is4() {
		return "tcp4"
	}
	return "tcp"
}

// Port is the port that was bound.
func (h *HTTP) Port() uint16 {
	if len(h.listeners) == 0 {
		return 0
	}
	_, text, err := net.SplitHostPort(h.listeners[0].Addr().String())
	if err != nil {
		return 0
	}
	port, _ := strconv.ParseUint(text, 10, 16)
	return uint16(port)
}

// Divert has connections inside TLS that do not speak HTTP given to take, which belong to it then. It comes before Serve.
func (h *HTTP) Divert(take func(net.Conn)) { h.divert = take }

// Serve answers requests until Close, on goroutines that Close waits for.
func (h *HTTP) Serve() {
	for _, l := range h.listeners {
		if h.plain == nil {
			h.serve(func() error { return h.server.Serve(l) })
			continue
		}
		s := newSplit(l)
		h.serving.Go(s.run)
		if h.divert != nil {
			inside := newSorter(s.secure, h.server.TLSConfig, h.divert)
			h.serve(func() error { return h.server.Serve(inside) })
		} else {
			h.serve(func() error { return h.server.ServeTLS(s.secure, "", "") })
		}
		h.serve(func() error { return h.plain.Serve(s.plain) })
	}
}

func (h *HTTP) serve(listen func() error) {
	h.serving.Go(func() {
		// The two sides of a split close together, so one of them may hear of it by its listener.
		if err := listen(); !errors.Is(err, http.ErrServerClosed) && !errors.Is(err, net.ErrClosed) {
			h.log.Error("an HTTP listener ended", "error", err)
		}
	})
}

// Close lets requests finish until ctx ends, then cuts them off. WebSockets are their owners' to close.
func (h *HTTP) Close(ctx context.Context) error {
	if h.plain != nil {
		_ = h.plain.Close() // what it says, it says at once
	}
	err := h.server.Shutdown(ctx)
	if err != nil {
		_ = h.server.Close()
	}
	h.closeListeners() // those that Serve never took over
	h.serving.Wait()
	if err != nil {
		return fmt.Errorf("closing HTTP: %w", err)
	}
	return nil
}

func (h *HTTP) closeListeners() {
	for _, l := range h.listeners {
		_ = l.Close()
	}
}
