package sfu

import (
	"testing"

	"konklave/internal/sfu/codec"

	"github.com/pion/rtcp"
	"github.com/pion/rtp"
)

// Extension ids and payload types of the sections in these tests.
var testExtensions = Extensions{MID: 1, RID: 2, RepairedRID: 3, TWCC: 4, AudioLevel: 5, Orientation: 6, DD: 7}

const (
	testVP8  = 96
	testRTX  = 97
	testH264 = 98
	testOpus = 111
)

func videoParams(encodings ...Encoding) UpParams {
	return UpParams{
		MID: "v", Kind: codec.Video, Encodings: encodings, Extensions: testExtensions,
		Payloads: []Payload{
			{PT: testVP8, RTX: testRTX, Codec: codec.VP8, ClockRate: 90000, NACK: true, PLI: true, TWCC: true},
			{PT: testH264, Codec: codec.H264, ClockRate: 90000, NACK: true, PLI: true},
		},
	}
}

func audioParams(encodings ...Encoding) UpParams {
	return UpParams{
		MID: "a", Kind: codec.Audio, Encodings: encodings, Extensions: testExtensions,
		Payloads: []Payload{{PT: testOpus, Codec: codec.Opus, ClockRate: 48000, NACK: true}},
	}
}

// fed is a Media that a feed was given, with what it needs of the bytes copied.
type fed struct {
	Media
	payload string
}

// testFeed remembers what it was fed.
type testFeed struct {
	media   []fed
	reports []SenderReport
}

func (f *testFeed) OnMedia(now Time, m *Media) {
	f.media = append(f.media, fed{Media: *m, payload: string(m.Payload())})
}

func (f *testFeed) OnSenderReport(now Time, layer int8, sr SenderReport) {
	f.reports = append(f.reports, sr)
}

// testEgress parses the RTCP that is sent, by other code than ours.
type testEgress struct {
	t       testing.TB
	packets []rtcp.Packet
}

// Stream is itself for every SSRC.
func (e *testEgress) Stream(uint32) Stream { return e }

func (*testEgress) Warm() int64                      { return 0 }
func (e *testEgress) SendRTP(head, tail []byte) bool { panic("a Receiver sends no RTP") }

func (e *testEgress) SendRTCP(b []byte) bool {
	packets, err := rtcp.Unmarshal(b)
	if err != nil {
		e.t.Fatalf("reading sent RTCP %x: %v", b, err)
	}
	e.packets = append(e.packets, packets...)
	return true
}

// take is what was sent of one type since the last take; the rest stays.
func take[P rtcp.Packet](e *testEgress) []P {
	var taken []P
	var rest []rtcp.Packet
	for _, p := range e.packets {
		if match, ok := p.(P); ok {
			taken = append(taken, match)
		} else {
			rest = append(rest, p)
		}
	}
	e.packets = rest
	return taken
}

// nacked are the sequence numbers that were asked for since the last call.
func (e *testEgress) nacked() []uint16 {
	var seqs []uint16
	for _, n := range take[*rtcp.TransportLayerNack](e) {
		for i := range n.Nacks {
			seqs = append(seqs, n.Nacks[i].PacketList()...)
		}
	}
	return seqs
}

// bench is a Receiver at which a test acts the publisher.
type bench struct {
	t    testing.TB
	now  Time
	out  *testEgress
	feed *testFeed
	*Receiver
}

func newBench(t testing.TB, ev ReceiverEvents) *bench {
	out := &testEgress{t: t}
	return &bench{t: t, now: Milliseconds(1_700_000_000_000), out: out, feed: &testFeed{}, Receiver: NewReceiver(out, 1, ev)}
}

// send gives the Receiver a packet now.
func (b *bench) send(p *rtp.Packet) DropReason {
	b.t.Helper()
	raw, err := p.Marshal()
	if err != nil {
		b.t.Fatalf("writing RTP: %v", err)
	}
	return b.OnRTP(b.now, raw)
}

// wait lets time pass and calls Poll whenever it wants to be called.
func (b *bench) wait(span Time) {
	end := b.now + span
	for calls := 0; b.Deadline() <= end; calls++ {
		if calls > 10000 {
			b.t.Fatal("Poll wants to be called again and again")
		}
		b.now = max(b.now, b.Deadline())
		b.Poll(b.now)
	}
	b.now = end
}

// vp8 is a packet of one VP8 frame, a key frame where wanted.
func vp8(ssrc uint32, seq uint16, ts uint32, key bool) *rtp.Packet {
	payload := []byte{0x10, 0x11, byte(seq >> 8), byte(seq)}
	if key {
		payload[1] = 0x10
	}
	return &rtp.Packet{
		Header:  rtp.Header{Version: 2, PayloadType: testVP8, SSRC: ssrc, SequenceNumber: seq, Timestamp: ts, Marker: true},
		Payload: payload,
	}
}

// opus is an audio packet.
func opus(ssrc uint32, seq uint16, ts uint32) *rtp.Packet {
	return &rtp.Packet{
		Header:  rtp.Header{Version: 2, PayloadType: testOpus, SSRC: ssrc, SequenceNumber: seq, Timestamp: ts},
		Payload: []byte{0xfc, byte(seq)},
	}
}

// with adds header extensions: id, value, id, value ...
func with(p *rtp.Packet, extensions ...any) *rtp.Packet {
	for i := 0; i < len(extensions); i += 2 {
		var value []byte
		switch v := extensions[i+1].(type) {
		case string:
			value = []byte(v)
		case []byte:
			value = v
		}
		if err := p.SetExtension(uint8(extensions[i].(int)), value); err != nil {
			panic(err)
		}
	}
	return p
}

// rtx wraps a packet as its retransmission.
func rtx(original *rtp.Packet, ssrc uint32, seq uint16) *rtp.Packet {
	p := original.Clone()
	p.Payload = append([]byte{byte(p.SequenceNumber >> 8), byte(p.SequenceNumber)}, p.Payload...)
	p.SSRC, p.SequenceNumber, p.PayloadType = ssrc, seq, testRTX
	return p
}
