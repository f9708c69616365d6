package codec

// bits reads numbers of bits, most significant first. Past the end it reads zeros and notes it.
type bits struct {
	b    []byte
	at   int // bit
	over bool
}

// take reads a number of up to 32 bits.
func (r *bits) take(n int) (v uint32) {
	if r.at+n > 8*len(r.b) {
		r.over = true
		r.at = 8 * len(r.b)
		return 0
	}
	for ; n > 0; n-- {
		v = v<<1 | uint32(r.b[r.at>>3]>>(7-r.at&7)&1)
		r.at++
	}
	return v
}

// flag reads one bit.
func (r *bits) flag() bool { return r.take(1) != 0 }

// below reads a number that is less than n, in as few bits as that takes (AV1 specification section 4.10.7, ns(n)).
func (r *bits) below(n uint32) uint32 {
	width := 0
	for x := n; x != 0; x >>= 1 {
		width++
	}
	short := uint32(1)<<width - n
	v := r.take(width - 1)
	if v < short {
		return v
	}
	return v<<1 - short + r.take(1)
}

// putBits writes the lowest n bits of v at bit at of b, which has zeros there.
func putBits(b []byte, at, n int, v uint32) {
	for n--; n >= 0; n, at = n-1, at+1 {
		b[at>>3] |= uint8(v>>n&1) << (7 - at&7)
	}
}
