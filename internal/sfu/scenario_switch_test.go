package sfu

import (
	"slices"
	"testing"

	"konklave/internal/sfu/codec"
)

// call is a publisher and one viewer who watches all of it.
type call struct {
	*world
	publisher *simPublisher
	viewer    *simViewer
	camera    *DownTrack
	sound     *DownTrack
	picture   *viewStream
	voice     *viewStream
}

func newCall(seed uint64) *call {
	w := newWorld(seed)
	c := &call{world: w, publisher: newSimPublisher(w), viewer: newSimViewer(w)}
	c.camera, c.picture = c.viewer.watch(c.publisher.camera, 0x11111110)
	c.sound, c.voice = c.viewer.watch(c.publisher.microphone, 0x22222220)
	return c
}

// begin lets the publisher send and the viewer want everything.
func (c *call) begin() {
	c.publisher.begin()
	c.camera.Set(c.now, DownSettings{MaxLayer: 2})
	c.sound.Set(c.now, DownSettings{})
}

func TestSwitchingLayers(t *testing.T) {
	for seed := range uint64(10) {
		c := newCall(seed)
		c.begin()
		wanted := []int8{2, 0, 1, 2, 1, 0, 2}
		for _, layer := range wanted {
			c.camera.Set(c.now, DownSettings{MaxLayer: layer})
			c.run(Milliseconds(1500 + c.chance.Int64N(500)))
			if got := c.camera.Stats().Layer; got != layer {
				t.Fatalf("layer %d is forwarded, want %d", got, layer)
			}
		}
		j := checkStream(t, codec.Video, inOrder(c.picture.got))
		if j.broken != 0 || j.missing != 0 {
			t.Fatalf("%d broken frames, %d missing packets", j.broken, j.missing)
		}
		if want := int(30*c.seconds()) - 5; j.frames < want {
			t.Fatalf("%d frames, want at least %d", j.frames, want)
		}
		if i := slices.Index(j.layers, 2); i < 0 || !slices.Equal(j.layers[i:], wanted) {
			t.Fatalf("layers %v, want %v", j.layers, wanted)
		}
		j = checkStream(t, codec.Audio, inOrder(c.voice.got))
		if j.missing != 0 || j.frames < int(50*c.seconds())-5 {
			t.Fatalf("%d audio packets, %d missing", j.frames, j.missing)
		}
		checkSync(t, c.voice, c.picture)
	}
}

func TestSwitchingWithLoss(t *testing.T) {
	for seed := range uint64(10) {
		c := newCall(seed)
		c.publisher.up.loss, c.publisher.up.jitter = 0.02, Milliseconds(15)
		c.viewer.down.loss, c.viewer.down.jitter, c.viewer.down.duplicate = 0.05, Milliseconds(20), 0.02
		c.viewer.back.loss = 0.05
		c.begin()
		for i := range 8 {
			c.camera.Set(c.now, DownSettings{MaxLayer: int8(2 - i%3)})
			c.run(Milliseconds(2000))
		}
		c.publisher.layers[0].stopped, c.publisher.layers[1].stopped, c.publisher.layers[2].stopped = true, true, true
		c.run(Milliseconds(1000)) // the last repairs
		j := checkStream(t, codec.Video, inOrder(c.picture.got))
		if j.missing > 3 || j.broken > 20 {
			t.Errorf("seed %d: %d packets stay missing, %d broken frames of %d", seed, j.missing, j.broken, j.frames)
		}
		if c.viewer.repeated == 0 {
			t.Error("nothing was sent again")
		}
		checkStream(t, codec.Audio, inOrder(c.voice.got))
		checkSync(t, c.voice, c.picture)
		if rtt := c.viewer.sender.RTT(); rtt < Milliseconds(60) || rtt > Milliseconds(80) {
			t.Errorf("round trip time %d ms, want 60 to 80", rtt/1_000_000)
		}
	}
}

func TestFallingBackWhenALayerStops(t *testing.T) {
	c := newCall(3)
	c.begin()
	c.run(Milliseconds(3000))
	c.publisher.layers[2].stopped = true
	c.run(Milliseconds(1000))
	if got := c.camera.Stats().Layer; got != 1 {
		t.Fatalf("layer %d is forwarded after 2 stopped, want 1", got)
	}
	c.run(Milliseconds(2000))
	c.publisher.layers[2].stopped, c.publisher.layers[2].keyframe = false, true
	c.run(Milliseconds(1000))
	if got := c.camera.Stats().Layer; got != 2 {
		t.Fatalf("layer %d is forwarded after 2 came back, want 2", got)
	}
	j := checkStream(t, codec.Video, inOrder(c.picture.got))
	if j.broken != 0 || j.missing != 0 {
		t.Errorf("%d broken frames, %d missing packets", j.broken, j.missing)
	}
	checkSync(t, c.voice, c.picture)
}

func TestSwitchingBeforeSenderReports(t *testing.T) {
	c := newCall(4)
	for _, s := range c.publisher.layers {
		s.noReports = s.layer > 0
	}
	c.begin()
	c.run(Milliseconds(2000))
	for i := range 6 {
		c.camera.Set(c.now, DownSettings{MaxLayer: int8(i % 3)})
		c.run(Milliseconds(1500))
	}
	for _, s := range c.publisher.layers {
		s.noReports = false
	}
	c.run(Milliseconds(3000))
	j := checkStream(t, codec.Video, inOrder(c.picture.got))
	if j.broken != 0 || j.missing != 0 {
		t.Errorf("%d broken frames, %d missing packets", j.broken, j.missing)
	}
	checkSync(t, c.voice, c.picture)
}
