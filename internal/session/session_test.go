package session

import (
	"context"
	"encoding/base64"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coder/websocket"
	"google.golang.org/protobuf/proto"

	"konklave/internal/id"
	"konklave/internal/negotiate"
	"konklave/internal/room"
	"konklave/internal/signal/lkpb"
	"konklave/internal/token"
	"konklave/internal/wire"
)

// client is the other side of a signalling socket: it reads and writes messages and knows nothing more.
type client struct {
	t    *testing.T
	conn *websocket.Conn
}

// dial opens a signalling socket as identity.
func dial(t *testing.T, s *Service, identity id.Identity, request *lkpb.JoinRequest) *client {
	t.Helper()
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	c, err := connect(t, server.URL, sign(t, devKey, func(c *token.Claims) { c.Identity = identity }), request)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// connect opens a signalling socket to a server with a token.
func connect(t *testing.T, server, text string, request *lkpb.JoinRequest) (*client, error) {
	inner, err := proto.Marshal(request)
	if err != nil {
		return nil, err
	}
	outer, err := proto.Marshal(&lkpb.WrappedJoinRequest{JoinRequest: inner})
	if err != nil {
		return nil, err
	}
	if len(outer) == 0 {
		outer = []byte{0x7a, 0x00} // an empty parameter would be none: this is an unknown field
	}
	query := url.Values{
		"access_token": {text},
		"join_request": {base64.RawURLEncoding.EncodeToString(outer)},
	}
	conn, _, err := websocket.Dial(t.Context(), "ws"+strings.TrimPrefix(server, "http")+"/rtc/v1?"+query.Encode(), nil)
	if err != nil {
		return nil, err
	}
	t.Cleanup(func() { _ = conn.CloseNow() })
	return &client{t, conn}, nil
}

// next reads one message; nil when the server closed the socket as agreed.
func (c *client) next() *lkpb.SignalResponse {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(c.t.Context(), 10*time.Second)
	defer cancel()
	_, b, err := c.conn.Read(ctx)
	if websocket.CloseStatus(err) == websocket.StatusNormalClosure {
		return nil
	}
	if err != nil {
		c.t.Fatal(err)
	}
	return decoded(c.t, b)
}

// until reads messages until one is as wanted, or the socket closes, and gives it.
func (c *client) until(wanted func(*lkpb.SignalResponse) bool) *lkpb.SignalResponse {
	c.t.Helper()
	for {
		if r := c.next(); r == nil || wanted(r) {
			return r
		}
	}
}

func (c *client) send(r *lkpb.SignalRequest) {
	c.t.Helper()
	b, err := proto.Marshal(r)
	if err == nil {
		err = c.conn.Write(c.t.Context(), websocket.MessageBinary, b)
	}
	if err != nil {
		c.t.Fatal(err)
	}
}

func decoded(t *testing.T, b []byte) *lkpb.SignalResponse {
	t.Helper()
	r := &lkpb.SignalResponse{}
	if err := proto.Unmarshal(b, r); err != nil {
		t.Fatal(err)
	}
	return r
}

// join brings a client in and gives its session too.
func join(t *testing.T, s *Service, identity id.Identity) (*client, *Session) {
	t.Helper()
	c := dial(t, s, identity, &lkpb.JoinRequest{})
	first := c.next()
	if first.GetJoin() == nil {
		t.Fatalf("the first message is %v", first)
	}
	session, ok := s.find(id.ParticipantSID(first.GetJoin().GetParticipant().GetSid()))
	if !ok {
		t.Fatal("the service does not know the session")
	}
	return c, session
}

// activate has the room believe that the session's transport is connected, and waits until it does.
func activate(t *testing.T, session *Session) {
	t.Helper()
	if err := session.room.Post(t.Context(), room.TransportConnected{Participant: session.sid}); err != nil {
		t.Fatal(err)
	}
	inRoom(t, session.room)
}

// inRoom gives the participants when the room has carried out what it was told.
func inRoom(t *testing.T, r *room.Room) []*room.ParticipantInfo {
	t.Helper()
	_, people, err := r.Snapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return people
}

// sync waits until the session has done all that it was given.
func (s *Session) sync() {
	done := make(chan struct{})
	if s.post(func() { close(done) }) {
		<-done
	}
}

func resume(t *testing.T, s *Service, session *Session) *client {
	t.Helper()
	return dial(t, s, session.identity, &lkpb.JoinRequest{Reconnect: true, ParticipantSid: string(session.sid)})
}

func TestResumeSaysReconnectFirstAndThenWhatWasMissed(t *testing.T) {
	s := startService(t)
	c, session := join(t, s, "ada")
	activate(t, session)
	session.isNews(7)
	_ = c.conn.CloseNow()
	for deadline := time.Now().Add(5 * time.Second); ; { // the reader of the socket notices
		away := make(chan bool, 1)
		session.post(func() { away <- session.isAway() })
		if <-away {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("the loss of the socket was not noticed")
		}
	}
	_, other := join(t, s, "bob") // its update would be old news
	session.post(func() { session.pong() })
	session.sync()

	c = resume(t, s, session)
	if r := c.next(); r.GetReconnect() == nil || r.GetReconnect().GetLastMessageSeq() != 7 {
		t.Fatalf("first %v", r)
	}
	if r := c.next(); r.GetPong() == 0 {
		t.Errorf("then what was kept, got %v", r)
	}
	update := c.next().GetUpdate()
	if len(update.GetParticipants()) != 2 {
		t.Errorf("then who is here, got %v", update)
	}
	if refreshed := c.until(func(r *lkpb.SignalResponse) bool { return r.GetRefreshToken() != "" }); refreshed == nil {
		t.Error("no token for the next resume")
	}
	if len(inRoom(t, other.room)) != 2 {
		t.Error("the resumed participant is not in the room")
	}
}

func TestResumeWhileTheOldSocketLives(t *testing.T) {
	s := startService(t)
	old, session := join(t, s, "ada")
	activate(t, session)
	c := resume(t, s, session)
	if r := c.next(); r.GetReconnect() == nil {
		t.Fatalf("first %v", r)
	}
	if leave := old.until(func(r *lkpb.SignalResponse) bool { return r.GetLeave() != nil }); leave != nil {
		t.Errorf("the old socket was told %v", leave)
	}
	c.send(&lkpb.SignalRequest{Message: &lkpb.SignalRequest_Ping{Ping: 1}})
	if c.until(func(r *lkpb.SignalResponse) bool { return r.GetPong() != 0 }) == nil {
		t.Error("the new socket was closed")
	}
	if len(inRoom(t, session.room)) != 1 {
		t.Error("the end of the old socket took the participant out")
	}
}

func TestUpdatesBeforeTheSocketAreKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := withoutMedia(t)
		session := enter(t, s, "ada")
		enter(t, s, "bob")
		synctest.Wait()
		var updates int
		held := heldBy(t, session)
		for _, r := range held {
			updates += len(r.GetUpdate().GetParticipants())
		}
		if held[0].GetJoin() == nil || updates != 1 {
			t.Errorf("kept for the first socket: %v", held)
		}
	})
}

