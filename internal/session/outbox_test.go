package session

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"konklave/internal/id"
	"konklave/internal/wire"
)

// pipe is a channel to a client, as an outbox sees it: it takes packets until it is full or not there.
type pipe struct {
	mu   sync.Mutex
	got  []string
	fail error
}

func (p *pipe) becomes(err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.fail = err
}

func (p *pipe) send(b []byte) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.fail == nil {
		p.got = append(p.got, string(b))
	}
	return p.fail
}

func (p *pipe) want(t *testing.T, packets ...string) {
	t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	if !slices.Equal(p.got, packets) {
		t.Errorf("got %q, want %q", p.got, packets)
	}
	p.got = nil
}

func putAll(t *testing.T, o *outbox, sender id.ParticipantSID, from, to uint32) {
	t.Helper()
	for n := from; n <= to; n++ {
		if !o.put(sender, n, fmt.Append(nil, sender, n)) {
			t.Errorf("no space for %d", n)
		}
	}
}

func TestDataWaitForTheChannel(t *testing.T) {
	p := &pipe{fail: wire.ErrNotOpen}
	o := newOutbox(p.send)
	putAll(t, o, "a", 1, 2)
	o.put("", 0, []byte("server"))
	p.want(t)
	p.becomes(nil)
	o.opened(func() {})
	p.want(t, "a1", "a2", "server")
	putAll(t, o, "a", 3, 3)
	p.want(t, "a3")
}

func TestDataWaitForAChannelThatIsFull(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &pipe{}
		o := newOutbox(p.send)
		o.opened(func() {})
		p.becomes(wire.ErrFull)
		putAll(t, o, "a", 1, 2)
		time.Sleep(5 * outboxRetry)
		p.becomes(nil)
		putAll(t, o, "a", 3, 3) // not past the others
		p.want(t, "a1", "a2", "a3")
		p.becomes(wire.ErrFull)
		putAll(t, o, "a", 4, 4)
		p.becomes(nil)
		time.Sleep(2 * outboxRetry)
		p.want(t, "a4")
		p.becomes(wire.ErrFull)
		putAll(t, o, "a", 5, 5)
		o.close()
		p.becomes(nil)
		time.Sleep(2 * outboxRetry)
		p.want(t)
		if o.put("a", 6, nil) {
			t.Error("a closed outbox takes a packet")
		}
	})
}

func TestWhatIsTooLargeHoldsNothingUp(t *testing.T) {
	p := &pipe{}
	o := newOutbox(p.send)
	for size, taken := range map[int]bool{wire.MaxMessage: true, wire.MaxMessage + 1: false} {
		if got := o.put("a", 0, make([]byte, size)); got != taken || len(o.kept) != o.waiting {
			t.Errorf("%d bytes are taken: %v; %d packets wait", size, got, len(o.kept)-o.waiting)
		}
	}
	if !o.resumed(nil) {
		t.Error("it counts as missed")
	}
}

func TestWhatAChannelTookIsNotSentTwice(t *testing.T) {
	p := &pipe{}
	o := newOutbox(p.send)
	o.opened(func() {})
	putAll(t, o, "a", 1, 5)
	p.got = nil
	if !o.resumed(map[id.ParticipantSID]uint32{"a": 2}) {
		t.Error("told to start anew")
	}
	p.want(t) // 3 to 5 are on their way
}

func TestAnotherChannelGetsWhatTheClientMisses(t *testing.T) {
	p := &pipe{}
	o := newOutbox(p.send)
	o.opened(func() {})
	putAll(t, o, "a", 1, 4)
	putAll(t, o, "b", 7, 8)
	putAll(t, o, "c", 1, 1)
	o.put("", 0, []byte("unnumbered"))
	p.got = nil
	p.becomes(wire.ErrNotOpen)
	putAll(t, o, "b", 9, 9)
	p.becomes(nil)
	o.opened(func() {})
	p.want(t) // or it would seem that the client has b8 too
	has := map[id.ParticipantSID]uint32{"a": 2, "b": 7}
	if !o.resumed(has) {
		t.Error("told to start anew")
	}
	p.want(t, "a3", "a4", "b8", "b9")
	if !o.resumed(has) {
		t.Error("told to start anew")
	}
	p.want(t)
}

