// Package sources owns how often one source of requests, such as a household, may do what all together may do only so
// often, so that one does not use up what there is for all.
//
// It must not keep addresses: it holds keyed hashes of them, and no longer than they make a difference.
package sources

import (
	"hash/maphash"
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// most is how many sources are known at a time.
const most = 4096

// Sources bounds each source. It is safe for any goroutine.
type Sources struct {
	each  rate.Limit
	burst int
	seed  maphash.Seed

	mu    sync.Mutex
	known map[uint64]*rate.Limiter
	swept time.Time // when those were last looked through
}

// New allows each source so many times a second, and burst times at once. A source is forgotten as soon as it has its
// whole burst again.
func New(each rate.Limit, burst int) *Sources {
	return &Sources{each: each, burst: burst, seed: maphash.MakeSeed(), known: map[uint64]*rate.Limiter{}}
}

// Allow tells whether the source may once more. Who has no address, such as a proxy that does not say for whom it
// asks, and who comes when too many are known, is bound by what all may together.
func (s *Sources) Allow(address string, now time.Time) bool {
	key, ok := s.Key(address)
	if !ok {
		return true
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	limit, ok := s.known[key]
	if !ok {
		s.forgetLocked(now)
		if len(s.known) >= most {
			return true
		}
		limit = rate.NewLimiter(s.each, s.burst)
		s.known[key] = limit
	}
	return limit.AllowN(now, 1)
}

// Left tells whether Allow would be true, and counts nothing.
func (s *Sources) Left(address string, now time.Time) bool {
	key, ok := s.Key(address)
	if !ok {
		return true
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	limit, known := s.known[key]
	return !known || limit.TokensAt(now) >= 1
}

// Key stands for a source, until this process ends. Who has no address has none.
func (s *Sources) Key(address string) (key uint64, ok bool) {
	source, ok := sourceOf(address)
	return maphash.Comparable(s.seed, source), ok
}

// forgetLocked drops those who are as if they had never come. It looks once a second at most: a flood of newcomers must not
// have it look all the time.
func (s *Sources) forgetLocked(now time.Time) {
	if now.Sub(s.swept) < time.Second {
		return
	}
	s.swept = now
	for key, limit := range s.known {
		if limit.TokensAt(now) >= float64(s.burst) {
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
