package app

import (
	"github.com/prometheus/client_golang/prometheus"

	"konklave/internal/wire"
)

// wireMetrics turns the counters of the media ports into metrics when they are read. Its labels are the names of
// drop reasons, a closed list.
type wireMetrics struct {
	stats                  func() wire.Stats
	packets, bytes, trains *prometheus.Desc
	dropped, transports    *prometheus.Desc
}

func newWireMetrics(stats func() wire.Stats) *wireMetrics {
	return &wireMetrics{
		stats:      stats,
		packets:    prometheus.NewDesc("konklave_media_packets_total", "Datagrams and TCP frames of the media ports.", []string{"direction"}, nil),
		bytes:      prometheus.NewDesc("konklave_media_bytes_total", "Bytes in them.", []string{"direction"}, nil),
		trains:     prometheus.NewDesc("konklave_media_trains_total", "Sends that carried several packets at once (GSO).", nil, nil),
		dropped:    prometheus.NewDesc("konklave_media_dropped_total", "Packets that went no further, by reason.", []string{"reason"}, nil),
		transports: prometheus.NewDesc("konklave_media_transports", "Peers that are connected or connecting.", nil, nil),
	}
}

// Describe implements prometheus.Collector.
func (m *wireMetrics) Describe(out chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{m.packets, m.bytes, m.trains, m.dropped, m.transports} {
		out <- d
	}
}

// Collect implements prometheus.Collector.
func (m *wireMetrics) Collect(out chan<- prometheus.Metric) {
	s := m.stats()
	count := func(d *prometheus.Desc, n uint64, labels ...string) {
		out <- prometheus.MustNewConstMetric(d, prometheus.CounterValue, float64(n), labels...)
	}
	count(m.packets, s.PacketsIn, "in")
	count(m.packets, s.PacketsOut, "out")
	count(m.bytes, s.BytesIn, "in")
	count(m.bytes, s.BytesOut, "out")
	count(m.trains, s.Trains)
	for reason, n := range s.Drops {
		count(m.dropped, n, reason)
	}
	out <- prometheus.MustNewConstMetric(m.transports, prometheus.GaugeValue, float64(s.Transports))
}
