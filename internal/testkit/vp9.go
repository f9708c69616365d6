package testkit

// vp9Packets splits a frame, a Content, into payloads of RTP packets with the descriptor of a picture without layers
// (RFC 9628 section 4.2).
func vp9Packets(c Content, size int, picture uint16, most int) [][]byte {
	frame := appendContent(nil, c, size)
	var payloads [][]byte
	for start := true; len(frame) > 0; start = false {
		n := min(len(frame), most)
		first := byte(0x80) // I
		if !c.Key {
			first |= 0x40 // P
		}
		if start {
			first |= 0x08 // B
		}
		if n == len(frame) {
			first |= 0x04 // E
		}
		payloads = append(payloads, append([]byte{first, 0x80 | byte(picture>>8), byte(picture)}, frame[:n]...))
		frame = frame[n:]
	}
	return payloads
}

// vp9Descriptor gives the length of such a descriptor and whether a frame starts here; 0 when it is another.
func vp9Descriptor(payload []byte) (length int, start bool) {
	if len(payload) < 4 || payload[0]&0xb3 != 0x80 || payload[1]&0x80 == 0 {
		return 0, false
	}
	return 3, payload[0]&0x08 != 0
}
