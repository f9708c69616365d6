// Package control owns the way into the meeting service: its HTTP API and the control WebSocket. docs/control.md
// describes both.
//
// It must not decide anything about meetings: it checks the form of what comes in, passes it to meeting.Service and
// brings the answers back, in order and without waiting for slow readers. It logs no link, name, title, token or
// address.
package control

import (
	"context"
	"log/slog"
	"net/http"
	"strings"
	"sync"

	"golang.org/x/time/rate"

	"konklave/internal/meeting"
	"konklave/internal/sources"
)

const (
	// maxConnections bounds what strangers can make the process hold.
	maxConnections = 20_000

	// Making meetings is limited for each source, and for all of them together.
	createRate  = 5 // per second
	createBurst = 50

	// A school behind one address begins its lessons at the same time, so the burst is wide.
	sourceRate  = 0.5 // per second
	sourceBurst = 30
)

// Handler serves the HTTP API and the control WebSocket.
type Handler struct {
	service *meeting.Service
	log     *slog.Logger
	create  *rate.Limiter
	sources *sources.Sources
	site    string // address under which people reach the server, whose pages may connect; empty: not known

	mu          sync.Mutex
	connections map[*connection]struct{}
	closing     bool
	running     sync.WaitGroup // one for each connection
}

// New makes a Handler. The service must outlive it. Requests come with the client's address as RemoteAddr, without a port;
// where it is empty, nobody knows it. Pages of publicURL are served too when a proxy in front does not pass its name on.
func New(service *meeting.Service, publicURL string, log *slog.Logger) *Handler {
	return &Handler{
		service:     service,
		log:         log,
		create:      rate.NewLimiter(createRate, createBurst),
		sources:     sources.New(sourceRate, sourceBurst),
		site:        strings.TrimSuffix(publicURL, "/"),
		connections: map[*connection]struct{}{},
	}
}

// Register adds the routes to mux: /api/meetings and below, and /control.
func (h *Handler) Register(mux *http.ServeMux) {
	sameSite := http.NewCrossOriginProtection()
	if h.site != "" {
		_ = sameSite.AddTrustedOrigin(h.site) // fails where it is no address, which the configuration refuses
	}
	sameSite.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		refuse(w, meeting.CodeForbidden)
	}))
	mux.Handle("POST /api/meetings", sameSite.Handler(http.HandlerFunc(h.createMeeting)))
	mux.HandleFunc("GET /api/meetings/{link}", h.showMeeting)
	mux.HandleFunc("GET /control", h.connect)
}

// Close tells every client that the server ends and waits until the connections are gone, or until the context
// ends: then they are cut. New connections are refused from now on.
func (h *Handler) Close(ctx context.Context) {
	h.mu.Lock()
	h.closing = true
	for c := range h.connections {
		c.Close(meeting.CodeShuttingDown)
	}
	h.mu.Unlock()

	gone := make(chan struct{})
	go func() {
		h.running.Wait()
		close(gone)
	}()
	select {
	case <-gone:
	case <-ctx.Done():
		h.cut()
		<-gone
	}
}

func (h *Handler) cut() {
	h.mu.Lock()
	defer h.mu.Unlock()
	for c := range h.connections {
		c.cut()
	}
}

// add counts a connection in, unless there are too many or the server ends.
func (h *Handler) add(c *connection) meeting.Code {
	h.mu.Lock()
	defer h.mu.Unlock()
	switch {
	case h.closing:
		return meeting.CodeShuttingDown
	case len(h.connections) >= maxConnections:
		return meeting.CodeTooMany
	}
	h.connections[c] = struct{}{}
	h.running.Add(1)
	return ""
}

func (h *Handler) remove(c *connection) {
	h.mu.Lock()
	delete(h.connections, c)
	h.mu.Unlock()
	h.running.Done()
}
