package store

import "errors"

// What callers can tell apart, by errors.Is.
var (
	// ErrNone: there is no such row.
	ErrNone = errors.New("there is no such row")
	// ErrExists: the row would be a second one of what there is once (PRIMARY KEY, UNIQUE).
	ErrExists = errors.New("there is one already")
	// ErrReferred: what the row refers to is not there, or others refer to it (REFERENCES).
	ErrReferred = errors.New("a row refers to what is not there")
)

// A Failure is why the database can do nothing now, whatever it was asked; found by errors.As. Nobody's input is to
// blame, and trying again later may help.
type Failure string

// The failures.
const (
	Full        Failure = "full"        // no room on the disk
	ReadOnly    Failure = "read_only"   // it may be read but not written
	Busy        Failure = "busy"        // others hold it for longer than one waits
	Unreachable Failure = "unreachable" // PostgreSQL does not answer, or not in time
	Refused     Failure = "refused"     // PostgreSQL does not let us in, or do this
	Damaged     Failure = "damaged"     // what is in the file is no database any more, or the disk fails
)

var failures = map[Failure]string{
	Full:        "the disk is full",
	ReadOnly:    "the database cannot be written: it is read-only",
	Busy:        "the database is in use by another program",
	Unreachable: "the database does not answer",
	Refused:     "the database refuses",
	Damaged:     "the database is damaged, or its disk fails",
}

// Failures lists them all, for metrics.
func Failures() []Failure { return []Failure{Full, ReadOnly, Busy, Unreachable, Refused, Damaged} }

// Error says it in words.
func (f Failure) Error() string { return failures[f] }

// failure is a Failure with what the database said of it, for the operator.
type failure struct {
	Failure
	detail string
}

func (f failure) Error() string { return f.Failure.Error() + " (" + f.detail + ")" }
func (f failure) Unwrap() error { return f.Failure }
