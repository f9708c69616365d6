package negotiate

import (
	"slices"

	"konklave/internal/id"
)

func (n *Single) onAnnounce(a Announce) {
	if slices.ContainsFunc(n.sections, func(s *section) bool { return s.up != nil && s.up.same(a) }) {
		return
	}
	n.announced = slices.DeleteFunc(n.announced, func(b Announce) bool { return b.same(a) })
	n.announced = append(n.announced, a)
	// The offer may have come first: clients ask for a track and offer it at once, and the room takes its time. The answer
	// has been given, so only a sure match is made. Firefox offers no sure one, and may not offer again.
	n.matchByID()
	if n.firefox {
		n.matchByOrder(true)
	}
	n.startReceiving()
}

// same tells whether two announcements are of the same track in the same codec.
func (a *Announce) same(b Announce) bool { return a.Track == b.Track && a.Number == b.Number }

func (n *Single) onWithdraw(track id.TrackSID) {
	n.announced = slices.DeleteFunc(n.announced, func(a Announce) bool { return a.Track == track })
	for _, s := range n.sections {
		if s.up == nil || s.up.Track != track {
			continue
		}
		n.do(StopReceiving{Track: track, Number: s.up.Number})
		s.up, s.silenced = nil, true
	}
	n.matchByID()
	n.startReceiving()
}

// matchByID gives announced tracks to the sections that name them.
func (n *Single) matchByID() {
	for _, s := range n.sections {
		track := s.offered.MSID.Track
		if s.key == "" || s.up != nil || track == "" {
			continue
		}
		n.give(s, slices.IndexFunc(n.announced, func(a Announce) bool { return a.CID == track && a.Kind == s.offered.Kind }))
	}
}

// matchByOrder gives the remaining announced tracks to sections that began to send something nobody named, with the
// newest offer or before: Firefox and some native clients make up track ids.
func (n *Single) matchByOrder(fresh bool) {
	for _, s := range n.sections {
		if s.key == "" || s.up != nil || s.silenced || s.fresh != fresh {
			continue
		}
		n.give(s, slices.IndexFunc(n.announced, func(a Announce) bool { return a.Kind == s.offered.Kind }))
	}
}

// give moves the announced track at index i, if that is one, to a section.
func (n *Single) give(s *section, i int) {
	if i < 0 {
		return
	}
	a := n.announced[i]
	n.announced = slices.Delete(n.announced, i, i+1)
	s.up, s.silenced = &a, false
	n.arrived = append(n.arrived, s)
}

// startReceiving reports the tracks that were given to sections. It comes after the sections' codecs are settled.
func (n *Single) startReceiving() {
	for _, s := range n.arrived {
		n.do(Receive{Track: s.up.Track, Number: s.up.Number, Upstream: s.upstream()})
	}
	n.arrived = n.arrived[:0]
}
