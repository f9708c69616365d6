package wire

import (
	"context"
	"crypto/tls"
	"encoding/binary"
	"io"
	"log/slog"
	"net"
	"net/netip"
	"sync"
	"testing"
	"time"

	"github.com/pion/datachannel"
	"github.com/pion/dtls/v3"
	"github.com/pion/ice/v4"
	"github.com/pion/logging"
	"github.com/pion/rtcp"
	"github.com/pion/rtp"
	"github.com/pion/sctp"
	"github.com/pion/srtp/v3"
	"github.com/pion/transport/v4/packetio"
)

// patience is how long a test waits for what must happen; it is not a wait for luck.
const patience = 10 * time.Second

var loopback = netip.MustParseAddr("127.0.0.1")

// testWire listens on free ports of the loopback.
func testWire(t *testing.T, cfg Config, change ...func(*limits)) *Wire {
	t.Helper()
	if len(cfg.Bind) == 0 {
		cfg.Bind = []netip.Addr{loopback}
	}
	lim := defaultLimits
	for _, f := range change {
		f(&lim)
	}
	w, err := listen(cfg, slog.New(slog.DiscardHandler), lim)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = w.Close() })
	return w
}

// freeTCPPort finds a port for ICE/TCP.
func freeTCPPort(t *testing.T) uint16 {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return uint16(l.Addr().(*net.TCPAddr).Port)
}

// peer is a client made of pion's parts: a full ICE agent, DTLS, SRTP, SCTP.
type peer struct {
	t         *testing.T
	transport *Transport // the server's end
	agree     func()     // for those that were made without it
	agent     *ice.Agent
	conn      *ice.Conn
	secure    *dtls.Conn
	profile   dtls.SRTPProtectionProfile
	in        *packetio.Buffer // DTLS
	seal      *srtp.Context
	open      *srtp.Context
	media     chan *rtp.Packet
	feedback  chan []rtcp.Packet
	connected chan struct{}
	closed    chan error
	opened    chan Channel
	data      chan string
	sending   sync.Mutex
	work      sync.WaitGroup
	sctp      *sctp.Association
	next      int // number of the next packet of a burst
	ids       uint16
}

type peerOptions struct {
	role        DTLSRole // of the server
	network     string   // "udp" by default, "tcp"
	profiles    []dtls.SRTPProtectionProfile
	fingerprint string // told to the server instead of the true one
	dtls        []dtls.ClientOption
	six         bool // over ::1
	opens       bool // the server opens the data channels
	later       bool // the server learns of role and fingerprint by Agree
}

var quiet = &logging.DefaultLoggerFactory{Writer: io.Discard, DefaultLogLevel: logging.LogLevelDisabled}

// newPeer makes a client and the server's transport for it, and begins to connect.
func newPeer(t *testing.T, w *Wire, o peerOptions) *peer {
	t.Helper()
	certificate, fingerprint, err := newCertificate()
	if err != nil {
		t.Fatal(err)
	}
	if o.fingerprint != "" {
		fingerprint = o.fingerprint
	}
	p := &peer{
		t: t, in: packetio.NewBuffer(), media: make(chan *rtp.Packet, 4096), feedback: make(chan []rtcp.Packet, 4096),
		connected: make(chan struct{}), closed: make(chan error, 1), opened: make(chan Channel, 2),
		data: make(chan string, 64),
	}
	local, remote := NewCredentials(), NewCredentials()
	known := TransportParams{RemoteFingerprint: fingerprint, Role: o.role}
	p.agree = func() { p.transport.Agree(fingerprint, o.role) }
	if o.later {
		known = TransportParams{}
	}
	p.transport = w.NewTransport(TransportParams{
		Local: local, Remote: remote, RemoteFingerprint: known.RemoteFingerprint, Role: known.Role, OpenChannels: o.opens,
		Handler: Handler{
			OnConnected:   func() { close(p.connected) },
			OnClosed:      func(err error) { p.closed <- err },
			OnChannelOpen: func(ch Channel, use func()) { use(); p.opened <- ch },
			OnData:        func(ch Channel, msg []byte) { p.data <- string(rune('0'+ch)) + string(msg) },
		},
	})
	options := []ice.AgentOption{
		ice.WithIncludeLoopback(), ice.WithMulticastDNSMode(ice.MulticastDNSModeDisabled),
		ice.WithCheckInterval(20 * time.Millisecond), ice.WithKeepaliveInterval(50 * time.Millisecond),
		ice.WithLocalCredentials(remote.Ufrag, remote.Pwd), ice.WithLoggerFactory(quiet),
		ice.WithHostAcceptanceMinWait(0), ice.WithPrflxAcceptanceMinWait(0),
		ice.WithInterfaceFilter(func(name string) bool { return name == "lo" }),
		ice.WithNetworkTypes([]ice.NetworkType{ice.NetworkTypeUDP4, ice.NetworkTypeUDP6, ice.NetworkTypeTCP4}),
	}
	if o.six {
		// pion gathers no ::1 by itself
		socket, err := net.ListenUDP("udp6", &net.UDPAddr{IP: net.IPv6loopback})
		if err != nil {
			t.Fatal(err)
		}
		options = append(options, ice.WithUDPMux(ice.NewUDPMuxDefault(ice.UDPMuxParams{UDPConn: socket})))
		t.Cleanup(func() { _ = socket.Close() })
	}
	p.agent, err = ice.NewAgentWithOptions(options...)
	if err != nil {
		t.Fatal(err)
	}
	_ = p.agent.SetRemoteICELite(true)
	t.Cleanup(p.close)
	p.gather(w, o.network)
	p.work.Go(func() { p.run(o, certificate, local) })
	return p
}

