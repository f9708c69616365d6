package codec

// MaxVP9Prefix is the most that RewriteVP9 writes.
const MaxVP9Prefix = 5

// parseVP9 reads the payload descriptor (RFC 9628 section 4.2), flexible and non-flexible mode.
func parseVP9(b []byte) (Frame, bool) {
	f := NoFrame
	if len(b) < 2 {
		return f, false
	}
	var (
		hasID     = b[0]&0x80 != 0 // I
		predicted = b[0]&0x40 != 0 // P: from an earlier picture
		hasLayers = b[0]&0x20 != 0 // L
		flexible  = b[0]&0x10 != 0 // F
		structure = b[0]&0x02 != 0 // V
		dependent bool             // D: on the spatial layer below
	)
	f.Start = b[0]&0x08 != 0 // B
	f.End = b[0]&0x04 != 0   // E
	n, ok := 1, true
	if hasID {
		if f.PictureID, f.Wide, n, ok = parsePictureID(b, n); !ok {
			return NoFrame, false
		}
	}
	if hasLayers {
		if n >= len(b) {
			return NoFrame, false
		}
		f.Temporal = b[n] >> 5
		f.Sync = b[n]&0x10 != 0 // U: switching up point
		f.Spatial = b[n] >> 1 & 0x07
		dependent = b[n]&0x01 != 0
		n++
		if !flexible {
			if n >= len(b) {
				return NoFrame, false
			}
			f.TL0 = int16(b[n])
			n++
		}
	}
	if flexible && predicted { // up to three reference indices, each tells whether another follows
		for i := 0; ; i++ {
			if i == 3 || n >= len(b) {
				return NoFrame, false
			}
			n++
			if b[n-1]&0x01 == 0 {
				break
			}
		}
	}
	if structure {
		if n, ok = skipVP9Structure(b, n); !ok {
			return NoFrame, false
		}
	}
	if n >= len(b) || n > 255 {
		return NoFrame, false
	}
	f.Keyframe = !predicted && f.Spatial == 0 && !dependent
	f.Descriptor = uint8(n)
	return f, true
}

// skipVP9Structure tells where the scalability structure at b[n:] ends (RFC 9628 section 4.2.1).
func skipVP9Structure(b []byte, n int) (end int, ok bool) {
	if n >= len(b) {
		return n, false
	}
	spatials := int(b[n]>>5) + 1
	hasSizes := b[n]&0x10 != 0
	hasGroup := b[n]&0x08 != 0
	n++
	if hasSizes {
		n += 4 * spatials // width and height
	}
	if hasGroup {
		if n >= len(b) {
			return n, false
		}
		pictures := int(b[n])
		n++
		for range pictures {
			if n >= len(b) {
				return n, false
			}
			n += 1 + int(b[n]>>2&0x03) // with its reference indices
		}
	}
	return n, n <= len(b)
}

// RewriteVP9 writes the beginning of payload's descriptor to dst with other numbers. It returns how much it wrote,
// at most MaxVP9Prefix, and how much of payload that replaces; payload[consumed:] goes behind it. f must come from
// Parse of the same payload. As with VP8, absent numbers stay absent and picture ids are written with 15 bits.
func RewriteVP9(dst, payload []byte, f *Frame, pictureID uint16, tl0 uint8) (written, consumed int) {
	if f.Descriptor == 0 {
		return 0, 0
	}
	dst[0] = payload[0]
	n, m := 1, 1
	if f.PictureID >= 0 {
		dst[n] = 0x80 | byte(pictureID>>8)
		dst[n+1] = byte(pictureID)
		n, m = n+2, m+1
		if f.Wide {
			m++
		}
	}
	if f.TL0 >= 0 { // behind the byte of layer ids
		dst[n] = payload[m]
		dst[n+1] = tl0
		n, m = n+2, m+2
	}
	return n, m
}
