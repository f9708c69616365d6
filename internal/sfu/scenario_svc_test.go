package sfu

import (
	"testing"

	"konklave/internal/sfu/codec"
)

// Whatever somebody wants of a stream with layers, it gets, without a broken or missing picture: less at once where layers
// are nested, more as soon as the stream lets it.
func TestChoosingLayersOfOneStream(t *testing.T) {
	for kind, k := range kinds {
		t.Run(k.name, func(t *testing.T) {
			c := newLayeredCall(t, kind)
			steps := []struct {
				settings DownSettings
				allowed  Choice
				spatial  uint8
				fps      int
			}{
				{DownSettings{MaxLayer: 2}, Everything, 2, 30},
				{DownSettings{MaxLayer: 2}, Choice{2, 1}, 2, 15},
				{DownSettings{MaxLayer: 1}, Everything, 1, 30},
				{DownSettings{MaxLayer: 2}, Choice{0, 0}, 0, 7},
				{DownSettings{MaxLayer: 1}, Choice{3, 0}, 1, 7},
				{DownSettings{MaxLayer: 3}, Everything, 2, 30},
				{DownSettings{MaxLayer: 2, FPS: 15}, Everything, 2, 15},
				{DownSettings{MaxLayer: 0, FPS: 5}, Everything, 0, 7}, // fewer there are not
				{DownSettings{MaxLayer: 2, FPS: 30}, Everything, 2, 30},
			}
			var ends []Time
			for _, s := range steps {
				c.down.Set(c.now, s.settings)
				c.down.Allow(c.now, s.allowed)
				c.run(Milliseconds(2500))
				ends = append(ends, c.now)
			}
			v := c.decoder.judge()
			if v.broken > 0 || v.gaps > 0 {
				t.Errorf("%d broken frames, %d packets missing", v.broken, v.gaps)
			}
			for i, s := range steps {
				spatial, _ := v.between(ends[i]-Milliseconds(1000), ends[i])
				if n := spatial[s.spatial]; n < s.fps || n > s.fps+1 || n != spatial[0]+spatial[1]+spatial[2] {
					t.Errorf("step %d: %v pictures of the spatial layers in a second, want %d of layer %d", i, spatial, s.fps, s.spatial)
				}
			}
			if f := v.freeze(); f > Milliseconds(200) {
				t.Errorf("no picture for %d ms", f/1_000_000)
			}
			if got, limit := c.publisher.wishes, 6; got > limit {
				t.Errorf("%d key frames were asked for", got)
			}
		})
	}
}

// Less goes at once: with the next picture where spatial layers are nested; where they are apart, fewer pictures are sent
// until the key frame comes that the lower layer begins with.
func TestLessGoesAtOnce(t *testing.T) {
	for kind, k := range kinds {
		t.Run(k.name, func(t *testing.T) {
			c := newLayeredCall(t, kind)
			c.down.Set(c.now, DownSettings{MaxLayer: 2})
			c.run(Milliseconds(2010))
			wishes := c.publisher.wishes
			c.down.Allow(c.now, Choice{0, 3})
			c.run(Milliseconds(34))
			if !k.apart {
				if got := c.down.Stats().Layer; got != 0 || c.publisher.wishes != wishes {
					t.Errorf("layer %d is forwarded, %d key frames were asked for", got, c.publisher.wishes-wishes)
				}
				return
			}
			if got := c.down.Stats().Temporal; got != 0 || c.publisher.wishes != wishes+1 {
				t.Errorf("temporal layers up to %d are forwarded, %d key frames were asked for", got, c.publisher.wishes-wishes)
			}
			c.run(Milliseconds(100))
			if got := c.down.Stats(); got.Layer != 0 || got.Temporal != codec.MaxTemporal {
				t.Errorf("layers %d, %d are forwarded after the key frame", got.Layer, got.Temporal)
			}
			if v := c.decoder.judge(); v.broken > 0 || v.gaps > 0 {
				t.Errorf("%d broken frames, %d packets missing", v.broken, v.gaps)
			}
		})
	}
}

