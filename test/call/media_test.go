package call

import (
	"context"
	"net"
	"testing"
	"time"

	"github.com/pion/webrtc/v4"

	"konklave/internal/signal/lkpb"
	"konklave/internal/testkit"
)

const (
	camera     = lkpb.TrackSource_CAMERA
	microphone = lkpb.TrackSource_MICROPHONE
)

func publish(t *testing.T, ctx context.Context, p *testkit.Participant, opts testkit.TrackOptions) *testkit.Publication {
	t.Helper()
	track, err := p.Publish(ctx, opts)
	if err != nil {
		t.Fatal(err)
	}
	return track
}

// sees waits until a good number of frames came from the right person, and none that is broken or another's.
func sees(t *testing.T, ctx context.Context, p *testkit.Participant, identity string, source lkpb.TrackSource, mark uint32) {
	t.Helper()
	before := 0
	p.Look(func(v *testkit.View) { before = v.ReceivedFrom(identity, source).Frames })
	seesFrames(t, ctx, p, identity, source, mark, before+10)
}

// seesFrames waits until so many frames came in all from the right person, and none that is broken or another's.
func seesFrames(t *testing.T, ctx context.Context, p *testkit.Participant, identity string, source lkpb.TrackSource, mark uint32, frames int) {
	t.Helper()
	until(t, ctx, p, "frames of "+identity, func(v *testkit.View) bool {
		return v.ReceivedFrom(identity, source).Frames >= frames
	})
	p.Look(func(v *testkit.View) {
		r := v.ReceivedFrom(identity, source)
		if r.Last.Mark != mark || r.Broken > 0 {
			t.Errorf("frames of %s: %+v, want mark %d", identity, r, mark)
		}
	})
}

func TestTwoSeeAndHearEachOther(t *testing.T) {
	tests := []struct {
		name     string
		networks []webrtc.NetworkType
		address  string
		path     string
	}{
		{"UDP over IPv4", testkit.UDP4, "127.0.0.1", "udp 127.0.0.1"},
		{"TCP over IPv4", testkit.TCP4, "127.0.0.1", "tcp 127.0.0.1"},
		{"UDP over IPv6", testkit.UDP6, "::1", "udp ::1"},
		{"TCP over IPv6", testkit.TCP6, ipv6Address(), "tcp " + ipv6Address()},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if test.address == "" {
				t.Skip("this machine has no IPv6 address but ::1")
			}
			ctx := deadline(t)
			s := start(t, "KONKLAVE_RTC_BIND="+test.address, "KONKLAVE_RTC_IPS="+test.address)
			networks := func(o *testkit.Options) { o.Networks = test.networks }
			// One has a PeerConnection, the other has two.
			ann, bob := s.join(ctx, "ann", networks), s.join(ctx, "bob", networks, func(o *testkit.Options) { o.Dual = true })
			publish(t, ctx, ann, testkit.TrackOptions{Source: microphone, Mark: 0xa1})
			publish(t, ctx, ann, testkit.TrackOptions{Source: camera, Mark: 0xa2})
			publish(t, ctx, bob, testkit.TrackOptions{Source: microphone, Mark: 0xb1})
			publish(t, ctx, bob, testkit.TrackOptions{Source: camera, Mark: 0xb2})
			sees(t, ctx, bob, "ann", microphone, 0xa1)
			sees(t, ctx, bob, "ann", camera, 0xa2)
			sees(t, ctx, ann, "bob", microphone, 0xb1)
			sees(t, ctx, ann, "bob", camera, 0xb2)
			for _, p := range []*testkit.Participant{ann, bob} {
				if path := p.Path(); path != test.path {
					t.Errorf("media took the path %s, want %s", path, test.path)
				}
			}
		})
	}
}

// ipv6Address is an IPv6 address of this machine that is neither loopback nor link-local, or "".
func ipv6Address() string {
	addresses, _ := net.InterfaceAddrs()
	for _, a := range addresses {
		if n, ok := a.(*net.IPNet); ok && n.IP.To4() == nil && n.IP.IsGlobalUnicast() {
			return n.IP.String()
		}
	}
	return ""
}

func TestLateJoinerSees(t *testing.T) {
	bothWays(t, func(t *testing.T, ctx context.Context, s *server) {
		ann := s.join(ctx, "ann")
		publish(t, ctx, ann, testkit.TrackOptions{Source: microphone, Mark: 1})
		publish(t, ctx, ann, testkit.TrackOptions{Source: camera, Mark: 2})
		time.Sleep(500 * time.Millisecond) // ann has been sending for a while
		bob := s.join(ctx, "bob")
		sees(t, ctx, bob, "ann", microphone, 1)
		sees(t, ctx, bob, "ann", camera, 2)
		bob.Look(func(v *testkit.View) {
			if v.ReceivedFrom("ann", camera).Keyframes == 0 {
				t.Error("no key frame came")
			}
		})
	})
}

// More people than the first offer has sections for: the server asks for more. With sound, which no overload leaves out.
func TestManyNeedMoreSections(t *testing.T) {
	bothWays(t, func(t *testing.T, ctx context.Context, s *server) {
		names := []string{"p0", "p1", "p2", "p3", "p4"} // as many as are heard at once
		var people []*testkit.Participant
		for i, name := range names {
			p := s.join(ctx, name)
			publish(t, ctx, p, testkit.TrackOptions{Source: microphone, Mark: uint32(i + 1)})
			people = append(people, p)
		}
		for i, p := range people {
			for j, name := range names {
				if i != j {
					sees(t, ctx, p, name, microphone, uint32(j+1))
				}
			}
		}
	})
}

