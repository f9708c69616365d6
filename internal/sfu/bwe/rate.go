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
