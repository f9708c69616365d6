package meeting

import (
	"konklave/internal/id"
	"konklave/internal/meeting/rules"
)

// The messages of the control WebSocket: coming, going, and who is there. Every message is a JSON object with a "type",
// which is not a field here: requestType and messageType name it, DecodeRequest and Encode add it.
// web/src/api/control.gen.ts is generated from the files protocol*.go, and docs/control.md explains it.

//go:generate go run ./tsgen -out ../../web/src/api/control.gen.ts code.go protocol.go protocol_lobby.go protocol_conduct.go protocol_chat.go protocol_media.go protocol_help.go resources.go

// Request is a message from the client.
type Request interface{ requestType() string }

// Message is a message from the server.
type Message interface{ messageType() string }

// Event is a message that belongs to a person's sequence: it carries "seq", one more than the event before, and is
// sent again after a break of the connection.
type Event interface {
	Message
	sequenced()
}

// JoinRequest asks for a place in a meeting. It is the first message on a connection. Answer: welcome, lobby, or an
// error. Who is signed in is known by the cookie of the page.
type JoinRequest struct {
	Link      id.LinkID `json:"link"`
	Name      string    `json:"name"`                // 1 to 80 characters after trimming, no control characters; ignored where account, link or companion fix it
	Code      string    `json:"code,omitempty"`      // the meeting's access code, where it has one
	Host      string    `json:"host,omitempty"`      // the secret of who made the meeting without an account: makes it the owner
	Ticket    string    `json:"ticket,omitempty"`    // from welcome: the same role again without the lobby, also after a restart of the server
	Companion string    `json:"companion,omitempty"` // from companion_pass: this is a further device of somebody who is in
}

// RejoinRequest takes up the place again after the connection broke, in the meeting or in its lobby. It is the first
// message on a connection. Answer: resumed and the events after seq; a fresh welcome when they are no longer kept; lobby
// for who still waits; or the error session_unknown, after which join may be sent on the same connection.
type RejoinRequest struct {
	Link    id.LinkID `json:"link"`
	Session string    `json:"session"` // from welcome or lobby
	Seq     uint64    `json:"seq"`     // the last seq seen, 0 in the lobby
}

// TokenRequest asks for a fresh media token. Answer: token.
type TokenRequest struct{}

// PingRequest shows that the client is there; it is sent every 2 s. Answer: pong.
type PingRequest struct{}

// LeaveRequest gives up the place. The server closes the connection.
type LeaveRequest struct{}

func (JoinRequest) requestType() string   { return "join" }
func (RejoinRequest) requestType() string { return "rejoin" }
func (TokenRequest) requestType() string  { return "token" }
func (PingRequest) requestType() string   { return "ping" }
func (LeaveRequest) requestType() string  { return "leave" }

// Welcome gives a person a place and everything there is to know. It replaces whatever the client knew, and comes again
// when what the person may see has changed: its role, or what the meeting hides.
type Welcome struct {
	Seq        uint64         `json:"seq"`     // events after this one follow
	Self       id.Identity    `json:"self"`    // the identity of this device in the media room
	Person     id.Identity    `json:"person"`  // the id of the person in people: self, unless this is a companion
	Session    string         `json:"session"` // the secret that takes up this place again
	Ticket     string         `json:"ticket"`  // for join when session is not known any more; keep it as long as the page lives
	Role       rules.Role     `json:"role"`
	May        []rules.Action `json:"may"` // what the person may do by its role, kind and settings
	Meeting    Info           `json:"meeting"`
	People     []Person       `json:"people"`          // whom the person may see, in the order of their coming, itself included
	Crowd      int            `json:"crowd,omitempty"` // how many more are in, whom it may not see, where the number is shown
	Waiting    []Waiting      `json:"waiting"`         // in the lobby, in the order of their coming; empty for who may not see it
	Chat       []Said         `json:"chat"`            // the last 200 that the person may read
	Files      []SharedFile   `json:"files"`           // that the person may get
	MediaToken string         `json:"mediaToken"`      // LiveKit access token for /rtc/v1
}

