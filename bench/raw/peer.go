package raw

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/netip"
	"sync/atomic"
	"time"

	"github.com/pion/dtls/v3"
	"github.com/pion/logging"
	"github.com/pion/rtp"
	"github.com/pion/srtp/v3"
	"github.com/pion/transport/v4/packetio"
)

// peer is one client.
type peer struct {
	forwarder       *forwarder
	index           uint32
	receives        bool
	ufrag, password string
	address         netip.AddrPort // where it was last heard from; of the forwarding goroutine alone, once it has keys
	started         bool
	in              *packetio.Buffer
	keys            atomic.Pointer[keys]
	header          rtp.Header
}

// keys are SRTP's two directions, both of the forwarding goroutine.
type keys struct {
	open, seal *srtp.Context
	tag        int // bytes that sealing adds
}

func newPeer(f *forwarder, index int, receives bool) *peer {
	return &peer{forwarder: f, index: uint32(index), receives: receives, ufrag: rand.Text()[:8], password: rand.Text(), in: packetio.NewBuffer()}
}

// secure does the handshake of a DTLS server and takes the keys from it.
func (p *peer) secure(certificate tls.Certificate) error {
	conn, err := dtls.ServerWithOptions(datagrams{p, p.address}, nowhere{},
		dtls.WithCertificates(certificate), dtls.WithInsecureSkipVerify(true),
		dtls.WithSRTPProtectionProfiles(dtls.SRTP_AEAD_AES_128_GCM, dtls.SRTP_AES128_CM_HMAC_SHA1_80),
		dtls.WithExtendedMasterSecret(dtls.RequireExtendedMasterSecret), dtls.WithMTU(1200),
		dtls.WithClientAuth(dtls.RequireAnyClientCert), dtls.WithInsecureSkipVerifyHello(true),
		dtls.WithLoggerFactory(&logging.DefaultLoggerFactory{Writer: io.Discard, DefaultLogLevel: logging.LogLevelDisabled}))
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if err := conn.HandshakeContext(ctx); err != nil {
		return err
	}
	state, ok := conn.ConnectionState()
	profile, chosen := conn.SelectedSRTPProtectionProfile()
	if !ok || !chosen {
		return errors.New("no SRTP profile was chosen")
	}
	config := srtp.Config{Profile: srtp.ProtectionProfile(profile)}
	if err := config.ExtractSessionKeysFromDTLS(&state, false); err != nil {
		return err
	}
	k := &keys{tag: 16}
	if config.Profile == srtp.ProtectionProfileAes128CmHmacSha1_80 {
		k.tag = 10
	}
	if k.seal, err = srtp.CreateContext(config.Keys.LocalMasterKey, config.Keys.LocalMasterSalt, config.Profile); err != nil {
		return err
	}
	if k.open, err = srtp.CreateContext(config.Keys.RemoteMasterKey, config.Keys.RemoteMasterSalt, config.Profile); err != nil {
		return err
	}
	p.keys.Store(k)
	return nil
}

// datagrams is the socket as DTLS sees it.
type datagrams struct {
	p  *peer
	to netip.AddrPort
}

func (d datagrams) ReadFrom(b []byte) (int, net.Addr, error) {
	n, err := d.p.in.Read(b)
	return n, nowhere{}, err
}

func (d datagrams) WriteTo(b []byte, _ net.Addr) (int, error) {
	return len(b), d.p.forwarder.sendOne(b, d.to)
}
func (d datagrams) Close() error                      { return d.p.in.Close() }
func (d datagrams) LocalAddr() net.Addr               { return nowhere{} }
func (d datagrams) SetDeadline(t time.Time) error     { return d.p.in.SetReadDeadline(t) }
func (d datagrams) SetReadDeadline(t time.Time) error { return d.p.in.SetReadDeadline(t) }
func (d datagrams) SetWriteDeadline(time.Time) error  { return nil }

// nowhere is an address that nobody looks at.
type nowhere struct{}

func (nowhere) Network() string { return "udp" }
func (nowhere) String() string  { return "" }
