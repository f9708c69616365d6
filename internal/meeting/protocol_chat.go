package meeting

import "konklave/internal/id"

// The messages about chat and files. Texts, names of files and files are opaque bytes to the server.

// ChatRequest says something to everybody, or to one person. Needs the action chat, or chat_private. Answer: the event chat,
// which the sender gets too. A repeated id is not said twice.
type ChatRequest struct {
	ID    string      `json:"id"`           // chosen by the client, a UUID for instance; at most 64 of [A-Za-z0-9_-]
	To    id.Identity `json:"to,omitempty"` // a direct message to this person
	KeyID uint32      `json:"keyId"`        // names the key that body is encrypted with; 0: clear text in UTF-8
	Body  []byte      `json:"body"`         // at most 8 KiB; the server does not look into it
}

// EditRequest replaces an own message that is still kept. Answer: the event edited.
type EditRequest struct {
	ID    string `json:"id"`
	KeyID uint32 `json:"keyId"`
	Body  []byte `json:"body"`
}

// DeleteRequest deletes an own message or file, or another's with the action delete_chat. Answer: the event deleted.
type DeleteRequest struct {
	ID   string      `json:"id"`
	From id.Identity `json:"from,omitempty"` // whose it is; empty: the own
}

// SendFileRequest asks to give a file to everybody, or to one person. Needs the action send_file. Answer: upload. When its
// bytes are there, the event file follows, which the sender gets too.
type SendFileRequest struct {
	ID    string      `json:"id"`           // as that of a chat message
	To    id.Identity `json:"to,omitempty"` // for this person only
	KeyID uint32      `json:"keyId"`
	Name  []byte      `json:"name"` // at most 1 KiB, opaque
	Size  int64       `json:"size"` // bytes
}

// GetFileRequest asks for a file. Answer: download.
type GetFileRequest struct {
	ID   string      `json:"id"`
	From id.Identity `json:"from"`
}

func (ChatRequest) requestType() string     { return "chat" }
func (EditRequest) requestType() string     { return "edit" }
func (DeleteRequest) requestType() string   { return "delete" }
func (SendFileRequest) requestType() string { return "send_file" }
func (GetFileRequest) requestType() string  { return "get_file" }

// Said is a chat message in a welcome.
type Said struct {
	ID     string      `json:"id"`
	From   id.Identity `json:"from"`            // may have left since
	To     id.Identity `json:"to,omitempty"`    // a direct message
	Hosts  bool        `json:"hosts,omitempty"` // read by hosts and presenters only, and by its author
	At     int64       `json:"at"`              // ms since 1970
	Edited bool        `json:"edited,omitempty"`
	KeyID  uint32      `json:"keyId"`
	Body   []byte      `json:"body"`
}

// SharedFile is a file in a welcome.
type SharedFile struct {
	ID    string      `json:"id"`
	From  id.Identity `json:"from"`            // may have left since
	To    id.Identity `json:"to,omitempty"`    // for one person only
	Hosts bool        `json:"hosts,omitempty"` // for hosts and presenters only, and for its sender
	At    int64       `json:"at"`              // ms since 1970
	KeyID uint32      `json:"keyId"`
	Name  []byte      `json:"name"`
	Size  int64       `json:"size"` // bytes
}

// Chat tells what somebody said.
type Chat struct {
	ID     string      `json:"id"` // as the sender chose it
	From   id.Identity `json:"from"`
	To     id.Identity `json:"to,omitempty"`    // a direct message
	Hosts  bool        `json:"hosts,omitempty"` // read by hosts and presenters only, and by its author
	At     int64       `json:"at"`              // ms since 1970
	Edited bool        `json:"edited,omitempty"`
	KeyID  uint32      `json:"keyId"`
	Body   []byte      `json:"body"`
}

// Edited tells that somebody has replaced a message. Who does not know it (any more) ignores it.
type Edited struct {
	ID    string      `json:"id"`
	From  id.Identity `json:"from"`
	KeyID uint32      `json:"keyId"`
	Body  []byte      `json:"body"`
}

// Deleted tells that a message or file is gone. Who does not know it (any more) ignores it.
type Deleted struct {
	ID   string      `json:"id"`
	From id.Identity `json:"from"`
	By   id.Identity `json:"by,omitempty"` // a host, if it was not its author
}

// File tells of a file that is there.
type File struct {
	ID    string      `json:"id"`
	From  id.Identity `json:"from"`
	To    id.Identity `json:"to,omitempty"`    // for one person only
	Hosts bool        `json:"hosts,omitempty"` // for hosts and presenters only, and for its sender
	At    int64       `json:"at"`              // ms since 1970
	KeyID uint32      `json:"keyId"`
	Name  []byte      `json:"name"`
	Size  int64       `json:"size"` // bytes
}

// Upload lets a file be sent: POST /api/files/{token} with its bytes as the body, once, within a minute.
type Upload struct {
	ID    string `json:"id"`
	Token string `json:"token"`
}

// Download lets a file be got: GET /api/files/{token}, within a minute.
type Download struct {
	ID    string      `json:"id"`
	From  id.Identity `json:"from"`
	Token string      `json:"token"`
}

func (Chat) messageType() string     { return "chat" }
func (Edited) messageType() string   { return "edited" }
func (Deleted) messageType() string  { return "deleted" }
func (File) messageType() string     { return "file" }
func (Upload) messageType() string   { return "upload" }
func (Download) messageType() string { return "download" }

func (Chat) sequenced()    {}
func (Edited) sequenced()  {}
func (Deleted) sequenced() {}
func (File) sequenced()    {}
