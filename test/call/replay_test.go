package call

import (
	"fmt"
	"testing"
	"time"

	"konklave/internal/signal/lkpb"
	"konklave/internal/testkit"
)

// sendNumbers sends reliable data that count from one number to another.
func sendNumbers(t *testing.T, p *testkit.Participant, from, to int) {
	t.Helper()
	for n := from; n <= to; n++ {
		if err := p.SendData(lkpb.DataPacket_RELIABLE, fmt.Append(nil, n)); err != nil {
			t.Fatal(err)
		}
	}
}

// wantNumbers checks that everything came once and in order.
func wantNumbers(t *testing.T, p *testkit.Participant, to int) {
	t.Helper()
	until(t, deadline(t), p, "the data", func(v *testkit.View) bool { return len(v.Data) >= to })
	time.Sleep(100 * time.Millisecond) // a repetition would come now
	p.Look(func(v *testkit.View) {
		for i, d := range v.Data {
			if got := string(d.Packet.GetUser().GetPayload()); got != fmt.Sprint(i+1) {
				t.Fatalf("packet %d of %d is %s", i+1, len(v.Data), got)
			}
		}
		if len(v.Data) != to {
			t.Errorf("%d packets came, want %d", len(v.Data), to)
		}
	})
}

func TestReliableDataSurviveAResume(t *testing.T) {
	for name, dual := range map[string]bool{"one PeerConnection": false, "two PeerConnections": true} {
		t.Run(name, func(t *testing.T) {
			ctx := deadline(t)
			s := start(t)
			mode := func(o *testkit.Options) { o.Dual = dual }
			ann, bob := s.join(ctx, "ann", mode), s.join(ctx, "bob", mode)
			for _, p := range []*testkit.Participant{ann, bob} {
				until(t, ctx, p, "data channels", func(v *testkit.View) bool { return v.Channels == 2 })
			}
			sendNumbers(t, ann, 1, 50)
			bob.Break()
			sendNumbers(t, ann, 51, 200)
			if err := bob.Resume(ctx); err != nil {
				t.Fatal(err)
			}
			sendNumbers(t, ann, 201, 250)
			wantNumbers(t, bob, 250)
			if err := ann.Resume(ctx); err != nil { // and she repeats what she is not sure of
				t.Fatal(err)
			}
			ann.Look(func(v *testkit.View) {
				if last := v.Reconnect.GetLastMessageSeq(); last != 250 {
					t.Errorf("the server has the data up to %d", last)
				}
			})
			repeated := &lkpb.DataPacket{Sequence: 250, Value: &lkpb.DataPacket_User{User: &lkpb.UserPacket{Payload: []byte("250")}}}
			if err := ann.SendPacket(lkpb.DataPacket_RELIABLE, repeated); err != nil {
				t.Fatal(err)
			}
			wantNumbers(t, bob, 250)
		})
	}
}

// A client whose channel broke opens another one, and says what it has got.
func TestReliableDataSurviveANewChannel(t *testing.T) {
	ctx := deadline(t)
	s := start(t)
	ann, bob := s.join(ctx, "ann"), s.join(ctx, "bob")
	for _, p := range []*testkit.Participant{ann, bob} {
		until(t, ctx, p, "data channels", func(v *testkit.View) bool { return v.Channels == 2 })
	}
	sendNumbers(t, ann, 1, 50)
	until(t, ctx, bob, "the data", func(v *testkit.View) bool { return len(v.Data) == 50 })
	if err := bob.ReopenReliable(ctx, func() { sendNumbers(t, ann, 51, 200) }); err != nil {
		t.Fatal(err)
	}
	if err := bob.Resume(ctx); err != nil {
		t.Fatal(err)
	}
	sendNumbers(t, ann, 201, 250)
	wantNumbers(t, bob, 250)
}

func TestTooMuchReliableDataAreALossThatIsTold(t *testing.T) {
	ctx := deadline(t)
	s := start(t)
	ann, bob, cid := s.join(ctx, "ann"), s.join(ctx, "bob"), s.join(ctx, "cid")
	for _, p := range []*testkit.Participant{ann, bob, cid} {
		until(t, ctx, p, "data channels", func(v *testkit.View) bool { return v.Channels == 2 })
	}
	large := make([]byte, 60_000)
	err := bob.ReopenReliable(ctx, func() {
		time.Sleep(200 * time.Millisecond) // the server learns of it
		for range 100 {
			if err := ann.SendData(lkpb.DataPacket_RELIABLE, large); err != nil {
				t.Fatal(err)
			}
		}
		until(t, ctx, cid, "all data", func(v *testkit.View) bool { return len(v.Data) == 100 })
	})
	if err != nil {
		t.Fatal(err)
	}
	_ = bob.Resume(ctx) // as far as it gets
	until(t, ctx, bob, "to be told to reconnect", func(v *testkit.View) bool {
		return v.Leave.GetAction() == lkpb.LeaveRequest_RECONNECT
	})
}
