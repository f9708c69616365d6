package sfu

import (
	"math/rand/v2"
	"testing"

	"github.com/pion/rtcp"
)

// readTWCC turns feedback messages to arrival times by sequence number, in units of 250 microseconds; -1 is lost.
// A packet that is told of twice keeps what was said last.
func readTWCC(t *testing.T, messages []*rtcp.TransportLayerCC) map[uint16]int64 {
	t.Helper()
	told := map[uint16]int64{}
	for _, m := range messages {
		var symbols []uint16
		for _, chunk := range m.PacketChunks {
			switch c := chunk.(type) {
			case *rtcp.RunLengthChunk:
				for range c.RunLength {
					symbols = append(symbols, c.PacketStatusSymbol)
				}
			case *rtcp.StatusVectorChunk:
				symbols = append(symbols, c.SymbolList...)
			}
		}
		if len(symbols) < int(m.PacketStatusCount) {
			t.Fatalf("%d symbols for %d packets", len(symbols), m.PacketStatusCount)
		}
		at, deltas := int64(m.ReferenceTime)*256, m.RecvDeltas
		for i, s := range symbols[:m.PacketStatusCount] {
			told[m.BaseSequenceNumber+uint16(i)] = -1
			if s == rtcp.TypeTCCPacketNotReceived {
				continue
			}
			at += deltas[0].Delta / rtcp.TypeTCCDeltaScaleFactor
			deltas = deltas[1:]
			told[m.BaseSequenceNumber+uint16(i)] = at
		}
		if len(deltas) > 0 {
			t.Fatalf("%d deltas too many", len(deltas))
		}
	}
	return told
}

// drain writes all feedback that waits, and reads it back.
func drain(t *testing.T, r *twccRecorder) []*rtcp.TransportLayerCC {
	t.Helper()
	var messages []*rtcp.TransportLayerCC
	for more := r.waiting > 0; more; {
		var b []byte
		b, more = r.append(nil, 1)
		if len(b) > twccMaxSize {
			t.Fatalf("message of %d bytes", len(b))
		}
		messages = append(messages, parseRTCP(t, b)[0].(*rtcp.TransportLayerCC))
	}
	return messages
}

// units is a time as feedback tells it: 24 bits of 64 ms, then deltas.
func units(at Time) int64 { return int64(at/twccDelta) % (1 << 24 * 256) }

func TestTWCC(t *testing.T) {
	const start = Time(1_700_000_000_123_456_789)
	type arrival struct {
		seq uint16
		at  Time // in milliseconds after start
	}
	for _, c := range []struct {
		name     string
		arrivals []arrival
		lost     []uint16
		messages int
	}{
		{"one", []arrival{{5, 0}}, nil, 1},
		{"steady over the wrap", []arrival{{65534, 0}, {65535, 1}, {0, 2}, {1, 3}}, nil, 1},
		{"one lost", []arrival{{1, 0}, {3, 1}}, []uint16{2}, 1},
		{"reordered", []arrival{{1, 0}, {3, 1}, {2, 2}, {4, 3}}, nil, 1},
		{"slow: large deltas", []arrival{{1, 0}, {2, 100}, {3, 200}, {4, 201}, {5, 5000}}, nil, 1},
		{"nine seconds between", []arrival{{1, 0}, {2, 9000}}, nil, 2},
		{"long loss", []arrival{{1, 0}, {300, 1}}, []uint16{2, 150, 299}, 1},
		{"loss longer than a message", []arrival{{1, 0}, {1500, 1}}, nil, 2},
		{"jump beyond memory", []arrival{{1, 0}, {10000, 1}}, nil, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			var r twccRecorder
			for _, a := range c.arrivals {
				r.record(start+a.at*1_000_000, a.seq, 9)
			}
			messages := drain(t, &r)
			told := readTWCC(t, messages)
			for _, a := range c.arrivals {
				got, ok := told[a.seq]
				if want := units(start + a.at*1_000_000); ok && got != want {
					t.Errorf("packet %d at %d, want %d", a.seq, got, want)
				} else if !ok && c.name != "jump beyond memory" {
					t.Errorf("packet %d: nothing told", a.seq)
				}
			}
			for _, seq := range c.lost {
				if got, ok := told[seq]; !ok || got != -1 {
					t.Errorf("packet %d is not told lost", seq)
				}
			}
			if len(messages) != c.messages {
				t.Errorf("%d messages, want %d", len(messages), c.messages)
			}
			if r.deadline() != Never {
				t.Error("more is due")
			}
		})
	}
}

