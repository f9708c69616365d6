package wire

import (
	"errors"
	"net"
	"testing"
	"time"

	"github.com/pion/sctp"

	"konklave/internal/testkit"
)

// associated are the two ends of SCTP over memory.
type associated struct{ client, server *sctp.Association }

func associate() (a associated, err error) {
	one, other := net.Pipe()
	accepted := make(chan error, 1)
	go func() {
		var err error
		a.server, err = sctp.ServerWithOptions(sctp.WithNetConn(other), sctp.WithLoggerFactory(quiet), sctp.WithMaxMessageSize(MaxMessage))
		accepted <- err
	}()
	a.client, err = sctp.ClientWithOptions(sctp.WithNetConn(one), sctp.WithLoggerFactory(quiet))
	return a, errors.Join(err, <-accepted)
}

func (a associated) close() {
	if a.client != nil {
		_, _ = a.client.Close(), a.server.Close()
	}
}

// FuzzDCEP opens a channel by any bytes (RFC 8832), says any bytes on it, as any kind of payload, and closes it. The two
// labels open a channel, and what is said comes; whatever else comes ends with its stream.
func FuzzDCEP(f *testing.F) {
	f.Add([]byte{3, 0, 0, 0, 0, 0, 0, 0, 0, 9, 0, 0, '_', 'r', 'e', 'l', 'i', 'a', 'b', 'l', 'e'}, []byte("hello"), uint32(sctp.PayloadTypeWebRTCBinary))
	f.Add([]byte{3, 0x81, 1, 0, 0, 0, 0, 0, 0, 6, 0, 0, '_', 'l', 'o', 's', 's', 'y'}, []byte{0}, uint32(sctp.PayloadTypeWebRTCBinaryEmpty))
	f.Add([]byte{3, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff}, []byte{2}, uint32(sctp.PayloadTypeWebRTCDCEP))
	f.Add([]byte{2}, []byte{3, 0, 0}, uint32(sctp.PayloadTypeWebRTCDCEP))
	for _, seed := range testkit.Recorded(f, "dcep") {
		f.Add(seed, []byte("hello"), uint32(sctp.PayloadTypeWebRTCBinary))
	}
	var ends associated
	defer func() { ends.close() }()
	transport := &Transport{wire: &Wire{epoch: time.Now()}}
	transport.secure = newSecure(transport)
	transport.handler.OnData = func(ch Channel, msg []byte) {
		if ch >= channelCount || len(msg) > MaxMessage {
			f.Errorf("%d bytes on channel %d", len(msg), ch)
		}
	}
	next := uint16(0)
	f.Fuzz(func(t *testing.T, open, message []byte, kind uint32) {
		if len(open) == 0 || len(open) > 1<<10 || len(message) > 1<<10 {
			return
		}
		if next++; ends.client == nil || next == 200 { // what is closed is not forgotten at once
			ends.close()
			var err error
			if ends, err = associate(); err != nil {
				t.Fatal(err)
			}
			next = 0
		}
		stream, err := ends.client.OpenStream(next, sctp.PayloadTypeWebRTCDCEP)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := stream.WriteSCTP(open, sctp.PayloadTypeWebRTCDCEP); err != nil {
			t.Fatal(err)
		}
		if len(message) > 0 {
			_, _ = stream.WriteSCTP(message, sctp.PayloadProtocolIdentifier(kind))
		}
		_ = stream.Close()
		accepted, err := ends.server.AcceptStream()
		if err != nil {
			t.Fatal(err)
		}
		transport.secure.channel.rate = allowance{}
		ended := make(chan struct{})
		go func() {
			transport.secure.channel.serveStream(transport, accepted)
			close(ended)
		}()
		select {
		case <-ended: // with the stream
		case <-time.After(patience):
			t.Fatal("the stream was closed, and is served on")
		}
		_ = accepted.Close()
	})
}
