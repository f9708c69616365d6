package wire

import (
	"net"
	"net/netip"
	"slices"
)

// Candidate is one address where the peer may reach us, as a=candidate has it (RFC 8839 section 5.1, RFC 6544 for TCP).
type Candidate struct {
	Proto      string // "udp" or "tcp"
	Addr       netip.AddrPort
	Priority   uint32
	Foundation string
	TCPType    string // "passive" with tcp, else empty
}

// Candidates are our host candidates: UDP before TCP, in the order of the configuration, loopback last.
func (w *Wire) Candidates() []Candidate {
	addrs := w.Announced()
	var list []Candidate
	for i, a := range addrs {
		list = append(list, Candidate{
			Proto: "udp", Addr: netip.AddrPortFrom(a, w.udpPort),
			Priority: priority(126, i), Foundation: foundation(i, "u"),
		})
	}
	for i, a := range addrs {
		if w.tcpPort != 0 {
			list = append(list, Candidate{
				Proto: "tcp", Addr: netip.AddrPortFrom(a, w.tcpPort),
				Priority: priority(90, i), Foundation: foundation(i, "t"), TCPType: "passive",
			})
		}
	}
	return list
}

// Announce changes the addresses of the candidates. Peers that were told others go on with those.
func (w *Wire) Announce(addrs []netip.Addr) {
	w.mu.Lock()
	defer w.mu.Unlock()
	before := w.announcing()
	all := slices.Clone(before.all)
	for _, a := range addrs {
		if !slices.Contains(all, a) {
			all = append(all, a)
		}
	}
	w.announce.Store(&announcement{now: slices.Clone(addrs), all: all})
}

// announcement is what peers are told, now and ever.
type announcement struct{ now, all []netip.Addr }

func (w *Wire) announcing() announcement {
	if a := w.announce.Load(); a != nil {
		return *a
	}
	addrs := w.cfg.Announce
	if len(addrs) == 0 {
		addrs = reachable(w.cfg.Bind)
	}
	return announcement{addrs, addrs}
}

// Announced are the addresses of the candidates.
func (w *Wire) Announced() []netip.Addr { return w.announcing().now }

// IsOurs tells whether candidates have the address, or had it.
func (w *Wire) IsOurs(a netip.Addr) bool { return slices.Contains(w.announcing().all, a.Unmap()) }

// priority is that of RFC 8445 section 5.1.2.1 for component 1.
func priority(typePreference uint32, index int) uint32 {
	return typePreference<<24 | uint32(65535-min(index, 65535))<<8 | 255
}

// foundation differs for each address and protocol; it must not tell the address itself.
func foundation(index int, proto string) string {
	return proto + string(rune('a'+index%26)) + string(rune('a'+index/26%26))
}

// distinct leaves out addresses that occur twice or that a wildcard of their family covers.
func distinct(bind []netip.Addr) (list []netip.Addr) {
	wild := make(map[bool]bool) // by Is4
	for _, a := range bind {
		if a = a.Unmap(); a.IsUnspecified() {
			wild[a.Is4()] = true
		}
	}
	for _, a := range bind {
		a = a.Unmap()
		if !slices.Contains(list, a) && (a.IsUnspecified() || !wild[a.Is4()]) {
			list = append(list, a)
		}
	}
	return list
}

// reachable turns what we are bound to into addresses a peer can send to: a wildcard stands for every up,
// non-link-local interface address of its family, loopback last.
func reachable(bind []netip.Addr) []netip.Addr {
	var list, last []netip.Addr
	seen := make(map[netip.Addr]bool)
	add := func(a netip.Addr) {
		switch {
		case seen[a] || a.IsLinkLocalUnicast():
		case a.IsLoopback():
			last = append(last, a)
		default:
			list = append(list, a)
		}
		seen[a] = true
	}
	for _, b := range bind {
		if !b.IsUnspecified() {
			add(b)
			continue
		}
		for _, a := range interfaceAddrs() {
			if a.Is4() == b.Is4() && (a.Is4() || !a.IsLoopback()) {
				add(a)
			}
		}
	}
	return append(list, last...)
}

// interfaceAddrs are the addresses of the interfaces that are up.
func interfaceAddrs() (list []netip.Addr) {
	interfaces, err := net.Interfaces()
	if err != nil {
		return nil
	}
	for _, i := range interfaces {
		addrs, err := i.Addrs()
		if err != nil || i.Flags&net.FlagUp == 0 {
			continue
		}
		for _, a := range addrs {
			if p, ok := a.(*net.IPNet); ok {
				if ip, ok := netip.AddrFromSlice(p.IP); ok {
					list = append(list, ip.Unmap())
				}
			}
		}
	}
	return list
}
