package doctor

import (
	"encoding/binary"
	"testing"
	"testing/synctest"
	"time"

	"konklave/internal/wire"
)

// on gives an exchange over a fake link, and the link.
func (s *site) on() (*exchange, *fakeLink) {
	x := newExchange(s.Service, wire.TransportParams{})
	return x, s.links[len(s.links)-1]
}

// say lets the browser say something and gives what it is answered.
func say(x *exchange, l *fakeLink, ch wire.Channel, msg ...byte) [][]byte {
	before := len(l.sent)
	x.onData(ch, msg)
	return l.sent[before:]
}

func kinds(answers [][]byte) string {
	b := make([]byte, 0, len(answers))
	for _, a := range answers {
		b = append(b, '0'+a[0])
	}
	return string(b)
}

func TestEcho(t *testing.T) {
	s := newSite(t)
	x, l := s.on()
	for _, ch := range []wire.Channel{wire.Reliable, wire.Lossy} {
		if got := say(x, l, ch, kindEcho, 7); len(got) != 1 || string(got[0]) != "\x01\x07" || l.on[len(l.on)-1] != ch {
			t.Errorf("channel %d: %q on %v", ch, got, l.on)
		}
	}
	for _, msg := range [][]byte{nil, {0}, {99, 1}, {kindDown}, {kindBusy}, make([]byte, longestOne+1)} {
		if got := say(x, l, wire.Reliable, msg...); len(got) != 0 {
			t.Errorf("%d bytes are answered by %q", len(msg), got)
		}
	}
	for range 2 * mostEchoes {
		say(x, l, wire.Lossy, kindEcho)
	}
	if len(l.sent) != mostEchoes {
		t.Errorf("%d echoes", len(l.sent))
	}
}

func TestUpIsCountedAndBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSite(t)
		x, l := s.on()
		chunk := make([]byte, chunkSize)
		chunk[0] = kindUp
		for n := 1; n <= mostUp/chunkSize; n++ {
			got := say(x, l, wire.Reliable, chunk...)
			if len(got) != 1 || got[0][0] != kindUp || binary.BigEndian.Uint32(got[0][1:]) != uint32(n*chunkSize) {
				t.Fatalf("message %d is answered by %v", n, got)
			}
		}
		if got := say(x, l, wire.Reliable, chunk...); len(got) != 1 || string(got[0]) != string([]byte{kindEnough, kindUp}) {
			t.Errorf("beyond the bytes: %v", got)
		}
		late, l := s.on()
		say(late, l, wire.Reliable, chunk...)
		time.Sleep(flowTime + time.Millisecond)
		if got := kinds(say(late, l, wire.Reliable, chunk...)); got != "5" {
			t.Errorf("beyond the time: %s", got)
		}
	})
}

func TestDownIsBounded(t *testing.T) {
	s := newSite(t)
	x, l := s.on()
	if got := say(x, l, wire.Reliable, kindDown, 3); kinds(got) != "333" || len(got[0]) != chunkSize {
		t.Errorf("got %s", kinds(got))
	}
	for range 2 * mostDown / chunkSize / mostChunks {
		say(x, l, wire.Reliable, kindDown, 255)
	}
	bytes := 0
	for _, m := range l.sent {
		if m[0] == kindDown {
			bytes += len(m)
		}
	}
	if last := l.sent[len(l.sent)-1]; bytes != mostDown || string(last) != string([]byte{kindEnough, kindDown}) {
		t.Errorf("%d bytes, at last %v", bytes, last)
	}
}

func TestFewMeasureAtATime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSite(t)
		a, la := s.on()
		b, lb := s.on()
		c, lc := s.on()
		ask := func(x *exchange, l *fakeLink, want, when string) {
			t.Helper()
			if got := kinds(say(x, l, wire.Reliable, kindDown, 1)); got != want {
				t.Errorf("%s: %q, want %q", when, got, want)
			}
		}
		ask(a, la, "3", "the first")
		ask(b, lb, "3", "the second")
		ask(c, lc, "4", "one too many")
		a.close()
		ask(c, lc, "3", "a place is free")
		s.params[1].Handler.OnClosed(wire.ErrPeerClosed)
		d, ld := s.on()
		ask(d, ld, "3", "the browser closed its connection")
		e, le := s.on()
		ask(e, le, "4", "full again")
		time.Sleep(speedTime)
		synctest.Wait()
		ask(e, le, "3", "places are for some seconds")

		s.overloaded = true
		f, lf := s.on()
		ask(f, lf, "4", "under overload")
		ask(e, le, "5", "what has begun ends by itself")
	})
}
