package bwe

import "encoding/binary"

const (
	arrivalTick   = Time(250_000)    // unit of arrival deltas
	referenceTick = 64 * millisecond // unit of the reference time
	messageHeader = 8                // bytes in front of the chunks
)

// message walks over one message of transport-wide feedback, packet by packet
// (draft-holmer-rmcat-transport-wide-cc-extensions-01 section 3.1).
type message struct {
	first     uint16 // number of the first packet
	count     int    // packets that it tells of
	reference uint32 // of 24 bits

	chunks, deltas []byte
	symbols        uint16 // that are left of the chunk, the next one on top
	left           int    // how many
	width          int    // bits of each; 0 of a run, whose symbol is in symbols
}

// readMessage begins to read. It is false when the chunks do not tell of all packets.
func readMessage(fci []byte) (m message, ok bool) {
	if len(fci) < messageHeader {
		return m, false
	}
	m.first, m.count = binary.BigEndian.Uint16(fci), int(binary.BigEndian.Uint16(fci[2:]))
	m.reference = binary.BigEndian.Uint32(fci[4:]) >> 8
	b := fci[messageHeader:]
	size := 0
	for told := 0; told < m.count; size += 2 {
		if size+2 > len(b) {
			return m, false
		}
		told += symbolsIn(binary.BigEndian.Uint16(b[size:]))
	}
	m.chunks, m.deltas = b[:size], b[size:]
	return m, true
}

// symbolsIn is how many packets a chunk tells of.
func symbolsIn(chunk uint16) int {
	switch chunk >> 14 {
	case 2:
		return 14
	case 3:
		return 7
	}
	return int(chunk & 0x1fff)
}

// next tells of the next packet: whether it came, and how long after the one before that came, or after the reference
// time. It must be called at most count times, and not again after it was not ok: the message is cut off then.
func (m *message) next() (came bool, delta Time, ok bool) {
	for m.left == 0 {
		if len(m.chunks) < 2 {
			return false, 0, false
		}
		m.load(binary.BigEndian.Uint16(m.chunks))
		m.chunks = m.chunks[2:]
	}
	symbol := m.symbols
	if m.width > 0 {
		symbol = m.symbols >> (16 - m.width)
		m.symbols <<= m.width
	}
	m.left--
	switch {
	case symbol == 1 && len(m.deltas) >= 1:
		delta = Time(m.deltas[0]) * arrivalTick
		m.deltas = m.deltas[1:]
	case symbol == 2 && len(m.deltas) >= 2:
		delta = Time(int16(binary.BigEndian.Uint16(m.deltas))) * arrivalTick
		m.deltas = m.deltas[2:]
	default: // not received, or reserved
		return false, 0, symbol == 0 || symbol == 3
	}
	return true, delta, true
}

// load begins a chunk.
func (m *message) load(chunk uint16) {
	m.left = symbolsIn(chunk)
	switch chunk >> 14 {
	case 2:
		m.symbols, m.width = chunk<<2, 1
	case 3:
		m.symbols, m.width = chunk<<2, 2
	default:
		m.symbols, m.width = chunk>>13, 0
	}
}

// arrivalClock makes times of the peer's clock, which counts 64 ms in 24 bits, grow without end.
type arrivalClock struct {
	started bool
	last    Time
}

// extend is the reference time of a message.
func (c *arrivalClock) extend(reference uint32) Time {
	if !c.started {
		c.started = true
		c.last = Time(1<<24) * referenceTick // what is a little older stays positive
		c.last += Time(reference) * referenceTick
		return c.last
	}
	passed := int32(reference-uint32(c.last/referenceTick)) << 8 >> 8 // sign of the 24 bits
	c.last += Time(passed) * referenceTick
	return c.last
}
