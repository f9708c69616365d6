package codec

// MaxVP9Prefix is the most that RewriteVP9 writes.
const MaxVP9Prefix = 5

// vp9Descriptor is what a payload descriptor says beyond a Frame.
type vp9Descriptor struct {
	predicted bool  // P: from an earlier picture
	dependent bool  // D: on the spatial layer below
	unused    bool  // Z: not by spatial layers above
	spatials  uint8 // layers that the scalability structure tells of, 0 when it is not there
}

// parseVP9 reads the payload descriptor (RFC 9628 section 4.2), flexible and non-flexible mode.
func parseVP9(b []byte) (f Frame, d vp9Descriptor, ok bool) {
	f = NoFrame
	if len(b) < 2 {
		return f, d, false
	}
	var (
		hasID     = b[0]&0x80 != 0 // I
		hasLayers = b[0]&0x20 != 0 // L
		flexible  = b[0]&0x10 != 0 // F
		structure = b[0]&0x02 != 0 // V
	)
	d.predicted, d.unused = b[0]&0x40 != 0, b[0]&0x01 != 0
	f.Start = b[0]&0x08 != 0 // B
	f.End = b[0]&0x04 != 0   // E
	n := 1
	if hasID {
		if f.PictureID, f.Wide, n, ok = parsePictureID(b, n); !ok {
			return NoFrame, d, false
		}
	}
	if hasLayers {
		if n >= len(b) {
			return NoFrame, d, false
		}
		f.Temporal = b[n] >> 5
		f.Sync = b[n]&0x10 != 0 // U: switching up point
		f.Spatial = b[n] >> 1 & 0x07
		d.dependent = b[n]&0x01 != 0
		n++
		if !flexible {
			if n >= len(b) {
				return NoFrame, d, false
			}
			f.TL0 = int16(b[n])
			n++
		}
	}
	if flexible && d.predicted { // up to three reference indices, each tells whether another follows
		for i := 0; ; i++ {
			if i == 3 || n >= len(b) {
				return NoFrame, d, false
			}
			n++
			if b[n-1]&0x01 == 0 {
				break
			}
		}
	}
	if structure && n < len(b) {
		d.spatials = b[n]>>5 + 1
	}
	if structure {
		if n, ok = skipVP9Structure(b, n); !ok {
			return NoFrame, d, false
		}
	}
	if n >= len(b) || n > 255 {
		return NoFrame, d, false
	}
	f.Keyframe = !d.predicted && f.Spatial == 0 && !d.dependent
	f.Descriptor = uint8(n)
	f.Needed = temporalFrom(f.Temporal) & spatialFrom(f.Spatial)
	if f.Keyframe {
		f.Entry = oneSpatial
	}
	return f, d, true
}

// vp9Layers is what a stream of VP9 said of its layers.
type vp9Layers struct {
	top   uint8 // highest spatial layer
	apart bool  // spatial layers refer to each other in key frames only
}

// refine adds to f what follows from the packets before, for the packet with the descriptor d.
func (l *vp9Layers) refine(f *Frame, d *vp9Descriptor) {
	if d.spatials > 0 && (f.Keyframe || !l.apart) { // fewer are no others' that are apart before the next key frame
		l.top = min(d.spatials-1, MaxSpatial)
	}
	l.top = max(l.top, min(f.Spatial, MaxSpatial))
	if d.predicted && f.Spatial < l.top {
		l.apart = d.unused
	}
	f.Nested = !l.apart
	if d.unused && f.Spatial < l.top {
		f.Needed &= spatialUpTo(f.Spatial)
	}
	switch {
	case f.Keyframe:
		f.Entry = spatialUpTo(l.top)
	case !d.predicted: // of the spatial layer below only
		f.Entry = spatialFrom(f.Spatial) & spatialUpTo(f.Spatial)
	case f.Sync: // what follows of higher temporal layers does not refer to what was before
		f.Entry = f.Needed &^ (oneTemporal << min(f.Temporal, MaxTemporal)) & spatialUpTo(l.top)
	}
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
