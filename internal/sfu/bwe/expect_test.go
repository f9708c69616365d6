package bwe_test

import (
	"fmt"
	"slices"

	"konklave/internal/sfu/bwe"
)

// check tells what was found of an expectation, and whether that is what was expected.
func (r *run) check(e expectation) (found string, ok bool) {
	from, to := samples(e.values.span("from", 0), e.values.span("to", r.length))
	least, most := e.values.number("least", 0), e.values.number("most", 1e18)
	within := func(x float64) (string, bool) { return fmt.Sprintf("%.2f", x), x >= least && x <= most }
	c := &r.viewers[int(e.values.number("viewer", 0))]
	to = min(to, len(c.estimate))
	switch e.what {
	case "estimate": // all but a few samples: of what is wanted at least, of the line at most
		low, high := r.estimates(c, from, to, e.values.number("share", 0.95))
		return fmt.Sprintf("%.2f to %.2f", low, high), low >= least && high <= most
	case "mean": // of estimate / (capacity or what is wanted)
		return within(mean(r.ratios(c, from, to, c.wanted)))
	case "recovered": // seconds until the estimate is below the line and the queue is gone, for good (one second)
		return within(r.until(from, to, func(i int) bool {
			return c.estimate[i] <= r.capacity[i] && r.queue[i] <= e.values.span("queue", 100_000_000)
		}))
	case "used": // seconds until the estimate is at so large a share of the line
		return within(r.until(from, to, func(i int) bool {
			return float64(c.estimate[i]) >= e.values.number("share", 0.85)*float64(min(r.capacity[i], c.wanted))
		}))
	case "lost": // packets of sound
		return within(float64(c.lost[to-1] - c.lost[from]))
	case "changes": // of the layer
		return within(float64(c.changes[to-1] - c.changes[from]))
	case "layer": // of a track, mean
		return within(mean(c.layers[int(e.values.number("track", 0))][from:to]))
	case "queue": // 95th percentile, ms
		return within(float64(percentile(r.queue[from:to], 0.95)) / 1e6)
	case "jain": // fairness among the viewers
		return within(r.jain(from, to))
	case "part": // of the line that a viewer gets
		return within(sum(c.came[from:to]) / sum(r.capacity[from:to]))
	case "download": // part of the line that a download gets
		return within(sum(r.downloads[0].came[from:to]) / sum(r.capacity[from:to]))
	}
	return "unknown expectation", false
}

// ratios are the estimate's shares of the line, or of what is wanted where that is less.
func (r *run) ratios(c *course, from, to int, wanted bwe.Rate) []float64 {
	var all []float64
	for i := from; i < to; i++ {
		all = append(all, float64(c.estimate[i])/float64(min(r.capacity[i], wanted)))
	}
	return all
}

// estimates are the least and the largest ratio of the middle share of the samples. The estimate may exceed what is wanted,
// not the line.
func (r *run) estimates(c *course, from, to int, share float64) (low, high float64) {
	return percentile(r.ratios(c, from, to, c.wanted), (1-share)/2), percentile(r.ratios(c, from, to, 1<<62), (1+share)/2)
}

// until is after how many seconds something holds, and goes on to hold for a second.
func (r *run) until(from, to int, holds func(i int) bool) float64 {
	const second = int(1e9 / sampling)
	run := 0
	for i := from; i < to; i++ {
		if !holds(i) {
			run = 0
		} else if run++; run == second {
			return float64(i-second+1-from) / float64(second)
		}
	}
	return 1e9
}

// jain is the fairness of what the viewers got (Jain's index: 1 when all got the same, 1/n when one got all).
func (r *run) jain(from, to int) float64 {
	var total, squares float64
	for i := range r.viewers {
		x := sum(r.viewers[i].came[from:to])
		total += x
		squares += x * x
	}
	return total * total / squares / float64(len(r.viewers))
}

type numeric interface{ ~int | ~int64 | ~float64 }

func sum[T numeric](all []T) float64 {
	s := 0.0
	for _, x := range all {
		s += float64(x)
	}
	return s
}

func mean[T numeric](all []T) float64 { return sum(all) / float64(len(all)) }

func percentile[T numeric](all []T, share float64) T {
	sorted := slices.Clone(all)
	slices.Sort(sorted)
	return sorted[min(int(share*float64(len(sorted))), len(sorted)-1)]
}
