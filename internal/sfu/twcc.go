package sfu

import "encoding/binary"

// Timing and bounds of transport-wide feedback.
const (
	twccInterval  = Time(100_000_000) // a packet waits for its feedback at most this long
	twccMany      = 64                // or until so many wait
	twccRing      = 2048              // packets remembered; a power of two
	twccMaxStatus = 512               // packets in one feedback message: even the worst mix fits maxRTCP
	twccMaxSize   = 1196              // bytes of such a message: 20 of header, 74 chunks, 512 deltas of two, padding
	twccMaxRun    = 1<<13 - 1         // packets in one run length chunk

	twccDelta     = Time(250_000)    // unit of arrival deltas
	twccReference = Time(64_000_000) // unit of the reference time
)

// Packet status symbols (draft-holmer-rmcat-transport-wide-cc-extensions-01 section 3.1.1).
const (
	twccLost  = 0
	twccSmall = 1 // one byte of delta
	twccLarge = 2 // two bytes, signed
)

// twccRecorder notes when the packets of a transport arrive, by transport-wide sequence number, and reports it.
type twccRecorder struct {
	arrivals *[twccRing]Time // by extended number, 0 for not received; made by the first packet
	highest  int64           // extended
	next     int64           // first that the next feedback tells of
	waiting  int             // received since the last feedback
	since    Time            // when the first of those came
	count    uint8           // of feedback messages
	ssrc     uint32          // of the latest packet: feedback must name one
	symbols  [twccMaxStatus]uint8
	deltas   [2 * twccMaxStatus]byte
}

// record notes a packet.
func (t *twccRecorder) record(now Time, seq uint16, ssrc uint32) {
	if t.arrivals == nil {
		t.arrivals = new([twccRing]Time)
		t.highest = firstSeq + int64(seq) - 1
		t.next = t.highest + 1
	}
	ext := t.highest + int64(int16(seq-uint16(t.highest)))
	switch {
	case ext > t.highest:
		t.advance(ext)
	case ext <= t.highest-twccRing:
		return // too late to tell
	case t.arrivals[ext%twccRing] != 0:
		return // the first arrival counts
	}
	t.arrivals[ext%twccRing] = now
	t.next = min(t.next, ext) // a late one is told of together with those behind it, again
	t.ssrc = ssrc
	if t.waiting == 0 {
		t.since = now
	}
	t.waiting++
}

// advance makes ext the highest number.
func (t *twccRecorder) advance(ext int64) {
	if ext-t.highest >= twccRing { // nothing between is known any more
		clear(t.arrivals[:])
		t.next = ext
	} else {
		for i := t.highest + 1; i <= ext; i++ {
			t.arrivals[i%twccRing] = 0
		}
		t.next = max(t.next, ext-twccRing+1)
	}
	t.highest = ext
}

// deadline is when feedback is due.
func (t *twccRecorder) deadline() Time {
	switch {
	case t.waiting == 0:
		return Never
	case t.waiting >= twccMany:
		return 0
	}
	return t.since + twccInterval
}

// append adds one feedback message to b. more tells that there is something left for another.
func (t *twccRecorder) append(b []byte, sender uint32) (out []byte, more bool) {
	if t.waiting == 0 {
		return b, false
	}
	statuses, deltas, reference := t.collect()
	for statuses == 0 { // a message must tell of a received packet, and highest is one
		t.next += twccMaxStatus
		statuses, deltas, reference = t.collect()
	}
	b = t.write(b, sender, statuses, deltas, reference)
	t.next += int64(statuses)
	t.count++
	if t.next > t.highest {
		t.waiting = 0
	}
	return b, t.waiting > 0
}

// collect fills symbols and deltas with the packets of the next message, which ends at a received one. reference
// is the time its first delta counts from.
func (t *twccRecorder) collect() (statuses, deltas int, reference Time) {
	var last Time // in units of twccDelta
	for i := 0; i < twccMaxStatus && t.next+int64(i) <= t.highest; i++ {
		at := t.arrivals[(t.next+int64(i))%twccRing]
		t.symbols[i] = twccLost
		if at == 0 {
			continue
		}
		at /= twccDelta
		if statuses == 0 {
			last = at - at%(twccReference/twccDelta)
			reference = last * twccDelta
		}
		delta := at - last
		if delta != Time(int16(delta)) {
			break // eight seconds: too far for this message
		}
		if delta >= 0 && delta <= 255 {
			t.symbols[i] = twccSmall
			t.deltas[deltas] = uint8(delta)
			deltas++
		} else {
			t.symbols[i] = twccLarge
			binary.BigEndian.PutUint16(t.deltas[deltas:], uint16(delta))
			deltas += 2
		}
		last, statuses = at, i+1
	}
	return statuses, deltas, reference
}

// write puts the message together.
func (t *twccRecorder) write(b []byte, sender uint32, statuses, deltas int, reference Time) []byte {
	start := len(b)
	b = appendRTCPHeader(b, rtpfbTWCC, rtcpRTPFB, 0)
	b = binary.BigEndian.AppendUint32(b, sender)
	b = binary.BigEndian.AppendUint32(b, t.ssrc)
	b = binary.BigEndian.AppendUint16(b, uint16(t.next))
	b = binary.BigEndian.AppendUint16(b, uint16(statuses))
	b = binary.BigEndian.AppendUint32(b, uint32(reference/twccReference)<<8|uint32(t.count))
	for symbols := t.symbols[:statuses]; len(symbols) > 0; {
		chunk, n := twccChunk(symbols)
		b = binary.BigEndian.AppendUint16(b, chunk)
		symbols = symbols[n:]
	}
	b = append(b, t.deltas[:deltas]...)
	if pad := -(len(b) - start) & 3; pad > 0 {
		b[start] |= 0x20
		for range pad - 1 {
			b = append(b, 0)
		}
		b = append(b, uint8(pad))
	}
	binary.BigEndian.PutUint16(b[start+2:], uint16((len(b)-start)/4-1))
	return b
}

// twccChunk encodes the first symbols as one packet status chunk and tells how many it took (sections 3.1.3, 3.1.4).
func twccChunk(symbols []uint8) (chunk uint16, n int) {
	run := 1
	for run < len(symbols) && run < twccMaxRun && symbols[run] == symbols[0] {
		run++
	}
	small := 0 // symbols that fit one bit each
	for small < len(symbols) && small < 14 && symbols[small] != twccLarge {
		small++
	}
	switch {
	case run >= max(small, 7) || run == len(symbols): // a run
		return uint16(symbols[0])<<13 | uint16(run), run
	case small == 14 || small == len(symbols): // a vector of one bit symbols
		chunk = 0x8000
		for i, s := range symbols[:small] {
			chunk |= uint16(s) << (13 - i)
		}
		return chunk, small
	}
	n = min(7, len(symbols)) // a vector of two bit symbols
	chunk = 0xc000
	for i, s := range symbols[:n] {
		chunk |= uint16(s) << (12 - 2*i)
	}
	return chunk, n
}
