package wire

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"time"

	"github.com/pion/dtls/v3"
	"github.com/pion/logging"
	"github.com/pion/srtp/v3"
	"github.com/pion/transport/v4/packetio"
)

// secure is the DTLS association of a Transport (RFC 5764): it gives the keys of SRTP and carries SCTP. It runs in
// goroutines of its own; the shard only moves its datagrams.
type secure struct {
	t       *Transport
	in      *packetio.Buffer // from the shard; keeps what comes before the handshake begins
	begin   sync.Once
	cancel  context.CancelFunc
	ctx     context.Context
	work    sync.WaitGroup
	mu      sync.Mutex // guards conn and closed
	conn    *dtls.Conn
	closed  bool
	channel channels
}

const (
	maxHeld       = 256 << 10 // bytes of datagrams that wait to be read
	flight        = 200 * time.Millisecond
	replayWindow  = 1024
	handshakeMTU  = 1200
	longestRecord = 8192
)

func newSecure(t *Transport) *secure {
	c := &secure{t: t, in: packetio.NewBuffer()}
	c.channel.rate = allowance{each: second / mostMessages, perByte: second / mostData}
	c.in.SetLimitSize(maxHeld)
	c.ctx, c.cancel = context.WithCancel(context.Background())
	return c
}

// onDTLS takes a datagram from the shard. When the buffer is full it is lost, as on any network.
func (t *Transport) onDTLS(s *shard, b []byte) {
	if t.open != nil && hasClearAlert(b) {
		s.stats.drop(dropForged)
		return
	}
	_, _ = t.secure.in.Write(b)
}

// hasClearAlert tells whether a datagram has an alert without encryption in it. After the handshake no peer sends one and
// anybody can forge one. The library would end the association for it, where RFC 6347 section 4.1.2.7 has invalid records
// discarded.
func hasClearAlert(b []byte) bool {
	const header, alert = 13, 21 // RFC 6347 section 4.1
	for len(b) >= header {
		if b[0] == alert && b[3] == 0 && b[4] == 0 { // epoch
			return true
		}
		length := header + int(b[11])<<8 + int(b[12])
		if length > len(b) {
			break
		}
		b = b[length:]
	}
	return false
}

// start begins the handshake, once.
func (c *secure) start() {
	c.begin.Do(func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		if !c.closed {
			c.work.Go(c.run)
		}
	})
}

// run is the life of the association: handshake, keys, data channels until it ends.
func (c *secure) run() {
	conn, err := c.handshake()
	if err == nil {
		err = c.useKeys(conn)
	}
	if err != nil {
		if c.ctx.Err() == nil {
			c.t.end(fmt.Errorf("securing the transport: %w", err))
		}
		return
	}
	err = c.channel.serve(c, conn)
	if c.ctx.Err() == nil {
		if err == nil || errors.Is(err, io.EOF) {
			err = ErrPeerClosed
		}
		c.t.end(err)
	}
}

func (c *secure) handshake() (*dtls.Conn, error) {
	var mismatch error
	verify := func(certificates [][]byte, _ [][]*x509.Certificate) error {
		mismatch = checkFingerprint(certificates, c.t.peer)
		return mismatch
	}
	profiles := dtls.WithSRTPProtectionProfiles(
		dtls.SRTP_AEAD_AES_128_GCM, dtls.SRTP_AEAD_AES_256_GCM, dtls.SRTP_AES128_CM_HMAC_SHA1_80)
	both := []dtls.Option{
		dtls.WithCertificates(c.t.wire.certificate), profiles,
		dtls.WithExtendedMasterSecret(dtls.RequireExtendedMasterSecret),
		dtls.WithFlightInterval(flight), dtls.WithMTU(handshakeMTU),
		dtls.WithInsecureSkipVerify(true), // no certification authority: the fingerprint decides
		dtls.WithVerifyPeerCertificate(verify),
		dtls.WithReplayProtectionWindow(replayWindow),
		dtls.WithLoggerFactory(silentLog{}),
	}
	var conn *dtls.Conn
	var err error
	if c.t.role == Active {
		options := make([]dtls.ClientOption, len(both))
		for i := range both {
			options[i] = both[i]
		}
		conn, err = dtls.ClientWithOptions(&datagrams{c}, noAddr{}, options...)
	} else {
		options := make([]dtls.ServerOption, len(both), len(both)+2)
		for i := range both {
			options[i] = both[i]
		}
		// The connectivity check has proven the address, so the HelloVerify round trip adds nothing.
		options = append(options, dtls.WithClientAuth(dtls.RequireAnyClientCert), dtls.WithInsecureSkipVerifyHello(true))
		conn, err = dtls.ServerWithOptions(&datagrams{c}, noAddr{}, options...)
	}
	if err != nil {
		return nil, fmt.Errorf("making the DTLS association: %w", err)
	}
	if !c.keep(conn) {
		return nil, net.ErrClosed
	}
	ctx, cancel := context.WithTimeout(c.ctx, c.t.wire.limits.handshake)
	defer cancel()
	if err := conn.HandshakeContext(ctx); err != nil {
		if mismatch != nil {
			return nil, mismatch
		}
		return nil, fmt.Errorf("DTLS handshake: %w", err)
	}
	return conn, nil
}

