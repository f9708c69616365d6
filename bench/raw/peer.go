package raw

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"net/netip"
	"sync/atomic"
	"time"

	"github.com/pion/rtp"
	"github.com/pion/transport/v4/packetio"

	"konklave/bench/link"
)

// peer is one client.
type peer struct {
	forwarder       *forwarder
	index           uint32
	receives        bool
	ufrag, password string
	address         netip.AddrPort // where it was last heard from; of the forwarding goroutine alone, once it has keys
	started         bool
	in              *packetio.Buffer
	keys            atomic.Pointer[link.Keys] // of the forwarding goroutine alone
	header          rtp.Header
}

func newPeer(f *forwarder, index int, receives bool) *peer {
	return &peer{forwarder: f, index: uint32(index), receives: receives, ufrag: rand.Text()[:8], password: rand.Text(), in: packetio.NewBuffer()}
}

// secure does the handshake of a DTLS server and takes the keys from it.
func (p *peer) secure(certificate tls.Certificate) error {
	to := p.address
	send := func(b []byte) error { return p.forwarder.sendOne(b, to) }
	conn, err := link.Associate(link.Datagrams{In: p.in, Send: send}, certificate, true)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	k, err := link.Handshake(ctx, conn, true)
	if err != nil {
		return err
	}
	p.keys.Store(&k)
	return nil
}