func TestTWCCTellsOfLatePackets(t *testing.T) {
	var r twccRecorder
	r.record(Milliseconds(1000), 1, 9)
	r.record(Milliseconds(1001), 3, 9)
	first := drain(t, &r)
	r.record(Milliseconds(1002), 2, 9)
	r.record(Milliseconds(1003), 2, 9) // a duplicate changes nothing
	r.record(Milliseconds(1003), 4, 9)
	second := drain(t, &r)
	told := readTWCC(t, second)
	if told[2] != units(Milliseconds(1002)) || told[3] != units(Milliseconds(1001)) || told[4] != units(Milliseconds(1003)) {
		t.Errorf("told %v", told)
	}
	if first[0].FbPktCount+1 != second[0].FbPktCount {
		t.Errorf("message %d follows %d", second[0].FbPktCount, first[0].FbPktCount)
	}
}

// TestTWCCRandom sends packets over a network that loses, delays and reorders, and compares all that is told.
func TestTWCCRandom(t *testing.T) {
	for seed := range uint64(30) {
		rng := rand.New(rand.NewPCG(seed, 1))
		var r twccRecorder
		sent, told := map[uint16]int64{}, map[uint16]int64{}
		now, seq := Milliseconds(1_700_000_000_000), uint16(65000)
		for range 3000 {
			now += Time(rng.ExpFloat64() * float64(Milliseconds(3)))
			seq++
			if rng.IntN(50) == 0 {
				seq += uint16(rng.IntN(60)) // a burst of loss
			}
			got := seq
			if rng.IntN(20) == 0 {
				got -= uint16(rng.IntN(5))
			}
			if _, ok := sent[got]; !ok {
				sent[got] = units(now)
			}
			r.record(now, got, 9)
			if now >= r.deadline() {
				for seq, at := range readTWCC(t, drain(t, &r)) {
					told[seq] = at
				}
			}
		}
		for seq, at := range readTWCC(t, drain(t, &r)) {
			told[seq] = at
		}
		for seq, at := range sent {
			if told[seq] != at {
				t.Fatalf("seed %d: packet %d arrived at %d, told %d", seed, seq, at, told[seq])
			}
		}
		for seq, at := range told {
			if _, ok := sent[seq]; !ok && at != -1 {
				t.Fatalf("seed %d: packet %d never arrived, told %d", seed, seq, at)
			}
		}
	}
}

func TestTWCCWorstMessageFits(t *testing.T) {
	var r twccRecorder
	now := Milliseconds(1000)
	for i := range 1200 { // every delta needs two bytes
		now += Milliseconds(100)
		r.record(now, uint16(i), 9)
	}
	if told := readTWCC(t, drain(t, &r)); len(told) != 1200 {
		t.Errorf("told of %d packets", len(told))
	}
}

func TestTWCCIsSentInTime(t *testing.T) {
	b := newBench(t, ReceiverEvents{})
	b.AddTrack(audioParams(Encoding{SSRC: 20}))
	seq := uint16(0)
	send := func(ssrc uint32) {
		seq++
		b.send(with(opus(ssrc, seq, 0), 4, []byte{byte(seq >> 8), byte(seq)}))
	}
	send(20)
	send(99) // no track, but the transport carried it
	b.wait(twccInterval)
	messages := take[*rtcp.TransportLayerCC](b.out)
	if len(messages) != 1 || messages[0].PacketStatusCount != 2 {
		t.Fatalf("after the interval: %v", messages)
	}
	for range twccMany {
		send(20)
	}
	b.wait(0)
	if n := len(take[*rtcp.TransportLayerCC](b.out)); n != 1 {
		t.Errorf("%d messages when many wait, want one at once", n)
	}
}

func BenchmarkTWCC(b *testing.B) {
	var r twccRecorder
	buf := make([]byte, 0, maxRTCP)
	now, seq := Milliseconds(1000), uint16(0)
	b.ReportAllocs()
	for b.Loop() {
		now += Milliseconds(1)
		seq++
		r.record(now, seq, 9)
		if now >= r.deadline() {
			r.append(buf, 1)
		}
	}
}