func TestMuted(t *testing.T) {
	bothWays(t, func(t *testing.T, ctx context.Context, s *server) {
		ann, bob := s.join(ctx, "ann"), s.join(ctx, "bob")
		for _, source := range []lkpb.TrackSource{microphone, camera} {
			track := publish(t, ctx, ann, testkit.TrackOptions{Source: source, Mark: 7})
			sees(t, ctx, bob, "ann", source, 7)

			// Ann says that she is muted, and goes on sending.
			if err := track.ClaimMuted(true); err != nil {
				t.Fatal(err)
			}
			until(t, ctx, bob, "the news that ann is muted", func(v *testkit.View) bool { return v.TrackOf("ann", source).GetMuted() })
			time.Sleep(300 * time.Millisecond) // what was under way may arrive
			var before int
			bob.Look(func(v *testkit.View) { before = v.ReceivedFrom("ann", source).Frames })
			sentBefore, _ := track.Sent()
			time.Sleep(time.Second)
			bob.Look(func(v *testkit.View) {
				if r := v.ReceivedFrom("ann", source); r.Frames != before {
					t.Errorf("%s: %d frames came while ann was muted", source, r.Frames-before)
				}
			})
			if sent, _ := track.Sent(); sent == sentBefore {
				t.Errorf("%s: ann did not send", source)
			}

			if err := track.ClaimMuted(false); err != nil {
				t.Fatal(err)
			}
			sees(t, ctx, bob, "ann", source, 7)
		}
	})
}

func TestPublishedMuted(t *testing.T) {
	bothWays(t, func(t *testing.T, ctx context.Context, s *server) {
		ann, bob := s.join(ctx, "ann"), s.join(ctx, "bob")
		track := publish(t, ctx, ann, testkit.TrackOptions{Source: microphone, Mark: 7, Muted: true})
		until(t, ctx, bob, "ann's track", func(v *testkit.View) bool { return v.TrackOf("ann", microphone).GetMuted() })
		if err := track.Mute(false); err != nil {
			t.Fatal(err)
		}
		sees(t, ctx, bob, "ann", microphone, 7)
	})
}

func TestSimulcast(t *testing.T) {
	bothWays(t, func(t *testing.T, ctx context.Context, s *server) {
		ann, bob := s.join(ctx, "ann"), s.join(ctx, "bob")
		track := publish(t, ctx, ann, testkit.TrackOptions{Source: camera, Mark: 9, Simulcast: true})
		sees(t, ctx, bob, "ann", camera, 9)
		for _, quality := range []lkpb.VideoQuality{lkpb.VideoQuality_LOW, lkpb.VideoQuality_HIGH, lkpb.VideoQuality_MEDIUM} {
			if err := bob.Watch(track.SID(), quality); err != nil {
				t.Fatal(err)
			}
			until(t, ctx, bob, "layer "+quality.String(), func(v *testkit.View) bool {
				return v.ReceivedFrom("ann", camera).Last.Layer == uint8(quality)
			})
			sees(t, ctx, bob, "ann", camera, 9)
			bob.Look(func(v *testkit.View) {
				if layer := v.ReceivedFrom("ann", camera).Last.Layer; layer != uint8(quality) {
					t.Errorf("layer %d after %s was there", layer, quality)
				}
			})
		}
		if err := bob.Watch(track.SID(), lkpb.VideoQuality_OFF); err != nil {
			t.Fatal(err)
		}
		time.Sleep(500 * time.Millisecond)
		var before int
		bob.Look(func(v *testkit.View) { before = v.ReceivedFrom("ann", camera).Frames })
		time.Sleep(500 * time.Millisecond)
		bob.Look(func(v *testkit.View) {
			if r := v.ReceivedFrom("ann", camera); r.Frames != before {
				t.Errorf("%d frames came of a track that is not watched", r.Frames-before)
			}
		})
	})
}

func TestUnsubscribe(t *testing.T) {
	bothWays(t, func(t *testing.T, ctx context.Context, s *server) {
		ann := s.join(ctx, "ann")
		bob := s.join(ctx, "bob", func(o *testkit.Options) { o.NoSubscribe = true })
		track := publish(t, ctx, ann, testkit.TrackOptions{Source: camera, Mark: 3})
		until(t, ctx, bob, "ann's track", func(v *testkit.View) bool { return v.TrackOf("ann", camera) != nil })
		time.Sleep(500 * time.Millisecond)
		bob.Look(func(v *testkit.View) {
			if n := v.ReceivedFrom("ann", camera).Packets; n > 0 {
				t.Errorf("%d packets came without being asked for", n)
			}
		})
		if err := bob.Subscribe(track.SID(), true); err != nil {
			t.Fatal(err)
		}
		sees(t, ctx, bob, "ann", camera, 3)
	})
}

func TestSpeakers(t *testing.T) {
	bothWays(t, func(t *testing.T, ctx context.Context, s *server) {
		ann, bob := s.join(ctx, "ann"), s.join(ctx, "bob")
		track := publish(t, ctx, ann, testkit.TrackOptions{Source: microphone, Mark: 1})
		track.SetLevel(127)
		sees(t, ctx, bob, "ann", microphone, 1)
		track.SetLevel(15)
		until(t, ctx, bob, "ann to speak", func(v *testkit.View) bool { return v.Speakers[ann.SID()].GetActive() })
		track.SetLevel(127)
		until(t, ctx, bob, "ann to fall silent", func(v *testkit.View) bool { return !v.Speakers[ann.SID()].GetActive() })
	})
}
