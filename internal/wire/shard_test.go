package wire

import (
	"encoding/binary"
	"net"
	"net/netip"
	"runtime"
	"testing"
	"time"

	"konklave/internal/sfu"
	"konklave/internal/sfu/codec"

	"github.com/pion/rtp"
	"konklave/internal/testkit"
)

func BenchmarkForward(b *testing.B) {
	for _, c := range []struct {
		name  string
		cfg   Config
		audio bool
		sink  bool
		ids   sfu.Extensions
	}{
		{"video", Config{}, false, false, sfu.Extensions{}},
		{"video, sealed and not sent", Config{}, false, true, sfu.Extensions{}},
		{"video without GSO", Config{NoGSO: true}, false, false, sfu.Extensions{}},
		{"video plain", Config{NoGSO: true, NoBatch: true}, false, false, sfu.Extensions{}},
		{"audio", Config{}, true, false, sfu.Extensions{}},
		{"audio, sealed and not sent", Config{}, true, true, sfu.Extensions{}},
		{"audio, numbered, sealed and not sent", Config{}, true, true, sfu.Extensions{TWCC: numbersID}},
	} {
		b.Run(c.name, func(b *testing.B) {
			const subscribers = 100
			n, pt, size := 9, uint8(96), 1100
			up, down := upVideo(22), downVideo
			if c.audio {
				n, pt, size = 1, 111, 80
				up = upAudio(22)
				down = func(ssrc uint32) sfu.DownParams {
					p := downAudio(ssrc)
					p.Extensions = c.ids
					return p
				}
			}
			r := newRig(b, c.cfg, subscribers, up, down)
			r.s.ports[0].out.sink = c.sink
			for range 300 { // everything reaches its size
				r.frame(b, pt, 22, n, size)
				r.turns()
			}
			runtime.LockOSThread()
			defer runtime.UnlockOSThread()
			before, used := r.s.stats.count[packetsOut], processorTime(b)
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
			b.ReportMetric(float64((processorTime(b)-used).Nanoseconds())/float64(out), "cpu-ns/packet")
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

// Who watches many has many packets in each turn, and none of these costs an allocation either. What a joiner's first
// pictures took is given back.
func TestManyPacketsAtOnceDoNotAllocate(t *testing.T) {
	r := newRig(t, Config{}, 1, upVideo(22), downVideo)
	now := r.s.wire.now()
	r.s.wire.clock = func() sfu.Time { return now }
	const many = 3 * mostPending
	burst := func() {
		now += sfu.Milliseconds(33)
		r.frame(t, 96, 22, many, 100)
		r.turns()
	}
	for range 100 {
		burst()
	}
	if n := testing.AllocsPerRun(100, burst); n > 0 {
		t.Errorf("%v allocations for %d packets", n, many)
	}
	for range 50 {
		now += sfu.Milliseconds(33)
		r.frame(t, 96, 22, 2, 100)
		r.turns()
	}
	for transport := range r.s.wire.transports {
		if n := cap(transport.pending); n > mostPending {
			t.Errorf("there is memory for %d packets after seconds with two at a time", n)
		}
	}
}

// A slow TCP connection loses video, whole up to a key frame, before it loses audio.
func TestSlowStreamLosesVideoFirst(t *testing.T) {
	s := still(t, Config{})
	transport := settledTransport(t, s, discard(t))
	st := unreadStream(t, s)
	transport.selected.stream = st
	transport.outgoing(1).expect(&sfu.DownParams{Kind: codec.Audio, Payloads: opus})
	transport.outgoing(2).expect(&sfu.DownParams{Kind: codec.Video, Payloads: vp8})

	video := func(seq int, key bool) bool {
		packet := vp8Packet(2, seq, 1, 0, 1)
		if key {
			packet = vp8Packet(2, seq, 0, 0, 1)
		}
		raw, _ := packet.Marshal()
		ok := transport.outgoing(2).SendRTP(raw[:12], raw[12:])
		s.turn()
		return ok
	}
	audio := func(seq int) bool {
		head, tail := testPacket(1, uint16(seq), 80)
		ok := transport.outgoing(1).SendRTP(head, tail)
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
	if !transport.outgoing(1).SendRTP(head, tail) || transport.outgoing(1).SendRTP(head, tail) {
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
	for _, kind := range []string{"stun", "dtls"} {
		for _, b := range testkit.Recorded(f, kind) {
			f.Add(b, true)
			f.Add(b, false)
		}
	}
	s := still(f, Config{})
	known := netip.AddrPortFrom(loopback, 9)
	transport := settledTransport(f, s, known)
	forwarded(transport.Publish(upAudio(11), UpHandler{}))
	f.Fuzz(func(t *testing.T, b []byte, stranger bool) {
		from := endpointOf(known, 0)
		if stranger {
			from.port = 10
		}
		transport.lastCheck = s.wire.now() // as a peer does that is there: fuzzing takes longer than consent lasts
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
	_ = conn.SetReadBuffer(4 << 20) // holds all that is sent, however late the reader comes
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

// However much arrives in one turn for however many, what waits to be sealed is bounded, and all of it leaves.
func TestBurstToManyIsBounded(t *testing.T) {
	const subscribers, packets = 60, 900
	r := newRig(t, Config{}, subscribers, upAudio(22), downAudio)
	for range packets {
		r.frame(t, 111, 22, 1, 60)
	}
	r.turns()
	if n := len(r.s.heads.chunks); n > manyHeads+1 {
		t.Errorf("%d chunks of heads", n)
	}
	if out := r.s.stats.count[packetsOut] + r.s.stats.count[dropSocketFull]; out < subscribers*packets {
		t.Errorf("%d packets left, want %d", out, subscribers*packets)
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
	publisher.post(func(*shard) { publisher.open, publisher.seal = testOpener(t), testSealer(t) })
	track := forwarded(publisher.Publish(upAudio(22), UpHandler{}))
	for range 20 {
		to := endpointOf(discard(t), 0)
		subscriber := w.NewTransport(TransportParams{Local: NewCredentials()})
		subscriber.claim(s)
		subscriber.post(func(s *shard) {
			p := &path{t: subscriber, addr: to, port: s.ports[0], gso: true, lastCheck: s.now}
			subscriber.paths, subscriber.selected = append(subscriber.paths, p), p
			subscriber.open, subscriber.seal = testOpener(t), testSealer(t)
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
