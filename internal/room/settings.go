package room

// settingsFor gives what a subscriber is to be sent of a track: the highest layer that it asked for, and before it
// asked for anything the lowest if it adapts to its elements, else the highest.
func settingsFor(p *participant, t *track) Settings {
	w := p.wishes[t.info.SID]
	if w == nil || !w.hasForm {
		quality := High
		if p.adaptiveStream {
			quality = Low
		}
		return Settings{MaxLayer: layerOfQuality(t.info, quality)}
	}
	s := Settings{
		Disabled: w.form.Disabled || w.form.Quality == Off,
		FPS:      w.form.FPS, Priority: w.form.Priority,
	}
	if w.form.Width > 0 && w.form.Height > 0 {
		s.MaxLayer = layerOfSize(t.info, w.form.Width, w.form.Height)
	} else {
		s.MaxLayer = layerOfQuality(t.info, w.form.Quality)
	}
	return s
}

// layerOfQuality gives the index of the best layer that is not better than a quality, at least the lowest. When
// the publisher told of no layers, qualities are taken for indices.
func layerOfQuality(t *TrackInfo, quality Quality) int8 {
	quality = min(max(quality, Low), High)
	switch {
	case t.Type == Audio:
		return 0
	case len(t.Layers) == 0:
		return int8(quality)
	}
	best := 0
	for i, l := range t.Layers {
		if l.Quality <= quality {
			best = i
		}
	}
	return int8(best)
}

// layerOfSize gives the index of the smallest layer that covers an element of a size, pixels; the highest if none
// does. The shorter side of the picture decides: a window may be much wider than what it shows.
func layerOfSize(t *TrackInfo, width, height uint32) int8 {
	if len(t.Layers) == 0 {
		return layerOfQuality(t, High)
	}
	portrait := t.Height > t.Width
	for i, l := range t.Layers {
		if portrait && l.Width >= width || !portrait && l.Height >= height {
			return int8(i)
		}
	}
	return int8(len(t.Layers) - 1)
}
