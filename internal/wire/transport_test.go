package wire

import (
	"bytes"
	"encoding/binary"
	"errors"
	"log/slog"
	"net/netip"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/pion/datachannel"
	"github.com/pion/dtls/v3"
)

func TestConnect(t *testing.T) {
	for _, c := range []struct {
		name    string
		options peerOptions
		want    dtls.SRTPProtectionProfile
	}{
		{"passive", peerOptions{role: Passive}, dtls.SRTP_AEAD_AES_128_GCM},
		{"active", peerOptions{role: Active}, dtls.SRTP_AEAD_AES_128_GCM},
		{"passive prefers GCM", peerOptions{profiles: []dtls.SRTPProtectionProfile{
			dtls.SRTP_AES128_CM_HMAC_SHA1_80, dtls.SRTP_AEAD_AES_256_GCM}}, dtls.SRTP_AEAD_AES_256_GCM},
		{"SHA1 only", peerOptions{profiles: []dtls.SRTPProtectionProfile{
			dtls.SRTP_AES128_CM_HMAC_SHA1_80}}, dtls.SRTP_AES128_CM_HMAC_SHA1_80},
		{"passive over TCP", peerOptions{network: "tcp"}, dtls.SRTP_AEAD_AES_128_GCM},
		{"active over TCP", peerOptions{network: "tcp", role: Active}, dtls.SRTP_AEAD_AES_128_GCM},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := testWire(t, Config{TCPPort: freeTCPPort(t)})
			p := newPeer(t, w, c.options).ready()
			if p.profile != c.want {
				t.Errorf("SRTP profile %v, want %v", p.profile, c.want)
			}
		})
	}
}

// A peer may begin with its checks, and with the handshake, before its answer is here.
func TestConnectBeforeItIsAgreed(t *testing.T) {
	for _, role := range []DTLSRole{Passive, Active} {
		p := newPeer(t, testWire(t, Config{}), peerOptions{role: role, later: true})
		for limit := time.Now().Add(patience); ; time.Sleep(time.Millisecond) {
			pair, err := p.agent.GetSelectedCandidatePair()
			if err == nil && pair != nil {
				break
			}
			if time.Now().After(limit) {
				t.Fatal("the checks were not answered")
			}
		}
		select {
		case <-p.connected:
			t.Fatal("connected with nobody knows whom")
		case <-time.After(50 * time.Millisecond):
		}
		p.agree()
		p.ready()
	}
	p := newPeer(t, testWire(t, Config{}), peerOptions{fingerprint: "sha-256 " + strings.Repeat("00:", 31) + "00", later: true})
	p.agree()
	if err := await(t, p.closed, "closing"); !errors.Is(err, ErrFingerprint) {
		t.Errorf("another's certificate: %v", err)
	}
}

func TestConnectOverIPv6(t *testing.T) {
	six := netip.IPv6Loopback()
	w, err := listen(Config{Bind: []netip.Addr{six, loopback}}, slog.New(slog.DiscardHandler), defaultLimits)
	if err != nil {
		t.Skip("no IPv6 here:", err)
	}
	defer w.Close()
	w.cfg.Announce = []netip.Addr{six}
	p := newPeer(t, w, peerOptions{six: true}).ready()
	p.expectBurst(20)
}

// On a wildcard socket the answer must leave from the address that the peer sent to.
func TestWildcardAnswersFromTheAddressUsed(t *testing.T) {
	for _, address := range []string{"127.0.0.1", "127.0.0.2"} {
		w := testWire(t, Config{
			Bind: []netip.Addr{netip.IPv4Unspecified()}, Announce: []netip.Addr{netip.MustParseAddr(address)}, Shards: 1,
		})
		p := newPeer(t, w, peerOptions{}).ready()
		p.expectBurst(20)
	}
}

func TestPortInUse(t *testing.T) {
	w := testWire(t, Config{Shards: 2})
	_, err := Listen(Config{Bind: []netip.Addr{loopback}, UDPPort: w.udpPort}, slog.New(slog.DiscardHandler))
	if err == nil || !strings.Contains(err.Error(), "udp port") || !strings.Contains(err.Error(), "is in use") {
		t.Errorf("second listener: %v", err)
	}
	port := freeTCPPort(t)
	testWire(t, Config{TCPPort: port})
	_, err = Listen(Config{Bind: []netip.Addr{loopback}, TCPPort: port}, slog.New(slog.DiscardHandler))
	if err == nil || !strings.Contains(err.Error(), "tcp port") || strings.Contains(err.Error(), "127.0.0.1") {
		t.Errorf("second TCP listener: %v", err)
	}
}

