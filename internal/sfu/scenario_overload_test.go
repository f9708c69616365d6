package sfu

import (
	"slices"
	"testing"

	"konklave/internal/sfu/codec"
)

// Overload takes layers, then the picture, and gives them back; the picture is never broken, the sound never stops.
func TestOverloadTakesVideoAndNeverAudio(t *testing.T) {
	for seed := range uint64(5) {
		c := newCall(seed)
		c.begin()
		c.run(Milliseconds(2000))
		shed := func(s Shed, want int8) {
			c.publisher.camera.SetShed(c.now, s)
			c.publisher.microphone.SetShed(c.now, s)
			c.run(Milliseconds(2000))
			if got := c.camera.Stats().Layer; got != want {
				t.Fatalf("with %d shed, layer %d is forwarded, want %d", s, got, want)
			}
		}
		shed(ShedNothing, 2)
		shed(ShedTop, 1)
		shed(ShedToLowest, 0)
		c.camera.Set(c.now, DownSettings{MaxLayer: 2}) // asking for more does not help
		shed(ShedVideo, noLayer)
		before := c.camera.Stats()
		wishes := c.publisher.wishes
		c.camera.Set(c.now, DownSettings{MaxLayer: 2})
		c.viewer.send(appendPLI(nil, 1, c.picture.ssrc))
		c.run(Milliseconds(1000))
		if now := c.camera.Stats(); now.Packets != before.Packets || now.Drops[DropShed] == before.Drops[DropShed] {
			t.Fatalf("%d packets of a picture that is shed, %d dropped for it", now.Packets-before.Packets, now.Drops[DropShed]-before.Drops[DropShed])
		}
		if c.publisher.wishes != wishes {
			t.Error("key frames are asked for that nobody gets")
		}
		shed(ShedToLowest, 0)
		shed(ShedTop, 1)
		shed(ShedNothing, 2)

		j := checkStream(t, codec.Video, inOrder(c.picture.got))
		if j.broken != 0 || j.missing != 0 {
			t.Fatalf("%d broken frames, %d missing packets", j.broken, j.missing)
		}
		if i := slices.Index(j.layers, 2); i < 0 || !slices.Equal(j.layers[i:], []int8{2, 1, 0, 1, 2}) {
			t.Fatalf("layers %v", j.layers)
		}
		j = checkStream(t, codec.Audio, inOrder(c.voice.got))
		if j.missing != 0 || j.frames < int(50*c.seconds())-5 {
			t.Fatalf("%d audio packets, %d missing", j.frames, j.missing)
		}
		checkSync(t, c.voice, c.picture)
	}
}

// Who comes while there is overload gets no more than the others, and a track with one layer keeps it until all video goes.
func TestOverloadHoldsForThoseWhoCome(t *testing.T) {
	c := newCall(6)
	c.publisher.camera.SetShed(c.now, ShedToLowest)
	c.begin()
	c.run(Milliseconds(2000))
	if got := c.camera.Stats().Layer; got != 0 {
		t.Errorf("layer %d is forwarded", got)
	}
	c.publisher.camera.SetShed(c.now, ShedVideo)
	d, late := c.viewer.watch(c.publisher.camera, 0x33333330)
	d.Set(c.now, DownSettings{MaxLayer: 2})
	c.run(Milliseconds(2000))
	for _, p := range inOrder(late.got) {
		if !p.padding {
			t.Fatal("a picture that is shed")
		}
	}
}
