// Package control owns the way into the meeting service: the control WebSocket and the files that people of a meeting give
// each other. docs/control.md describes them.
//
// It must not decide anything about meetings: it checks the form of what comes in, passes it to meeting.Service and
// brings the answers back, in order and without waiting for slow readers. It logs no link, name, title, token or
// address.
package control

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync"

	"konklave/internal/id"
	"konklave/internal/meeting"
	"konklave/internal/pii"
)

// maxConnections bounds what strangers can make the process hold.
const maxConnections = 20_000

// Doorman knows the meetings behind links.
type Doorman interface {
	// Knock says which meeting a link leads to, and as what somebody comes. It may wait for the store. The error is a
	// meeting.Failure, or the store's.
	Knock(context.Context, meeting.Knock) (meeting.Definition, meeting.Pass, error)
}

// Tickets opens what meeting.Tickets has sealed; nil is none of ours.
type Tickets interface {
	Open(pii.Token) *meeting.Ticket
}

// Files takes and gives the bytes of files, by tokens.
type Files interface {
	// Take takes bytes and says of which file of which meeting they are.
	Take(pii.Token, io.Reader) (id.MeetingID, meeting.FileKey, error)
	// Give gives bytes, and how many.
	Give(pii.Token) (io.Reader, int64, error)
}

// Config is what control needs of the rest of the program.
type Config struct {
	Service   *meeting.Service // must outlive the Handler
	Doorman   Doorman
	Tickets   Tickets
	Files     Files
	PublicURL string // address under which people reach the server, whose pages may connect; empty: not known
	Log       *slog.Logger
}

// Handler serves files and the control WebSocket.
type Handler struct {
	Config
	site string // PublicURL without a slash at its end

	mu          sync.Mutex
	connections map[*connection]struct{}
	closing     bool
	running     sync.WaitGroup // one for each connection
}

// New makes a Handler. Requests come with the client's address as RemoteAddr, without a port; where it is empty, nobody
// knows it. Pages of the public address are served too when a proxy in front does not pass its name on.
func New(c Config) *Handler {
	return &Handler{
		Config:      c,
		site:        strings.TrimSuffix(c.PublicURL, "/"),
		connections: map[*connection]struct{}{},
	}
}

// Register adds the routes to mux: /api/files and below, and /control.
func (h *Handler) Register(mux *http.ServeMux) {
	sameSite := http.NewCrossOriginProtection()
	if h.site != "" {
		_ = sameSite.AddTrustedOrigin(h.site) // fails where it is no address, which the configuration refuses
	}
	sameSite.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		refuse(w, meeting.CodeForbidden)
	}))
	mux.Handle("POST /api/files/{token}", sameSite.Handler(http.HandlerFunc(h.takeFile)))
	mux.HandleFunc("GET /api/files/{token}", h.giveFile)
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
