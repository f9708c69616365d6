package sfu

import (
	"encoding/binary"

	"konklave/internal/sfu/codec"
)

// headSize is room for every head: RTP header, extensions with a dependency descriptor of full length, original
// sequence number of RTX, payload descriptor.
const headSize = 384

// header writes the RTP headers of a down track (RFC 3550 section 5.1) from scratch. All its packets carry the same
// block of extensions, so that they keep the same size and leave together; only a dependency descriptor varies.
type header struct {
	ids   Extensions
	mid   string
	block []byte // the extensions of a packet without dependency descriptor, header of the block included

	at places // in block
}

// places are where the values of extensions are in a block, 0 when absent.
type places struct{ level, orientation, dd int }

// newHeader prepares the headers for one section.
func newHeader(kind codec.Kind, mid string, ids Extensions) header {
	h := header{ids: ids, mid: mid}
	if kind == codec.Audio {
		h.ids.Orientation, h.ids.DD = 0, 0
	} else {
		h.ids.AudioLevel = 0
	}
	if len(mid) > 255 || mid == "" {
		h.ids.MID = 0
	}
	wide := max(h.ids.MID, h.ids.AudioLevel, h.ids.Orientation) > 14 || len(mid) > 16
	h.block, h.at = h.appendBlock(nil, wide, &Media{AudioLevel: 127})
	return h
}

// append adds the header of one packet.
func (h *header) append(b []byte, m *Media, pt uint8, ssrc uint32, seq uint16, ts uint32, frame uint16) []byte {
	b = append(b, 0x80, pt)
	if m.Marker {
		b[1] |= 0x80
	}
	b = binary.BigEndian.AppendUint16(b, seq)
	b = binary.BigEndian.AppendUint32(b, ts)
	b = binary.BigEndian.AppendUint32(b, ssrc)
	if h.ids.DD != 0 && len(m.DD) >= 3 && len(m.DD) <= 255 {
		return h.appendDD(b, m, frame)
	}
	if len(h.block) == 0 {
		return b
	}
	b[0] |= 0x10
	start := len(b)
	b = append(b, h.block...)
	if h.at.level != 0 {
		b[start+h.at.level] = levelByte(m)
	}
	if h.at.orientation != 0 {
		b[start+h.at.orientation] = m.Orientation
	}
	return b
}

// appendDD adds a block with m's dependency descriptor, the frame number replaced.
func (h *header) appendDD(b []byte, m *Media, frame uint16) []byte {
	b[0] |= 0x10
	wide := max(h.ids.MID, h.ids.Orientation, h.ids.DD) > 14 || len(h.mid) > 16 || len(m.DD) > 16
	start := len(b)
	b, at := h.appendBlock(b, wide, m)
	binary.BigEndian.PutUint16(b[start+at.dd+1:], frame)
	return b
}

// appendBlock adds a block of extensions (RFC 8285), wide ones with two bytes of header; nothing when none was
// negotiated.
func (h *header) appendBlock(b []byte, wide bool, m *Media) (out []byte, at places) {
	profile := uint16(profileOneByte)
	if wide {
		profile = profileTwoByte << 4
	}
	start := len(b)
	b = binary.BigEndian.AppendUint16(b, profile)
	b = append(b, 0, 0) // length, see below
	if h.ids.MID != 0 {
		b = append(appendElement(b, wide, h.ids.MID, len(h.mid)), h.mid...)
	}
	if h.ids.AudioLevel != 0 {
		b = appendElement(b, wide, h.ids.AudioLevel, 1)
		at.level = len(b) - start
		b = append(b, levelByte(m))
	}
	if h.ids.Orientation != 0 {
		b = appendElement(b, wide, h.ids.Orientation, 1)
		at.orientation = len(b) - start
		b = append(b, m.Orientation)
	}
	if h.ids.DD != 0 && m.DD != nil {
		b = appendElement(b, wide, h.ids.DD, len(m.DD))
		at.dd = len(b) - start
		b = append(b, m.DD...)
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

// levelByte is the audio level as on the wire (RFC 6464 section 3).
func levelByte(m *Media) uint8 {
	if m.Voice {
		return 0x80 | m.AudioLevel
	}
	return m.AudioLevel
}
