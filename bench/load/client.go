// Package load owns the clients of the benchmark: participants that join over the LiveKit protocol with their own light
// WebRTC. ICE, DTLS, SRTP and RTP are real; what arrives is read in batches and counted by its headers, and only a
// sample of it is opened, so that one core carries hundreds of receivers and hundreds of thousands of packets a second.
//
// It must not know the server's insides beyond the messages of the protocol, and it is no test of them: a client here
// trusts what it is told.
package load

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"fmt"
	mrand "math/rand/v2"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"github.com/coder/websocket"
)

// Options say how a participant joins and what it sends. URL and Token are required.
type Options struct {
	URL          string // of the server: ws://host:port
	Token        string
	Subscribe    bool          // to everything
	Audio, Video bool          // publishes sound, pictures
	Number       int           // of the client, by which others tell whose packets they get
	Layers       []Layer       // of the camera, the least first; nil is Camera
	Recording    *Recording    // what the camera sends instead; nil: nothing recorded
	Spread       time.Duration // between the packets of a picture; 0 sends them at once
	Pace         *Pace         // of all publishers; nil: as usual
	Muted        bool          // the sound is announced as muted, and not sent
	Level        uint8         // of the sound, -dBov; 0 is 20
	Want         Want          // which pictures a subscriber asks for; nil: all as the server likes
	From         netip.Addr    // address of this machine to send from; none: 127.0.0.1
	Begin        time.Time     // origin of the times in packets, the same for all clients
	Reader       *Reader       // reads for many clients; nil: the client has one of its own
	Opened       uint64        // of so many packets of a stream, one is opened to read when it was sent; 0 means 64
	Check        bool          // all packets are opened, and compared with what was sent
	Loss         float64       // share of the packets that get lost, both ways; both sides then ask for them again
	Feedback     bool          // for the whole transport, as often as Chromium gives it
	Counter      bool          // SRTP by AES-CM with HMAC-SHA1 alone
	Deaf         bool          // does not read from its signalling socket, and so never gets media either
}

// Want says which layer of a participant's camera a subscriber shows; none is a negative number.
type Want func(identity string) (layer int)

func (o Options) level() byte {
	if o.Level == 0 {
		return 20
	}
	return o.Level
}

func (o Options) from() netip.Addr {
	if o.From.IsValid() {
		return o.From
	}
	return netip.AddrFrom4([4]byte{127, 0, 0, 1})
}

// Client is one participant. Its methods may be called from any goroutine.
type Client struct {
	opts     Options
	began    time.Time
	cancel   context.CancelFunc
	running  sync.WaitGroup
	socket   *websocket.Conn
	udp      *socket
	reader   *Reader
	secure   *secure
	ice      credentials
	payloads payloadTypes
	offers   offers          // of the signalling goroutine alone
	wanted   map[string]bool // tracks for which it was said what is wanted; of the same
	tracks   []*track
	count    receptions
	pings    time.Duration // between pings
	plain    bool          // no data channels
	ping     func(ctx context.Context) error
	leave    func()
	reporter uint32 // SSRC of receiver reports

	asked                     atomic.Uint64 // requests for key frames
	connected, media, picture atomic.Int64  // nanoseconds from the beginning of the join, 0: not yet
	failure                   atomic.Pointer[error]
}

// Join begins to join. The rest happens by itself; Times tells how far it got.
func Join(ctx context.Context, opts Options) (*Client, error) {
	c, err := newClient(opts)
	if err != nil {
		return nil, err
	}
	c.ping, c.leave = c.pingLiveKit, c.leaveLiveKit
	ctx, c.cancel = context.WithCancel(ctx)
	if err := c.dial(ctx); err != nil {
		c.cancel()
		c.deafen()
		return nil, fmt.Errorf("joining: %w", err)
	}
	if !opts.Deaf {
		c.running.Go(func() { c.listen(ctx) })
	}
	return c, nil
}

// newClient makes what a client needs before it says anything.
func newClient(opts Options) (*Client, error) {
	if opts.Opened == 0 {
		opts.Opened = opened
	}
	c := &Client{opts: opts, began: time.Now(), ice: newCredentials(), pings: 5 * time.Second, reporter: random32(),
		payloads: offeredTypes, reader: opts.Reader, wanted: map[string]bool{}}
	c.count.chance = mrand.New(mrand.NewPCG(uint64(opts.Number), 1)) // the same losses in every run
	if opts.Feedback {
		c.count.arrivals = newArrivals(c.reporter)
	}
	var err error
	if c.secure, err = newSecure(c); err != nil {
		return nil, err
	}
	c.tracks = newTracks(opts)
	if c.reader == nil {
		if c.reader, err = NewReader(true); err != nil {
			return nil, err
		}
	}
	if c.udp, err = openSocket(opts.from(), c.reader.joined); err == nil {
		err = c.reader.add(c)
	}
	if err != nil {
		c.deafen()
		return nil, err
	}
	return c, nil
}

// deafen closes the socket, after which nothing is read any more.
func (c *Client) deafen() {
	if c.udp != nil {
		c.reader.remove(c)
		c.udp.close()
	}
	if c.opts.Reader == nil {
		c.reader.Close()
	}
}

// Times are the waits from the beginning of the join: until ICE and DTLS were up and until the first packet of media
// came. 0: not yet.
func (c *Client) Times() (connected, media time.Duration) {
	return time.Duration(c.connected.Load()), time.Duration(c.media.Load())
}

// Picture is the wait from the beginning of the join until the first key frame was there, with its last packet. 0: not
// yet.
func (c *Client) Picture() time.Duration { return time.Duration(c.picture.Load()) }

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
	c.leave()
	c.cancel()
	_ = c.socket.CloseNow()
	c.secure.close()
	c.deafen()
	c.running.Wait()
}

// Vanish ends without a word to the server, as a machine does that loses its network, and waits as Close does.
func (c *Client) Vanish() {
	c.deafen() // first, so that the goodbye of DTLS goes nowhere
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
			_ = c.ping(ctx)
		}
		c.report(p)
	}
}

func random32() uint32 {
	var b [4]byte
	_, _ = rand.Read(b[:]) // never fails
	return binary.BigEndian.Uint32(b[:])
}
