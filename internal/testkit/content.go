package testkit

import (
	"encoding/binary"
	"hash/crc32"
)

// Content is what a synthetic frame of picture or sound says of itself.
type Content struct {
	Mark   uint32 // who made it; as a colour or a tone is in tests with browsers
	Number uint32 // counts the frames of a track from 1; all layers of one moment have the same
	Layer  uint8  // 0 is the lowest
	Key    bool   // a key frame (video)
}

const (
	contentHead = 10 // mark, number, layer, key
	contentTail = 4  // CRC-32 of all before
)

// appendContent appends a frame's content, filled up to the given size with bytes that depend on it.
func appendContent(b []byte, c Content, size int) []byte {
	start := len(b)
	b = binary.BigEndian.AppendUint32(b, c.Mark)
	b = binary.BigEndian.AppendUint32(b, c.Number)
	key := byte(0)
	if c.Key {
		key = 1
	}
	b = append(b, c.Layer, key)
	for seed := c.Mark ^ c.Number; len(b)-start < size-contentTail; {
		seed = seed*1664525 + 1013904223 // a linear congruential generator is random enough
		b = append(b, byte(seed>>24))
	}
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b[start:]))
}

// parseContent reads a frame's content. It is false when a bit is wrong.
func parseContent(b []byte) (Content, bool) {
	if len(b) < contentHead+contentTail {
		return Content{}, false
	}
	end := len(b) - contentTail
	if crc32.ChecksumIEEE(b[:end]) != binary.BigEndian.Uint32(b[end:]) {
		return Content{}, false
	}
	return Content{Mark: binary.BigEndian.Uint32(b), Number: binary.BigEndian.Uint32(b[4:]), Layer: b[8], Key: b[9] == 1}, true
}

// opusTOC begins an Opus packet: CELT, full band, 20 ms, mono, one frame (RFC 6716 section 3.1).
const opusTOC = 31 << 3

func opusPacket(c Content) []byte { return appendContent([]byte{opusTOC}, c, 80) }

func parseOpus(packet []byte) (Content, bool) {
	if len(packet) == 0 || packet[0] != opusTOC {
		return Content{}, false
	}
	return parseContent(packet[1:])
}
