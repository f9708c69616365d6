package sfu

import (
	"math"

	"konklave/internal/sfu/codec"
)

const (
	// replaySpan is how old a key frame may be for a joiner to begin with it, out of the history.
	replaySpan = Time(500_000_000)
	// reviewInterval is how often it is looked which layers live and whether key frames are still missing.
	reviewInterval = Time(100_000_000)
)

// Track is one published track as one shard carries it: the history of each layer and the down tracks it goes to.
// It is the Feed of the published track's packets.
type Track struct {
	kind    codec.Kind
	layers  []trackLayer
	pulses  []pulse           // one per layer
	sources [TrackLayers]int8 // the encoding that carries each layer: itself, or one with several spatial layers; noLayer before
	flow    flowMeter
	clocks  [TrackLayers]layerClock
	downs   []*DownTrack
	request func(layer int8)

	muted    bool
	shed     Shed
	reviewAt Time
	dropped  [DropReasons]uint64 // since they were taken last
	drops    bool                // any

	head   [headSize]byte            // scratch for the packet of each down track
	dd     [codec.MaxDescriptor]byte // its dependency descriptor
	copied Media                     // and the packet with it
	warmth int64                     // see warm
}

// trackLayer is one encoding of the track.
type trackLayer struct {
	history   history
	codec     codec.Type // of the newest packet
	nested    bool       // its spatial layers are, see codec.Frame
	structure *codec.Structure
	wish      keyframeWish

	// floor is the highest sequence number that must not be forwarded any more: it belongs to a time when the track
	// was muted. Where the publisher's side sent nothing in that time, the first packet in order afterwards tells it.
	floor   int64
	resumed bool
}

var _ Feed = (*Track)(nil)

// NewTrack makes a track of so many layers, at most TrackLayers. requestKeyframe asks the publisher for a key frame of
// a layer; it is called from within the other methods, for each layer at most once per keyframeWait.
func NewTrack(kind codec.Kind, layers int, requestKeyframe func(layer int8)) *Track {
	layers = min(max(layers, 1), TrackLayers)
	t := &Track{
		kind:    kind,
		layers:  make([]trackLayer, layers),
		pulses:  make([]pulse, layers),
		request: requestKeyframe,
	}
	for i := range t.layers {
		t.layers[i].history = newHistory(kind)
		t.layers[i].floor = math.MinInt64
		t.pulses[i] = newPulse(i)
	}
	for i := range t.sources {
		t.sources[i] = noLayer
	}
	return t
}

// Add makes d one of the down tracks that the track goes to. Sender.AddDownTrack calls it.
func (t *Track) Add(now Time, d *DownTrack) {
	d.track = t
	t.downs = append(t.downs, d)
	d.most = t.top(d)
	d.retarget(now)
}

// Remove ends what Add began. Sender.RemoveDownTrack calls it.
func (t *Track) Remove(d *DownTrack) {
	for i, other := range t.downs {
		if other == d {
			last := len(t.downs) - 1
			t.downs[i], t.downs[last] = t.downs[last], nil
			t.downs = t.downs[:last]
			d.pause()
			d.track = nil
			return
		}
	}
}

// OnMedia stores a packet and forwards it to the down tracks that want it.
func (t *Track) OnMedia(now Time, m *Media) {
	if int(m.Layer) >= len(t.layers) || m.Layer < 0 || m.Codec.Kind() != t.kind {
		t.drop(DropUnknownPayload)
		return
	}
	l := &t.layers[m.Layer]
	if t.muted {
		l.floor = max(l.floor, m.Seq)
		t.drop(DropMuted)
		return
	}
	if l.resumed && !l.passes(m) || m.Seq <= l.floor {
		t.drop(DropMuted)
		return
	}
	l.codec = m.Codec
	if m.DD != nil {
		l.describe(m.DD)
	}
	keyframe := l.history.store(now, m)
	if keyframe {
		l.wish.answered()
		t.announce(now, m)
	}
	woke := !m.Recovered && t.observe(now, m)
	for rest := t.downs; len(rest) > 0; {
		next := rest[:min(len(rest), warmed)]
		t.warm(next)
		for _, d := range next {
			d.onMedia(now, m, keyframe)
		}
		rest = rest[len(next):]
	}
	if woke || now >= t.reviewAt {
		t.review(now)
	}
}

// source is the encoding that carries a layer, as far as is known.
func (t *Track) source(layer int8) int8 {
	if layer >= 0 && int(layer) < len(t.layers) && t.sources[layer] != noLayer {
		return t.sources[layer]
	}
	return layer
}

// observe notes that a packet of a layer came in order. It tells whether the layer had stopped before.
func (t *Track) observe(now Time, m *Media) (woke bool) {
	layer := t.carried(m.Layer, m.Frame.Spatial)
	t.settle(now, layer, m.Layer)
	l := &t.layers[m.Layer]
	l.nested = m.Frame.Nested
	key := &l.history.key
	t.flow.observe(layer, m, key.valid && key.timestamp == m.Timestamp, key.valid && key.seq == m.Seq)
	p := &t.pulses[layer]
	p.promised = false
	return p.beat(now)
}

