package negotiate

import (
	"errors"
	"slices"
	"strings"

	"konklave/internal/sdp"
)

// connection is what a PeerConnection is apart from its media, whoever makes the offers.
type connection struct {
	cfg       Config
	sessionID uint64
	version   uint64
	ssrcs     map[uint32]bool // given out

	refused       bool // nothing is possible any more
	connected     bool
	local, remote Credentials // that the transport has
	fingerprint   string      // of the client

	actions []Action // of the Apply that runs
}

func newConnection(cfg Config) connection {
	return connection{
		cfg:       cfg,
		sessionID: uint64(cfg.NewSSRC()>>1)<<32 | uint64(cfg.NewSSRC()), // 63 bits, RFC 8829 section 5.2.1
		ssrcs:     make(map[uint32]bool),
	}
}

func (c *connection) do(a Action) { c.actions = append(c.actions, a) }

// done gives what is to be done, and forgets it: there are descriptions in it.
func (c *connection) done() []Action {
	actions := c.actions
	c.actions = nil
	return actions
}

func (c *connection) refuse(err error) {
	c.refused = true
	c.do(Refuse{Reason: err.Error()})
}

// newSSRC draws a number that was not given out before. Collisions with numbers of the client do no harm, because
// the two directions have separate contexts in SRTP and in the media core.
func (c *connection) newSSRC() uint32 {
	for range 100 {
		if ssrc := c.cfg.NewSSRC(); ssrc != 0 && !c.ssrcs[ssrc] {
			c.ssrcs[ssrc] = true
			return ssrc
		}
	}
	// A source that repeats itself is broken; count on from what there is.
	for ssrc := uint32(1); ; ssrc++ {
		if !c.ssrcs[ssrc] {
			c.ssrcs[ssrc] = true
			return ssrc
		}
	}
}

func (c *connection) newCredentials() Credentials {
	ufrag, pwd := c.cfg.NewCredentials()
	return Credentials{Ufrag: ufrag, Pwd: pwd}
}

// peerTransport finds what the client says about its transport: it stands in the section that stands for the whole
// bundle (RFC 9143 section 7.3). It is nil when no section was accepted.
func (c *connection) peerTransport(d *sdp.Description, accepted []*terms) (*sdp.Transport, error) {
	mids := bundle(d, accepted)
	if len(mids) == 0 {
		return nil, nil
	}
	first := slices.IndexFunc(d.Sections, func(s sdp.Section) bool { return !s.Rejected && s.MID == mids[0] })
	t := &d.Sections[first].Transport
	switch {
	case t.Ufrag == "" || t.Pwd == "":
		return nil, errors.New("description has no ICE credentials")
	case t.Fingerprint == "":
		return nil, errors.New("description has no sha-256 fingerprint")
	case c.connected && t.Fingerprint != c.fingerprint:
		return nil, errors.New("client changed its certificate")
	}
	return t, nil
}

// agree opens the transport, or restarts its ICE when credentials changed. It goes on otherwise.
func (c *connection) agree(local, remote Credentials, fingerprint string, role Role) {
	if c.connected && local == c.local && remote == c.remote {
		return
	}
	remote = Credentials{Ufrag: strings.Clone(remote.Ufrag), Pwd: strings.Clone(remote.Pwd)}
	c.local, c.remote = local, remote
	if c.connected {
		c.do(RestartICE{Local: local, Remote: remote})
		return
	}
	c.connected, c.fingerprint = true, fingerprint
	c.do(Connect{Local: local, Remote: remote, Fingerprint: fingerprint, Role: role})
}

// transport is our side of the bundle; the candidates stand in its first section only.
func (c *connection) transport(local Credentials, setup sdp.Setup, first bool) sdp.Transport {
	t := sdp.Transport{Ufrag: local.Ufrag, Pwd: local.Pwd, Fingerprint: c.cfg.Fingerprint, Setup: setup}
	if first {
		t.Candidates, t.EndOfCandidates = c.cfg.Candidates, true
	}
	return t
}
