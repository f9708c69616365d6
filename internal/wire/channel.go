package wire

import (
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"sync"
	"time"

	"github.com/pion/datachannel"
	"github.com/pion/dtls/v3"
	"github.com/pion/sctp"
)

// Channel is one of the two data channels that are spoken, told apart by label.
type Channel uint8

// Reliable is labelled _reliable, Lossy _lossy. The peer opens them, or we do: see TransportParams.
const (
	Reliable Channel = iota
	Lossy
	channelCount
)

// MaxMessage is the largest message of a channel, bytes.
const MaxMessage = 64 << 10

const (
	maxReceived   = 1 << 20 // bytes that the peer may have on their way to us; no message can be larger
	maxBuffered   = 4 << 20 // bytes on their way to the peer, in all
	maxLossy      = 256 << 10
	maxStreams    = 16
	labelReliable = "_reliable"
	labelLossy    = "_lossy"
)

var errManyStreams = errors.New("peer opened too many data channels at once")

// channels are the data channels of a Transport: SCTP over DTLS (RFC 8831), opened in band by either side (RFC 8832).
type channels struct {
	mu          sync.Mutex
	association *sctp.Association
	open        [channelCount]*datachannel.DataChannel
	rate        allowance // of what the peer sends
	closed      bool
}

// Send queues a message on a channel. It never waits: a full buffer gives ErrFull. Other errors are ErrNotOpen,
// ErrTooBig, ErrClosed.
func (t *Transport) Send(ch Channel, msg []byte) error { return t.secure.channel.send(ch, msg) }

func (c *channels) send(ch Channel, msg []byte) error {
	if ch >= channelCount {
		return ErrNotOpen
	}
	if len(msg) > MaxMessage {
		return ErrTooBig
	}
	c.mu.Lock()
	association, channel, closed := c.association, c.open[ch], c.closed
	c.mu.Unlock()
	if closed {
		return ErrClosed
	}
	if channel == nil {
		return ErrNotOpen
	}
	waiting := association.BufferedAmount() + len(msg)
	if waiting > maxBuffered || ch == Lossy && waiting > maxLossy { // late messages are worth nothing on a lossy channel
		return ErrFull
	}
	if _, err := channel.WriteDataChannel(msg, false); err != nil {
		return fmt.Errorf("sending on a data channel: %w", ErrClosed)
	}
	return nil
}

// serve waits for the first SCTP packet and then carries data until the association ends. Every client sends that
// packet by itself, also one that will open no channel.
func (c *channels) serve(sec *secure, conn *dtls.Conn) error {
	first := make([]byte, longestRecord)
	n, err := conn.Read(first)
	if err != nil {
		return err
	}
	association, err := sctp.ServerWithOptions(
		sctp.WithNetConn(&replay{Conn: conn, first: first[:n]}), sctp.WithLoggerFactory(silentLog{}),
		sctp.WithMaxMessageSize(MaxMessage), sctp.WithMaxReceiveBufferSize(maxReceived))
	if err != nil {
		return fmt.Errorf("beginning SCTP: %w", err)
	}
	if !c.begin(association) {
		_ = association.Close()
		return net.ErrClosed
	}
	if sec.t.opens {
		for ch := range channelCount {
			sec.work.Go(func() { c.openStream(sec.t, association, ch) })
		}
	}
	slots := make(chan struct{}, maxStreams)
	for {
		stream, err := association.AcceptStream()
		if err != nil {
			_ = association.Close()
			return err
		}
		select {
		case slots <- struct{}{}:
			sec.work.Go(func() {
				defer func() { <-slots }()
				c.serveStream(sec.t, stream)
			})
		default: // closed ones are remembered until the peer agrees, and this one need not
			return errManyStreams
		}
	}
}

func (c *channels) begin(a *sctp.Association) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.association = a
	return !c.closed
}

