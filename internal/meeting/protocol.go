package meeting

import "konklave/internal/id"

// The messages of the control WebSocket. Every message is a JSON object with a "type", which is not a field here:
// requestType and messageType name it, DecodeRequest and Encode add it. web/src/api/control.gen.ts is generated
// from this file, and docs/control.md explains it.

//go:generate go run ./tsgen -out ../../web/src/api/control.gen.ts code.go protocol.go resources.go

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

// JoinRequest asks for a place in a meeting. It is the first message on a connection. Answer: welcome, or an error.
type JoinRequest struct {
	Link id.LinkID `json:"link"`
	Name string    `json:"name"` // 1 to 80 characters after trimming, no control characters
}

// RejoinRequest takes up the place again after the connection broke. It is the first message on a connection. Answer:
// resumed and the events after seq, or a fresh welcome when they are no longer kept, or the error session_unknown,
// after which join may be sent on the same connection.
type RejoinRequest struct {
	Link    id.LinkID `json:"link"`
	Session string    `json:"session"` // from welcome
	Seq     uint64    `json:"seq"`     // the last seq seen
}

// ChatRequest says something to everybody. Answer: the event chat, which the sender gets too. A repeated id is not said twice.
type ChatRequest struct {
	ID    string `json:"id"`    // chosen by the client, a UUID for instance; at most 64 of [A-Za-z0-9_-]
	KeyID uint32 `json:"keyId"` // names the key that body is encrypted with; 0: clear text in UTF-8
	Body  []byte `json:"body"`  // at most 8 KiB; the server does not look into it
}

// TokenRequest asks for a fresh media token. Answer: token.
type TokenRequest struct{}

// PingRequest shows that the client is there; it is sent every 2 s. Answer: pong.
type PingRequest struct{}

// LeaveRequest gives up the place. The server closes the connection.
type LeaveRequest struct{}

func (JoinRequest) requestType() string   { return "join" }
func (RejoinRequest) requestType() string { return "rejoin" }
func (ChatRequest) requestType() string   { return "chat" }
func (TokenRequest) requestType() string  { return "token" }
func (PingRequest) requestType() string   { return "ping" }
func (LeaveRequest) requestType() string  { return "leave" }

// Welcome gives a person a place and everything there is to know.
type Welcome struct {
	Seq        uint64      `json:"seq"`     // events after this one follow
	Self       id.Identity `json:"self"`    // the person's id, also the identity in the media room
	Session    string      `json:"session"` // the secret that takes up this place again
	Meeting    Info        `json:"meeting"`
	People     []Person    `json:"people"`     // in the order of their coming, the person itself included
	Chat       []Said      `json:"chat"`       // the last 200
	MediaToken string      `json:"mediaToken"` // LiveKit access token for /rtc/v1
}

// Info is what a person in the meeting may know of it.
type Info struct {
	Title     string `json:"title"`
	StartedAt int64  `json:"startedAt"` // when the first person came, ms since 1970
}

// Person is somebody in the meeting.
type Person struct {
	ID       id.Identity `json:"id"` // random for each visit
	Name     string      `json:"name"`
	JoinedAt int64       `json:"joinedAt"`       // ms since 1970
	Away     bool        `json:"away,omitempty"` // the control connection has been broken for some seconds
}

// Said is a chat message in a welcome.
type Said struct {
	ID    string      `json:"id"`
	From  id.Identity `json:"from"` // may have left since
	At    int64       `json:"at"`   // ms since 1970
	KeyID uint32      `json:"keyId"`
	Body  []byte      `json:"body"`
}

// Resumed takes up the place again: the events after the client's seq follow.
type Resumed struct {
	Seq uint64 `json:"seq"` // the client's
}

// Joined tells of a newcomer.
type Joined struct {
	Person Person `json:"person"`
}

// Left tells that a person is gone.
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

// Chat tells what somebody said.
type Chat struct {
	ID    string      `json:"id"` // as the sender chose it
	From  id.Identity `json:"from"`
	At    int64       `json:"at"` // ms since 1970
	KeyID uint32      `json:"keyId"`
	Body  []byte      `json:"body"`
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
	Message string `json:"message"`       // for developers
	Ref     string `json:"ref,omitempty"` // the id of the refused chat message
}

// Closing is the last message on a connection.
type Closing struct {
	Code Code `json:"code"`
}

func (Welcome) messageType() string     { return "welcome" }
func (Resumed) messageType() string     { return "resumed" }
func (Joined) messageType() string      { return "joined" }
func (Left) messageType() string        { return "left" }
func (Away) messageType() string        { return "away" }
func (Back) messageType() string        { return "back" }
func (Chat) messageType() string        { return "chat" }
func (MediaToken) messageType() string  { return "token" }
func (Pong) messageType() string        { return "pong" }
func (Maintenance) messageType() string { return "maintenance" }
func (Refusal) messageType() string     { return "error" }
func (Closing) messageType() string     { return "closing" }

func (Joined) sequenced() {}
func (Left) sequenced()   {}
func (Away) sequenced()   {}
func (Back) sequenced()   {}
func (Chat) sequenced()   {}
