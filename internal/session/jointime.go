package session

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// joinTimes is how long people wait for what they came for.
type joinTimes struct {
	connected prometheus.Histogram // until their media transport is
	forwarded prometheus.Histogram // until something is forwarded to them
}

var joinBuckets = []float64{0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 1.5, 2, 3, 5, 10, 20}

func newJoinTimes() joinTimes {
	return joinTimes{
		connected: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "konklave_join_connected_seconds", Help: "From the request to join until the media transport is connected, once for each participant.", Buckets: joinBuckets,
		}),
		forwarded: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "konklave_join_media_seconds", Help: "From the request to join until sound or picture is forwarded, for those who found somebody sending.", Buckets: joinBuckets,
		}),
	}
}

// connected notes that the transport that decides is connected, first or again.
func (s *Session) connected(at time.Time) {
	if s.joined {
		return
	}
	s.joined = true
	s.service.joins.connected.Observe(at.Sub(s.began).Seconds())
	sending := false
	for _, w := range s.wanted {
		sending = sending || !w.Track.Muted
	}
	s.mu.Lock()
	s.awaits = sending
	s.mu.Unlock()
}

// forwarded notes when something was forwarded first; the zero time is not yet. Only the room's goroutine calls it.
func (s *Session) forwarded(first time.Time) {
	if first.IsZero() {
		return
	}
	s.mu.Lock()
	awaited := s.awaits
	s.awaits = false
	s.mu.Unlock()
	if awaited {
		s.service.joins.forwarded.Observe(first.Sub(s.began).Seconds())
	}
}
