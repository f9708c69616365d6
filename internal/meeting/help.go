package meeting

import (
	"time"

	"konklave/internal/id"
	"konklave/internal/pii"
)

const (
	// helpLife is how long a code is good.
	helpLife = 30 * time.Minute
	// helpSilence is after how long without a look nobody looks any more.
	helpSilence = 5 * time.Second
)

// help is that somebody lets others see how the connection of a device is doing.
type help struct {
	code  pii.Token
	until time.Time
	seen  time.Time // when somebody looked last; zero: nobody does, as far as the person was told
}

// Look notes that somebody looks at the figures of who gave a code out. The person is told.
type Look struct{ Code pii.Token }

func (Look) command() {}

// startHelp gives a device a code, in place of the one before.
func (s *State) startHelp(device *person, c Act) Code {
	s.endHelp(device)
	device.help = &help{code: pii.Token(c.Random), until: s.now.Add(helpLife)}
	s.do(Send{Conn: device.conn, Message: HelpCode{Code: c.Random, Until: device.help.until.UnixMilli()}})
	return ""
}

// endHelp makes a device's code worthless, if there is one.
func (s *State) endHelp(device *person) {
	if device.help != nil {
		s.unwatch(device)
		device.help = nil
	}
}

// unwatch tells a person that nobody looks any more.
func (s *State) unwatch(device *person) {
	if device.help.seen.IsZero() {
		return
	}
	device.help.seen = time.Time{}
	s.tellWatched(device)
}

// tellWatched tells a person whether somebody looks.
func (s *State) tellWatched(device *person) {
	if device.help != nil && device.conn != 0 {
		s.do(Send{Conn: device.conn, Message: HelpWatched{Watching: !device.help.seen.IsZero()}})
	}
}

// helped is the device whose figures a code shows; nil when it shows none. Who cannot be told that somebody looks, because the
// control connection is broken, is not looked at, unless that was told before.
func (s *State) helped(now time.Time, code pii.Token) *person {
	for _, p := range s.people {
		if h := p.help; h != nil && same(h.code, code) && now.Before(h.until) && (p.conn != 0 || !h.seen.IsZero()) {
			return p
		}
	}
	return nil
}

// look notes that somebody looks.
func (s *State) look(c Look) {
	p := s.helped(s.now, c.Code)
	if p == nil {
		return
	}
	first := p.help.seen.IsZero()
	p.help.seen = s.now
	if first {
		s.tellWatched(p)
	}
}

// tickHelp ends codes whose time is up, and tells who is not looked at any more.
func (s *State) tickHelp() {
	for _, p := range s.people {
		switch h := p.help; {
		case h == nil:
		case !s.now.Before(h.until):
			s.endHelp(p)
		case s.now.Sub(h.seen) >= helpSilence:
			s.unwatch(p)
		}
	}
}

// keepsHelp tells whether a code may still be good.
func (s *State) keepsHelp(code pii.Token) bool {
	for _, p := range s.people {
		if p.help != nil && p.help.code == code {
			return true
		}
	}
	return false
}

// watched is whom a code leads to.
type watched struct {
	room     id.RoomName
	identity id.Identity
}
