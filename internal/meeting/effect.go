package meeting

import "konklave/internal/id"

// Effect is what a State wants done. Effects are carried out in their order.
type Effect interface{ effect() }

// OpenRoom makes the media room exist; it comes before the first Allow. If it fails, the rest must not be done and
// Shut follows.
type OpenRoom struct{}

// Allow has the media server let a person do something, or not any more.
type Allow struct {
	Identity id.Identity
	Rights   Rights
}

// Admit sends a welcome; the media token is still missing in it, and the sealed ticket.
type Admit struct {
	Conn    ConnID
	Welcome Welcome
	Ticket  *Ticket // nil: none
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

// Cast sends a message that has no place in the sequence to several.
type Cast struct {
	Message Message
	To      []ConnID
}

// HangUp ends a connection; with a code, the client is told first. The State has forgotten the connection.
type HangUp struct {
	Conn ConnID
	Code Code
}

// StopMedia ends what a person sends of a source.
type StopMedia struct {
	Identity id.Identity
	Source   Source
}

// RemoveMedia ends a person's media connection.
type RemoveMedia struct{ Identity id.Identity }

// CloseRoom ends the media room.
type CloseRoom struct{}

// ExpectFile has the bytes of a file taken, and the token for that sent. If there is no room for it, the State is told.
type ExpectFile struct {
	Conn ConnID
	Ref  string // the id of the file
	For  id.Identity
	Key  FileKey
	Size int64
}

// OfferFile has the bytes of a file given, and the token for that sent.
type OfferFile struct {
	Conn ConnID
	File GetFileRequest
	For  id.Identity
	Key  FileKey
	Size int64
}

// DropFiles has the bytes of files forgotten.
type DropFiles struct{ Keys []FileKey }

// Note has the condition of the meeting remembered.
type Note struct{ Condition Condition }

// Expire forgets the State: nobody is in or waits.
type Expire struct{}

func (OpenRoom) effect()    {}
func (Allow) effect()       {}
func (Admit) effect()       {}
func (GiveToken) effect()   {}
func (Send) effect()        {}
func (Deliver) effect()     {}
func (Cast) effect()        {}
func (HangUp) effect()      {}
func (StopMedia) effect()   {}
func (RemoveMedia) effect() {}
func (CloseRoom) effect()   {}
func (ExpectFile) effect()  {}
func (OfferFile) effect()   {}
func (DropFiles) effect()   {}
func (Note) effect()        {}
func (Expire) effect()      {}
