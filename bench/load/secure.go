package load

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"math/big"
	"net"
	"strings"
	"sync/atomic"
	"time"

	"github.com/pion/datachannel"
	"github.com/pion/dtls/v3"
	"github.com/pion/logging"
	"github.com/pion/sctp"
	"github.com/pion/srtp/v3"
	"github.com/pion/transport/v4/packetio"
)

// secure is DTLS with what it carries: keys of SRTP, and the two data channels that every LiveKit client opens.
type secure struct {
	client      *Client
	path        atomic.Pointer[path]
	certificate tls.Certificate
	fingerprint string
	in          *packetio.Buffer // DTLS datagrams, from the reader of the socket
	conn        atomic.Pointer[dtls.Conn]
	association atomic.Pointer[sctp.Association]
	keys        atomic.Pointer[keys]
}

// keys are SRTP's two directions. Each of open and seal is used by one goroutine at a time: the reader opens, and
// those who seal take turns by the token in turn.
type keys struct {
	open, seal *srtp.Context
	turn       chan struct{}
	transport  uint16 // sequence number of the whole transport; of whose turn it is
}

var quiet = &logging.DefaultLoggerFactory{Writer: io.Discard, DefaultLogLevel: logging.LogLevelDisabled}

func newSecure(c *Client) (*secure, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("making a key: %w", err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return nil, fmt.Errorf("making a certificate: %w", err)
	}
	hash := sha256.Sum256(der)
	digits := make([]string, len(hash))
	for i, b := range hash {
		digits[i] = fmt.Sprintf("%02X", b)
	}
	return &secure{
		client: c, certificate: tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key},
		fingerprint: "sha-256 " + strings.Join(digits, ":"), in: packetio.NewBuffer(),
	}, nil
}

// associate makes the association, of a DTLS client or, where the server will be that, of a DTLS server (RFC 5764). The
// other's certificate is believed: it is on loopback.
func (s *secure) associate(awaits bool) (*dtls.Conn, error) {
	profiles := []dtls.SRTPProtectionProfile{dtls.SRTP_AEAD_AES_128_GCM, dtls.SRTP_AES128_CM_HMAC_SHA1_80}
	if s.client.opts.Counter {
		profiles = profiles[1:]
	}
	both := []dtls.Option{
		dtls.WithCertificates(s.certificate), dtls.WithInsecureSkipVerify(true), dtls.WithSRTPProtectionProfiles(profiles...),
		dtls.WithExtendedMasterSecret(dtls.RequireExtendedMasterSecret), dtls.WithMTU(1200), dtls.WithLoggerFactory(quiet),
		dtls.WithFlightInterval(100 * time.Millisecond), // a server may not be ready for the first one
	}
	if awaits {
		options := []dtls.ServerOption{dtls.WithClientAuth(dtls.RequireAnyClientCert), dtls.WithInsecureSkipVerifyHello(true)}
		for _, o := range both {
			options = append(options, o)
		}
		return dtls.ServerWithOptions(datagrams{s}, nowhere{}, options...)
	}
	var options []dtls.ClientOption
	for _, o := range both {
		options = append(options, o)
	}
	return dtls.ClientWithOptions(datagrams{s}, nowhere{}, options...)
}

// handshake brings the association up and takes the keys of SRTP from it.
func (s *secure) handshake(ctx context.Context, awaits bool) error {
	conn, err := s.associate(awaits)
	if err != nil {
		return fmt.Errorf("DTLS: %w", err)
	}
	s.conn.Store(conn)
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if err := conn.HandshakeContext(ctx); err != nil {
		return fmt.Errorf("DTLS handshake: %w", err)
	}
	state, ok := conn.ConnectionState()
	profile, chosen := conn.SelectedSRTPProtectionProfile()
	if !ok || !chosen {
		return fmt.Errorf("DTLS handshake: no SRTP profile was chosen")
	}
	config := srtp.Config{Profile: srtp.ProtectionProfile(profile)}
	if err := config.ExtractSessionKeysFromDTLS(&state, !awaits); err != nil {
		return fmt.Errorf("SRTP keys: %w", err)
	}
	k := &keys{turn: make(chan struct{}, 1)}
	if k.seal, err = srtp.CreateContext(config.Keys.LocalMasterKey, config.Keys.LocalMasterSalt, config.Profile); err != nil {
		return fmt.Errorf("SRTP keys: %w", err)
	}
	if k.open, err = srtp.CreateContext(config.Keys.RemoteMasterKey, config.Keys.RemoteMasterSalt, config.Profile); err != nil {
		return fmt.Errorf("SRTP keys: %w", err)
	}
	s.keys.Store(k)
	s.client.catchUp()
	return nil
}

// openChannels starts SCTP and opens the channels. Nothing is said on them.
func (s *secure) openChannels() {
	association, err := sctp.ClientWithOptions(sctp.WithNetConn(s.conn.Load()), sctp.WithLoggerFactory(quiet), sctp.WithMaxReceiveBufferSize(64<<10))
	if err != nil {
		return // the client has ended meanwhile
	}
	s.association.Store(association)
	for i, label := range []string{"_reliable", "_lossy"} {
		config := &datachannel.Config{Label: label, LoggerFactory: quiet}
		if i > 0 {
			config.ChannelType = datachannel.ChannelTypePartialReliableRexmitUnordered
		}
		if _, err := datachannel.Dial(association, uint16(2*i), config); err != nil {
			return
		}
	}
}

func (s *secure) close() {
	_ = s.in.Close()
	if conn := s.conn.Load(); conn != nil {
		_ = conn.Close()
	}
}

// datagrams is the socket as DTLS sees it.
type datagrams struct{ s *secure }

func (d datagrams) ReadFrom(b []byte) (int, net.Addr, error) {
	n, err := d.s.in.Read(b)
	return n, nowhere{}, err
}

func (d datagrams) WriteTo(b []byte, _ net.Addr) (int, error) {
	return len(b), d.s.client.udp.send(b, d.s.path.Load().server)
}

func (d datagrams) Close() error                      { return d.s.in.Close() }
func (d datagrams) LocalAddr() net.Addr               { return nowhere{} }
func (d datagrams) SetDeadline(t time.Time) error     { return d.s.in.SetReadDeadline(t) }
func (d datagrams) SetReadDeadline(t time.Time) error { return d.s.in.SetReadDeadline(t) }
func (d datagrams) SetWriteDeadline(time.Time) error  { return nil }

// nowhere is an address that nobody looks at.
type nowhere struct{}

func (nowhere) Network() string { return "udp" }
func (nowhere) String() string  { return "" }
