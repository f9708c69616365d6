package codec

// OBU types (AV1 specification section 6.2.2).
const obuSequenceHeader = 1

// parseAV1 reads the aggregation header (RTP payload format for AV1, section 4.4), the first OBU's header and, when
// the sender adds it, the dependency descriptor. Without the latter Start is sure for key frames only.
func parseAV1(b, dd []byte) (Frame, bool) {
	f := NoFrame
	if len(b) < 2 {
		return f, false
	}
	continues := b[0]&0x80 != 0 // Z: the first OBU began in an earlier packet
	count := b[0] >> 4 & 0x03   // W: number of OBUs, 0 when each has its length
	begins := b[0]&0x08 != 0    // N: first packet of a coded video sequence
	if continues && begins {
		return NoFrame, false
	}
	if !continues {
		obu := b[1:]
		if count != 1 {
			size, n, ok := leb128(obu)
			if !ok || size == 0 || size > len(obu)-n {
				return NoFrame, false
			}
			obu = obu[n:]
		}
		if len(obu) == 0 {
			return NoFrame, false
		}
		f.addOBU(obu)
	}
	if begins {
		f.Start, f.Keyframe = true, true
	}
	f.Descriptor = 1
	if dd == nil {
		return f, true
	}
	d, ok := parseDD(dd)
	if !ok {
		return NoFrame, false
	}
	f.Start, f.End = d.start, d.end
	f.Keyframe = f.Keyframe || d.structure
	return f, true
}

// addOBU notes what the header of an OBU says (AV1 specification section 5.3.2).
func (f *Frame) addOBU(obu []byte) {
	if obu[0]>>3&0x0f == obuSequenceHeader {
		f.Start, f.Keyframe = true, true
	}
	if obu[0]&0x04 != 0 && len(obu) > 1 { // extension
		f.Temporal = obu[1] >> 5
		f.Spatial = obu[1] >> 3 & 0x03
	}
}

// leb128 reads a little endian base 128 number (AV1 specification section 4.10.5) and tells how long it is.
func leb128(b []byte) (value, size int, ok bool) {
	for i := 0; i < min(len(b), 5); i++ {
		value |= int(b[i]&0x7f) << (7 * i)
		if b[i]&0x80 == 0 {
			return value, i + 1, true
		}
	}
	return 0, 0, false
}

// descriptor is what is read of a dependency descriptor.
type descriptor struct {
	start, end bool // of the frame
	structure  bool // a template structure is attached: a coded video sequence starts here
}

// parseDD reads the mandatory fields of a dependency descriptor and whether it brings the template structure
// (RTP payload format for AV1, appendix A.8.1 and A.8.2).
func parseDD(b []byte) (d descriptor, ok bool) {
	if len(b) < 3 {
		return d, false
	}
	d.start = b[0]&0x80 != 0
	d.end = b[0]&0x40 != 0
	// Behind six bits of template id and sixteen of frame number: the optional flags, the structure's first.
	d.structure = len(b) > 3 && b[3]&0x80 != 0
	return d, true
}
