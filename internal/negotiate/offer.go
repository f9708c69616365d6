package negotiate

import (
	"errors"
	"slices"

	"konklave/internal/sdp"
)

func (n *Single) onOffer(o Offer) {
	if o.ID != 0 && o.ID <= n.newest {
		return // overtaken or repeated; only the newest offer can be answered
	}
	d, err := sdp.Parse(o.SDP)
	if err != nil {
		n.refuse(err)
		return
	}
	accepted, err := accept(&d)
	if err != nil {
		n.refuse(err)
		return
	}
	if err := n.agreeTransport(&d, accepted); err != nil {
		n.refuse(err)
		return
	}
	n.newest = max(n.newest, o.ID)
	n.asked, n.stale = false, false
	n.update(&d, accepted)
	n.matchByID()
	n.matchByOrder()
	n.place()
	firefox := isFirefox(&d)
	for _, s := range n.sections {
		s.settle(firefox)
	}
	n.startReceiving()
	n.do(n.answer(o.ID, &d, accepted))
	n.startSending()
}

func (n *Single) refuse(err error) {
	n.refused = true
	n.do(Refuse{Reason: err.Error()})
}

// agreeTransport takes credentials and fingerprint from the section that stands for the whole bundle (RFC 9143
// section 7.3) and notices ICE restarts (RFC 8839 section 4.4.1.1).
func (n *Single) agreeTransport(d *sdp.Description, accepted []*terms) error {
	mids := bundle(d, accepted)
	if len(mids) == 0 {
		return nil // nothing to transport yet
	}
	first := slices.IndexFunc(d.Sections, func(s sdp.Section) bool { return !s.Rejected && s.MID == mids[0] })
	t := &d.Sections[first].Transport
	remote := Credentials{Ufrag: t.Ufrag, Pwd: t.Pwd}
	switch {
	case remote.Ufrag == "" || remote.Pwd == "":
		return errors.New("offer has no ICE credentials")
	case t.Fingerprint == "":
		return errors.New("offer has no sha-256 fingerprint")
	case t.Setup == sdp.Passive:
		return errors.New("client wants to be the DTLS server")
	case n.connected && t.Fingerprint != n.fingerprint:
		return errors.New("client changed its certificate")
	case n.connected && remote == n.remote:
		return nil
	}
	n.local.Ufrag, n.local.Pwd = n.cfg.NewCredentials()
	n.remote = remote
	if n.connected {
		n.do(RestartICE{Local: n.local, Remote: n.remote})
		return nil
	}
	n.connected, n.fingerprint = true, t.Fingerprint
	n.do(Connect{Local: n.local, Remote: n.remote, Fingerprint: n.fingerprint})
	return nil
}

// update brings the sections to what the offer says and ends the tracks that lost theirs.
func (n *Single) update(d *sdp.Description, accepted []*terms) {
	before := make(map[string]*section, len(n.sections))
	for _, s := range n.sections {
		before[s.offered.MID] = s
	}
	n.sections = make([]*section, 0, len(d.Sections))
	for i := range d.Sections {
		offered := &d.Sections[i]
		if accepted[i] == nil || offered.Kind == sdp.Application {
			continue
		}
		s := before[offered.MID]
		if s == nil || s.offered.Kind != offered.Kind {
			s = &section{}
		} else {
			delete(before, offered.MID)
		}
		s.offered, s.terms = *offered, *accepted[i]
		n.updateUp(s)
		if s.down != nil && !offered.Direction.Receives() {
			n.lose(s)
		}
		n.sections = append(n.sections, s)
	}
	for _, s := range n.inOrder(before) {
		s.offered.Direction = sdp.Inactive
		n.updateUp(s)
		n.lose(s)
	}
}

// updateUp ends the received track when the client stopped it or put another one in its place.
func (n *Single) updateUp(s *section) {
	key := sentKey(&s.offered)
	s.fresh = key != s.key
	if !s.fresh {
		return
	}
	s.key, s.silenced = key, false
	if s.up != nil {
		n.do(StopReceiving{Track: s.up.Track})
		s.up = nil
	}
}
