package wire

import (
	"testing"

	"konklave/internal/sfu"
)

// Moments that are far come together with others, not earlier and at most a beat late; those that are near stay as they are.
func TestFarMomentsComeTogether(t *testing.T) {
	var h timers
	const now = sfu.Time(1_000_000_000)
	together := map[sfu.Time]bool{}
	for i := range sfu.Time(100) {
		at := now + i*beat/100
		due := h.together(at, at+senderPace)
		if due < at+senderPace || due >= at+senderPace+beat {
			t.Fatalf("due at %d instead of %d", due, at+senderPace)
		}
		together[due] = true
	}
	if len(together) > 2 {
		t.Errorf("a hundred of one beat come at %d moments", len(together))
	}
	for _, due := range []sfu.Time{0, now, now + 1, now + beat + 1, sfu.Never} {
		if got := h.together(now, due); got != due {
			t.Errorf("%d became %d", due, got)
		}
	}
}
