package sfu

import (
	"bytes"
	"encoding/binary"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/pion/interceptor/pkg/twcc"
	"github.com/pion/rtcp"
)

// feedback is a message about count packets from first on, with these chunks and nothing behind them.
func feedback(first, count uint16, chunks ...uint16) []byte {
	b := appendRTCPHeader(nil, rtpfbTWCC, rtcpRTPFB, 4+(len(chunks)+1)/2)
	b = append(b, 0, 0, 0, 1, 0, 0, 0, 2)
	b = binary.BigEndian.AppendUint16(b, first)
	b = binary.BigEndian.AppendUint16(b, count)
	b = append(b, 0, 0, 0, 0)
	for _, c := range chunks {
		b = binary.BigEndian.AppendUint16(b, c)
	}
	if len(chunks)%2 != 0 {
		b = append(b, 0, 0)
	}
	return b
}

// Chunks of each kind.
const (
	all     = 1 << 13 // of packets that came
	none    = 0
	bit     = 1 << 15
	twoBits = 3 << 14
)

func TestArrivals(t *testing.T) {
	const sent = 1000
	for _, c := range []struct {
		name     string
		messages [][]byte
		want     Arrivals
	}{
		{"all came", [][]byte{feedback(900, 100, all|100)}, Arrivals{1, 100, 100}},
		{"late ones, of two bytes", [][]byte{feedback(900, 100, 2<<13|100)}, Arrivals{1, 100, 100}},
		{"none came", [][]byte{feedback(900, 100, none|100)}, Arrivals{1, 100, 0}},
		{"a reserved symbol", [][]byte{feedback(900, 100, 3<<13|100)}, Arrivals{1, 100, 0}},
		{"runs", [][]byte{feedback(0, 999, all|1, none|2, all|200, none|3, all|793)}, Arrivals{1, 999, 994}},
		{"a bit each", [][]byte{feedback(900, 14, bit|0x2a55)}, Arrivals{1, 14, 7}},
		{"less than a vector", [][]byte{feedback(900, 3, bit|0x3fff)}, Arrivals{1, 3, 3}},
		{"two bits each", [][]byte{feedback(900, 7, twoBits|0x1b1b)}, Arrivals{1, 7, 4}}, // 0123 012 without the first
		{"less than a vector of two bits", [][]byte{feedback(900, 2, twoBits|0x1fff)}, Arrivals{1, 2, 1}},
		{"a run that goes on too long", [][]byte{feedback(900, 2, all|8191)}, Arrivals{1, 2, 2}},
		{"the same twice", [][]byte{feedback(900, 50, all|50), feedback(900, 50, all|50)}, Arrivals{2, 50, 50}},
		{"told later", [][]byte{feedback(900, 50, none|50), feedback(940, 20, all|20)}, Arrivals{2, 60, 20}},
		{"a message got lost", [][]byte{feedback(800, 50, all|50), feedback(900, 50, all|50)}, Arrivals{2, 100, 100}},
		{"the latest packet", [][]byte{feedback(999, 1, all|1)}, Arrivals{1, 1, 1}},
		{"of what was not sent", [][]byte{feedback(999, 2, all|2)}, Arrivals{}},
		{"of the future", [][]byte{feedback(1000, 1, all|1)}, Arrivals{}},
		{"of nothing", [][]byte{feedback(900, 0)}, Arrivals{1, 0, 0}},
		{"chunks are missing", [][]byte{feedback(900, 50, all|49)}, Arrivals{}},
		{"empty chunks", [][]byte{feedback(900, 50, all, all, none, all|50)}, Arrivals{1, 50, 50}},
		{"cut off", [][]byte{feedback(900, 0)[:16]}, Arrivals{}},
	} {
		var a arrivals
		for _, b := range c.messages {
			binary.BigEndian.PutUint16(b[2:], uint16(len(b)/4-1))
			p, _, ok := nextRTCP(b)
			if !ok {
				t.Fatalf("%s: no RTCP", c.name)
			}
			a.onFeedback(p, sent)
		}
		if a.sum != c.want {
			t.Errorf("%s: %+v, want %+v", c.name, a.sum, c.want)
		}
	}
}

// What a recorder of another make tells, over several wraps and with loss, disorder and lost feedback, is counted as it
// was; and so is what our own tells.
func TestArrivalsOfRecorders(t *testing.T) {
	type recorder interface {
		record(seq uint16, at Time)
		build() [][]byte
	}
	for name, r := range map[string]recorder{"pion's": &pionRecorder{twcc.NewRecorder(1)}, "ours": &ownRecorder{}} {
		t.Run(name, func(t *testing.T) {
			chance := rand.New(rand.NewPCG(1, 2))
			s := NewSender(nowhere{})
			var late []uint16
			lost, total := 0, 0
			now := worldBegin
			for number := 0; number < 200_000; {
				for range 40 + chance.IntN(60) {
					seq := uint16(number)
					number++
					now += Milliseconds(1)
					switch n := chance.IntN(100); {
					case n < 3:
						lost++
					case n < 6:
						late = append(late, seq)
					default:
						r.record(seq, now)
					}
				}
				if chance.IntN(2) == 0 {
					for _, seq := range late {
						now += Milliseconds(1)
						r.record(seq, now)
					}
					late = late[:0]
				}
				for _, b := range r.build() {
					s.OnRTCP(now, b, uint16(number))
				}
				total = number
			}
			got := s.TakeArrivals()
			if share := float64(lost) / float64(total); got.Told < uint64(total)-100 || got.Told > uint64(total) || got.Loss() < share-0.001 || got.Loss() > share+0.001 {
				t.Errorf("%+v: %.4f lost, want %.4f of %d", got, got.Loss(), share, total)
			}
			if again := s.TakeArrivals(); again != (Arrivals{}) || again.Loss() != 0 {
				t.Errorf("taken twice: %+v", again)
			}
		})
	}
}

