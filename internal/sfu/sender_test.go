package sfu

import (
	"fmt"
	"testing"

	"konklave/internal/sfu/codec"
	"konklave/internal/testkit"
)

func TestSenderReportsAreCompounded(t *testing.T) {
	out := &recorder{}
	s := NewSender(out)
	var tracks []*Track
	for i := range uint32(20) {
		track := NewTrack(codec.Audio, 1, func(int8) {})
		d := s.AddDownTrack(track, DownParams{
			Kind: codec.Audio, SSRC: i + 1, CNAME: fmt.Sprint("someone ", i),
			Payloads: []Payload{{PT: 111, Codec: codec.Opus, ClockRate: 48000}},
		}, worldBegin)
		d.Set(worldBegin, DownSettings{})
		if i > 0 { // one track's clock stays unknown
			track.OnSenderReport(worldBegin, 0, SenderReport{NTP: ntp(worldBegin), Timestamp: 960 * 100, Arrival: worldBegin})
		}
		if i != 1 { // one track does not flow
			tracks = append(tracks, track)
		}
	}
	sent := map[uint32][]Time{}
	compounds := 0
	for now := worldBegin; now < worldBegin+Milliseconds(10_000); now += Milliseconds(20) {
		for _, track := range tracks {
			seq := int64((now - worldBegin) / Milliseconds(20))
			track.OnMedia(now, &Media{
				Data: make([]byte, 100), Header: 12, Arrival: now, Codec: codec.Opus, Seq: seq,
				Timestamp: 960 * (100 + seq), Frame: codec.NoFrame, AudioLevel: 127,
			})
		}
		s.Poll(now)
		for _, b := range out.rtcp {
			compounds++
			for p, rest, ok := nextRTCP(b); ok; p, rest, ok = nextRTCP(rest) {
				if sr, ok := p.senderInfo(); ok {
					sent[sr.SSRC] = append(sent[sr.SSRC], now)
					if sr.Packets == 0 || sr.Octets != sr.Packets*88 || sr.NTP != ntp(now) {
						t.Fatalf("report %+v", sr)
					}
				}
			}
			if len(b) > maxRTCP {
				t.Errorf("%d bytes of RTCP", len(b))
			}
		}
		out.rtcp = nil
	}
	for ssrc := uint32(3); ssrc <= 20; ssrc++ {
		if at := sent[ssrc]; len(at) != 4 || at[0] > worldBegin+Milliseconds(100) {
			t.Errorf("SSRC %d: %d reports in 10 s, the first after %d ms", ssrc, len(at), (at[0]-worldBegin)/1_000_000)
		}
	}
	if len(sent[1]) > 0 || len(sent[2]) > 0 {
		t.Error("reports of a track that does not flow or has no clock")
	}
	if compounds != 4 {
		t.Errorf("%d compounds, want 4", compounds)
	}
}

func TestKeyframeWishesAreThrottled(t *testing.T) {
	asked := 0
	track := NewTrack(codec.Video, 1, func(int8) { asked++ })
	s := NewSender(&recorder{})
	d := s.AddDownTrack(track, DownParams{
		Kind: codec.Video, SSRC: 42, Payloads: []Payload{{PT: 96, Codec: codec.VP8, ClockRate: 90000}},
	}, worldBegin)
	d.Set(worldBegin, DownSettings{})
	track.OnMedia(worldBegin, vp8Media(1000))
	pli := appendPLI(nil, 1, 42)
	fir := appendRTCPHeader(nil, psfbFIR, rtcpPSFB, 4)
	fir = append(fir, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 42, 7, 0, 0, 0)
	for ms := int64(0); ms < 2000; ms += 10 {
		now := worldBegin + Milliseconds(ms)
		s.OnRTCP(now, pli, 0)
		s.OnRTCP(now, fir, 0)
		if ms < 100 && asked > 0 {
			t.Fatal("asked for a key frame right after one")
		}
	}
	if asked < 3 || asked > 4 {
		t.Errorf("%d key frames asked for in 1.9 s", asked)
	}
}

