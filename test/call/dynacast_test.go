package call

import (
	"testing"
	"time"

	"konklave/internal/signal/lkpb"
	"konklave/internal/testkit"
)

// asked is what the publisher of a track was last asked for, lowest quality first, in one codec.
func asked(v *testkit.View, track string) (codec string, on [3]bool) {
	for _, c := range v.Layers[track] {
		codec = c.GetCodec()
		for _, q := range c.GetQualities() {
			on[q.GetQuality()] = q.GetEnabled()
		}
	}
	return codec, on
}

func TestPublishersAreToldWhatSomebodyWatches(t *testing.T) {
	ctx := deadline(t)
	s := start(t)
	ann := s.join(ctx, "ann")
	track := publish(t, ctx, ann, testkit.TrackOptions{Source: camera, Mark: 3, Simulcast: true}).SID()
	wants := func(what string, want [3]bool) {
		t.Helper()
		until(t, ctx, ann, what, func(v *testkit.View) bool {
			codec, on := asked(v, track)
			return codec == "vp8" && on == want
		})
	}
	wants("nobody", [3]bool{})
	bob := s.join(ctx, "bob")
	wants("bob", [3]bool{true, true, true})
	sees(t, ctx, bob, "ann", camera, 3)

	small := time.Now()
	if err := bob.Watch(track, lkpb.VideoQuality_LOW); err != nil {
		t.Fatal(err)
	}
	wants("the smallest", [3]bool{true, false, false})
	if waited := time.Since(small); waited < 4*time.Second {
		t.Errorf("asked for less after %v", waited)
	}
	large := time.Now()
	if err := bob.Watch(track, lkpb.VideoQuality_HIGH); err != nil {
		t.Fatal(err)
	}
	wants("the largest", [3]bool{true, true, true})
	if waited := time.Since(large); waited > time.Second {
		t.Errorf("asked for more after %v", waited)
	}
	sees(t, ctx, bob, "ann", camera, 3)

	// An answer switches layers on in browsers: what was asked for is repeated.
	ann.Look(func(v *testkit.View) { delete(v.Layers, track) })
	publish(t, ctx, ann, testkit.TrackOptions{Source: microphone, Mark: 4})
	wants("what was asked before", [3]bool{true, true, true})
}
