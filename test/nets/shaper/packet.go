package shaper

import (
	"encoding/binary"
	"net/netip"
)

// Protocols by their numbers (IANA).
const (
	tcp = 6
	udp = 17
)

// Packet is what the outside of an IP packet says. Ports are 0 where there are none.
type Packet struct {
	Proto    uint8
	Src, Dst netip.AddrPort
}

// Read reads the headers of an IP packet. Extension headers of IPv6 are not followed: such a packet is of another protocol.
func Read(b []byte) (p Packet, ok bool) {
	if len(b) < 20 {
		return p, false
	}
	var src, dst netip.Addr
	var rest []byte
	switch b[0] >> 4 {
	case 4:
		header := int(b[0]&0xf) * 4
		if header < 20 || len(b) < header {
			return p, false
		}
		p.Proto, rest = b[9], b[header:]
		src, dst = netip.AddrFrom4([4]byte(b[12:16])), netip.AddrFrom4([4]byte(b[16:20]))
		if binary.BigEndian.Uint16(b[6:])&0x1fff != 0 {
			rest = nil // a later fragment has no ports
		}
	case 6:
		if len(b) < 40 {
			return p, false
		}
		p.Proto, rest = b[6], b[40:]
		src, dst = netip.AddrFrom16([16]byte(b[8:24])), netip.AddrFrom16([16]byte(b[24:40]))
	default:
		return p, false
	}
	var from, to uint16
	if (p.Proto == tcp || p.Proto == udp) && len(rest) >= 4 {
		from, to = binary.BigEndian.Uint16(rest), binary.BigEndian.Uint16(rest[2:])
	}
	p.Src, p.Dst = netip.AddrPortFrom(src, from), netip.AddrPortFrom(dst, to)
	return p, true
}
