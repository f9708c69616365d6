package sfu

import "konklave/internal/sfu/codec"

const (
	// MaxLayers is how many encodings a track may have in one codec; more are ignored.
	MaxLayers = 4
	// MaxCodecs is in how many codecs a publisher may send a track at the same time, each in a section of its own.
	MaxCodecs = 2
	// TrackLayers is how many layers a Track has room for: MaxLayers for each codec, one codec behind the other.
	TrackLayers = MaxCodecs * MaxLayers
)

// UpTrack is one track that a publisher sends in one codec: its layers, and the feeds its packets go to.
type UpTrack struct {
	r          *Receiver
	params     UpParams
	layers     []layer // by quality, lowest first
	feeds      []Feed
	forwarding bool
	payloads   [128]payloadRef // by payload type

	speaker speaker
	gate    gate
	lastTS  int64 // of the audio packet before
}

// payloadRef finds a negotiated payload by one of its two payload types.
type payloadRef struct {
	payload *Payload // nil: not negotiated
	rtx     bool
}

// UpStats are counters of a track since it began.
type UpStats struct {
	Layers [MaxLayers]LayerStats
	Count  int // of Layers used
}

// LayerStats are counters of one layer since it began.
type LayerStats struct {
	SSRC      uint32 // 0 until the first packet
	Packets   uint64 // received, retransmissions and duplicates included
	Bytes     uint64 // of whole RTP packets
	Lost      uint64 // packets that were missing when a later one came
	Recovered uint64 // of those, came after all
	Jitter    uint32 // RFC 3550 interarrival jitter, in the clock of the stream
	Keyframes uint64 // forwarded
	Alive     bool   // sent something in the last second
}

// newUpTrack makes the track that p describes. It is forwarded from the start.
func newUpTrack(r *Receiver, p UpParams, feeds []Feed) *UpTrack {
	p.Payloads = append([]Payload(nil), p.Payloads...)
	t := &UpTrack{r: r, params: p, forwarding: true, feeds: append([]Feed(nil), feeds...)}
	for i := range p.Payloads {
		pl := &p.Payloads[i]
		t.payloads[pl.PT&0x7f] = payloadRef{payload: pl}
		if pl.RTX != 0 {
			t.payloads[pl.RTX&0x7f] = payloadRef{payload: pl, rtx: true}
		}
	}
	encodings := p.Encodings[:min(len(p.Encodings), MaxLayers)]
	t.layers = make([]layer, len(encodings))
	for i, e := range encodings {
		t.layers[i] = layer{track: t, index: p.FirstLayer + int8(i), rid: e.RID, missing: newNACKList(p.Kind == codec.Audio), wasForwarded: true}
	}
	return t
}

// AddFeed adds a feed. It gets every packet from now on, and soon the latest sender reports.
func (t *UpTrack) AddFeed(f Feed) {
	t.feeds = append(t.feeds, f)
	for i := range t.layers {
		t.layers[i].srDue = t.layers[i].sr.Arrival != 0
	}
}

// RemoveFeed ends what AddFeed began.
func (t *UpTrack) RemoveFeed(f Feed) {
	for i := range t.feeds {
		if t.feeds[i] == f {
			t.feeds = append(t.feeds[:i], t.feeds[i+1:]...)
			return
		}
	}
}

// SetForwarding false: packets are received and counted, but never fed, whatever arrives, nor are sender reports;
// lost ones are not asked for. With true feeding goes on, and a key frame is asked for. Media.Seq counts what was
// left out, so that feeds see a gap.
func (t *UpTrack) SetForwarding(on bool) {
	if t.forwarding == on {
		return
	}
	t.forwarding = on
	t.speaker, t.gate = speaker{}, gate{mode: t.gate.mode}
	for i := range t.layers {
		t.layers[i].missing.clear()
		t.layers[i].wasForwarded = false
	}
}

// SetGate chooses what of an audio track is fed, as long as it is forwarded at all. Everything is received and counted
// as before, and feeds see no gap: Media.Resumed marks where they go on.
func (t *UpTrack) SetGate(g Gate) { t.gate.mode = g }

// Loudness is how loud an audio track is beside others, in -dBov: quick to rise and slow to fall; 127 when nothing is to
// be heard. It needs the audio level extension; ranked is false for a track without, whose gate lets everything through.
func (t *UpTrack) Loudness(now Time) (loudness uint8, ranked bool) {
	return t.gate.loudness(now), t.params.Extensions.AudioLevel != 0
}

// RequestKeyframe asks the publisher for a key frame of a layer. However often it is called, at most one request
// goes out in 500 ms, repeated until a key frame arrives. A layer that is not sent at the moment is asked when it is.
func (t *UpTrack) RequestKeyframe(now Time, layer int8) {
	layer -= t.params.FirstLayer
	if layer >= 0 && int(layer) < len(t.layers) {
		t.layers[layer].wantKeyframe(now)
		t.layers[layer].sendKeyframeRequest(now, &t.r.writer)
		t.r.writer.flush()
	}
}

// Level is how loud the track is, in -dBov smoothed over two windows of 400 ms, and whether somebody speaks; 127
// and false when not. It needs the audio level extension.
func (t *UpTrack) Level() (level uint8, active bool) { return t.speaker.level() }

// Stats are the track's counters.
func (t *UpTrack) Stats() UpStats {
	s := UpStats{Count: len(t.layers)}
	for i := range t.layers {
		l := &t.layers[i]
		s.Layers[i] = l.stats
		s.Layers[i].Jitter = uint32(l.reception.jitter >> 4)
		s.Layers[i].Alive = l.live
	}
	return s
}

// lets tells whether an audio packet goes on to the feeds. Those in order are taken into the speaker detection.
func (t *UpTrack) lets(now Time, m *Media, rate uint32, late bool) bool {
	switch {
	case t.params.Extensions.AudioLevel == 0 || rate == 0:
		return true
	case late:
		return t.gate.isOpen(now)
	}
	span := frameSpan
	if d := Time((m.Timestamp - t.lastTS) * 1_000_000 / int64(rate) * 1000); d > 0 && d <= maxFrameSpan {
		span = d
	}
	t.lastTS = m.Timestamp
	t.speaker.observe(now, m.AudioLevel, span)
	t.r.wake(now + levelWindow)
	if !t.gate.passes(now, m.AudioLevel, span) {
		return false
	}
	m.Resumed = t.gate.resumes()
	m.Marker = m.Marker || m.Resumed // RFC 3551 section 4.1: the first packet after a silence
	return true
}

// poll does what is due and tells when the track wants to be called again.
func (t *UpTrack) poll(now Time, w *rtcpWriter) (next Time) {
	next = Never
	if t.params.Kind == codec.Audio {
		next = t.speaker.poll(now)
	}
	for i := range t.layers {
		next = min(next, t.layers[i].poll(now, w))
	}
	return next
}

// single is the only layer of a track whose stream was not announced by RID or SSRC, nil when it is no such track.
func (t *UpTrack) single() *layer {
	if len(t.layers) == 1 && t.layers[0].rid == "" {
		return &t.layers[0]
	}
	return nil
}
