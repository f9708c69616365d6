package room

import (
	"slices"

	"konklave/internal/id"
)

// Forwarded says what is sent on, at this moment, of all that a participant of a guarded room sends.
type Forwarded struct {
	Identity id.Identity
	Sources  []Forwarding // by source; empty when it sends nothing
}

// Forwarding says it of one source.
type Forwarding struct {
	Source   TrackSource
	Received bool          // packets of it come and are not held back
	To       []id.Identity // whom it is sent to, in the order of their coming
}

func (Forwarded) message() {}

// reach is what was last told of a track: enough to see that it changed, without the list.
type reach struct {
	received bool
	to       int
	sum      uint64 // of the receivers' marks
}

// tellForwarding reports of whom in a guarded room something else is sent on, or to others, than at the last tick.
func (s *State) tellForwarding() {
	if !s.options.Guarded {
		return
	}
	for _, p := range s.order {
		changed := p.tracksTold != len(p.tracks)
		for _, t := range p.tracks {
			if now := t.reachNow(); now != t.reach {
				t.reach, changed = now, true
			}
		}
		if changed {
			p.tracksTold = len(p.tracks)
			s.report(p.forwarded())
		}
	}
}

// received tells whether packets of a track come and may be sent on.
func (t *track) received() bool {
	return t.published && t.forwarding.On && !t.owner.mediaSilent && slices.ContainsFunc(t.codings, func(c coding) bool { return c.seen })
}

// isSentTo tells whether what comes of a track goes to a subscriber.
func (t *track) isSentTo(sub *subscription) bool {
	return sub.bound && !sub.paused && !sub.settings.Disabled && t.gate != GateShut && !(t.info.Type == Video && sub.subscriber.videoPaused)
}

func (t *track) reachNow() (now reach) {
	if now.received = t.received(); !now.received {
		return now
	}
	for _, sub := range t.subscriptions {
		if t.isSentTo(sub) {
			now.to++
			now.sum += sub.subscriber.mark
		}
	}
	return now
}

// newMark gives marks whose sums tell sets apart: a sequence of Weyl, spread as splitmix64 does.
func (s *State) newMark() uint64 {
	s.marks += 0x9e3779b97f4a7c15
	z := s.marks
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

func (p *participant) forwarded() Forwarded {
	f := Forwarded{Identity: p.identity}
	for _, t := range p.tracks {
		if !t.published {
			continue
		}
		source := Forwarding{Source: t.info.Source, Received: t.reach.received}
		if t.reach.to > 0 {
			source.To = make([]id.Identity, 0, t.reach.to)
			for _, sub := range t.subscriptions {
				if t.isSentTo(sub) {
					source.To = append(source.To, sub.subscriber.identity)
				}
			}
		}
		f.Sources = append(f.Sources, source)
	}
	return f
}
