package sfu

import "encoding/binary"

// RTCP packet types (RFC 3550 section 12.1, RFC 4585 section 6.1) and feedback formats.
const (
	rtcpSR    = 200
	rtcpRR    = 201
	rtcpSDES  = 202
	rtcpBYE   = 203
	rtcpRTPFB = 205 // transport layer feedback
	rtcpPSFB  = 206 // payload specific feedback

	rtpfbNACK = 1  // RFC 4585 section 6.2.1
	rtpfbTWCC = 15 // draft-holmer-rmcat-transport-wide-cc-extensions-01
	psfbPLI   = 1  // RFC 4585 section 6.3.1
	psfbFIR   = 4  // RFC 5104 section 4.3.1
	psfbAFB   = 15 // application layer feedback, such as REMB

	// maxReports is how many report blocks one SR or RR holds: the count has five bits.
	maxReports = 31
	// maxRTCP is the size up to which compound packets are filled: it fits every path.
	maxRTCP = 1200
)

// rtcpPacket is a view of one packet in a compound.
type rtcpPacket struct {
	Type  uint8
	Count uint8  // reception report count, source count, or feedback format
	Body  []byte // what follows the four bytes of common header, without padding
}

// nextRTCP takes the first packet off a compound. It allocates nothing, so that a loop reads
//
//	for p, rest, ok := nextRTCP(compound); ok; p, rest, ok = nextRTCP(rest) { ... }
//
// ok is false at the end and at the first byte that is no RTCP.
func nextRTCP(b []byte) (p rtcpPacket, rest []byte, ok bool) {
	if len(b) < 4 || b[0]>>6 != 2 {
		return rtcpPacket{}, nil, false
	}
	size := 4 * (int(binary.BigEndian.Uint16(b[2:])) + 1)
	if size > len(b) {
		return rtcpPacket{}, nil, false
	}
	body := b[4:size]
	if b[0]&0x20 != 0 { // padding: its length is the last byte
		if len(body) == 0 {
			return rtcpPacket{}, nil, false
		}
		pad := int(body[len(body)-1])
		if pad == 0 || pad > len(body) {
			return rtcpPacket{}, nil, false
		}
		body = body[:len(body)-pad]
	}
	return rtcpPacket{Type: b[1], Count: b[0] & 0x1f, Body: body}, b[size:], true
}

// feedback splits the body of an RTPFB or PSFB packet: the SSRC of the media it is about and its control information.
func (p rtcpPacket) feedback() (media uint32, fci []byte, ok bool) {
	if len(p.Body) < 8 {
		return 0, nil, false
	}
	return binary.BigEndian.Uint32(p.Body[4:]), p.Body[8:], true
}

// remb is the peer's own estimate of what the way to it carries, bits a second (draft-alvestrand-rmcat-remb-03).
func (p rtcpPacket) remb() (rate int64, ok bool) {
	_, fci, ok := p.feedback()
	if !ok || len(fci) < 8 || string(fci[:4]) != "REMB" {
		return 0, false
	}
	x := binary.BigEndian.Uint32(fci[4:]) & 0xffffff
	exponent, mantissa := x>>18, int64(x&0x3ffff)
	return mantissa << min(exponent, 40), true
}

// senderInfo is the body of an SR in front of its report blocks (RFC 3550 section 6.4.1).
type senderInfo struct {
	SSRC      uint32
	NTP       uint64
	Timestamp uint32
	Packets   uint32
	Octets    uint32
}

// senderInfo reads an SR.
func (p rtcpPacket) senderInfo() (s senderInfo, ok bool) {
	if p.Type != rtcpSR || len(p.Body) < 24 {
		return s, false
	}
	return senderInfo{
		SSRC:      binary.BigEndian.Uint32(p.Body),
		NTP:       binary.BigEndian.Uint64(p.Body[4:]),
		Timestamp: binary.BigEndian.Uint32(p.Body[12:]),
		Packets:   binary.BigEndian.Uint32(p.Body[16:]),
		Octets:    binary.BigEndian.Uint32(p.Body[20:]),
	}, true
}

// reportBlock is what one side tells of a stream it receives (RFC 3550 section 6.4.1).
type reportBlock struct {
	SSRC     uint32
	Fraction uint8  // lost since the last report, in 1/256
	Lost     int32  // lost since the beginning; 24 bits on the wire
	Highest  uint32 // highest sequence number, wraps in the upper half
	Jitter   uint32 // in the stream's clock
	LastSR   uint32 // middle 32 bits of the last SR's NTP time, 0 when there was none
	Delay    uint32 // since the last SR, in 1/65536 s
}

const reportBlockSize = 24

// reports are the report blocks of an SR or RR as bytes: 24 each, read by parseReportBlock.
func (p rtcpPacket) reports() []byte {
	skip := 4
	if p.Type == rtcpSR {
		skip = 24
	}
	if p.Type != rtcpSR && p.Type != rtcpRR || len(p.Body) < skip {
		return nil
	}
	b := p.Body[skip:]
	return b[:min(int(p.Count), len(b)/reportBlockSize)*reportBlockSize]
}