// announce notes which layers a key frame begins. Spatial layers come one after the other, and who begins with the first
// packet must know of all.
func (t *Track) announce(now Time, m *Media) {
	for s := uint8(1); s <= codec.MaxSpatial && m.Frame.Entry.Has(codec.Choose(s, 0)); s++ {
		layer := t.carried(m.Layer, s)
		t.settle(now, layer, m.Layer)
		t.pulses[layer].promise(now)
	}
}

// carried is the layer of the track that a spatial layer of an encoding's stream is.
func (t *Track) carried(encoding int8, spatial uint8) int8 {
	if spatial == 0 {
		return encoding
	}
	last := min(encoding|(MaxLayers-1), int8(len(t.layers))-1) // of its codec
	return min(encoding+int8(spatial), last)
}

// settle notes which encoding carries a layer.
func (t *Track) settle(now Time, layer, encoding int8) {
	if t.sources[layer] != encoding {
		t.sources[layer] = encoding
		t.limit(now) // there is one more
	}
}

// describe keeps what a dependency descriptor says of those behind it.
func (l *trackLayer) describe(dd []byte) {
	if len(dd) <= 3 { // most say nothing
		return
	}
	if l.structure == nil {
		l.structure = new(codec.Structure)
	}
	l.structure.Follow(dd)
}

// warmed is of how many down tracks together the state is fetched into the processor's cache.
const warmed = 16

// warm reads what the next packet needs of each down track. Where many are, little of it is in a cache, and a down track
// that waits for one line after the other takes longer than all its work. Reads of several that do nothing with what they
// read do not wait for each other.
func (t *Track) warm(downs []*DownTrack) {
	sum := int64(0)
	for _, d := range downs {
		if !d.flows() {
			continue
		}
		sum += d.stream.run.seq + d.stream.next + int64(d.stream.lastAt) + d.out.Warm()
	}
	t.warmth = sum
}

// passes judges packets after the track was unmuted. Those out of order may be from before; the first one in order
// tells where the new time begins.
func (l *trackLayer) passes(m *Media) bool {
	if m.Recovered {
		return false
	}
	l.floor, l.resumed = max(l.floor, m.Seq-1), false
	return true
}

// review lets every down track choose its layer anew and repeats requests for key frames that are still missing.
func (t *Track) review(now Time) {
	t.reviewAt = now + reviewInterval
	t.flow.review(now)
	for _, d := range t.downs {
		d.retarget(now)
	}
	for i := range t.layers {
		if t.layers[i].wish.due(now) {
			t.request(int8(i))
		}
	}
}

// wishKeyframe asks for a key frame of an encoding, for whichever down track; requests of several are merged.
func (t *Track) wishKeyframe(now Time, layer int8) {
	w := &t.layers[layer].wish
	w.want()
	if w.due(now) {
		t.request(layer)
	}
}

// OnSenderReport learns how the RTP clock of a layer relates to the publisher's wall clock.
func (t *Track) OnSenderReport(now Time, layer int8, sr SenderReport) {
	if int(layer) < len(t.layers) && layer >= 0 {
		t.clocks[layer] = layerClock{SenderReport: sr, known: true}
	}
}

// Drops counts the packets that went to no down track at all, by reason, since they were taken last.
func (t *Track) Drops() [DropReasons]uint64 { return t.dropped }

// TakeDrops adds to into what was dropped since the last time.
func (t *Track) TakeDrops(into *[DropReasons]uint64) {
	if t.drops {
		moveDrops(&t.dropped, into)
		t.drops = false
	}
}

func (t *Track) drop(reason DropReason) {
	t.dropped[reason]++
	t.drops = true
}

// SetMuted stops or resumes the track. Muted means not forwarded and not stored, whatever arrives, and nothing of
// that time is forwarded later. After it, video begins with a key frame.
func (t *Track) SetMuted(muted bool) {
	if muted == t.muted {
		return
	}
	t.muted = muted
	t.reviewAt = 0
	for i := range t.layers {
		l := &t.layers[i]
		l.history.key.valid = false // what follows it is missing
		l.resumed = !muted
		t.pulses[i] = newPulse(i)
	}
	if muted {
		for _, d := range t.downs {
			d.pause()
		}
	}
}

// SetShed tells how much of the track is left out because of overload. What is let in again begins with a key frame.
func (t *Track) SetShed(now Time, shed Shed) {
	t.shed = shed
	t.limit(now)
}

// limit tells all down tracks how much of the track may go.
func (t *Track) limit(now Time) {
	for _, d := range t.downs {
		d.limit(now, t.top(d))
	}
}

// top is the highest layer that may go to a down track, of the codec that it wants; noLayer when none may. Layers that
// never came do not count.
func (t *Track) top(d *DownTrack) int8 {
	allowed := max(d.allowed.Layer, noLayer)
	if t.shed == ShedNothing || allowed == noLayer {
		return allowed
	}
	seen := 0
	for i := int(d.settings.First); i < min(int(d.settings.First)+MaxLayers, len(t.layers)); i++ {
		if t.sources[i] != noLayer {
			seen = i + 1 - int(d.settings.First)
		}
	}
	return min(allowed, t.shed.top(t.kind, max(seen, 1)))
}
