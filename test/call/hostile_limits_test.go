package call

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
	"google.golang.org/protobuf/proto"

	"konklave/bench/attack"
	"konklave/bench/load"
	"konklave/internal/signal/lkpb"
	"konklave/internal/testkit"
)

// hostile lets a light client in, whose manners the test decides.
func (g *siege) hostile(ctx context.Context, room, identity string, change ...func(*load.Options)) *load.Client {
	g.t.Helper()
	text, err := g.target(0).Token(room, identity)
	if err != nil {
		g.t.Fatal(err)
	}
	opts := load.Options{URL: g.target(0).URL, Token: text, Begin: time.Now()}
	for _, c := range change {
		c(&opts)
	}
	c, err := load.Join(ctx, opts)
	if err != nil {
		g.t.Fatal(err)
	}
	return c
}

// raw opens a signalling socket as clients with two PeerConnections do, and gives it without reading from it.
func (g *siege) raw(ctx context.Context, identity string) (*websocket.Conn, error) {
	text, err := g.target(0).Token("room", identity)
	if err != nil {
		return nil, err
	}
	c, _, err := websocket.Dial(ctx, g.target(0).URL+"/rtc?protocol=16&sdk=go&version=2.4.0&access_token="+text, nil)
	return c, err
}

// leaving reads until the server's last word.
func leaving(ctx context.Context, c *websocket.Conn) (*lkpb.LeaveRequest, error) {
	c.SetReadLimit(8 << 20)
	for {
		_, b, err := c.Read(ctx)
		if err != nil {
			return nil, err
		}
		var r lkpb.SignalResponse
		if err := proto.Unmarshal(b, &r); err != nil {
			return nil, err
		}
		if leave := r.GetLeave(); leave != nil {
			return leave, nil
		}
	}
}

func TestAnOversizedMessageIsToldSo(t *testing.T) {
	ctx := long(t)
	g := besiege(t, ctx)
	c, err := g.raw(ctx, "mallory")
	if err != nil {
		t.Fatal(err)
	}
	defer c.CloseNow()
	go func() { _ = c.Write(ctx, websocket.MessageBinary, make([]byte, 3<<20)) }() // it may be cut off half-way
	if _, err := leaving(ctx, c); websocket.CloseStatus(err) != websocket.StatusMessageTooBig {
		t.Errorf("the socket ended with: %v", err)
	}
	g.counted(ctx, `konklave_signal_cut_total{why="too_big"}`)
}

// TestAFloodIsSlowed has a client say more at once than anybody is heard at once.
func TestAFloodIsSlowed(t *testing.T) {
	ctx := long(t)
	g := besiege(t, ctx)
	c := g.hostile(ctx, "room", "mallory")
	defer c.Close()
	for range 600 {
		if err := c.Request(ctx, &lkpb.SignalRequest{Message: &lkpb.SignalRequest_Ping{Ping: 1}}); err != nil {
			t.Fatal(err)
		}
	}
	g.counted(ctx, "konklave_signal_slowed_total")
	c.Close()
	g.bystanders(ctx, 16<<20)
}

// TestAFloodOfDataIsHeldToItsRate has four participants send ten times as many data messages as anybody may: what is lossy
// is dropped, what is reliable waits, and the call goes on. What waits for the two of them has to reach them first.
func TestAFloodOfDataIsHeldToItsRate(t *testing.T) {
	ctx := long(t)
	g := besiege(t, ctx)
	g.slower = 50
	g.attack(ctx, "data", 0, 6*time.Second)
	for _, what := range []string{"dropped", "slowed"} {
		g.counted(ctx, fmt.Sprintf("konklave_data_limited_total{what=%q}", what))
	}
	for most := g.bytes + 32<<20; heap() > most; g.forget() {
		wait(t, ctx, fmt.Sprintf("the heap, %d MiB after the flood, to shrink to %d MiB", heap()>>20, most>>20))
	}
	g.bystanders(ctx, 32<<20)
}

// TestADeafClientIsCutOff has a client that makes the server talk and never reads: what waits for it is bounded, and after
// five seconds its socket is closed.
func TestADeafClientIsCutOff(t *testing.T) {
	ctx := long(t)
	g := besiege(t, ctx)
	deaf := g.hostile(ctx, "room", "deaf", func(o *load.Options) { o.Deaf = true })
	loud := g.hostile(ctx, "room", "loud")
	defer loud.Close()
	// Everybody is told of metadata; more than the queue takes.
	text := strings.Repeat("m", 500<<10)
	for i := range 14 {
		r := &lkpb.SignalRequest{Message: &lkpb.SignalRequest_UpdateMetadata{UpdateMetadata: &lkpb.UpdateParticipantMetadata{Metadata: text[i:]}}}
		if err := loud.Request(ctx, r); err != nil {
			t.Fatal(err)
		}
	}
	g.counted(ctx, `konklave_signal_cut_total{why="not_reading"}`)
	deaf.Vanish()
	until(t, ctx, g.bob, "the last metadata", func(v *testkit.View) bool { return len(v.Others["loud"].GetMetadata()) == len(text)-13 })
}

