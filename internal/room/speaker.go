package room

import (
	"math"
	"time"
)

func (p *participant) speaker() Speaker {
	return Speaker{Participant: p.sid, Level: p.level, Active: p.level > 0}
}

// tellSpeakers compares how loud participants are with what was told before, and tells the difference.
func (s *State) tellSpeakers(levels []TrackLevel) {
	heard := s.pretended()
	for _, p := range heard {
		p.heardTick, p.heard = s.ticks, speakingLevel
	}
	for _, l := range levels {
		t, ok := s.tracks[l.Track]
		if !ok || t.owner.sid != l.Publisher || !t.forwarding.On || !l.Active {
			continue
		}
		p := t.owner
		if p.heardTick != s.ticks {
			p.heardTick, p.heard = s.ticks, 0
			heard = append(heard, p)
		}
		p.heard = max(p.heard, loudness(l.Level))
	}
	var changed []*participant
	speaking := heard
	for _, p := range heard {
		if p.level != p.heard {
			p.level = p.heard
			changed = append(changed, p)
		}
	}
	for _, p := range s.speaking {
		if p.heardTick != s.ticks {
			p.level = 0
			changed = append(changed, p)
		}
	}
	s.speaking = speaking
	s.fanOut(changed, Audio, func(about []*participant) Message {
		speakers := make([]Speaker, len(about))
		for i, p := range about {
			speakers[i] = p.speaker()
		}
		return SpeakersChanged{Speakers: speakers}
	})
}

// speakerHold is how long somebody else must be the loudest to become the speaker. Who is silent stays it until then.
const speakerHold = 1500 * time.Millisecond

// chooseSpeaker decides whose camera comes before others' on lines that do not carry all.
func (s *State) chooseSpeaker() {
	var loudest *participant
	for _, p := range s.speaking {
		if loudest == nil || p.level > loudest.level || p.level == loudest.level && p == s.speaker {
			loudest = p
		}
	}
	switch {
	case loudest == nil:
	case loudest == s.speaker:
		s.ledAt = s.now
	case s.speaker == nil || s.now.Sub(s.ledAt) >= speakerHold:
		before := s.speaker
		s.speaker, s.ledAt = loudest, s.now
		s.lead(before, false)
		s.lead(loudest, true)
	}
}

// lead has the camera of a participant come before others', or no longer.
func (s *State) lead(p *participant, leads bool) {
	if p == nil {
		return
	}
	p.leads = leads
	for _, t := range p.tracks {
		if t.info.Source != Camera {
			continue
		}
		for _, sub := range t.subscriptions {
			s.orderForm(sub.subscriber, t.info.SID)
		}
	}
}

// repeatSpeakers tells a participant how loud those are whom it hears, because it may have missed changes.
func (s *State) repeatSpeakers(p *participant) {
	var speakers []Speaker
	for _, t := range s.published {
		if t.info.Type == Audio && p.subscriptions[t.info.SID] != nil {
			speakers = append(speakers, t.owner.speaker())
		}
	}
	if len(speakers) > 0 {
		s.tell(p, SpeakersChanged{Speakers: speakers})
	}
}

// loudness turns a level in -dBov into an amplitude of 0..1, in steps, rounded up: who speaks is never at 0.
func loudness(level uint8) float32 {
	if level >= silenceLevelDBov {
		return 1.0 / audioLevelSteps
	}
	amplitude := math.Pow(10, -float64(level)/20)
	return float32(math.Ceil(amplitude*audioLevelSteps) / audioLevelSteps)
}

// fanOut tells of participants those whom it concerns: themselves, and those who subscribe to a track of theirs of
// that type (Video: of any type). Receivers of the same news share a message.
func (s *State) fanOut(about []*participant, of TrackType, message func(about []*participant) Message) {
	const atOnce = 64 // bits of a mask
	for len(about) > 0 {
		part := about[:min(len(about), atOnce)]
		about = about[len(part):]
		s.maskTurn++
		var receivers []*participant
		mark := func(p *participant, bit int) {
			if p.maskTurn != s.maskTurn {
				p.maskTurn, p.mask = s.maskTurn, 0
				receivers = append(receivers, p)
			}
			p.mask |= 1 << bit
		}
		for bit, p := range part {
			mark(p, bit)
			for _, t := range p.tracks {
				if of == Audio && t.info.Type != Audio {
					continue
				}
				for _, sub := range t.subscriptions {
					mark(sub.subscriber, bit)
				}
			}
		}
		s.sendByMask(part, receivers, message)
	}
}

// sendByMask sends each receiver the message about those whose bits are in its mask.
func (s *State) sendByMask(part, receivers []*participant, message func([]*participant) Message) {
	groups := map[uint64]int{} // index in effects
	for _, p := range receivers {
		i, ok := groups[p.mask]
		if !ok {
			var about []*participant
			for bit, q := range part {
				if p.mask&(1<<bit) != 0 {
					about = append(about, q)
				}
			}
			i = len(s.effects)
			groups[p.mask] = i
			s.effects = append(s.effects, Effect{Message: message(about)})
		}
		s.effects[i].To = append(s.effects[i].To, p.sid)
	}
}
