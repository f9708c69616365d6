package bwe_test

import (
	"konklave/internal/sfu/bwe"
	"konklave/internal/sfu/bwe/line"
)

// estimates is what a viewer's way is estimated by: bwe.Estimator, or another one to compare it with.
type estimates interface {
	Sent(now bwe.Time, number uint16, bytes int, kind bwe.Kind)
	OnFeedback(now bwe.Time, fci []byte)
	Estimate() bwe.Rate
	NextProbe(now bwe.Time, wanted bwe.Rate) (bwe.Probe, bool)
}

// What a viewer wants.
type wish string

const (
	wantsAudio   wish = "audio"
	wantsCamera  wish = "camera"  // the best layer of a camera that its line carries
	wantsSmall   wish = "small"   // the camera too, in a tile for which the middle layer is enough
	wantsElastic wish = "elastic" // pictures whose size follows the estimate, as no camera does: the line is always full
)

const (
	audioBytes  = 100 // of a packet, each 20 ms
	audioRate   = 40 * bwe.Kbit
	mostBytes   = 1150
	headerBytes = 20
	shardBeat   = 20 * line.Millisecond // feedback waits in the server for the next of these
	elasticMax  = 8 * bwe.Mbit
	spare       = 1.06 // of a layer's rate must be there before it is chosen
	upPause     = 300 * line.Millisecond
)

// viewer is one subscriber: its sound, its picture, its estimate. What it is sent leaves at once, unpaced, as hard on the
// estimate as it gets.
type viewer struct {
	*line.World
	way      *line.Line
	flow     int
	wish     wish
	estimate estimates
	receiver *line.Receiver
	camera   *line.Camera

	number  int64
	sent    [line.Padding + 1]int // bytes, by use
	current int                   // layer that is sent, -1 while none is
	target  int
	changed bwe.Time // when target went up last
	changes int
}

func newViewer(l *line.Line, flow int, w wish, e estimates) *viewer {
	v := &viewer{World: l.World, way: l, flow: flow, wish: w, estimate: e, number: 1 << 20, current: -1, target: -1}
	v.receiver = line.NewReceiver(l, func(fci []byte) {
		v.At(v.Now-v.Now%shardBeat+shardBeat, func() { e.OnFeedback(v.Now, fci); v.choose() })
	})
	l.Attach(flow, v.receiver)
	v.Every(v.Now, 20*line.Millisecond, func() { v.send(line.Audio, audioBytes) })
	switch w {
	case wantsCamera, wantsSmall:
		v.camera = line.NewCamera(l.World, line.Simulcast)
		v.camera.OnFrame = v.frame
	case wantsElastic:
		v.Every(v.Now, line.Second/30, v.elastic)
	}
	v.probe()
	return v
}

// wanted is the rate beyond which the viewer has no use for.
func (v *viewer) wanted() bwe.Rate {
	layer := v.highest()
	switch {
	case v.wish == wantsElastic:
		return elasticMax
	case layer < 0:
		return audioRate
	}
	return bwe.Rate(float64(line.Simulcast[layer].Rate)*1.08) + audioRate
}

func (v *viewer) highest() int {
	switch v.wish {
	case wantsCamera:
		return len(line.Simulcast) - 1
	case wantsSmall:
		return 1
	}
	return -1
}

// probe sends what the estimate asks for besides media.
func (v *viewer) probe() {
	p, ok := v.estimate.NextProbe(v.Now, v.wanted())
	if ok {
		for left := p.Bytes; left >= 200; left -= mostBytes {
			v.send(line.Padding, min(left, mostBytes))
		}
	}
	v.choose()
	v.At(max(p.Next, v.Now+line.Millisecond), v.probe)
}

// choose takes the best layer that fits: down at once, up one at a time.
func (v *viewer) choose() {
	if v.camera == nil {
		return
	}
	rate := v.estimate.Estimate() - audioRate
	best := -1
	for i, l := range line.Simulcast[:v.highest()+1] {
		need := float64(l.Rate)
		if i > v.target {
			need *= spare
		}
		if float64(rate) >= need {
			best = i
		}
	}
	switch {
	case best > v.target && v.Now-v.changed >= upPause:
		v.target++
		v.changed = v.Now
	case best < v.target:
		v.target = best
		v.current = -1 // what is too much is not sent while the key frame of the smaller layer is on its way
		v.changed = v.Now
	default:
		return
	}
	v.changes++
	if v.target >= 0 {
		v.camera.WantKeyframe(v.target)
	}
}

func (v *viewer) frame(layer, bytes int, key bool) {
	if key && layer == v.target {
		v.current = layer
	}
	if layer == v.current {
		v.picture(bytes)
	}
}

func (v *viewer) elastic() {
	rate := v.estimate.Estimate() - audioRate
	v.picture(int(float64(rate) / 8 / 30 * (0.8 + 0.4*v.Chance.Float64()) * mostBytes / (mostBytes + headerBytes)))
}

// picture sends a frame in packets of equal size.
func (v *viewer) picture(bytes int) {
	count := (bytes + mostBytes - 1) / mostBytes
	for range count {
		v.send(line.Video, bytes/count+headerBytes)
	}
}

func (v *viewer) send(use line.Use, bytes int) {
	kind := bwe.Media
	if use == line.Padding {
		kind = bwe.Padding
	}
	v.estimate.Sent(v.Now, uint16(v.number), bytes, kind)
	v.sent[use] += bytes
	v.way.Send(line.Packet{Flow: v.flow, Use: use, Number: v.number, Bytes: bytes})
	v.number++
}

// total is how many bytes were sent.
func (v *viewer) total() int { return v.sent[line.Audio] + v.sent[line.Video] + v.sent[line.Padding] }
