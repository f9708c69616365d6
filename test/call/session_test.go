package call

import (
	"context"
	"strings"
	"testing"
	"time"

	"konklave/internal/signal/lkpb"
	"konklave/internal/testkit"
	"konklave/internal/token"
)

func TestPeopleComeAndGo(t *testing.T) {
	bothWays(t, func(t *testing.T, ctx context.Context, s *server) {
		ann := s.join(ctx, "ann")
		bob := s.join(ctx, "bob")
		until(t, ctx, ann, "bob", func(v *testkit.View) bool { return v.Others["bob"] != nil })
		bob.Look(func(v *testkit.View) {
			if v.Others["ann"] == nil {
				t.Error("bob does not see ann")
			}
		})
		if err := ann.Ping(ctx); err != nil {
			t.Error(err)
		}
		if err := bob.Leave(); err != nil {
			t.Error(err)
		}
		until(t, ctx, ann, "bob to be gone", func(v *testkit.View) bool { return v.Others["bob"] == nil })
	})
}

func TestSameIdentityReplaces(t *testing.T) {
	bothWays(t, func(t *testing.T, ctx context.Context, s *server) {
		first := s.join(ctx, "ann")
		s.join(ctx, "ann")
		until(t, ctx, first, "to be sent out", func(v *testkit.View) bool {
			return v.Leave.GetReason() == lkpb.DisconnectReason_DUPLICATE_IDENTITY
		})
	})
}

// TestDataThatGrowTooLargeHoldNothingUp has a packet that is as large as a message can be before the server writes the
// sender's name into it.
func TestDataThatGrowTooLargeHoldNothingUp(t *testing.T) {
	ctx := deadline(t)
	s := start(t)
	ann, bob := s.join(ctx, "ann"), s.join(ctx, "bob")
	for _, p := range []*testkit.Participant{ann, bob} {
		until(t, ctx, p, "data channels", func(v *testkit.View) bool { return v.Channels == 2 })
	}
	for _, payload := range []string{strings.Repeat("x", 65_515), "small"} {
		if err := ann.SendData(lkpb.DataPacket_RELIABLE, []byte(payload)); err != nil {
			t.Fatal(err)
		}
	}
	until(t, ctx, bob, "what comes after it", func(v *testkit.View) bool {
		return len(v.Data) == 1 && string(v.Data[0].Packet.GetUser().GetPayload()) == "small"
	})
}

func TestDataPackets(t *testing.T) {
	bothWays(t, func(t *testing.T, ctx context.Context, s *server) {
		ann, bob, cid := s.join(ctx, "ann"), s.join(ctx, "bob"), s.join(ctx, "cid")
		for _, p := range []*testkit.Participant{ann, bob, cid} {
			until(t, ctx, p, "data channels", func(v *testkit.View) bool { return v.Channels == 2 })
		}
		for _, kind := range []lkpb.DataPacket_Kind{lkpb.DataPacket_RELIABLE, lkpb.DataPacket_LOSSY} {
			payload := kind.String() + strings.Repeat(".", 10_000)
			if kind == lkpb.DataPacket_LOSSY {
				payload = kind.String()
			}
			if err := ann.SendData(kind, []byte(payload)); err != nil {
				t.Fatal(err)
			}
			for _, p := range []*testkit.Participant{bob, cid} {
				until(t, ctx, p, "data", func(v *testkit.View) bool { return len(v.Data) > 0 })
				p.Look(func(v *testkit.View) {
					d := v.Data[0]
					if d.Channel != kind || string(d.Packet.GetUser().GetPayload()) != payload ||
						d.Packet.GetParticipantIdentity() != "ann" || d.Packet.GetParticipantSid() != ann.SID() {
						t.Errorf("data on %s: %.200v", d.Channel, d.Packet)
					}
					v.Data = nil
				})
			}
		}

		// To one person only; and nobody can pretend to be another.
		lie := &lkpb.DataPacket{
			ParticipantIdentity: "cid", ParticipantSid: cid.SID(), DestinationIdentities: []string{"bob"}, Sequence: 100,
			Value: &lkpb.DataPacket_User{User: &lkpb.UserPacket{Payload: []byte("secret"), ParticipantIdentity: "cid"}},
		}
		if err := ann.SendPacket(lkpb.DataPacket_RELIABLE, lie); err != nil {
			t.Fatal(err)
		}
		until(t, ctx, bob, "data", func(v *testkit.View) bool { return len(v.Data) > 0 })
		bob.Look(func(v *testkit.View) {
			d := v.Data[0].Packet
			if d.GetParticipantIdentity() != "ann" || d.GetUser().GetParticipantIdentity() != "ann" || string(d.GetUser().GetPayload()) != "secret" {
				t.Errorf("data to bob: %v", d)
			}
		})
		time.Sleep(200 * time.Millisecond)
		for _, p := range []*testkit.Participant{ann, cid} {
			p.Look(func(v *testkit.View) {
				if len(v.Data) > 0 {
					t.Errorf("somebody else got %v", v.Data[0].Packet)
				}
			})
		}
	})
}

