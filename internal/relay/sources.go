package relay

import (
	"hash/maphash"
	"net/netip"
	"time"
)

// What strangers may ask for. A school comes from one address, and each of its people needs a dozen requests at once.
const (
	requestsEach = 500  // requests or connections a second, of one address
	requestsOnce = 4000 // of them at once
)

// sources holds each address to that rate without remembering addresses: each counts in one of a fixed number of
// places, which one changes with each start. Its zero value is ready. One goroutine owns it.
type sources struct {
	seed   maphash.Seed
	begun  time.Time
	places [4096]time.Duration // since begun: when what was let through will have filled the rate
}

// allow tells whether one more may pass.
func (s *sources) allow(now time.Time, from netip.Addr) bool {
	if s.begun.IsZero() {
		s.begun, s.seed = now, maphash.MakeSeed()
	}
	const each = time.Second / requestsEach
	place := &s.places[maphash.Comparable(s.seed, network(from))%uint64(len(s.places))]
	until := max(*place, now.Sub(s.begun)) + each
	if until-now.Sub(s.begun) > requestsOnce*each {
		return false
	}
	*place = until
	return true
}

// network is what one party has: an IPv4 address, or the 64 bits before an IPv6 interface's own.
func network(a netip.Addr) netip.Addr {
	a = a.Unmap()
	if a.Is6() {
		p, _ := a.WithZone("").Prefix(64) // never fails: 64 bits are there
		return p.Addr()
	}
	return a
}
