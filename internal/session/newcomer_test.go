package session

import (
	"testing"
	"time"

	"konklave/internal/room"
	"konklave/internal/signal/lkpb"
	"konklave/internal/token"
)

func TestNewcomersAreChecked(t *testing.T) {
	s := startService(t)
	s.cfg.NoAutoCreate, s.cfg.AllowHidden = true, true
	if _, err := s.cfg.Rooms.Open("open", room.DefaultOptions()); err != nil {
		t.Fatal(err)
	}
	claims := func(change func(*token.Claims)) token.Claims {
		c := token.Claims{Identity: "ada", Video: token.Grants{Room: "open"}}
		if change != nil {
			change(&c)
		}
		return c
	}
	own := func(c *token.Claims) { c.Video.CanUpdateOwnMetadata = token.Bool(true) }
	tests := []struct {
		name   string
		claims token.Claims
		wants  *lkpb.JoinRequest
		status int // 0: admitted
	}{
		{"room runs", claims(nil), nil, 0},
		{"room does not run", claims(func(c *token.Claims) { c.Video.Room = "other" }), nil, 404},
		{"meeting does not run", claims(func(c *token.Claims) { c.Video.Room = "konklave:x" }), nil, 404},
		{"brings metadata", claims(nil), &lkpb.JoinRequest{Metadata: "m"}, 401},
		{"brings attributes", claims(nil), &lkpb.JoinRequest{ParticipantAttributes: map[string]string{"a": "b"}}, 401},
		{"may bring both", claims(own), &lkpb.JoinRequest{Metadata: "m", ParticipantAttributes: map[string]string{"a": "b"}}, 0},
		{"wants to be recorded", claims(func(c *token.Claims) { c.RoomConfig = []byte(`{"egress":{"room":{}}}`) }), nil, 400},
		{"wants an agent", claims(func(c *token.Claims) { c.RoomConfig = []byte(`{"agents":[{}]}`) }), nil, 400},
		{"wants a preset", claims(func(c *token.Claims) { c.RoomPreset = "p" }), nil, 400},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			status := 0
			if no := s.newcomer(test.claims, test.wants); no != nil {
				status = no.status
			}
			if status != test.status {
				t.Errorf("status %d, want %d", status, test.status)
			}
		})
	}
	if _, no := s.verify(sign(t, devKey, func(c *token.Claims) { c.Video.Hidden = true }), time.Now()); no != nil {
		t.Errorf("hidden, which the operator allows: %s", no.text)
	}
}

func TestKindsOfServices(t *testing.T) {
	for kind, want := range map[string]room.ParticipantKind{"": room.Standard, "standard": room.Standard, "sip": room.SIP, "weird": room.Standard} {
		if j := joinCommand(token.Claims{Kind: kind}, nil); j.Kind != want {
			t.Errorf("kind %q is %d, want %d", kind, j.Kind, want)
		}
	}
}

// TestRevocationHoldsForWhoIsAway covers what RemoveParticipant of the server API asks: also tokens that say only from
// when they are valid, and those that say nothing of when they were made.
func TestRevocationHoldsForWhoIsAway(t *testing.T) {
	s := startService(t)
	now := time.Now()
	s.Revoke("hall", "ada", now)
	tests := []struct {
		name   string
		change func(*token.Claims)
		taken  bool
	}{
		{"issued before", func(c *token.Claims) { c.IssuedAt = now.Add(-time.Minute) }, false},
		{"issued in the same second", func(c *token.Claims) { c.IssuedAt = now }, false},
		{"issued after", func(c *token.Claims) { c.IssuedAt = now.Add(2 * time.Second) }, true},
		{"valid from before", func(c *token.Claims) { c.IssuedAt, c.NotBefore = time.Time{}, now.Add(-time.Minute) }, false},
		{"valid from after", func(c *token.Claims) { c.IssuedAt, c.NotBefore = time.Time{}, now.Add(2*time.Second) }, true},
		{"says nothing", func(c *token.Claims) { c.IssuedAt = time.Time{} }, false},
		{"somebody else", func(c *token.Claims) { c.Identity, c.IssuedAt = "bob", now.Add(-time.Minute) }, true},
		{"another room", func(c *token.Claims) { c.Video.Room, c.IssuedAt = "cellar", now.Add(-time.Minute) }, true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, no := s.verify(sign(t, devKey, test.change), now.Add(3*time.Second))
			if taken := no == nil; taken != test.taken {
				t.Errorf("taken: %v", taken)
			}
		})
	}
}

// TestGrantsCountOnceOnly resumes with a token that still grants what an application has taken away meanwhile.
func TestGrantsCountOnceOnly(t *testing.T) {
	s := startService(t)
	_, session := join(t, s, "ada")
	activate(t, session)
	if err := session.room.Order(t.Context(), room.ChangeParticipant{Identity: "ada", Permission: &room.Permission{CanSubscribe: true}}); err != nil {
		t.Fatal(err)
	}
	c := resume(t, s, session)
	if r := c.next(); r.GetReconnect() == nil {
		t.Fatalf("not resumed: %v", r)
	}
	for _, p := range inRoom(t, session.room) {
		if p.Permission.CanPublish || p.Permission.CanPublishData || !p.Permission.CanSubscribe {
			t.Errorf("the old token counts: %+v", p.Permission)
		}
	}
	fresh := c.until(func(r *lkpb.SignalResponse) bool { return r.GetRefreshToken() != "" }).GetRefreshToken()
	claims, no := s.verify(fresh, time.Now())
	if no != nil || claims.Video.MayPublish() || claims.Video.MayPublishData() || !claims.Video.MaySubscribe() {
		t.Errorf("the refreshed token grants too much: %+v", claims.Video)
	}
}
