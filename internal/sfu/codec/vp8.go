package codec

// MaxVP8Descriptor is the most that RewriteVP8 writes.
const MaxVP8Descriptor = 6

// parseVP8 reads the payload descriptor (RFC 7741 section 4.2) and the first byte of the VP8 payload header behind it.
func parseVP8(b []byte) (Frame, bool) {
	f := NoFrame
	if len(b) < 2 {
		return f, false
	}
	start := b[0]&0x10 != 0 && b[0]&0x07 == 0 // S: start of partition, PID 0: the first partition
	n := 1
	if b[0]&0x80 != 0 { // X: extension byte
		ext := b[1]
		n = 2
		if ext&0x80 != 0 { // I: picture id
			var ok bool
			if f.PictureID, f.Wide, n, ok = parsePictureID(b, n); !ok {
				return NoFrame, false
			}
		}
		if ext&0x40 != 0 { // L: TL0PICIDX
			if n >= len(b) {
				return NoFrame, false
			}
			f.TL0 = int16(b[n])
			n++
		}
		if ext&0x30 != 0 { // T or K: one byte for both
			if n >= len(b) {
				return NoFrame, false
			}
			if ext&0x20 != 0 {
				f.Temporal = b[n] >> 6
				f.Sync = b[n]&0x20 != 0
			}
			if ext&0x10 != 0 {
				f.KeyIdx = int8(b[n] & 0x1f)
			}
			n++
		}
	}
	if n >= len(b) {
		return NoFrame, false
	}
	f.Start = start
	f.Keyframe = start && b[n]&0x01 == 0 // P, inverse key frame flag (RFC 7741 section 4.3)
	f.Needed = temporalFrom(f.Temporal)
	switch {
	case f.Keyframe:
		f.Entry = oneSpatial
	case f.Sync && f.Temporal > 0:
		f.Entry = 1 << Choose(0, f.Temporal)
	}
	f.Descriptor = uint8(n)
	return f, true
}

// parsePictureID reads the picture id at b[n:], 7 or 15 bits, and tells where it ends. VP8 and VP9 share the format.
func parsePictureID(b []byte, n int) (id int32, wide bool, end int, ok bool) {
	if n >= len(b) {
		return -1, false, n, false
	}
	if b[n]&0x80 == 0 {
		return int32(b[n]), false, n + 1, true
	}
	if n+1 >= len(b) {
		return -1, false, n, false
	}
	return int32(b[n]&0x7f)<<8 | int32(b[n+1]), true, n + 2, true
}

// RewriteVP8 writes the descriptor of payload to dst with other numbers and returns its length, at most
// MaxVP8Descriptor; payload[f.Descriptor:] goes behind it. f must come from Parse of the same payload.
// Numbers that the original lacks stay absent. The picture id is always written with 15 bits: layers may differ in
// width, and receivers unwrap ids by the width they see.
func RewriteVP8(dst, payload []byte, f *Frame, pictureID uint16, tl0, keyIdx uint8) int {
	if f.Descriptor == 0 {
		return 0
	}
	dst[0] = payload[0]
	if f.Descriptor == 1 {
		return 1
	}
	ext := payload[1]
	dst[1] = ext
	n := 2
	if f.PictureID >= 0 {
		dst[n] = 0x80 | byte(pictureID>>8)
		dst[n+1] = byte(pictureID)
		n += 2
	}
	if f.TL0 >= 0 {
		dst[n] = tl0
		n++
	}
	if ext&0x30 != 0 {
		dst[n] = payload[f.Descriptor-1]
		if f.KeyIdx >= 0 {
			dst[n] = dst[n]&0xe0 | keyIdx&0x1f
		}
		n++
	}
	return n
}
