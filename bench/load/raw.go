package load

import (
	"context"
	"errors"
	"net/netip"
	"slices"

	"github.com/coder/websocket"
	"github.com/pion/datachannel"
	"github.com/pion/sctp"

	"konklave/bench/link"
	"konklave/internal/signal/lkpb"
)

// What hostile clients need beyond what honest ones do: the same connections, without the manners.

var errNotConnected = errors.New("the client is not connected")

// Request sends any message to the server.
func (c *Client) Request(ctx context.Context, r *lkpb.SignalRequest) error { return c.request(ctx, r) }

// Say sends any bytes as one message.
func (c *Client) Say(ctx context.Context, b []byte) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	return c.socket.Write(ctx, websocket.MessageBinary, b)
}

// Throw sends any bytes to the server's media port, from the client's socket.
func (c *Client) Throw(b []byte) error {
	p := c.secure.path.Load()
	if p == nil {
		return errNotConnected
	}
	return c.udp.send(b, p.server)
}

// Server is the server's media port.
func (c *Client) Server() (netip.AddrPort, error) {
	p := c.secure.path.Load()
	if p == nil {
		return netip.AddrPort{}, errNotConnected
	}
	return p.server, nil
}

// Overheard is what somebody on the way sees of a client: its address, and its last connectivity check.
func (c *Client) Overheard() (addr netip.AddrPort, check []byte, err error) {
	p := c.secure.path.Load()
	if p == nil || p.last.Load() == nil {
		return addr, nil, errNotConnected
	}
	addr = netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 0, 1}), uint16(c.udp.port()))
	return addr, *p.last.Load(), nil
}

// Sealed seals a packet as the client would, and does not send it.
func (c *Client) Sealed(plain []byte, isRTCP bool) ([]byte, error) {
	k := c.secure.keys.Load()
	if k == nil {
		return nil, errNotConnected
	}
	k.turn <- struct{}{}
	defer func() { <-k.turn }()
	if isRTCP {
		return k.Seal.EncryptRTCP(nil, plain, nil)
	}
	return k.Seal.EncryptRTP(nil, plain, nil)
}

// Dial opens one more data channel.
func (c *Client) Dial(label string, stream uint16) (*datachannel.DataChannel, error) {
	a := c.secure.association.Load()
	if a == nil {
		return nil, errNotConnected
	}
	return datachannel.Dial(a, stream, &datachannel.Config{Label: label, LoggerFactory: link.Quiet})
}

// Stream opens an SCTP stream without a word of the channel protocol.
func (c *Client) Stream(number uint16) (*sctp.Stream, error) {
	a := c.secure.association.Load()
	if a == nil {
		return nil, errNotConnected
	}
	return a.OpenStream(number, sctp.PayloadTypeWebRTCDCEP)
}

// Tell sends any bytes as one DTLS record, where the server awaits SCTP.
func (c *Client) Tell(b []byte) error {
	conn := c.secure.conn.Load()
	if conn == nil || c.secure.keys.Load() == nil {
		return errNotConnected
	}
	_, err := conn.Write(b)
	return err
}

// SSRCs are those of the client's own tracks.
func (c *Client) SSRCs() (all []uint32) {
	for _, t := range c.tracks {
		for _, e := range t.encodings {
			all = append(all, e.ssrc)
		}
	}
	return all
}

// Hears are the SSRCs of what came so far.
func (c *Client) Hears() (all []uint32) {
	c.count.mu.Lock()
	defer c.count.mu.Unlock()
	for ssrc := range c.count.streams {
		all = append(all, ssrc)
	}
	slices.Sort(all)
	return all
}

// Asked is how many requests for key frames have come.
func (c *Client) Asked() uint64 { return c.asked.Load() }

// Offer is an offer like the client's own, to be made worse.
func (c *Client) Offer() *lkpb.SessionDescription {
	other := &Client{ice: c.ice, secure: c.secure}
	return other.offer()
}
