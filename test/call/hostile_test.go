package call

import (
	"bufio"
	"context"
	"fmt"
	"net/http"
	"net/netip"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"konklave/bench/attack"
	"konklave/internal/config"
	"konklave/internal/id"
	"konklave/internal/testkit"
	"konklave/internal/token"
)

// A siege is a call of two, Ann and Bob, on a server that is being attacked by others.
type siege struct {
	*server
	ann, bob *testkit.Participant
	picture  *testkit.Publication // Ann's
	before   map[string]float64   // metrics
	bytes    uint64               // of heap, before
	slower   int                  // than the attacks are by default
	victim   netip.AddrPort       // whom they impersonate
	check    []byte               // of that one
}

const gentle = 5 // tests share a machine, run with the race detector, and have the attackers in the same process

func besiege(t *testing.T, ctx context.Context, settings ...string) *siege {
	t.Helper()
	g := &siege{server: start(t, append([]string{"KONKLAVE_LOG_LEVEL=warn"}, settings...)...)}
	g.ann, g.bob = g.join(ctx, "ann"), g.join(ctx, "bob")
	publish(t, ctx, g.ann, testkit.TrackOptions{Source: microphone, Mark: 1})
	g.picture = publish(t, ctx, g.ann, testkit.TrackOptions{Source: camera, Mark: 2})
	sees(t, ctx, g.bob, "ann", microphone, 1)
	sees(t, ctx, g.bob, "ann", camera, 2)
	g.before, g.bytes, g.slower = g.metrics(), heap(), gentle
	return g
}

// attack runs one for a while, or until it has done what it had to do, and gives what it says of itself.
func (g *siege) attack(ctx context.Context, name string, scale int, d time.Duration) {
	g.t.Helper()
	ctx, cancel := context.WithTimeout(ctx, d)
	defer cancel()
	for _, a := range attack.All {
		if a.Name != name {
			continue
		}
		said, err := a.Run(ctx, g.target(scale))
		if err != nil {
			g.t.Fatalf("%s: %v", name, err)
		}
		g.t.Logf("%s: %s", name, said)
		return
	}
	g.t.Fatalf("there is no attack %q", name)
}

func (g *siege) target(scale int) attack.Target {
	return attack.Target{
		URL: "ws" + strings.TrimPrefix(g.url, "http"), Room: "room", Scale: scale, Slower: g.slower, Media: g.media(),
		Victim: g.victim, Check: g.check,
		Token: func(room, identity string) (string, error) {
			return token.Sign(token.Claims{
				Identity: id.Identity(identity), IssuedAt: time.Now(), ExpiresAt: time.Now().Add(time.Hour),
				Video: token.Grants{Room: id.RoomName(room), RoomJoin: true, CanUpdateOwnMetadata: token.Bool(true)},
			}, config.DevKey, config.DevSecret.Reveal())
		},
	}
}

// media is the server's UDP port, as it prints it.
func (g *siege) media() netip.AddrPort {
	g.t.Helper()
	if found := mediaLine.FindStringSubmatch(g.output.String()); found != nil {
		return netip.MustParseAddrPort("127.0.0.1:" + found[1])
	}
	g.t.Fatalf("the server does not say where media go:\n%s", g.output)
	return netip.AddrPort{}
}

var (
	mediaLine   = regexp.MustCompile(`media +UDP port (\d+)`)
	metricsLine = regexp.MustCompile(`http://\S+/metrics`)
)

// metrics reads the counters by name, labels included.
func (s *server) metrics() map[string]float64 {
	s.t.Helper()
	r, err := http.Get(metricsLine.FindString(s.output.String()))
	if err != nil {
		s.t.Fatal(err)
	}
	defer r.Body.Close()
	all := map[string]float64{}
	for lines := bufio.NewScanner(r.Body); lines.Scan(); {
		name, text, _ := strings.Cut(lines.Text(), "} ")
		if strings.Contains(lines.Text(), "{") {
			name += "}"
		} else {
			name, text, _ = strings.Cut(lines.Text(), " ")
		}
		if v, err := strconv.ParseFloat(text, 64); err == nil {
			all[name] = v
		}
	}
	return all
}

// counted waits until a counter is higher than before the attack: counters of shards are published now and then.
func (g *siege) counted(ctx context.Context, name string) float64 {
	g.t.Helper()
	for {
		if n := g.metrics()[name] - g.before[name]; n > 0 {
			return n
		}
		select {
		case <-time.After(20 * time.Millisecond):
		case <-ctx.Done():
			g.t.Fatalf("%s did not tell of the attack", name)
		}
	}
}

