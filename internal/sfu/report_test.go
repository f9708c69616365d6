package sfu

import (
	"testing"

	"github.com/pion/rtcp"
)

func TestReceiverReports(t *testing.T) {
	b := newBench(t, ReceiverEvents{})
	b.AddTrack(videoParams(Encoding{SSRC: 10}))
	seq := uint16(65530) // wraps
	b.send(vp8(10, seq, 0, true))
	b.OnRTCP(b.now, marshal(t, &rtcp.SenderReport{SSRC: 10, NTPTime: 0x1122334455667788}))
	for i := range 25 { // the first half second; every fifth packet is lost
		b.wait(Milliseconds(20))
		seq++
		if i%5 != 4 {
			b.send(vp8(10, seq, uint32(i)*1800, false))
		}
	}
	b.send(vp8(10, seq+1, 25*1800, false))
	b.wait(Milliseconds(20))
	reports := take[*rtcp.ReceiverReport](b.out)
	if len(reports) != 1 || reports[0].SSRC != 1 || len(reports[0].Reports) != 1 {
		t.Fatalf("reports: %v", reports)
	}
	r := reports[0].Reports[0]
	// Sent until the report, which goes out half a second after the first packet: 25, of which 4 are lost for sure.
	if r.SSRC != 10 || r.LastSequenceNumber>>16 != 1 || r.TotalLost < 4 || r.TotalLost > 5 {
		t.Errorf("report: %+v", r)
	}
	if got := float64(r.FractionLost) / 256; got < 0.14 || got > 0.21 {
		t.Errorf("fraction lost %.2f", got)
	}
	if r.LastSenderReport != 0x33445566 || r.Delay != 65536/2 {
		t.Errorf("last sender report %x, %d/65536 s ago", r.LastSenderReport, r.Delay)
	}
	if r.Jitter > 90 {
		t.Errorf("jitter %d of a steady stream", r.Jitter)
	}
	b.wait(Milliseconds(10000))
	if n := len(take[*rtcp.ReceiverReport](b.out)); n > 1 {
		t.Errorf("%d reports about a stream that stopped", n)
	}
	b.send(vp8(10, seq+2, 90000*10, false))
	b.wait(Milliseconds(900))
	if n := len(take[*rtcp.ReceiverReport](b.out)); n != 1 {
		t.Errorf("%d reports about a stream that goes on", n)
	}
}

func TestReportsOfManyStreams(t *testing.T) {
	b := newBench(t, ReceiverEvents{})
	for i := range uint32(40) {
		b.AddTrack(audioParams(Encoding{SSRC: 100 + i}))
		b.send(opus(100+i, 1, 1))
	}
	b.wait(Milliseconds(600))
	blocks := 0
	for _, r := range take[*rtcp.ReceiverReport](b.out) {
		blocks += len(r.Reports)
	}
	if blocks != 40 {
		t.Errorf("%d blocks, want 40", blocks)
	}
}

func TestJitter(t *testing.T) {
	b := newBench(t, ReceiverEvents{})
	track := b.AddTrack(audioParams(Encoding{SSRC: 10}))
	for i := range 200 { // every other packet is 10 ms late
		late := Milliseconds(int64(i%2) * 10)
		b.now += late
		b.send(opus(10, uint16(i), uint32(i)*960))
		b.now += Milliseconds(20) - late
	}
	if j := track.Stats().Layers[0].Jitter; j < 470 || j > 490 {
		t.Errorf("jitter %d, want 480: 10 ms at 48 kHz", j)
	}
}

func TestSenderReports(t *testing.T) {
	b := newBench(t, ReceiverEvents{})
	b.AddTrack(videoParams(Encoding{SSRC: 10}), b.feed)
	// One report comes before the first packet, and waits for it.
	b.OnRTCP(b.now, marshal(t, &rtcp.SenderReport{SSRC: 10, NTPTime: 7 << 32, RTPTime: 0xfffffff0}))
	if len(b.feed.reports) != 0 {
		t.Fatal("fed before the first packet")
	}
	at := b.now
	b.wait(Milliseconds(5))
	b.send(vp8(10, 1, 0x10, true))
	b.OnRTCP(b.now, marshal(t, &rtcp.SenderReport{SSRC: 10, NTPTime: 8 << 32, RTPTime: 0x20}, &rtcp.Goodbye{Sources: []uint32{10}}))
	if len(b.feed.reports) != 2 {
		t.Fatalf("%d reports, want 2", len(b.feed.reports))
	}
	first := b.feed.media[0].Timestamp
	if r := b.feed.reports[0]; r.NTP != 7<<32 || r.Timestamp != first-0x20 || r.Arrival != at {
		t.Errorf("first report: %+v, packet at %d", r, first)
	}
	if r := b.feed.reports[1]; r.Timestamp != first+0x10 || r.Arrival != b.now {
		t.Errorf("second report: %+v, packet at %d", r, first)
	}
	if b.tracks[0].Stats().Layers[0].Alive {
		t.Error("alive after BYE")
	}
}
