package negotiate

import (
	"errors"
	"slices"

	"konklave/internal/sdp"
)

// onAnswer takes the client's answer to the newest offer. Others are overtaken or repeated.
func (n *Subscriber) onAnswer(a Answer) {
	if !n.awaited || a.ID != 0 && a.ID != n.newest {
		return
	}
	d, err := sdp.Parse(a.SDP)
	if err != nil {
		n.refuse(err)
		return
	}
	accepted, err := n.match(&d)
	if err != nil {
		n.refuse(err)
		return
	}
	t, err := n.peerTransport(&d, accepted)
	if err != nil {
		n.refuse(err)
		return
	}
	n.awaited, n.firefox = false, isFirefox(&d)
	if t != nil {
		// The offer leaves the choice to the client. Nearly all become the DTLS client; those made with pion do not
		// when the server is ICE-lite.
		role := Passive
		if t.Setup == sdp.Passive {
			role = Active
		}
		n.agree(n.offered, Credentials{Ufrag: t.Ufrag, Pwd: t.Pwd}, t.Fingerprint, role)
	}
	for i, s := range n.slots {
		n.conclude(s, &d.Sections[i], accepted[i])
	}
}

// match checks that the answer is one to the offer and tells what the client takes of it.
func (n *Subscriber) match(d *sdp.Description) ([]*terms, error) {
	if len(d.Sections) != len(n.slots) {
		return nil, errors.New("answer has not the sections of the offer")
	}
	for i, s := range n.slots {
		answered := &d.Sections[i]
		// Rejected sections may lack everything but their place.
		if answered.Kind != s.kind || answered.MID != s.mid && !answered.Rejected {
			return nil, errors.New("answer has not the sections of the offer")
		}
		if s.rejected && !answered.Rejected {
			return nil, errors.New("answer takes a section that was not offered")
		}
	}
	accepted, err := n.accept(d)
	if err != nil {
		return nil, err
	}
	for i, s := range n.slots {
		if accepted[i] == nil {
			continue
		}
		accepted[i].extensions = slices.DeleteFunc(accepted[i].extensions, func(x sdp.Extension) bool {
			return !slices.ContainsFunc(offeredExtensions[s.kind], func(o sdp.Extension) bool { return o.ID == x.ID && o.URI == x.URI })
		})
	}
	return accepted, nil
}

// conclude starts or ends the delivery in a slot as the client answered; t is nil when it did not take the section.
func (n *Subscriber) conclude(s *slot, answered *sdp.Section, t *terms) {
	wanted := !answered.Rejected && answered.Direction.Receives()
	s.rejected = answered.Rejected
	s.shut = s.shut || s.rejected || s.told != nil && !wanted
	switch {
	case s.told == nil:
		s.resting = false
	case s.down == nil: // over since the offer; the next one says so
	case t == nil || !wanted || !t.takes(s.down.Codec):
		refused := CannotSend{Track: s.down.Track}
		if t != nil && wanted {
			refused.Codec = s.down.Codec
		}
		n.clear(s)
		n.do(refused)
	case !s.down.started:
		s.down.started = true
		n.do(StartSending{Track: s.down.Track, Downstream: s.down.downstream(s.mid, *t)})
	}
}
