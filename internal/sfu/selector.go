package sfu

import "konklave/internal/sfu/codec"

const (
	// layerSilence is after how much silence a layer counts as stopped.
	layerSilence = Time(500_000_000)
	// layerSteady is how long a layer must have been sent before a down track leaves another for it by itself.
	// Screen shares pause so long between frames that their layers seem to stop and start all the time.
	layerSteady = Time(500_000_000)
	// layerPause is after how much silence a layer counts as not sent any more where a line is divided.
	layerPause = Time(2_000_000_000)
	// lowestPause is that of the lowest, which senders leave out last: at its low rate a key frame of a text takes so long.
	lowestPause = Time(6_000_000_000)
)

// noLayer means that nothing is forwarded.
const noLayer int8 = -1

// pulse tells whether a layer is being sent.
type pulse struct {
	last     Time // newest packet, 0 before the first
	since    Time // first packet after the last silence
	begun    Time // first packet after a time in which the layer was not sent
	promised bool // it was announced and did not come yet
	lowest   bool // of its codec
}

// newPulse is that of a layer that did not come yet.
func newPulse(layer int) pulse { return pulse{lowest: layer%MaxLayers == 0} }

// beat notes a packet. It tells whether the layer had stopped before.
func (p *pulse) beat(now Time) (woke bool) {
	woke = !p.alive(now)
	if woke {
		p.since = now
	}
	if !p.sent(now) {
		p.begun = now
	}
	p.last = now
	return woke
}

// promise notes that a key frame says that the layer is coming. Who did not keep such a promise is not believed again.
func (p *pulse) promise(now Time) {
	if !p.promised || p.alive(now) {
		p.promised = true
		p.beat(now)
	}
}

func (p *pulse) alive(now Time) bool { return p.last != 0 && now-p.last <= layerSilence }

// sent tells whether the layer is being sent, though it may be silent at this moment: behind a key frame encoders of a low
// rate leave out pictures for a second.
func (p *pulse) sent(now Time) bool {
	pause := layerPause
	if p.lowest {
		pause = lowestPause
	}
	return p.last != 0 && now-p.last <= pause
}

func (p *pulse) steady(now Time) bool { return p.alive(now) && now-p.since >= layerSteady }

// selector decides which layer of its track a down track forwards. A switch takes two steps: the target is chosen,
// and becomes current when a frame of it comes with which it can begin: between encodings a key frame. That also holds
// when the layers of another codec are wanted. Spatial layers inside one stream count as layers of the track, see
// Track.sources; temporal layers go up where the stream lets them, and down with the next picture.
type selector struct {
	settings asked
	current  int8 // layer that is forwarded, noLayer when none
	target   int8 // layer that should be; noLayer when nothing should
	most     int8 // highest of its codec that may be, noLayer when none: overload and the line leave out the others
	source   int8 // encoding that carries current, noLayer when none
	temporal int8 // highest temporal layer that is forwarded
	frames   int8 // highest that should be
}

// asked is what of DownSettings is looked at for every packet.
type asked struct {
	Disabled        bool
	First, MaxLayer int8
	FPS             uint8
}

// newSelector makes a selector that wants nothing before its first settings.
func newSelector() selector {
	return selector{
		settings: asked{Disabled: true}, current: noLayer, target: noLayer, most: MaxLayers - 1, source: noLayer,
		frames: codec.MaxTemporal,
	}
}

// stop forgets what is forwarded.
func (s *selector) stop() { s.current, s.target, s.source = noLayer, noLayer, noLayer }

// has is what of the encoding's stream is forwarded.
func (s *selector) has() codec.Choice { return codec.Choose(s.spatial(), uint8(s.temporal)) }

// spatial is the spatial layer of the encoding's stream that is forwarded.
func (s *selector) spatial() uint8 { return uint8(s.current - s.source) }

// choose sets the target anew from what the settings ask for and which layers are alive, lowest first.
func (s *selector) choose(now Time, layers []pulse) {
	if s.settings.Disabled || s.most == noLayer {
		s.target = noLayer
		return
	}
	s.target = s.best(now, layers)
}

// highest is the highest layer that is asked for and may be.
func (s *selector) highest() int8 { return min(s.settings.MaxLayer, s.settings.First+s.most) }

// best is the highest layer that is asked for, may be, and is alive. Without one it is the current one if there
// is one, else the lowest that is alive: a larger picture is better than none.
func (s *selector) best(now Time, layers []pulse) int8 {
	content := s.wants(s.current)
	for l := min(s.highest(), int8(len(layers))-1); l >= s.settings.First; l-- {
		switch {
		case l == s.current && layers[l].alive(now), content && layers[l].steady(now), !content && layers[l].alive(now):
			return l
		}
	}
	if s.current != noLayer {
		return s.current
	}
	for l := s.settings.First; l < min(s.settings.First+MaxLayers, int8(len(layers))); l++ {
		if layers[l].alive(now) {
			return l
		}
	}
	return noLayer
}

// wants tells whether a layer is asked for and may be.
func (s *selector) wants(layer int8) bool { return s.settings.First <= layer && layer <= s.highest() }

// welcome tells whether to begin with or switch to an encoding at a key frame of it that just came; from is the one that
// carries the target. A higher layer is welcome even before it is steady: its key frame is there and need not be asked for.
func (s *selector) welcome(encoding, from int8) bool {
	return s.target != noLayer && (encoding == from || s.current < encoding && s.wants(encoding))
}

// waiting is the layer whose key frame the down track waits for, noLayer when it waits for none.
func (s *selector) waiting() int8 {
	if s.target == s.current {
		return noLayer
	}
	return s.target
}
