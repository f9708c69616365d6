package session

import (
	"github.com/prometheus/client_golang/prometheus"

	"konklave/internal/wire"
)

// pathGauge counts participants by the kind of path that their media take.
type pathGauge struct{ service *Service }

var pathDesc = prometheus.NewDesc("konklave_participants_by_path", "Participants by the way their media take: none yet, directly by UDP or TCP, or by the relay that they reach by UDP, TCP or TLS.", []string{"path"}, nil)

// Describe implements prometheus.Collector.
func (pathGauge) Describe(out chan<- *prometheus.Desc) { out <- pathDesc }

// Collect implements prometheus.Collector.
func (g pathGauge) Collect(out chan<- prometheus.Metric) {
	count := map[wire.PathKind]int{}
	for _, s := range g.service.all() {
		count[s.path()]++
	}
	for _, kind := range wire.PathKinds {
		out <- prometheus.MustNewConstMetric(pathDesc, prometheus.GaugeValue, float64(count[kind]), kind.String())
	}
}

// path is the kind of path of the PeerConnection that decides whether the client is connected.
func (s *Session) path() wire.PathKind {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.link == nil {
		return wire.PathNone
	}
	return s.link.Path()
}
