package sfu

import "konklave/internal/sfu/codec"

// How much a history keeps.
const (
	historySpan  = Time(1_000_000_000) // it grows until it holds this much
	historyHeld  = Time(6_000_000_000) // or this much, while packets of it wait for a slow line
	historyGuard = Time(100_000_000)   // handed out, a packet stays unchanged for this long: see history.get

	historyVideoChunk = 16 << 10 // bytes of one chunk of the arena
	historyAudioChunk = 4 << 10
	historyMaxChunks  = 64 // 1 MiB of video: one second at 8 Mbit/s

	historyMinIndex = 64 // entries of the index, always a power of two
	historyMaxIndex = 4096
)

// history keeps the recent packets of one layer, shared by all its subscribers: for retransmissions, and for
// joiners, who begin at the last key frame. It is an index ring by sequence number and an arena for the bytes.
//
// The arena is a ring of chunks. A full chunk is used again from its beginning once its packets are older than
// historySpan; until then the ring grows by another chunk, up to historyMaxChunks, and from there on the oldest
// packets go early.
type history struct {
	index  []entry // by sequence number modulo its length
	chunks []chunk
	size   int // bytes of a chunk
	at     int // the chunk that is being filled
	newest int64
	empty  bool
	held   Time // when a packet of it began to wait for a slow line last

	key keyframe
}

// entry is what is kept of one Media; the bytes are in its chunk: dependency descriptor, then payload.
type entry struct {
	seq         int64
	timestamp   int64
	stored      Time
	arrival     Time
	chunk       uint32
	generation  uint32 // of the chunk; the entry is void when the chunk has moved on
	offset      uint32
	payload     uint16 // bytes
	dd          uint16 // bytes in front of the payload
	frame       codec.Frame
	codec       codec.Type
	marker      bool
	voice       bool
	level       uint8
	orientation uint8
	valid       bool
}

// chunk is a piece of the arena.
type chunk struct {
	data       []byte // length is what is used
	generation uint32
	stored     Time // its newest packet
	handed     Time // when a packet of it was last handed out
}

// keyframe is where the newest key frame of a layer starts.
type keyframe struct {
	seq       int64
	timestamp int64
	stored    Time
	valid     bool
}

// newHistory makes an empty history; memory is taken when packets come.
func newHistory(kind codec.Kind) history {
	h := history{size: historyVideoChunk, empty: true}
	if kind == codec.Audio {
		h.size = historyAudioChunk
	}
	return h
}

// store keeps a copy of m. It tells whether m starts a key frame newer than all before. Packets that do not fit
// a chunk are not kept.
func (h *history) store(now Time, m *Media) (newKeyframe bool) {
	payload := m.Payload()
	need := len(payload) + len(m.DD)
	if need > h.size || !h.place(now, m.Seq) {
		return false
	}
	c := h.room(now, need)
	e := &h.index[m.Seq&int64(len(h.index)-1)]
	*e = entry{
		seq: m.Seq, timestamp: m.Timestamp, stored: now, arrival: m.Arrival,
		chunk: uint32(h.at), generation: c.generation, offset: uint32(len(c.data)),
		payload: uint16(len(payload)), dd: uint16(len(m.DD)),
		frame: m.Frame, codec: m.Codec, marker: m.Marker,
		voice: m.Voice, level: m.AudioLevel, orientation: m.Orientation, valid: true,
	}
	c.data = append(append(c.data, m.DD...), payload...) // fits, so it stays in place
	c.stored = now
	return m.Frame.Start && m.Frame.Keyframe && h.noteKeyframe(now, m)
}

