package meeting

import (
	"maps"
	"slices"
	"time"

	"konklave/internal/id"
	"konklave/internal/meeting/rules"
)

// State is one meeting while somebody is in or waits: who that is, what was said, how it is conducted. It has no clock, no
// goroutine and no randomness; its owner passes commands in and carries out the effects.
//
// The first person who is let in opens the room; when the last one has been gone for emptyGrace the room is closed, and what
// was said is forgotten. When nobody is in and nobody waits, the State is forgotten too.
type State struct {
	definition Definition
	settings   rules.Settings // in force
	condition  Condition

	people []*person // who is in, in the order of their coming; companions too
	lobby  []*person // who waits, in the order of their coming
	byConn map[ConnID]*person
	byID   map[id.Identity]*person

	chat     chat
	files    files
	notices  []Notice // that everybody is told who waits
	open     bool     // the media room exists
	begun    bool     // somebody came who may start the meeting
	hosted   bool     // a host was in
	started  time.Time
	used     time.Time // when the last person left, or the State was made
	hostGone time.Time // when the last host left; zero: one is in, or none ever was
	lastHand int64
	invited  int  // how many have a personal link, where the meeting locks itself when all of them are in
	complete bool // they were: whoever unlocks it then wants it open

	lockAsked bool   // the time has come to ask hosts whether to lock it
	nextRun   string // drawn for the next run: whoever is let in first came after the last one was over

	now     time.Time // of the command that is applied
	effects []Effect  // of the command that is applied
}

// NewState makes the state of a meeting in which nobody is yet.
func NewState(now time.Time, d Definition) *State {
	s := &State{
		definition: d, settings: d.inForce(), condition: d.Condition,
		byConn: map[ConnID]*person{}, byID: map[id.Identity]*person{}, used: now,
	}
	s.condition.Change = nil // from now on it is in settings
	return s
}

// Has tells whether somebody holds a place by this connection.
func (s *State) Has(conn ConnID) bool { return s.byConn[conn] != nil }

// Idle tells whether nobody is in and nobody waits.
func (s *State) Idle() bool { return len(s.people)+len(s.lobby) == 0 && !s.open }

// count tells how many are in; further devices are not counted.
func (s *State) count() int {
	n := 0
	for _, p := range s.people {
		if p.main == nil {
			n++
		}
	}
	return n
}

// Apply changes the meeting as the command says and gives what is to be done about it.
func (s *State) Apply(now time.Time, c Command) []Effect {
	s.now, s.effects = now, nil
	switch c := c.(type) {
	case Join:
		s.join(c)
	case Rejoin:
		s.rejoin(c)
	case Act:
		s.act(c)
	case Lose:
		s.lose(c)
	case Define:
		s.define(c.Definition)
	case Forwarded:
		s.forwarded(c)
	case Uploaded:
		s.uploaded(c)
	case Unexpected:
		s.unexpected(c)
	case Look:
		s.look(c)
	case Tick:
		s.tick()
	case Shut:
		s.shut(c)
	case Delete:
		s.end(CodeDeleted)
	}
	return s.effects
}

func (s *State) do(e Effect) { s.effects = append(s.effects, e) }

// refuse answers a request with an error.
func (s *State) refuse(conn ConnID, code Code, ref string) {
	s.do(Send{Conn: conn, Message: Refusal{Code: code, Message: code.Message(), Ref: ref}})
}

// present gives the person of an id who is in; a further device is none.
func (s *State) present(who id.Identity) *person {
	if p := s.byID[who]; p != nil && p.waits == "" && p.main == nil {
		return p
	}
	return nil
}

// waiting gives the person of an id who waits.
func (s *State) waiting(who id.Identity) *person {
	if p := s.byID[who]; p != nil && p.waits != "" {
		return p
	}
	return nil
}

// may tells whether a person's role, the kind and the settings allow something.
func (s *State) may(p *person, a rules.Action) bool {
	return rules.May(p.lead().role, a, s.definition.Kind, s.settings)
}

// note has the condition remembered.
func (s *State) note() { s.do(Note{Condition: s.conditionNow()}) }

// conditionNow is all of the condition, what hosts have changed of the settings included.
func (s *State) conditionNow() Condition {
	c := s.condition
	if c.Run != "" && s.settings != s.definition.Settings {
		c.Change = &Change{From: s.definition.Settings, To: s.settings}
	}
	c.Roles = maps.Clone(c.Roles)
	c.Void, c.Barred, c.Back = slices.Clone(c.Void), slices.Clone(c.Barred), slices.Clone(c.Back)
	return c
}

// define takes over what the store says of the meeting. While it runs, its kind and level stay: who is in came on these terms.
// The condition stays always: what is stored of it may be older than what was noted.
func (s *State) define(d Definition) {
	switch {
	case d.Changed.Before(s.definition.Changed):
		return // whoever came had looked before it was changed
	case s.Idle():
		if d.Settings != s.definition.Settings {
			s.settings = d.Settings
		}
		s.definition = d
		return
	case d.Kind != s.definition.Kind || d.Level != s.definition.Level:
		return
	}
	before := s.definition
	s.definition = d
	switch told := d.Title != before.Title || d.Host != before.Host || !d.KeptUntil.Equal(before.KeptUntil); {
	case d.Settings != before.Settings: // also in place of what hosts have changed since
		s.setSettings(d.Settings)
		s.tellMeeting("")
	case told:
		s.tellMeeting("")
	}
}

// titleBefore is the title as it may be seen before admission.
func (s *State) titleBefore() string {
	if s.settings.Before == rules.BeforeHost {
		return ""
	}
	return s.definition.Title.Reveal()
}
