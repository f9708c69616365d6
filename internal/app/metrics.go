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
	late, shed, steps      *prometheus.Desc
	data                   *prometheus.Desc
	feedback, told         *prometheus.Desc
}

func newWireMetrics(stats func() wire.Stats) *wireMetrics {
	return &wireMetrics{
		stats:      stats,
		packets:    prometheus.NewDesc("konklave_media_packets_total", "Datagrams and TCP frames of the media ports.", []string{"direction"}, nil),
		bytes:      prometheus.NewDesc("konklave_media_bytes_total", "Bytes in them.", []string{"direction"}, nil),
		trains:     prometheus.NewDesc("konklave_media_trains_total", "Sends that carried several packets at once (GSO).", nil, nil),
		dropped:    prometheus.NewDesc("konklave_media_dropped_total", "Packets that went no further, by reason.", []string{"reason"}, nil),
		transports: prometheus.NewDesc("konklave_media_transports", "Peers that are connected or connecting.", nil, nil),
		data:       prometheus.NewDesc("konklave_data_limited_total", "Data messages beyond their sender's rate: lossy ones are dropped, others wait.", []string{"what"}, nil),
		feedback:   prometheus.NewDesc("konklave_media_feedback_total", "Messages in which peers tell what came of all packets that were sent to them.", nil, nil),
		told:       prometheus.NewDesc("konklave_media_feedback_packets_total", "Packets that those tell of, and how many of them came.", []string{"what"}, nil),
		late:       prometheus.NewDesc("konklave_media_late_seconds", "How late what arrives is read, lately, in the shard where it is worst.", nil, nil),
		shed:       prometheus.NewDesc("konklave_media_shed", "What overload leaves out: 0 nothing, 1 the highest layers, 2 all but the lowest, 3 all video.", nil, nil),
		steps:      prometheus.NewDesc("konklave_media_shed_steps_total", "Steps towards less video, and back towards more.", []string{"video"}, nil),
	}
}

// Describe implements prometheus.Collector.
func (m *wireMetrics) Describe(out chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{m.packets, m.bytes, m.trains, m.dropped, m.transports, m.late, m.shed, m.steps, m.data, m.feedback, m.told} {
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
	count(m.data, s.DataDropped, "dropped")
	count(m.data, s.DataSlowed, "slowed")
	count(m.feedback, s.Arrivals.Messages)
	count(m.told, s.Arrivals.Told, "told")
	count(m.told, s.Arrivals.Came, "came")
	count(m.steps, s.ShedMore, "less")
	count(m.steps, s.ShedLess, "more")
	for desc, v := range map[*prometheus.Desc]float64{m.transports: float64(s.Transports), m.late: s.Late.Seconds(), m.shed: float64(s.Shed)} {
		out <- prometheus.MustNewConstMetric(desc, prometheus.GaugeValue, v)
	}
}
