package sfu

import "konklave/internal/sfu/codec"

// flowInterval is over how long the flow of a track is measured.
const flowInterval = Time(1_000_000_000)

// flowMeter measures how much comes of each layer of a track, and how many pictures: what a choice would cost.
type flowMeter struct {
	since Time
	count [TrackLayers][codec.MaxTemporal + 1]flowCount // since then
	last  [TrackLayers][codec.MaxTemporal + 1]flowCount // in a second, of the interval before
}

// flowCount is of one temporal layer of a layer.
type flowCount struct {
	bytes    uint32 // of payloads
	pictures uint32
}

// observe counts a packet of a layer.
func (f *flowMeter) observe(layer int8, m *Media) {
	c := &f.count[layer][min(m.Frame.Temporal, codec.MaxTemporal)]
	c.bytes += uint32(len(m.Data) - m.Header)
	if m.Frame.Start {
		c.pictures++
	}
}

// review makes figures of what was counted, once the interval is over.
func (f *flowMeter) review(now Time) {
	span := now - f.since
	if span < flowInterval {
		return
	}
	if f.since != 0 {
		for l := range f.count {
			for t := range f.count[l] {
				c := &f.count[l][t]
				f.last[l][t] = flowCount{bytes: scale(c.bytes, span), pictures: scale(c.pictures, span)}
			}
		}
	}
	f.since, f.count = now, [TrackLayers][codec.MaxTemporal + 1]flowCount{}
}

// scale is what a count over a span is in a second.
func scale(n uint32, span Time) uint32 { return uint32(int64(n) * int64(flowInterval) / int64(span)) }

// rate is what a layer brings with temporal layers up to one, bits a second; 0 when not known.
func (f *flowMeter) rate(layer, temporal int8) (bits int64) {
	for _, c := range f.last[layer][:temporal+1] {
		bits += 8 * int64(c.bytes)
	}
	return bits
}

// fps is how many pictures of a layer come in a second with temporal layers up to one; 0 when not known.
func (f *flowMeter) fps(layer, temporal int8) (n float32) {
	if layer < 0 {
		return 0
	}
	for _, c := range f.last[layer][:temporal+1] {
		n += float32(c.pictures)
	}
	return n
}
