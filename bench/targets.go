package main

import (
	"fmt"
	"strings"
)

// target is a figure that is to be reached: what the medians of the runs are compared with.
type target struct {
	scenario, what, unit string
	limit                float64
	least                bool // the limit is the least that will do, not the most
	format               string
	value                func(all map[string][]Result) (value, low, high float64, ok bool)
}

var targets = []target{
	{"a100", "CPU a packet, beside the bare forwarder", "times", 1.5, false, "%.2f", beside("a100", "raw", micros)},
	{"a100-apart", "CPU a packet, to clients without GRO", "µs", 2.0, false, "%.2f", of("a100-apart", micros)},
	{"a100-nogso", "CPU a packet, without GSO", "µs", 3.0, false, "%.2f", of("a100-nogso", micros)},
	{"a100", "memory a subscriber", "KiB", 200, false, "%.0f", of("a100", func(r Result) float64 { return r.RSSPerClient / 1024 })},
	{"a100", "forwarding, p50", "ms", 3, false, "%.1f", of("a100", func(r Result) float64 { return r.Latency.P50 })},
	{"a100", "forwarding, p95", "ms", 8, false, "%.1f", of("a100", func(r Result) float64 { return r.Latency.P95 })},
	{"a100r", "CPU a packet, as Chromium sends", "µs", 2.3, false, "%.2f", of("a100r", micros)},
	{"a100l", "CPU a packet with three layers, feedback, 1 % loss, beside a100", "times", 1.25, false, "%.2f", between("a100l", "a100", micros)},
	{"a350", "CPU", "cores", 0.25, false, "%.3f", of("a350", cores)},
	{"a350k3", "CPU with 3 speakers", "cores", 0.40, false, "%.3f", of("a350k3", cores)},
	{"a350k3", "forwarding of sound beside key frames, p99", "ms", 10, false, "%.1f", of("a350k3", func(r Result) float64 { return r.AudioLatency.P99 })},
	{"sat", "packets/s of which all arrive", "", 300_000, true, "%.0f", of("sat", func(r Result) float64 { return r.Saturation })},
	{"b100", "CPU a packet", "µs", 3.0, false, "%.2f", of("b100", micros)},
	{"b150", "CPU a packet", "µs", 3.0, false, "%.2f", of("b150", micros)},
	{"c10", "CPU a packet", "µs", 2.5, false, "%.2f", of("c10", micros)},
	{"a100", "join to the whole first key frame, p50", "ms", 50, false, "%.0f", of("a100", func(r Result) float64 { return r.Picture.P50 })},
	{"a100", "join to the whole first key frame, p95", "ms", 150, false, "%.0f", of("a100", func(r Result) float64 { return r.Picture.P95 })},
	{"a100", "CPU a join", "ms", 8, false, "%.1f", of("a100", func(r Result) float64 { return r.JoinCPUMillis })},
	{"d170", "people who joined, 5 a second", "", 170, true, "%.0f", of("d170", func(r Result) float64 { return float64(r.People) })},
	{"d170", "heap for a track that is not forwarded to somebody", "B", 512, false, "%.0f", each("d170", "d170e", 169)},
	{"b100", "heap for a track that is forwarded to somebody", "KiB", 20, false, "%.1f", kibi(each("b100", "d170e", 10))},
	{"d210", "delivered", "", 0.999, true, "%.5f", of("d210", func(r Result) float64 { return r.Delivered })},
	{"d210", "CPU", "cores", 1, false, "%.2f", of("d210", cores)},
	{"d210", "join to the whole first key frame, p95", "ms", 1000, false, "%.0f", of("d210", func(r Result) float64 { return r.Picture.P95 })},
	{"d210", "memory", "MiB", 1024, false, "%.0f", of("d210", func(r Result) float64 { return r.RSS / (1 << 20) })},
	{"shards", "throughput of two shards, in one room, beside one", "times", 1.7, true, "%.2f", of("shards", func(r Result) float64 { return r.Shards })},
}

func micros(r Result) float64 { return r.MicrosPerSent }
func cores(r Result) float64  { return r.CPU }

type valued = func(all map[string][]Result) (value, low, high float64, ok bool)

// of is a figure of our own runs.
func of(scenario string, figure func(Result) float64) valued {
	return func(all map[string][]Result) (float64, float64, float64, bool) {
		runs := all[key(scenario, ours)]
		if len(runs) == 0 {
			return 0, 0, 0, false
		}
		list := values(runs, figure)
		return median(runs, figure), list[0], list[len(list)-1], true
	}
}

// beside is how many times another server's figure ours is, run by run.
func beside(scenario, other string, figure func(Result) float64) valued {
	return quotient(key(scenario, ours), key(scenario, other), figure)
}

// between compares two scenarios in the same way.
func between(one, other string, figure func(Result) float64) valued {
	return quotient(key(one, ours), key(other, ours), figure)
}

func quotient(one, other string, figure func(Result) float64) valued {
	return func(all map[string][]Result) (float64, float64, float64, bool) {
		var ratios []Result // in MicrosPerSent, for want of a better place
		for i := range min(len(all[one]), len(all[other])) {
			if d := figure(all[other][i]); d > 0 {
				ratios = append(ratios, Result{MicrosPerSent: figure(all[one][i]) / d})
			}
		}
		return of("", micros)(map[string][]Result{key("", ours): ratios})
	}
}

// each is what each of so many things costs in heap, by which a participant of one scenario has more than one of other.
func each(one, other string, things float64) valued {
	heap := func(r Result) float64 { return r.HeapPerClient / things }
	return func(all map[string][]Result) (float64, float64, float64, bool) {
		value, low, high, ok := of(one, heap)(all)
		base, _, _, based := of(other, heap)(all)
		return value - base, low - base, high - base, ok && based
	}
}

func kibi(v valued) valued {
	return func(all map[string][]Result) (float64, float64, float64, bool) {
		value, low, high, ok := v(all)
		return value / 1024, low / 1024, high / 1024, ok
	}
}

// targetTable says for each target whether it is reached.
func targetTable(results []Result) string {
	all := byServer(results)
	var b strings.Builder
	b.WriteString("| load | what | to reach | median (least-greatest) | reached |\n|---|---|---|---|---|\n")
	for _, t := range targets {
		value, low, high, ok := t.value(all)
		bound, mark := "at most", "**no**"
		if t.least {
			bound = "at least"
		}
		if value <= t.limit && !t.least || value >= t.limit && t.least {
			mark = "yes"
		}
		figures := fmt.Sprintf(t.format+" ("+t.format+"-"+t.format+") %s", value, low, high, t.unit)
		if !ok {
			figures, mark = "not measured", ""
		}
		fmt.Fprintf(&b, "| %s | %s | %s %g %s | %s | %s |\n", t.scenario, t.what, bound, t.limit, t.unit, strings.TrimSpace(figures), mark)
	}
	return b.String()
}