// Info is what a person in the meeting may know of it.
type Info struct {
	Title     string         `json:"title"`
	Host      string         `json:"host,omitempty"` // who invites
	Kind      rules.Kind     `json:"kind"`
	Level     rules.Level    `json:"level"`
	Settings  rules.Settings `json:"settings"`
	StartedAt int64          `json:"startedAt"` // when the first person came, ms since 1970
	Locked    bool           `json:"locked,omitempty"`
	Held      bool           `json:"held,omitempty"`      // everything is held: nobody sends anything, everybody but hosts waits
	LockAsked bool           `json:"lockAsked,omitempty"` // hosts are to be asked whether to lock it
	EndsAt    int64          `json:"endsAt,omitempty"`    // when it ends because no host is there, ms since 1970
	KeptUntil int64          `json:"keptUntil,omitempty"` // its entry (title, dates, links) is erased then, ms since 1970
	KeptDays  int            `json:"keptDays,omitempty"`  // or it has no last date: so many days after its last use
}

// Person is somebody in the meeting.
type Person struct {
	ID         id.Identity   `json:"id"` // random for each visit; the identity in the media room
	Name       string        `json:"name"`
	Role       rules.Role    `json:"role"`
	Guest      bool          `json:"guest,omitempty"`      // came without an account: nobody has checked the name
	JoinedAt   int64         `json:"joinedAt"`             // ms since 1970
	Away       bool          `json:"away,omitempty"`       // the control connection has been broken for some seconds
	Hand       int64         `json:"hand,omitempty"`       // the hand is up since then, ms since 1970; no two are alike, the smallest is first
	Floor      bool          `json:"floor,omitempty"`      // has been given the floor
	Companions []id.Identity `json:"companions,omitempty"` // further devices, by their identities in the media room
}

// Resumed takes up the place again: the events after the client's seq follow.
type Resumed struct {
	Seq uint64 `json:"seq"` // the client's
}

// Joined tells of a newcomer, or of somebody whom the person may see from now on.
type Joined struct {
	Person Person `json:"person"`
}

// Left tells that a person is gone, or may not be seen any more.
type Left struct {
	ID id.Identity `json:"id"`
}

// Away tells that a person's control connection has been broken for some seconds. The place is kept: back or left follows.
type Away struct {
	ID id.Identity `json:"id"`
}

// Back tells that the person's control connection stands again.
type Back struct {
	ID id.Identity `json:"id"`
}

// Changed tells that something about a person has changed: role, name, hand, floor, companions.
type Changed struct {
	Person Person      `json:"person"`       // as it is now
	By     id.Identity `json:"by,omitempty"` // who did it, if not the person itself
}

// MeetingChanged tells that something about the meeting has changed.
type MeetingChanged struct {
	Meeting Info        `json:"meeting"`      // as it is now
	By      id.Identity `json:"by,omitempty"` // who did it
}

// MediaToken is a fresh media token.
type MediaToken struct {
	MediaToken string `json:"mediaToken"`
}

// Pong answers ping. A client that hears nothing for 4 s takes the connection for lost.
type Pong struct{}

// Maintenance tells that the server is about to be stopped, or not any more. It comes when that changes, and after each
// welcome or resumed while it is so.
type Maintenance struct {
	Active bool  `json:"active"`
	Until  int64 `json:"until,omitempty"` // when it is stopped at the latest, ms since 1970; else it waits until everybody has left
}

// Refusal tells that a request was refused. The connection stays unless closing follows.
type Refusal struct {
	Code    Code   `json:"code"`
	Message string `json:"message"`        // for developers
	Ref     string `json:"ref,omitempty"`  // of the refused request: the id of the chat message or file, else its type
	Wait    int    `json:"wait,omitempty"` // with too_many_codes: seconds until the next is looked at
}

// Closing is the last message on a connection.
type Closing struct {
	Code Code `json:"code"`
}

func (Welcome) messageType() string        { return "welcome" }
func (Resumed) messageType() string        { return "resumed" }
func (Joined) messageType() string         { return "joined" }
func (Left) messageType() string           { return "left" }
func (Away) messageType() string           { return "away" }
func (Back) messageType() string           { return "back" }
func (Changed) messageType() string        { return "changed" }
func (MeetingChanged) messageType() string { return "meeting" }
func (MediaToken) messageType() string     { return "token" }
func (Pong) messageType() string           { return "pong" }
func (Maintenance) messageType() string    { return "maintenance" }
func (Refusal) messageType() string        { return "error" }
func (Closing) messageType() string        { return "closing" }

func (Joined) sequenced()         {}
func (Left) sequenced()           {}
func (Away) sequenced()           {}
func (Back) sequenced()           {}
func (Changed) sequenced()        {}
func (MeetingChanged) sequenced() {}
