package control

import (
	"hash/maphash"
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// What one source may make. A school behind one address begins its lessons at the same time, so the burst is wide.
const (
	sourceRate  = rate.Limit(0.5) // meetings per second
	sourceBurst = 30
	mostSources = 4096
)

// sources bounds what each source may make, so that one cannot use up what all may make together. It holds no addresses
// but keyed hashes of them, and forgets a source as soon as it has its whole burst again, within a minute.
type sources struct {
	seed maphash.Seed

	mu    sync.Mutex
	known map[uint64]*rate.Limiter
}

func newSources() *sources {
	return &sources{seed: maphash.MakeSeed(), known: map[uint64]*rate.Limiter{}}
}

// allow tells whether the source may make another. Who has no address, such as a proxy that does not say for whom it
// asks, and who comes when too many are known, is bound by what all may make together.
func (s *sources) allow(address string, now time.Time) bool {
	source, ok := sourceOf(address)
	if !ok {
		return true
	}
	key := maphash.Comparable(s.seed, source)
	s.mu.Lock()
	defer s.mu.Unlock()
	limit, ok := s.known[key]
	if !ok {
		s.forgetLocked(now)
		if len(s.known) >= mostSources {
			return true
		}
		limit = rate.NewLimiter(sourceRate, sourceBurst)
		s.known[key] = limit
	}
	return limit.AllowN(now, 1)
}

// forgetLocked drops those who are as if they had never come.
func (s *sources) forgetLocked(now time.Time) {
	for key, limit := range s.known {
		if limit.TokensAt(now) >= sourceBurst {
			delete(s.known, key)
		}
	}
}

// sourceOf is what one customer of a network usually has: an IPv4 address, or a /64 of IPv6.
func sourceOf(address string) (netip.Prefix, bool) {
	addr, err := netip.ParseAddr(address)
	if err != nil {
		return netip.Prefix{}, false
	}
	bits := 32
	if addr.Is6() {
		bits = 64
	}
	prefix, err := addr.Prefix(bits)
	return prefix, err == nil
}
