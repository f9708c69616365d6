package sfu

import (
	"encoding/binary"
	"math/rand/v2"
	"testing"

	"github.com/pion/rtcp"
	"github.com/pion/rtp"

	"konklave/internal/testkit"
)

// nowhere takes everything and forgets it.
type nowhere struct{}

// Stream is itself for every SSRC.
func (n nowhere) Stream(uint32) Stream { return n }

func (nowhere) Warm() int64                                          { return 0 }
func (nowhere) SendRTP(head, tail []byte) bool                       { return true }
func (nowhere) SendRTCP(b []byte) bool                               { return true }
func (nowhere) OnMedia(now Time, m *Media)                           {}
func (nowhere) OnSenderReport(now Time, layer int8, sr SenderReport) {}

// newTestReceiver has one track of every way to be found.
func newTestReceiver() *Receiver {
	r := NewReceiver(nowhere{}, 1, ReceiverEvents{})
	r.AddTrack(videoParams(Encoding{RID: "q"}, Encoding{RID: "h"}, Encoding{RID: "f"}), nowhere{})
	screen := videoParams(Encoding{SSRC: 10, RTX: 11})
	screen.MID = "s"
	r.AddTrack(screen, nowhere{})
	r.AddTrack(audioParams(Encoding{}), nowhere{})
	return r
}

// FuzzReceiver feeds a stream of packets: each begins with two bytes, of which the first bit tells RTP from RTCP,
// the next seven how many milliseconds pass, and the second byte its length.
func FuzzReceiver(f *testing.F) {
	add := func(packets ...[]byte) {
		var all []byte
		for _, p := range packets {
			head := byte(5)
			if p[1] >= rtcpSR && p[1] <= rtcpPSFB {
				head |= 0x80
			}
			all = append(append(all, head, byte(len(p))), p...)
		}
		f.Add(all)
	}
	rtpBytes := func(p *rtp.Packet) []byte {
		b, err := p.Marshal()
		if err != nil {
			f.Fatal(err)
		}
		return b
	}
	add(rtpBytes(vp8(10, 1, 1, true)), rtpBytes(vp8(10, 4, 1, false)), rtpBytes(rtx(vp8(10, 2, 1, false), 11, 1)),
		marshal(f, &rtcp.SenderReport{SSRC: 10}, &rtcp.Goodbye{Sources: []uint32{10}}))
	add(rtpBytes(with(vp8(20, 1, 1, true), 1, "v", 2, "q", 4, []byte{0, 1})),
		rtpBytes(rtx(with(vp8(20, 2, 1, true), 1, "v", 3, "q", 4, []byte{9, 1}), 21, 1)))
	add(rtpBytes(with(opus(30, 1, 1), 1, "a", 5, []byte{7})), rtpBytes(opus(30, 40000, 1)), rtpBytes(opus(30, 40001, 1)))
	add(testkit.Recorded(f, "rtp")...)
	add(testkit.Recorded(f, "rtcp")...)
	f.Fuzz(func(t *testing.T, in []byte) {
		r := newTestReceiver()
		now := Milliseconds(1_700_000_000_000)
		for len(in) >= 2 {
			head, size := in[0], min(int(in[1]), len(in)-2)
			p := append([]byte(nil), in[2:2+size]...)
			in = in[2+size:]
			now += Milliseconds(int64(head & 0x7f))
			if head&0x80 != 0 {
				r.OnRTCP(now, p)
			} else {
				r.OnRTP(now, p)
			}
			if now >= r.Deadline() {
				if next := r.Poll(now); next <= now && r.Poll(now) <= now {
					t.Fatal("Poll does not come to rest")
				}
			}
		}
		checkBounds(t, r)
	})
}

// checkBounds looks at all that could grow by what a publisher sends.
func checkBounds(t *testing.T, r *Receiver) {
	t.Helper()
	if len(r.routes) > 2*3*MaxLayers {
		t.Errorf("%d routes", len(r.routes))
	}
	for _, track := range r.tracks {
		for i := range track.layers {
			if n := cap(track.layers[i].missing.list); n != maxMissing {
				t.Errorf("room for %d missing packets", n)
			}
		}
	}
}

// TestHostileStreams sends far more SSRCs, numbers and times than a publisher ever would.
func TestHostileStreams(t *testing.T) {
	r := newTestReceiver()
	rng := rand.New(rand.NewPCG(3, 4))
	now := Milliseconds(1_700_000_000_000)
	base, err := with(vp8(1, 1, 1, true), 1, "v", 2, "q", 4, []byte{0, 0}).Marshal()
	if err != nil {
		t.Fatal(err)
	}
	p := make([]byte, len(base))
	allocs := testing.AllocsPerRun(20000, func() {
		copy(p, base)
		binary.BigEndian.PutUint16(p[2:], uint16(rng.Uint32()))
		binary.BigEndian.PutUint32(p[4:], rng.Uint32())
		binary.BigEndian.PutUint32(p[8:], rng.Uint32())
		now += Time(rng.Int64N(20_000_000))
		r.OnRTP(now, p)
		if now >= r.Deadline() {
			r.Poll(now)
		}
	})
	if allocs > 0 {
		t.Errorf("%v allocations for each packet", allocs)
	}
	checkBounds(t, r)
	if got := r.Stats().Unknown; got > maxUnknown {
		t.Errorf("%d unknown SSRCs remembered", got)
	}
}

// BenchmarkReceiver is the whole receive side for one packet of video: with transport-wide feedback and, in the
// second case, loss and its repair.
func BenchmarkReceiver(b *testing.B) {
	for _, c := range []struct {
		name string
		lose int // every so manieth packet
	}{{"clean", 1 << 60}, {"loss", 10}} {
		b.Run(c.name, func(b *testing.B) {
			r := NewReceiver(nowhere{}, 1, ReceiverEvents{})
			track := r.AddTrack(videoParams(Encoding{SSRC: 10, RTX: 11}), nowhere{})
			media := vp8(10, 0, 0, false)
			media.Payload = append(media.Payload, make([]byte, 1100)...)
			original, err := with(media, 4, []byte{0, 0}).Marshal()
			if err != nil {
				b.Fatal(err)
			}
			repeated, err := rtx(media, 11, 0).Marshal()
			if err != nil {
				b.Fatal(err)
			}
			buf := make([]byte, 1500)
			now, seq, repair := Milliseconds(1_700_000_000_000), uint16(0), uint16(0)
			take := func(from []byte) []byte {
				binary.BigEndian.PutUint16(from[17:], repair) // the value of the extension behind its id
				repair++
				return buf[:copy(buf, from)]
			}
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				now += Milliseconds(4)
				seq++
				binary.BigEndian.PutUint16(original[2:], seq)
				binary.BigEndian.PutUint32(original[4:], uint32(seq)*360)
				if i%c.lose != c.lose-1 {
					r.OnRTP(now, take(original))
				} else {
					binary.BigEndian.PutUint16(repeated[20:], seq-10) // the original number: what was lost before
					r.OnRTP(now, take(repeated))
				}
				if now >= r.Deadline() {
					r.Poll(now)
				}
			}
			if s := track.Stats().Layers[0]; s.Packets == 0 || c.lose == 10 && b.N > 100 && s.Recovered == 0 || r.drops[DropMalformed] > 0 {
				b.Fatalf("not what was to be measured: %+v, drops %v", s, r.drops)
			}
		})
	}
}
