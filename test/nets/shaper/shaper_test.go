package shaper

import (
	"encoding/binary"
	"math"
	"net/netip"
	"testing"
	"time"
)

// packet makes an IPv4 packet with right checksums.
func packet(proto uint8, src, dst netip.AddrPort, payload string) []byte {
	transport := make([]byte, 20)
	if proto == udp {
		transport = transport[:8]
		binary.BigEndian.PutUint16(transport[4:], uint16(8+len(payload)))
	}
	binary.BigEndian.PutUint16(transport, src.Port())
	binary.BigEndian.PutUint16(transport[2:], dst.Port())
	transport = append(transport, payload...)
	b := make([]byte, 20)
	b[0], b[8], b[9] = 0x45, 64, proto
	binary.BigEndian.PutUint16(b[2:], uint16(20+len(transport)))
	copy(b[12:], src.Addr().AsSlice())
	copy(b[16:], dst.Addr().AsSlice())
	b = append(b, transport...)
	binary.BigEndian.PutUint16(b[10:], ^sum(b[:20]))
	at := 20 + 16
	if proto == udp {
		at = 20 + 6
	}
	binary.BigEndian.PutUint16(b[at:], ^transportSum(b))
	return b
}

// sum is the sum of RFC 1071; over data with a right checksum it is 0xffff.
func sum(b []byte) uint16 {
	var s uint32
	for i := 0; i < len(b); i += 2 {
		s += uint32(b[i]) << 8
		if i+1 < len(b) {
			s += uint32(b[i+1])
		}
	}
	for s > 0xffff {
		s = s>>16 + s&0xffff
	}
	return uint16(s)
}

// transportSum is the sum over TCP or UDP with its pseudo header.
func transportSum(b []byte) uint16 {
	pseudo := append([]byte{}, b[12:20]...)
	pseudo = append(pseudo, 0, b[9])
	pseudo = binary.BigEndian.AppendUint16(pseudo, uint16(len(b)-20))
	return sum(append(pseudo, b[20:]...))
}

var (
	client  = netip.MustParseAddrPort("10.0.0.2:40000")
	server  = netip.MustParseAddrPort("10.0.1.2:443")
	outside = netip.MustParseAddr("198.51.100.7")
)

func TestRead(t *testing.T) {
	got, ok := Read(packet(tcp, client, server, "hello"))
	if want := (Packet{tcp, client, server}); !ok || got != want {
		t.Errorf("got %v %v, want %v", got, ok, want)
	}
	six := make([]byte, 48)
	six[0], six[6] = 0x60, udp
	src, dst := netip.MustParseAddrPort("[2001:db8::1]:9"), netip.MustParseAddrPort("[2001:db8::2]:7882")
	copy(six[8:], src.Addr().AsSlice())
	copy(six[24:], dst.Addr().AsSlice())
	binary.BigEndian.PutUint16(six[40:], src.Port())
	binary.BigEndian.PutUint16(six[42:], dst.Port())
	if got, ok = Read(six); !ok || got != (Packet{udp, src, dst}) {
		t.Errorf("IPv6: got %v %v", got, ok)
	}
	for _, short := range [][]byte{nil, six[:39], packet(udp, client, server, "")[:19], make([]byte, 40)} {
		if got, ok = Read(short); ok {
			t.Errorf("%d bytes are read as %v", len(short), got)
		}
	}
}

func TestNATKeepsChecksumsRight(t *testing.T) {
	n := NAT{Outside: outside, Inside: server.Addr()}
	for _, proto := range []uint8{tcp, udp} {
		in := packet(proto, client, netip.AddrPortFrom(outside, 443), "to the server")
		out := packet(proto, server, client, "an answer")
		if !n.Arrive(in) || !n.Depart(out) {
			t.Fatalf("protocol %d: not translated", proto)
		}
		for name, b := range map[string][]byte{"in": in, "out": out} {
			if sum(b[:20]) != 0xffff || transportSum(b) != 0xffff {
				t.Errorf("protocol %d, %s: checksums are wrong", proto, name)
			}
		}
		if p, _ := Read(in); p.Dst != server {
			t.Errorf("protocol %d: arrives at %v", proto, p.Dst)
		}
		if p, _ := Read(out); p.Src != netip.AddrPortFrom(outside, 443) {
			t.Errorf("protocol %d: comes from %v", proto, p.Src)
		}
		if n.Arrive(packet(proto, client, server, "")) {
			t.Errorf("protocol %d: translates a packet for the address inside", proto)
		}
	}
}

