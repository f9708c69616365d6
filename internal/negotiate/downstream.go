package negotiate

import (
	"slices"

	"konklave/internal/id"
	"konklave/internal/sdp"
)

func (n *Single) onSend(s Send) {
	if slices.ContainsFunc(n.waiting, func(w Send) bool { return w.Track == s.Track }) ||
		slices.ContainsFunc(n.sections, func(x *section) bool { return x.delivers(s.Track) }) {
		return
	}
	n.waiting = append(n.waiting, s)
}

func (n *Single) onUnsend(track id.TrackSID) {
	n.waiting = slices.DeleteFunc(n.waiting, func(w Send) bool { return w.Track == track })
	for _, s := range n.sections {
		if s.delivers(track) {
			n.stopSending(s)
			n.stale = true
		}
	}
}

// stopSending ends the delivery in a section.
func (n *Single) stopSending(s *section) {
	n.do(StopSending{Track: s.down.Track})
	s.down, s.resting = nil, true
}

// lose ends the delivery in a section that the client took away; the track waits for another one.
func (n *Single) lose(s *section) {
	if s.down == nil {
		return
	}
	n.waiting = slices.Insert(n.waiting, 0, s.down.Send)
	n.stopSending(s)
}

// place puts waiting tracks into free sections, first come, first served. Sections that only receive are taken
// first: in the others the client sends, too, and may stop both at once.
func (n *Single) place() {
	n.waiting = slices.DeleteFunc(n.waiting, func(w Send) bool {
		unfit := false
		for _, direction := range []sdp.Direction{sdp.RecvOnly, sdp.SendRecv} {
			for _, s := range n.sections {
				if !s.free(w.Kind) || s.resting || s.offered.Direction != direction {
					continue
				}
				if !s.terms.takes(w.Codec) {
					unfit = true
					continue
				}
				s.down = n.outgoing(w, s)
				return true
			}
		}
		if unfit {
			n.do(CannotSend{Track: w.Track, Codec: w.Codec})
		}
		return unfit
	})
}

// outgoing gives a track its SSRCs, which it keeps as long as its section.
func (n *Single) outgoing(w Send, s *section) *outgoing {
	o := &outgoing{Send: w}
	o.ssrc = n.newSSRC()
	if slices.ContainsFunc(s.terms.codecs, func(c sdp.Codec) bool { return c.RTX != 0 }) {
		o.rtx = n.newSSRC()
	}
	return o
}

// startSending reports the tracks that got their sections with this answer, which also ends the rest of the others.
func (n *Single) startSending() {
	for _, s := range n.sections {
		s.resting = false
		if s.down != nil && !s.down.started {
			s.down.started = true
			n.do(StartSending{Track: s.down.Track, Downstream: s.downstream()})
		}
	}
}

// ask requests sections, or only an offer when there are enough, unless a request is still open.
func (n *Single) ask() {
	if n.asked || !n.connected || len(n.waiting) == 0 && !n.stale {
		return
	}
	n.asked = true
	n.do(RequireSections{Audio: n.missing(sdp.Audio), Video: n.missing(sdp.Video)})
}

// missing counts the sections that tracks of a kind wait for beyond those that are free or about to be.
func (n *Single) missing(kind sdp.Kind) uint32 {
	missing := 0
	for _, w := range n.waiting {
		if w.Kind == kind {
			missing++
		}
	}
	for _, s := range n.sections {
		if s.free(kind) {
			missing--
		}
	}
	return uint32(max(0, missing))
}
