package room

import "math"

// settingsFor gives what a subscriber is to be sent of a track in the codec of a number: the highest layer that it asked
// for, and before it asked for anything the lowest if it adapts to its elements, else the highest. Where it did not say what
// is most important to it, that is the camera of who speaks.
func settingsFor(p *participant, t *track, number int8) Settings {
	s := formFor(p, t, number)
	if s.Priority == 0 && t.owner.leads && t.info.Source == Camera {
		s.Priority = 1
	}
	return s
}

func formFor(p *participant, t *track, number int8) Settings {
	layers := layersOf(t.info, number)
	w := p.wishes[t.info.SID]
	if w == nil || !w.hasForm {
		quality := High
		if p.adaptiveStream {
			quality = Low
		}
		return Settings{Codec: number, MaxLayer: layerOfQuality(t.info, layers, quality)}
	}
	s := Settings{
		Codec: number, Disabled: w.form.Disabled || w.form.Quality == Off,
		FPS: w.form.FPS, Priority: w.form.Priority, Side: sideOf(w.form.Width, w.form.Height),
	}
	if w.form.Width > 0 && w.form.Height > 0 {
		s.MaxLayer = layerOfSize(t.info, layers, w.form.Width, w.form.Height)
	} else {
		s.MaxLayer = layerOfQuality(t.info, layers, w.form.Quality)
	}
	return s
}

// sideOf is that of a square as large as an element.
func sideOf(width, height uint32) uint16 {
	return uint16(min(math.Sqrt(float64(width)*float64(height)), math.MaxUint16))
}

// layerOfQuality gives the index of the best layer that is not better than a quality, at least the lowest. When
// the publisher told of no layers, qualities are taken for indices.
func layerOfQuality(t *TrackInfo, layers []Layer, quality Quality) int8 {
	quality = min(max(quality, Low), High)
	switch {
	case t.Type == Audio:
		return 0
	case len(layers) == 0:
		return int8(quality)
	}
	best := 0
	for i, l := range layers {
		if l.Quality <= quality {
			best = i
		}
	}
	return int8(best)
}

// layerOfSize gives the index of the smallest layer that covers an element of a size, pixels; the highest if none
// does. The shorter side of the picture decides: a window may be much wider than what it shows. Of layers as large as each other,
// as a shared text has them, the lowest is for elements less than half as high, and for lines that carry no more.
func layerOfSize(t *TrackInfo, layers []Layer, width, height uint32) int8 {
	if len(layers) == 0 {
		return layerOfQuality(t, layers, High)
	}
	have, want := func(l Layer) uint32 { return l.Height }, height
	if t.Height > t.Width {
		have, want = func(l Layer) uint32 { return l.Width }, width
	}
	i := 0
	for ; i < len(layers)-1; i++ {
		if covered := have(layers[i]); covered >= 2*want || covered >= want && covered < have(layers[i+1]) {
			break
		}
	}
	return int8(i)
}

// layersOf gives the layers of a track in one of its codecs: those of the track where nothing else was said.
func layersOf(t *TrackInfo, number int8) []Layer {
	if number > 0 && int(number) < len(t.Codecs) && len(t.Codecs[number].Layers) > 0 {
		return t.Codecs[number].Layers
	}
	return t.Layers
}
