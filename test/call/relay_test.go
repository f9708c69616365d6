package call

import (
	"context"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pion/webrtc/v4"

	"konklave/internal/signal/lkpb"
	"konklave/internal/testkit"
)

// relaying starts a server that has a relay, with HTTPS, and settings beside.
func relaying(t *testing.T, settings ...string) *server {
	t.Helper()
	return start(t, append(settings, "KONKLAVE_TURN_PORT="+freeTCPPort(t), "KONKLAVE_TLS_SELF_SIGNED=true", "KONKLAVE_TURN_TLS=true")...)
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
			// Two PeerConnections: pion may read what comes before the answer to its offer from two goroutines at once.
			direct := s.join(ctx, "direct", func(o *testkit.Options) { o.Dual = true })
			publish(t, ctx, direct, testkit.TrackOptions{Source: camera, Mark: 1})
			for i, way := range []string{"udp", "tcp", "tls"} {
				p := s.join(ctx, way, relayedOver(way))
				publish(t, ctx, p, testkit.TrackOptions{Source: microphone, Mark: uint32(10 + i)})
				sees(t, ctx, p, "direct", camera, 1)
				sees(t, ctx, direct, way, microphone, uint32(10+i))
				comesBy(t, p, "relay")
			}
			comesBy(t, direct, "host", "prflx")
			counted := s.metrics()
			for _, way := range []string{"udp", "relay_udp", "relay_tcp", "relay_tls"} {
				if n := counted["konklave_participants_by_path{path=\""+way+"\"}"]; n != 1 {
					t.Errorf("%v participants are said to come by %s", n, way)
				}
			}
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
	s.awaitDropped(ctx, "direct")
	bob.Look(func(v *testkit.View) {
		if v.State == webrtc.PeerConnectionStateConnected {
			t.Error("bob came directly")
		}
	})
	if err := ann.Resume(ctx); err != nil {
		t.Fatal(err)
	}
	ann.Look(func(v *testkit.View) {
		if v.Reconnect.GetClientConfiguration().GetForceRelay() != lkpb.ClientConfigSetting_ENABLED || len(v.Reconnect.GetIceServers()) != 1 {
			t.Error("who comes back is not told of the relay")
		}
	})
}

// gated is a connection that is not read while the gate is locked.
type gated struct {
	net.Conn
	gate *sync.RWMutex
}

func (c gated) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	c.gate.RLock()
	defer c.gate.RUnlock()
	return n, err
}

// TestSlowRelayLosesVideoAndNoSound has a client that does not read for a while: nothing is heard of what it is sent, so its video
// pauses, which it is told, up to a key frame, which is asked for, and all sound comes in the end.
func TestSlowRelayLosesVideoAndNoSound(t *testing.T) {
	ctx, s := deadline(t), relaying(t)
	s.dual = true
	ann := s.join(ctx, "ann")
	publish(t, ctx, ann, testkit.TrackOptions{Source: microphone, Mark: 1})
	picture := publish(t, ctx, ann, testkit.TrackOptions{Source: camera, Mark: 2})
	for _, more := range []lkpb.TrackSource{lkpb.TrackSource_SCREEN_SHARE, lkpb.TrackSource_UNKNOWN} { // so that it does not take long
		publish(t, ctx, ann, testkit.TrackOptions{Source: more, Mark: 3})
	}
	var gate sync.RWMutex
	bob := s.join(ctx, "bob", relayedOver("tcp"), func(o *testkit.Options) {
		o.Dial = func(address string) (net.Conn, error) {
			conn, err := net.Dial("tcp", address)
			if err != nil {
				return nil, err
			}
			// As large as a segment of loopback: a smaller window is filled a little at a time, by the timer of who sends.
			return gated{conn, &gate}, conn.(*net.TCPConn).SetReadBuffer(64 << 10)
		}
	})
	sees(t, ctx, bob, "ann", microphone, 1)
	sees(t, ctx, bob, "ann", camera, 2)
	keyframes := 0
	bob.Look(func(v *testkit.View) { keyframes = v.ReceivedFrom("ann", camera).Keyframes })
	_, asked := picture.Sent()
	gate.Lock()
	until(t, ctx, bob, "a pause of the video", func(v *testkit.View) bool { return v.Paused[picture.SID()] })
	gate.Unlock()
	until(t, ctx, bob, "video from a key frame on", func(v *testkit.View) bool {
		return v.ReceivedFrom("ann", camera).Keyframes > keyframes
	})
	if _, now := picture.Sent(); now == asked {
		t.Error("nobody asked for a key frame")
	}
	bob.Look(func(v *testkit.View) {
		sound, video := v.ReceivedFrom("ann", microphone), v.ReceivedFrom("ann", camera)
		if sound.Skipped > 0 || sound.Broken > 0 || video.Broken > 0 || video.Skipped == 0 {
			t.Errorf("sound: %d left out, %d broken; video: %d left out, %d broken", sound.Skipped, sound.Broken, video.Skipped, video.Broken)
		}
	})
}

// awaitDropped waits until packets were dropped for a reason.
func (s *server) awaitDropped(ctx context.Context, reason string) float64 {
	s.t.Helper()
	for {
		if n := s.metrics()[dropped(reason)]; n > 0 {
			return n
		}
		select {
		case <-time.After(20 * time.Millisecond):
		case <-ctx.Done():
			s.t.Fatalf("nothing is dropped as %s", reason)
		}
	}
}
