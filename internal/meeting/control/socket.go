package control

import (
	"context"
	"errors"
	"math"
	"net/http"
	"time"

	"github.com/coder/websocket"
	"golang.org/x/time/rate"

	"konklave/internal/meeting"
	"konklave/internal/pii"
)

// A client sends a ping every 2 s and little else; more than this is a flood, which ends the connection.
const (
	messageRate  = 20 // per second
	messageBurst = 100
)

// Periods of a control connection.
const (
	firstMessage = 10 * time.Second // for the client to say which meeting it wants
	silence      = 15 * time.Second // clients ping every 2 s; tabs in the background are woken less often
)

// connect serves one control WebSocket, from its handshake to its end.
func (h *Handler) connect(w http.ResponseWriter, r *http.Request) {
	// Accept refuses pages of other origins. Compression stays off: it would mix secrets with what others wrote.
	options := &websocket.AcceptOptions{CompressionMode: websocket.CompressionDisabled}
	if h.site != "" {
		options.OriginPatterns = []string{h.site}
	}
	socket, err := websocket.Accept(w, r, options)
	if err != nil {
		return // Accept has answered; its error may quote headers
	}
	socket.SetReadLimit(meeting.MaxMessage)
	c := newConnection(socket, h.Log)
	if code := h.add(c); code != "" {
		c.Close(code)
		c.write()
		return
	}
	defer h.remove(c)

	written := make(chan struct{})
	go func() {
		defer close(written)
		c.write()
	}()
	c.login, c.source = loginOf(r), r.RemoteAddr
	h.read(context.WithoutCancel(r.Context()), c)
	c.Close("")
	<-written
	h.Service.Gone(c)
}

// read passes the client's requests to the service until the connection ends.
func (h *Handler) read(ctx context.Context, c *connection) {
	watchdog := time.AfterFunc(firstMessage, func() { c.Close(meeting.CodeTimeout) })
	defer watchdog.Stop()
	flood := rate.NewLimiter(messageRate, messageBurst)
	asked := false // which meeting the client wants
	for {
		kind, data, err := c.socket.Read(ctx)
		if err != nil {
			return
		}
		if c.hasEnded() {
			continue // only the closing handshake is still of interest
		}
		if !flood.Allow() {
			c.Close(meeting.CodeRateLimited)
			continue
		}
		request, err := meeting.DecodeRequest(data)
		if err != nil || kind != websocket.MessageText {
			c.Close(meeting.CodeBadMessage)
			continue
		}
		if asked = asked || isEntry(request); asked {
			watchdog.Reset(silence)
		}
		if h.pass(ctx, c, request) != nil {
			c.Close(meeting.CodeShuttingDown)
		}
	}
}

func isEntry(r meeting.Request) bool {
	switch r.(type) {
	case meeting.JoinRequest, meeting.RejoinRequest:
		return true
	}
	return false
}

// pass gives a request to the service. Of who wants to join, the doorman is asked first, here, where nobody else waits for it.
func (h *Handler) pass(ctx context.Context, c *connection, request meeting.Request) error {
	join, ok := request.(meeting.JoinRequest)
	if !ok {
		return h.Service.Handle(ctx, c, request)
	}
	ticket := h.Tickets.Open(pii.Token(join.Ticket))
	d, as, err := h.Doorman.Knock(ctx, meeting.Knock{
		Link: join.Link, Code: join.Code, Login: c.login, Host: pii.Token(join.Host), Ticket: ticket, Source: c.source, Tries: &c.tries,
	})
	if err != nil {
		code := codeOf(err)
		if code == meeting.CodeInternal {
			h.Log.Error("nobody knows who comes", "error", err)
		}
		var failure meeting.Failure
		_ = errors.As(err, &failure)
		c.Send(meeting.NewFrame(meeting.Refusal{Code: code, Message: code.Message(), Wait: int(math.Ceil(failure.Wait.Seconds()))}))
		return nil
	}
	return h.Service.Join(ctx, c, meeting.Admission{Request: join, Definition: d, Pass: as, Ticket: ticket})
}

// loginCookie is the cookie of who is signed in.
const loginCookie = "konklave"

func loginOf(r *http.Request) pii.Token {
	cookie, err := r.Cookie(loginCookie)
	if err != nil {
		return ""
	}
	return pii.Token(cookie.Value)
}
