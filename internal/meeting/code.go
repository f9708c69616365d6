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
	// CodeNotAllowed means that role, kind and settings of the meeting do not allow it, or not towards this person.
	CodeNotAllowed Code = "not_allowed"
	// CodePersonUnknown means that nobody of that id is in, or waits.
	CodePersonUnknown Code = "person_unknown"
	// CodeLocked means that the meeting is locked: nobody comes in who was not in before.
	CodeLocked Code = "locked"
	// CodeRefused means that a host did not let this person in.
	CodeRefused Code = "refused"
	// CodeRemoved means that a host put this person out.
	CodeRemoved Code = "removed"
	// CodeEnded means that the meeting is over: a host ended it, or no host came back, or its time is up.
	CodeEnded Code = "ended"
	// CodeDeleted means that the meeting was deleted while it ran.
	CodeDeleted Code = "deleted"
	// CodeOccupied means that somebody is with the host already.
	CodeOccupied Code = "occupied"
	// CodeSettingsInvalid means that kind and level do not allow these settings.
	CodeSettingsInvalid Code = "settings_invalid"
	// CodeMessageUnknown means that there is no such message or file (any more).
	CodeMessageUnknown Code = "message_unknown"
	// CodeFileTooLarge means that the file is larger than the meeting allows.
	CodeFileTooLarge Code = "file_too_large"
	// CodeFilesFull means that the meeting, or the server, keeps no more files.
	CodeFilesFull Code = "files_full"
	// CodeTokenUnknown means that the token of a file is not good (any more): ask again.
	CodeTokenUnknown Code = "token_unknown"
	// CodeCompanionUnknown means that the secret of a companion is not good (any more): get a new one on the first device.
	CodeCompanionUnknown Code = "companion_unknown"
	// CodeCompanionOver means that the person whose further device this is has left.
	CodeCompanionOver Code = "companion_over"
	// CodeAccessCodeNeeded means that the meeting has an access code, which the host gives by another way: send it with join.
	CodeAccessCodeNeeded Code = "access_code_needed"
	// CodeAccessCodeWrong means that the access code is another.
	CodeAccessCodeWrong Code = "access_code_wrong"
	// CodeTooManyCodes means that too many wrong codes came: the next is looked at after a while.
	CodeTooManyCodes Code = "too_many_codes"
	// CodeNotYet means that the meeting, or the appointment, opens later.
	CodeNotYet Code = "not_yet"
	// CodeExpired means that the last date, or the appointment, is over.
	CodeExpired Code = "expired"
	// CodeSignInNeeded means that only who has an account comes in.
	CodeSignInNeeded Code = "sign_in_needed"
	// CodeInvitedOnly means that only who has a link of their own comes in.
	CodeInvitedOnly Code = "invited_only"
	// CodeScheduleInvalid means that the meeting cannot be at these times.
	CodeScheduleInvalid Code = "schedule_invalid"
	// CodeOwnerInvalid means that an account that shall own, conduct or stand in does not exist or may not host.
	CodeOwnerInvalid Code = "owner_invalid"
	// CodeDateUnknown means that the meeting has no such date ahead.
	CodeDateUnknown Code = "date_unknown"
	// CodePersonalUnknown means that the meeting has no such personal link (any more).
	CodePersonalUnknown Code = "personal_unknown"
	// CodeLimitReached means that there are as many of them as there may be: delete some first.
	CodeLimitReached Code = "limit_reached"
	// CodeInternal means that the server failed; its log may say more.
	CodeInternal Code = "internal"
)

// messages say in a few English words what a code means. They are for developers: a client shows its own text.
var messages = map[Code]string{
	CodeMeetingUnknown:   "no such meeting",
	CodeNameInvalid:      "a name has 1 to 80 characters, none of them control characters",
	CodeTitleInvalid:     "a title has 1 to 120 characters, none of them control characters",
	CodeTooMany:          "no place left",
	CodeBadMessage:       "message not understood",
	CodeRateLimited:      "too much in too short a time",
	CodeSessionUnknown:   "no such session",
	CodeShuttingDown:     "the server ends",
	CodeDraining:         "no meeting starts: the server is about to be stopped for maintenance",
	CodeSlowReader:       "messages were not read in time",
	CodeReplaced:         "the session continues on another connection",
	CodeTimeout:          "nothing was heard in time",
	CodeForbidden:        "requests of other sites are refused",
	CodeNotAllowed:       "not allowed",
	CodePersonUnknown:    "nobody of that id is here",
	CodeLocked:           "the meeting is locked",
	CodeRefused:          "not let in",
	CodeRemoved:          "put out",
	CodeEnded:            "the meeting is over",
	CodeDeleted:          "the meeting was deleted",
	CodeOccupied:         "somebody is in already",
	CodeSettingsInvalid:  "kind and level do not allow these settings",
	CodeMessageUnknown:   "no such message",
	CodeFileTooLarge:     "the file is too large",
	CodeFilesFull:        "no room for more files",
	CodeTokenUnknown:     "no such token",
	CodeCompanionUnknown: "no such companion",
	CodeCompanionOver:    "the first device has left",
	CodeAccessCodeNeeded: "the access code is missing",
	CodeAccessCodeWrong:  "the access code is wrong",
	CodeTooManyCodes:     "too many wrong codes: try again later",
	CodeNotYet:           "it opens later",
	CodeExpired:          "it is over",
	CodeSignInNeeded:     "only who is signed in comes in",
	CodeInvitedOnly:      "only who has a link of their own comes in",
	CodeScheduleInvalid:  "the meeting cannot be at these times",
	CodeOwnerInvalid:     "no such account, or it may not host",
	CodeDateUnknown:      "the meeting has no such date",
	CodePersonalUnknown:  "no such personal link",
	CodeLimitReached:     "there are as many as there may be",
	CodeInternal:         "the server failed",
}

// Message says in a few English words what the code means.
func (c Code) Message() string { return messages[c] }
