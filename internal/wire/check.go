package wire

import (
	"encoding/binary"
	"sync"

	"konklave/internal/sfu"
)

// checks are the connectivity checks that came with one set of credentials: at what rate, and which. A check is not
// protected against being sent again: whoever overhears one could move a peer's media to another address with it. So
// one that came before is good only from where it came first. Checks come to any shard, so a lock guards them; they are
// rare.
type checks struct {
	mu     sync.Mutex
	fresh  allowance
	again  allowance // of those that came before: repeating them must not use up the rate of others
	recent []seen    // at most manyChecks; of some minutes once a path is chosen
	next   int       // in recent, when it is full
}

// seen is one of them.
type seen struct {
	transaction uint64 // most of its transaction id, which is random
	from        endpoint
}

const manyChecks = 128

func newChecks() checks {
	return checks{fresh: allowance{each: second / mostChecks}, again: allowance{each: second / mostChecks}}
}

// admit takes in a verified check. It is false, with the reason, for one that is not to be answered.
func (c *checks) admit(now sfu.Time, raw []byte, from endpoint, allowed sfu.Time) (why counter, ok bool) {
	transaction := binary.BigEndian.Uint64(raw[8:])
	c.mu.Lock()
	defer c.mu.Unlock()
	for i := range c.recent {
		if c.recent[i].transaction == transaction {
			if c.recent[i].from != from {
				return dropReplayed, false
			}
			return dropOverRate, c.again.take(now, 0, allowed)
		}
	}
	if !c.fresh.take(now, 0, allowed) {
		return dropOverRate, false
	}
	if s := (seen{transaction, from}); len(c.recent) < manyChecks {
		c.recent = append(c.recent, s)
	} else {
		c.recent[c.next] = s
		c.next = (c.next + 1) % manyChecks
	}
	return 0, true
}
