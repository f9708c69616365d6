package line

import "konklave/internal/sfu/bwe"

// Layer is one encoding of a picture.
type Layer struct {
	Rate   bwe.Rate
	Frames int // a second
}

// Simulcast are the layers that browsers make of a camera.
var Simulcast = []Layer{{150 * bwe.Kbit, 15}, {500 * bwe.Kbit, 30}, {2500 * bwe.Kbit, 30}}

// Camera makes frames whose sizes vary as those of an encoder do: each by some tenths, key frames several times as large
// and those behind them smaller.
type Camera struct {
	w       *World
	layers  []Layer
	wanted  []bwe.Time // when each layer's next key frame may begin, Never while none is wanted
	owed    []float64  // bytes that key frames took in advance
	OnFrame func(layer, bytes int, key bool)
}

const (
	keyFrameSize  = 6                // times that of others
	keyFrameDelay = 80 * Millisecond // from the wish to the frame, over the publisher's own way
	keyFrameRepay = 0.2              // share of each frame that is saved after one
)

// NewCamera makes a camera that gives its frames to OnFrame, beginning with key frames.
func NewCamera(w *World, layers []Layer) *Camera {
	c := &Camera{w: w, layers: layers, wanted: make([]bwe.Time, len(layers)), owed: make([]float64, len(layers))}
	for i, l := range layers {
		w.Every(w.Now+bwe.Time(i+1)*Millisecond, Second/bwe.Time(l.Frames), func() { c.frame(i) })
	}
	return c
}

// WantKeyframe asks for a key frame of a layer.
func (c *Camera) WantKeyframe(layer int) {
	c.wanted[layer] = min(c.wanted[layer], c.w.Now+keyFrameDelay)
}

func (c *Camera) frame(i int) {
	l := c.layers[i]
	mean := float64(l.Rate) / 8 / float64(l.Frames)
	size := mean * min(max(1+c.w.Chance.NormFloat64()*0.2, 0.4), 2)
	key := c.w.Now >= c.wanted[i]
	if key {
		size *= keyFrameSize
		c.owed[i] += size - mean
		c.wanted[i] = bwe.Never
	} else if c.owed[i] > 0 {
		saved := size * keyFrameRepay
		size -= saved
		c.owed[i] -= saved
	}
	c.OnFrame(i, int(size), key)
}
