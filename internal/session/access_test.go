package session

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"konklave/internal/id"
	"konklave/internal/room"
	"konklave/internal/signal/lkpb"
	"konklave/internal/token"
	"konklave/internal/wire"
)

var (
	devKey   = Key{"devkey", "secret"}
	internal = Key{"internal", "known to nobody"}
)

// startService makes a service on ports of its own, with a room name space for meetings.
func startService(t *testing.T) *Service {
	t.Helper()
	log := testLogger(t)
	loopback := []netip.Addr{netip.AddrFrom4([4]byte{127, 0, 0, 1})}
	w, err := wire.Listen(wire.Config{Bind: loopback, Announce: loopback, Shards: 1}, log)
	if err != nil {
		t.Fatal(err)
	}
	s, err := New(Config{
		Log: log, Wire: w, Rooms: room.NewRegistry(log), Keys: map[string]string{devKey.Name: devKey.Secret},
		Reserved: "konklave:", Internal: internal,
		MeetingOptions: room.Options{PingInterval: 2 * time.Second, PingTimeout: 4 * time.Second, SignalLossLimit: 8 * time.Second},
	}, prometheus.NewRegistry())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second) // the test's own is over
		defer cancel()
		if err := s.Close(ctx); err != nil {
			t.Error(err)
		}
		if err := w.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func sign(t *testing.T, key Key, change func(*token.Claims)) string {
	t.Helper()
	now := time.Now()
	c := token.Claims{
		Identity: "ada", IssuedAt: now, ExpiresAt: now.Add(time.Minute),
		Video: token.Grants{Room: "hall", RoomJoin: true},
	}
	if change != nil {
		change(&c)
	}
	text, err := token.Sign(c, key.Name, key.Secret)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestTokensAreChecked(t *testing.T) {
	s := startService(t)
	meeting := func(c *token.Claims) { c.Video.Room = "konklave:abc" }
	tests := []struct {
		name   string
		text   string
		status int // 0: admitted
	}{
		{"good", sign(t, devKey, nil), 0},
		{"none", "", 401},
		{"garbage", "x.y.z", 401},
		{"unknown key", sign(t, Key{"other", "secret"}, nil), 401},
		{"wrong secret", sign(t, Key{"devkey", "guess"}, nil), 401},
		{"expired", sign(t, devKey, func(c *token.Claims) { c.ExpiresAt = time.Now().Add(-time.Hour) }), 401},
		{"not yet valid", sign(t, devKey, func(c *token.Claims) { c.NotBefore = time.Now().Add(time.Hour) }), 401},
		{"may not join", sign(t, devKey, func(c *token.Claims) { c.Video.RoomJoin = false }), 401},
		{"no room", sign(t, devKey, func(c *token.Claims) { c.Video.Room = "" }), 400},
		{"no identity", sign(t, devKey, func(c *token.Claims) { c.Identity = "" }), 400},
		{"meeting by an API key", sign(t, devKey, meeting), 401},
		{"meeting by the internal key", sign(t, internal, meeting), 0},
		{"hidden", sign(t, devKey, func(c *token.Claims) { c.Video.Hidden = true }), 401},
		{"agent by grant", sign(t, devKey, func(c *token.Claims) { c.Video.Agent = true }), 401},
		{"agent by kind", sign(t, devKey, func(c *token.Claims) { c.Kind = "agent" }), 401},
		{"recorder", sign(t, devKey, func(c *token.Claims) { c.Video.Recorder = true }), 0},
		{"hidden in a meeting", sign(t, internal, func(c *token.Claims) { meeting(c); c.Video.Hidden = true }), 401},
		{"other room by the internal key", sign(t, internal, nil), 401},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, no := s.verify(test.text, time.Now())
			switch {
			case no == nil && test.status != 0:
				t.Errorf("admitted, want %d", test.status)
			case no != nil && no.status != test.status:
				t.Errorf("status %d (%s), want %d", no.status, no.text, test.status)
			}
		})
	}
}

func TestRevokedTokens(t *testing.T) {
	s := startService(t)
	text := sign(t, devKey, nil)
	s.Revoke("hall", "ada", time.Now())
	if _, no := s.verify(text, time.Now()); no == nil || no.status != http.StatusUnauthorized {
		t.Errorf("a token from before it was revoked: %+v", no)
	}
	if _, no := s.verify(sign(t, devKey, func(c *token.Claims) { c.Identity = "bob" }), time.Now()); no != nil {
		t.Errorf("somebody else's token: %+v", no)
	}
}

func TestMeetingTokensHoldNoName(t *testing.T) {
	s := startService(t)
	text, err := s.Token("konklave:abc", "p1")
	if err != nil {
		t.Fatal(err)
	}
	c, no := s.verify(text, time.Now())
	if no != nil || c.Name != "" || c.Identity != "p1" || c.Video.Room != "konklave:abc" || c.Video.MayPublishData() {
		t.Errorf("%+v %+v", c.Video, no)
	}
}

