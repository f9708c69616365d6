package sfu

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/pion/rtcp"

	"konklave/internal/testkit"
)

// parseRTCP reads a compound by other code than ours.
func parseRTCP(t *testing.T, b []byte) []rtcp.Packet {
	t.Helper()
	packets, err := rtcp.Unmarshal(b)
	if err != nil {
		t.Fatalf("reading %x: %v", b, err)
	}
	return packets
}

func TestRTCPWriters(t *testing.T) {
	block := reportBlock{SSRC: 5, Fraction: 6, Lost: 7, Highest: 8, Jitter: 9, LastSR: 10, Delay: 11}
	b := appendRRHeader(nil, 1, 1)
	b = appendReportBlock(b, block)
	b = appendSR(b, senderInfo{SSRC: 1, NTP: 2, Timestamp: 3, Packets: 4, Octets: 5})
	b = appendPLI(b, 1, 2)
	b = appendNACK(b, 1, 2, []uint16{65535, 0, 15, 16, 40})
	want := []rtcp.Packet{
		&rtcp.ReceiverReport{SSRC: 1, ProfileExtensions: []byte{}, Reports: []rtcp.ReceptionReport{{
			SSRC: 5, FractionLost: 6, TotalLost: 7, LastSequenceNumber: 8, Jitter: 9, LastSenderReport: 10, Delay: 11,
		}}},
		&rtcp.SenderReport{SSRC: 1, NTPTime: 2, RTPTime: 3, PacketCount: 4, OctetCount: 5},
		&rtcp.PictureLossIndication{SenderSSRC: 1, MediaSSRC: 2},
		&rtcp.TransportLayerNack{SenderSSRC: 1, MediaSSRC: 2, Nacks: []rtcp.NackPair{
			{PacketID: 65535, LostPackets: 1<<0 | 1<<15}, {PacketID: 16}, {PacketID: 40},
		}},
	}
	got := parseRTCP(t, b)
	if len(got) != len(want) {
		t.Fatalf("%d packets, want %d", len(got), len(want))
	}
	for i := range want {
		if g, w := marshal(t, got[i]), marshal(t, want[i]); !slices.Equal(g, w) {
			t.Errorf("packet %d:\ngot  %v\nwant %v", i, got[i], want[i])
		}
	}
}

func TestSDESOfEveryLength(t *testing.T) {
	for n := range 300 {
		cname := strings.Repeat("x", n)
		p := parseRTCP(t, appendSDES(nil, 9, cname))[0].(*rtcp.SourceDescription)
		item := p.Chunks[0].Items[0]
		if p.Chunks[0].Source != 9 || item.Type != rtcp.SDESCNAME || item.Text != cname[:min(n, 255)] {
			t.Fatalf("length %d: %v", n, p)
		}
	}
}

func TestReportBlockLost(t *testing.T) {
	for lost, want := range map[int32]int32{0: 0, -1: -1, 1 << 24: 1<<23 - 1, -1 << 24: -1 << 23} {
		if got := parseReportBlock(appendReportBlock(nil, reportBlock{Lost: lost})).Lost; got != want {
			t.Errorf("%d lost became %d, want %d", lost, got, want)
		}
	}
}

func TestRTCPWalk(t *testing.T) {
	compound := marshal(t,
		&rtcp.SenderReport{SSRC: 7, NTPTime: 2, RTPTime: 3, PacketCount: 4, OctetCount: 5, Reports: []rtcp.ReceptionReport{
			{SSRC: 11, TotalLost: 5}, {SSRC: 12, FractionLost: 9},
		}},
		&rtcp.TransportLayerNack{SenderSSRC: 1, MediaSSRC: 2, Nacks: []rtcp.NackPair{{PacketID: 5, LostPackets: 3}}},
		&rtcp.FullIntraRequest{SenderSSRC: 1, MediaSSRC: 2, FIR: []rtcp.FIREntry{{SSRC: 3, SequenceNumber: 4}}},
	)
	padded := append(slices.Clone(compound), 0xa0, rtcpRR, 0, 2, 0, 0, 0, 9, 0, 0, 0, 4)
	var types []uint8
	for p, rest, ok := nextRTCP(padded); ok; p, rest, ok = nextRTCP(rest) {
		types = append(types, p.Type)
		switch p.Type {
		case rtcpSR:
			s, _ := p.senderInfo()
			if want := (senderInfo{SSRC: 7, NTP: 2, Timestamp: 3, Packets: 4, Octets: 5}); s != want {
				t.Errorf("sender info %+v", s)
			}
			blocks := p.reports()
			first, second := parseReportBlock(blocks), parseReportBlock(blocks[reportBlockSize:])
			if want := (reportBlock{SSRC: 11, Lost: 5}); first != want {
				t.Errorf("first block %+v", first)
			}
			if want := (reportBlock{SSRC: 12, Fraction: 9}); second != want {
				t.Errorf("second block %+v", second)
			}
		case rtcpRTPFB:
			media, fci, ok := p.feedback()
			if first, mask := parseNACKPair(fci); !ok || media != 2 || first != 5 || mask != 3 {
				t.Errorf("NACK of %d: %d, %b", media, first, mask)
			}
		case rtcpRR:
			if len(p.Body) != 4 {
				t.Errorf("padding not taken off: %x", p.Body)
			}
		}
	}
	if want := []uint8{rtcpSR, rtcpRTPFB, rtcpPSFB, rtcpRR}; !reflect.DeepEqual(types, want) {
		t.Errorf("types %v, want %v", types, want)
	}
}

func FuzzRTCPWalk(f *testing.F) {
	f.Add([]byte{0x81, rtcpRR, 0, 7, 31: 0})
	f.Add([]byte{0xa0, rtcpRR, 0, 1, 0, 0, 0, 4})
	f.Add(appendNACK(appendPLI(nil, 1, 2), 1, 2, []uint16{1, 2, 30}))
	for _, raw := range testkit.Recorded(f, "rtcp") {
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		total := 0
		for p, rest, ok := nextRTCP(b); ok; p, rest, ok = nextRTCP(rest) {
			total += 4 + len(p.Body)
			p.senderInfo()
			p.feedback()
			for blocks := p.reports(); len(blocks) > 0; blocks = blocks[reportBlockSize:] {
				parseReportBlock(blocks)
			}
		}
		if total > len(b) {
			t.Errorf("%d bytes seen of %d", total, len(b))
		}
	})
}

func BenchmarkRTCPWalk(b *testing.B) {
	compound := appendRRHeader(nil, 1, 1)
	compound = appendReportBlock(compound, reportBlock{SSRC: 5})
	compound = appendNACK(compound, 1, 2, []uint16{1, 2, 30})
	b.ReportAllocs()
	for b.Loop() {
		for p, rest, ok := nextRTCP(compound); ok; p, rest, ok = nextRTCP(rest) {
			if blocks := p.reports(); len(blocks) > 0 {
				parseReportBlock(blocks)
			}
		}
	}
}
