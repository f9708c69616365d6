package app

import (
	"context"
	"encoding/json"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"

	"konklave/internal/config"
	"konklave/internal/room"
	"konklave/internal/sfu"
	"konklave/internal/wire"
)

// labelNames are all labels that metrics may have. Each has a closed list of values, and none of them stands for anybody.
var labelNames = []string{
	"direction", "reason", "what", "video", "path", "status", "why", "route", "kind", "source", "quality", "how",
}

// metricsOfAServer gives the metrics of a server that has all there is, and their labels, and what they say.
func metricsOfAServer(t *testing.T) (labels map[string][]string, said map[string]*dto.MetricFamily) {
	t.Helper()
	cfg := local(t)
	cfg.TLS.SelfSigned = true
	cfg.Webhook.URLs = []string{"http://127.0.0.1:9/"}
	registry := prometheus.NewRegistry()
	ctx, cancel := context.WithCancel(context.Background())
	out, log, ended := &screen{}, &screen{}, make(chan error, 1)
	go func() {
		ended <- serve(ctx, registry, nil, func() (config.Config, error) { return cfg, nil }, cfg, out, log)
	}()
	for deadline := time.Now().Add(5 * time.Second); !strings.Contains(out.String(), "ready: "); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("not ready:\n%s\n%s", out, log)
		}
	}
	defer func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}()
	descs := make(chan *prometheus.Desc, 1000)
	registry.Describe(descs)
	close(descs)
	text := regexp.MustCompile(`fqName: "(\w+)".*variableLabels: \{(.*?)\}`)
	labels = map[string][]string{}
	for d := range descs {
		m := text.FindStringSubmatch(d.String())
		if m == nil {
			t.Fatalf("%s is not understood", d)
		}
		if !strings.HasPrefix(m[1], "konklave_") {
			continue // those of the library
		}
		labels[m[1]] = slices.DeleteFunc(strings.Split(m[2], ","), func(s string) bool { return s == "" })
	}
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	said = map[string]*dto.MetricFamily{}
	for _, f := range families {
		said[f.GetName()] = f
	}
	return labels, said
}

func TestMetrics(t *testing.T) {
	labels, said := metricsOfAServer(t)
	page, err := os.ReadFile("../../docs/metrics.md")
	if err != nil {
		t.Fatal(err)
	}

	documented := map[string][]string{}
	word := regexp.MustCompile("`(\\w+)`")
	words := func(cell string) (found []string) {
		for _, m := range word.FindAllStringSubmatch(cell, -1) {
			found = append(found, m[1])
		}
		return found
	}
	reasons := map[string]bool{}
	for line := range strings.Lines(string(page)) {
		cells := strings.Split(line, "|")
		switch names := words(cells[min(1, len(cells)-1)]); {
		case len(cells) == 5 && len(names) == 1:
			documented[names[0]] = words(cells[2])
		case len(cells) == 4:
			for _, name := range names {
				reasons[name] = true
			}
		}
	}
	for name, want := range labels {
		if got, ok := documented[name]; !ok {
			t.Errorf("docs/metrics.md does not have %s", name)
		} else if !slices.Equal(got, want) {
			t.Errorf("docs/metrics.md has %s with labels %v, it has %v", name, got, want)
		}
		for _, label := range want {
			if !slices.Contains(labelNames, label) {
				t.Errorf("%s has a label %s", name, label)
			}
		}
	}
	for name := range documented {
		if labels[name] == nil {
			t.Errorf("docs/metrics.md has %s, which does not exist", name)
		}
	}

	told := map[string]bool{}
	for _, m := range said["konklave_media_dropped_total"].GetMetric() {
		told[m.GetLabel()[0].GetValue()] = true
	}
	for reason := range told {
		if !reasons[reason] {
			t.Errorf("docs/metrics.md does not say why packets are dropped as %s", reason)
		}
	}
	for reason := range reasons {
		if !told[reason] {
			t.Errorf("docs/metrics.md has a reason %s, which does not exist", reason)
		}
	}
	for r := sfu.Kept + 1; int(r) < sfu.DropReasons; r++ {
		if !told["media_"+r.String()] {
			t.Errorf("drops as %s are not told", r)
		}
	}
	if n := len(said["konklave_tracks"].GetMetric()); n != len(trackLabels) {
		t.Errorf("%d kinds of tracks are told", n)
	}
}

