package bwe_test

import (
	"slices"

	"konklave/internal/sfu/bwe"
	"konklave/internal/sfu/bwe/line"
)

// sampling is the time between two looks at what goes on.
const sampling = 100 * line.Millisecond

// run is what went on in a scenario.
type run struct {
	*scenario
	capacity  []bwe.Rate // by sample
	queue     []bwe.Time // of the line
	viewers   []course
	downloads []course
}

// course is what became of one viewer or download.
type course struct {
	from     bwe.Time
	wanted   bwe.Rate
	estimate []bwe.Rate // by sample, from the beginning of the scenario
	sent     []bwe.Rate // since the sample before
	came     []bwe.Rate
	layers   [][]int // of each track: what is sent, -1 without
	lost     []int   // packets of sound, so far
	changes  []int   // of the layer that is wanted, so far
}

// play runs a scenario, with an estimator of make for each viewer.
func play(s *scenario, seed uint64, make func(w *line.World) estimates) *run {
	w := line.NewWorld(seed)
	l := line.New(w, s.path)
	r := &run{scenario: s}
	for _, c := range s.changes {
		w.At(c.at, func() { c.values.change(&l.Path) })
	}
	r.viewers, r.downloads = newCourses(s.viewers), newCourses(s.downloads)
	for i, p := range s.viewers {
		w.At(p.from, func() { r.watch(&r.viewers[i], newViewer(l, i, p.values, make(w))) })
	}
	for i, p := range s.downloads {
		w.At(p.from, func() { r.watchDownload(&r.downloads[i], l, 100+i, p) })
	}
	w.Every(sampling, sampling, func() {
		r.capacity = append(r.capacity, l.Capacity())
		r.queue = append(r.queue, l.Waiting())
	})
	w.Run(s.length)
	return r
}

func newCourses(p []participant) []course {
	c := make([]course, len(p))
	for i := range c {
		c[i].from = p[i].from
	}
	return c
}

// watch samples a viewer.
func (r *run) watch(c *course, v *viewer) {
	missed := int(v.Now / sampling)
	c.wanted = v.wanted()
	c.estimate, c.sent, c.came = make([]bwe.Rate, missed), make([]bwe.Rate, missed), make([]bwe.Rate, missed)
	c.lost, c.changes = make([]int, missed), make([]int, missed)
	for range v.tracks {
		c.layers = append(c.layers, slices.Repeat([]int{-1}, missed))
	}
	sent, came := 0, 0
	v.Every(v.Now+sampling, sampling, func() {
		c.estimate = append(c.estimate, v.estimate.Estimate())
		c.sent = append(c.sent, perSecond(v.total()-sent))
		c.came = append(c.came, perSecond(v.receiver.Total()-came))
		for i, t := range v.tracks {
			c.layers[i] = append(c.layers[i], t.current)
		}
		c.lost = append(c.lost, v.receiver.Lost[line.Audio])
		c.changes = append(c.changes, v.changes)
		sent, came = v.total(), v.receiver.Total()
	})
}

func (r *run) watchDownload(c *course, l *line.Line, flow int, p participant) {
	c.came = make([]bwe.Rate, int(l.Now/sampling))
	d := line.NewDownload(l, flow, p.values["cubic"] != "")
	l.At(p.to, d.End)
	came := 0
	l.Every(l.Now+sampling, sampling, func() {
		c.came = append(c.came, perSecond(d.Bytes-came))
		came = d.Bytes
	})
}

func perSecond(bytes int) bwe.Rate { return bwe.Rate(bytes * 8 * int(line.Second/sampling)) }

// samples are the numbers of the samples within a span of time.
func samples(from, to bwe.Time) (first, end int) { return int(from / sampling), int(to / sampling) }
