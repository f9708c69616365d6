package shaper

import (
	"encoding/binary"
	"net/netip"
)

// NAT is a 1:1 NAT: the world knows a machine by the address Outside, which is on no interface of it. IPv4 only.
type NAT struct {
	Outside, Inside netip.Addr
}

// Arrive gives a packet for Outside to Inside, and tells whether it was one.
func (n NAT) Arrive(b []byte) bool { return replace(b, 16, n.Outside, n.Inside) }

// Depart has a packet from Inside come from Outside, and tells whether it was one.
func (n NAT) Depart(b []byte) bool { return replace(b, 12, n.Inside, n.Outside) }

// replace puts another address at this place of an IPv4 header and mends the checksums, which cover it.
func replace(b []byte, at int, from, to netip.Addr) bool {
	p, ok := Read(b)
	if !ok || b[0]>>4 != 4 || netip.AddrFrom4([4]byte(b[at:at+4])) != from {
		return false
	}
	before, after := from.As4(), to.As4()
	copy(b[at:], after[:])
	mend(b[10:], before, after)
	header := int(b[0]&0xf) * 4
	fragment := binary.BigEndian.Uint16(b[6:])&0x1fff != 0
	switch rest := b[header:]; {
	case fragment:
	case p.Proto == tcp && len(rest) >= 18:
		mend(rest[16:], before, after)
	case p.Proto == udp && len(rest) >= 8 && binary.BigEndian.Uint16(rest[6:]) != 0: // 0 is none
		mend(rest[6:], before, after)
	}
	return true
}

// mend corrects a checksum for four bytes that have changed (RFC 1624).
func mend(checksum []byte, before, after [4]byte) {
	sum := uint32(^binary.BigEndian.Uint16(checksum))
	for i := 0; i < 4; i += 2 {
		sum += uint32(^binary.BigEndian.Uint16(before[i:])) + uint32(binary.BigEndian.Uint16(after[i:]))
	}
	for sum > 0xffff {
		sum = sum>>16 + sum&0xffff
	}
	binary.BigEndian.PutUint16(checksum, ^uint16(sum))
}
