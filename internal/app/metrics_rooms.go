package app

import (
	"context"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"konklave/internal/room"
	"konklave/internal/wire"
)

// roomMetrics counts what is in rooms when metrics are read. All are asked at once, and those that do not answer in time are
// left out.
type roomMetrics struct {
	rooms                  *room.Registry
	running, tracks, grade *prometheus.Desc
}

// roomsPatience is how long all rooms together may take to answer.
const roomsPatience = time.Second

func newRoomMetrics(rooms *room.Registry) roomMetrics {
	return roomMetrics{
		rooms:   rooms,
		running: prometheus.NewDesc("konklave_rooms", "Rooms that run.", nil, nil),
		tracks:  prometheus.NewDesc("konklave_tracks", "Tracks that participants publish, muted ones too.", []string{"kind", "source"}, nil),
		grade:   prometheus.NewDesc("konklave_connections", "Participants by the quality of their connection, as they are told of it.", []string{"quality"}, nil),
	}
}

// Describe implements prometheus.Collector.
func (m roomMetrics) Describe(out chan<- *prometheus.Desc) {
	out <- m.running
	out <- m.tracks
	out <- m.grade
}

// Collect implements prometheus.Collector.
func (m roomMetrics) Collect(out chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), roomsPatience)
	defer cancel()
	rooms := m.rooms.Rooms()
	sum := sumOf(ctx, rooms)
	gauge := func(d *prometheus.Desc, n int, labels ...string) {
		out <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, float64(n), labels...)
	}
	gauge(m.running, len(rooms))
	tracks := map[[2]string]int{}
	for kind, n := range sum.Tracks {
		tracks[labelsOf(kind)] += n
	}
	for _, labels := range trackLabels {
		gauge(m.tracks, tracks[labels], labels[:]...)
	}
	for quality, name := range qualityNames {
		gauge(m.grade, sum.Grades[quality], name)
	}
}

// sumOf adds up what the rooms answer.
func sumOf(ctx context.Context, rooms []*room.Room) (sum room.Figures) {
	var mu sync.Mutex
	var asked sync.WaitGroup
	for _, r := range rooms {
		asked.Go(func() {
			if f, err := r.Figures(ctx); err == nil {
				mu.Lock()
				sum.Add(f)
				mu.Unlock()
			}
		})
	}
	asked.Wait()
	return sum
}

// trackLabels are all kinds and sources that metrics tell apart.
var trackLabels = [][2]string{
	{"audio", "microphone"}, {"audio", "screen_share_audio"}, {"audio", "other"},
	{"video", "camera"}, {"video", "screen_share"}, {"video", "other"},
}

func labelsOf(k room.TrackKind) [2]string {
	switch k {
	case room.TrackKind{Type: room.Audio, Source: room.Microphone}:
		return trackLabels[0]
	case room.TrackKind{Type: room.Audio, Source: room.ScreenShareAudio}:
		return trackLabels[1]
	case room.TrackKind{Type: room.Video, Source: room.Camera}:
		return trackLabels[3]
	case room.TrackKind{Type: room.Video, Source: room.ScreenShare}:
		return trackLabels[4]
	}
	if k.Type == room.Video {
		return trackLabels[5]
	}
	return trackLabels[2]
}

var qualityNames = map[room.ConnectionQuality]string{
	room.QualityExcellent: "excellent", room.QualityGood: "good", room.QualityPoor: "poor", room.QualityLost: "lost",
}

// lineMetrics tells what participants' lines carry when metrics are read.
type lineMetrics struct {
	each            func(func(wire.TransportStats))
	estimate, short *prometheus.Desc
}

func newLineMetrics(each func(func(wire.TransportStats))) lineMetrics {
	return lineMetrics{
		each:     each,
		estimate: prometheus.NewDesc("konklave_line_estimate_bits", "What participants' lines carry at this moment by their estimates, bits a second, of those of which something is known.", nil, nil),
		short:    prometheus.NewDesc("konklave_pictures_short", "Pictures that are paused at this moment, or smaller or slower than wanted, because a participant's line carries no more.", []string{"how"}, nil),
	}
}

// estimateBuckets are bits a second: from what carries sound alone to what carries everything.
var estimateBuckets = []float64{100e3, 200e3, 300e3, 500e3, 750e3, 1e6, 1.5e6, 2e6, 3e6, 5e6, 10e6, 20e6, 50e6}

// Describe implements prometheus.Collector.
func (m lineMetrics) Describe(out chan<- *prometheus.Desc) {
	out <- m.estimate
	out <- m.short
}

// Collect implements prometheus.Collector.
func (m lineMetrics) Collect(out chan<- prometheus.Metric) {
	buckets := make(map[float64]uint64, len(estimateBuckets))
	for _, b := range estimateBuckets {
		buckets[b] = 0
	}
	var known uint64
	var sum float64
	var paused, lowered int
	m.each(func(s wire.TransportStats) {
		paused, lowered = paused+s.Short.Paused, lowered+s.Short.Lowered
		if s.Line == 0 {
			return
		}
		known++
		sum += float64(s.Line)
		for _, b := range estimateBuckets {
			if float64(s.Line) <= b {
				buckets[b]++
			}
		}
	})
	out <- prometheus.MustNewConstHistogram(m.estimate, known, sum, buckets)
	out <- prometheus.MustNewConstMetric(m.short, prometheus.GaugeValue, float64(paused), "paused")
	out <- prometheus.MustNewConstMetric(m.short, prometheus.GaugeValue, float64(lowered), "lowered")
}
