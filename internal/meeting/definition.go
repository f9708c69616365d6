package meeting

import (
	"time"

	"konklave/internal/id"
	"konklave/internal/meeting/rules"
	"konklave/internal/pii"
)

// Definition is what is stored of a meeting, as it is when somebody comes.
type Definition struct {
	ID        id.MeetingID
	Title     pii.Text // cleaned
	Host      pii.Name // who invites; "" when nobody has an account
	Kind      rules.Kind
	Level     rules.Level
	Settings  rules.Settings // without faults
	EndsAt    time.Time      // it ends by itself then; zero: it does not
	KeptUntil time.Time      // its entry is erased then; zero: it is kept KeptAfter
	KeptAfter time.Duration  // its last use
	Changed   time.Time      // in the store; what is older than what is known already is not taken
	Condition Condition      // as last noted, see Journal
}

// Condition is what a running meeting must not forget when the process is killed. Its zero value is that of a meeting that
// does not run.
type Condition struct {
	Run    string         `json:"run,omitempty"` // random; tickets are good for one run
	Locked bool           `json:"locked,omitempty"`
	Held   bool           `json:"held,omitempty"`
	Void   []TicketID     `json:"void,omitempty"`   // tickets of those who were removed
	Barred []id.AccountID `json:"barred,omitempty"` // accounts that were removed: they wait like guests
	Roles  Roles          `json:"roles,omitempty"`  // in place of those that tickets say
	Back   []TicketID     `json:"back,omitempty"`   // tickets of those who were in and wait again: good for the place in the lobby only
	Change *Change        `json:"change,omitempty"` // of the settings, by a host while it runs; nil: none
}

// Roles has the role of those to whom somebody gave another while the meeting ran: an older ticket of theirs still says the one before.
type Roles map[TicketID]rules.Role

// Change is what a host has set while the meeting runs. It counts as long as what is stored is what it was then.
type Change struct{ From, To rules.Settings }

// inForce are the settings of a meeting that runs, or would run, on these terms.
func (d Definition) inForce() rules.Settings {
	c := d.Condition.Change
	if c == nil || c.From != d.Settings || len(c.To.FaultsWhileRunning(d.Kind, d.Level, d.Settings)) > 0 {
		return d.Settings
	}
	return c.To
}

// Pass is what somebody is who comes by a link, whom the store knows.
type Pass struct {
	Role      rules.Role
	Name      pii.Name     // fixed by account or link; "": as the person likes
	Account   id.AccountID // "": a guest
	Slot      string       // of an appointment
	SlotAt    time.Time    // when that begins
	Personal  string       // whose personal link it is; "": the link of all, or an appointment
	Invited   int          // how many personal links there are, where the meeting locks itself when all of them are in
	Until     time.Time    // the place ends then, with the appointment; zero: it does not
	SkipLobby bool         // as hosts do
}

// TicketID is what is random of a ticket.
type TicketID string

// Ticket gives somebody who was in the role back, without the lobby, also after the process was killed. It is sealed: clients
// can neither read nor change it. It holds no name.
type Ticket struct {
	ID      TicketID
	Meeting id.MeetingID
	Run     string
	Role    rules.Role
	Expires time.Time
}

// GoodFor tells whether a ticket still gives its role back.
func (t *Ticket) GoodFor(now time.Time, meeting id.MeetingID, c Condition) bool {
	if t == nil || t.Meeting != meeting || t.Run == "" || t.Run != c.Run || !now.Before(t.Expires) {
		return false
	}
	for _, void := range c.Void {
		if void == t.ID {
			return false
		}
	}
	return true
}

// Knock is what somebody brings who comes to a meeting.
type Knock struct {
	Link   id.LinkID
	Code   string    // access code; "": none
	Login  pii.Token // of who is signed in; "": nobody
	Host   pii.Token // of who made the meeting without an account; "": none
	Ticket *Ticket   // opened, of whatever meeting; nil: none
	Source string    // the client's address, for limits only: it is never stored; "": not known
	Tries  *Tries    // of the connection; nil: the first knock of one
}

// Tries counts the wrong access codes of one connection.
type Tries struct {
	Wrong int
	After time.Time // the next is looked at then
}
