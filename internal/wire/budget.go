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

	mostForged   = 20_000  // packets that do not open, a second, that are not charged to whom they claim to be of
	mostChecks   = 200     // connectivity checks, a second
	mostMessages = 200     // data messages, a second
	mostData     = 1 << 20 // bytes of them, a second

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

// giveBack undoes take for a packet that was not the peer's: whoever forges its address shall not use up its rate.
func (b *budget) giveBack(n int) {
	b.packets -= second / mostPackets
	b.bytes -= sfu.Time(n) * 8 * second / mostBits
}

// allowance is the same for what is rarer than packets, at rates of its own. One goroutine owns it, or a lock guards it.
type allowance struct {
	each, perByte   sfu.Time // how long one fills the rate, and each byte of it
	messages, bytes sfu.Time
}

// wait is how long a message of n bytes has to wait, 0 when it may pass now.
func (a *allowance) wait(now sfu.Time, n int, allowed sfu.Time) sfu.Time {
	messages := max(a.messages, now) + a.each
	bytes := max(a.bytes, now) + sfu.Time(n)*a.perByte
	return max(max(messages, bytes)-now-allowed, 0)
}

// charge counts a message as passed.
func (a *allowance) charge(now sfu.Time, n int) {
	a.messages = max(a.messages, now) + a.each
	a.bytes = max(a.bytes, now) + sfu.Time(n)*a.perByte
}

// take tells whether a message may pass now, and charges it if so.
func (a *allowance) take(now sfu.Time, n int, allowed sfu.Time) bool {
	if a.wait(now, n, allowed) > 0 {
		return false
	}
	a.charge(now, n)
	return true
}