// TestHalfOpenJoins fills the server with participants who bring no transport, up to its limits and beyond.
func TestHalfOpenJoins(t *testing.T) {
	ctx := long(t)
	g := besiege(t, ctx, "KONKLAVE_LIMITS_PARTICIPANTS=400")
	g.attack(ctx, "halfopen", 500, 8*time.Second)
	if n := g.counted(ctx, `konklave_joins_refused_total{status="503"}`); n < 100 {
		t.Errorf("%v joins were refused", n)
	}
	g.server.t = t
	ctx = long(t)
	// Those who went without a word may come back for a while; nobody else is kept out for longer.
	until(t, ctx, g.bob, "the attackers to be gone", func(v *testkit.View) bool { return len(v.Others) == 1 })
	g.bystanders(ctx, 32<<20)
}

func TestAdmission(t *testing.T) {
	ctx := long(t)
	refused := func(t *testing.T, g *siege, room, identity, want string) {
		t.Helper()
		text, err := g.target(0).Token(room, identity)
		if err != nil {
			t.Fatal(err)
		}
		_, err = testkit.Join(ctx, testkit.Options{URL: g.url, Token: text})
		var no *testkit.RefusedError
		if !errors.As(err, &no) || no.Status != http.StatusServiceUnavailable || no.Text != want {
			t.Errorf("%s in %s: %v, want 503 %s", identity, room, err, want)
		}
	}
	t.Run("participants", func(t *testing.T) {
		g := besiege(t, ctx, "KONKLAVE_LIMITS_PARTICIPANTS=2")
		refused(t, g, "room", "carl", "the server takes no more participants now")
		refused(t, g, "other", "carl", "the server takes no more participants now")
		g.counted(ctx, `konklave_joins_refused_total{status="503"}`)
	})
	t.Run("rooms", func(t *testing.T) {
		g := besiege(t, ctx, "KONKLAVE_LIMITS_ROOMS=1")
		refused(t, g, "other", "carl", "server takes no more rooms")
		g.hostile(ctx, "room", "carl").Close()
	})
	t.Run("participants of a room", func(t *testing.T) {
		g := besiege(t, ctx, "KONKLAVE_LIMITS_ROOM_PARTICIPANTS=2")
		refused(t, g, "room", "carl", "room is full")
		g.hostile(ctx, "other", "carl").Close()
		if err := g.ann.Resume(ctx); err != nil { // who is in may come back
			t.Error(err)
		}
	})
}

// TestBombsAreAnswered has each of the large descriptions answered, or its sender sent away, and nothing in between.
func TestBombsAreAnswered(t *testing.T) {
	ctx := long(t)
	g := besiege(t, ctx)
	honest := g.hostile(ctx, "aside", "honest")
	offer := honest.Offer().GetSdp()
	honest.Close()
	for name, bomb := range attack.Bombs(offer) {
		c, err := g.raw(ctx, "mallory")
		if err != nil {
			t.Fatal(err)
		}
		data, err := proto.Marshal(&lkpb.SignalRequest{Message: &lkpb.SignalRequest_Offer{Offer: &lkpb.SessionDescription{Type: "offer", Sdp: bomb, Id: 7}}})
		if err != nil {
			t.Fatal(err)
		}
		if err := c.Write(ctx, websocket.MessageBinary, data); err != nil {
			t.Fatal(err)
		}
		verdict, within := "", time.Now()
		c.SetReadLimit(8 << 20)
		for verdict == "" {
			_, b, err := c.Read(ctx)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			var r lkpb.SignalResponse
			if err := proto.Unmarshal(b, &r); err != nil {
				t.Fatal(err)
			}
			switch m := r.Message.(type) {
			case *lkpb.SignalResponse_Answer:
				verdict = "answered"
				if len(m.Answer.GetSdp()) > 1<<20 {
					t.Errorf("%s: an answer of %d bytes", name, len(m.Answer.GetSdp()))
				}
			case *lkpb.SignalResponse_Leave:
				verdict = "left: " + m.Leave.GetReason().String() + " " + m.Leave.GetAction().String()
			}
		}
		t.Logf("%s (%d bytes): %s, %v", name, len(bomb), verdict, time.Since(within).Round(time.Millisecond))
		_ = c.CloseNow()
	}
	g.bystanders(ctx, 16<<20)
}