func TestWrongFingerprint(t *testing.T) {
	for _, role := range []DTLSRole{Passive, Active} {
		w := testWire(t, Config{})
		_, other, _ := newCertificate()
		p := newPeer(t, w, peerOptions{role: role, fingerprint: other})
		if err := await(t, p.closed, "closing"); !errors.Is(err, ErrFingerprint) {
			t.Errorf("role %d: closed with %v", role, err)
		}
		select {
		case <-p.connected:
			t.Error("connected")
		default:
		}
	}
}

func TestConsentLost(t *testing.T) {
	w := testWire(t, Config{}, func(l *limits) { l.consent = 300 * time.Millisecond })
	p := newPeer(t, w, peerOptions{}).ready()
	_ = p.agent.Close() // no more checks, no goodbye
	if err := await(t, p.closed, "closing"); !errors.Is(err, ErrConsent) {
		t.Errorf("closed with %v", err)
	}
}

func TestPeerSaysGoodbye(t *testing.T) {
	w := testWire(t, Config{})
	p := newPeer(t, w, peerOptions{}).ready()
	_ = p.secure.Close()
	if err := await(t, p.closed, "closing"); !errors.Is(err, ErrPeerClosed) {
		t.Errorf("closed with %v", err)
	}
}

func TestDataChannels(t *testing.T) {
	for _, network := range []string{"udp", "tcp"} {
		w := testWire(t, Config{TCPPort: freeTCPPort(t)})
		p := newPeer(t, w, peerOptions{network: network}).ready()
		if err := p.transport.Send(Reliable, []byte("early")); !errors.Is(err, ErrNotOpen) {
			t.Errorf("sending before the channel is open: %v", err)
		}
		p.dial("other") // must not disturb
		for i, label := range []string{labelReliable, labelLossy} {
			channel := p.dial(label)
			if ch := await(t, p.opened, "opening"); ch != Channel(i) {
				t.Errorf("opened channel %d, want %d", ch, i)
			}
			if _, err := channel.WriteDataChannel([]byte("up"), false); err != nil {
				t.Error(err)
			}
			if got := await(t, p.data, "data"); got != string(rune('0'+i))+"up" {
				t.Errorf("server got %q", got)
			}
			large := strings.Repeat("x", MaxMessage)
			for _, text := range []string{"down", large} {
				if err := p.transport.Send(Channel(i), []byte(text)); err != nil {
					t.Error(err)
				}
				buf := make([]byte, MaxMessage)
				n, _, err := channel.ReadDataChannel(buf)
				if err != nil || string(buf[:n]) != text {
					t.Errorf("client got %d bytes, %v", n, err)
				}
			}
		}
		if err := p.transport.Send(Reliable, make([]byte, MaxMessage+1)); !errors.Is(err, ErrTooBig) {
			t.Errorf("sending too much at once: %v", err)
		}
	}
}

func TestDataChannelsThatWeOpen(t *testing.T) {
	for _, role := range []DTLSRole{Passive, Active} {
		p := newPeer(t, testWire(t, Config{}), peerOptions{role: role, opens: true}).ready()
		p.associate()
		for range labels {
			if err := p.transport.Send(Lossy, []byte("early")); !errors.Is(err, ErrNotOpen) {
				t.Errorf("sending before the peer agreed: %v", err)
			}
			channel, err := datachannel.Accept(p.sctp, &datachannel.Config{LoggerFactory: quiet})
			if err != nil {
				t.Fatal(err)
			}
			ch := await(t, p.opened, "opening")
			unordered := channel.ChannelType == datachannel.ChannelTypePartialReliableRexmitUnordered
			odd := channel.StreamIdentifier()%2 == 1
			if channel.Label != labels[ch] || unordered != (ch == Lossy) || channel.ReliabilityParameter != 0 || odd != (role == Passive) {
				t.Errorf("channel %d: %+v on stream %d", ch, channel.Config, channel.StreamIdentifier())
			}
			if err := p.transport.Send(ch, []byte("down")); err != nil {
				t.Error(err)
			}
			buf := make([]byte, 10)
			if n, _, err := channel.ReadDataChannel(buf); err != nil || string(buf[:n]) != "down" {
				t.Errorf("client got %q, %v", buf[:n], err)
			}
			if _, err := channel.WriteDataChannel([]byte("up"), false); err != nil {
				t.Error(err)
			}
			if got := await(t, p.data, "data"); got != string(rune('0'+ch))+"up" {
				t.Errorf("server got %q", got)
			}
			_ = channel.Close()
			for p.transport.Send(ch, []byte("late")) == nil { // until the close is there
				time.Sleep(time.Millisecond)
			}
		}
		p.transport.Close()
		await(t, p.transport.gone, "the end")
	}
}

