package sfu

// Timing of key frame requests.
const (
	keyframeWait     = Time(500_000_000) // between two requests for the same layer
	maxKeyframeTries = 10                // requests that stay without an answer; then somebody must ask anew
)

// keyframeWish merges requests for a key frame of one layer: however many ask, one PLI goes out per keyframeWait
// until a key frame arrives.
type keyframeWish struct {
	wanted bool
	asked  bool // at least once
	last   Time
	tries  uint8
}

// want notes a request.
func (k *keyframeWish) want() { k.wanted, k.tries = true, 0 }

// answered notes a key frame.
func (k *keyframeWish) answered() { k.wanted = false }

// deadline is when a request must go out.
func (k *keyframeWish) deadline() Time {
	switch {
	case !k.wanted:
		return Never
	case !k.asked:
		return 0
	}
	return k.last + keyframeWait
}

// due tells whether to send a request now, and counts it as sent.
func (k *keyframeWish) due(now Time) bool {
	if now < k.deadline() {
		return false
	}
	k.asked, k.last = true, now
	k.tries++
	if k.tries >= maxKeyframeTries {
		k.wanted = false
	}
	return true
}
