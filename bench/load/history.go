package load

import (
	"encoding/binary"
	"sync"
)

// history keeps the packets of a stream that were sent last, to send them again by RTX (RFC 4588).
type history struct {
	mu       sync.Mutex
	packets  [1024][]byte
	sequence uint16 // of retransmissions
}

func (h *history) keep(sequence uint16, packet []byte) {
	h.mu.Lock()
	defer h.mu.Unlock()
	slot := &h.packets[sequence%uint16(len(h.packets))]
	*slot = append((*slot)[:0], packet...)
}

// again makes the retransmission of a packet; nil when it is not there any more.
func (h *history) again(e *encoding, payloadType uint8, sequence uint16) []byte {
	h.mu.Lock()
	defer h.mu.Unlock()
	packet := h.packets[sequence%uint16(len(h.packets))]
	if len(packet) == 0 || binary.BigEndian.Uint16(packet[2:]) != sequence {
		return nil
	}
	h.sequence++
	head := 12 + 4 + 4*int(binary.BigEndian.Uint16(packet[14:])) // every packet has extensions, none has a CSRC
	b := append([]byte(nil), packet[:head]...)
	b[1] = b[1]&0x80 | payloadType
	binary.BigEndian.PutUint16(b[2:], h.sequence)
	binary.BigEndian.PutUint32(b[8:], e.rtx)
	for at := 16; at < head && b[at] != 0; at += 2 + int(b[at]&0x0f) {
		if b[at]>>4 == extensionRID {
			b[at] = extensionRepaired<<4 | b[at]&0x0f
		}
	}
	return append(binary.BigEndian.AppendUint16(b, sequence), packet[head:]...)
}