// Every query of the dashboard is about what exists.
func TestDashboard(t *testing.T) {
	labels, _ := metricsOfAServer(t)
	data, err := os.ReadFile("../../examples/grafana/konklave.json")
	if err != nil {
		t.Fatal(err)
	}
	var dashboard struct {
		Panels []struct {
			Title   string
			Targets []struct{ Expr string }
		}
		Templating struct{ List []struct{ Query string } }
	}
	if err := json.Unmarshal(data, &dashboard); err != nil {
		t.Fatal(err)
	}
	queries := map[string]string{}
	for _, p := range dashboard.Panels {
		for _, target := range p.Targets {
			queries[target.Expr] = p.Title
		}
	}
	if len(queries) < 20 {
		t.Errorf("only %d queries were found", len(queries))
	}
	for _, v := range dashboard.Templating.List {
		queries[v.Query] = "variables"
	}
	name, selected, by := regexp.MustCompile(`(konklave_\w+)(\{[^}]*\})?`), regexp.MustCompile(`(\w+)=`), regexp.MustCompile(`by \(([\w, ]+)\)`)
	ofPrometheus := []string{"instance", "job", "le"}
	for query, title := range queries {
		var known []string
		for _, m := range name.FindAllStringSubmatch(query, -1) {
			metric := m[1]
			for _, part := range []string{"_bucket", "_count", "_sum"} {
				if whole, ok := strings.CutSuffix(metric, part); ok && labels[whole] != nil {
					metric = whole
				}
			}
			if labels[metric] == nil {
				t.Errorf("%s: there is no %s", title, metric)
			}
			known = append(known, labels[metric]...)
			for _, s := range selected.FindAllStringSubmatch(m[2], -1) {
				if !slices.Contains(ofPrometheus, s[1]) && !slices.Contains(labels[metric], s[1]) {
					t.Errorf("%s: %s has no label %s", title, metric, s[1])
				}
			}
		}
		for _, m := range by.FindAllStringSubmatch(query, -1) {
			for label := range strings.SplitSeq(m[1], ", ") {
				if !slices.Contains(ofPrometheus, label) && !slices.Contains(known, label) {
					t.Errorf("%s: nothing in it has a label %s", title, label)
				}
			}
		}
	}
}

// What lines carry is told as it is at this moment: in buckets, of those of which it is known.
func TestLineMetrics(t *testing.T) {
	lines := []wire.TransportStats{
		{Line: 250_000, Short: sfu.Shortage{Paused: 2, Lowered: 1}}, {}, {Line: 2_000_000}, {Line: 90_000_000, Short: sfu.Shortage{Lowered: 1}},
	}
	registry := prometheus.NewRegistry()
	registry.MustRegister(newLineMetrics(func(do func(wire.TransportStats)) {
		for _, l := range lines {
			do(l)
		}
	}))
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	h := families[0].GetMetric()[0].GetHistogram()
	if h.GetSampleCount() != 3 || h.GetSampleSum() != 92_250_000 {
		t.Errorf("%d lines, together %.0f", h.GetSampleCount(), h.GetSampleSum())
	}
	for _, b := range h.GetBucket() {
		want := uint64(0)
		for _, l := range lines {
			if l.Line > 0 && float64(l.Line) <= b.GetUpperBound() {
				want++
			}
		}
		if b.GetCumulativeCount() != want {
			t.Errorf("%d lines up to %.0f, want %d", b.GetCumulativeCount(), b.GetUpperBound(), want)
		}
	}
	short := map[string]float64{}
	for _, m := range families[1].GetMetric() {
		short[m.GetLabel()[0].GetValue()] = m.GetGauge().GetValue()
	}
	if short["paused"] != 2 || short["lowered"] != 2 {
		t.Errorf("pictures that lines do not carry: %v", short)
	}
}

func TestKindsOfTracks(t *testing.T) {
	for _, kind := range []room.TrackType{room.Audio, room.Video} {
		for source := room.UnknownSource; source <= room.ScreenShareAudio; source++ {
			got := labelsOf(room.TrackKind{Type: kind, Source: source})
			if !slices.Contains(trackLabels, got) || (got[0] == "video") != (kind == room.Video) {
				t.Errorf("type %d, source %d is told as %v", kind, source, got)
			}
		}
	}
}