// gather exchanges candidates.
func (p *peer) gather(w *Wire, network string) {
	done := make(chan struct{})
	_ = p.agent.OnCandidate(func(c ice.Candidate) {
		if c == nil {
			close(done)
		}
	})
	if err := p.agent.GatherCandidates(); err != nil {
		p.t.Fatal(err)
	}
	await(p.t, done, "gathering")
	p.addCandidates(w, network)
}

func (p *peer) addCandidates(w *Wire, network string) {
	if network == "" {
		network = "udp"
	}
	for _, c := range w.Candidates() {
		if c.Proto != network {
			continue
		}
		family := "4"
		if c.Addr.Addr().Is6() {
			family = "6"
		}
		candidate, err := ice.NewCandidateHost(&ice.CandidateHostConfig{
			Network: c.Proto + family, Address: c.Addr.Addr().String(), Port: int(c.Addr.Port()), Component: 1,
			Priority: c.Priority, Foundation: c.Foundation, TCPType: ice.NewTCPType(c.TCPType),
		})
		if err == nil {
			err = p.agent.AddRemoteCandidate(candidate)
		}
		if err != nil {
			p.t.Error(err)
		}
	}
}

// run connects: ICE, then DTLS in the role the server does not have.
func (p *peer) run(o peerOptions, certificate tls.Certificate, server Credentials) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	conn, err := p.agent.Dial(ctx, server.Ufrag, server.Pwd)
	if err != nil {
		return // the test sees that nothing connects
	}
	p.conn = conn
	p.work.Go(p.read)
	if len(o.profiles) == 0 {
		o.profiles = []dtls.SRTPProtectionProfile{dtls.SRTP_AEAD_AES_128_GCM, dtls.SRTP_AES128_CM_HMAC_SHA1_80}
	}
	common := []dtls.Option{
		dtls.WithCertificates(certificate), dtls.WithSRTPProtectionProfiles(o.profiles...),
		dtls.WithInsecureSkipVerify(true), dtls.WithExtendedMasterSecret(dtls.RequireExtendedMasterSecret),
		dtls.WithFlightInterval(100 * time.Millisecond), dtls.WithLoggerFactory(quiet),
	}
	var secure *dtls.Conn
	if o.role == Passive {
		var options []dtls.ClientOption
		for _, c := range common {
			options = append(options, c)
		}
		secure, err = dtls.ClientWithOptions(&peerConn{p}, noAddr{}, append(options, o.dtls...)...)
	} else {
		options := []dtls.ServerOption{dtls.WithClientAuth(dtls.RequireAnyClientCert)}
		for _, c := range common {
			options = append(options, c)
		}
		secure, err = dtls.ServerWithOptions(&peerConn{p}, noAddr{}, options...)
	}
	if err == nil {
		p.sending.Lock()
		p.secure = secure
		p.sending.Unlock()
		err = secure.HandshakeContext(ctx)
	}
	if err != nil {
		return
	}
	p.profile, _ = secure.SelectedSRTPProtectionProfile()
	state, _ := secure.ConnectionState()
	keys := srtp.Config{Profile: srtp.ProtectionProfile(p.profile)}
	if err := keys.ExtractSessionKeysFromDTLS(&state, o.role == Passive); err != nil {
		p.t.Error(err)
		return
	}
	k := keys.Keys
	p.sending.Lock()
	defer p.sending.Unlock()
	p.seal, _ = srtp.CreateContext(k.LocalMasterKey, k.LocalMasterSalt, keys.Profile)
	p.open, _ = srtp.CreateContext(k.RemoteMasterKey, k.RemoteMasterSalt, keys.Profile)
}

