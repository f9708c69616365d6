package negotiate

import (
	"errors"

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
	accepted, err := n.accept(&d)
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
	n.matchByOrder(true)
	n.matchByOrder(false)
	n.place()
	n.firefox = isFirefox(&d)
	for _, s := range n.sections {
		s.settle(n.firefox)
	}
	n.startReceiving()
	n.do(n.answer(o.ID, &d, accepted))
	n.startSending()
}

// agreeTransport opens the transport and notices ICE restarts (RFC 8839 section 4.4.1.1). The client is told to be
// the DTLS client, so that the server chooses the ciphers.
func (n *Single) agreeTransport(d *sdp.Description, accepted []*terms) error {
	t, err := n.peerTransport(d, accepted)
	if err != nil || t == nil {
		return err
	}
	if t.Setup == sdp.Passive {
		return errors.New("client wants to be the DTLS server")
	}
	local, remote := n.local, Credentials{Ufrag: t.Ufrag, Pwd: t.Pwd}
	if !n.connected || remote != n.remote {
		local = n.newCredentials()
	}
	n.agree(local, remote, t.Fingerprint, Passive)
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
		s.offered, s.terms = kept(offered), *accepted[i]
		n.updateUp(s)
		if s.down != nil && !s.delivery() {
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
		n.do(StopReceiving{Track: s.up.Track, Number: s.up.Number})
		s.up = nil
	}
}
