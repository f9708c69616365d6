package bwe

import (
	"math/rand/v2"
	"testing"

	"github.com/pion/interceptor/pkg/twcc"
	"github.com/pion/rtcp"
)

// told is what a message says of one packet.
type told struct {
	number uint16
	came   bool
	at     Time
}

// read is all that a message says.
func read(t *testing.T, clock *arrivalClock, fci []byte) []told {
	t.Helper()
	m, ok := readMessage(fci)
	if !ok {
		t.Fatalf("not understood: %x", fci)
	}
	var all []told
	at := clock.extend(m.reference)
	for i := range m.count {
		came, delta, ok := m.next()
		if !ok {
			t.Fatalf("cut off at packet %d of %d", i, m.count)
		}
		at += delta
		all = append(all, told{m.first + uint16(i), came, at})
	}
	return all
}

// fciOf are the messages that a receiver would send now.
func fciOf(t testing.TB, r *twcc.Recorder) [][]byte {
	t.Helper()
	var all [][]byte
	for _, p := range r.BuildFeedbackPacket() {
		b, err := p.(*rtcp.TransportLayerCC).Marshal()
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, b[12:])
	}
	return all
}

// TestMessagesAreRead compares with what another implementation wrote: runs, gaps, bursts, reordering, wraps of the number
// and of the reference time.
func TestMessagesAreRead(t *testing.T) {
	chance := rand.New(rand.NewPCG(3, 4))
	r := twcc.NewRecorder(1)
	var clock arrivalClock
	const turn = int64(1<<24) * 64_000 // µs until the reference time begins anew
	number, at := uint16(65_000), turn-20_000_000
	came := map[uint16]int64{}
	var offset Time
	for range 400 {
		for range 1 + chance.IntN(40) {
			number++
			at += chance.Int64N(30_000)
			if chance.IntN(5) > 0 {
				came[number] = at - chance.Int64N(4_000)
				r.Record(2, number, came[number])
			}
		}
		for _, fci := range fciOf(t, r) {
			for _, p := range read(t, &clock, fci) {
				want, ok := came[p.number]
				if p.came != ok {
					t.Fatalf("packet %d came: %v, want %v", p.number, p.came, ok)
				}
				if !ok {
					continue
				}
				if offset == 0 {
					offset = p.at - Time(want)*1000
				}
				if off := p.at - Time(want)*1000 - offset; off < -arrivalTick || off > arrivalTick {
					t.Fatalf("packet %d came at %d, want %d", p.number, p.at, Time(want)*1000+offset)
				}
			}
		}
		clear(came)
	}
	if at < turn {
		t.Errorf("the reference time did not begin anew")
	}
}

func TestNonsenseIsIgnored(t *testing.T) {
	for _, fci := range [][]byte{
		nil, {0, 1, 0, 1, 0, 0, 0, 0}, // without chunks
		{0, 1, 0, 9, 0, 0, 0, 0, 0x20, 8},           // a run that is too short
		{0, 1, 0, 0, 0, 0, 0, 0},                    // of no packet
		{0, 1, 0, 2, 0, 0, 0, 0, 0x20, 2},           // without the times
		{0, 1, 255, 255, 0, 0, 0, 0, 0x1f, 255, 32}, // of packets that were never sent
	} {
		var e Estimator
		for i := range uint16(4) {
			e.Sent(Time(i)*millisecond, i, 100, Media)
		}
		e.OnFeedback(10*millisecond, fci)
		if got := e.Estimate(); got != startRate {
			t.Errorf("%x changed the estimate to %d", fci, got)
		}
	}
}

// FuzzOnFeedback takes messages about what was sent, each behind a byte with its length.
func FuzzOnFeedback(f *testing.F) {
	r := twcc.NewRecorder(1)
	for i := range uint16(300) {
		if i%7 != 0 {
			r.Record(2, i, int64(i)*3000)
		}
	}
	var seed []byte
	for _, fci := range fciOf(f, r) {
		seed = append(append(seed, byte(len(fci))), fci...)
	}
	f.Add(seed)
	f.Fuzz(func(t *testing.T, data []byte) {
		var e Estimator
		now, number := Time(0), uint16(0)
		for len(data) > 0 {
			for range 50 {
				e.Sent(now, number, 1000, Media)
				number++
				now += 2 * millisecond
			}
			size := min(int(data[0]), len(data)-1)
			e.OnFeedback(now, data[1:1+size])
			e.NextProbe(now, 3*Mbit)
			data = data[1+size:]
			if got := e.Estimate(); got < leastRate || got > mostRate {
				t.Fatalf("an estimate of %d", got)
			}
		}
	})
}