// place makes room in the index for seq. It is false for numbers so old that a newer one has their place.
func (h *history) place(now Time, seq int64) bool {
	if h.empty {
		if h.index == nil {
			h.index = make([]entry, historyMinIndex)
		}
		h.newest, h.empty = seq, false
		return true
	}
	for {
		e := &h.index[seq&int64(len(h.index)-1)]
		if !e.valid || now-e.stored > h.span(now) || len(h.index) == historyMaxIndex {
			if e.valid && e.seq > seq {
				return false
			}
			h.newest = max(h.newest, seq)
			return true
		}
		if e.seq == seq {
			return false // kept already
		}
		h.growIndex()
	}
}

// span is how much it is to hold.
func (h *history) span(now Time) Time {
	if h.held != 0 && now-h.held < historyHeld {
		return historyHeld
	}
	return historySpan
}

// growIndex doubles the index.
func (h *history) growIndex() {
	old := h.index
	h.index = make([]entry, 2*len(old))
	for i := range old {
		if old[i].valid {
			h.index[old[i].seq&int64(len(h.index)-1)] = old[i]
		}
	}
}

// room finds a chunk with room for need bytes and makes it the one that is being filled.
func (h *history) room(now Time, need int) *chunk {
	if len(h.chunks) == 0 {
		h.chunks = append(h.chunks, chunk{data: make([]byte, 0, h.size)})
		h.at = 0
	}
	if c := &h.chunks[h.at]; cap(c.data)-len(c.data) >= need {
		return c
	}
	oldest := (h.at + 1) % len(h.chunks)
	c := &h.chunks[oldest]
	if now-c.stored <= h.span(now) && len(h.chunks) < historyMaxChunks {
		h.grow()
		return &h.chunks[h.at]
	}
	h.at = oldest
	c.generation++
	if now-max(c.stored, c.handed) > historyGuard {
		c.data = c.data[:0]
	} else {
		// Somebody may still hold slices of it. The collector keeps the old bytes for them.
		c.data = make([]byte, 0, h.size)
	}
	return c
}

// grow adds a chunk behind the one that is being filled and makes it the one that is.
func (h *history) grow() {
	h.at++
	h.chunks = append(h.chunks, chunk{})
	copy(h.chunks[h.at+1:], h.chunks[h.at:])
	h.chunks[h.at] = chunk{data: make([]byte, 0, h.size)}
	for i := range h.index { // entries know their chunk by its place
		if h.index[i].valid && int(h.index[i].chunk) >= h.at {
			h.index[i].chunk++
		}
	}
}

// noteKeyframe learns that m is the first packet of a key frame, or one of several that look like it: parameter
// sets and slices of H264 come in packets of their own, with the same timestamp.
func (h *history) noteKeyframe(now Time, m *Media) bool {
	switch {
	case h.key.valid && m.Timestamp == h.key.timestamp:
		h.key.seq = min(h.key.seq, m.Seq)
		return false
	case h.key.valid && m.Seq < h.key.seq:
		return false
	}
	h.key = keyframe{seq: m.Seq, timestamp: m.Timestamp, stored: now, valid: true}
	return true
}

// get fills m with the packet seq: Header is 0 then, Data is the payload. It is false when the packet is not kept.
//
// The bytes that m leads to stay unchanged for historyGuard, which is far longer than a turn of the shard: a chunk
// that handed out a packet in this time is replaced instead of used again. So they may go to Stream.SendRTP.
func (h *history) get(now Time, seq int64, m *Media) bool {
	if h.empty {
		return false
	}
	e := &h.index[seq&int64(len(h.index)-1)]
	if !e.valid || e.seq != seq {
		return false
	}
	c := &h.chunks[e.chunk]
	if c.generation != e.generation {
		return false
	}
	c.handed = now
	begin := e.offset + uint32(e.dd)
	*m = Media{
		Data: c.data[begin : begin+uint32(e.payload)], Arrival: e.arrival,
		Codec: e.codec, Seq: seq, Timestamp: e.timestamp, Marker: e.marker, Frame: e.frame,
		AudioLevel: e.level, Voice: e.voice, Orientation: e.orientation,
	}
	if e.dd > 0 {
		m.DD = c.data[e.offset:begin]
	}
	return true
}
