package testkit

import (
	"github.com/pion/rtp"
)

// vp8Frame makes a VP8 frame of the given size whose headers are right (RFC 6386 section 9.1) and whose compressed
// data are not: they are a Content.
func vp8Frame(c Content, width, height uint16, size int) []byte {
	const show = 1 << 4
	first := uint32(size) << 5 // all of it is the first partition
	tag := first | show
	if !c.Key {
		tag |= 1
	}
	frame := []byte{byte(tag), byte(tag >> 8), byte(tag >> 16)}
	if c.Key {
		frame = append(frame, 0x9d, 0x01, 0x2a, byte(width), byte(width>>8), byte(height), byte(height>>8))
	}
	return appendContent(frame, c, size)
}

func parseVP8(frame []byte) (Content, bool) {
	if len(frame) < 3 {
		return Content{}, false
	}
	head := 10
	if key := frame[0]&1 == 0; !key {
		head = 3
	}
	if len(frame) < head {
		return Content{}, false
	}
	c, ok := parseContent(frame[head:])
	return c, ok && c.Key == (head == 10)
}

// vp8Packets splits a frame into payloads of RTP packets, with the descriptor that libwebrtc writes: 15 bits of
// picture id, TL0PICIDX and a temporal layer, here always 0 (RFC 7741 section 4.2).
func vp8Packets(frame []byte, picture uint16, base uint8, most int) [][]byte {
	var payloads [][]byte
	for start := true; len(frame) > 0; start = false {
		n := min(len(frame), most)
		first := byte(0x80) // X
		if start {
			first |= 0x10 // S
		}
		const present = 0x80 | 0x40 | 0x20 // I, L, T
		payload := []byte{first, present, 0x80 | byte(picture>>8), byte(picture), base, 0}
		payloads = append(payloads, append(payload, frame[:n]...))
		frame = frame[n:]
	}
	return payloads
}

// vp8Descriptor gives the length of the payload descriptor and whether a frame starts here; 0 when it is broken.
func vp8Descriptor(payload []byte) (length int, start bool) {
	if len(payload) < 2 {
		return 0, false
	}
	length, start = 1, payload[0]&0x10 != 0 && payload[0]&0x07 == 0
	if payload[0]&0x80 != 0 {
		extension := payload[1]
		length++
		if extension&0x80 != 0 { // I
			if len(payload) <= length {
				return 0, false
			}
			if payload[length]&0x80 != 0 { // M
				length++
			}
			length++
		}
		if extension&0x40 != 0 { // L
			length++
		}
		if extension&0x30 != 0 { // T or K
			length++
		}
	}
	if len(payload) <= length {
		return 0, false
	}
	return length, start
}

// assembler puts the packets of a video track together to frames, in whatever order they come.
type assembler struct {
	packets map[uint16]*rtp.Packet
}

// remembered is how many packets a frame and its retransmissions may be spread over.
const remembered = 1024

// add takes a packet and gives the frame that it completes, if it does.
func (a *assembler) add(p *rtp.Packet) []byte {
	if a.packets == nil {
		a.packets = map[uint16]*rtp.Packet{}
	}
	a.packets[p.SequenceNumber] = p
	delete(a.packets, p.SequenceNumber-remembered)
	first := p.SequenceNumber
	for !a.starts(first) {
		if first--; !a.belongs(first, p) {
			return nil
		}
	}
	var frame []byte
	for seq := first; a.belongs(seq, p); seq++ {
		q := a.packets[seq]
		length, _ := descriptor(q)
		frame = append(frame, q.Payload[length:]...)
		if q.Marker {
			for ; first != seq+1; first++ {
				delete(a.packets, first)
			}
			return frame
		}
	}
	return nil
}

func (a *assembler) belongs(seq uint16, p *rtp.Packet) bool {
	q := a.packets[seq]
	return q != nil && q.Timestamp == p.Timestamp
}

func (a *assembler) starts(seq uint16) bool {
	_, start := descriptor(a.packets[seq])
	return start
}

// descriptor gives the length of a packet's payload descriptor and whether a frame starts here; 0 when it is broken.
func descriptor(p *rtp.Packet) (length int, start bool) {
	if p.PayloadType == payloadVP9 {
		return vp9Descriptor(p.Payload)
	}
	return vp8Descriptor(p.Payload)
}
