// Package plan owns stored meetings: making, changing, listing, handing over and deleting them, their links and who comes by
// them as what.
//
// It must not conduct meetings: what happens in one that runs is package meeting's. It knows accounts only as far as an
// interface tells. No link, code, title or name goes to a log, and nobody who is not to know of a meeting learns from an
// error that it exists.
package plan

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"konklave/internal/id"
	"konklave/internal/meeting"
	"konklave/internal/meeting/rules"
	"konklave/internal/pii"
	"konklave/internal/store"
)

// Limits of what is stored.
const (
	MaxTotal    = 100_000 // meetings
	MaxOfOwner  = 1_000   // meetings that one account owns
	MaxOpen     = 10_000  // meetings of those who have no account
	MaxHosts    = 50      // of a meeting, beside its owner
	MaxPersonal = 500     // personal links of a meeting, appointments included
)

// Person is what has to be known of an account.
type Person struct {
	ID       id.AccountID
	Name     pii.Name
	MayHost  bool
	MayEnter bool // reception plans, and never enters
}

// Accounts tells of accounts.
type Accounts interface {
	// SignedIn gives who is signed in by the token of a login; the zero Person when nobody is. The error is the store's.
	SignedIn(ctx context.Context, login pii.Token) (Person, error)
	// Person gives an account within a transaction; the zero Person when there is none. The error is the store's.
	Person(tx *store.Tx, of id.AccountID) (Person, error)
}

// Running is told what changes of meetings that may run.
type Running interface {
	Define(ctx context.Context, d meeting.Definition) error
	End(ctx context.Context, of id.MeetingID) error
	// Running lists the meetings that run.
	Running(ctx context.Context) ([]id.MeetingID, error)
}

// Act is what is noted in the trail of administrators' acts.
type Act string

// The acts.
const (
	ActTakenOver Act = "taken_over" // somebody gave a meeting of another to an account
	ActPlanned   Act = "planned"    // somebody made a meeting for another
	ActDeleted   Act = "deleted"    // somebody deleted a meeting of another
)

// Actor is who asks for something.
type Actor struct {
	Account   id.AccountID // "": somebody at the command line
	Hosts     bool         // may make and hold meetings
	Plans     bool         // may plan for others
	TakesOver bool         // may give meetings of others away, whose links it does not see
	Operator  bool         // at the command line: may make meetings for others, list and delete them
}

// Config is what the Service needs.
type Config struct {
	Store       *store.Store
	Accounts    Accounts
	Use         func(context.Context) (rules.Use, error) // what the installation is for; nil: for all
	OpenHosting bool                                     // who has no account may make meetings
	Record      func(tx *store.Tx, now time.Time, by Actor, what Act, of id.MeetingID) error
	Log         *slog.Logger
	Now         func() time.Time // nil: time.Now
}

// Service is the stored meetings. Any goroutine may use it. Its errors are a meeting.Failure or Invalid where something is
// refused, and the store's otherwise.
type Service struct {
	Config
	guard   *guard
	journal *journal
	running Running  // nil: nobody is told
	lookout *lookout // nil: nobody is told

	mu     sync.Mutex
	zones  map[string]*time.Location
	trials map[id.LinkID]trial // in memory only: a restart ends them
}

// New makes a Service. Close ends it, before the store is closed.
func New(c Config) *Service {
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Use == nil {
		c.Use = func(context.Context) (rules.Use, error) { return "", nil }
	}
	if c.Record == nil {
		c.Record = func(*store.Tx, time.Time, Actor, Act, id.MeetingID) error { return nil }
	}
	s := &Service{Config: c, guard: newGuard(), zones: map[string]*time.Location{}, trials: map[id.LinkID]trial{}}
	s.journal = newJournal(s)
	return s
}

// Close waits until what running meetings had noted is written, or until ctx ends.
func (s *Service) Close(ctx context.Context) error {
	if s.lookout != nil {
		s.lookout.close()
	}
	return s.journal.close(ctx)
}

// Tell says who is to be told of changes. It comes before the first of them.
func (s *Service) Tell(running Running) {
	s.running = running
	s.lookout = s.lookOut()
}

// place gives the time zone of a name; nil when there is none. They are kept, because looking one up reads a file.
func (s *Service) place(name string) *time.Location {
	if name == "" || name == "Local" || len(name) > 64 {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	zone, ok := s.zones[name]
	if !ok {
		loaded, err := time.LoadLocation(name)
		if err != nil {
			return nil // not kept: names that are none can be made up
		}
		zone = loaded
		s.zones[name] = zone
	}
	return zone
}

func refuse(code meeting.Code) error { return meeting.Failure{Code: code} }

// orUnknown makes a refusal of what the store does not have.
func orUnknown(err error, code meeting.Code) error {
	if errors.Is(err, store.ErrNone) {
		return refuse(code)
	}
	return err
}

// ended has a meeting that is no longer stored end, if it runs.
func (s *Service) ended(ctx context.Context, of id.MeetingID) {
	if s.running != nil {
		_ = s.running.End(ctx, of) // fails only when all meetings have ended
	}
}
