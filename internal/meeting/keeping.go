package meeting

import (
	"time"

	"konklave/internal/id"
	"konklave/internal/pii"
)

// Journal remembers beyond the process what running meetings must not forget. Its methods are called from the goroutine that
// owns all meetings, so they return at once; what fails it tells the operator itself.
type Journal interface {
	// Note remembers the condition of a meeting, in place of the last one.
	Note(id.MeetingID, Condition)
	// Used remembers that somebody is or was in a meeting: when it begins, every hour, when it is over.
	Used(id.MeetingID, time.Time)
}

// Tickets seals tickets, so that clients can neither read nor make them.
type Tickets interface{ Seal(Ticket) pii.Token }

// Files keeps the bytes of files as long as meetings do. Its methods are called from the goroutine that owns all meetings, so
// they return at once.
type Files interface {
	// Expect has the bytes of a file taken of somebody, by a token that is good once and for a short time. When they are
	// there, the Service is told. It is false when there is no room for them.
	Expect(meeting id.MeetingID, key FileKey, of id.Identity, size int64) (pii.Token, bool)
	// Offer has the bytes of a file given to somebody, by a token that is good for a short time.
	Offer(key FileKey, to id.Identity) pii.Token
	// Revoke makes the tokens of somebody worthless who is not in any more.
	Revoke(id.Identity)
	// Drop forgets files; one that is not there is no error.
	Drop([]FileKey)
}

// usedEvery is how often it is noted that a meeting is in use.
const usedEvery = time.Hour
