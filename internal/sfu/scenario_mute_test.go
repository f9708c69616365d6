package sfu

import (
	"testing"

	"konklave/internal/sfu/codec"
)

// mute mutes or unmutes both tracks; the publisher goes on sending, as a broken or hostile client does.
func (c *call) mute(muted bool) {
	c.publisher.camera.SetMuted(muted)
	c.publisher.microphone.SetMuted(muted)
}

func TestMutedIsNotForwarded(t *testing.T) {
	for seed := range uint64(10) {
		c := newCall(seed)
		c.publisher.up.jitter, c.publisher.up.loss = Milliseconds(15), 0.05
		c.begin()
		c.run(Milliseconds(3000))
		type span struct{ from, to Time }
		var muted []span
		for range 3 {
			from := c.now
			c.mute(true)
			c.run(Milliseconds(100 + c.chance.Int64N(3000)))
			c.mute(false)
			muted = append(muted, span{from, c.now})
			c.run(Milliseconds(2000))
		}
		for _, s := range []*viewStream{c.picture, c.voice} {
			for _, p := range s.sent {
				for _, m := range muted {
					// What was captured before arrives within 20 to 35 ms, so that of this time before
					// unmuting may come rightly.
					if p.at >= m.from && p.at < m.to {
						t.Fatalf("sent at %.3f s, while muted", float64(p.at-worldBegin)/1e9)
					}
					if p.truth.capture > m.from && p.truth.capture < m.to-Milliseconds(50) {
						t.Fatalf("captured while muted, and sent: %+v", p.truth)
					}
				}
			}
		}
		if j := checkStream(t, codec.Video, inOrder(c.picture.got)); j.frames < 200 || j.broken > 12 {
			t.Errorf("seed %d: %d frames, %d broken", seed, j.frames, j.broken)
		}
		if j := checkStream(t, codec.Audio, inOrder(c.voice.got)); j.frames < 300 || j.missing > 10 {
			t.Errorf("seed %d: %d audio packets, %d missing", seed, j.frames, j.missing)
		}
		checkSync(t, c.voice, c.picture)
	}
}

func TestMutingKeepsNumbersWithoutGaps(t *testing.T) {
	c := newCall(1)
	c.begin()
	for range 4 {
		c.run(Milliseconds(1500))
		c.mute(true)
		c.run(Milliseconds(1500))
		c.mute(false)
	}
	c.run(Milliseconds(1500))
	for _, s := range []*viewStream{c.picture, c.voice} {
		if j := checkStream(t, s.kind, inOrder(s.got)); j.missing != 0 || j.broken != 0 {
			t.Errorf("%d packets missing, %d frames broken", j.missing, j.broken)
		}
	}
	checkSync(t, c.voice, c.picture)
}

func TestDisabledSendsNothing(t *testing.T) {
	c := newCall(2)
	c.publisher.begin()
	c.run(Milliseconds(2000))
	if len(c.picture.sent) > 0 {
		t.Fatal("sent before the first settings")
	}
	for range 3 {
		c.camera.Set(c.now, DownSettings{MaxLayer: 2})
		c.run(Milliseconds(1700))
		c.camera.Set(c.now, DownSettings{Disabled: true})
		sent := len(c.picture.sent)
		c.run(Milliseconds(300 + c.chance.Int64N(2000)))
		if len(c.picture.sent) != sent {
			t.Fatal("sent while disabled")
		}
	}
	j := checkStream(t, codec.Video, inOrder(c.picture.got))
	if j.broken != 0 || j.missing != 0 || j.frames < 120 {
		t.Errorf("%d frames, %d broken, %d packets missing", j.frames, j.broken, j.missing)
	}
	if c.camera.Stats().Drops[DropDisabled] == 0 {
		t.Error("the packets that were not sent were not counted")
	}
}

// A track that is muted when it is bound is announced by padding for five seconds, and what comes later goes on in
// numbers and time.
func TestAnnouncingAMutedTrack(t *testing.T) {
	c := newCall(5)
	c.mute(true)
	c.begin()
	c.run(Milliseconds(1000))
	if n := len(c.picture.sent); n < 5 || n > 12 {
		t.Errorf("%d packets announce the track in its first second", n)
	}
	c.run(Milliseconds(8000))
	announced := inOrder(c.picture.sent)
	for _, p := range announced {
		if !p.padding || p.mid != "7" || p.pt != viewVP8 {
			t.Fatalf("announced by %+v", p)
		}
		if p.at > worldBegin+Milliseconds(5000) {
			t.Fatal("announced for more than five seconds")
		}
	}
	c.mute(false)
	c.run(Milliseconds(3000))
	for _, s := range []*viewStream{c.picture, c.voice} {
		if j := checkStream(t, s.kind, inOrder(s.got)); j.missing != 0 || j.broken != 0 || j.frames < 80 {
			t.Errorf("%d frames, %d broken, %d packets missing", j.frames, j.broken, j.missing)
		}
	}
	checkSync(t, c.voice, c.picture)
}

func TestAnnouncementEndsWithTheFirstReport(t *testing.T) {
	c := newCall(6)
	c.mute(true)
	c.begin()
	c.run(Milliseconds(1200)) // the viewer reports after a second
	n := len(c.picture.sent)
	c.run(Milliseconds(2000))
	if len(c.picture.sent) != n {
		t.Error("announced on after the subscriber reported about the stream")
	}
}

// A long hole is nothing that can be repaired, so the viewer is not made to ask for it.
func TestLongHolesAreClosed(t *testing.T) {
	c := newCall(7)
	c.begin()
	c.run(Milliseconds(2000))
	for _, s := range append(c.publisher.layers[:], c.publisher.voice) {
		s.seq += 5000
	}
	c.run(Milliseconds(2000))
	for _, s := range []*viewStream{c.picture, c.voice} {
		if j := checkStream(t, s.kind, inOrder(s.got)); j.missing != 0 || j.broken != 0 || j.frames < 100 {
			t.Errorf("%d frames, %d broken, %d packets missing", j.frames, j.broken, j.missing)
		}
	}
}