func TestSocketThatComesWhenTheSessionIsOver(t *testing.T) {
	for name, test := range map[string]struct {
		end    func(*Service, *Session)
		reason lkpb.DisconnectReason
		action lkpb.LeaveRequest_Action
	}{
		"by itself":   {func(_ *Service, s *Session) { s.cancel() }, lkpb.DisconnectReason_STATE_MISMATCH, lkpb.LeaveRequest_RECONNECT},
		"by the room": {func(_ *Service, l *Session) { putOut(t, l) }, lkpb.DisconnectReason_PARTICIPANT_REMOVED, lkpb.LeaveRequest_DISCONNECT},
	} {
		t.Run(name, func(t *testing.T) {
			s := startService(t)
			_, session := join(t, s, "ada")
			test.end(s, session)
			<-session.ended
			late, ended := comeLate(t, session)
			leave := late.next().GetLeave()
			if leave.GetReason() != test.reason || leave.GetAction() != test.action {
				t.Errorf("told %v", leave)
			}
			if r := late.next(); r != nil {
				t.Errorf("and then %v", r)
			}
			<-ended
		})
	}
}

// putOut has the room put a session out, as an application or a meeting does.
func putOut(t *testing.T, session *Session) {
	t.Helper()
	if err := session.room.Post(t.Context(), room.Leave{Participant: session.sid, Reason: room.ReasonParticipantRemoved}); err != nil {
		t.Error(err)
	}
}

