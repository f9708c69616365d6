package meeting

import (
	"konklave/internal/id"
	"konklave/internal/meeting/rules"
)

// The messages about the lobby. Who waits there learns nothing of who is in, and gets no media token.

// AdmitRequest lets people in who wait. Needs the action admit. Each of them gets a welcome.
type AdmitRequest struct {
	IDs []id.Identity `json:"ids,omitempty"`
	All bool          `json:"all,omitempty"` // everybody who waits now
}

// RefuseRequest sends people away who wait. Needs the action refuse.
type RefuseRequest struct {
	IDs []id.Identity `json:"ids"`
}

// NoticeRequest tells something to people who wait. Needs the action message_waiting.
type NoticeRequest struct {
	IDs   []id.Identity `json:"ids,omitempty"`
	All   bool          `json:"all,omitempty"` // also those who come later
	KeyID uint32        `json:"keyId"`
	Body  []byte        `json:"body"` // as in chat
}

// CallInRequest lets one person in who waits, in a consultation. Needs the action call_in. While somebody else than a
// host is in, it is refused with occupied, unless both belong to the same appointment or together is said.
type CallInRequest struct {
	ID       id.Identity `json:"id"`
	Together bool        `json:"together,omitempty"` // with who is in already, an interpreter for instance
}

// ToLobbyRequest sends people who are in back to the lobby. Needs the action admit, in a consultation call_in.
type ToLobbyRequest struct {
	IDs []id.Identity `json:"ids"`
}

// MessageHostsRequest tells hosts something while one waits. Needs the action message_hosts. Answer: lobby, with what was said.
type MessageHostsRequest struct {
	KeyID uint32 `json:"keyId"`
	Body  []byte `json:"body"` // as in chat, at most 1 KiB
}

func (AdmitRequest) requestType() string        { return "admit" }
func (RefuseRequest) requestType() string       { return "refuse" }
func (NoticeRequest) requestType() string       { return "message_waiting" }
func (CallInRequest) requestType() string       { return "call_in" }
func (ToLobbyRequest) requestType() string      { return "to_lobby" }
func (MessageHostsRequest) requestType() string { return "message_hosts" }

// Lobby tells that a person waits. It comes as the answer to join and rejoin, when a person is sent back to the lobby (what
// it knew of the meeting is over then, its media too), and again when something in it has changed. welcome or closing follows.
type Lobby struct {
	Session string        `json:"session"` // the secret that takes up this place again
	Self    id.Identity   `json:"self"`
	Name    string        `json:"name"`            // as hosts see it
	Title   string        `json:"title,omitempty"` // where it may be seen before admission
	Host    string        `json:"host,omitempty"`  // who invites
	Kind    rules.Kind    `json:"kind"`
	Level   rules.Level   `json:"level"`
	Address rules.Address `json:"address"` // how people are spoken to in German
	Why     Wait          `json:"why"`
	Notices []Notice      `json:"notices"` // what the waiting were told, the last 10
	Asked   []Notice      `json:"asked"`   // what this person has told hosts, the last 5
	May     bool          `json:"may"`     // tell hosts something, by message_hosts
}

// Wait is why somebody waits. It is one of: lobby (a host lets people in), start (no host is there yet), held (everything is
// held), back (sent back to the lobby).
type Wait string

// The reasons for waiting.
const (
	WaitLobby Wait = "lobby"
	WaitStart Wait = "start"
	WaitHeld  Wait = "held"
	WaitBack  Wait = "back"
)

// Notice is something that a host told those who wait. As a message it comes to who waits.
type Notice struct {
	At    int64  `json:"at"` // ms since 1970
	KeyID uint32 `json:"keyId"`
	Body  []byte `json:"body"`
}

// Waiting is somebody in the lobby, as those see it who may.
type Waiting struct {
	ID     id.Identity `json:"id"`
	Name   string      `json:"name"`
	Guest  bool        `json:"guest,omitempty"` // came without an account: nobody has checked the name
	Since  int64       `json:"since"`           // ms since 1970
	Why    Wait        `json:"why"`
	Away   bool        `json:"away,omitempty"`   // the connection has been broken for some seconds
	Slot   string      `json:"slot,omitempty"`   // of a consultation: which appointment; people of the same one have the same
	SlotAt int64       `json:"slotAt,omitempty"` // when that begins, ms since 1970
	Asked  []Notice    `json:"asked,omitempty"`  // what the person has told hosts while it waits, the last 5
}

// Knocked tells who may see it that somebody waits, or that something about somebody who waits has changed.
type Knocked struct {
	Person Waiting `json:"person"`
}

// WaitOver tells who may see it that somebody does not wait any more.
type WaitOver struct {
	ID       id.Identity `json:"id"`
	Admitted bool        `json:"admitted,omitempty"`
	By       id.Identity `json:"by,omitempty"` // who let in or sent away; empty: left by itself
}

func (Lobby) messageType() string    { return "lobby" }
func (Notice) messageType() string   { return "notice" }
func (Knocked) messageType() string  { return "knocked" }
func (WaitOver) messageType() string { return "wait_over" }

func (Knocked) sequenced()  {}
func (WaitOver) sequenced() {}