func TestRefusalsComeAsStatus(t *testing.T) {
	s := startService(t)
	good := sign(t, devKey, nil)
	tests := []struct {
		name, path, token string
		status            int
		text              string
	}{
		{"no join request", "/rtc/v1/validate?join_request=", good, 400, "missing"},
		{"two PeerConnections", "/rtc/validate?protocol=16", good, 200, "success"},
		{"a join request anywhere", "/rtc/validate?join_request=" + emptyJoinRequest(t), good, 200, "success"},
		{"publish only", "/rtc/validate?publish=screen", good, 400, "not supported"},
		{"attributes without the grant", "/rtc/validate?attributes=eyJhIjoiYiJ9", good, 401, "attributes"},
		{"bad attributes", "/rtc/validate?attributes=%21", good, 400, "attributes"},
		{"no token", "/rtc/v1/validate", "", 401, "no access token"},
		{"bad join request", "/rtc/v1/validate?join_request=%21", good, 400, "join request"},
		{"good", "/rtc/v1/validate?join_request=" + emptyJoinRequest(t), good, 200, "success"},
		{"no upgrade", "/rtc/v1?join_request=" + emptyJoinRequest(t), good, 404, "WebSockets"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r := httptest.NewRequest("GET", test.path, nil)
			if test.token != "" {
				r.Header.Set("Authorization", "Bearer "+test.token)
			}
			w := httptest.NewRecorder()
			s.ServeHTTP(w, r)
			if w.Code != test.status || !strings.Contains(w.Body.String(), test.text) {
				t.Errorf("%d %q, want %d with %q", w.Code, w.Body, test.status, test.text)
			}
			if w.Header().Get("Access-Control-Allow-Origin") != "*" {
				t.Error("a page of another origin may not read the answer")
			}
		})
	}
}

func TestGrantsBecomePermissions(t *testing.T) {
	p := permissions(token.Grants{CanPublish: token.Bool(false), CanPublishSources: []string{"microphone", "hologram"}})
	if p.CanPublish || p.CanPublishData || !p.CanSubscribe || p.CanUpdateMetadata {
		t.Errorf("%+v", p)
	}
	if !slices.Equal(p.CanPublishSources, []room.TrackSource{room.Microphone, room.UnknownSource}) {
		t.Errorf("sources %v", p.CanPublishSources)
	}
}

func TestOwnMetadataNeedsTheGrant(t *testing.T) {
	r := &lkpb.JoinRequest{Metadata: "mine", ParticipantAttributes: map[string]string{"a": "mine", "b": "mine"}}
	c := token.Claims{Metadata: "token's", Attributes: map[string]string{"a": "token's", "c": "token's"}}
	if j := joinCommand(c, r); j.Metadata != c.Metadata || len(j.Attributes) != 2 {
		t.Errorf("without the grant: %q %v", j.Metadata.Reveal(), j.Attributes)
	}
	c.Video.CanUpdateOwnMetadata = token.Bool(true)
	j := joinCommand(c, r)
	if j.Metadata != "mine" || j.Attributes["a"] != "mine" || j.Attributes["b"] != "mine" || j.Attributes["c"] != "token's" {
		t.Errorf("with the grant: %q %v", j.Metadata.Reveal(), j.Attributes)
	}
	if c.Attributes["a"] != "token's" {
		t.Error("the claims were changed")
	}
}

func TestOptionsOfRooms(t *testing.T) {
	s := startService(t)
	claims := func(name id.RoomName, config string) token.Claims {
		return token.Claims{Video: token.Grants{Room: name}, RoomConfig: []byte(config)}
	}
	if o, err := s.options(claims("konklave:x", `{"emptyTimeout":7}`)); err != nil || o.EmptyTimeout != 0 || o.SignalLossLimit != 8*time.Second {
		t.Errorf("a meeting's room: %+v", o)
	}
	o, err := s.options(claims("hall", `{"emptyTimeout":7,"max_participants":2,"metadata":"m","later":1}`))
	if err != nil || o.EmptyTimeout != 7*time.Second || o.MaxParticipants != 2 || o.Metadata != "m" || o.DepartureTimeout != 20*time.Second {
		t.Errorf("a room with roomConfig: %+v, %v", o, err)
	}
	for _, bad := range []string{`{"egress":{}}`, `{"agents":[{"agentName":"a"}]}`, `[]`, `{"emptyTimeout":"x"}`} {
		if _, err := s.options(claims("hall", bad)); err == nil {
			t.Errorf("%s is taken", bad)
		}
	}
	if o, err := s.options(claims("hall", "")); err != nil || o.SignalLossLimit != 0 {
		t.Errorf("an API room: %+v", o)
	}
}
