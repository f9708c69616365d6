package doctor

import (
	"context"
	"encoding/json"
	"errors"
	"mime"
	"net/http"
	"strings"
	"time"

	"github.com/coder/websocket"
)

// Code says why a request was refused. The list is closed.
type Code string

// The codes of refusals.
const (
	CodeBusy         Code = "busy"          // others are checking; again in some seconds
	CodeOverloaded   Code = "overloaded"    // meetings need all there is
	CodeRateLimited  Code = "rate_limited"  // this source checked too often; again in a minute
	CodeShuttingDown Code = "shutting_down" // the server ends
	CodeCheckUnknown Code = "check_unknown" // the token is of no check, or its time is over
	CodePathUnknown  Code = "path_unknown"  // there is no such path, or it was tried already
	CodeBadMessage   Code = "bad_message"   // the request is not as docs/control.md says
	CodeForbidden    Code = "forbidden"     // a page of another site
)

// refusals is the one place where codes become HTTP statuses and words for developers.
var refusals = map[Code]struct {
	status  int
	message string
}{
	CodeBusy:         {http.StatusServiceUnavailable, "too many checks are running: try again in some seconds"},
	CodeOverloaded:   {http.StatusServiceUnavailable, "meetings need the whole server now: no checks"},
	CodeRateLimited:  {http.StatusTooManyRequests, "too many checks from here: try again in a minute"},
	CodeShuttingDown: {http.StatusServiceUnavailable, "the server ends"},
	CodeCheckUnknown: {http.StatusUnauthorized, "the check is over"},
	CodePathUnknown:  {http.StatusNotFound, "there is no such path, or it was tried already"},
	CodeBadMessage:   {http.StatusBadRequest, "the request cannot be read"},
	CodeForbidden:    {http.StatusForbidden, "only pages of this server may check"},
}

const (
	maxBody = 32 << 10 // bytes; an offer of one data connection has some 2 KiB

	// Of the socket.
	socketTime     = 10 * time.Second
	mostSockets    = 50  // at a time
	longestMessage = 256 // bytes
	mostMessages   = 50
)

// begun is the answer to who begins a check.
type begun struct {
	Token   string `json:"token"`
	Seconds int    `json:"seconds"`
	Paths   []Path `json:"paths"`
}

// Register adds the routes to mux: /api/check and below. Requests come with the client's address as RemoteAddr, without a
// port; where it is empty, nobody knows it.
func (s *Service) Register(mux *http.ServeMux) {
	sameSite := http.NewCrossOriginProtection()
	if s.cfg.PublicURL != "" {
		_ = sameSite.AddTrustedOrigin(s.cfg.PublicURL) // fails where it is no address, which the configuration refuses
	}
	sameSite.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { refuse(w, CodeForbidden) }))
	mux.Handle("POST /api/check", sameSite.Handler(http.HandlerFunc(s.beginCheck)))
	mux.Handle("DELETE /api/check", sameSite.Handler(http.HandlerFunc(s.endCheck)))
	mux.Handle("POST /api/check/paths/{path}", sameSite.Handler(http.HandlerFunc(s.tryPath)))
	mux.HandleFunc("GET /api/check/socket", s.trySocket)
}

func (s *Service) beginCheck(w http.ResponseWriter, r *http.Request) {
	c, code := s.begin(r.RemoteAddr)
	if code != "" {
		refuse(w, code)
		return
	}
	answer(w, http.StatusCreated, begun{Token: c.token, Seconds: int(checkTime.Seconds()), Paths: c.paths})
}

func (s *Service) endCheck(w http.ResponseWriter, r *http.Request) {
	s.end(bearer(r))
	w.WriteHeader(http.StatusNoContent)
}

func (s *Service) tryPath(w http.ResponseWriter, r *http.Request) {
	c := s.find(bearer(r))
	if c == nil {
		refuse(w, CodeCheckUnknown)
		return
	}
	var body struct {
		Offer string `json:"offer"`
	}
	// A form of another site cannot have this type, so this also stops browsers too old for Sec-Fetch-Site.
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "application/json" || json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBody)).Decode(&body) != nil {
		refuse(w, CodeBadMessage)
		return
	}
	text, err := c.connect(r.PathValue("path"), body.Offer)
	switch {
	case errors.Is(err, errPathUnknown):
		refuse(w, CodePathUnknown)
	case err != nil:
		refuse(w, CodeBadMessage)
	default:
		answer(w, http.StatusOK, map[string]string{"answer": text})
	}
}

// trySocket sends back what comes. The first message is the token, which comes back as well: in the address it would get
// into the logs of proxies.
func (s *Service) trySocket(w http.ResponseWriter, r *http.Request) {
	if code := s.enterSocket(); code != "" {
		refuse(w, code)
		return
	}
	defer s.leaveSocket()
	options := &websocket.AcceptOptions{CompressionMode: websocket.CompressionDisabled}
	if s.cfg.PublicURL != "" {
		options.OriginPatterns = []string{s.cfg.PublicURL}
	}
	socket, err := websocket.Accept(w, r, options)
	if err != nil {
		return // Accept has answered; its error may quote headers
	}
	defer socket.CloseNow()
	socket.SetReadLimit(longestMessage)
	ctx, cancel := context.WithTimeout(s.ctx, socketTime)
	defer cancel()
	for n := range mostMessages {
		kind, msg, err := socket.Read(ctx)
		if err != nil {
			return
		}
		if n == 0 {
			if c := s.find(string(msg)); c == nil || !c.tryEcho() {
				_ = socket.Close(websocket.StatusPolicyViolation, string(CodeCheckUnknown))
				return
			}
		}
		if socket.Write(ctx, kind, msg) != nil {
			return
		}
	}
	_ = socket.Close(websocket.StatusPolicyViolation, string(CodeRateLimited))
}

func (s *Service) enterSocket() Code {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.closing:
		return CodeShuttingDown
	case s.sockets >= mostSockets:
		return CodeBusy
	}
	s.sockets++
	s.running.Add(1)
	return ""
}

func (s *Service) leaveSocket() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sockets--
	s.running.Done()
}

func bearer(r *http.Request) string {
	token, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	return token
}

func refuse(w http.ResponseWriter, code Code) {
	answer(w, refusals[code].status, map[string]string{"code": string(code), "message": refusals[code].message})
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // fails only when the client is gone
}
