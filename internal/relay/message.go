package relay

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"
	"net/netip"
	"time"

	"github.com/pion/stun/v4"
)

const channelHead = 4 // bytes before the data of a channel: number, length

var errNoMessage = errors.New("neither a STUN message nor channel data")

// readMessage reads one message of a stream into b: STUN (RFC 8489 section 6.2.2) or channel data, which are padded
// there (RFC 8656 section 12.5).
func readMessage(r *bufio.Reader, b []byte) (int, error) {
	head, err := r.Peek(4)
	if err != nil {
		return 0, err
	}
	size := int(binary.BigEndian.Uint16(head[2:]))
	switch {
	case head[0]>>6 == 0 && size%4 == 0:
		size += 20
	case head[0]>>6 == 1:
		size = channelHead + (size+3)&^3
	default:
		return 0, errNoMessage
	}
	if size > len(b) {
		return 0, errNoMessage
	}
	return io.ReadFull(r, b[:size])
}

// isRequest tells requests, which strangers may send, from what needs an allocation (RFC 8489 section 5).
func isRequest(b []byte) bool { return len(b) >= 2 && b[0]>>6 == 0 && b[0]&1 == 0 && b[1]&0x10 == 0 }

// address is one of the attributes that hold an address.
type address struct {
	kind stun.AttrType
	at   netip.AddrPort
}

// AddTo implements stun.Setter.
func (a address) AddTo(m *stun.Message) error {
	return stun.XORMappedAddress{IP: a.at.Addr().AsSlice(), Port: int(a.at.Port())}.AddToAs(m, a.kind)
}

func mapped(a netip.AddrPort) address         { return address{stun.AttrXORMappedAddress, a} }
func relayedAddress(a netip.AddrPort) address { return address{stun.AttrXORRelayedAddress, a} }
func peerAddress(a netip.AddrPort) address    { return address{stun.AttrXORPeerAddress, a} }

// peerOf is the address that a message is about.
func peerOf(m *stun.Message) (netip.AddrPort, bool) {
	var x stun.XORMappedAddress
	if x.GetFromAs(m, stun.AttrXORPeerAddress) != nil {
		return netip.AddrPort{}, false
	}
	a, ok := netip.AddrFromSlice(x.IP)
	return netip.AddrPortFrom(a.Unmap(), uint16(x.Port)), ok
}

// lifetimeOf is how long an allocation is good.
type lifetimeOf time.Duration

// AddTo implements stun.Setter.
func (l lifetimeOf) AddTo(m *stun.Message) error {
	m.Add(stun.AttrLifetime, binary.BigEndian.AppendUint32(nil, uint32(time.Duration(l)/time.Second)))
	return nil
}
