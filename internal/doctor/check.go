package doctor

import (
	"errors"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"konklave/internal/negotiate"
	"konklave/internal/sdp"
	"konklave/internal/wire"
)

// The ways that media may take: to the media ports, and by relays of ours.
const (
	PathUDP     = "udp"
	PathTCP     = "tcp"
	PathTURNUDP = "turn_udp"
	PathTURNTCP = "turn_tcp"
	PathTURNTLS = "turn_tls"
)

// Path is a way that the browser may try.
type Path struct {
	Name  string  `json:"name"`
	Relay []Relay `json:"relay,omitempty"` // that it must use; none for the direct ways
}

// check is one visit of a browser.
type check struct {
	service *Service
	token   string
	source  uint64 // of sources.Key
	paths   []Path
	expiry  *time.Timer
	// endRelays takes the credentials for relays back; nil where there are none.
	endRelays func()

	mu     sync.Mutex
	open   map[string]*exchange // by the name of the path
	echoed bool                 // the socket was tried
	closed bool
}

// paths are the ways that there are now, and what ends those by relays.
func (s *Service) paths() (paths []Path, endRelays func()) {
	for _, name := range []string{PathUDP, PathTCP} {
		if !s.cfg.RelayOnly && len(s.candidates(name)) > 0 {
			paths = append(paths, Path{Name: name})
		}
	}
	if s.cfg.Relays == nil {
		return paths, nil
	}
	relays, endRelays := s.cfg.Relays()
	for _, relay := range relays {
		paths = append(paths, Path{Name: relay.Path, Relay: []Relay{relay}})
	}
	return paths, endRelays
}

// candidates are the server's addresses for a path. A relay brings packets to the media port of UDP.
func (s *Service) candidates(path string) []sdp.Candidate {
	proto := "udp"
	if path == PathTCP {
		proto = "tcp"
	}
	var list []sdp.Candidate
	for _, c := range s.cfg.Candidates() {
		if c.Proto == proto {
			list = append(list, sdp.Candidate{Foundation: c.Foundation, Protocol: c.Proto, Priority: c.Priority, Addr: c.Addr, TCPType: c.TCPType})
		}
	}
	return list
}

// Why a path is not opened.
var (
	errPathUnknown = errors.New("there is no such path, or it was tried already")
	errOffer       = errors.New("the offer cannot be used")
)

// connect answers the browser's offer for a path and waits for it there. Each path is tried once.
func (c *check) connect(path, offer string) (answer string, err error) {
	if !slices.ContainsFunc(c.paths, func(p Path) bool { return p.Name == path }) {
		return "", errPathUnknown
	}
	answer, params, err := c.service.answer(offer, c.service.candidates(path))
	if err != nil {
		return "", err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed || c.open[path] != nil {
		return "", errPathUnknown
	}
	if c.open == nil {
		c.open = make(map[string]*exchange)
	}
	c.open[path] = newExchange(c.service, params)
	return answer, nil
}

// answer agrees with an offer of one data connection.
func (s *Service) answer(offer string, candidates []sdp.Candidate) (answer string, params wire.TransportParams, err error) {
	connection := negotiate.NewSingle(negotiate.Config{
		Fingerprint: s.cfg.Fingerprint, Candidates: candidates, NewSSRC: rand.Uint32,
		NewCredentials: func() (ufrag, pwd string) { c := wire.NewCredentials(); return c.Ufrag, c.Pwd },
	})
	err = errOffer
	for _, action := range connection.Apply(negotiate.Offer{SDP: offer}) {
		switch a := action.(type) {
		case negotiate.Connect:
			err = nil
			params = wire.TransportParams{
				Local: wire.Credentials(a.Local), Remote: wire.Credentials(a.Remote),
				RemoteFingerprint: a.Fingerprint, Role: wire.DTLSRole(a.Role),
			}
		case negotiate.Answer:
			answer = a.SDP
		}
	}
	return answer, params, err
}

// tryEcho tells whether the socket may be tried: once.
func (c *check) tryEcho() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	first := !c.echoed && !c.closed
	c.echoed = true
	return first
}

// close ends all paths. It is called once.
func (c *check) close() {
	c.expiry.Stop()
	c.mu.Lock()
	c.closed = true
	open := c.open
	c.open = nil
	c.mu.Unlock()
	for _, x := range open {
		x.close()
	}
	if c.endRelays != nil {
		c.endRelays()
	}
}