func FuzzSenderOnRTCP(f *testing.F) {
	f.Add(appendNACK(nil, 1, 42, []uint16{1, 2, 40}))
	f.Add(appendPLI(nil, 1, 42))
	f.Add(appendReportBlock(appendRRHeader(nil, 1, 1), reportBlock{SSRC: 42, LastSR: 1}))
	f.Add(append(appendSR(nil, senderInfo{}), appendSDES(nil, 1, "c")...))
	for _, raw := range testkit.Recorded(f, "rtcp") {
		f.Add(raw)
	}
	f.Add(feedback(65535-20, 20, all|10, none|4, bit|0x2aaa))
	f.Fuzz(func(t *testing.T, b []byte) {
		out, _, s, _ := flowing(30, 43)
		for i := range 30 { // of which feedback may tell
			s.Departed(worldBegin, uint16(65535-30+i), 1000, Picture)
		}
		for i := range 3 {
			now := worldBegin + Milliseconds(int64(30*i))
			s.OnRTCP(now, b, 0)
			s.Poll(now)
		}
		if len(out.rtp) > 30*4 {
			t.Errorf("%d packets sent", len(out.rtp))
		}
	})
}

func BenchmarkForward(b *testing.B) {
	b.Run("video", func(b *testing.B) { benchmarkForward(b, codec.VP8) })
	b.Run("video with dependency descriptor", func(b *testing.B) { benchmarkForward(b, codec.AV1) })
	b.Run("audio", func(b *testing.B) { benchmarkForward(b, codec.Opus) })
	b.Run("redundant audio, to those who do not take it", func(b *testing.B) { benchmarkForward(b, codec.RED, codec.Opus) })
	b.Run("redundant audio", func(b *testing.B) { benchmarkForward(b, codec.RED, codec.Opus, codec.RED) })
}

// benchmarkForward forwards one packet to 100 subscribers per operation, who take its codec unless others are given.
func benchmarkForward(b *testing.B, typ codec.Type, taken ...codec.Type) {
	if len(taken) == 0 {
		taken = []codec.Type{typ}
	}
	var payloads []Payload
	for i, t := range taken {
		payloads = append(payloads, Payload{PT: uint8(96 + 2*i), RTX: uint8(97 + 2*i), Codec: t, ClockRate: 90000})
	}
	const subscribers = 100
	track := NewTrack(typ.Kind(), 1, func(int8) {})
	m := vp8Media(1000)
	m.Codec = typ
	switch typ {
	case codec.Opus:
		m.Frame, m.Data = codec.NoFrame, m.Data[:100]
	case codec.RED:
		m = redMedia(1000)
	case codec.AV1:
		m.DD = make([]byte, 3)
	}
	for i := range uint32(subscribers) {
		d := NewSender(blackHole{}).AddDownTrack(track, DownParams{
			MID: "1", Kind: typ.Kind(), SSRC: 2 * i, Extensions: Extensions{MID: 4, AudioLevel: 1, Orientation: 3, DD: 5},
			Payloads: payloads,
		}, worldBegin)
		d.Set(worldBegin, DownSettings{})
	}
	now := worldBegin
	forward := func() {
		track.OnMedia(now, m)
		now += Milliseconds(4)
		m.Seq++
		m.Timestamp += 360
		m.Arrival = now
		m.Frame.Keyframe = false
	}
	for range 2000 { // until the history has its size
		forward()
	}
	b.ReportAllocs()
	for b.Loop() {
		forward()
	}
	b.ReportMetric(float64(b.Elapsed())/float64(b.N)/subscribers, "ns/forwarded")
}

// BenchmarkNACK answers NACKs for two packets per operation, as the budget allows.
func BenchmarkNACK(b *testing.B) {
	_, _, s, d := flowing(20, 43)
	s.out = blackHole{}
	newest := uint16(d.stream.next - 1)
	nack := appendNACK(nil, 1, 42, []uint16{newest - 12, newest - 3})
	now := worldBegin
	b.ReportAllocs()
	for b.Loop() {
		now += Milliseconds(100)
		s.OnRTCP(now, nack, 0)
		s.Poll(now)
	}
	b.ReportMetric(float64(d.Stats().RTX)/float64(b.N), "answers/op")
}

// blackHole is an Egress that takes everything.
type blackHole struct{}

// Stream is itself for every SSRC.
func (b blackHole) Stream(uint32) Stream { return b }

func (blackHole) Warm() int64                    { return 0 }
func (blackHole) SendRTP(head, tail []byte) bool { return true }
func (blackHole) SendRTCP(b []byte) bool         { return true }
