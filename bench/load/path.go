package load

import (
	"context"
	"crypto/rand"
	"fmt"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pion/stun/v4"
)

// credentials are of ICE (RFC 8445 section 5.3).
type credentials struct{ ufrag, pwd string }

func newCredentials() credentials { return credentials{rand.Text()[:8], rand.Text()} }

// path is the one way to the server. The client controls and nominates it at once, where it offered; where the server
// did, it answers checks and follows.
type path struct {
	server        netip.AddrPort
	local, remote credentials
	controlled    bool
	awaits        bool          // the server begins DTLS
	checked       chan struct{} // closed by the first answer to a check
	once          sync.Once
	last          atomic.Pointer[[]byte] // check
}

// check sends one connectivity check.
func (p *path) check(c *Client) {
	tieBreaker, priority := make([]byte, 8), []byte{0x7f, 0, 0, 0}
	parts := []stun.Setter{stun.BindingRequest, stun.TransactionID, stun.NewUsername(p.remote.ufrag + ":" + p.local.ufrag),
		stun.RawAttribute{Type: stun.AttrPriority, Value: priority}}
	if p.controlled {
		parts = append(parts, stun.RawAttribute{Type: stun.AttrICEControlled, Value: tieBreaker})
	} else {
		parts = append(parts, stun.RawAttribute{Type: stun.AttrICEControlling, Value: tieBreaker}, stun.RawAttribute{Type: stun.AttrUseCandidate})
	}
	parts = append(parts, stun.NewShortTermIntegrity(p.remote.pwd), stun.Fingerprint)
	m, err := stun.Build(parts...)
	if err == nil {
		p.last.Store(&m.Raw)
		err = c.udp.send(m.Raw, p.server)
	}
	if err != nil {
		c.fail(fmt.Errorf("checking connectivity: %w", err))
	}
}

// onSTUN takes a STUN message from the server. It is on loopback, and nobody else is there: good enough.
func (p *path) onSTUN(c *Client, b []byte) {
	m := stun.Message{Raw: append([]byte(nil), b...)}
	if m.Decode() != nil {
		return
	}
	switch m.Type {
	case stun.BindingSuccess:
		p.once.Do(func() { close(p.checked) })
	case stun.BindingRequest: // a server that is no ICE-lite agent checks too
		answer, err := stun.Build(stun.NewTransactionIDSetter(m.TransactionID), stun.BindingSuccess,
			&stun.XORMappedAddress{IP: net.IP(p.server.Addr().AsSlice()), Port: int(p.server.Port())},
			stun.NewShortTermIntegrity(p.local.pwd), stun.Fingerprint)
		if err == nil {
			_ = c.udp.send(answer.Raw, p.server)
		}
	}
}

// connect brings ICE and DTLS up, starts to send and keeps the session until the end.
func (c *Client) connect(ctx context.Context, p *path) {
	const again = 50 * time.Millisecond // Ta (RFC 8445 section 14.2)
	for up := false; !up; {
		p.check(c)
		select {
		case <-p.checked:
			up = true
		case <-time.After(again):
		case <-ctx.Done():
			return
		}
	}
	if err := c.secure.handshake(ctx, p.awaits); err != nil {
		if ctx.Err() == nil {
			c.fail(err)
		}
		return
	}
	c.connected.Store(int64(time.Since(c.began)))
	if !c.plain {
		c.running.Go(c.secure.openChannels)
	}
	for _, t := range c.tracks {
		c.running.Go(func() { c.send(ctx, p, t) })
	}
	if c.opts.Loss > 0 || c.opts.Feedback {
		c.running.Go(func() { c.feedback(ctx, p) })
	}
	c.keep(ctx, p)
}
