package session

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/coder/websocket"

	"konklave/internal/id"
	"konklave/internal/room"
	"konklave/internal/signal"
	"konklave/internal/signal/lkpb"
	"konklave/internal/token"
)

// refusal is an answer that keeps a client out: an HTTP status and a text that its SDK shows to people.
type refusal struct {
	status int
	text   string
}

// ServeHTTP answers /rtc, /rtc/v1 and their /validate (facts in docs/protocol.md). A refusal comes as an HTTP status,
// before the upgrade to a WebSocket: that is how SDKs learn why.
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Access-Control-Allow-Origin", "*")
	if r.Method == http.MethodOptions {
		preflight(w, r)
		return
	}
	claims, request, no := s.admit(r)
	if no == nil && strings.HasSuffix(r.URL.Path, "/validate") {
		_, _ = w.Write([]byte("success"))
		return
	}
	if no == nil && !strings.EqualFold(r.Header.Get("Upgrade"), "websocket") {
		no = &refusal{http.StatusNotFound, "this is an address for WebSockets"}
	}
	if no == nil && request.GetReconnect() {
		s.resume(w, r, claims, request)
		return
	}
	if no == nil {
		no = s.join(w, r, claims, request)
	}
	if no != nil {
		s.refused.WithLabelValues(strconv.Itoa(no.status)).Inc()
		http.Error(w, no.text, no.status)
	}
}

// preflight lets pages of any origin send requests with any header: the token admits, not the origin.
// https://fetch.spec.whatwg.org/#cors-preflight-fetch
func preflight(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Access-Control-Allow-Methods", "GET, HEAD, OPTIONS")
	if wanted := r.Header.Get("Access-Control-Request-Headers"); wanted != "" {
		h.Set("Access-Control-Allow-Headers", wanted)
	}
	h.Set("Access-Control-Max-Age", "86400")
	w.WriteHeader(http.StatusNoContent)
}

// admit checks the token, reads the join request and sees whether there is room for a newcomer.
func (s *Service) admit(r *http.Request) (token.Claims, *lkpb.JoinRequest, *refusal) {
	text, bearer := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !bearer {
		text = r.URL.Query().Get("access_token")
	}
	claims, no := s.verify(text, time.Now())
	if no != nil {
		return claims, nil, no
	}
	param := r.URL.Query().Get("join_request")
	if param == "" {
		// Without it the client wants two PeerConnections, which are not served yet.
		return claims, nil, &refusal{http.StatusNotFound, "this server speaks /rtc/v1 only"}
	}
	request, err := signal.DecodeJoinRequest(param)
	if err != nil {
		return claims, nil, &refusal{http.StatusBadRequest, "the join request cannot be read"}
	}
	if !request.GetReconnect() {
		no = s.newcomer(claims, request)
	}
	return claims, request, no
}

// join brings a new participant into the room, and upgrades the connection once the room has agreed.
func (s *Service) join(w http.ResponseWriter, r *http.Request, claims token.Claims, request *lkpb.JoinRequest) *refusal {
	session, no := s.enter(r.Context(), claims, request)
	if no != nil {
		return no
	}
	conn, err := accept(w, r)
	if err != nil {
		session.cancel() // accept has answered
		return nil
	}
	session.open(conn, false, func() { session.begin(request) })
	return nil
}

// enter starts the session of a new participant that the room agrees to. It waits for its socket.
func (s *Service) enter(ctx context.Context, claims token.Claims, request *lkpb.JoinRequest) (*Session, *refusal) {
	command := joinCommand(claims, request)
	session := s.newSession(claims, command.Client)
	command.SID = session.sid
	ctx, cancel := context.WithTimeout(ctx, waitTime)
	defer cancel()
	options, err := s.options(claims)
	if err != nil {
		return nil, &refusal{http.StatusBadRequest, err.Error()}
	}
	joined, _, err := s.cfg.Rooms.Join(ctx, claims.Video.Room, options, command, session)
	if err != nil {
		return nil, refusalOf(err)
	}
	session.room = joined
	session.log = session.log.With("room", joined.SID())
	if !s.remember(session, joined) {
		session.leaveRoom()
		return nil, &refusal{http.StatusServiceUnavailable, "the server is shutting down"}
	}
	go session.run()
	s.revoked.Purge(time.Now())
	if err := s.revoked.Check(claims.Video.Room, claims); err != nil { // meanwhile: Remove did not find the session yet
		session.cancel()
		return nil, &refusal{http.StatusUnauthorized, err.Error()}
	}
	return session, nil
}

// resume gives a participant whose signalling broke its session back. A session that is not known any more is told
// by the first message, because the client would take a status for the end.
func (s *Service) resume(w http.ResponseWriter, r *http.Request, claims token.Claims, request *lkpb.JoinRequest) {
	conn, err := accept(w, r)
	if err != nil {
		return
	}
	session, ok := s.find(id.ParticipantSID(request.GetParticipantSid()))
	if !ok || session.identity != claims.Identity || session.room.Name() != claims.Video.Room {
		ctx, cancel := context.WithTimeout(r.Context(), waitTime)
		defer cancel()
		_ = conn.Write(ctx, websocket.MessageBinary, joinAnew())
		_ = conn.Close(websocket.StatusNormalClosure, "")
		return
	}
	session.open(conn, true, func() { session.takeUp(request) })
}

func accept(w http.ResponseWriter, r *http.Request) (*websocket.Conn, error) {
	return websocket.Accept(w, r, &websocket.AcceptOptions{
		InsecureSkipVerify: true, // the token admits, not the origin: LiveKit clients come from anywhere
		CompressionMode:    websocket.CompressionDisabled,
	})
}

func (s *Service) reserved(name id.RoomName) bool {
	return s.cfg.Reserved != "" && strings.HasPrefix(string(name), s.cfg.Reserved)
}

func refusalOf(err error) *refusal {
	switch {
	case errors.Is(err, room.ErrIdentityInvalid), errors.Is(err, room.ErrNameTooLong), errors.Is(err, room.ErrMetadataTooLarge):
		return &refusal{http.StatusBadRequest, err.Error()}
	default:
		return &refusal{http.StatusServiceUnavailable, err.Error()}
	}
}