// comeLate opens a socket for a session that is over. ended is closed when the server has let go of it.
func comeLate(t *testing.T, session *Session) (*client, <-chan struct{}) {
	t.Helper()
	ended := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		conn, batched, err := accept(w, r)
		if err != nil {
			t.Error(err)
			return
		}
		session.open(conn, batched, true, func() { t.Error("the session took up a socket after its end") })
		close(ended)
	}))
	t.Cleanup(server.Close)
	conn, _, err := websocket.Dial(t.Context(), "ws"+strings.TrimPrefix(server.URL, "http"), nil)
	if err != nil {
		t.Fatal(err)
	}
	return &client{t, conn}, ended
}

// A removal or a second client of the same identity may come while a socket opens: then the leave is its first message.
func TestLeaveBeforeTheSocket(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := withoutMedia(t)
		first := enter(t, s, "ada")
		enter(t, s, "ada")
		<-first.ended
		if got := decoded(t, first.lastWords()).GetLeave(); got.GetReason() != lkpb.DisconnectReason_DUPLICATE_IDENTITY {
			t.Errorf("told %v", got)
		}
		if held := heldBy(t, first); len(held) != 0 {
			t.Errorf("and %d more messages", len(held))
		}
	})
}

func TestShutdownIsTold(t *testing.T) {
	s := startService(t)
	ada, _ := join(t, s, "ada")
	bob, session := join(t, s, "bob")
	told := make(chan *lkpb.LeaveRequest, 2)
	for _, c := range []*client{ada, bob} {
		go func() {
			r := c.until(func(r *lkpb.SignalResponse) bool { return r.GetLeave() != nil })
			if c.next() == nil { // closed as agreed
				told <- r.GetLeave()
			}
		}()
	}
	if err := s.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	select {
	case <-session.socket.done:
	default:
		t.Error("a socket is still open after the end")
	}
	for range 2 {
		if leave := <-told; leave.GetReason() != lkpb.DisconnectReason_SERVER_SHUTDOWN || leave.GetAction() != lkpb.LeaveRequest_DISCONNECT {
			t.Errorf("told %v", leave)
		}
	}
	if len(s.all()) != 0 {
		t.Error("sessions are left")
	}
}

func TestSessionWithoutSocketOrMediaEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := withoutMedia(t)
		session := enter(t, s, "ada")
		begin := time.Now()
		<-session.ended
		if took := time.Since(begin); took > 61*time.Second {
			t.Errorf("ended after %v", took)
		}
	})
}

func TestTokensAreRefreshed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := withoutMedia(t)
		session := enter(t, s, "ada")
		activate(t, session)
		for range 3 * 60 { // for an hour
			time.Sleep(20 * time.Second)
			session.post(session.heard)
		}
		synctest.Wait()
		var last string
		for _, r := range heldBy(t, session) {
			if r.GetRefreshToken() != "" {
				last = r.GetRefreshToken()
			}
		}
		if claims, no := s.verify(last, time.Now().Add(20*time.Minute)); no != nil || claims.Identity != "ada" {
			t.Errorf("the last token is worthless 20 minutes later: %+v", no)
		}
	})
}

func TestRefreshedTokenLivesAsLongAsTheFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := withoutMedia(t)
		claims, _ := s.verify(sign(t, devKey, func(c *token.Claims) { c.ExpiresAt = c.IssuedAt.Add(6 * time.Hour) }), time.Now())
		session, no := s.enter(t.Context(), visit{claims: claims, request: &lkpb.JoinRequest{}})
		if no != nil {
			t.Fatal(no.text)
		}
		synctest.Wait()
		for _, r := range heldBy(t, session) {
			if text := r.GetRefreshToken(); text != "" {
				if _, no := s.verify(text, time.Now().Add(5*time.Hour)); no != nil {
					t.Errorf("5 hours later: %s", no.text)
				}
				return
			}
		}
		t.Error("no token")
	})
}

