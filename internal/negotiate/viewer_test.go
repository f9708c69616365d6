package negotiate

import (
	"strings"
	"testing"

	"konklave/internal/sdp"
)

// viewer is the client of a Subscriber as far as its descriptions go: it keeps the newest offer and answers it.
type viewer struct {
	t     *testing.T
	n     *Subscriber
	offer Offer
	d     sdp.Description // of the newest offer
	peer  sdp.Transport   // of the client
}

// newViewer gives a client that has got the first offer, with the data channels only, and answered it.
func newViewer(t *testing.T) *viewer {
	t.Helper()
	v := &viewer{t: t, n: NewSubscriber(testConfig()), peer: clientTransport()}
	expect(t, "first", v.apply(), "Offer")
	expect(t, "answer", v.answered(nil), "Connect")
	return v
}

func clientTransport() sdp.Transport {
	return sdp.Transport{
		Ufrag: "clientufrag", Pwd: "clientpasswordpassword",
		Fingerprint: "sha-256 " + strings.Repeat("CD:", 31) + "CD", Setup: sdp.Active,
	}
}

// apply keeps the offer that follows from events.
func (v *viewer) apply(events ...Event) []Action {
	v.t.Helper()
	actions := v.n.Apply(events...)
	for _, a := range actions {
		offer, ok := a.(Offer)
		if !ok {
			continue
		}
		d, err := sdp.Parse(offer.SDP)
		if err != nil {
			v.t.Fatal(err)
		}
		for _, s := range d.Sections {
			if !s.Rejected && offer.Local != (Credentials{Ufrag: s.Ufrag, Pwd: s.Pwd}) {
				v.t.Errorf("the offer has credentials %+v and says %+v", offer.Local, s.Transport)
			}
		}
		v.offer, v.d = offer, d
	}
	return actions
}

// answer is one that takes all of the newest offer, as a browser's does, after change.
func (v *viewer) answer(change func(d *sdp.Description)) Answer {
	d := sdp.Description{AllowMixed: true}
	for _, s := range v.d.Sections {
		if !s.Rejected {
			s.Transport = v.peer
			s.Direction = s.Direction.Reverse()
			s.MSID, s.CNAME, s.Sources = sdp.MSID{}, "", nil
			d.Bundle = append(d.Bundle, s.MID)
		}
		d.Sections = append(d.Sections, s)
	}
	if change != nil {
		change(&d)
	}
	return Answer{ID: v.offer.ID, SDP: d.Marshal()}
}

func (v *viewer) answered(change func(d *sdp.Description)) []Action {
	v.t.Helper()
	return v.apply(v.answer(change))
}

func reject(d *sdp.Description, i int) {
	s := &d.Sections[i]
	*s = sdp.Section{Kind: s.Kind, Protocol: s.Protocol, MID: s.MID, Rejected: true}
	bundle := d.Bundle
	d.Bundle = []string{}
	for _, mid := range bundle {
		if mid != s.MID {
			d.Bundle = append(d.Bundle, mid)
		}
	}
}