// settles waits until a gauge is at most so much. An attacker whose last word is lost in its own flood is held for some
// half minute more, as anybody is whose connection broke.
func (g *siege) settles(name string, most float64) {
	g.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 75*time.Second)
	defer cancel()
	for {
		n := g.metrics()[name]
		if n <= most {
			return
		}
		select {
		case <-time.After(20 * time.Millisecond):
		case <-ctx.Done():
			g.t.Fatalf("%s is %v after the attack, not %v", name, n, most)
		}
	}
}

// bystanders fails the test when the call has suffered, or when the server keeps much of the attackers.
func (g *siege) bystanders(ctx context.Context, mostBytes uint64) {
	g.t.Helper()
	sees(g.t, ctx, g.bob, "ann", microphone, 1)
	sees(g.t, ctx, g.bob, "ann", camera, 2)
	for _, p := range []*testkit.Participant{g.ann, g.bob} {
		p.Look(func(v *testkit.View) {
			if v.Leave != nil || v.Ended || v.Failure != nil {
				g.t.Errorf("a bystander's session: leave %v, ended %v, failure %v", v.Leave, v.Ended, v.Failure)
			}
		})
	}
	// All of this is on one machine: whoever reads late because of that seems to have a line that carries less.
	m := g.metrics()
	withheld := int(m[dropped("media_line")] + m[dropped("media_layer")])
	g.bob.Look(func(v *testkit.View) {
		for source, r := range map[string]*testkit.Received{"sound": v.ReceivedFrom("ann", microphone), "picture": v.ReceivedFrom("ann", camera)} {
			most := r.Frames / 100
			if source == "picture" {
				most += withheld
			}
			if r.Skipped > most || r.Broken > 0 {
				g.t.Errorf("%s: %d frames, of which %d did not come and %d were broken", source, r.Frames, r.Skipped, r.Broken)
			}
		}
	})
	g.settles("konklave_participants", 2)
	g.settles("konklave_media_transports", 2)
	g.forget()
	if after := heap(); after > g.bytes+mostBytes {
		g.t.Errorf("the heap grew from %d to %d MiB", g.bytes>>20, after>>20)
	}
}

// forget has the bystanders forget what data they were sent: that is theirs, not the server's.
func (g *siege) forget() {
	for _, p := range []*testkit.Participant{g.ann, g.bob} {
		p.Look(func(v *testkit.View) { v.Data = nil })
	}
}

// heap is what is referred to, in bytes.
func heap() uint64 {
	var m runtime.MemStats
	for range 2 { // what pools hold goes with the second time
		runtime.GC()
	}
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

func dropped(reason string) string {
	return fmt.Sprintf("konklave_media_dropped_total{reason=%q}", reason)
}

// long bounds a test of attacks.
func long(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 4*time.Minute)
	t.Cleanup(cancel)
	return ctx
}

// TestBystandersOfAttacks runs the attacks that need no more than a look at counters and at the call.
func TestBystandersOfAttacks(t *testing.T) {
	g := besiege(t, long(t))
	for _, test := range []struct {
		name     string
		scale    int
		slower   int
		counters []string // that tell of it
	}{
		{"malformed", 0, gentle, []string{"konklave_signal_ignored_total"}},
		{"oversized", 0, gentle, []string{`konklave_signal_cut_total{why="too_big"}`}},
		{"disorder", 0, gentle, []string{"konklave_signal_ignored_total"}},
		{"flood", 0, gentle, nil},
		{"sdp", 0, gentle, nil},
		{"stun", 0, gentle, []string{dropped("stranger"), dropped("no_protocol")}},
		{"ssrc", 0, gentle, []string{dropped("media_unknown_ssrc")}},
		{"replay", 0, gentle, []string{dropped("srtp")}},
		{"publisher", 0, 1, []string{dropped("over_rate")}},
		{"channels", 0, gentle, nil},
		{"slowloris", 1500, gentle, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			ctx := deadline(t)
			g.t, g.before, g.slower = t, g.metrics(), max(test.slower, 1)
			g.attack(ctx, test.name, test.scale, time.Second)
			for _, c := range test.counters {
				g.counted(ctx, c)
			}
			g.bystanders(ctx, 16<<20)
		})
		g.t = t
	}
}