// keep notes the association for close, unless that came first.
func (c *secure) keep(conn *dtls.Conn) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.conn = conn
	return !c.closed
}

// useKeys takes the keys of SRTP from the handshake (RFC 5764 section 4.2) to the shard.
func (c *secure) useKeys(conn *dtls.Conn) error {
	selected, ok := conn.SelectedSRTPProtectionProfile()
	if !ok {
		return errors.New("peer wants no SRTP")
	}
	state, ok := conn.ConnectionState()
	if !ok {
		return errors.New("DTLS association has no state")
	}
	keys := srtp.Config{Profile: srtp.ProtectionProfile(selected)}
	if err := keys.ExtractSessionKeysFromDTLS(&state, c.t.role == Active); err != nil {
		return fmt.Errorf("exporting SRTP keys: %w", err)
	}
	k := keys.Keys
	seal, err := newSealer(k.LocalMasterKey, k.LocalMasterSalt, keys.Profile)
	if err != nil {
		return fmt.Errorf("using SRTP keys: %w", err)
	}
	open, err := newOpener(k.RemoteMasterKey, k.RemoteMasterSalt, keys.Profile)
	if err != nil {
		return err
	}
	t := c.t
	t.post(func(s *shard) {
		if t.removed {
			return
		}
		t.open, t.seal = open, seal
		s.timers.set(t, s.now)
		for _, u := range t.subscribed { // what they were to be sent so far had no keys
			u.down.Set(s.now, u.settings)
		}
		if t.handler.OnConnected != nil {
			t.handler.OnConnected()
		}
	})
	return nil
}

// close sends close_notify and ends the goroutines.
func (c *secure) close() {
	c.mu.Lock()
	conn := c.conn
	c.closed = true
	c.mu.Unlock()
	c.channel.close()
	if conn != nil {
		_ = conn.Close()
	}
	c.cancel()
	_ = c.in.Close()
	c.work.Wait()
}

// silentLog is the log of the libraries, which would name addresses. All of them have the same: one each is 2 kB a transport.
type silentLog struct{}

var noLog = (&logging.DefaultLoggerFactory{Writer: io.Discard, DefaultLogLevel: logging.LogLevelDisabled}).NewLogger("")

// NewLogger gives the one logger there is.
func (silentLog) NewLogger(string) logging.LeveledLogger { return noLog }

// datagrams is the association's packet connection: in from the shard, out through it.
type datagrams struct{ c *secure }

var _ net.PacketConn = (*datagrams)(nil)

// ReadFrom waits for the next datagram.
func (d *datagrams) ReadFrom(b []byte) (int, net.Addr, error) {
	n, err := d.c.in.Read(b)
	return n, noAddr{}, err
}

// WriteTo sends a datagram on the current path.
func (d *datagrams) WriteTo(b []byte, _ net.Addr) (int, error) {
	record := append([]byte(nil), b...)
	d.c.t.post(func(s *shard) { d.c.t.sendDatagram(s, record) })
	return len(b), nil
}

// Close does nothing: the secure owns the buffer.
func (d *datagrams) Close() error { return nil }

// LocalAddr is a placeholder.
func (d *datagrams) LocalAddr() net.Addr { return noAddr{} }

// SetDeadline sets the deadline of reads; writes never wait.
func (d *datagrams) SetDeadline(at time.Time) error { return d.c.in.SetReadDeadline(at) }

// SetReadDeadline sets the deadline of reads.
func (d *datagrams) SetReadDeadline(at time.Time) error { return d.c.in.SetReadDeadline(at) }

// SetWriteDeadline does nothing: writes never wait.
func (d *datagrams) SetWriteDeadline(time.Time) error { return nil }

// noAddr stands where the libraries want an address and none is to be known.
type noAddr struct{}

// Network is part of net.Addr.
func (noAddr) Network() string { return "udp" }

// String is part of net.Addr.
func (noAddr) String() string { return "peer" }
