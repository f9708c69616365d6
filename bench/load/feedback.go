package load

import (
	"context"
	"encoding/binary"
	"math"
	"math/rand/v2"
	"time"

	"github.com/pion/interceptor/pkg/twcc"
	"github.com/pion/rtcp"
	"golang.org/x/sys/unix"
)

// How often a client says what it got and what it misses, as Chromium does: heard from one that watched a camera
// (1.7 Mbit/s) were 15.8 messages of transport-wide feedback a second, mostly 60 ms apart.
const (
	feedbackPace = 20 * time.Millisecond
	feedbackEach = 3                      // of those times, one is for transport-wide feedback
	nackPatience = 10 * time.Millisecond  // before a packet that is missing is asked for: it may only be late
	nackAgain    = 100 * time.Millisecond // between requests for the same
	nackMost     = 10                     // requests for the same
)

// feedback says it until the end.
func (c *Client) feedback(ctx context.Context, p *path) {
	ticker := time.NewTicker(feedbackPace)
	defer ticker.Stop()
	for n := 0; ; n++ {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		var packets []rtcp.Packet
		c.count.mu.Lock()
		now := time.Since(c.opts.Begin)
		for ssrc, s := range c.count.streams {
			if missing := s.holes.due(now); len(missing) > 0 && s.video {
				packets = append(packets, &rtcp.TransportLayerNack{SenderSSRC: c.reporter, MediaSSRC: ssrc, Nacks: rtcp.NackPairsFromSequenceNumbers(missing)})
			}
		}
		if a := c.count.arrivals; a != nil && n%feedbackEach == 0 && a.waiting {
			packets = append(packets, a.recorder.BuildFeedbackPacket()...)
			a.waiting = false
		}
		c.count.mu.Unlock()
		if len(packets) > 0 {
			linger()
		}
		for _, one := range packets {
			if data, err := one.Marshal(); err == nil {
				c.seal(p, data, true)
			}
		}
	}
}

// linger waits for a part of a millisecond by itself. The runtime's timers go off together, once in a millisecond, for
// clients at a hundred places in truth.
func linger() {
	part := unix.NsecToTimespec(rand.Int64N(int64(time.Millisecond)))
	_ = unix.ClockNanosleep(unix.CLOCK_MONOTONIC, 0, &part, nil) // cut short, it was long enough
}

// arrivals are noted by transport-wide sequence numbers, where packets have them.
type arrivals struct {
	recorder *twcc.Recorder
	waiting  bool
}

func newArrivals(reporter uint32) *arrivals { return &arrivals{recorder: twcc.NewRecorder(reporter)} }

func (a *arrivals) note(b []byte, now time.Duration) {
	if x := extension(b, extensionTransport); len(x) == 2 {
		a.recorder.Record(binary.BigEndian.Uint32(b[8:]), binary.BigEndian.Uint16(x), now.Microseconds())
		a.waiting = true
	}
}

// extension finds a header extension of one byte's form (RFC 8285 section 4.2), which is in the clear; nil without it.
func extension(b []byte, id uint8) []byte {
	at := 12 + 4*int(b[0]&0x0f)
	if b[0]&0x10 == 0 || len(b) < at+4 || binary.BigEndian.Uint16(b[at:]) != 0xbede {
		return nil
	}
	end := at + 4 + 4*int(binary.BigEndian.Uint16(b[at+2:]))
	for at += 4; at < end && end <= len(b); {
		if b[at] == 0 {
			at++
			continue
		}
		size := int(b[at]&0x0f) + 1
		if b[at]>>4 == id && at+1+size <= end {
			return b[at+1 : at+1+size]
		}
		at += 1 + size
	}
	return nil
}

// holes are the packets of a stream that are missing, by extended sequence number.
type holes struct{ list []hole }

type hole struct {
	number uint64
	next   time.Duration // when to ask for it
	asked  int
}

// mostHoles is how many are kept; older ones are given up.
const mostHoles = 1000

// open notes that everything from first up to, not including, end is missing.
func (h *holes) open(first, end uint64, now time.Duration) {
	for n := first; n < end && len(h.list) < mostHoles; n++ {
		h.list = append(h.list, hole{number: n, next: now + nackPatience})
	}
}

// fill notes that a packet has come after all.
func (h *holes) fill(sequence uint16) bool {
	for i := range h.list {
		if uint16(h.list[i].number) == sequence {
			h.list = append(h.list[:i], h.list[i+1:]...)
			return true
		}
	}
	return false
}

// due are those to ask for now.
func (h *holes) due(now time.Duration) (list []uint16) {
	for i := range h.list {
		o := &h.list[i]
		if now < o.next {
			continue
		}
		list = append(list, uint16(o.number))
		o.asked++
		if o.next = now + nackAgain; o.asked == nackMost {
			o.next = math.MaxInt64
		}
	}
	return list
}

func (h *holes) count() int { return len(h.list) }

// onRepair opens a retransmission (RFC 4588): its payload begins with the sequence number of the packet it repeats.
func (c *Client) onRepair(b []byte) {
	k := c.secure.keys.Load()
	if k == nil {
		return
	}
	plain, err := k.Open.DecryptRTP(b, b, &c.count.header)
	if err != nil || len(plain) < c.count.header.MarshalSize()+2 {
		return
	}
	sequence := binary.BigEndian.Uint16(plain[c.count.header.MarshalSize():])
	for _, s := range c.count.streams {
		if s.video && s.holes.fill(sequence) {
			return // which stream it repeats the answer says, which is not read: one that misses this number
		}
	}
}
