package sfu

import "konklave/internal/sfu/codec"

// slides tells whether a layer is reached without a key frame: it is in the stream that is forwarded, below what is, and
// all that it needs is forwarded too.
func (d *DownTrack) slides(source, layer int8) bool {
	return source == d.source && layer < d.current && d.track.layers[source].nested
}

// turn moves towards what is wanted inside the stream that is forwarded, as far as the frame lets it that begins with m.
// Fewer pictures, and fewer spatial layers where they are nested, go with the next picture; more only where what is
// forwarded up to here is all that they need. Where spatial layers are apart, fewer of them need a key frame too: until
// it comes, fewer pictures must do.
func (d *DownTrack) turn(now Time, m *Media) {
	f := &m.Frame
	has := d.has()
	spatial, temporal := has.Spatial(), has.Temporal()
	wanted, frames := spatial, uint8(d.frames)
	if d.track.source(d.target) == d.source {
		wanted = uint8(d.target - d.source)
	}
	switch {
	case f.Keyframe: // it tells what is coming, also of layers that were not sent lately
		spatial, temporal = d.enters(now, f), frames
		if spatial > wanted {
			d.target = d.source + int8(spatial)
		}
	case wanted < spatial && f.Nested && f.Spatial <= wanted:
		spatial = wanted
	case wanted < spatial && !f.Nested:
		frames = 0
	}
	for spatial < wanted && f.Entry.Has(codec.Choose(spatial+1, 0)) {
		spatial, temporal = spatial+1, 0
	}
	temporal = min(temporal, frames)
	for temporal < frames && f.Entry.Has(codec.Choose(spatial, temporal+1)) {
		temporal++
	}
	if c := codec.Choose(spatial, temporal); c != d.stream.run.choice {
		d.current, d.temporal = d.source+int8(spatial), int8(temporal)
		d.stream.turn(m.Seq, c)
	}
}

// enters is the highest spatial layer that is wanted and with which one can begin at a key frame.
func (d *DownTrack) enters(now Time, f *codec.Frame) uint8 {
	spatial := min(max(d.highest()-d.source, 0), codec.MaxSpatial)
	for spatial > 0 && !(f.Entry.Has(codec.Choose(uint8(spatial), 0)) && d.track.pulses[d.source+spatial].alive(now)) {
		spatial--
	}
	return uint8(spatial)
}

// fpsTolerance is how much faster than wanted pictures may come, because they are counted and cameras are not exact.
const fpsTolerance = 1.2

// pace is the highest temporal layer that is wanted and may be.
func (d *DownTrack) pace() int8 {
	frames := max(d.allowed.Temporal, 0)
	if fps := fpsTolerance * float32(d.settings.FPS); fps > 0 {
		for frames > 0 && d.track.flow.fps(d.target, frames) > fps {
			frames--
		}
	}
	return frames
}

// Rate is what a choice would cost, bits a second of payloads, by what came lately of the codec that is wanted; 0 when its
// layer does not come.
func (d *DownTrack) Rate(c Choice) (bits int64) {
	layer := d.settings.First + c.Layer
	if d.track == nil || c.Layer < 0 || c.Temporal < 0 || int(layer) >= len(d.track.layers) {
		return 0
	}
	f, temporal := &d.track.flow, min(c.Temporal, codec.MaxTemporal)
	if bits = f.rate(layer, temporal); bits == 0 {
		return 0
	}
	for source := d.track.source(layer); layer > source && d.track.layers[source].nested; {
		layer--
		bits += f.rate(layer, temporal)
	}
	return bits
}

// fill sends a packet of nothing but padding in the place of one that was missing, and turns out not to be needed. Else
// the subscriber would ask for it.
func (d *DownTrack) fill(m *Media, r *run) {
	d.out.SendRTP(d.appendPadding(d.sender.head[:0], uint16(m.Seq+r.seq), uint32(m.Timestamp+r.ts)), nil)
}

// masks tells whether the dependency descriptor of a packet may have to say what is left out.
func (d *DownTrack) masks(m *Media) bool {
	return m.DD != nil && m.Frame.Start && d.header.ids.DD != 0
}

// masked is m with a dependency descriptor that says what of the stream the run leaves out. It lasts until the next.
func (d *DownTrack) masked(m *Media, r *run) *Media {
	s := d.track.layers[r.layer].structure
	if s == nil || r.choice == everyLayer {
		return m
	}
	copied := &d.track.copied
	*copied = *m
	copied.DD = s.AppendMasked(d.track.dd[:0], m.DD, r.choice)
	return copied
}

// everyLayer is the choice that leaves nothing out.
var everyLayer = codec.Choose(codec.MaxSpatial, codec.MaxTemporal)
