package app

import (
	"fmt"
	"net"
	"net/netip"
	"slices"
)

// announced lists the addresses that clients are told to send media to: the configured ones, else those that media
// are bound to, else every address of the machine that others may reach, and 127.0.0.1 for browsers on it.
func announced(configured, bound []netip.Addr) ([]netip.Addr, error) {
	if len(configured) > 0 {
		return configured, nil
	}
	if len(bound) > 0 && !slices.ContainsFunc(bound, netip.Addr.IsUnspecified) {
		return bound, nil
	}
	interfaces, err := net.Interfaces()
	if err != nil {
		return nil, fmt.Errorf("listing the network interfaces: %w", err)
	}
	var found []netip.Addr
	for _, i := range interfaces {
		if i.Flags&net.FlagUp == 0 {
			continue
		}
		addrs, err := i.Addrs()
		if err != nil {
			continue // the interface went away meanwhile
		}
		for _, a := range addrs {
			if prefix, err := netip.ParsePrefix(a.String()); err == nil && reachable(prefix.Addr()) {
				found = append(found, prefix.Addr().Unmap())
			}
		}
	}
	slices.SortStableFunc(found, preference)
	found = slices.Compact(found)
	found = append(found, netip.AddrFrom4([4]byte{127, 0, 0, 1}))
	if len(bound) == 1 && bound[0].Is4() {
		// Bound to 0.0.0.0: nothing listens on IPv6.
		found = slices.DeleteFunc(found, netip.Addr.Is6)
	}
	return found, nil
}

// reachable leaves out what no other machine can send to.
func reachable(a netip.Addr) bool {
	return a.IsValid() && !a.IsLoopback() && !a.IsLinkLocalUnicast() && !a.IsMulticast() && !a.IsUnspecified()
}

// preference puts IPv4 before IPv6: without a word from the operator it is more often the one that works.
func preference(a, b netip.Addr) int {
	if a.Is4() != b.Is4() {
		if a.Is4() {
			return -1
		}
		return 1
	}
	return a.Compare(b)
}
