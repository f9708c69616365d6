package sfu

// UpTrack is one track of a publisher.
type UpTrack struct{}

// MaxLayers is how many encodings a track may have.
const MaxLayers = 4

// UpStats are counters of a track since it began.
type UpStats struct {
	Layers [MaxLayers]LayerStats
	Count  int // of Layers used
}

// LayerStats are counters of one layer since it began.
type LayerStats struct {
	SSRC      uint32
	Packets   uint64 // received, retransmissions included
	Bytes     uint64 // of whole RTP packets
	Lost      uint64 // missed at first
	Recovered uint64 // of those, came later
	Jitter    uint32 // in the clock of the stream
	Keyframes uint64
	Alive     bool // sent something in the last second
}

// AddFeed adds a feed.
func (t *UpTrack) AddFeed(f Feed) {}

// RemoveFeed removes a feed.
func (t *UpTrack) RemoveFeed(f Feed) {}

// SetForwarding false: received and counted, never fed.
func (t *UpTrack) SetForwarding(on bool) {}

// RequestKeyframe asks the publisher for a key frame.
func (t *UpTrack) RequestKeyframe(now Time, layer int8) {}

// Level is how loud the track is.
func (t *UpTrack) Level() (level uint8, active bool) { return 127, false }

// Stats are the track's counters.
func (t *UpTrack) Stats() UpStats { return UpStats{} }
