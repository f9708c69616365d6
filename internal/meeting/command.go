package meeting

import (
	"konklave/internal/id"
	"konklave/internal/pii"
)

// ConnID names a control connection within the process. 0 is none.
type ConnID uint64

// Command is an order to a State. What is random in it was drawn before, so that State stays predictable.
type Command interface{ command() }

// Join gives a new person a place, in the meeting or in its lobby.
type Join struct {
	Conn      ConnID
	Name      string // as the client sent it
	Pass      Pass
	Ticket    *Ticket   // that the client brought, opened; nil: none
	Companion pii.Token // of whose further device it is; "": none

	// Random.
	Identity id.Identity
	Secret   pii.Token
	TicketID TicketID
	Run      string // for the case that it is the first to come
}

// Rejoin gives a person the place back that it had before its connection broke, or takes the place away from the
// connection that still holds it.
type Rejoin struct {
	Conn   ConnID
	Secret pii.Token
	Seq    uint64 // the last event that the person saw
}

// Act does what somebody who has a place asks for.
type Act struct {
	Conn    ConnID
	Request Request
	Random  string // for a request that hands out a secret
}

// Lose tells that a connection broke.
type Lose struct{ Conn ConnID }

// Define brings what the store says of the meeting now.
type Define struct{ Definition Definition }

// Forwarded brings what the media server sends on of somebody.
type Forwarded struct {
	Identity id.Identity
	Sources  []Forwarding
}

// Uploaded tells that the bytes of a file are there.
type Uploaded struct{ Key FileKey }

// Unexpected tells that there is no room for the bytes of a file.
type Unexpected struct{ Key FileKey }

// Tick lets time pass; it is due about once a second.
type Tick struct{}

// Shut sends everybody out for the given reason and ends what runs. Everybody may come back by the ticket.
type Shut struct{ Code Code }

// Delete ends the meeting for everybody, because it is stored no more.
type Delete struct{}

func (Join) command()       {}
func (Rejoin) command()     {}
func (Act) command()        {}
func (Lose) command()       {}
func (Define) command()     {}
func (Forwarded) command()  {}
func (Uploaded) command()   {}
func (Unexpected) command() {}
func (Tick) command()       {}
func (Shut) command()       {}
func (Delete) command()     {}