type pionRecorder struct{ *twcc.Recorder }

func (r *pionRecorder) record(seq uint16, at Time) { r.Record(2, seq, int64(at)/1000) }

func (r *pionRecorder) build() (list [][]byte) {
	for _, p := range r.BuildFeedbackPacket() {
		b, _ := p.Marshal()
		list = append(list, b)
	}
	return list
}

type ownRecorder struct{ twccRecorder }

func (r *ownRecorder) record(seq uint16, at Time) { r.twccRecorder.record(at, seq, 2) }

func (r *ownRecorder) build() (list [][]byte) {
	for more := r.waiting > 0; more; {
		var b []byte
		b, more = r.append(nil, 1)
		list = append(list, b)
	}
	return list
}

// FuzzArrivals takes two messages and holds what they tell against the library's reading of them.
func FuzzArrivals(f *testing.F) {
	seed := func(b []byte, numbered uint16) { f.Add(b, b, numbered) }
	seed(feedback(65530, 20, all|10, none|4, bit|0x2aaa), 30)
	seed(feedback(0, 4096, all|4096), 4096)
	seed(feedback(0, 65535, all|8191, 8191, all|8191, 8191, all|8191, 8191, all|8191, 8191), 65535)
	seed(feedback(3, 7, twoBits|0x1b1b), 10)
	seed(feedback(3, 30, all, 0, all), 40)
	r := pionRecorder{twcc.NewRecorder(1)}
	for seq := range uint16(300) {
		if seq%7 != 3 {
			r.record(seq, worldBegin+Milliseconds(int64(seq)*3))
		}
	}
	for _, b := range r.build() {
		seed(b, 300)
	}
	f.Fuzz(func(t *testing.T, first, second []byte, numbered uint16) {
		s := NewSender(nowhere{})
		s.OnRTCP(worldBegin, first, numbered)
		s.OnRTCP(worldBegin, second, numbered+100)
		got := s.TakeArrivals()
		if got.Told > arrivalsKept+100 || got.Came > 2*arrivalsKept || got.Loss() < 0 || got.Loss() > 1 {
			t.Fatalf("%+v", got)
		}
		if p, _, ok := nextRTCP(first); ok && p.Type == rtcpRTPFB && p.Count == rtpfbTWCC {
			alone := NewSender(nowhere{})
			alone.OnRTCP(worldBegin, first[:len(first)-len(rest(first))], numbered)
			if want, known := libraryArrivals(first, numbered); known && alone.TakeArrivals() != want {
				t.Fatalf("want %+v", want)
			}
		}
	})
}

// rest is what follows the first packet of a compound.
func rest(b []byte) []byte {
	_, after, _ := nextRTCP(b)
	return after
}

// libraryArrivals are those of one message by the library's parser; not known where it is stricter than ours, which
// does not look at the times.
func libraryArrivals(b []byte, numbered uint16) (a Arrivals, known bool) {
	if padded := b[0]&0x20 != 0; padded { // which it reads as if it were told
		return Arrivals{}, false
	}
	var m rtcp.TransportLayerCC
	if m.Unmarshal(slices.Clone(b[:len(b)-len(rest(b))])) != nil {
		return a, false
	}
	age := int(numbered - m.BaseSequenceNumber)
	if int(m.PacketStatusCount) > age || age > arrivalsKept {
		return a, true
	}
	a = Arrivals{Messages: 1, Told: uint64(m.PacketStatusCount)}
	left := int(m.PacketStatusCount)
	take := func(symbol uint16, n int) {
		n = min(n, left)
		left -= n
		if symbol == rtcp.TypeTCCPacketReceivedSmallDelta || symbol == rtcp.TypeTCCPacketReceivedLargeDelta {
			a.Came += uint64(n)
		}
	}
	for _, chunk := range m.PacketChunks {
		switch c := chunk.(type) {
		case *rtcp.RunLengthChunk:
			take(c.PacketStatusSymbol, int(c.RunLength))
		case *rtcp.StatusVectorChunk:
			for _, symbol := range c.SymbolList {
				take(symbol, 1)
			}
		}
	}
	return a, true
}

func TestFeedbackDoesNotAllocate(t *testing.T) {
	s := NewSender(nowhere{})
	b := feedback(900, 100, all|50, bit|0x2aaa, twoBits|0x1b1b, all|29)
	s.OnRTCP(worldBegin, bytes.Clone(b), 1000)
	if n := testing.AllocsPerRun(100, func() { s.OnRTCP(worldBegin, b, 1000) }); n > 0 {
		t.Errorf("%v allocations", n)
	}
}

// The worst that one message can cost: as many packets as are kept, told of in vectors.
func BenchmarkFeedback(b *testing.B) {
	chunks := make([]uint16, 585)
	for i := range chunks {
		chunks[i] = twoBits | 0x1555
	}
	for name, message := range map[string][]byte{
		"usual":        feedback(3950, 50, all|20, bit|0x3fbf, all|16),
		"long vectors": feedback(0, 4095, chunks...),
		"empty chunks": feedback(0, 1, make([]uint16, 585)...),
	} {
		b.Run(name, func(b *testing.B) {
			s := NewSender(nowhere{})
			for b.Loop() {
				s.OnRTCP(worldBegin, message, 4095)
			}
		})
	}
}
