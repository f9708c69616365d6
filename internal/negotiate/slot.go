package negotiate

import (
	"slices"
	"strconv"

	"konklave/internal/id"
	"konklave/internal/sdp"
)

// The bounds of a Subscriber's description, whose sections stay for ever and are all repeated in each offer and
// answer. Tracks beyond it wait until others end.
const (
	maxSlots = 300
	// Firefox reads no more mids of a BUNDLE group, and what is not bundled has no transport. It also holds before
	// the first answer tells who the client is.
	maxFirefoxSlots = 128
)

func (n *Subscriber) limit() int {
	if !n.connected || n.firefox {
		return maxFirefoxSlots
	}
	return maxSlots
}

// slot is one section of a Subscriber's description.
type slot struct {
	mid  string
	kind sdp.Kind

	down *outgoing // delivered here from the newest offer on, nil when there is none
	told *outgoing // what the newest offer says of it: the same as down, unless that ended since
	used bool      // something was delivered here
	// resting: a track was delivered here and is over, which an answered offer has to say before another one comes.
	resting bool
	// shut: the client stopped the section, so nothing is delivered here any more. Some reject it, then it keeps only
	// its place; browsers answer that it is inactive.
	shut, rejected bool
}

func (s *slot) delivers(track id.TrackSID) bool { return s.down != nil && s.down.Track == track }

// addSlot adds a section at the end of the description. Its mid is its place.
func (n *Subscriber) addSlot(kind sdp.Kind) *slot {
	s := &slot{mid: strconv.Itoa(len(n.slots)), kind: kind}
	n.slots = append(n.slots, s)
	return s
}

// place puts waiting tracks into free slots or adds some, first come, first served. A track for which a slot will be
// free after the next answer waits for that, so that the description does not grow with every change of tracks. One of
// a named stream gets a section that carried none before, as long as there is room: see fits.
func (n *Subscriber) place() {
	resting := map[sdp.Kind]int{}
	for _, s := range n.slots {
		if s.resting && n.fits(s, s.kind, false) {
			resting[s.kind]++
		}
	}
	n.waiting = slices.DeleteFunc(n.waiting, func(w Send) bool {
		i := slices.IndexFunc(n.slots, func(s *slot) bool { return !s.resting && n.fits(s, w.Kind, w.Stream != "") })
		var s *slot
		switch {
		case i >= 0:
			s = n.slots[i]
		case resting[w.Kind] > 0 && w.Stream == "":
			resting[w.Kind]--
			return false
		case len(n.slots) < n.limit():
			s = n.addSlot(w.Kind)
		default:
			return false
		}
		s.used = true
		s.down = &outgoing{Send: w, ssrc: n.newSSRC()}
		if w.Kind == sdp.Video {
			s.down.rtx = n.newSSRC()
		}
		return true
	})
}

// fits tells whether a slot can deliver a track of a kind, now or after its rest, fresh if possible. When there is no
// room for new slots the old ones are used again in any case: that may confuse a client, but the alternative is no media
// at all.
func (n *Subscriber) fits(s *slot, kind sdp.Kind, fresh bool) bool {
	again := !n.cfg.KeepSections && !fresh || len(n.slots) >= n.limit()
	return s.kind == kind && s.down == nil && !s.shut && (!s.used || again)
}
