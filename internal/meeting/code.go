package meeting

// Code says what went wrong. The list is closed: a client has one text for each.
type Code string

// The codes. Package control maps them to HTTP statuses.
const (
	// CodeMeetingUnknown means that there is no meeting behind this link (any more).
	CodeMeetingUnknown Code = "meeting_unknown"
	// CodeNameInvalid means that the name is empty, longer than 80 characters or holds control characters.
	CodeNameInvalid Code = "name_invalid"
	// CodeTitleInvalid means that the title is empty, longer than 120 characters or holds control characters.
	CodeTitleInvalid Code = "title_invalid"
	// CodeTooMany means that the meeting has no place left, or the server none for another meeting.
	CodeTooMany Code = "too_many"
	// CodeBadMessage means that the message is not as docs/control.md says. The connection ends.
	CodeBadMessage Code = "bad_message"
	// CodeRateLimited means that too much came in too short a time; the message was not taken.
	CodeRateLimited Code = "rate_limited"
	// CodeSessionUnknown means that the place is gone, for instance after 30 s without a connection: join anew.
	CodeSessionUnknown Code = "session_unknown"
	// CodeShuttingDown means that the server ends. It may come back: try again after a while.
	CodeShuttingDown Code = "shutting_down"
	// CodeDraining means that the server is about to be stopped for maintenance: it starts no meeting, and makes none. One
	// that runs may be joined.
	CodeDraining Code = "draining"
	// CodeSlowReader means that the client did not read its messages for 5 s, or has too many of them unread. It may rejoin.
	CodeSlowReader Code = "slow_reader"
	// CodeReplaced means that the same session came back on another connection. Do not rejoin by yourself.
	CodeReplaced Code = "replaced"
	// CodeTimeout means that nothing was heard of the client in time: 10 s for the first message, then 15 s.
	CodeTimeout Code = "timeout"
	// CodeForbidden means that a page of another site sent the request.
	CodeForbidden Code = "forbidden"
	// CodeInternal means that the server failed; its log may say more.
	CodeInternal Code = "internal"
)

// messages say in a few English words what a code means. They are for developers: a client shows its own text.
var messages = map[Code]string{
	CodeMeetingUnknown: "no such meeting",
	CodeNameInvalid:    "a name has 1 to 80 characters, none of them control characters",
	CodeTitleInvalid:   "a title has 1 to 120 characters, none of them control characters",
	CodeTooMany:        "no place left",
	CodeBadMessage:     "message not understood",
	CodeRateLimited:    "too much in too short a time",
	CodeSessionUnknown: "no such session",
	CodeShuttingDown:   "the server ends",
	CodeDraining:       "no meeting starts: the server is about to be stopped for maintenance",
	CodeSlowReader:     "messages were not read in time",
	CodeReplaced:       "the session continues on another connection",
	CodeTimeout:        "nothing was heard in time",
	CodeForbidden:      "requests of other sites are refused",
	CodeInternal:       "the server failed",
}

// Message says in a few English words what the code means.
func (c Code) Message() string { return messages[c] }