// read sorts what comes over ICE.
func (p *peer) read() {
	buf := make([]byte, 2048)
	for {
		n, err := p.conn.Read(buf)
		if err != nil {
			_ = p.in.Close()
			return
		}
		b := append([]byte(nil), buf[:n]...)
		if isDTLS(b) {
			_, _ = p.in.Write(b)
			continue
		}
		p.sending.Lock()
		open := p.open
		p.sending.Unlock()
		if open == nil {
			continue
		}
		if isRTCP(b) {
			if plain, err := open.DecryptRTCP(nil, b, nil); err == nil {
				if list, err := rtcp.Unmarshal(plain); err == nil {
					p.feedback <- list
				}
			}
			continue
		}
		plain, err := open.DecryptRTP(nil, b, nil)
		if err != nil {
			p.t.Errorf("packet does not open: %v", err)
			continue
		}
		var packet rtp.Packet
		if err := packet.Unmarshal(plain); err != nil {
			p.t.Errorf("packet does not parse: %v", err)
			continue
		}
		p.media <- &packet
	}
}

// send seals and sends one RTP packet.
func (p *peer) send(packet *rtp.Packet) {
	raw, err := packet.Marshal()
	if err != nil {
		p.t.Error(err)
		return
	}
	p.sending.Lock()
	defer p.sending.Unlock()
	sealed, err := p.seal.EncryptRTP(nil, raw, nil)
	if err != nil {
		p.t.Error(err)
		return
	}
	_, _ = p.conn.Write(sealed)
}

// sendRTCP seals and sends a compound packet.
func (p *peer) sendRTCP(list ...rtcp.Packet) {
	raw, err := rtcp.Marshal(list)
	if err != nil {
		p.t.Error(err)
		return
	}
	p.sending.Lock()
	defer p.sending.Unlock()
	sealed, err := p.seal.EncryptRTCP(nil, raw, nil)
	if err != nil {
		p.t.Error(err)
		return
	}
	_, _ = p.conn.Write(sealed)
}

// ready waits until both ends are up.
func (p *peer) ready() *peer {
	p.t.Helper()
	await(p.t, p.connected, "connecting")
	deadline := time.Now().Add(patience)
	for {
		p.sending.Lock()
		up := p.seal != nil
		p.sending.Unlock()
		if up {
			return p
		}
		if time.Now().After(deadline) {
			p.t.Fatal("client has no keys")
		}
		time.Sleep(time.Millisecond)
	}
}

// associate begins SCTP, once.
func (p *peer) associate() {
	p.t.Helper()
	if p.sctp == nil {
		a, err := sctp.ClientWithOptions(sctp.WithNetConn(p.secure), sctp.WithLoggerFactory(quiet))
		if err != nil {
			p.t.Fatal(err)
		}
		p.sctp = a
	}
}

// dial opens a data channel.
func (p *peer) dial(label string) *datachannel.DataChannel {
	p.t.Helper()
	p.associate()
	p.ids += 2
	cfg := &datachannel.Config{Label: label, LoggerFactory: quiet}
	if label == labelLossy {
		cfg.ChannelType = datachannel.ChannelTypePartialReliableRexmitUnordered
	}
	channel, err := datachannel.Dial(p.sctp, p.ids, cfg)
	if err != nil {
		p.t.Fatal(err)
	}
	return channel
}

func (p *peer) close() {
	_ = p.agent.Close()
	_ = p.in.Close()
	p.work.Wait()
	if p.secure != nil {
		_ = p.secure.Close()
	}
}

// await waits for a signal.
func await[T any](t *testing.T, c <-chan T, what string) (v T) {
	t.Helper()
	select {
	case v = <-c:
	case <-time.After(patience):
		t.Fatalf("%s: nothing came", what)
	}
	return v
}

// peerConn is the client's side of DTLS over ICE.
type peerConn struct{ p *peer }

func (c *peerConn) ReadFrom(b []byte) (int, net.Addr, error) {
	n, err := c.p.in.Read(b)
	return n, noAddr{}, err
}
func (c *peerConn) WriteTo(b []byte, _ net.Addr) (int, error) { return c.p.conn.Write(b) }
func (c *peerConn) Close() error                              { return nil }
func (c *peerConn) LocalAddr() net.Addr                       { return noAddr{} }
func (c *peerConn) SetDeadline(at time.Time) error            { return c.p.in.SetReadDeadline(at) }
func (c *peerConn) SetReadDeadline(at time.Time) error        { return c.p.in.SetReadDeadline(at) }
func (c *peerConn) SetWriteDeadline(time.Time) error          { return nil }

// audioPacket is an Opus packet with its number in the payload.
func audioPacket(ssrc uint32, n int) *rtp.Packet {
	payload := make([]byte, 60)
	binary.BigEndian.PutUint32(payload[1:], uint32(n))
	payload[0] = 0x78
	return &rtp.Packet{
		Header: rtp.Header{
			Version: 2, PayloadType: 111, SequenceNumber: uint16(n), Timestamp: uint32(n) * 960, SSRC: ssrc,
		},
		Payload: payload,
	}
}
