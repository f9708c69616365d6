package wire

import (
	"time"

	"konklave/internal/sfu"
)

// What one peer may send, media and feedback together: several times what a participant needs that shares a screen
// beside a camera in three layers. Packets beyond it are dropped before they are opened (dropOverRate), so that a
// flood costs its sender's media and nobody else's.
const (
	mostPackets = 6_000      // a second
	mostBits    = 30_000_000 // a second

	second = sfu.Time(time.Second)
	burst  = second / 2 // what comes at once may be that much of a second's
)

// budget holds a sender to those rates. It is two leaky buckets in their virtual-time form (GCRA, ITU-T I.371): each
// says until when what was let through fills the rate. One goroutine owns it.
type budget struct {
	packets, bytes sfu.Time
}

// take tells whether n bytes may pass now, and charges them if so. allowed is how far the rate may be run ahead of.
func (b *budget) take(now sfu.Time, n int, allowed sfu.Time) bool {
	packets := max(b.packets, now) + second/mostPackets
	bytes := max(b.bytes, now) + sfu.Time(n)*8*second/mostBits
	if max(packets, bytes)-now > allowed {
		return false
	}
	b.packets, b.bytes = packets, bytes
	return true
}
