package wire

import (
	"encoding/binary"
	"net/netip"
)

// endpoint is a remote UDP or TCP address in a form that is cheap to hash and compare; IPv4 is kept as v4-mapped IPv6.
// socket tells the bound address it was seen at (index in shard.ports), because the same peer may reach us at two.
type endpoint struct {
	hi, lo uint64
	zone   uint32 // interface of a link-local address
	port   uint16
	socket uint16
}

const mappedPrefix = 0xffff << 32 // ::ffff:0:0/96, lower half

func endpointOf(a netip.AddrPort, socket int) endpoint {
	b := a.Addr().As16()
	return endpoint{
		hi: binary.BigEndian.Uint64(b[:8]), lo: binary.BigEndian.Uint64(b[8:]),
		port: a.Port(), socket: uint16(socket),
	}
}

// is4 tells whether the address is IPv4.
func (e endpoint) is4() bool { return e.hi == 0 && e.lo>>32 == mappedPrefix>>32 }

// v4 is the IPv4 address in network order; is4 must hold.
func (e endpoint) v4() (b [4]byte) {
	binary.BigEndian.PutUint32(b[:], uint32(e.lo))
	return b
}

// v6 is the address as 16 bytes.
func (e endpoint) v6() (b [16]byte) {
	binary.BigEndian.PutUint64(b[:8], e.hi)
	binary.BigEndian.PutUint64(b[8:], e.lo)
	return b
}

// localIP is the local address that a datagram was sent to, where the socket is bound to a wildcard; else zero.
type localIP struct{ hi, lo uint64 }

func (l localIP) known() bool { return l != localIP{} }

func localOf(a netip.Addr) localIP {
	b := a.As16()
	return localIP{hi: binary.BigEndian.Uint64(b[:8]), lo: binary.BigEndian.Uint64(b[8:])}
}

func (l localIP) addr() netip.Addr {
	var b [16]byte
	binary.BigEndian.PutUint64(b[:8], l.hi)
	binary.BigEndian.PutUint64(b[8:], l.lo)
	return netip.AddrFrom16(b).Unmap()
}