func TestWall(t *testing.T) {
	for _, tt := range []struct {
		gates []string
		proto uint8
		other string
		want  bool
	}{
		{nil, udp, "10.0.1.2:7882", true},
		{[]string{"tcp"}, udp, "10.0.1.2:7882", false},
		{[]string{"tcp"}, tcp, "10.0.1.2:7881", true},
		{[]string{"tcp/443"}, tcp, "10.0.1.2:7881", false},
		{[]string{"tcp/443"}, tcp, "10.0.1.2:443", true},
		{[]string{"tcp/443"}, udp, "10.0.1.2:443", false},
		{[]string{"tcp/3128@10.0.2.2", "udp"}, tcp, "10.0.1.2:3128", false},
		{[]string{"tcp/3128@10.0.2.2", "udp"}, tcp, "10.0.2.2:3128", true},
		{[]string{"tcp/3128@10.0.2.2", "udp"}, udp, "10.0.1.2:53", true},
	} {
		w, err := NewWall(tt.gates)
		if err != nil {
			t.Fatal(err)
		}
		if got := w.Passes(tt.proto, netip.MustParseAddrPort(tt.other)); got != tt.want {
			t.Errorf("%v, protocol %d, %s: got %v", tt.gates, tt.proto, tt.other, got)
		}
	}
	if Closed.Passes(tcp, server) {
		t.Error("something passes a closed wall")
	}
	for _, wrong := range []string{"", "icmp", "tcp/https", "tcp/70000", "tcp/443@somewhere"} {
		if _, err := NewWall([]string{wrong}); err == nil {
			t.Errorf("gate %q is taken", wrong)
		}
	}
}

func TestLineIsAsFastAsItSays(t *testing.T) {
	l := NewLine(1)
	l.Become(Shape{Rate: 1_000_000, Delay: 30})
	sent, bytes, last := 0, 0, time.Duration(0)
	for now := time.Duration(0); now < 10*time.Second; now += time.Millisecond { // 9.6 Mbit/s, far too much
		arrives, ok := l.Take(now, 1200)
		if !ok {
			continue
		}
		if wait := arrives - now; wait < 30*time.Millisecond || wait > 241*time.Millisecond {
			t.Fatalf("a packet is on the way for %v", wait)
		}
		if arrives < last {
			t.Fatal("the order is lost")
		}
		sent, bytes, last = sent+1, bytes+1200, arrives
	}
	if rate := float64(bytes) * 8 / last.Seconds(); math.Abs(rate-1e6) > 5e4 {
		t.Errorf("%.0f bit/s with %d packets", rate, sent)
	}
}

func TestLineLoses(t *testing.T) {
	for _, tt := range []struct{ loss, burst float64 }{{0, 0}, {0.05, 0}, {0.05, 8}, {0.5, 4}, {1, 0}} {
		l := NewLine(7)
		l.Become(Shape{Loss: tt.loss, Burst: tt.burst})
		const all = 200_000
		lost, bursts, losing := 0, 0, false
		for range all {
			_, ok := l.Take(0, 100)
			if !ok {
				lost++
				if !losing {
					bursts++
				}
			}
			losing = !ok
		}
		if part := float64(lost) / all; math.Abs(part-tt.loss) > 0.01 {
			t.Errorf("%+v: %.3f are lost", tt, part)
		}
		if length := float64(lost) / float64(max(bursts, 1)); tt.burst > 0 && math.Abs(length-tt.burst) > tt.burst/10 {
			t.Errorf("%+v: bursts have %.1f packets", tt, length)
		}
	}
}

func TestLineChangesWhileInUse(t *testing.T) {
	l := NewLine(3)
	l.Become(Shape{Delay: 500, Jitter: 100})
	before, _ := l.Take(0, 100)
	l.Become(Shape{})
	after, _ := l.Take(time.Millisecond, 100)
	if after != before || before < 500*time.Millisecond || before > 600*time.Millisecond {
		t.Errorf("arrive after %v and %v: nobody overtakes", before, after)
	}
	if much, ok := l.Take(time.Second, 100); !ok || much != time.Second {
		t.Errorf("arrives after %v", much)
	}
}
