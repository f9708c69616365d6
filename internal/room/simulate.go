package room

import (
	"time"

	"konklave/internal/id"
)

// Simulate has something happen to a participant that it asked for, so that its client library can be tested.
type Simulate struct {
	Participant id.ParticipantSID
	Scenario    Scenario
	Span        time.Duration // of Speaking
}

// Scenario is what happens.
type Scenario uint8

// What can happen.
const (
	Speaking      Scenario = iota // others are told that the participant speaks, for a while
	NodeFailure                   // its session ends without a word, and nobody knows it any more
	FullReconnect                 // it is told to join anew
)

const (
	maxSpeaking   = time.Minute
	speakingLevel = 7.0 / audioLevelSteps
)

func (Simulate) command() {}

func (s *State) simulate(p *participant, c Simulate) {
	switch c.Scenario {
	case Speaking:
		p.speaksUntil = s.now.Add(min(c.Span, maxSpeaking))
	case NodeFailure:
		p.lostAt = s.now // as if nothing could be said to it
		s.remove(p, ReasonStateMismatch, ActionReconnect)
	case FullReconnect:
		s.remove(p, ReasonStateMismatch, ActionReconnect)
	}
}

// pretended gives those who are said to speak, whatever is heard of them.
func (s *State) pretended() (speakers []*participant) {
	for _, p := range s.order {
		if s.now.Before(p.speaksUntil) {
			speakers = append(speakers, p)
		}
	}
	return speakers
}
