// Package drain owns the way out of a running server: from Begin on no room starts and people are told, and it is over
// when the last one has left or the time is up. One goroutine (loop.go) owns it.
//
// It must not know what meetings, rooms and connections are: it is handed a House. It ends nothing by itself; who waits
// for Over does.
package drain

import (
	"context"
	"errors"
	"os"
	"time"
)

// House is what is drained. Its methods may be called from any goroutine.
type House interface {
	// Shut has no room start from now on and tells people; until is when they are put out, or zero. It may be called again
	// with another time.
	Shut(ctx context.Context, until time.Time) error
	// Reopen lets rooms start again and tells people.
	Reopen(ctx context.Context) error
	// Count tells how many people are there, those among them whose connection is broken and who may come back, and how
	// many rooms run.
	Count(ctx context.Context) (people, rooms int, err error)
}

// State is how far it is.
type State string

// The states, in their order.
const (
	Serving  State = "serving"
	Draining State = "draining"
	Over     State = "over"  // the server ends
	Ended    State = "ended" // nobody answers any more; it is who asks that says so
)

// Status is what an operator is told.
type Status struct {
	State   State     `json:"state"`
	People  int       `json:"people"`
	Rooms   int       `json:"rooms"`
	Since   time.Time `json:"since,omitzero"`   // when it began
	Until   time.Time `json:"until,omitzero"`   // when it is over at the latest; not there: when everybody has left
	Signal  bool      `json:"signal,omitempty"` // a signal asked for it: it cannot be taken back
	Process int       `json:"process"`          // the number of the server's process
}

// Errors of Begin and Cancel.
var (
	ErrOver  = errors.New("the server ends already")
	ErrFinal = errors.New("the server was told to stop by a signal: that cannot be taken back")
)

// doors is the state itself.
type doors struct {
	state        State
	since, until time.Time
	final        bool // by a signal: not to be taken back
}

// begin notes that it drains from now on, for at most limit; 0 is no limit.
func (d *doors) begin(now time.Time, limit time.Duration, final bool) error {
	if d.state == Over {
		return ErrOver
	}
	if d.state == Serving {
		d.state, d.since = Draining, now
	}
	d.until = time.Time{}
	if limit > 0 {
		d.until = now.Add(limit)
	}
	d.final = d.final || final
	return nil
}

// cancel notes that it serves again.
func (d *doors) cancel() error {
	switch {
	case d.state == Over:
		return ErrOver
	case d.final:
		return ErrFinal
	}
	*d = doors{state: Serving}
	return nil
}

// tick tells whether it is over now.
func (d *doors) tick(now time.Time, people int) bool {
	timeIsUp := !d.until.IsZero() && !now.Before(d.until)
	if d.state != Draining || people > 0 && !timeIsUp {
		return false
	}
	d.state = Over
	return true
}

func (d *doors) status(people, rooms int) Status {
	return Status{State: d.state, People: people, Rooms: rooms, Since: d.since, Until: d.until, Signal: d.final, Process: os.Getpid()}
}
