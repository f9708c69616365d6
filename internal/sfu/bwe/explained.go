package bwe

// drained is the share of what we believe that such a queue shrinks by: what there is, is more, and a queue that does not go
// away is not explained.
const drained = 1.15

// explained is the queue that our own packets would make on a line that carries just what we believe. A frame that
// leaves at once waits for itself, a key frame for longer, and so does what follows it: none of that means that the line
// carries less. What packets wait for beyond this does, or others send too.
type explained struct {
	wait float64 // ns, behind the last packet
	at   Time    // of that
}

// ahead is how long a packet waits that is sent at a time, where the line takes so many nanoseconds for a byte. The packet
// counts from then on.
func (x *explained) ahead(at Time, bytes int, perByte float64) Time {
	wait := max(0, x.wait-drained*float64(at-x.at))
	x.wait, x.at = wait+float64(bytes)*perByte, at
	return Time(wait)
}