// A message larger than announced is dropped, and what comes behind it is not held up.
func TestMessageThatIsTooBig(t *testing.T) {
	w := testWire(t, Config{})
	p := newPeer(t, w, peerOptions{}).ready()
	channel := p.dial(labelReliable)
	await(t, p.opened, "opening")
	p.sctp.SetMaxMessageSize(1 << 20)
	for _, size := range []int{MaxMessage + 1, 300 << 10, MaxMessage, 2} {
		if _, err := channel.WriteDataChannel(make([]byte, size), false); err != nil {
			t.Fatal(err)
		}
	}
	for _, want := range []int{MaxMessage, 2} {
		if got := await(t, p.data, "data"); len(got) != 1+want {
			t.Errorf("got %d bytes, want %d", len(got)-1, want)
		}
	}
}

// Data beyond their sender's rate: on the lossy channel they are lost, on the reliable one they wait, all of them.
func TestFloodOfData(t *testing.T) {
	w := testWire(t, Config{})
	p := newPeer(t, w, peerOptions{}).ready()
	lossy, reliable := p.dial(labelLossy), p.dial(labelReliable)
	await(t, p.opened, "opening")
	await(t, p.opened, "opening")
	const flood = 1500
	for range flood {
		if _, err := lossy.WriteDataChannel([]byte("x"), false); err != nil {
			t.Fatal(err)
		}
	}
	ahead := mostMessages * 5 / 2
	for got := 0; got < ahead-10; got++ {
		await(t, p.data, "data")
	}
	for limit := time.Now().Add(patience); w.Stats().DataDropped < flood/2; time.Sleep(time.Millisecond) {
		if time.Now().After(limit) {
			t.Fatalf("%d messages were dropped", w.Stats().DataDropped)
		}
		for len(p.data) > 0 {
			<-p.data
		}
	}
	begin := time.Now()
	const many = 100
	for i := range many {
		if _, err := reliable.WriteDataChannel([]byte{byte(i)}, false); err != nil {
			t.Fatal(err)
		}
	}
	for i := 0; i < many; {
		got := await(t, p.data, "data")
		if got[0] == '1' {
			continue // the rest of the flood
		}
		if got[1] != byte(i) {
			t.Fatalf("message %d came as number %d", got[1], i)
		}
		i++
	}
	if took := time.Since(begin); took < many*time.Second/mostMessages/2 {
		t.Errorf("%d messages took %v", many, took)
	}
	if w.Stats().DataSlowed == 0 {
		t.Error("nothing was slowed")
	}
	p.transport.Close() // also while it waits
	await(t, p.transport.gone, "the end")
}

// A peer cannot make us remember channels without end.
func TestTooManyChannels(t *testing.T) {
	p := newPeer(t, testWire(t, Config{}), peerOptions{}).ready()
	for range maxStreams {
		p.dial("other")
	}
	p.dial(labelReliable)
	if err := await(t, p.closed, "closing"); !errors.Is(err, errManyStreams) {
		t.Errorf("closed with %v", err)
	}
}

// A peer that does not read fills the bounded buffer; Send says so and does not wait.
func TestDataChannelBufferIsBounded(t *testing.T) {
	w := testWire(t, Config{})
	p := newPeer(t, w, peerOptions{}).ready()
	p.dial(labelReliable)
	await(t, p.opened, "opening")
	_ = p.agent.Close()
	msg := make([]byte, MaxMessage)
	for range 2 * maxBuffered / MaxMessage {
		if err := p.transport.Send(Reliable, msg); err != nil {
			if !errors.Is(err, ErrFull) {
				t.Errorf("full buffer gives %v", err)
			}
			return
		}
	}
	t.Error("buffer takes everything")
}

// burst has the server send n packets of 9 sizes to the peer in one turn.
func (p *peer) burst(first, n int) {
	p.transport.post(func(s *shard) {
		for i := range n {
			head, tail := testPacket(7, uint16(first+i), 1100+(first+i)%9/8)
			if !p.transport.outgoing(7).SendRTP(head, tail) {
				p.t.Error("packet was not taken")
			}
		}
	})
}

// testPacket is an RTP packet of size bytes, sealing and padding not counted.
func testPacket(ssrc uint32, seq uint16, size int) (head, tail []byte) {
	head = make([]byte, 12)
	head[0], head[1] = 0x80, 96
	binary.BigEndian.PutUint16(head[2:], seq)
	binary.BigEndian.PutUint32(head[8:], ssrc)
	tail = make([]byte, size-12)
	for i := range tail {
		tail[i] = byte(int(seq) + i)
	}
	return head, tail
}

