package room

import (
	"cmp"
	"slices"
)

// Gate is what passes of an audio track.
type Gate uint8

// The gates of a track.
const (
	GateOpen  Gate = iota // everything
	GateVoice             // what can be heard, at once; not the silence between
	GateShut              // nothing: others are louder
)

// chooseVoices decides who is heard. Up to Options.Voices microphones are all open. When there are more, nobody's silence
// is sent on, and when more than that can be heard at once, only the loudest are. Who is always heard, by its rights, comes
// before them. Nothing is negotiated for it; the gate stands where the packets come in, and whoever is not shut is heard from
// the first sound, not from the next tick.
func (s *State) chooseVoices(levels []TrackLevel) {
	if s.options.Voices <= 0 {
		return
	}
	microphones := s.scratch[:0]
	for _, l := range levels {
		t, ok := s.tracks[l.Track]
		switch {
		case !ok || t.owner.sid != l.Publisher || !t.isRanked(l):
		case t.forwarding.On:
			t.loudness = l.Loudness
			microphones = append(microphones, t)
		case t.heard || t.gate == GateShut: // switched off: when it is on again it begins as everybody does
			t.heard = false
			s.orderGate(t, GateVoice)
		}
	}
	gate := GateOpen
	if len(microphones) > s.options.Voices {
		gate = GateVoice
	}
	heard := 0
	slices.SortStableFunc(microphones, func(a, b *track) int { return cmp.Compare(a.rank(), b.rank()) })
	for _, t := range microphones {
		audible := t.loudness <= audibleLevelDBov
		t.heard = audible && (t.owner.rights.Heard || heard < s.options.Voices)
		switch {
		case t.owner.rights.Heard:
			if t.heard {
				heard++
			}
			s.orderGate(t, GateOpen)
		case t.heard:
			heard++
			s.orderGate(t, gate)
		case audible:
			s.orderGate(t, GateShut)
		default:
			s.orderGate(t, gate)
		}
	}
	s.scratch = microphones[:0]
}

// isRanked tells whether a track competes with others. Sound that belongs to a shared screen does not, nor does what has
// no levels.
func (t *track) isRanked(l TrackLevel) bool {
	return t.info.Type == Audio && t.info.Source != ScreenShareAudio && l.Ranked
}

// firstRank is more than ranks differ by loudness.
const firstRank = 1000

// rank orders tracks by loudness. Who is heard already stays so until somebody else is clearly louder.
func (t *track) rank() int {
	rank := int(t.loudness)
	if t.owner.rights.Heard {
		return rank - firstRank
	}
	if t.heard {
		rank -= heardBonusDB
	}
	return rank
}

func (s *State) orderGate(t *track, g Gate) {
	if t.gate != g {
		t.gate = g
		s.tell(t.owner, SetGate{Track: t.info.SID, Gate: g})
	}
}
