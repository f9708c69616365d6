package load

import (
	"encoding/binary"
	"time"

	"github.com/pion/rtp"
)

// A payload ends with who sent it, what of it, and when; before that are bytes by which a receiver can tell whether
// they are those that were sent. Its beginning is a codec's, which a server may write anew.
const (
	tailSize  = 12 // bytes
	headSize  = 24 // of a codec, at most
	leastSize = headSize + tailSize
)

// pattern counts down; any piece of it can be told from other bytes.
var pattern = func() (p [256 + 2048]byte) {
	for i := range p {
		p[i] = byte(-i)
	}
	return p
}()

// writeTail makes a payload of at least leastSize bytes out of everything behind the codec's head.
func writeTail(payload []byte, origin Origin, seed uint8, sent time.Duration) {
	middle := payload[headSize : len(payload)-tailSize]
	copy(middle, pattern[seed:])
	tail := payload[len(payload)-tailSize:]
	binary.BigEndian.PutUint16(tail, uint16(origin.Number))
	tail[2], tail[3] = byte(origin.Layer), 0
	if origin.Video {
		tail[3] = 1
	}
	binary.BigEndian.PutUint64(tail[4:], uint64(sent))
}

func readTail(payload []byte) (origin Origin, sent time.Duration, ok bool) {
	if len(payload) < leastSize {
		return origin, 0, false
	}
	tail := payload[len(payload)-tailSize:]
	origin = Origin{Number: int(binary.BigEndian.Uint16(tail)), Layer: int(tail[2]), Video: tail[3] == 1}
	return origin, time.Duration(binary.BigEndian.Uint64(tail[4:])), true
}

// intact tells whether the bytes between head and tail are a piece of the pattern.
func intact(payload []byte) bool {
	middle := payload[headSize : len(payload)-tailSize]
	for i := 1; i < len(middle); i++ {
		if middle[i] != middle[i-1]-1 {
			return false
		}
	}
	return true
}

// picture waits for the first complete key frame of a stream of VP8: all packets from its first to the marker.
type picture struct {
	begun  bool
	stamp  uint32
	first  uint16
	last   int // its place, once the marker came; -1 before
	seen   [256]bool
	number int
}

// add takes a packet and tells whether the picture is complete.
func (p *picture) add(h *rtp.Header, payload []byte) bool {
	if startsKeyFrame(payload) {
		*p = picture{begun: true, stamp: h.Timestamp, first: h.SequenceNumber, last: -1}
	}
	place := int(h.SequenceNumber - p.first)
	if !p.begun || h.Timestamp != p.stamp || place >= len(p.seen) {
		return false
	}
	if !p.seen[place] {
		p.seen[place] = true
		p.number++
	}
	if h.Marker {
		p.last = place
	}
	return p.last >= 0 && p.number == p.last+1
}

// startsKeyFrame reads the payload descriptor of VP8 (RFC 7741 section 4.2) and the first bit of the frame.
func startsKeyFrame(b []byte) bool {
	if len(b) < 2 || b[0]&0x10 == 0 || b[0]&0x07 != 0 {
		return false
	}
	at := 1
	if b[0]&0x80 != 0 { // X
		x := b[1]
		at = 2
		if x&0x80 != 0 && len(b) > at { // I
			if b[at]&0x80 != 0 {
				at++
			}
			at++
		}
		if x&0x40 != 0 { // L
			at++
		}
		if x&0x30 != 0 { // T, K
			at++
		}
	}
	return len(b) > at && b[at]&1 == 0
}