// What gets lost on the way to the server and comes after all finds its place, and nothing is missing where it was of a
// layer that is left out.
func TestLossBeforeLayersAreChosen(t *testing.T) {
	for kind, k := range kinds {
		t.Run(k.name, func(t *testing.T) {
			c := newLayeredCall(t, kind)
			c.down.Set(c.now, DownSettings{MaxLayer: 1})
			c.down.Allow(c.now, Choice{3, 1})
			c.run(Milliseconds(500))
			c.publisher.lose = func(int, int, int) bool { return c.chance.Float64() < 0.05 }
			c.run(Milliseconds(5000))
			c.publisher.lose = nil
			c.run(Milliseconds(500))
			v := c.decoder.judge()
			if v.broken > 0 || v.gaps != c.decoder.padding || c.decoder.padding == 0 {
				t.Errorf("%d broken frames, %d packets missing, %d in their place", v.broken, v.gaps, c.decoder.padding)
			}
		})
	}
}

// Somebody who comes begins with the newest key frame and has the layer that it wants at once.
func TestJoiningAStreamWithLayers(t *testing.T) {
	c := newLayeredCall(t, 2)
	c.down.Set(c.now, DownSettings{Disabled: true})
	c.run(Milliseconds(300))
	c.down.Set(c.now, DownSettings{MaxLayer: 1})
	if got := c.down.Stats().Layer; got != 1 {
		t.Fatalf("layer %d is forwarded", got)
	}
	c.run(Milliseconds(300))
	v := c.decoder.judge()
	if spatial, _ := v.between(0, c.now); v.broken > 0 || v.gaps > 0 || spatial[1] < 16 || c.publisher.wishes > 0 {
		t.Errorf("%d broken frames, %d packets missing, pictures of layers %v, %d key frames asked for", v.broken, v.gaps, spatial, c.publisher.wishes)
	}
}

// A spatial layer that the publisher leaves out is missed by nobody for long, and comes back with a key frame.
func TestAPublisherLeavesOutASpatialLayer(t *testing.T) {
	for kind, k := range kinds {
		t.Run(k.name, func(t *testing.T) {
			c := newLayeredCall(t, kind)
			c.down.Set(c.now, DownSettings{MaxLayer: 2})
			c.run(Milliseconds(2000))
			c.publisher.spatials = 2
			c.run(Milliseconds(1500))
			if got := c.down.Stats().Layer; got != 1 {
				t.Errorf("layer %d is forwarded", got)
			}
			c.publisher.spatials, c.publisher.keyframe = 3, true
			c.run(Milliseconds(800))
			if got := c.down.Stats().Layer; got != 2 {
				t.Errorf("layer %d is forwarded after it came back", got)
			}
			if v := c.decoder.judge(); v.broken > 0 || v.gaps > 0 {
				t.Errorf("%d broken frames, %d packets missing", v.broken, v.gaps)
			}
		})
	}
}

// A subscriber who asks again for what was left out, or was sent, gets what it had.
func TestSendingAgainWhatLayersHad(t *testing.T) {
	c := newLayeredCall(t, 3)
	c.down.Set(c.now, DownSettings{MaxLayer: 1})
	c.run(Milliseconds(600))
	first := c.decoder.packets[len(c.decoder.packets)-30:]
	var seqs []uint16
	for i := range first {
		seqs = append(seqs, first[i].p.seq)
	}
	before := len(c.decoder.packets)
	c.sender.OnRTCP(c.now, appendNACK(nil, 1, 7, seqs), 0)
	if n := len(c.decoder.packets) - before; n != len(seqs) {
		t.Fatalf("%d packets were sent again, want %d", n, len(seqs))
	}
	for i, p := range c.decoder.packets[before:] {
		if string(p.p.data) != string(first[i].p.data) {
			t.Errorf("%x was sent again as %x", first[i].p.data, p.p.data)
		}
	}
}

// What a choice would cost is known before it is made, and is what it costs then.
func TestRateOfChoices(t *testing.T) {
	for kind, k := range kinds {
		t.Run(k.name, func(t *testing.T) {
			c := newLayeredCall(t, kind)
			c.down.Set(c.now, DownSettings{MaxLayer: 2})
			for _, choice := range []Choice{{0, 0}, {1, 1}, {2, 3}, {1, 3}} {
				c.down.Allow(c.now, choice)
				c.run(Milliseconds(2100))
				told, before := c.down.Rate(choice), c.down.Stats().Bytes
				c.run(Milliseconds(4000))
				if got := int64(c.down.Stats().Bytes-before) * 2; got < told*9/10 || got > told*11/10 {
					t.Errorf("%+v was to cost %d bits a second and costs %d", choice, told, got)
				}
			}
			if c.down.Rate(Choice{3, 3}) != 0 {
				t.Error("a layer that does not come costs something")
			}
		})
	}
}
