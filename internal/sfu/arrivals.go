package sfu

import (
	"encoding/binary"
	"math/bits"
)

// arrivalsKept is of how many packets, numbered last for a transport, it is known which came; a power of two. Feedback
// about older ones is too late for anything.
const arrivalsKept = 4096

// arrivals are what a peer's transport-wide feedback tells of the packets that were numbered for it
// (draft-holmer-rmcat-transport-wide-cc-extensions-01). The zero value is ready.
type arrivals struct {
	next int64                      // number of the next packet, extended
	told int64                      // end of what feedback told of so far
	came *[arrivalsKept / 64]uint64 // which of the last came, as bits by number; made by the first feedback
	sum  Arrivals
}

// Arrivals count what feedback told.
type Arrivals struct {
	Messages uint64 // of feedback that were believed
	Told     uint64 // packets that they tell of, each counted once
	Came     uint64 // of those, packets that arrived, be it late
}

// Loss is the share of packets that did not come, 0 to 1.
func (a Arrivals) Loss() float64 {
	if a.Came >= a.Told { // what feedback got lost told of may be told by the next, as late
		return 0
	}
	return float64(a.Told-a.Came) / float64(a.Told)
}

// take gives what was counted since the last time.
func (a *arrivals) take() Arrivals {
	sum := a.sum
	a.sum = Arrivals{}
	return sum
}

// onFeedback takes one message. numbered is the number that the next packet will get. What tells of packets that
// never left, or of too old ones, is not believed, so no message has more work than arrivalsKept packets make.
func (a *arrivals) onFeedback(p rtcpPacket, numbered uint16) {
	f, ok := p.transportFeedback()
	age := int(numbered - f.first)
	if !ok || f.count > age || age > arrivalsKept {
		return
	}
	if a.came == nil {
		a.came = new([arrivalsKept / 64]uint64)
		a.next = firstSeq
	}
	a.next += int64(numbered - uint16(a.next))
	at := a.next - int64(age)
	end := at + int64(f.count)
	a.tell(at, end)
	for ; len(f.chunks) > 0; f.chunks = f.chunks[2:] {
		n, came, run := readTWCCChunk(binary.BigEndian.Uint16(f.chunks))
		next := min(at+int64(n), end)
		switch {
		case !run:
			a.mark(at, came&(1<<(next-at)-1))
		case came != 0:
			a.markAll(at, next)
		}
		at = next
	}
	a.sum.Messages++
}

// warm reads what onFeedback is going to need, see Track.warm.
func (a *arrivals) warm() int64 {
	if a.came == nil {
		return 0
	}
	return int64(a.came[a.told/64%int64(len(a.came))])
}

// tell notes that the packets from first on up to, not including, end are told of.
func (a *arrivals) tell(first, end int64) {
	if end <= a.told {
		return
	}
	a.sum.Told += uint64(end - max(a.told, first))
	for n := max(a.told, end-arrivalsKept); n < end; n++ {
		a.came[n/64%int64(len(a.came))] &^= 1 << (n % 64)
	}
	a.told = end
}

// markAll notes that all packets from first on up to, not including, end came.
func (a *arrivals) markAll(first, end int64) {
	for ; first < end; first += 64 {
		a.mark(first, ^uint64(0)>>max(0, 64-(end-first)))
	}
}

// mark notes which packets from the number at on came, the first one in the lowest bit.
func (a *arrivals) mark(at int64, came uint64) {
	shift := at % 64
	a.markWord(at/64, came<<shift)
	a.markWord(at/64+1, came>>(64-shift)) // nothing when shift is 0
}

func (a *arrivals) markWord(i int64, came uint64) {
	word := &a.came[i%int64(len(a.came))]
	a.sum.Came += uint64(bits.OnesCount64(came &^ *word))
	*word |= came
}

// transportFeedback is a view of one message of transport-wide feedback, without the times of arrival.
type transportFeedback struct {
	first  uint16 // number of the first packet
	count  int    // packets
	chunks []byte // that tell of them, two bytes each
}

// transportFeedback reads a message (section 3.1). It is false when its chunks do not tell of all its packets.
func (p rtcpPacket) transportFeedback() (f transportFeedback, ok bool) {
	_, b, ok := p.feedback()
	if !ok || len(b) < 8 {
		return f, false
	}
	f.first, f.count = binary.BigEndian.Uint16(b), int(binary.BigEndian.Uint16(b[2:]))
	b = b[8:] // with the reference time and the count of messages
	size := 0
	for told := 0; told < f.count; size += 2 {
		if size+2 > len(b) {
			return f, false
		}
		n, _, _ := readTWCCChunk(binary.BigEndian.Uint16(b[size:]))
		told += n
	}
	f.chunks = b[:size]
	return f, true
}

// readTWCCChunk reads a chunk (sections 3.1.3 and 3.1.4): how many packets it tells of, and which of them came, the
// first one in the lowest bit; of a run, that is all or none.
func readTWCCChunk(chunk uint16) (n int, came uint64, run bool) {
	switch chunk >> 14 {
	case 2: // a bit each
		return 14, uint64(bits.Reverse16(chunk << 2)), false
	case 3: // two bits each, which differ where a packet came
		x := (chunk>>1 ^ chunk) & 0x1555
		x = (x | x>>1) & 0x3333
		x = (x | x>>2) & 0x0f0f
		x |= x >> 4
		return 7, uint64(bits.Reverse8(uint8(x << 1))), false
	}
	if symbol := chunk >> 13; symbol == twccSmall || symbol == twccLarge {
		came = ^uint64(0)
	}
	return int(chunk & 0x1fff), came, true
}
