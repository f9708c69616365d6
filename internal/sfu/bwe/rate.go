package bwe

// Time is a moment in nanoseconds since the Unix epoch, read from a clock that never runs backwards; the same as
// sfu.Time, which this package cannot import.
type Time int64

// Spans of time.
const (
	millisecond = Time(1_000_000)
	second      = 1000 * millisecond
)

// Never is a deadline that does not come.
const Never = Time(1<<63 - 1)

// Rate is in bits a second.
type Rate int64

// Units of rates.
const (
	Kbit = Rate(1000)
	Mbit = 1000 * Kbit
)

// Bytes is how many bytes a rate makes in a span of time.
func (r Rate) Bytes(span Time) int { return int(float64(r) * float64(span) / float64(8*second)) }

// time is how long a rate takes for bytes.
func (r Rate) time(bytes float64) Time { return Time(bytes * 8 / float64(r) * float64(second)) }

// times is a share or a multiple of a rate.
func (r Rate) times(x float64) Rate { return Rate(float64(r) * x) }

// rateOf is the rate at which bytes go within a span of time.
func rateOf(bytes int64, span Time) Rate {
	if span <= 0 {
		return 0
	}
	return Rate(float64(bytes) * float64(8*second) / float64(span))
}

// share is a share of a span of time.
func (t Time) share(x float64) Time { return Time(float64(t) * x) }
