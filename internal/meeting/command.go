package meeting

import (
	"konklave/internal/id"
	"konklave/internal/pii"
)

// ConnID names a control connection within the process. 0 is none.
type ConnID uint64

// Command is an order to a State. What is random in it was drawn before, so that State stays predictable.
type Command interface{ command() }

// Join gives a new person a place.
type Join struct {
	Conn     ConnID
	Name     string // as the client sent it
	Identity id.Identity
	Secret   pii.Token
}

// Rejoin gives a person the place back that it had before its connection broke, or takes the place away from the
// connection that still holds it.
type Rejoin struct {
	Conn   ConnID
	Secret pii.Token
	Seq    uint64 // the last event that the person saw
}

// Say says something to everybody.
type Say struct {
	Conn ConnID
	Chat ChatRequest
}

// Renew asks for a fresh media token.
type Renew struct{ Conn ConnID }

// Leave gives up the place.
type Leave struct{ Conn ConnID }

// Lose tells that a connection broke.
type Lose struct{ Conn ConnID }

// Tick lets time pass; it is due about once a second.
type Tick struct{}

// Shut sends everybody out for the given reason and ends what runs.
type Shut struct{ Code Code }

func (Join) command()   {}
func (Rejoin) command() {}
func (Say) command()    {}
func (Renew) command()  {}
func (Leave) command()  {}
func (Lose) command()   {}
func (Tick) command()   {}
func (Shut) command()   {}

// Effect is what a State wants done. Effects are carried out in their order.
type Effect interface{ effect() }

// OpenRoom makes the media room exist; it comes before the first Admit. If it fails, the rest must not be done and
// Shut follows.
type OpenRoom struct{}

// Admit sends a welcome; the media token is still missing in it.
type Admit struct {
	Conn    ConnID
	Welcome Welcome
}

// GiveToken sends a fresh media token.
type GiveToken struct {
	Conn     ConnID
	Identity id.Identity
}

// Send sends a message that has no place in the sequence.
type Send struct {
	Conn    ConnID
	Message Message
}

// Deliver sends an event, under each person's own number.
type Deliver struct {
	Event Event
	To    []Delivery
}

// Delivery is one receiver of an event.
type Delivery struct {
	Conn ConnID
	Seq  uint64
}

// HangUp ends a connection; with a code, the client is told first. The State has forgotten the connection.
type HangUp struct {
	Conn ConnID
	Code Code
}

// RemoveMedia ends a person's media connection.
type RemoveMedia struct{ Identity id.Identity }

// CloseRoom ends the media room.
type CloseRoom struct{}

// Expire forgets the meeting: nobody came for a day.
type Expire struct{}

func (OpenRoom) effect()    {}
func (Admit) effect()       {}
func (GiveToken) effect()   {}
func (Send) effect()        {}
func (Deliver) effect()     {}
func (HangUp) effect()      {}
func (RemoveMedia) effect() {}
func (CloseRoom) effect()   {}
func (Expire) effect()      {}