// expectBurst sends a burst and checks that all of it arrives as it was.
func (p *peer) expectBurst(n int) {
	p.t.Helper()
	first := p.next
	p.next += n
	p.burst(first, n)
	for i := range n {
		got := await(p.t, p.media, "media")
		_, tail := testPacket(7, uint16(first+i), 1100+(first+i)%9/8)
		if int(got.SequenceNumber) != first+i || !bytes.Equal(got.Payload, tail) {
			p.t.Fatalf("packet %d: got number %d with %d bytes", first+i, got.SequenceNumber, len(got.Payload))
		}
	}
}

func TestBursts(t *testing.T) {
	for _, c := range []struct {
		name   string
		cfg    Config
		tcp    bool
		trains bool
	}{
		{name: "GSO and GRO", trains: true},
		{name: "no GSO", cfg: Config{NoGSO: true}},
		{name: "no GRO", cfg: Config{NoGRO: true}, trains: true},
		{name: "no batches", cfg: Config{NoBatch: true}, trains: true},
		{name: "plain", cfg: Config{NoBatch: true, NoGSO: true, NoGRO: true}},
		{name: "TCP", tcp: true},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := peerOptions{}
			if c.tcp {
				c.cfg.TCPPort, o.network = freeTCPPort(t), "tcp"
			}
			w := testWire(t, c.cfg)
			p := newPeer(t, w, o).ready()
			for range 20 {
				p.expectBurst(18)
			}
			w.shards[0].post(func(*shard) {})
			await(t, settled(w), "counting")
			st := w.Stats()
			if (st.Trains > 0) != c.trains {
				t.Errorf("%d trains of %d packets", st.Trains, st.Segments)
			}
			if c.trains && st.Segments < 300 {
				t.Errorf("only %d of 360 packets left in trains", st.Segments)
			}
		})
	}
}

// settled is closed when every shard has published its counters.
func settled(w *Wire) <-chan struct{} {
	done := make(chan struct{})
	go func() {
		for _, s := range w.shards {
			one := make(chan struct{})
			s.post(func(s *shard) { s.stats.publish(); close(one) })
			<-one
		}
		close(done)
	}()
	return done
}

func TestICERestart(t *testing.T) {
	w := testWire(t, Config{Shards: 1})
	p := newPeer(t, w, peerOptions{}).ready()
	p.expectBurst(10)
	local, remote := NewCredentials(), NewCredentials()
	p.transport.RestartICE(local, remote)
	p.expectBurst(10) // the old pair goes on
	if err := p.agent.Restart(remote.Ufrag, remote.Pwd); err != nil {
		t.Fatal(err)
	}
	if err := p.agent.SetRemoteCredentials(local.Ufrag, local.Pwd); err != nil {
		t.Fatal(err)
	}
	p.gather(w, "udp")
	deadline := time.Now().Add(patience)
	for generation := uint32(0); generation != 1; {
		if time.Now().After(deadline) {
			t.Fatal("the new pair was not nominated")
		}
		got := make(chan uint32, 1)
		p.transport.post(func(*shard) { got <- p.transport.generation })
		generation = await(t, got, "generation")
	}
	p.expectBurst(10)
	if w.agentOf([]byte(local.Ufrag)) == nil {
		t.Error("new credentials are unknown")
	}
	w.mu.RLock()
	defer w.mu.RUnlock()
	if len(w.agents) != 1 {
		t.Errorf("%d credentials are known, want only the new", len(w.agents))
	}
}

func TestCloseEndsEverything(t *testing.T) {
	before := runtime.NumGoroutine()
	w := testWire(t, Config{TCPPort: freeTCPPort(t), Shards: 2})
	var peers []*peer
	for _, network := range []string{"udp", "tcp"} {
		p := newPeer(t, w, peerOptions{network: network}).ready()
		p.dial(labelReliable)
		await(t, p.opened, "opening")
		peers = append(peers, p)
	}
	idle := w.NewTransport(TransportParams{Local: NewCredentials()})
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	for _, p := range peers {
		// close_notify reached the peer: its reads end
		ended := make(chan error, 1)
		go func() {
			for {
				if _, err := p.sctp.AcceptStream(); err != nil {
					ended <- err
					return
				}
			}
		}()
		await(t, ended, "close_notify")
		select {
		case err := <-p.closed:
			t.Errorf("OnClosed after Close: %v", err)
		default:
		}
		p.close()
	}
	idle.Close()
	if w.NewTransport(TransportParams{Local: NewCredentials()}).Send(Reliable, nil) == nil {
		t.Error("a transport of a closed wire sends")
	}
	deadline := time.Now().Add(patience)
	for runtime.NumGoroutine() > before {
		if time.Now().After(deadline) {
			buf := make([]byte, 1<<20)
			t.Fatalf("%d goroutines, %d before:\n%s", runtime.NumGoroutine(), before, buf[:runtime.Stack(buf, true)])
		}
		time.Sleep(5 * time.Millisecond)
	}
}
