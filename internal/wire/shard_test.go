package wire

import (
	"encoding/binary"
	"log/slog"
	"net"
	"net/netip"
	"runtime"
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
	w.shards = []*shard{s}
	tb.Cleanup(func() { s.poll.close(); closePorts(s.ports) })
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
	t.open, t.seal, t.tag = testContext(tb), testContext(tb), 16
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

// rig is one publisher and n subscribers in a still shard.
type rig struct {
	s         *shard
	publisher *Transport
	from      endpoint
	seal      *srtp.Context
	seq, ts   int

	raw, sealed [1500]byte
}

func newRig(tb testing.TB, cfg Config, subscribers int, up sfu.UpParams, down func(uint32) sfu.DownParams) *rig {
	tb.Helper()
	s := still(tb, cfg)
	from := netip.AddrPortFrom(loopback, 9)
	r := &rig{s: s, from: endpointOf(from, 0), seal: testContext(tb)}
	r.publisher = settledTransport(tb, s, from)
	track := r.publisher.Publish(up, UpHandler{})
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
		if i == n-1 {
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
		out, err := r.seal.EncryptRTP(r.sealed[:0], b, &r.s.rtpHeader)
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

func BenchmarkForward(b *testing.B) {
	for _, c := range []struct {
		name  string
		cfg   Config
		audio bool
	}{
		{"video", Config{}, false},
		{"video without GSO", Config{NoGSO: true}, false},
		{"video plain", Config{NoGSO: true, NoBatch: true}, false},
		{"audio", Config{}, true},
	} {
		b.Run(c.name, func(b *testing.B) {
			const subscribers = 100
			n, pt, size := 9, uint8(96), 1100
			up, down := upVideo(22), downVideo
			if c.audio {
				n, pt, size = 1, 111, 80
				up, down = upAudio(22), downAudio
			}
			r := newRig(b, c.cfg, subscribers, up, down)
			for range 300 { // everything reaches its size
				r.frame(b, pt, 22, n, size)
				r.turns()
			}
			before := r.s.stats.count[packetsOut]
			b.ReportAllocs()
			b.ResetTimer()
			for b.Loop() {
				r.frame(b, pt, 22, n, size)
				r.turns()
			}
			out := r.s.stats.count[packetsOut] - before
			if out < uint64(b.N*n*subscribers) {
				b.Fatalf("only %d packets of %d left; drops %v", out, b.N*n*subscribers, r.s.stats.count)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(out), "ns/packet")
		})
	}
}

// No packet costs an allocation: the bar is one in a hundred packets over the whole process.
func TestForwardingDoesNotAllocate(t *testing.T) {
	r := newRig(t, Config{}, 20, upVideo(22), downVideo)
	for range 200 {
		r.frame(t, 96, 22, 9, 1100)
		r.turns()
	}
	if n := testing.AllocsPerRun(100, func() {
		r.frame(t, 96, 22, 9, 1100)
		r.turns()
	}); n > 0 {
		t.Errorf("%v allocations for 180 packets", n)
	}
}

// A slow TCP connection loses video, whole up to a key frame, before it loses audio.
func TestSlowStreamLosesVideoFirst(t *testing.T) {
	s := still(t, Config{})
	transport := settledTransport(t, s, discard(t))
	client, server := net.Pipe() // nobody reads it
	defer client.Close()
	st := &stream{conn: server, listeners: &tcpListeners{w: s.wire}, wake: make(chan struct{}, 1), done: make(chan struct{})}
	transport.selected.stream = st
	transport.outgoing(1).expect(false, opus)
	transport.outgoing(2).expect(true, vp8)

	video := func(seq int, key bool) bool {
		packet := vp8Packet(2, seq, 1, 0, 1)
		if key {
			packet = vp8Packet(2, seq, 0, 0, 1)
		}
		raw, _ := packet.Marshal()
		ok := transport.SendRTP(raw[:12], raw[12:])
		s.turn()
		return ok
	}
	audio := func(seq int) bool {
		head, tail := testPacket(1, uint16(seq), 80)
		ok := transport.SendRTP(head, tail)
		s.turn()
		return ok
	}
	seq := 0
	for ; video(seq, seq == 0); seq++ {
		if seq > 1000 {
			t.Fatal("video is never left out")
		}
	}
	if !audio(1) || s.stats.count[dropStreamFull] != 1 {
		t.Error("audio was left out with video")
	}
	if video(seq+1, true) {
		t.Error("a key frame goes although there is no room")
	}
	st.mu.Lock()
	st.waiting = st.waiting[:0]
	st.mu.Unlock()
	if video(seq+2, false) {
		t.Error("video goes on within a frame that was begun without it")
	}
	if !video(seq+3, true) || !video(seq+4, false) {
		t.Error("video does not go on with a key frame")
	}
}

// The same number with other content would give away the keys of AES-GCM.
func TestNumberIsNotSealedTwice(t *testing.T) {
	s := still(t, Config{})
	transport := settledTransport(t, s, discard(t))
	head, tail := testPacket(1, 77, 100)
	if !transport.SendRTP(head, tail) || transport.SendRTP(head, tail) {
		t.Error("the second must be refused, and only that")
	}
	s.turn()
}

func FuzzDispatch(f *testing.F) {
	for _, b := range [][]byte{
		request("frag", "password"), {22, 254, 253, 0, 0}, {0x80, 111, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 5}, {0x81, 201, 0, 1, 0, 0, 0, 9},
		{}, {0}, {64, 0, 0, 4}, {0x90, 96, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0xbe, 0xde, 0xff, 0xff},
	} {
		f.Add(b, true)
		f.Add(b, false)
	}
	s := still(f, Config{})
	known := netip.AddrPortFrom(loopback, 9)
	transport := settledTransport(f, s, known)
	transport.Publish(upAudio(11), UpHandler{})
	f.Fuzz(func(t *testing.T, b []byte, stranger bool) {
		from := endpointOf(known, 0)
		if stranger {
			from.port = 10
		}
		s.deliverFrom(b, from, localIP{}, nil)
		s.turn()
		if len(transport.paths) != 1 || len(s.paths) != 1 {
			t.Error("a path came from noise")
		}
		_ = transport.secure.in.SetReadDeadline(longAgo)
		for {
			var buf [datagramMax]byte
			if _, err := transport.secure.in.Read(buf[:]); err != nil {
				break
			}
		}
	})
}

// When a fan-out does not end within its time, what is left keeps its content while the next packets come in.
func TestUnfinishedTurnKeepsPackets(t *testing.T) {
	const frames, of = 40, 9
	r := newRig(t, Config{}, 0, upVideo(22), downVideo)
	conn, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	for i := range 150 {
		addr := discard(t)
		if i == 149 { // the last in the queue
			addr = netip.AddrPortFrom(loopback, uint16(conn.LocalAddr().(*net.UDPAddr).Port))
		}
		settledTransport(t, r.s, addr).Subscribe(r.publisher.published[0], downVideo(5000), sfu.DownSettings{MaxLayer: 3})
	}
	for range 4 {
		r.s.turn()
	}
	received := make(chan int, 1)
	go func() {
		open, buf, n, first := testContext(t), make([]byte, 2000), 0, -1
		defer func() { received <- n }()
		for {
			size, err := conn.Read(buf)
			if err != nil {
				return
			}
			if isRTCP(buf[:size]) {
				continue
			}
			plain, err := open.DecryptRTP(nil, buf[:size], nil)
			if err != nil {
				t.Error(err)
				return
			}
			seq := int(binary.BigEndian.Uint16(plain[2:]))
			if first < 0 {
				first = seq
			}
			if want := byte(seq - first); plain[100] != want || plain[len(plain)-1] != want {
				t.Errorf("packet %d holds %d", want, plain[100])
				return
			}
			n++
		}
	}()
	unfinished := 0
	for range frames {
		r.frame(t, 96, 22, of, 1100)
		r.s.turn()
		if !r.s.idle() {
			unfinished++
		}
	}
	r.turns()
	_ = conn.SetReadDeadline(time.Now().Add(500 * time.Millisecond))
	if n := await(t, received, "media"); n < frames*of/2 { // the reader's buffer may overflow
		t.Errorf("only %d packets arrived", n)
	}
	if unfinished == 0 {
		t.Log("every turn ended in time: nothing was tested")
	}
}

// The whole process of a running shard: sockets, poller, timers and all.
func TestRunningShardDoesNotAllocate(t *testing.T) {
	w := testWire(t, Config{Shards: 1})
	s := w.shards[0]
	conn, err := net.DialUDP("udp4", nil, net.UDPAddrFromAddrPort(w.Candidates()[0].Addr))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	local := NewCredentials()
	publisher := w.NewTransport(TransportParams{Local: local})
	roamer{t: t, w: w, local: local}.check(conn, 100)
	publisher.post(func(*shard) { publisher.open, publisher.seal, publisher.tag = testContext(t), testContext(t), 16 })
	track := publisher.Publish(upAudio(22), UpHandler{})
	for range 20 {
		to := endpointOf(discard(t), 0)
		subscriber := w.NewTransport(TransportParams{Local: NewCredentials()})
		subscriber.claim(s)
		subscriber.post(func(s *shard) {
			p := &path{t: subscriber, addr: to, port: s.ports[0], gso: true, lastCheck: s.now}
			subscriber.paths, subscriber.selected = append(subscriber.paths, p), p
			subscriber.open, subscriber.seal, subscriber.tag = testContext(t), testContext(t), 16
		})
		subscriber.Subscribe(track, downAudio(5000), sfu.DownSettings{})
	}
	settleCommands(t, w)
	seal, seq := testContext(t), 0
	var header rtp.Header
	var raw, sealed [200]byte
	raw[0], raw[1], raw[11] = 0x80, 111, 22
	out := func() uint64 { return s.stats.published[packetsOut].Load() }
	send := func(n int) {
		before, want := out(), uint64(20)
		for range n {
			binary.BigEndian.PutUint16(raw[2:], uint16(seq))
			binary.BigEndian.PutUint32(raw[4:], uint32(seq)*960)
			seq++
			b, err := seal.EncryptRTP(sealed[:0], raw[:100], &header)
			if err != nil {
				t.Fatal(err)
			}
			_, _ = conn.Write(b)
			deadline := time.Now().Add(patience)
			for out()-before < want {
				if time.Now().After(deadline) {
					t.Fatalf("%d packets of %d left", out()-before, want)
				}
				runtime.Gosched()
			}
			want += 20
		}
	}
	send(200)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	first := out()
	send(500)
	runtime.ReadMemStats(&after)
	if each := float64(after.Mallocs-before.Mallocs) / float64(out()-first); each > 0.01 {
		t.Errorf("%.4f allocations for a packet", each)
	} else {
		t.Logf("%.4f allocations for a packet", each)
	}
}
