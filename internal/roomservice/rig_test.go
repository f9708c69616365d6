package roomservice

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"

	"konklave/internal/id"
	"konklave/internal/room"
	"konklave/internal/signal"
	"konklave/internal/token"
)

// rig is a service on a test server, with real rooms and people in them who only remember what they are told.
type rig struct {
	t        *testing.T
	rooms    *room.Registry
	sessions *sessions
	url      string
}

// sessions remembers what the service wants of sessions.
type sessions struct {
	mu      sync.Mutex
	revoked []string
	upTo    time.Time
	sent    []sent
	called  []signal.Call
	reply   func(signal.Call) (string, error)
}

type sent struct {
	lossy  bool
	packet []byte
	to     []id.Identity
	toSIDs []id.ParticipantSID
}

// Revoke remembers whose tokens.
func (s *sessions) Revoke(in id.RoomName, identity id.Identity, upTo time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.revoked, s.upTo = append(s.revoked, string(in)+"/"+string(identity)), upTo
}

// SendData remembers the packet.
func (s *sessions) SendData(_ id.RoomName, lossy bool, packet []byte, to []id.Identity, toSIDs []id.ParticipantSID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sent = append(s.sent, sent{lossy, packet, to, toSIDs})
}

// Call remembers the call and has the test reply, if it wants to.
func (s *sessions) Call(_ context.Context, _ id.RoomName, _ id.Identity, c signal.Call) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.called = append(s.called, c)
	if s.reply == nil {
		return "", signal.CallToNobody
	}
	return s.reply(c)
}

// member remembers what the room told a participant.
type member struct {
	mu   sync.Mutex
	told []room.Message
}

// Deliver remembers.
func (m *member) Deliver(d *room.Delivery) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.told = append(m.told, d.Message)
}

// Measure has nothing to add.
func (m *member) Measure(*room.Measures) {}

// was looks for a message.
func (m *member) was(told func(room.Message) bool) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.ContainsFunc(m.told, told)
}

func newRig(t testing.TB, change func(*Config)) *rig {
	log := slog.New(slog.DiscardHandler)
	r := &rig{rooms: room.NewRegistry(log), sessions: &sessions{}}
	cfg := Config{
		Log: log, Rooms: r.rooms, Sessions: r.sessions, Keys: map[string]string{"devkey": "secret"}, Reserved: "konklave:",
	}
	if change != nil {
		change(&cfg)
	}
	server := httptest.NewServer(New(cfg))
	r.url = server.URL
	t.Cleanup(func() {
		server.Close()
		if err := r.rooms.Close(t.Context(), room.ReasonServerShutdown); err != nil && t.Context().Err() == nil {
			t.Error(err)
		}
	})
	r.t, _ = t.(*testing.T)
	return r
}

// join lets somebody into a room, with a muted-at-will microphone that is published.
func (r *rig) join(in id.RoomName, identity string) (*member, id.ParticipantSID, id.TrackSID) {
	r.t.Helper()
	m := &member{}
	running, sid, err := r.rooms.Join(r.t.Context(), in, room.Options{}, room.Join{
		Identity: id.Identity(identity), AutoSubscribe: true,
		Permission: room.Permission{CanPublish: true, CanSubscribe: true, CanPublishData: true},
	}, m)
	if err != nil {
		r.t.Fatal(err)
	}
	post := func(c room.Command) {
		if err := running.Post(r.t.Context(), c); err != nil {
			r.t.Fatal(err)
		}
	}
	post(room.TransportConnected{Participant: sid})
	post(room.AddTrack{Participant: sid, CID: "mic", Type: room.Audio, Source: room.Microphone})
	if _, _, err := running.Snapshot(r.t.Context()); err != nil { // so that the room has done all of this
		r.t.Fatal(err)
	}
	var track id.TrackSID
	m.was(func(x room.Message) bool {
		p, ok := x.(room.TrackPublished)
		if ok {
			track = p.Track.SID
		}
		return ok
	})
	post(room.TrackNegotiated{Participant: sid, Track: track, MID: "1", MIME: "audio/opus"})
	return m, sid, track
}

func signed(t testing.TB, g token.Grants) string {
	t.Helper()
	text, err := token.Sign(token.Claims{ExpiresAt: time.Now().Add(time.Minute), Video: g}, "devkey", "secret")
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// everything is the token of an application that may do everything, in the room that a call is about.
func everything(t testing.TB, in string) string {
	return signed(t, token.Grants{RoomCreate: true, RoomList: true, RoomAdmin: true, Room: id.RoomName(in)})
}

// post sends a body and gives status, type and body of the answer.
func (r *rig) post(method, bearer, kind string, body []byte) (status int, answerKind string, answer []byte) {
	r.t.Helper()
	request, err := http.NewRequest(http.MethodPost, r.url+"/twirp/"+method, bytes.NewReader(body))
	if err != nil {
		r.t.Fatal(err)
	}
	request.Header.Set("Content-Type", kind)
	if bearer != "" {
		request.Header.Set("Authorization", "Bearer "+bearer)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		r.t.Fatal(err)
	}
	defer response.Body.Close()
	answer, err = io.ReadAll(response.Body)
	if err != nil {
		r.t.Fatal(err)
	}
	return response.StatusCode, response.Header.Get("Content-Type"), answer
}

// call makes a call of RoomService in JSON about a room, with a token that allows it.
func (r *rig) call(method, in, body string) (status int, answer map[string]any) {
	r.t.Helper()
	return r.callAs(everything(r.t, in), method, body)
}

func (r *rig) callAs(bearer, method, body string) (status int, answer map[string]any) {
	r.t.Helper()
	status, kind, text := r.post("livekit.RoomService/"+method, bearer, "application/json", []byte(body))
	if kind != "application/json" {
		r.t.Fatalf("%s answered %d with %q: %s", method, status, kind, text)
	}
	if err := json.Unmarshal(text, &answer); err != nil {
		r.t.Fatalf("%s answered %d: %s", method, status, text)
	}
	return status, answer
}

// want makes a call that must succeed.
func (r *rig) want(method, in, body string) map[string]any {
	r.t.Helper()
	status, answer := r.call(method, in, body)
	if status != http.StatusOK {
		r.t.Fatalf("%s %s: %d %v", method, body, status, answer)
	}
	return answer
}

// wantFault makes a call that must fail with a code of Twirp.
func (r *rig) wantFault(wanted code, method, in, body string) {
	r.t.Helper()
	status, answer := r.call(method, in, body)
	if status != wanted.status || answer["code"] != wanted.name || answer["msg"] == "" {
		r.t.Errorf("%s %.200s: %d %v, want %d %s", method, body, status, answer, wanted.status, wanted.name)
	}
}
