package session

import (
	"context"
	"errors"
	"math"
	"net/http"
	"net/url"
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

// noPlace is for who comes when the machine is full or closes.
var noPlace = &refusal{http.StatusServiceUnavailable, "the server takes no more participants now"}

// ServeHTTP answers /rtc, /rtc/v1 and their /validate (facts in docs/protocol.md). A refusal comes as an HTTP status,
// before the upgrade to a WebSocket: that is how SDKs learn why.
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Access-Control-Allow-Origin", "*")
	if r.Method == http.MethodOptions {
		preflight(w, r)
		return
	}
	v, no := s.admit(r)
	if no == nil && strings.HasSuffix(r.URL.Path, "/validate") {
		_, _ = w.Write([]byte("success"))
		return
	}
	if no == nil && !strings.EqualFold(r.Header.Get("Upgrade"), "websocket") {
		no = &refusal{http.StatusNotFound, "this is an address for WebSockets"}
	}
	if no == nil && v.request.GetReconnect() {
		s.resume(w, r, v)
		return
	}
	if no == nil {
		no = s.join(w, r, v)
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

// visit is what a signalling connection was opened for.
type visit struct {
	claims  token.Claims
	request *lkpb.JoinRequest
	dual    bool // the client wants two PeerConnections
}

// admit checks the token, reads what the client asks for and sees whether there is room for a newcomer.
func (s *Service) admit(r *http.Request) (v visit, no *refusal) {
	query := r.URL.Query()
	text, bearer := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !bearer {
		text = query.Get("access_token")
	}
	if v.claims, no = s.verify(text, time.Now()); no != nil {
		return v, no
	}
	if v.request, v.dual, no = joinRequest(r.URL.Path, query); no != nil {
		return v, no
	}
	v.request.ClientInfo = browserOf(v.request.GetClientInfo(), r.UserAgent())
	if !v.request.GetReconnect() {
		no = s.newcomer(v.claims, v.request)
	}
	return v, no
}

// joinRequest reads what the client asks for. Those with one PeerConnection send a join request, also to /rtc.
func joinRequest(path string, query url.Values) (request *lkpb.JoinRequest, dual bool, no *refusal) {
	var err error
	if param := query.Get("join_request"); param != "" {
		if request, err = signal.DecodeJoinRequest(param); err != nil {
			return nil, false, &refusal{http.StatusBadRequest, "the join request cannot be read"}
		}
		return request, false, nil
	}
	if strings.HasPrefix(path, "/rtc/v1") {
		return nil, false, &refusal{http.StatusBadRequest, "the join request is missing"}
	}
	if request, err = joinQuery(query); err != nil {
		return nil, false, &refusal{http.StatusBadRequest, err.Error()}
	}
	return request, true, nil
}

// join brings a new participant into the room, and upgrades the connection once the room has agreed.
func (s *Service) join(w http.ResponseWriter, r *http.Request, v visit) *refusal {
	session, no := s.enter(r.Context(), v)
	if no != nil {
		return no
	}
	conn, batched, err := accept(w, r)
	if err != nil {
		session.cancel() // accept has answered
		return nil
	}
	session.open(conn, batched, false, func() { session.begin(v.request) })
	return nil
}

// enter starts the session of a new participant that the room agrees to. It waits for its socket.
func (s *Service) enter(ctx context.Context, v visit) (*Session, *refusal) {
	claims, command := v.claims, joinCommand(v.claims, v.request)
	session := s.newSession(v)
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
		return nil, noPlace
	}
	go session.run()
	s.revoked.Purge(time.Now())
	if err := s.revoked.Check(claims.Video.Room, claims); err != nil { // meanwhile: whoever removed it did not find it in the room yet
		session.cancel()
		return nil, &refusal{http.StatusUnauthorized, err.Error()}
	}
	return session, nil
}

// resume gives a participant whose signalling broke its session back. A session that is not known any more is told
// by the first message, because the client would take a status for the end.
func (s *Service) resume(w http.ResponseWriter, r *http.Request, v visit) {
	conn, batched, err := accept(w, r)
	if err != nil {
		return
	}
	session, ok := s.find(id.ParticipantSID(v.request.GetParticipantSid()))
	if !ok || session.identity != v.claims.Identity || session.room.Name() != v.claims.Video.Room {
		ctx, cancel := context.WithTimeout(r.Context(), waitTime)
		defer cancel()
		_ = conn.Write(ctx, websocket.MessageBinary, joinAnew())
		_ = conn.Close(websocket.StatusNormalClosure, "")
		return
	}
	session.open(conn, batched, true, func() { session.takeUp(v.request) })
}

func accept(w http.ResponseWriter, r *http.Request) (*websocket.Conn, *batched, error) {
	u := &upgrade{ResponseWriter: w}
	conn, err := websocket.Accept(u, r, &websocket.AcceptOptions{
		InsecureSkipVerify: true, // the token admits, not the origin: LiveKit clients come from anywhere
		// Browsers compress what they send: an offer of 22 kB, which waits behind their own pictures on a thin line, is 2 kB. We
		// do not: a writer takes 1.2 MB, and a client that does not read would hold it.
		CompressionMode: websocket.CompressionNoContextTakeover, CompressionThreshold: math.MaxInt,
	})
	return conn, u.conn, err
}

func (s *Service) reserved(name id.RoomName) bool {
	return s.cfg.Reserved != "" && strings.HasPrefix(string(name), s.cfg.Reserved)
}

func refusalOf(err error) *refusal {
	switch {
	case errors.Is(err, room.ErrIdentityInvalid), errors.Is(err, room.ErrNameTooLong), errors.Is(err, room.ErrMetadataTooLarge):
		return &refusal{http.StatusBadRequest, err.Error()}
	case errors.Is(err, room.ErrNotAllowed):
		return &refusal{http.StatusForbidden, err.Error()}
	default:
		return &refusal{http.StatusServiceUnavailable, err.Error()}
	}
}
