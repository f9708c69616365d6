package bwe

import (
	"testing"
	"unsafe"

	"github.com/pion/interceptor/pkg/twcc"
)

func TestAPeersOwnEstimateCounts(t *testing.T) {
	var e Estimator
	if got := e.Estimate(); got != startRate {
		t.Errorf("%d at the start, want %d", got, startRate)
	}
	e.OnREMB(0, 2*Mbit)
	if got := e.Estimate(); got != 2*Mbit {
		t.Errorf("%d after the peer said 2 Mbit/s", got)
	}
	e.OnREMB(0, 1)
	if got := e.Estimate(); got != leastRate {
		t.Errorf("%d after the peer said 1 bit/s, want %d", got, leastRate)
	}
}

func TestReportedLossCounts(t *testing.T) {
	var e Estimator
	e.NextProbe(0, 2*Mbit)
	for range 30 {
		e.OnLoss(0, 0)
	}
	if got := e.Estimate(); got < 2*Mbit || got > 3*Mbit {
		t.Errorf("%d where nothing is lost and 2 Mbit/s are wanted", got)
	}
	before := e.Estimate()
	e.OnLoss(0, 0.05)
	if got := e.Estimate(); got != before {
		t.Errorf("a loss of 5 %% changed %d to %d", before, got)
	}
	e.OnLoss(0, 0.4)
	if got := e.Estimate(); got > before.times(0.81) {
		t.Errorf("a loss of 40 %% left %d of %d", got, before)
	}
	e.OnREMB(0, 1*Mbit)
	e.OnLoss(0, 0)
	if got := e.Estimate(); got != 1*Mbit {
		t.Errorf("%d where the peer says 1 Mbit/s", got)
	}
}

// TestFeedbackOutranksREMB: who gives transport-wide feedback is not asked for its own estimate.
func TestFeedbackOutranksREMB(t *testing.T) {
	var e Estimator
	feed(t, &e, 100)
	before := e.Estimate()
	e.OnREMB(second, 5*Mbit)
	e.OnLoss(second, 0.5)
	if got := e.Estimate(); got != before {
		t.Errorf("%d became %d", before, got)
	}
}

// TestFeedbackAboutNothing is no sign of a peer that tells of packets.
func TestFeedbackAboutNothing(t *testing.T) {
	var e Estimator
	e.Sent(0, 0, 1000, Media)
	e.OnFeedback(second, make([]byte, messageHeader))
	e.OnREMB(second, 2*Mbit)
	if got := e.Estimate(); got != 2*Mbit || e.Informed() {
		t.Errorf("%d after the peer said 2 Mbit/s", got)
	}
}

// feed sends packets over a line without any delay, with feedback.
func feed(tb testing.TB, e *Estimator, count int) {
	r := twcc.NewRecorder(1)
	for i := range count {
		now := Time(i) * 5 * millisecond
		e.Sent(now, uint16(i), 1000, Media)
		r.Record(2, uint16(i), int64(now)/1000)
		if i%16 == 15 {
			for _, fci := range fciOf(tb, r) {
				e.OnFeedback(now, fci)
			}
		}
	}
}

// TestWhoSaysNothingIsNotProbedForLong: a peer without feedback gets no padding if its packets have no numbers, and one
// probe if they have.
func TestWhoSaysNothingIsNotProbedForLong(t *testing.T) {
	for _, c := range []struct{ numbered, least, most int }{{0, 0, 0}, {1, 1_000, 20_000}} {
		var e Estimator
		padding, number := 0, uint16(0)
		for now := Time(0); now < 30*second; now += 5 * millisecond {
			if c.numbered > 0 && now%(20*millisecond) == 0 {
				e.Sent(now, number, 100, Media)
				number++
			}
			if p, ok := e.NextProbe(now, 3*Mbit); ok {
				padding += p.Bytes
				e.Sent(now, number, p.Bytes, Padding)
				number++
			}
		}
		if padding < c.least || padding > c.most {
			t.Errorf("%d bytes of padding to a peer without feedback, numbered: %d", padding, c.numbered)
		}
	}
}

func TestSilenceIsBelievedInSlowly(t *testing.T) {
	var e Estimator
	feed(t, &e, 100)
	e.set(3 * Mbit)
	now := 500 * millisecond
	for i := range uint16(2000) {
		e.Sent(now, 100+i, 1000, Media)
		e.NextProbe(now, 3*Mbit)
		now += 5 * millisecond
		if now < 1900*millisecond && e.Estimate() != 3*Mbit {
			t.Fatalf("%d after %d ms without feedback", e.Estimate(), now/millisecond)
		}
	}
	if got := e.Estimate(); got != leastOut {
		t.Errorf("%d after ten seconds without feedback", got)
	}
}

func TestMemory(t *testing.T) {
	if got := unsafe.Sizeof(Estimator{}); got > 3<<10 {
		t.Errorf("an estimator takes %d bytes", got)
	}
	var e Estimator
	for i := range 100_000 { // packets that nobody tells of, a thousand in a tenth of a second
		e.Sent(Time(i)*millisecond/10, uint16(i), 1000, Media)
	}
	if got := len(e.packets.ring) * int(unsafe.Sizeof(departure{})); got > 16<<10 {
		t.Errorf("what was sent takes %d bytes", got)
	}
	var calm Estimator
	feed(t, &calm, 10_000)
	if got := len(calm.packets.ring); got != fewDepartures {
		t.Errorf("%d packets are remembered of a peer that gives feedback", got)
	}
}

