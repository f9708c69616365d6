package codec

// OBU types (AV1 specification section 6.2.2).
const obuSequenceHeader = 1

// parseAV1 reads the aggregation header (RTP payload format for AV1, section 4.4) and the first OBU's header. Start is
// sure for key frames only: the rest is in the dependency descriptor.
func parseAV1(b []byte) (Frame, bool) {
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
