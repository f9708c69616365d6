package session

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http/httptest"
	"net/url"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"

	"konklave/internal/id"
	"konklave/internal/room"
	"konklave/internal/signal/lkpb"
	"konklave/internal/token"
)

// TestTurmoilLeavesNothingBehind has clients join, resume twice at once, replace each other, be removed and vanish, all
// at the same time, and ends the service amid it. Nothing may hang or stay.
func TestTurmoilLeavesNothingBehind(t *testing.T) {
	s := startService(t)
	server := httptest.NewServer(s)
	defer server.Close()
	var people sync.WaitGroup
	for n := range 12 {
		people.Go(func() {
			v := visitor{t, s, server.URL, id.Identity(fmt.Sprint("p", n/2)), rand.New(rand.NewPCG(1, uint64(n)))} // two are the same
			for range 8 {
				v.visit()
				if n == 0 {
					s.CloseRoom("hall")
				}
			}
		})
	}
	people.Wait()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if err := s.Close(ctx); err != nil {
		t.Error(err)
	}
	if len(s.all()) != 0 || len(s.cfg.Rooms.Rooms()) != 0 {
		t.Errorf("%d sessions and %d rooms are left", len(s.all()), len(s.cfg.Rooms.Rooms()))
	}
	var stacks string
	for range 100 {
		b := make([]byte, 1<<20)
		stacks = string(b[:runtime.Stack(b, true)])
		if !strings.Contains(stacks, "session.(*Session)") && !strings.Contains(stacks, "session.(*socket)") && !strings.Contains(stacks, "room.(*Room)") {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Errorf("goroutines are left:\n%s", stacks)
}

// visitor is somebody whose visits never end well. The service may refuse or end each at any time.
type visitor struct {
	t        *testing.T
	service  *Service
	url      string
	identity id.Identity
	dice     *rand.Rand
}

// token is one that a removal has not made worthless, mostly.
func (v visitor) token() string {
	return sign(v.t, devKey, func(c *token.Claims) {
		c.Identity = v.identity
		if v.dice.IntN(8) > 0 {
			c.IssuedAt = c.IssuedAt.Add(time.Minute)
		}
	})
}

func (v visitor) visit() {
	dual := v.dice.IntN(2) == 0
	c, err := v.connect(v.token(), dual, "")
	if err != nil {
		return // removed before, or the room has just ended
	}
	sid := id.ParticipantSID(v.first(c).GetJoin().GetParticipant().GetSid())
	session, ok := v.service.find(sid)
	switch choice := v.dice.IntN(6); {
	case choice == 0 && ok:
		v.service.Revoke("hall", v.identity, time.Now())
		_ = session.room.Post(v.t.Context(), room.Leave{Participant: sid, Reason: room.ReasonParticipantRemoved})
	case choice == 1 && ok:
		session.cancel()
	case choice >= 2 && ok:
		_ = session.room.Post(v.t.Context(), room.TransportConnected{Participant: sid})
		if choice == 2 {
			_ = c.conn.CloseNow()
		}
		var both sync.WaitGroup
		for range 2 {
			text := v.token()
			both.Go(func() { v.resume(sid, text, dual) })
		}
		both.Wait()
	}
	_ = c.conn.CloseNow()
}

// connect joins, or resumes the session of sid, with one PeerConnection or two.
func (v visitor) connect(text string, dual bool, sid id.ParticipantSID) (*client, error) {
	if !dual {
		return connect(v.t, v.url, text, &lkpb.JoinRequest{Reconnect: sid != "", ParticipantSid: string(sid)})
	}
	query := url.Values{"protocol": {"16"}}
	if sid != "" {
		query.Set("reconnect", "1")
		query.Set("sid", string(sid))
	}
	return connectDual(v.t, v.url, text, query)
}

func (v visitor) resume(sid id.ParticipantSID, text string, dual bool) {
	c, err := v.connect(text, dual, sid)
	if err != nil {
		return
	}
	if r := v.first(c); r != nil && r.GetReconnect() == nil && r.GetLeave() == nil {
		v.t.Errorf("the first message after a resume is %v", r)
	}
	_ = c.conn.CloseNow()
}

// first reads a message, nil when the socket ended without one. It waits for a while only.
func (v visitor) first(c *client) *lkpb.SignalResponse {
	ctx, cancel := context.WithTimeout(v.t.Context(), 10*time.Second)
	defer cancel()
	_, b, err := c.conn.Read(ctx)
	if ctx.Err() != nil {
		v.t.Error("the client was told nothing")
	}
	r := &lkpb.SignalResponse{}
	if err == nil && proto.Unmarshal(b, r) == nil {
		return r
	}
	return nil
}