// A client hears that its channel is open before the server does, and may say at once what it has.
func TestAResumeJustBeforeAnotherChannel(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &pipe{}
		o := newOutbox(p.send)
		o.opened(func() {})
		putAll(t, o, "a", 1, 4)
		p.becomes(wire.ErrNotOpen)
		putAll(t, o, "a", 5, 6)
		p.got = nil
		o.resumed(map[id.ParticipantSID]uint32{"a": 2})
		p.want(t)
		if !o.opened(func() { p.becomes(nil) }) {
			t.Error("told to start anew")
		}
		p.want(t, "a3", "a4", "a5", "a6")

		time.Sleep(outboxPause) // what it said is old: another channel waits for a newer word
		o.opened(func() {})
		putAll(t, o, "a", 7, 7)
		p.want(t)
		o.resumed(map[id.ParticipantSID]uint32{"a": 5})
		p.want(t, "a6", "a7")
		o.opened(func() { o.overflew = true })
		if o.opened(func() {}) {
			t.Error("nothing is said of what is lost")
		}
	})
}

// What is put while a channel opens takes the new one, when the client has said what it has.
func TestNothingPassesAChannelThatOpens(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &pipe{fail: wire.ErrNotOpen}
		o := newOutbox(p.send)
		o.opened(func() {})
		var put sync.WaitGroup
		o.opened(func() {
			p.becomes(nil)
			put.Go(func() { putAll(t, o, "a", 1, 1) })
		})
		put.Wait()
		p.want(t)
		o.resumed(nil)
		p.want(t, "a1")
		if o.kept[0].channel != 2 {
			t.Errorf("noted for channel %d", o.kept[0].channel)
		}
	})
}

// A channel opens while the next try with the one before, which was full, has just begun.
func TestATryThatIsUnderWayEndsNoPause(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &pipe{}
		o := newOutbox(p.send)
		o.opened(func() {})
		p.becomes(wire.ErrFull)
		putAll(t, o, "a", 1, 1)
		o.opened(func() {
			time.Sleep(outboxRetry)
			p.becomes(nil)
		})
		synctest.Wait()
		p.want(t)
		time.Sleep(outboxPause)
		synctest.Wait()
		p.want(t, "a1")

		o.opened(func() { p.becomes(wire.ErrFull) }) // and a resume ends the pause, also where the channel is full
		putAll(t, o, "a", 2, 2)
		o.resumed(map[id.ParticipantSID]uint32{"a": 1})
		p.becomes(nil)
		time.Sleep(2 * outboxRetry)
		p.want(t, "a2")
	})
}

func TestAnotherChannelWithoutAResume(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &pipe{}
		o := newOutbox(p.send)
		o.opened(func() {})
		putAll(t, o, "a", 1, 1)
		o.opened(func() {})
		putAll(t, o, "a", 2, 2)
		p.want(t, "a1")
		time.Sleep(outboxPause + time.Millisecond)
		p.want(t, "a2")
	})
}

// Of such packets so many fit.
const (
	largePacket = wire.MaxMessage
	mostLarge   = outboxBytes / (largePacket + letterCost)
)

func TestTooMuchIsMissed(t *testing.T) {
	p := &pipe{}
	o := newOutbox(p.send)
	o.opened(func() {})
	for n := range uint32(mostLarge + 2) { // of which the first are not kept
		o.put("a", n+1, make([]byte, largePacket))
	}
	if o.bytes > outboxBytes {
		t.Errorf("%d bytes kept", o.bytes)
	}
	if !o.resumed(map[id.ParticipantSID]uint32{"a": 0}) {
		t.Error("the channel is the same, and has taken everything")
	}
	o.opened(func() {})
	if !o.resumed(map[id.ParticipantSID]uint32{"a": 3, "b": 0}) {
		t.Error("all that is missed is there")
	}
	o.opened(func() {})
	if o.resumed(map[id.ParticipantSID]uint32{"a": 0}) {
		t.Error("what is missed is not there any more")
	}
}

func TestTooMuchWaits(t *testing.T) {
	p := &pipe{fail: wire.ErrNotOpen}
	o := newOutbox(p.send)
	for n := range uint32(mostLarge + 2) {
		if took := o.put("a", n+1, make([]byte, largePacket)); took != (n < mostLarge) {
			t.Errorf("packet %d: %v", n, took)
		}
	}
	p.becomes(nil)
	o.opened(func() {})
	if len(p.got) != mostLarge {
		t.Errorf("%d packets sent", len(p.got))
	}
	if o.resumed(nil) {
		t.Error("some were never sent")
	}
}

func TestOldDataAreForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &pipe{}
		o := newOutbox(p.send)
		o.opened(func() {})
		putAll(t, o, "a", 1, 3)
		time.Sleep(outboxSpan)
		putAll(t, o, "a", 4, 4)
		if len(o.kept) != 1 || o.bytes != 2+letterCost || len(o.forgot) > 0 {
			t.Errorf("%d packets of %d bytes are kept", len(o.kept), o.bytes)
		}
	})
}
