package sfu

import "encoding/binary"

// packet is a view of one RTP packet (RFC 3550 section 5.1).
type packet struct {
	data      []byte // without padding
	header    int    // bytes of data in front of the payload
	padding   int    // bytes that were taken off the end
	pt        uint8
	marker    bool
	seq       uint16
	timestamp uint32
	ssrc      uint32
	ext       []byte // the elements of the header extension, nil without
	wide      bool   // elements have two bytes of header instead of one (RFC 8285)
}

// Header extension profiles (RFC 8285 sections 4.2 and 4.3).
const (
	profileOneByte = 0xbede
	profileTwoByte = 0x100 // upper twelve bits; the lower four are the application's
)

// rtpHeaderSize is the fixed part.
const rtpHeaderSize = 12

// parsePacket reads the header of data and takes off its padding. It tells whether data is an RTP packet.
func parsePacket(data []byte, p *packet) bool {
	if len(data) < rtpHeaderSize || data[0]>>6 != 2 {
		return false
	}
	*p = packet{
		header:    rtpHeaderSize + 4*int(data[0]&0x0f), // with CSRCs
		marker:    data[1]&0x80 != 0,
		pt:        data[1] & 0x7f,
		seq:       binary.BigEndian.Uint16(data[2:]),
		timestamp: binary.BigEndian.Uint32(data[4:]),
		ssrc:      binary.BigEndian.Uint32(data[8:]),
	}
	if data[0]&0x10 != 0 && !p.parseExtension(data) {
		return false
	}
	if p.header > len(data) {
		return false
	}
	if data[0]&0x20 != 0 {
		if p.header == len(data) {
			return false
		}
		p.padding = int(data[len(data)-1])
		if p.padding == 0 || p.padding > len(data)-p.header {
			return false
		}
		data[0] &^= 0x20 // what is handed on has none
		data = data[:len(data)-p.padding]
	}
	p.data = data
	return true
}

// parseExtension finds the header extension behind the CSRCs.
func (p *packet) parseExtension(data []byte) bool {
	if p.header+4 > len(data) {
		return false
	}
	profile := binary.BigEndian.Uint16(data[p.header:])
	size := 4 * int(binary.BigEndian.Uint16(data[p.header+2:]))
	begin := p.header + 4
	p.header = begin + size
	if p.header > len(data) {
		return false
	}
	switch {
	case profile == profileOneByte:
		p.ext = data[begin:p.header]
	case profile>>4 == profileTwoByte:
		p.ext, p.wide = data[begin:p.header], true
	}
	return true // other profiles are allowed and ignored
}

// nextExtension takes the first element off ext. ok is false at the end and where the block is broken.
func nextExtension(ext []byte, wide bool) (id uint8, value, rest []byte, ok bool) {
	for len(ext) > 0 && ext[0] == 0 { // padding
		ext = ext[1:]
	}
	head, size := 1, 0
	switch {
	case len(ext) == 0:
		return 0, nil, nil, false
	case wide:
		if len(ext) < 2 {
			return 0, nil, nil, false
		}
		id, head, size = ext[0], 2, int(ext[1])
	default:
		id, size = ext[0]>>4, int(ext[0]&0x0f)+1
		if id == 15 || id == 0 { // 15 ends the block; 0 with a length is not allowed
			return 0, nil, nil, false
		}
	}
	if head+size > len(ext) {
		return 0, nil, nil, false
	}
	return id, ext[head : head+size], ext[head+size:], true
}

// extension is the value of the extension with the id, nil when the packet lacks it or id is 0 (not negotiated).
func (p *packet) extension(id uint8) []byte {
	if id == 0 {
		return nil
	}
	for got, value, rest, ok := nextExtension(p.ext, p.wide); ok; got, value, rest, ok = nextExtension(rest, p.wide) {
		if got == id {
			return value
		}
	}
	return nil
}

// unwrapRTX turns a retransmission into the packet it repeats (RFC 4588 section 4), in place: the header moves over
// the two bytes of original sequence number. pt and ssrc are the original's. It is false for packets without a
// payload, with which senders probe.
func (p *packet) unwrapRTX(pt uint8, ssrc uint32) bool {
	if len(p.data) < p.header+2 {
		return false
	}
	original := binary.BigEndian.Uint16(p.data[p.header:])
	copy(p.data[2:], p.data[:p.header])
	p.data = p.data[2:]
	if p.ext != nil { // moved along, and it ends with the header
		p.ext = p.data[p.header-len(p.ext) : p.header]
	}
	p.seq, p.pt, p.ssrc = original, pt, ssrc
	p.data[1] = p.data[1]&0x80 | pt
	binary.BigEndian.PutUint16(p.data[2:], original)
	binary.BigEndian.PutUint32(p.data[8:], ssrc)
	return true
}

// fillExtensions copies to m what the header extensions say, by the ids of the packet's section.
func (p *packet) fillExtensions(ids *Extensions, m *Media) {
	m.AudioLevel = 127
	for id, value, rest, ok := nextExtension(p.ext, p.wide); ok; id, value, rest, ok = nextExtension(rest, p.wide) {
		switch {
		case len(value) == 0:
		case id == ids.AudioLevel: // RFC 6464 section 3
			m.AudioLevel, m.Voice = value[0]&0x7f, value[0]&0x80 != 0
		case id == ids.Orientation: // 3GPP TS 26.114 section 7.4.5
			m.Orientation = value[0]
		case id == ids.DD:
			m.DD = value
		}
	}
}

// transportSeq is the transport-wide sequence number, by the id of the extension.
func (p *packet) transportSeq(id uint8) (seq uint16, ok bool) {
	v := p.extension(id)
	if len(v) < 2 {
		return 0, false
	}
	return binary.BigEndian.Uint16(v), true
}
