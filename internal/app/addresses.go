package app

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"time"

	"konklave/internal/config"
)

// addresses are where clients are told to send media to.
type addresses struct {
	announced []netip.Addr
	named     bool // the host of public_url leads there
}

// resolving bounds how long the system may take to look up our own name.
const resolving = 3 * time.Second

// lookUp asks the system for the addresses of a name.
func lookUp(host string) ([]netip.Addr, error) {
	ctx, cancel := context.WithTimeout(context.Background(), resolving)
	defer cancel()
	return net.DefaultResolver.LookupNetIP(ctx, "ip", host)
}

// ownAddresses finds them: the configured ones, else those of the host of public_url (named), else those that media are bound to,
// else every address of the machine that others may reach, and 127.0.0.1 for browsers on it. A host whose address no
// interface has is behind a 1:1 NAT, or another machine is in front that passes only HTTPS on: so those of the
// interfaces follow it.
func ownAddresses(cfg config.Config, named []netip.Addr) (addresses, error) {
	host := slices.Clone(named)
	if len(cfg.RTC.IPs) > 0 {
		return addresses{cfg.RTC.IPs, shareAny(host, cfg.RTC.IPs)}, nil
	}
	own, err := announced(nil, cfg.RTC.Bind)
	if err != nil || len(host) == 0 {
		return addresses{announced: own}, err
	}
	if shareAny(host, own) {
		return addresses{host, true}, nil
	}
	for _, a := range own {
		if !a.IsLoopback() && !slices.Contains(host, a) {
			host = append(host, a)
		}
	}
	return addresses{host, true}, nil
}

// publicAddresses are those of the host of an address, of families that media are bound to.
func publicAddresses(address string, bound []netip.Addr, lookUp func(string) ([]netip.Addr, error)) (found []netip.Addr) {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" {
		return nil
	}
	all, err := lookUp(u.Hostname())
	if err != nil {
		return nil
	}
	for _, a := range all {
		a = a.Unmap()
		family := func(b netip.Addr) bool { return b.Is4() == a.Is4() }
		if reachable(a) && !slices.Contains(found, a) && (len(bound) == 0 || slices.ContainsFunc(bound, family)) {
			found = append(found, a)
		}
	}
	slices.SortStableFunc(found, preference)
	return found
}

func shareAny(a, b []netip.Addr) bool {
	return slices.ContainsFunc(a, func(x netip.Addr) bool { return slices.Contains(b, x) })
}

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
