// Package relay is the TURN server (RFC 8656) for participants whose network lets nothing else through: over UDP and
// TCP at a port of its own, and over TLS at the port of HTTPS.
//
// It relays to our own media and to nothing else: an allocation (allocation.go) is a wire.Relay, whose packets are handed
// over in this process, so no port is opened for it and no packet can be sent to anybody. Who may allocate, and how much,
// is decided in grant.go; request.go answers what clients ask; udp.go and connection.go are the ways in, which bound what
// strangers cost.
//
// It must not know rooms or participants, and must never write an address or a user name to a log or an error.
package relay

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"sync"
	"time"

	"konklave/internal/wire"
)

// Config is where the server listens, and to what it relays.
type Config struct {
	Wire *wire.Wire
	Bind []netip.Addr // addresses of UDP and TCP; empty means every one
	Port uint16       // of UDP and TCP; 0 is none
	Now  func() time.Time
}

// What is relayed at most.
const (
	mostAllocations = 20_000 // in all
	mostOfOne       = 64     // of one participant: for each PeerConnection one for each URL and network, and those before a change
)

const realm = "konklave"

// Server is the TURN server. Its methods may be called by any goroutine.
type Server struct {
	cfg       Config
	key       []byte // of passwords and nonces, new at each start
	sockets   []*socket
	listeners []net.Listener
	open      sync.WaitGroup // every goroutine
	done      chan struct{}

	mu     sync.Mutex
	urls   []string
	users  map[string]*user
	count  int                            // allocations
	places map[netip.AddrPort]*allocation // by relayed address
	next   uint16                         // port of the last one
	crowd  crowd
	closed bool
}

// Listen opens the port and serves. A port that is taken gives an error that names it.
func Listen(cfg Config) (*Server, error) {
	s := &Server{
		cfg: cfg, key: make([]byte, 32), done: make(chan struct{}),
		users: make(map[string]*user), places: make(map[netip.AddrPort]*allocation), crowd: newCrowd(),
	}
	_, _ = rand.Read(s.key) // never fails
	if err := s.openPort(); err != nil {
		s.closePort()
		return nil, err
	}
	for _, k := range s.sockets {
		s.open.Go(k.serve)
	}
	for _, l := range s.listeners {
		s.open.Go(func() { s.accept(l) })
	}
	s.open.Go(s.sweep)
	return s, nil
}

// openPort opens the port for UDP and TCP at every address.
func (s *Server) openPort() error {
	if s.cfg.Port == 0 {
		return nil
	}
	bind := s.cfg.Bind
	if len(bind) == 0 {
		bind = []netip.Addr{netip.IPv4Unspecified(), netip.IPv6Unspecified()}
	}
	for i, addr := range bind {
		err := s.openAt(netip.AddrPortFrom(addr, s.cfg.Port))
		if err != nil && i > 0 && len(s.cfg.Bind) == 0 {
			break // a kernel without IPv6
		}
		if err != nil {
			return fmt.Errorf("opening the relay's port %d: %w", s.cfg.Port, err)
		}
	}
	return nil
}

func (s *Server) openAt(at netip.AddrPort) error {
	family := "4"
	if at.Addr().Is6() {
		family = "6"
	}
	k, err := listenUDP(s, family, at)
	if err != nil {
		return withoutAddress(err)
	}
	s.sockets = append(s.sockets, k)
	l, err := net.Listen("tcp"+family, at.String())
	if err != nil {
		return withoutAddress(err)
	}
	s.listeners = append(s.listeners, l)
	return nil
}

// withoutAddress takes the address out of an error of the network.
func withoutAddress(err error) error {
	var op *net.OpError
	if errors.As(err, &op) {
		return op.Err
	}
	return err
}

func (s *Server) closePort() {
	for _, k := range s.sockets {
		_ = k.conn.Close()
	}
	for _, l := range s.listeners {
		_ = l.Close()
	}
}

// Announce sets the addresses, turn: and turns:, that clients are given from now on (RFC 7065).
func (s *Server) Announce(urls []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.urls = urls
}

// Close ends all grants and allocations and waits until every goroutine has ended, or ctx ends.
func (s *Server) Close(ctx context.Context) error {
	s.mu.Lock()
	first := !s.closed
	s.closed = true
	users := s.users
	s.users = make(map[string]*user)
	s.mu.Unlock()
	if first {
		close(s.done)
	}
	s.closePort()
	for _, c := range s.connections() {
		c.close()
	}
	for _, u := range users {
		u.end(s)
	}
	ended := make(chan struct{})
	go func() {
		s.open.Wait()
		close(ended)
	}()
	select {
	case <-ended:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Allocations is how many there are.
func (s *Server) Allocations() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.count
}
