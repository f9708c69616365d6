package main

import (
	"bytes"
	"fmt"
	"os"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
)

const ours = "konklave"

// String is a run for the terminal.
func (r Result) String() string {
	title := r.Scenario + " " + r.Server
	if r.Shards > 0 {
		return fmt.Sprintf("%s: two do %.2f times as much as one", title, r.Shards)
	}
	if r.Seconds == 0 {
		return title + ": " + r.Log
	}
	var b bytes.Buffer
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	row := func(name, format string, args ...any) {
		fmt.Fprintf(w, "  %s\t"+format+"\n", append([]any{name}, args...)...)
	}
	row("CPU", "%.2f us a packet, %.3f cores", r.MicrosPerSent, r.CPU)
	row("packets", "%.0f/s in, %.0f/s out (the server says %.0f), %.1f Mbit/s, %.3f trains a packet", r.PacketsIn, r.PacketsOut, r.ServerCounted, r.MegabitsOut, r.TrainShare)
	row("delivered", "%.5f; %d streams in a wrong layer; %d payloads checked", r.Delivered, r.Misplaced, r.Checked)
	row("loss", "%.4f %%, %.1f retransmissions/s, unrepaired %.4f %%, drops %v", r.LossPercent, r.Repaired, r.Unrepaired, r.Drops)
	if r.Saturation > 0 {
		row("saturation", "%.0f packets/s", r.Saturation)
	}
	row("mallocs", "%.4f a packet", r.Mallocs)
	row("memory", "%.1f MB, empty %.1f MB; a client %.0f kB, heap %.0f kB, %.1f goroutines", r.RSS/1e6, r.RSSEmpty/1e6, r.RSSPerClient/1e3, r.HeapPerClient/1e3, r.GoroutinesPerClient)
	row("join", "connected %.0f/%.0f ms, media %.0f/%.0f ms, key frame %.0f/%.0f ms, CPU %.1f ms", r.Connected.P50, r.Connected.P95, r.Media.P50, r.Media.P95, r.Picture.P50, r.Picture.P95, r.JoinCPUMillis)
	row("latency", "%.2f/%.2f/%.2f ms, of sound %.2f/%.2f/%.2f ms", r.Latency.P50, r.Latency.P95, r.Latency.P99, r.AudioLatency.P50, r.AudioLatency.P95, r.AudioLatency.P99)
	row("load", "%.2f cores, %.2f us a packet; starved: server %.2f, load %.2f%s", r.LoadCPU, r.LoadMicros, r.Starved, r.LoadStarved, r.warning())
	if r.Log != "" {
		row("log", "%s", r.Log)
	}
	_ = w.Flush() // into memory
	return title + "\n" + strings.TrimRight(b.String(), "\n")
}

// warning says when it was the load that limited.
func (r Result) warning() string {
	if r.LoadCPU+r.LoadStarved > 0.9 {
		return " - THE LOAD WAS SHORT OF CPU"
	}
	return ""
}

// Between these lines the document belongs to this program; the rest of it to people.
const (
	figuresBegin = "<!-- figures: written by bench -->"
	figuresEnd   = "<!-- end of figures -->"
)

// renew puts the figures of all runs into the document.
func renew(document, note string, results []Result) error {
	return put(document, conditions(note, results)+"\n"+targetTable(results)+"\n"+table(results)+"\n"+peerTable(results))
}

// put puts figures into their place in a document.
func put(document, figures string) error {
	text, err := os.ReadFile(document)
	if err != nil {
		return err
	}
	before, rest, begun := strings.Cut(string(text), figuresBegin)
	_, after, ended := strings.Cut(rest, figuresEnd)
	if !begun || !ended {
		return fmt.Errorf("%s has no place for figures: it needs the lines %q and %q", document, figuresBegin, figuresEnd)
	}
	return os.WriteFile(document, []byte(before+figuresBegin+"\n"+figures+figuresEnd+after), 0o644)
}

// column is one figure of the table of all runs.
type column struct {
	title string
	show  func(runs []Result) string
}

var columns = []column{
	{"CPU µs/packet", func(runs []Result) string {
		return fmt.Sprintf("**%.2f** (%s)", median(runs, micros), extent(runs, "%.2f", micros))
	}},
	{"cores", one("%.3f", cores)},
	{"packets/s in", one("%.0f", func(r Result) float64 { return r.PacketsIn })},
	{"packets/s out", one("%.0f", func(r Result) float64 { return r.PacketsOut })},
	{"delivered", one("%.5f", func(r Result) float64 { return r.Delivered })},
	{"trains/packet", one("%.2f", func(r Result) float64 { return r.TrainShare })},
	{"mallocs/packet", one("%.4f", func(r Result) float64 { return r.Mallocs })},
	{"latency ms", triple("%.1f", func(r Result) Spread { return r.Latency })},
	{"of sound", triple("%.1f", func(r Result) Spread { return r.AudioLatency })},
	{"connected ms", pair("%.0f", func(r Result) Spread { return r.Connected })},
	{"key frame ms", pair("%.0f", func(r Result) Spread { return r.Picture })},
	{"CPU ms/join", one("%.1f", func(r Result) float64 { return r.JoinCPUMillis })},
	{"RSS KiB/client", one("%.0f", func(r Result) float64 { return r.RSSPerClient / 1024 })},
	{"load cores", one("%.2f", func(r Result) float64 { return r.LoadCPU })},
	{"starved", func(runs []Result) string {
		return fmt.Sprintf("%.2f, %.2f", median(runs, func(r Result) float64 { return r.Starved }), median(runs, func(r Result) float64 { return r.LoadStarved }))
	}},
}

