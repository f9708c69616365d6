package sfu

import (
	"slices"
	"testing"

	"konklave/internal/sfu/codec"
)

// A publisher that sends its picture in a second codec for those who cannot decode the first: everyone is moved to it
// and back without a broken or missing picture, whatever the two codecs' layers do meanwhile.
func TestSwitchingCodecs(t *testing.T) {
	backup := DownSettings{First: MaxLayers, MaxLayer: MaxLayers + 2}
	for seed := range uint64(5) {
		c := newCall(seed)
		c.begin()
		c.run(Milliseconds(1500))

		c.camera.Set(c.now, backup) // which is not sent yet
		c.run(Milliseconds(700))
		if got := c.camera.Stats().Layer; got != 2 {
			t.Fatalf("layer %d is forwarded before the backup comes", got)
		}
		c.publisher.backup.stopped, c.publisher.backup.keyframe = false, true
		c.run(Milliseconds(300))
		if got := c.camera.Stats().Layer; got != MaxLayers {
			t.Fatalf("layer %d is forwarded, want the backup", got)
		}
		for _, s := range c.publisher.layers { // nobody wants the first codec now
			s.stopped = true
		}
		c.run(Milliseconds(1500))

		c.camera.Set(c.now, DownSettings{MaxLayer: 1})
		c.run(Milliseconds(200))
		for _, s := range c.publisher.layers {
			s.stopped, s.keyframe = false, true
		}
		c.run(Milliseconds(1500))
		if got := c.camera.Stats().Layer; got != 1 {
			t.Fatalf("layer %d is forwarded, want the first codec again", got)
		}
		j := checkStream(t, codec.Video, inOrder(c.picture.got))
		if j.broken != 0 || j.missing != 0 {
			t.Fatalf("%d broken frames, %d missing packets", j.broken, j.missing)
		}
		if want := int(30*c.seconds()) - 15; j.frames < want {
			t.Fatalf("%d frames, want at least %d", j.frames, want)
		}
		if n := len(j.layers); n < 3 || !slices.Contains(j.layers, MaxLayers) || j.layers[n-1] != 1 {
			t.Fatalf("layers %v", j.layers)
		}
	}
}

// A viewer who does not take the first codec gets none of it, however long the second one lets itself be waited for.
func TestACodecThatIsNotWantedIsNotForwarded(t *testing.T) {
	c := newCall(1)
	c.publisher.begin()
	c.camera.Set(c.now, DownSettings{First: MaxLayers, MaxLayer: MaxLayers})
	c.run(Milliseconds(2000))
	if s := c.camera.Stats(); s.Layer != noLayer || s.Packets != 0 {
		t.Fatalf("layer %d, %d packets", s.Layer, s.Packets)
	}
	c.publisher.backup.stopped = false // in the middle of a picture: its key frame must be asked for
	c.run(Milliseconds(500))
	if got := c.camera.Stats().Layer; got != MaxLayers {
		t.Fatalf("layer %d is forwarded", got)
	}
}

// Overload leaves out the highest layers of the codec that a subscriber has, whichever that is.
func TestSheddingGoesByTheLayersOfTheCodec(t *testing.T) {
	c := newCall(3)
	c.begin()
	c.publisher.backup.stopped = false
	c.run(Milliseconds(1500))
	backup := DownSettings{First: MaxLayers, MaxLayer: MaxLayers + 2}
	for _, test := range []struct {
		shed     Shed
		settings DownSettings
		want     int8
	}{
		{ShedNothing, DownSettings{MaxLayer: 2}, 2},
		{ShedTop, DownSettings{MaxLayer: 2}, 1},
		{ShedTop, backup, MaxLayers}, // its only layer stays
		{ShedToLowest, backup, MaxLayers},
		{ShedToLowest, DownSettings{MaxLayer: 2}, 0},
		{ShedVideo, DownSettings{MaxLayer: 2}, noLayer},
		{ShedVideo, backup, noLayer},
		{ShedNothing, backup, MaxLayers},
	} {
		c.publisher.camera.SetShed(c.now, test.shed)
		c.camera.Set(c.now, test.settings)
		c.run(Milliseconds(800))
		if got := c.camera.Stats().Layer; got != test.want {
			t.Errorf("%v with %+v: layer %d, want %d", test.shed, test.settings, got, test.want)
		}
	}
}