// parseReportBlock reads the block at the start of b, which must hold 24 bytes.
func parseReportBlock(b []byte) reportBlock {
	lost := int32(binary.BigEndian.Uint32(b[4:])<<8) >> 8 // sign of the 24 bits
	return reportBlock{
		SSRC:     binary.BigEndian.Uint32(b),
		Fraction: b[4],
		Lost:     lost,
		Highest:  binary.BigEndian.Uint32(b[8:]),
		Jitter:   binary.BigEndian.Uint32(b[12:]),
		LastSR:   binary.BigEndian.Uint32(b[16:]),
		Delay:    binary.BigEndian.Uint32(b[20:]),
	}
}

// parseNACKPair reads one of the four byte pairs of a NACK: bit i of mask stands for first+1+i.
func parseNACKPair(b []byte) (first, mask uint16) {
	return binary.BigEndian.Uint16(b), binary.BigEndian.Uint16(b[2:])
}

// appendRTCPHeader begins a packet of words 32-bit words after the header.
func appendRTCPHeader(b []byte, count, typ uint8, words int) []byte {
	b = append(b, 0x80|count&0x1f, typ)
	return binary.BigEndian.AppendUint16(b, uint16(words))
}

// appendSR adds a sender report without report blocks.
func appendSR(b []byte, s senderInfo) []byte {
	b = appendRTCPHeader(b, 0, rtcpSR, 6)
	b = binary.BigEndian.AppendUint32(b, s.SSRC)
	b = binary.BigEndian.AppendUint64(b, s.NTP)
	b = binary.BigEndian.AppendUint32(b, s.Timestamp)
	b = binary.BigEndian.AppendUint32(b, s.Packets)
	return binary.BigEndian.AppendUint32(b, s.Octets)
}

// appendRRHeader begins a receiver report of n blocks (at most maxReports), each added by appendReportBlock.
func appendRRHeader(b []byte, sender uint32, n int) []byte {
	b = appendRTCPHeader(b, uint8(n), rtcpRR, 1+n*reportBlockSize/4)
	return binary.BigEndian.AppendUint32(b, sender)
}

// appendReportBlock adds one block of an SR or RR.
func appendReportBlock(b []byte, r reportBlock) []byte {
	lost := min(max(r.Lost, -1<<23), 1<<23-1)
	b = binary.BigEndian.AppendUint32(b, r.SSRC)
	b = binary.BigEndian.AppendUint32(b, uint32(r.Fraction)<<24|uint32(lost)&0xffffff)
	b = binary.BigEndian.AppendUint32(b, r.Highest)
	b = binary.BigEndian.AppendUint32(b, r.Jitter)
	b = binary.BigEndian.AppendUint32(b, r.LastSR)
	return binary.BigEndian.AppendUint32(b, r.Delay)
}

// appendSDES adds a source description of one source with its CNAME (at most 255 bytes; RFC 3550 section 6.5).
func appendSDES(b []byte, ssrc uint32, cname string) []byte {
	cname = cname[:min(len(cname), 255)]
	size := 4 + 2 + len(cname) + 1 // at least one zero byte ends the items
	words := (size + 3) / 4
	b = appendRTCPHeader(b, 1, rtcpSDES, words)
	b = binary.BigEndian.AppendUint32(b, ssrc)
	b = append(b, 1, uint8(len(cname)))
	b = append(b, cname...)
	for range words*4 - size + 1 {
		b = append(b, 0)
	}
	return b
}

// appendPLI adds a picture loss indication.
func appendPLI(b []byte, sender, media uint32) []byte {
	b = appendRTCPHeader(b, psfbPLI, rtcpPSFB, 2)
	b = binary.BigEndian.AppendUint32(b, sender)
	return binary.BigEndian.AppendUint32(b, media)
}

// appendNACK adds a NACK for seqs, which must be in order and not empty; near numbers share a pair.
func appendNACK(b []byte, sender, media uint32, seqs []uint16) []byte {
	start := len(b)
	b = appendRTCPHeader(b, rtpfbNACK, rtcpRTPFB, 0)
	b = binary.BigEndian.AppendUint32(b, sender)
	b = binary.BigEndian.AppendUint32(b, media)
	for i := 0; i < len(seqs); {
		first, mask := seqs[i], uint16(0)
		for i++; i < len(seqs); i++ {
			d := seqs[i] - first - 1
			if d > 15 {
				break
			}
			mask |= 1 << d
		}
		b = binary.BigEndian.AppendUint16(b, first)
		b = binary.BigEndian.AppendUint16(b, mask)
	}
	binary.BigEndian.PutUint16(b[start+2:], uint16((len(b)-start)/4-1))
	return b
}
