package call

import (
	"context"
	"testing"

	"konklave/internal/signal/lkpb"
	"konklave/internal/testkit"
)

// withVP9 makes a participant that takes a codec which the others do not.
func withVP9(o *testkit.Options) { o.VP9 = true }

// highest is up to which quality each codec of a track was asked for last; codecs of which nothing is are left out.
func highest(v *testkit.View, track string) map[string]lkpb.VideoQuality {
	wanted := map[string]lkpb.VideoQuality{}
	for _, c := range v.Layers[track] {
		for _, q := range c.GetQualities() {
			if q.GetEnabled() {
				wanted[c.GetCodec()] = max(wanted[c.GetCodec()], q.GetQuality())
			}
		}
	}
	return wanted
}

// seesIn waits until somebody's pictures come in a codec, and sees some.
func seesIn(t *testing.T, ctx context.Context, p *testkit.Participant, identity string, mark uint32, codec string) {
	t.Helper()
	until(t, ctx, p, codec+" of "+identity, func(v *testkit.View) bool { return v.ReceivedFrom(identity, camera).Codec == codec })
	sees(t, ctx, p, identity, camera, mark)
	p.Look(func(v *testkit.View) {
		if got := v.ReceivedFrom(identity, camera).Codec; got != codec {
			t.Errorf("pictures of %s come in %s, not in %s", identity, got, codec)
		}
	})
}

// wantsIn waits until a track is asked for in these codecs, and in no other.
func wantsIn(t *testing.T, ctx context.Context, p *testkit.Participant, track string, codecs ...string) {
	t.Helper()
	until(t, ctx, p, "what is wanted", func(v *testkit.View) bool {
		wanted := highest(v, track)
		for _, codec := range codecs {
			if wanted[codec] != lkpb.VideoQuality_HIGH {
				return false
			}
		}
		return len(wanted) == len(codecs)
	})
}

func TestABackupCodecIsSentWhileSomebodyNeedsIt(t *testing.T) {
	for name, dual := range map[string]bool{"one PeerConnection": false, "two": true} {
		t.Run(name, func(t *testing.T) {
			ctx := deadline(t)
			s := start(t)
			two := func(o *testkit.Options) { o.Dual = dual }
			ann, bob := s.join(ctx, "ann", withVP9, two), s.join(ctx, "bob", withVP9, two)
			track := publish(t, ctx, ann, testkit.TrackOptions{Source: camera, Mark: 3, VP9: true}).SID()
			seesIn(t, ctx, bob, "ann", 3, "vp9")
			carl := s.join(ctx, "carl", two) // knows VP8 only
			wantsIn(t, ctx, ann, track, "vp8", "vp9")
			backup := publish(t, ctx, ann, testkit.TrackOptions{Source: camera, Mark: 3, BackupOf: track})
			if backup.SID() != track {
				t.Errorf("the backup is a track of its own")
			}
			seesIn(t, ctx, carl, "ann", 3, "vp8")
			seesIn(t, ctx, bob, "ann", 3, "vp8") // who gets what everybody gets
			wantsIn(t, ctx, ann, track, "vp8")
			carl.Look(func(v *testkit.View) {
				codecs := v.Others["ann"].GetTracks()[0].GetCodecs()
				if len(codecs) != 2 || codecs[0].GetMimeType() != "video/VP9" || codecs[1].GetMimeType() != "video/VP8" ||
					codecs[1].GetMid() == "" || codecs[1].GetLayers()[0].GetSsrc() == 0 {
					t.Errorf("others are told of codecs %v", codecs)
				}
			})

			carl.Close()
			seesIn(t, ctx, bob, "ann", 3, "vp9")
			wantsIn(t, ctx, ann, track, "vp9")
		})
	}
}

func TestCodecsSideBySide(t *testing.T) {
	ctx := deadline(t)
	s := start(t)
	ann, bob, carl := s.join(ctx, "ann", withVP9), s.join(ctx, "bob", withVP9), s.join(ctx, "carl")
	track := publish(t, ctx, ann, testkit.TrackOptions{
		Source: camera, Mark: 3, VP9: true, Policy: lkpb.BackupCodecPolicy_SIMULCAST,
	}).SID()
	wantsIn(t, ctx, ann, track, "vp8", "vp9")
	backup := publish(t, ctx, ann, testkit.TrackOptions{Source: camera, Mark: 3, Simulcast: true, BackupOf: track})
	seesIn(t, ctx, carl, "ann", 3, "vp8")
	seesIn(t, ctx, bob, "ann", 3, "vp9")
	if err := carl.Watch(track, lkpb.VideoQuality_LOW); err != nil {
		t.Fatal(err)
	}
	until(t, ctx, ann, "less of the backup", func(v *testkit.View) bool {
		wanted := highest(v, track)
		return wanted["vp9"] == lkpb.VideoQuality_HIGH && wanted["vp8"] == lkpb.VideoQuality_LOW && len(wanted) == 2
	})
	if err := backup.Mute(true); err != nil { // one track, one word for both
		t.Fatal(err)
	}
	until(t, ctx, bob, "the word", func(v *testkit.View) bool { return v.Others["ann"].GetTracks()[0].GetMuted() })
}

func TestRedundantSoundGoesToThoseWhoTakeIt(t *testing.T) {
	ctx := deadline(t)
	s := start(t)
	withRED, two := func(o *testkit.Options) { o.RED = true }, func(o *testkit.Options) { o.Dual = true }
	ann := s.join(ctx, "ann", withRED)
	publish(t, ctx, ann, testkit.TrackOptions{Source: microphone, Mark: 5})
	for name, test := range map[string]struct {
		change []func(*testkit.Options)
		codec  string
	}{
		"bob":  {[]func(*testkit.Options){withRED}, "red"},
		"beth": {[]func(*testkit.Options){withRED, two}, "red"},
		"carl": {nil, "opus"},
		"cora": {[]func(*testkit.Options){two}, "opus"},
	} {
		p := s.join(ctx, name, test.change...)
		sees(t, ctx, p, "ann", microphone, 5)
		p.Look(func(v *testkit.View) {
			if got := v.ReceivedFrom("ann", microphone).Codec; got != test.codec {
				t.Errorf("%s hears %s, want %s", name, got, test.codec)
			}
			if mime := v.Others["ann"].GetTracks()[0].GetMimeType(); mime != "audio/red" {
				t.Errorf("%s is told of %s", name, mime)
			}
		})
	}
}
