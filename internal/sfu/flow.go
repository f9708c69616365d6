package sfu

import "konklave/internal/sfu/codec"

// flowInterval is over how long the flow of a track is measured.
const flowInterval = Time(1_000_000_000)

// flowMeter measures how much comes of each layer of a track, and how many pictures: what a choice would cost.
type flowMeter struct {
	since Time
	count [TrackLayers][codec.MaxTemporal + 1]flowCount // since then
	last  [TrackLayers][codec.MaxTemporal + 1]flowCount // in a second, of the interval before
	keys  [TrackLayers]uint16                           // key frames since then
	mean  [TrackLayers][codec.MaxTemporal + 1]uint32    // bytes in a second, over some intervals
}

// A second with a key frame may have twice the bytes of others, and no picture shall be taken away for that. Encoders save
// most of it afterwards.
const (
	flowMemory = 4 // intervals over which the mean goes
	flowKey    = 4 // of so many bytes of a key frame one is counted
)

// flowCount is of one temporal layer of a layer.
type flowCount struct {
	bytes    uint32 // of payloads
	pictures uint32
}

// observe counts a packet of a layer, of a key frame or not; first tells that one begins with it.
func (f *flowMeter) observe(layer int8, m *Media, key, first bool) {
	c, bytes := &f.count[layer][min(m.Frame.Temporal, codec.MaxTemporal)], uint32(len(m.Data)-m.Header)
	if first {
		f.keys[layer]++
	}
	if key && f.keys[layer] <= 1 { // who sends nothing else saves nothing
		bytes /= flowKey
	}
	c.bytes += bytes
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
				last := flowCount{bytes: scale(c.bytes, span), pictures: scale(c.pictures, span)}
				f.last[l][t] = last
				if mean := &f.mean[l][t]; last.bytes/3 > *mean { // it began
					*mean = last.bytes
				} else {
					*mean = uint32((int64(*mean)*(flowMemory-1) + int64(last.bytes)) / flowMemory)
				}
			}
		}
	}
	f.since, f.count, f.keys = now, [TrackLayers][codec.MaxTemporal + 1]flowCount{}, [TrackLayers]uint16{}
}

// scale is what a count over a span is in a second.
func scale(n uint32, span Time) uint32 { return uint32(int64(n) * int64(flowInterval) / int64(span)) }

// rate is what a layer brings with temporal layers up to one, bits a second; 0 when not known.
func (f *flowMeter) rate(layer, temporal int8) (bits int64) {
	for _, bytes := range f.mean[layer][:temporal+1] {
		bits += 8 * int64(bytes)
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
