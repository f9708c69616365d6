package room

import "time"

// shortfall is how much less of a picture there is than is wanted.
type shortfall uint8

const (
	complete shortfall = iota
	lowered            // a smaller picture, or fewer a second
	paused             // nothing
)

// lackPatience is how long what is wanted of a picture may not come from its publisher before that says something of the
// publisher's line: encoders begin small, and what nobody watched has to be switched on again.
const lackPatience = 10 * time.Second

// lack is since when less comes of a picture than is wanted, zero while it is complete.
type lack struct {
	lowered, paused time.Time
}

// note takes what is missing at this moment and tells what has been missing for too long.
func (l *lack) note(now time.Time, missing shortfall) shortfall {
	since := func(t *time.Time, holds bool) bool {
		switch {
		case !holds:
			*t = time.Time{}
		case t.IsZero():
			*t = now
		}
		return holds && now.Sub(*t) >= lackPatience
	}
	isLowered := since(&l.lowered, missing >= lowered)
	switch {
	case since(&l.paused, missing == paused):
		return paused
	case isLowered:
		return lowered
	}
	return complete
}

// noteLacks looks which publishers' pictures do not come as they are wanted.
func (s *State) noteLacks(levels []TrackLevel) {
	for _, p := range s.order {
		p.lacks = complete
	}
	for i := range levels {
		if t, ok := s.tracks[levels[i].Track]; ok {
			t.owner.lacks = max(t.owner.lacks, t.lack.note(s.now, t.missing(&levels[i].Streams)))
		}
	}
}

// missing tells how much less comes of a picture than somebody watches. A publisher that was told to stop, is muted, or
// never negotiated a layer owes none. Shared screens that stand still send nothing for seconds, and sound nothing in silence: of
// them it cannot be told. Nor can it of layers inside a stream.
func (t *track) missing(streams *[maxCodings]Streams) (most shortfall) {
	if t.info.Type != Video || t.info.Source == ScreenShare || !t.forwarding.On {
		return complete
	}
	for i := range t.codings {
		if wanted := t.codings[i].demand.wanted(); wanted != Off && t.codings[i].negotiated {
			top := layerOfQuality(t.info, layersOf(t.info, int8(i)), wanted)
			most = max(most, streams[i].missing(top))
		}
	}
	return most
}

// missing tells what is missing where the streams up to one are wanted.
func (s Streams) missing(top int8) shortfall {
	switch top = min(top, s.Count-1); {
	case s.Count == 0:
		return complete
	case s.Coming == 0:
		return paused
	case s.Coming>>top == 0:
		return lowered
	}
	return complete
}
