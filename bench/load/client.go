// Package load owns the clients of the benchmark: participants that join over the LiveKit protocol with their own light
// WebRTC. ICE, DTLS, SRTP and RTP are real; what arrives is counted by its headers, and only a sample of it is opened, so
// that one core carries a hundred receivers and more.
//
// It must not know the server's insides beyond the messages of the protocol, and it is no test of them: a client here
// trusts what it is told, asks for no retransmissions and answers none.
package load

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"fmt"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/coder/websocket"

	"konklave/internal/signal/lkpb"
)

// Options say how a participant joins and what it sends. URL and Token are required.
type Options struct {
	URL          string // of the server: ws://host:port
	Token        string
	Subscribe    bool          // to everything
	Audio, Video bool          // publishes sound, pictures
	Spread       time.Duration // between the packets of a picture; 0 sends them at once
	Begin        time.Time     // origin of the times in packets, the same for all clients
	Opened       uint64        // of so many packets of a stream, one is opened to read when it was sent; 0 means 16
	Deaf         bool          // does not read from its signalling socket, and so never gets media either
}

// Client is one participant. Its methods may be called from any goroutine.
type Client struct {
	opts     Options
	began    time.Time
	cancel   context.CancelFunc
	running  sync.WaitGroup
	socket   *websocket.Conn
	udp      *net.UDPConn
	secure   *secure
	ice      credentials
	offers   offers // of the signalling goroutine alone
	tracks   []*track
	count    receptions
	pings    time.Duration // between pings
	reporter uint32        // SSRC of receiver reports

	asked            atomic.Uint64 // requests for key frames
	connected, media atomic.Int64  // nanoseconds from the beginning of the join, 0: not yet
	failure          atomic.Pointer[error]
}

// Join begins to join. The rest happens by itself; Times tells how far it got.
func Join(ctx context.Context, opts Options) (*Client, error) {
	c := &Client{opts: opts, began: time.Now(), ice: newCredentials(), pings: 5 * time.Second, reporter: random32()}
	var err error
	if c.udp, err = net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)}); err != nil {
		return nil, fmt.Errorf("opening a socket: %w", err)
	}
	_ = c.udp.SetReadBuffer(1 << 20)
	if c.secure, err = newSecure(c); err != nil {
		_ = c.udp.Close()
		return nil, err
	}
	c.tracks = newTracks(opts)
	ctx, c.cancel = context.WithCancel(ctx)
	if err := c.dial(ctx); err != nil {
		c.cancel()
		_ = c.udp.Close()
		return nil, fmt.Errorf("joining: %w", err)
	}
	if c.opts.Opened == 0 {
		c.opts.Opened = opened
	}
	c.running.Go(c.receive)
	if !opts.Deaf {
		c.running.Go(func() { c.listen(ctx) })
	}
	return c, nil
}

// Times are the waits from the beginning of the join: until ICE and DTLS were up and until the first packet of media
// came. 0: not yet.
func (c *Client) Times() (connected, media time.Duration) {
	return time.Duration(c.connected.Load()), time.Duration(c.media.Load())
}

// Err is what went wrong, if anything did.
func (c *Client) Err() error {
	if err := c.failure.Load(); err != nil {
		return *err
	}
	return nil
}

func (c *Client) fail(err error) { c.failure.CompareAndSwap(nil, &err) }

// Close says goodbye and waits until everything of the client has ended.
func (c *Client) Close() {
	_ = c.request(context.Background(), &lkpb.SignalRequest{Message: &lkpb.SignalRequest_Leave{
		Leave: &lkpb.LeaveRequest{Reason: lkpb.DisconnectReason_CLIENT_INITIATED},
	}})
	c.cancel()
	_ = c.socket.CloseNow()
	c.secure.close()
	_ = c.udp.Close()
	c.running.Wait()
}

// Vanish ends without a word to the server, as a machine does that loses its network, and waits as Close does.
func (c *Client) Vanish() {
	_ = c.udp.Close() // first, so that the goodbye of DTLS goes nowhere
	c.cancel()
	_ = c.socket.CloseNow()
	c.secure.close()
	c.running.Wait()
}

// keep does until the end what clients do now and then: pings, checks of consent, reports.
func (c *Client) keep(ctx context.Context, p *path) {
	ticker := time.NewTicker(time.Second)
	defer ticker.Stop()
	for second := 1; ; second++ {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		if second%3 == 0 {
			p.check(c)
		}
		if second%max(int(c.pings/time.Second), 1) == 0 {
			_ = c.request(ctx, &lkpb.SignalRequest{Message: &lkpb.SignalRequest_Ping{Ping: time.Now().UnixMilli()}})
		}
		c.report(p)
	}
}

func random32() uint32 {
	var b [4]byte
	_, _ = rand.Read(b[:]) // never fails
	return binary.BigEndian.Uint32(b[:])
}
