package codec

import "encoding/binary"

// NAL unit types (ITU-T H.264 table 7-1, RFC 6184 section 5.2).
const (
	nalSlice = 1
	nalIDR   = 5
	nalSPS   = 7
	nalPPS   = 8
	nalAUD   = 9
	nalSTAPA = 24
	nalFUA   = 28
)

// parseH264 looks at the NAL units of a payload (RFC 6184 section 5.2). The format does not mark where a frame
// starts, so Start is a guess that holds for streams whose key frames begin with their parameter sets; whoever knows
// the packet before does better by comparing timestamps.
func parseH264(b []byte) (Frame, bool) {
	f := NoFrame
	if len(b) < 2 {
		return f, false
	}
	switch typ := b[0] & 0x1f; typ {
	case 0, 30, 31: // undefined
		return NoFrame, false
	case nalSTAPA:
		return parseSTAPA(b)
	case nalFUA:
		if len(b) < 3 {
			return NoFrame, false
		}
		begins := b[1]&0x80 != 0 // S
		f.addNAL(b[1]&0x1f, begins, b[2:])
	default:
		f.addNAL(typ, true, b[1:])
	}
	return f, true
}

// parseSTAPA looks at every NAL unit of an aggregation packet (RFC 6184 section 5.7.1).
func parseSTAPA(b []byte) (Frame, bool) {
	f := NoFrame
	for rest := b[1:]; len(rest) > 0; {
		if len(rest) < 2 {
			return NoFrame, false
		}
		size := int(binary.BigEndian.Uint16(rest))
		rest = rest[2:]
		if size == 0 || size > len(rest) {
			return NoFrame, false
		}
		f.addNAL(rest[0]&0x1f, true, rest[1:size])
		rest = rest[size:]
	}
	return f, true
}

// addNAL notes what one NAL unit, or the fragment of one, says: begins tells that its first byte is in body.
func (f *Frame) addNAL(typ uint8, begins bool, body []byte) {
	switch typ {
	case nalSPS:
		f.Keyframe = true
		f.Start = f.Start || begins
	case nalAUD:
		f.Start = true
	case nalIDR:
		f.Keyframe = true // not its Start: the parameter sets come first
	case nalSlice:
		// first_mb_in_slice is the first field, an Exp-Golomb number: a leading 1 means 0.
		f.Start = f.Start || begins && len(body) > 0 && body[0]&0x80 != 0
	}
}
