package codec

// Redundant audio data (RFC 2198): a packet carries sound anew and, in front of it, what earlier packets carried, so
// that a receiver misses nothing when one gets lost. In front of all that are the headers of the blocks: four bytes for
// each earlier one, one for the last, which is the packet's own.

const (
	redHeader = 4
	// maxREDBlocks is how many blocks a packet may have. Browsers send two or three.
	maxREDBlocks = 8
)

// MaxREDHeaders is the most that RewriteRED writes.
const MaxREDHeaders = redHeader*(maxREDBlocks-1) + 1

// parseRED checks that the blocks fit the packet and that its own is not empty.
func parseRED(b []byte) (Frame, bool) {
	headers, earlier, ok := measureRED(b)
	return NoFrame, ok && headers+earlier < len(b)
}

// measureRED gives the length of all headers, and of the earlier blocks behind them.
func measureRED(b []byte) (headers, earlier int, ok bool) {
	for range maxREDBlocks {
		if headers >= len(b) {
			return 0, 0, false
		}
		if b[headers]&0x80 == 0 { // F: the last one
			return headers + 1, earlier, true
		}
		if headers+redHeader > len(b) {
			return 0, 0, false
		}
		earlier += int(b[headers+2]&0x03)<<8 | int(b[headers+3])
		headers += redHeader
	}
	return 0, 0, false
}

// PrimaryRED gives the part of payload that a receiver without RED wants: the packet's own block. Parse must have
// accepted payload.
func PrimaryRED(payload []byte) []byte {
	headers, earlier, ok := measureRED(payload)
	if !ok || headers+earlier > len(payload) {
		return nil
	}
	return payload[headers+earlier:]
}

// RewriteRED writes the headers of payload's blocks to dst with another payload type for all of them. It returns how
// much it wrote, at most MaxREDHeaders, and as much of payload is replaced by that. Parse must have accepted payload.
func RewriteRED(dst, payload []byte, pt uint8) (n int) {
	headers, _, ok := measureRED(payload)
	if !ok {
		return 0
	}
	copy(dst[:headers], payload)
	for i := 0; i < headers; i += redHeader {
		dst[i] = dst[i]&0x80 | pt&0x7f
	}
	return headers
}
