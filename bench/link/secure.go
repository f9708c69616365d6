package link

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net"
	"strings"
	"time"

	"github.com/pion/dtls/v3"
	"github.com/pion/logging"
	"github.com/pion/srtp/v3"
	"github.com/pion/transport/v4/packetio"
)

// Quiet has Pion's libraries log nothing.
var Quiet = &logging.DefaultLoggerFactory{Writer: io.Discard, DefaultLogLevel: logging.LogLevelDisabled}

// NewCertificate makes a certificate of a day, and its fingerprint as session descriptions have it.
func NewCertificate() (c tls.Certificate, fingerprint string, err error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return c, "", fmt.Errorf("making a key: %w", err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return c, "", fmt.Errorf("making a certificate: %w", err)
	}
	var digits []string
	for _, b := range sha256.Sum256(der) {
		digits = append(digits, fmt.Sprintf("%02X", b))
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, "sha-256 " + strings.Join(digits, ":"), nil
}

// Associate makes the association, of a DTLS client or, where the other will be that, of a DTLS server (RFC 5764). The
// other's certificate is believed: it is on loopback.
func Associate(over Datagrams, certificate tls.Certificate, awaits bool, more ...dtls.Option) (*dtls.Conn, error) {
	both := append([]dtls.Option{
		dtls.WithCertificates(certificate), dtls.WithInsecureSkipVerify(true),
		dtls.WithSRTPProtectionProfiles(dtls.SRTP_AEAD_AES_128_GCM, dtls.SRTP_AES128_CM_HMAC_SHA1_80),
		dtls.WithExtendedMasterSecret(dtls.RequireExtendedMasterSecret), dtls.WithMTU(1200), dtls.WithLoggerFactory(Quiet),
	}, more...)
	if awaits {
		options := []dtls.ServerOption{dtls.WithClientAuth(dtls.RequireAnyClientCert), dtls.WithInsecureSkipVerifyHello(true)}
		for _, o := range both {
			options = append(options, o)
		}
		return dtls.ServerWithOptions(over, nowhere{}, options...)
	}
	var options []dtls.ClientOption
	for _, o := range both {
		options = append(options, o)
	}
	return dtls.ClientWithOptions(over, nowhere{}, options...)
}

// Keys are SRTP's two directions.
type Keys struct {
	Open, Seal *srtp.Context
	Tag        int // bytes that sealing adds to a packet
}

// Handshake brings an association up and takes the keys of SRTP from it.
func Handshake(ctx context.Context, conn *dtls.Conn, awaits bool) (k Keys, err error) {
	if err := conn.HandshakeContext(ctx); err != nil {
		return k, fmt.Errorf("DTLS handshake: %w", err)
	}
	state, ok := conn.ConnectionState()
	profile, chosen := conn.SelectedSRTPProtectionProfile()
	if !ok || !chosen {
		return k, errors.New("DTLS handshake: no SRTP profile was chosen")
	}
	config := srtp.Config{Profile: srtp.ProtectionProfile(profile)}
	if err := config.ExtractSessionKeysFromDTLS(&state, !awaits); err != nil {
		return k, fmt.Errorf("SRTP keys: %w", err)
	}
	k.Tag = 16
	if config.Profile == srtp.ProtectionProfileAes128CmHmacSha1_80 {
		k.Tag = 10
	}
	if k.Seal, err = srtp.CreateContext(config.Keys.LocalMasterKey, config.Keys.LocalMasterSalt, config.Profile); err != nil {
		return k, fmt.Errorf("SRTP keys: %w", err)
	}
	if k.Open, err = srtp.CreateContext(config.Keys.RemoteMasterKey, config.Keys.RemoteMasterSalt, config.Profile); err != nil {
		return k, fmt.Errorf("SRTP keys: %w", err)
	}
	return k, nil
}

// Datagrams is a socket as DTLS sees it. What comes waits in a buffer, as somebody else reads the socket.
type Datagrams struct {
	In   *packetio.Buffer
	Send func([]byte) error
}

func (d Datagrams) ReadFrom(b []byte) (int, net.Addr, error) {
	n, err := d.In.Read(b)
	return n, nowhere{}, err
}

func (d Datagrams) WriteTo(b []byte, _ net.Addr) (int, error) { return len(b), d.Send(b) }
func (d Datagrams) Close() error                              { return d.In.Close() }
func (d Datagrams) LocalAddr() net.Addr                       { return nowhere{} }
func (d Datagrams) SetDeadline(t time.Time) error             { return d.In.SetReadDeadline(t) }
func (d Datagrams) SetReadDeadline(t time.Time) error         { return d.In.SetReadDeadline(t) }
func (d Datagrams) SetWriteDeadline(time.Time) error          { return nil }

// nowhere is an address that nobody looks at.
type nowhere struct{}

func (nowhere) Network() string { return "udp" }
func (nowhere) String() string  { return "" }
