package call

import (
	"slices"
	"strings"
	"testing"
	"time"

	"konklave/internal/signal/lkpb"
	"konklave/internal/testkit"
)

// relaying starts a server that has a relay, with HTTPS, and settings beside.
func relaying(t *testing.T, settings ...string) *server {
	t.Helper()
	return start(t, append(settings, "KONKLAVE_TURN_PORT="+freeTCPPort(t), "KONKLAVE_TLS_SELF_SIGNED=true")...)
}

func relayedOver(way string) func(*testkit.Options) {
	return func(o *testkit.Options) { o.Relayed = way }
}

// TestRelay has people meet who come by the relay only, each by another way, beside one who comes directly.
func TestRelay(t *testing.T) {
	for _, dual := range []bool{false, true} {
		t.Run(map[bool]string{false: "single", true: "dual"}[dual], func(t *testing.T) {
			ctx, s := deadline(t), relaying(t)
			s.dual = dual
			direct := s.join(ctx, "direct")
			publish(t, ctx, direct, testkit.TrackOptions{Source: camera, Mark: 1})
			for i, way := range []string{"udp", "tcp", "tls"} {
				p := s.join(ctx, way, relayedOver(way))
				publish(t, ctx, p, testkit.TrackOptions{Source: microphone, Mark: uint32(10 + i)})
				sees(t, ctx, p, "direct", camera, 1)
				sees(t, ctx, direct, way, microphone, uint32(10+i))
				comesBy(t, p, "relay")
			}
			comesBy(t, direct, "host", "prflx")
			noForeignServers(t, direct)
		})
	}
}

// comesBy looks at the paths that a client chose.
func comesBy(t *testing.T, p *testkit.Participant, kinds ...string) {
	t.Helper()
	paths := p.Paths()
	if len(paths) == 0 {
		t.Error("there is no path")
	}
	for _, path := range paths {
		if !slices.Contains(kinds, path) {
			t.Errorf("comes by %s, not by %v", path, kinds)
		}
	}
}

// noForeignServers looks that a client is told of no server but this one.
func noForeignServers(t *testing.T, p *testkit.Participant) {
	t.Helper()
	p.Look(func(v *testkit.View) {
		for _, s := range v.Join.GetIceServers() {
			for _, u := range s.GetUrls() {
				if !strings.HasPrefix(u, "turn:127.0.0.1:") && !strings.HasPrefix(u, "turns:127.0.0.1:") {
					t.Errorf("a client is told of %s", u)
				}
			}
		}
	})
}

// TestForcedRelay has nobody come directly where the settings say so, whether or not a client obeys.
func TestForcedRelay(t *testing.T) {
	ctx, s := deadline(t), relaying(t, "KONKLAVE_RTC_FORCE_RELAY=true")
	ann := s.join(ctx, "ann", relayedOver("udp"))
	ann.Look(func(v *testkit.View) {
		if v.Join.GetClientConfiguration().GetForceRelay() != lkpb.ClientConfigSetting_ENABLED {
			t.Error("the client is not told to use the relay")
		}
	})
	comesBy(t, ann, "relay")
	bob, err := testkit.Join(ctx, testkit.Options{URL: s.url, Token: s.token("bob"), Client: trusting})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(bob.Close)
	for s.metrics()[dropped("direct")] < 3 {
		select {
		case <-time.After(20 * time.Millisecond):
		case <-ctx.Done():
			t.Fatal("bob's checks do not come")
		}
	}
	if paths := bob.Paths(); len(paths) > 0 {
		t.Errorf("bob came by %v", paths)
	}
	if err := ann.Resume(ctx); err != nil {
		t.Fatal(err)
	}
	ann.Look(func(v *testkit.View) {
		if v.Reconnect.GetClientConfiguration().GetForceRelay() != lkpb.ClientConfigSetting_ENABLED || len(v.Reconnect.GetIceServers()) != 1 {
			t.Error("who comes back is not told of the relay")
		}
	})
}
