package load

import (
	"context"
	"crypto/tls"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/pion/datachannel"
	"github.com/pion/dtls/v3"
	"github.com/pion/sctp"
	"github.com/pion/transport/v4/packetio"

	"konklave/bench/link"
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

// keys are SRTP's two directions. Each of Open and Seal is used by one goroutine at a time: the reader opens, and
// those who seal take turns by the token in turn.
type keys struct {
	link.Keys
	turn      chan struct{}
	transport uint16 // sequence number of the whole transport; of whose turn it is
}

func newSecure(c *Client) (*secure, error) {
	certificate, fingerprint, err := link.NewCertificate()
	if err != nil {
		return nil, err
	}
	return &secure{client: c, certificate: certificate, fingerprint: fingerprint, in: packetio.NewBuffer()}, nil
}

// handshake brings DTLS up and takes the keys of SRTP from it.
func (s *secure) handshake(ctx context.Context, awaits bool) error {
	options := []dtls.Option{dtls.WithFlightInterval(100 * time.Millisecond)} // a server may not be ready for the first one
	if s.client.opts.Counter {
		options = append(options, dtls.WithSRTPProtectionProfiles(dtls.SRTP_AES128_CM_HMAC_SHA1_80))
	}
	send := func(b []byte) error { return s.client.udp.send(b, s.path.Load().server) }
	conn, err := link.Associate(link.Datagrams{In: s.in, Send: send}, s.certificate, awaits, options...)
	if err != nil {
		return fmt.Errorf("DTLS: %w", err)
	}
	s.conn.Store(conn)
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	k, err := link.Handshake(ctx, conn, awaits)
	if err != nil {
		return err
	}
	s.keys.Store(&keys{Keys: k, turn: make(chan struct{}, 1)})
	s.client.catchUp()
	return nil
}

// openChannels starts SCTP and opens the channels. Nothing is said on them.
func (s *secure) openChannels() {
	association, err := sctp.ClientWithOptions(sctp.WithNetConn(s.conn.Load()), sctp.WithLoggerFactory(link.Quiet), sctp.WithMaxReceiveBufferSize(64<<10))
	if err != nil {
		return // the client has ended meanwhile
	}
	s.association.Store(association)
	for i, label := range []string{"_reliable", "_lossy"} {
		config := &datachannel.Config{Label: label, LoggerFactory: link.Quiet}
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