// openStream opens one channel and carries it until it ends. It can be sent on when the peer has agreed: what comes
// before that on an unordered channel, a peer may get before it knows of the channel.
func (c *channels) openStream(t *Transport, association *sctp.Association, ch Channel) {
	cfg := &datachannel.Config{Label: labels[ch], LoggerFactory: silentLog{}}
	if ch == Lossy {
		cfg.ChannelType = datachannel.ChannelTypePartialReliableRexmitUnordered // and no retransmission at all
	}
	// The DTLS client has the even streams, RFC 8832 section 6.
	stream := 2 * uint16(ch)
	if t.role == Passive {
		stream++
	}
	channel, err := datachannel.Dial(association, stream, cfg)
	if err != nil {
		return
	}
	channel.OnOpen(func() { c.opened(t, ch, channel) })
	defer c.set(ch, channel, nil)
	c.read(t, ch, channel, true)
}

// serveStream carries one channel of the peer until it ends. Channels with other labels are read and forgotten.
func (c *channels) serveStream(t *Transport, stream *sctp.Stream) {
	stream.SetDefaultPayloadType(sctp.PayloadTypeWebRTCBinary)
	channel, err := datachannel.Server(stream, &datachannel.Config{LoggerFactory: silentLog{}})
	if err != nil {
		_ = stream.Close()
		return
	}
	ch, known := channelOf(channel.Label)
	if known {
		c.opened(t, ch, channel)
		defer c.set(ch, channel, nil)
	}
	c.read(t, ch, channel, known)
}

func (c *channels) opened(t *Transport, ch Channel, channel *datachannel.DataChannel) {
	use := func() { c.set(ch, nil, channel) }
	if t.handler.OnChannelOpen == nil {
		use()
		return
	}
	t.handler.OnChannelOpen(ch, use)
}

// read takes messages from a channel until it ends.
func (c *channels) read(t *Transport, ch Channel, channel *datachannel.DataChannel, known bool) {
	buf := make([]byte, 256) // most channels carry little
	for {
		n, _, err := channel.ReadDataChannel(buf)
		switch {
		case errors.Is(err, io.ErrShortBuffer) && len(buf) < maxReceived:
			buf = make([]byte, min(8*len(buf), maxReceived)) // the message stays in front until it is read
		case err != nil:
			return
		case !c.pass(t, ch, n):
		case n > MaxMessage: // larger than we announce: dropped
		case known && t.handler.OnData != nil:
			t.handler.OnData(ch, append([]byte(nil), buf[:n]...))
		}
	}
}

// dataAhead is how far, in time, a peer may run ahead of its rate of data.
const dataAhead = 5 * burst

// pass holds the peer to its rate of data. What is beyond it is dropped on the lossy channel, and false. On others it waits
// here, and the peer with it: its window fills, and it sends no more.
func (c *channels) pass(t *Transport, ch Channel, n int) bool {
	now := t.wire.now()
	c.mu.Lock()
	wait := c.rate.wait(now, n, dataAhead)
	if wait == 0 || ch != Lossy {
		c.rate.charge(now, n)
	}
	c.mu.Unlock()
	switch {
	case wait == 0:
		return true
	case ch == Lossy:
		t.wire.dataDropped.Add(1)
		return false
	}
	t.wire.dataSlowed.Add(1)
	select {
	case <-time.After(time.Duration(wait)):
	case <-t.secure.ctx.Done():
	}
	return true
}

var labels = [channelCount]string{Reliable: labelReliable, Lossy: labelLossy}

func channelOf(label string) (Channel, bool) {
	i := slices.Index(labels[:], label)
	return Channel(max(i, 0)), i >= 0
}

// set notes the open channel; with old, only if that is the one noted.
func (c *channels) set(ch Channel, old, channel *datachannel.DataChannel) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.closed && (old == nil || c.open[ch] == old) {
		c.open[ch] = channel
	}
}

// close refuses what is sent from now on. The association itself ends with DTLS under it.
func (c *channels) close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.closed = true
	c.open = [channelCount]*datachannel.DataChannel{}
}

// replay gives a packet that was read already to its first reader.
type replay struct {
	*dtls.Conn
	first []byte
}

// Read reads a packet.
func (r *replay) Read(b []byte) (int, error) {
	if first := r.first; first != nil {
		r.first = nil
		return copy(b, first), nil
	}
	return r.Conn.Read(b)
}
