package testkit

import "encoding/binary"

// Redundant sound (RFC 2198): a packet repeats the one before it.

const (
	payloadOpus = 111
	payloadRED  = 63  // as in Chromium
	offeredRED  = 110 // as in the server's offers
)

// redPacket writes a packet with its own sound behind the one before, which came 20 ms earlier.
func redPacket(before, own []byte) []byte {
	const ticks = 960
	b := binary.BigEndian.AppendUint32(nil, 1<<31|payloadOpus<<24|ticks<<10|uint32(len(before)))
	b = append(b, payloadOpus)
	return append(append(b, before...), own...)
}

// parseRED gives a packet's own sound and the one before; nil when it is not as redPacket writes it.
func parseRED(b []byte) (before, own []byte) {
	const headers = 5
	if len(b) < headers || b[0] != 0x80|payloadOpus || b[4] != payloadOpus {
		return nil, nil
	}
	size := int(binary.BigEndian.Uint32(b) & 0x3ff)
	if len(b) <= headers+size {
		return nil, nil
	}
	return b[headers : headers+size], b[headers+size:]
}
