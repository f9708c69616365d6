package sdp

import (
	"net/netip"
	"strconv"
)

// Candidate is one host address at which the writer can be reached (RFC 8839 section 5.1). The component is
// always 1, because RTP and RTCP share it.
type Candidate struct {
	Foundation string
	Protocol   string // "udp" or "tcp"
	Priority   uint32
	Addr       netip.AddrPort
	TCPType    string // "passive" for tcp (RFC 6544), else ""
}

// String is the candidate as in an a=candidate line or in a trickled candidate: "candidate:1 1 udp ...".
// It shows the server's own address and is meant for clients, not for logs.
func (c Candidate) String() string {
	s := "candidate:" + c.Foundation + " 1 " + c.Protocol + " " + strconv.FormatUint(uint64(c.Priority), 10) + " " +
		c.Addr.Addr().String() + " " + strconv.Itoa(int(c.Addr.Port())) + " typ host"
	if c.TCPType != "" {
		s += " tcptype " + c.TCPType
	}
	return s
}
