package wire

import (
	"time"

	"konklave/internal/sfu"
)

// unhurried is when the sockets are read to which the kernel gives feedback for the whole transport. Nobody is woken by
// it: a hundred receivers would call a shard 1,600 times a second, and being called costs several times what there is to do
// then. It is read when the shard is awake, as it is for each packet of media, and at the next beat of its timers where
// nothing else wakes it.
type unhurried struct {
	next sfu.Time // not before
	beat sfu.Time // in any case, Never while none comes: timers wake the shard for who gets anything
}

// feedbackPace is how often it is read at most.
const feedbackPace = sfu.Time(5 * time.Millisecond)

// read notes that it was read: whether there was any, and whether more may wait.
func (u *unhurried) read(now sfu.Time, any, more bool) {
	u.next, u.beat = now+feedbackPace, sfu.Never
	switch {
	case more:
		u.next, u.beat = now, now
	case any:
		u.beat = u.next - u.next%beat + beat
	}
}
