package sfu

import (
	"encoding/binary"

	"konklave/internal/sfu/codec"
)

// headSize is room for every head: RTP header, extensions with a dependency descriptor of full length, original
// sequence number of RTX, payload descriptor.
const headSize = 384

// header writes the RTP headers of a down track (RFC 3550 section 5.1) from scratch. All its packets carry the same
// block of extensions, so that they keep the same size and leave together; only a dependency descriptor varies. The
// transport-wide sequence number comes first, as a zero: the packet gets it when it departs, see NumberIn.
type header struct {
	block [blockSize]byte // extensions of a packet without dependency descriptor, header of the block included
	size  uint8           // of it, 0 when there are none, or more than fit
	level uint8           // where in it the audio level is, 0 when absent
	turn  uint8           // and the orientation
	ids   Extensions
	ssrc  uint32
}

// marked is the marker bit beside a payload type.
const marked = 0x80

// blockSize is room for what browsers negotiate; anything longer is made anew for each packet.
const blockSize = 16

// places are where the values of extensions are in a block, 0 when absent.
type places struct{ level, orientation, dd uint16 }

// newHeader prepares the headers for one section.
func newHeader(kind codec.Kind, mid string, ssrc uint32, ids Extensions) header {
	h := header{ids: ids, ssrc: ssrc}
	if kind == codec.Audio {
		h.ids.Orientation, h.ids.DD = 0, 0
	} else {
		h.ids.AudioLevel = 0
	}
	if len(mid) > 255 || mid == "" {
		h.ids.MID = 0
	}
	block, at := h.appendBlock(nil, mid, &Media{AudioLevel: 127})
	if len(block) <= blockSize {
		h.size, h.level, h.turn = uint8(copy(h.block[:], block)), uint8(at.level), uint8(at.orientation)
	}
	return h
}

// append adds the header of one packet. mid is that of the section; few packets need it. kind is the payload type, with
// marked where the packet ends a picture.
func (h *header) append(b []byte, m *Media, mid *string, kind uint8, ssrc uint32, seq uint16, ts uint32, frame uint16) []byte {
	b = append(b, 0x80, kind)
	b = binary.BigEndian.AppendUint16(b, seq)
	b = binary.BigEndian.AppendUint32(b, ts)
	b = binary.BigEndian.AppendUint32(b, ssrc)
	described := h.ids.DD != 0 && len(m.DD) >= 3 && len(m.DD) <= codec.MaxDescriptor
	start := len(b)
	switch {
	case described || h.size == 0:
		at := places{}
		if b, at = h.appendBlock(b, *mid, m); len(b) == start {
			return b
		}
		if described {
			binary.BigEndian.PutUint16(b[start+int(at.dd)+1:], frame)
		}
	default:
		b = append(b, h.block[:h.size]...)
		if h.level != 0 {
			b[start+int(h.level)] = levelByte(m)
		}
		if h.turn != 0 {
			b[start+int(h.turn)] = m.Orientation
		}
	}
	b[start-rtpHeaderSize] |= 0x10
	return b
}

// appendBlock adds a block of extensions (RFC 8285), wide ones with two bytes of header; nothing when none was
// negotiated.
func (h *header) appendBlock(b []byte, mid string, m *Media) (out []byte, at places) {
	dd := m.DD
	if h.ids.DD == 0 || len(dd) < 3 || len(dd) > codec.MaxDescriptor {
		dd = nil
	}
	highest := max(h.ids.TWCC, h.ids.MID, h.ids.AudioLevel, h.ids.Orientation)
	if dd != nil {
		highest = max(highest, h.ids.DD)
	}
	wide := highest > 14 || h.ids.MID != 0 && len(mid) > 16 || len(dd) > 16
	profile := uint16(profileOneByte)
	if wide {
		profile = profileTwoByte << 4
	}
	start := len(b)
	b = binary.BigEndian.AppendUint16(b, profile)
	b = append(b, 0, 0) // length, see below
	if h.ids.TWCC != 0 {
		b = append(appendElement(b, wide, h.ids.TWCC, 2), 0, 0)
	}
	if h.ids.MID != 0 {
		b = append(appendElement(b, wide, h.ids.MID, len(mid)), mid...)
	}
	if h.ids.AudioLevel != 0 {
		b = appendElement(b, wide, h.ids.AudioLevel, 1)
		at.level = uint16(len(b) - start)
		b = append(b, levelByte(m))
	}
	if h.ids.Orientation != 0 {
		b = appendElement(b, wide, h.ids.Orientation, 1)
		at.orientation = uint16(len(b) - start)
		b = append(b, m.Orientation)
	}
	if dd != nil {
		b = appendElement(b, wide, h.ids.DD, len(dd))
		at.dd = uint16(len(b) - start)
		b = append(b, dd...)
	}
	if len(b) == start+4 {
		return b[:start], at
	}
	for (len(b)-start)%4 != 0 {
		b = append(b, 0)
	}
	binary.BigEndian.PutUint16(b[start+2:], uint16((len(b)-start)/4-1))
	return b, at
}

// appendElement begins one extension.
func appendElement(b []byte, wide bool, id uint8, size int) []byte {
	if wide {
		return append(b, id, uint8(size))
	}
	return append(b, id<<4|uint8(size-1))
}

// NumberIn is where a packet of a down track has its transport-wide sequence number, by the id of the extension; nil
// without.
func NumberIn(packet []byte, id uint8) []byte {
	const at = rtpHeaderSize + 4 // of the first extension
	switch {
	case len(packet) < at+4 || packet[0]&0x1f != 0x10:
		return nil
	case packet[at-4] == profileOneByte>>8 && packet[at] == id<<4|1:
		return packet[at+1 : at+3]
	case packet[at-4] == profileTwoByte>>4 && packet[at] == id && packet[at+1] == 2:
		return packet[at+2 : at+4]
	}
	return nil
}

// levelByte is the audio level as on the wire (RFC 6464 section 3).
func levelByte(m *Media) uint8 {
	if m.Voice {
		return 0x80 | m.AudioLevel
	}
	return m.AudioLevel
}
