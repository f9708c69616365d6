package sfu

import "konklave/internal/sfu/bwe"

// soundMeter measures what is sent beside pictures.
type soundMeter struct {
	bytes int64 // since then
	since Time
	rate  bwe.Rate
	last  bwe.Rate // of the last interval
}

const (
	leastSound    = 40 * bwe.Kbit // kept for it in any case
	soundInterval = Time(1_000_000_000)
	soundMemory   = 8 // intervals in which less counts
)

// review is what to keep for sound: what it took lately, for it comes again after a silence.
func (m *soundMeter) review(now Time) bwe.Rate {
	if span := now - m.since; span >= soundInterval {
		if m.since != 0 {
			measured := bwe.Rate(m.bytes * 8 * 1_000_000_000 / int64(span))
			m.last = measured
			m.rate = max(measured, m.rate-m.rate/soundMemory, leastSound)
		}
		m.since, m.bytes = now, 0
	}
	return m.rate
}

// times is a multiple of a rate.
func times(r bwe.Rate, x float64) bwe.Rate { return bwe.Rate(float64(r) * x) }

// rateOver is that of bytes that go within a time.
func rateOver(bytes int, span Time) bwe.Rate {
	return bwe.Rate(int64(bytes) * 8 * 1_000_000_000 / int64(span))
}