func TestPagesOfOtherOriginsMayAsk(t *testing.T) {
	r := httptest.NewRequest("OPTIONS", "/rtc/v1/validate", nil)
	r.Header.Set("Access-Control-Request-Headers", "authorization")
	w := httptest.NewRecorder()
	newService(Config{}).ServeHTTP(w, r)
	if h := w.Header(); w.Code != http.StatusNoContent || h.Get("Access-Control-Allow-Origin") != "*" ||
		h.Get("Access-Control-Allow-Headers") != "authorization" || !strings.Contains(h.Get("Access-Control-Allow-Methods"), "GET") {
		t.Errorf("%d %v", w.Code, h)
	}
}

func TestWhatIsKeptForAClientIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := withoutMedia(t)
		session := enter(t, s, "ada")
		session.post(func() {
			for range heldLimit + 1 {
				session.pong()
			}
		})
		<-session.ended
		if len(session.held) != heldLimit {
			t.Errorf("%d messages kept", len(session.held))
		}
	})
}

func TestFloodOfRequestsIsHeldUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := withoutMedia(t)
		session := enter(t, s, "ada")
		ping, err := proto.Marshal(&lkpb.SignalRequest{Message: &lkpb.SignalRequest_Trickle{}})
		if err != nil {
			t.Fatal(err)
		}
		begin := time.Now()
		for range requestBurst + 10*requestRate {
			session.received(ping)
		}
		if took := time.Since(begin); took < 9*time.Second {
			t.Errorf("taken in %v", took)
		}
	})
}

func TestReliableDataIsPassedOnOnce(t *testing.T) {
	session := &Session{}
	for i, want := range []bool{true, true, false, false, true} {
		if got := session.isNews([]uint32{1, 3, 3, 2, 4}[i]); got != want {
			t.Errorf("packet %d: %v", i, got)
		}
	}
	for range 2 {
		if !session.isNews(0) {
			t.Error("unnumbered packets are always passed on")
		}
	}
}

func TestPermissionsOfNow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := withoutMedia(t)
		session := enter(t, s, "ada")
		p := permissions(token.Grants{CanPublish: token.Bool(false), CanPublishSources: []string{"camera"}})
		if err := session.room.Post(t.Context(), room.SetPermission{Participant: session.sid, Permission: p}); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if session.permission.CanPublishData {
			t.Error("may still send data")
		}
		held := heldBy(t, session)
		claims, no := s.verify(held[len(held)-1].GetRefreshToken(), time.Now())
		if no != nil || claims.Video.MayPublish() || len(claims.Video.CanPublishSources) != 1 || claims.Video.CanPublishSources[0] != "camera" {
			t.Errorf("the token says %+v %+v", claims.Video, no)
		}
	})
}

// withoutMedia makes a service for sessions that never negotiate.
func withoutMedia(t *testing.T) *Service {
	t.Helper()
	log := slog.New(slog.NewTextHandler(io.Discard, nil))
	s := newService(Config{
		Log: log, Rooms: room.NewRegistry(log), Keys: map[string]string{devKey.Name: devKey.Secret}, Reserved: "konklave:", Internal: internal,
	})
	s.newTransport = func(wire.TransportParams) *wire.Transport { return nil }
	s.negotiation = negotiate.Config{NewCredentials: func() (string, string) { return "ufrag", "password" }, NewSSRC: newSSRC}
	t.Cleanup(func() {
		if err := s.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return s
}

// enter brings a session into the hall whose socket has not come yet.
func enter(t *testing.T, s *Service, identity id.Identity) *Session {
	t.Helper()
	claims, no := s.verify(sign(t, devKey, func(c *token.Claims) { c.Identity = identity }), time.Now())
	if no != nil {
		t.Fatal(no.text)
	}
	session, no := s.enter(t.Context(), visit{claims: claims, request: &lkpb.JoinRequest{}})
	if no != nil {
		t.Fatal(no.text)
	}
	return session
}

// heldBy gives what is kept for a session's client.
func heldBy(t *testing.T, session *Session) []*lkpb.SignalResponse {
	t.Helper()
	held := make(chan [][]byte, 1)
	if !session.post(func() { held <- slices.Clone(session.held) }) {
		<-session.ended
		held <- session.held
	}
	var all []*lkpb.SignalResponse
	for _, b := range <-held {
		all = append(all, decoded(t, b))
	}
	return all
}