// TestWhatIsForgottenIsNotOnItsWay: behind a time without feedback a queue is drained as before.
func TestWhatIsForgottenIsNotOnItsWay(t *testing.T) {
	for _, silent := range []int{0, 5000} { // packets of which nothing is told
		var e Estimator
		feed(t, &e, 96)
		now, number, r := 480*millisecond, 96, twcc.NewRecorder(1)
		for i := range silent + 64 {
			e.Sent(now, uint16(number), 1000, Media)
			if i >= silent {
				r.Record(2, uint16(number), int64(now)/1000)
			}
			now, number = now+2*millisecond, number+1
		}
		for _, fci := range fciOf(t, r) {
			e.OnFeedback(now, fci)
		}
		for range 10 {
			e.Sent(now, uint16(number), 1000, Media)
			number++
		}
		e.drain(4 * Mbit)
		if got := e.congestion.drain; got < 3*Mbit {
			t.Errorf("%d may be sent while 20 ms of packets are on their way, behind %d of which nothing was told", got, silent)
		}
	}
}

// TestAClockThatIsSetBack: the peer's clock is, and then the line becomes slower.
func TestAClockThatIsSetBack(t *testing.T) {
	e := Estimator{wanted: 20 * Mbit}
	now, queue, clock, number := Time(0), Time(0), 7200*second, uint16(0)
	r := twcc.NewRecorder(1)
	run := func(d Time, line Rate) {
		for end := now + d; now < end; now += 4 * millisecond {
			e.Sent(now, number, 1000, Media)
			queue = max(0, queue+line.time(1000)-4*millisecond)
			r.Record(2, number, int64(clock+now+queue)/1000)
			if number++; number%16 == 0 {
				for _, fci := range fciOf(t, r) {
					e.OnFeedback(now+queue, fci)
				}
			}
		}
	}
	run(5*second, 10*Mbit)
	clock -= 3600 * second
	run(second, 10*Mbit)
	if got := e.Estimate(); got < 1500*Kbit {
		t.Errorf("%d when the clock was set", got)
	}
	run(4*second, 1*Mbit)
	if got := e.Line(); got < 850*Kbit || got > 1*Mbit {
		t.Errorf("%d of a line of 1 Mbit/s", got)
	}
}

// TestPacketsAreFoundAgain sends so many that the ring grows, and has their number begin anew.
func TestPacketsAreFoundAgain(t *testing.T) {
	var d departures
	var last int64
	for i := range 3000 {
		last = d.add(Time(i)*100_000, uint16(64_000+i), i%1400, 0)
	}
	for n := d.first; n < d.next; n++ {
		i := 2999 - int(last-n)
		if p := d.of(n); int(p.bytes) != i%1400 || p.when(Time(3000)*100_000)>>departureTick != Time(i)*100_000>>departureTick {
			t.Fatalf("packet %d is not the one that was sent", i)
		}
	}
	if d.next-d.first != mostDepartures {
		t.Errorf("%d packets are known, want %d", d.next-d.first, mostDepartures)
	}
}

func BenchmarkSent(b *testing.B) {
	var e Estimator
	e.Sent(0, 0, 1000, Media)
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		i++
		e.Sent(Time(i)*millisecond, uint16(i), 1000, Media)
	}
}

// BenchmarkOnFeedback takes messages about 16 packets each. What it costs to send them is in it.
func BenchmarkOnFeedback(b *testing.B) {
	r := twcc.NewRecorder(1)
	var messages [][]byte
	const loop = 1 << 16 // after which the numbers begin anew, and the times with them
	for i := range loop {
		r.Record(2, uint16(i), int64(i)*4000)
		if i%16 == 15 {
			messages = append(messages, fciOf(b, r)...)
		}
	}
	var e Estimator
	number := 0
	b.ReportAllocs()
	for b.Loop() {
		for range 16 {
			e.Sent(Time(number)*4*millisecond, uint16(number), 1000, Media)
			number++
		}
		e.OnFeedback(Time(number)*4*millisecond, messages[(number/16-1)%len(messages)])
	}
	if behind := e.packets.next - 1 - e.newest; behind != 0 {
		b.Errorf("the messages about the last %d packets were not believed", behind)
	}
}

func TestNothingIsAllocated(t *testing.T) {
	r := twcc.NewRecorder(1)
	var messages [][]byte
	for i := range 8192 {
		r.Record(2, uint16(i), int64(i)*4000)
		if i%16 == 15 {
			messages = append(messages, fciOf(t, r)...)
		}
	}
	var e Estimator
	e.Sent(0, uint16(1<<16-1), 1000, Media)
	number := 0
	if n := testing.AllocsPerRun(500, func() {
		for range 16 {
			e.Sent(Time(number)*4*millisecond, uint16(number), 1000, Media)
			number++
		}
		now := Time(number) * 4 * millisecond
		e.OnFeedback(now, messages[number/16-1])
		e.NextProbe(now, 5*Mbit)
	}); n != 0 {
		t.Errorf("%v allocations for 16 packets and what is told of them", n)
	}
}
