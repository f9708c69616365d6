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
	wantsMeeting wish = "meeting" // a screen share, a speaker and two others
	wantsElastic wish = "elastic" // pictures whose size follows the estimate, as no camera does: the line is always full
)

// screen is how a screen share is sent.
var screen = []line.Layer{{Rate: 200 * bwe.Kbit, Frames: 5}, {Rate: 1200 * bwe.Kbit, Frames: 10}}

// newTracks are the tracks of a wish.
func newTracks(w wish) []*track {
	camera := func(rank bwe.Rank, layers int) *track { return newTrack(rank, line.Simulcast[:layers]) }
	switch w {
	case wantsCamera:
		return []*track{camera(bwe.Other, 3)}
	case wantsSmall:
		return []*track{camera(bwe.Other, 2)}
	case wantsMeeting:
		return []*track{newTrack(bwe.Screen, screen), camera(bwe.Speaker, 3), camera(bwe.Other, 2), camera(bwe.Other, 2)}
	}
	return nil
}

// track is a track of pictures on its way to a viewer.
type track struct {
	layers  []line.Layer
	wish    bwe.Wish
	current int // layer that is sent, -1 while none is
	camera  *line.Camera
}

func newTrack(rank bwe.Rank, layers []line.Layer) *track {
	t := &track{layers: layers, current: -1, wish: bwe.Wish{Rank: rank, Choice: -1}}
	for _, l := range layers {
		t.wish.Rates = append(t.wish.Rates, l.Rate)
	}
	return t
}

const (
	audioBytes  = 100 // of a packet, each 20 ms
	audioRate   = 40 * bwe.Kbit
	mostBytes   = 1150
	headerBytes = 20
	shardBeat   = 20 * line.Millisecond // feedback waits in the server for the next of these
	elasticMax  = 8 * bwe.Mbit
)

// viewer is one subscriber: its sound, its pictures, its estimate. What it is sent leaves at once, unpaced, as hard on the
// estimate as it gets.
type viewer struct {
	*line.World
	way      *line.Line
	flow     int
	wish     wish
	estimate estimates
	receiver *line.Receiver

	tracks   []*track
	wishes   []bwe.Wish
	division bwe.Division
	changes  int // of what is given

	unpadded bool // its transport sends no padding
	number   int64
	sent     [line.Padding + 1]int // bytes, by use
}

func newViewer(l *line.Line, flow int, p values, e estimates) *viewer {
	w := wish(p["wants"])
	v := &viewer{World: l.World, way: l, flow: flow, wish: w, estimate: e, number: 1 << 20, tracks: newTracks(w), unpadded: p["padding"] == "none"}
	v.receiver = line.NewReceiver(l, func(fci []byte) {
		v.At(v.Now-v.Now%shardBeat+shardBeat, func() { e.OnFeedback(v.Now, fci); v.divide() })
	})
	l.Attach(flow, v.receiver)
	v.Every(v.Now, 20*line.Millisecond, func() { v.send(line.Audio, audioBytes) })
	for i, t := range v.tracks {
		v.wishes = append(v.wishes, t.wish)
		t.camera = line.NewCamera(l.World, t.layers)
		t.camera.OnFrame = func(layer, bytes int, key bool) { v.frame(i, layer, bytes, key) }
	}
	if w == wantsElastic {
		v.Every(v.Now, line.Second/30, v.elastic)
	}
	v.probe()
	return v
}

// wanted is the rate beyond which the viewer has no use for.
func (v *viewer) wanted() bwe.Rate {
	if v.wish == wantsElastic {
		return elasticMax
	}
	return bwe.Wanted(audioRate, v.wishes)
}

// probe sends what the estimate asks for besides media.
func (v *viewer) probe() {
	p, ok := v.estimate.NextProbe(v.Now, v.wanted())
	if ok && !v.unpadded {
		for left := p.Bytes; left >= 200; left -= mostBytes {
			v.send(line.Padding, min(left, mostBytes))
		}
	}
	v.divide()
	v.At(max(p.Next, v.Now+line.Millisecond), v.probe)
}

// divide gives each track what it gets from now on.
func (v *viewer) divide() {
	if !v.division.Divide(v.Now, v.estimate.Estimate(), audioRate, v.wishes) {
		return
	}
	for i, t := range v.tracks {
		choice := v.wishes[i].Choice
		if choice == t.wish.Choice {
			continue
		}
		if choice < t.wish.Choice {
			t.current = -1 // what is too much is not sent while the key frame of the smaller layer is on its way
		}
		t.wish.Choice = choice
		v.changes++
		if choice >= 0 {
			t.camera.WantKeyframe(choice)
		}
	}
}

func (v *viewer) frame(i, layer, bytes int, key bool) {
	t := v.tracks[i]
	if key && layer == t.wish.Choice {
		t.current = layer
	}
	if layer == t.current {
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
	if e, ok := v.estimate.(*bwe.Estimator); ok && use == line.Video {
		e.Open(v.Now)
	}
	v.estimate.Sent(v.Now, uint16(v.number), bytes, kind)
	v.sent[use] += bytes
	v.way.Send(line.Packet{Flow: v.flow, Use: use, Number: v.number, Bytes: bytes})
	v.number++
}

// total is how many bytes were sent.
func (v *viewer) total() int { return v.sent[line.Audio] + v.sent[line.Video] + v.sent[line.Padding] }