func one(format string, value func(Result) float64) func([]Result) string {
	return func(runs []Result) string { return fmt.Sprintf(format, median(runs, value)) }
}

// pair shows median and 95th percentile, each the median of the runs.
func pair(format string, value func(Result) Spread) func([]Result) string {
	return func(runs []Result) string {
		return fmt.Sprintf(format+"/"+format,
			median(runs, func(r Result) float64 { return value(r).P50 }), median(runs, func(r Result) float64 { return value(r).P95 }))
	}
}

// triple is pair with the 99th percentile.
func triple(format string, value func(Result) Spread) func([]Result) string {
	return func(runs []Result) string {
		return pair(format, value)(runs) + fmt.Sprintf("/"+format, median(runs, func(r Result) float64 { return value(r).P99 }))
	}
}

func values(runs []Result, value func(Result) float64) []float64 {
	list := make([]float64, len(runs))
	for i, r := range runs {
		list[i] = value(r)
	}
	slices.Sort(list)
	return list
}

func median(runs []Result, value func(Result) float64) float64 {
	list := values(runs, value)
	return (list[(len(list)-1)/2] + list[len(list)/2]) / 2
}

func extent(runs []Result, format string, value func(Result) float64) string {
	list := values(runs, value)
	return fmt.Sprintf(format+"-"+format, list[0], list[len(list)-1])
}

// table has a line for each scenario and server.
func table(results []Result) string {
	var b strings.Builder
	b.WriteString("| load | server | n")
	for _, c := range columns {
		b.WriteString(" | " + c.title)
	}
	b.WriteString(" |\n|---|---|---" + strings.Repeat("|---", len(columns)) + "|\n")
	all := byServer(results)
	for _, s := range scenarios {
		for _, kind := range append([]string{ours}, s.Beside...) {
			runs := all[key(s.Name, kind)]
			if len(runs) == 0 || s.Shards {
				continue
			}
			fmt.Fprintf(&b, "| %s | %s | %d", s.Name, kind, len(runs))
			for _, c := range columns {
				fmt.Fprintf(&b, " | %s", c.show(runs))
			}
			b.WriteString(" |\n")
		}
	}
	b.WriteString("\n| load | what it is |\n|---|---|\n")
	for _, s := range scenarios {
		if len(all[key(s.Name, ours)]) > 0 {
			fmt.Fprintf(&b, "| %s | %s |\n", s.Name, s.About)
		}
	}
	return b.String()
}

func key(scenario, server string) string { return scenario + " " + server }

// byServer are the runs that gave figures, by scenario and server.
func byServer(results []Result) map[string][]Result {
	all := map[string][]Result{}
	for _, r := range results {
		if r.Seconds > 0 || r.Shards > 0 {
			all[key(r.Scenario, r.Server)] = append(all[key(r.Scenario, r.Server)], r)
		}
	}
	return all
}

// conditions says where, when and with what the figures came about, and what did not come about.
func conditions(note string, results []Result) string {
	var b strings.Builder
	var versions, failures []string
	seconds, short := 0.0, 0
	for _, r := range results {
		if version := r.Server + " is " + r.Version; r.Version != "" && r.Version != r.Server && !slices.Contains(versions, version) {
			versions = append(versions, version)
		}
		if r.Seconds == 0 && r.Shards == 0 {
			failures = append(failures, fmt.Sprintf("%s of %s failed.", r.Scenario, r.Server))
		}
		if r.warning() != "" {
			short++
		}
		seconds = max(seconds, r.Seconds)
	}
	fmt.Fprintf(&b, "\nMeasured on %s: %s; %s. ", time.Now().Format(time.DateOnly), machine(), strings.Join(versions, "; "))
	fmt.Fprintf(&b, "Windows of %.0f s; medians of the runs, with the least and the greatest in brackets. ", seconds)
	if short > 0 {
		fmt.Fprintf(&b, "In %d of %d runs the load itself was short of CPU. ", short, len(results))
	}
	b.WriteString(strings.Join(slices.Compact(failures), " ") + "\n")
	if note != "" {
		b.WriteString("\n" + strings.TrimSpace(note) + "\n")
	}
	return b.String()
}