func TestResume(t *testing.T) {
	bothWays(t, func(t *testing.T, ctx context.Context, s *server) {
		ann, bob := s.join(ctx, "ann"), s.join(ctx, "bob")
		publish(t, ctx, ann, testkit.TrackOptions{Source: camera, Mark: 5})
		publish(t, ctx, bob, testkit.TrackOptions{Source: camera, Mark: 6})
		sees(t, ctx, bob, "ann", camera, 5)
		sid := ann.SID()
		ann.Break()
		sees(t, ctx, bob, "ann", camera, 5) // media go on meanwhile
		if err := ann.Resume(ctx); err != nil {
			t.Fatal(err)
		}
		if ann.SID() != sid {
			t.Error("the session changed its sid")
		}
		sees(t, ctx, bob, "ann", camera, 5)
		sees(t, ctx, ann, "bob", camera, 6)

		// What happens after the resume is told, and the resumed session can publish.
		cid := s.join(ctx, "cid")
		until(t, ctx, ann, "cid", func(v *testkit.View) bool { return v.Others["cid"] != nil })
		publish(t, ctx, ann, testkit.TrackOptions{Source: microphone, Mark: 8})
		sees(t, ctx, cid, "ann", microphone, 8)
	})
}

// Clients with one and with two PeerConnections meet, hear each other and exchange data, and go on after a resume.
func TestSingleAndDualInOneRoom(t *testing.T) {
	ctx := deadline(t)
	s := start(t)
	ann := s.join(ctx, "ann")
	bob := s.join(ctx, "bob", func(o *testkit.Options) { o.Dual = true })
	publish(t, ctx, ann, testkit.TrackOptions{Source: camera, Mark: 1, Simulcast: true})
	publish(t, ctx, bob, testkit.TrackOptions{Source: camera, Mark: 2, Simulcast: true})
	for range 2 {
		sees(t, ctx, bob, "ann", camera, 1)
		sees(t, ctx, ann, "bob", camera, 2)
		for _, p := range []*testkit.Participant{ann, bob} {
			until(t, ctx, p, "data channels", func(v *testkit.View) bool { return v.Channels == 2 })
		}
		for from, to := range map[*testkit.Participant]*testkit.Participant{ann: bob, bob: ann} {
			if err := from.SendData(lkpb.DataPacket_RELIABLE, []byte("hello")); err != nil {
				t.Fatal(err)
			}
			until(t, ctx, to, "data", func(v *testkit.View) bool { return len(v.Data) == 1 })
			to.Look(func(v *testkit.View) { v.Data = nil })
		}
		for _, p := range []*testkit.Participant{ann, bob} {
			p.Break()
			if err := p.Resume(ctx); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// Who may not subscribe has no PeerConnection of the server's at first: it is connected by its own, and data come there.
func TestPublisherThatMayNotSubscribe(t *testing.T) {
	bothWays(t, func(t *testing.T, ctx context.Context, s *server) {
		text := s.token("ann", func(g *token.Grants) { g.CanSubscribe = token.Bool(false) })
		ann := s.join(ctx, "ann", func(o *testkit.Options) { o.Token = text })
		bob := s.join(ctx, "bob")
		publish(t, ctx, ann, testkit.TrackOptions{Source: camera, Mark: 1})
		publish(t, ctx, bob, testkit.TrackOptions{Source: camera, Mark: 2})
		sees(t, ctx, bob, "ann", camera, 1)
		for _, p := range []*testkit.Participant{ann, bob} {
			until(t, ctx, p, "data channels", func(v *testkit.View) bool { return v.Channels == 2 })
		}
		if err := bob.SendData(lkpb.DataPacket_RELIABLE, []byte("hello")); err != nil {
			t.Fatal(err)
		}
		until(t, ctx, ann, "data", func(v *testkit.View) bool { return len(v.Data) == 1 })
		ann.Look(func(v *testkit.View) {
			if n := v.ReceivedFrom("bob", camera).Packets; n > 0 || v.Accepted != 0 {
				t.Errorf("%d packets and an offer %d came", n, v.Accepted)
			}
		})
		if err := ann.Resume(ctx); err != nil {
			t.Fatal(err)
		}
		sees(t, ctx, bob, "ann", camera, 1)
	})
}

func TestWhatHappensDuringABreakIsTold(t *testing.T) {
	bothWays(t, func(t *testing.T, ctx context.Context, s *server) {
		ann, bob := s.join(ctx, "ann"), s.join(ctx, "bob")
		until(t, ctx, ann, "bob", func(v *testkit.View) bool { return v.Others["bob"] != nil })
		ann.Break()
		if err := bob.Leave(); err != nil {
			t.Fatal(err)
		}
		cid := s.join(ctx, "cid")
		publish(t, ctx, cid, testkit.TrackOptions{Source: camera, Mark: 4})
		if err := ann.Resume(ctx); err != nil {
			t.Fatal(err)
		}
		until(t, ctx, ann, "the news", func(v *testkit.View) bool { return v.Others["bob"] == nil && v.Others["cid"] != nil })
		sees(t, ctx, ann, "cid", camera, 4)
	})
}

func TestResumeOfAnUnknownSession(t *testing.T) {
	bothWays(t, func(t *testing.T, ctx context.Context, s *server) {
		ann := s.join(ctx, "ann")
		s.join(ctx, "ann") // replaces her
		until(t, ctx, ann, "to be sent out", func(v *testkit.View) bool { return v.Leave != nil })
		if err := ann.Resume(ctx); err == nil {
			t.Fatal("a session that is over was resumed")
		}
		ann.Look(func(v *testkit.View) {
			if v.Leave.GetAction() != lkpb.LeaveRequest_RECONNECT {
				t.Errorf("told to %v", v.Leave)
			}
		})
	})
}

func TestBlackHoleAndResume(t *testing.T) {
	bothWays(t, func(t *testing.T, ctx context.Context, s *server) {
		relay, err := testkit.NewRelay(strings.TrimPrefix(s.url, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		defer relay.Close()
		ann := s.join(ctx, "ann", func(o *testkit.Options) { o.URL = "http://" + relay.Addr() })
		bob := s.join(ctx, "bob")
		publish(t, ctx, ann, testkit.TrackOptions{Source: microphone, Mark: 5})
		sees(t, ctx, bob, "ann", microphone, 5)
		relay.BlackHole(true)
		short, cancel := context.WithTimeout(ctx, time.Second)
		defer cancel()
		if err := ann.Ping(short); err == nil {
			t.Error("a ping came through a black hole")
		}
		relay.BlackHole(false)
		relay.Cut()
		if err := ann.Resume(ctx); err != nil {
			t.Fatal(err)
		}
		sees(t, ctx, bob, "ann", microphone, 5)
	})
}

func TestWrongTokensAreRefused(t *testing.T) {
	ctx := deadline(t)
	s := start(t)
	for name, token := range map[string]string{"none": "", "nonsense": "nonsense", "another secret": s.token("ann") + "x"} {
		if _, err := testkit.Join(ctx, testkit.Options{URL: s.url, Token: token}); err == nil {
			t.Errorf("joined with the token %q", name)
		}
	}
}

func TestShutdownIsTold(t *testing.T) {
	bothWays(t, func(t *testing.T, ctx context.Context, s *server) {
		ann := s.join(ctx, "ann")
		s.stop()
		until(t, ctx, ann, "the end", func(v *testkit.View) bool {
			return v.Leave.GetReason() == lkpb.DisconnectReason_SERVER_SHUTDOWN && v.Ended
		})
	})
}
