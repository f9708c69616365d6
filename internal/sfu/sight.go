package sfu

import "konklave/internal/sfu/codec"

// DownSight is what there is to see of a down track at one moment.
type DownSight struct {
	Disabled bool // the subscriber does not want it at the moment
	Muted    bool // at its source
	Paused   bool // the line carries nothing of it
	Layer    int8 // that is forwarded, among those of its codec; -1 when none, 0 of sound
	Wanted   int8 // highest that is asked for
	Bytes    uint64
	FPS      float32 // pictures that come in a second of what is forwarded, 0 when not known
}

// See tells how the down track is at this moment.
func (d *DownTrack) See() DownSight {
	s := DownSight{
		Disabled: d.settings.Disabled, Muted: d.track == nil || d.track.muted, Paused: d.Paused(),
		Layer: d.current, Wanted: d.settings.MaxLayer - d.settings.First, Bytes: d.bytes,
	}
	if d.current == noLayer || d.track == nil {
		return s
	}
	s.Layer %= MaxLayers
	if d.params.Kind == codec.Video && !s.Muted {
		s.FPS = d.track.flow.fps(d.current, d.temporal)
	}
	return s
}
