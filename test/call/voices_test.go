package call

import (
	"context"
	"testing"

	"konklave/internal/testkit"
)

// TestOnlyTheLoudestAreHeard has two people talk where one is heard at once, and the quieter one raise its voice.
func TestOnlyTheLoudestAreHeard(t *testing.T) {
	ctx, s := deadline(t), start(t, "KONKLAVE_LIMITS_ROOM_VOICES=1")
	ann, bob, cid := s.join(ctx, "ann"), s.join(ctx, "bob"), s.join(ctx, "cid")
	loud := publish(t, ctx, ann, testkit.TrackOptions{Source: microphone, Mark: 0xa1})
	sees(t, ctx, cid, "ann", microphone, 0xa1)
	quiet := publish(t, ctx, bob, testkit.TrackOptions{Source: microphone, Mark: 0xb1})
	loud.SetLevel(20)
	quiet.SetLevel(45)
	isSilent(t, ctx, cid, "bob", "ann")
	sees(t, ctx, cid, "ann", microphone, 0xa1)

	quiet.SetLevel(5)
	sees(t, ctx, cid, "bob", microphone, 0xb1)
	isSilent(t, ctx, cid, "ann", "bob")

	quiet.SetLevel(127)
	loud.SetLevel(50)
	sees(t, ctx, cid, "ann", microphone, 0xa1)
	isSilent(t, ctx, cid, "bob", "ann")
}

// isSilent waits until nothing comes from one person while half a second comes from another.
func isSilent(t *testing.T, ctx context.Context, p *testkit.Participant, silent, speaking string) {
	t.Helper()
	var quiet, loud int
	until(t, ctx, p, "silence of "+silent, func(v *testkit.View) bool {
		if now := v.ReceivedFrom(silent, microphone).Frames; now != quiet {
			quiet, loud = now, v.ReceivedFrom(speaking, microphone).Frames
		}
		return v.ReceivedFrom(speaking, microphone).Frames >= loud+25
	})
}
