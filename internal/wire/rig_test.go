package wire

import (
	"encoding/binary"
	"log/slog"
	"net"
	"net/netip"
	"testing"
	"time"

	"konklave/internal/sfu"

	"github.com/pion/rtp"
	"github.com/pion/srtp/v3"
)

// still is a Wire whose only shard does not run: the test takes its turns.
func still(tb testing.TB, cfg Config) *shard {
	tb.Helper()
	cfg.Bind, cfg.Shards = []netip.Addr{loopback}, 1
	w := &Wire{
		cfg: cfg, limits: defaultLimits, epoch: time.Now(), log: slog.New(slog.DiscardHandler),
		agents: make(map[string]*agent), transports: make(map[*Transport]struct{}),
	}
	ports, _, err := openPorts(&cfg, w.log)
	if err != nil {
		tb.Fatal(err)
	}
	s, err := newShard(w, 0, ports[0])
	if err != nil {
		tb.Fatal(err)
	}
	w.limits.burst = sfu.Never / 2 // turns of the test take no time, so whatever they send would be a flood
	w.shards = []*shard{s}
	tb.Cleanup(s.close)
	s.turn()
	return s
}

// settledTransport is a transport of s as it is after ICE and DTLS, with a path to addr and known keys.
func settledTransport(tb testing.TB, s *shard, addr netip.AddrPort) *Transport {
	tb.Helper()
	t := s.wire.NewTransport(TransportParams{Local: NewCredentials()})
	t.claim(s)
	s.turn()
	p := &path{t: t, addr: endpointOf(addr, 0), port: s.ports[0], gso: true, lastCheck: s.now}
	t.paths, t.selected = append(t.paths, p), p
	s.paths[p.addr] = p
	t.open, t.seal = testOpener(tb), testSealer(tb)
	return t
}

func testContext(tb testing.TB) *srtp.Context {
	tb.Helper()
	c, err := srtp.CreateContext(make([]byte, 16), make([]byte, 12), srtp.ProtectionProfileAeadAes128Gcm)
	if err != nil {
		tb.Fatal(err)
	}
	return c
}

func testOpener(tb testing.TB) *opener {
	tb.Helper()
	o, err := newOpener(make([]byte, 16), make([]byte, 12), srtp.ProtectionProfileAeadAes128Gcm)
	if err != nil {
		tb.Fatal(err)
	}
	return o
}

func testSealer(tb testing.TB) *sealer {
	tb.Helper()
	z, err := newSealer(make([]byte, 16), make([]byte, 12), srtp.ProtectionProfileAeadAes128Gcm)
	if err != nil {
		tb.Fatal(err)
	}
	return z
}

// discard is a socket that nobody reads.
func discard(tb testing.TB) netip.AddrPort {
	tb.Helper()
	conn, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = conn.Close() })
	return netip.AddrPortFrom(loopback, uint16(conn.LocalAddr().(*net.UDPAddr).Port))
}

// unreadStream is a TCP connection that nobody reads or writes.
func unreadStream(tb testing.TB, s *shard) *stream {
	tb.Helper()
	client, server := net.Pipe()
	tb.Cleanup(func() { _ = client.Close() })
	return &newConnection(&tcpListeners{w: s.wire}, server).stream
}

// rig is one publisher and n subscribers in a still shard.
type rig struct {
	s         *shard
	publisher *Transport
	from      endpoint
	seal      *srtp.Context
	seq, ts   int
	goesOn    bool // the packets of frame are not the last of their picture

	raw, sealed [1500]byte
	header      rtp.Header
}

func newRig(tb testing.TB, cfg Config, subscribers int, up sfu.UpParams, down func(uint32) sfu.DownParams) *rig {
	tb.Helper()
	s := still(tb, cfg)
	from := netip.AddrPortFrom(loopback, 9)
	r := &rig{s: s, from: endpointOf(from, 0), seal: testContext(tb)}
	r.publisher = settledTransport(tb, s, from)
	track := forwarded(r.publisher.Publish(up, UpHandler{}))
	for range subscribers {
		t := settledTransport(tb, s, discard(tb))
		t.Subscribe(track, down(5000), sfu.DownSettings{MaxLayer: 3})
	}
	for range 4 {
		s.turn()
	}
	return r
}

// frame delivers one frame of n packets of 1100 bytes; the first frame is a key frame.
func (r *rig) frame(tb testing.TB, pt uint8, ssrc uint32, n, size int) {
	for i := range n {
		b := r.raw[:12+size]
		b[0], b[1] = 0x80, pt
		if i == n-1 && !r.goesOn {
			b[1] |= 0x80
		}
		binary.BigEndian.PutUint16(b[2:], uint16(r.seq))
		binary.BigEndian.PutUint32(b[4:], uint32(r.ts))
		binary.BigEndian.PutUint32(b[8:], ssrc)
		for k := range b[12:] {
			b[12+k] = byte(r.seq) // each packet has its own content
		}
		b[12] = 0
		if i == 0 && pt == 96 {
			b[12], b[13] = 0x10, 1
			if r.seq == 0 {
				copy(b[13:], []byte{0, 0, 0, 0x9d, 0x01, 0x2a, 64, 0, 64, 0})
			}
		}
		r.seq++
		out, err := r.seal.EncryptRTP(r.sealed[:0], b, &r.header)
		if err != nil {
			tb.Fatal(err)
		}
		if !r.s.deliverFrom(out, r.from, localIP{}, nil) {
			tb.Fatal("not delivered")
		}
	}
	r.ts += 3000
}

// turns runs the shard until nothing is left.
func (r *rig) turns() {
	r.s.turn()
	for !r.s.idle() {
		r.s.turn()
	}
}

// forwarded opens a track as soon as it is published, which the room does in the program.
func forwarded(p *Published) *Published {
	p.SetForwarding(true)
	return p
}
