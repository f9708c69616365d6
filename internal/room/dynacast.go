package room

import (
	"strings"
	"time"
)

const (
	demandHold  = 5 * time.Second // how long a layer is still asked for after the last who wanted it
	demandAgain = 2 * time.Second // after a publisher got an answer: browsers switch layers on when they apply one
)

// demand is how much of a track somebody wants in one codec: its publisher need not encode more. Of sound it is all or
// nothing: any quality, or Off.
type demand struct {
	watchers [High + 1]int // subscriptions that are not disabled, by the quality that they are sent at most
	told     Quality       // highest that the publisher is to send, Off when none
	since    time.Time     // from when on less is wanted than told, zero when not less
}

// wanted is the highest quality that somebody watches, Off when nobody watches.
func (d *demand) wanted() Quality {
	for q := High; q >= Low; q-- {
		if d.watchers[q] > 0 {
			return q
		}
	}
	return Off
}

// isLess tells whether a is less than b, both with Off below everything.
func isLess(a, b Quality) bool { return a != b && b != Off && (a == Off || a < b) }

// quality gives the quality of the best layer that is sent by settings, Off when none is.
func (s Settings) quality(t *TrackInfo) Quality {
	if s.Disabled {
		return Off
	}
	if layers := layersOf(t, s.Codec); int(s.MaxLayer) < len(layers) {
		return min(max(layers[s.MaxLayer].Quality, Low), High)
	}
	return min(max(Quality(s.MaxLayer), Low), High)
}

// hasDemand tells whether the publisher of a track is told what somebody wants of it. Of sound it is when it announced
// several codecs: in one, there is nothing to save beyond what silence saves anyway.
func (t *track) hasDemand() bool { return t.info.Type == Video || len(t.info.Codecs) > 1 }

// watch counts a subscription by what it is sent of its track now; with gone, no more.
func (s *State) watch(sub *subscription, gone bool) {
	t := sub.track
	if !t.hasDemand() {
		return
	}
	now := Off
	if !gone {
		now = sub.settings.quality(t.info)
	}
	if sub.watches == now && sub.watched == sub.settings.Codec {
		return
	}
	if sub.watches != Off {
		t.codings[sub.watched].demand.watchers[sub.watches]--
	}
	if now != Off {
		t.codings[sub.settings.Codec].demand.watchers[now]++
	}
	sub.watches, sub.watched = now, sub.settings.Codec
	s.weigh(t)
}

// weigh asks the publisher for more at once, and begins to wait before asking for less.
func (s *State) weigh(t *track) {
	if !t.published || !t.hasDemand() {
		return
	}
	more := false
	for i := range t.codings {
		d := &t.codings[i].demand
		wanted := d.wanted()
		if isLess(d.told, wanted) {
			d.told, more = wanted, true
		}
		more = more || !t.demandTold && wanted != Off
		if !isLess(wanted, d.told) {
			d.since = time.Time{}
		} else if d.since.IsZero() {
			d.since = s.now
		}
	}
	if more {
		s.tellDemand(t)
	}
}

// tellDemand tells the publisher what to send of a track, in each of its codecs.
func (s *State) tellDemand(t *track) {
	t.demandTold = true
	if t.info.Type == Audio {
		s.tellAudioDemand(t)
		return
	}
	codecs := make([]CodecQuality, len(t.codings))
	for i := range t.codings {
		codecs[i] = CodecQuality{Codec: codecName(t.info, i), Highest: t.codings[i].demand.told}
	}
	s.tell(t.owner, SubscribedQuality{Track: t.info.SID, Codecs: codecs})
}

// tellAudioDemand tells the publisher in which of the codecs that it announced its sound is heard. That is the first, which
// every client takes; nobody is sent another.
func (s *State) tellAudioDemand(t *track) {
	codecs := make([]CodecUse, len(t.info.Codecs))
	for i := range t.info.Codecs {
		codecs[i] = CodecUse{Codec: codecName(t.info, i), Used: i == 0 && t.codings[0].demand.told != Off}
	}
	s.tell(t.owner, SubscribedAudioCodecs{Track: t.info.SID, Codecs: codecs})
}

// answered notes that a publisher got an answer: what it was told before may be undone by it.
func (s *State) answered(p *participant) {
	p.answeredAt = s.now
	if p.remindAt.IsZero() {
		p.remindAt = s.now.Add(demandAgain)
	}
}

// tellDemands asks for less where that has been wanted long enough, and repeats what answers may have undone.
func (s *State) tellDemands() {
	for _, t := range s.published {
		less := false
		for i := range t.codings {
			if d := &t.codings[i].demand; !d.since.IsZero() && s.now.Sub(d.since) >= demandHold {
				d.told, d.since, less = d.wanted(), time.Time{}, true
			}
		}
		if less {
			s.tellDemand(t)
		}
	}
	for _, p := range s.order {
		if p.remindAt.IsZero() || s.now.Before(p.remindAt) {
			continue
		}
		for _, t := range p.tracks {
			if t.published && t.demandTold {
				s.tellDemand(t)
			}
		}
		p.remindAt = time.Time{}
		if next := p.answeredAt.Add(demandAgain); next.After(s.now) {
			p.remindAt = next
		}
	}
}

// codecName gives the name of one of a track's codecs.
func codecName(t *TrackInfo, number int) string { return nameOf(t.Codecs[number].MIME) }

// nameOf gives the name of a codec as messages about quality have it, for example vp8.
func nameOf(mime string) string {
	_, name, _ := strings.Cut(strings.ToLower(mime), "/")
	return name
}
