package sfu

// Bounds on how far sequence numbers may jump.
const (
	windowSize = 2048 // numbers behind the highest in which packets are told apart; a power of two
	maxDropout = 3000 // forward jump that still counts as loss (RFC 3550 appendix A.1)
)

// place is where a packet stands among those that came before.
type place uint8

const (
	placeNext      place = iota // higher than all before; there may be a gap in front of it
	placeLate                   // below the highest, and missing so far
	placeDuplicate              // came before
	placeTooOld                 // below the window
	placeFar                    // beyond all bounds; the next packet tells whether the stream restarted
	placeRestart                // follows such a packet: the stream continues here
)

// window extends a stream's 16-bit sequence numbers to numbers that never wrap, and knows which of the last
// windowSize came. The zero value is ready.
type window struct {
	started bool
	highest int64  // extended
	raw     uint16 // highest as on the wire; differs from the low bits of highest after a restart
	wraps   uint16 // of raw
	confirm int32  // number that would confirm a restart, -1 for none
	bits    [windowSize / 64]uint64
}

// firstSeq is added to a stream's first sequence number, so that late packets in front of it stay positive.
const firstSeq = 1 << 16

// place finds the extended number of seq. A retransmission never starts or restarts a stream.
func (w *window) place(seq uint16, retransmitted bool) (ext int64, p place) {
	if !w.started {
		if retransmitted {
			return 0, placeTooOld
		}
		w.started, w.confirm = true, -1
		w.highest, w.raw = firstSeq+int64(seq), seq
		w.mark(w.highest)
		return w.highest, placeNext
	}
	distance := int64(int16(seq - w.raw))
	ext = w.highest + distance
	switch {
	case distance > maxDropout || distance <= -windowSize:
		return w.placeFar(seq, retransmitted)
	case distance > 0:
		w.advance(distance, seq)
		return ext, placeNext
	case w.has(ext):
		return ext, placeDuplicate
	}
	w.mark(ext)
	return ext, placeLate
}

// placeFar judges a number out of all bounds: two in a row are a restart (RFC 3550 appendix A.1).
func (w *window) placeFar(seq uint16, retransmitted bool) (int64, place) {
	if retransmitted {
		return 0, placeTooOld
	}
	if w.confirm != int32(seq) {
		w.confirm = int32(seq + 1)
		return 0, placeFar
	}
	w.restart(seq)
	return w.highest, placeRestart
}

// restart goes on at seq, whatever came before. One number is left out: the packets on both sides do not fit
// together, and a decoder must see that.
func (w *window) restart(seq uint16) {
	clear(w.bits[:])
	w.highest += 2
	w.raw, w.confirm = seq, -1
	w.mark(w.highest)
}

// advance makes seq, which is distance above it, the highest.
func (w *window) advance(distance int64, seq uint16) {
	if distance >= windowSize {
		clear(w.bits[:])
	} else {
		for i := w.highest + 1; i < w.highest+distance; i++ {
			w.bits[i%windowSize/64] &^= 1 << (i % 64)
		}
	}
	if seq < w.raw {
		w.wraps++
	}
	w.highest += distance
	w.raw, w.confirm = seq, -1
	w.mark(w.highest)
}

func (w *window) mark(ext int64) { w.bits[ext%windowSize/64] |= 1 << (ext % 64) }

func (w *window) has(ext int64) bool { return w.bits[ext%windowSize/64]&(1<<(ext%64)) != 0 }

// wire is the 16-bit number of an extended one near the highest.
func (w *window) wire(ext int64) uint16 { return w.raw - uint16(w.highest-ext) }

// reported is the highest number as receiver reports show it: wraps above, number below.
func (w *window) reported() uint32 { return uint32(w.wraps)<<16 | uint32(w.raw) }

// timeline extends a stream's 32-bit RTP timestamps. The zero value is ready.
type timeline struct {
	started bool
	last    int64 // of the highest packet
	at      Time  // when that came
	shift   uint32
	rate    uint32 // Hz
}

// longSilence is how long a stream may pause before the pause is counted in when its timestamp is extended: they
// wrap after half a day to a day.
const longSilence = Time(60_000_000_000)

// extend finds the extended timestamp of ts, seen now.
func (t *timeline) extend(ts uint32, now Time) int64 {
	expected := t.last
	if now-t.at > longSilence {
		expected += t.ticks(now - t.at)
	}
	return expected + int64(int32(ts+t.shift-uint32(expected)))
}

// advance extends the timestamp of a packet that is now the highest.
func (t *timeline) advance(ts uint32, now Time) int64 {
	if !t.started {
		t.started, t.last = true, 1<<32+int64(ts) // late packets stay positive
	} else {
		t.last = t.extend(ts, now)
	}
	t.at = now
	return t.last
}

// restart goes on at ts after the stream chose new timestamps: time has passed as on the wall clock.
func (t *timeline) restart(ts uint32, now Time) int64 {
	t.last += max(t.ticks(now-t.at), 1)
	t.shift = uint32(t.last) - ts
	t.at = now
	return t.last
}

// ticks is a span in the stream's clock.
func (t *timeline) ticks(span Time) int64 { return int64(span/1000) * int64(t.rate) / 1_000_000 }
