package load

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/netip"
	"sync"
	"time"

	"github.com/pion/ice/v4"
	"github.com/pion/stun/v4"
)

// credentials are of ICE (RFC 8445 section 5.3).
type credentials struct{ ufrag, pwd string }

func newCredentials() credentials { return credentials{rand.Text()[:8], rand.Text()} }

// path is the one way to the server; the client controls and nominates it at once.
type path struct {
	server        netip.AddrPort
	local, remote credentials
	checked       chan struct{} // closed by the first answer to a check
	once          sync.Once
}

// check sends one connectivity check.
func (p *path) check(c *Client) {
	m, err := stun.Build(stun.BindingRequest, stun.TransactionID,
		stun.NewUsername(p.remote.ufrag+":"+p.local.ufrag),
		ice.AttrControlling(1), ice.PriorityAttr(1<<24), ice.UseCandidate(),
		stun.NewShortTermIntegrity(p.remote.pwd), stun.Fingerprint)
	if err == nil {
		_, err = c.udp.WriteToUDPAddrPort(m.Raw, p.server)
	}
	if err != nil {
		c.fail(fmt.Errorf("checking connectivity: %w", err))
	}
}

// onCheckAnswer takes a STUN message from the server. It is on loopback and answers nobody else: good enough.
func (p *path) onCheckAnswer() { p.once.Do(func() { close(p.checked) }) }

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
	if err := c.secure.handshake(ctx); err != nil {
		if ctx.Err() == nil {
			c.fail(err)
		}
		return
	}
	c.connected.Store(int64(time.Since(c.began)))
	c.running.Go(c.secure.openChannels)
	for _, t := range c.tracks {
		c.running.Go(func() { c.send(ctx, p, t) })
	}
	c.keep(ctx, p)
}
