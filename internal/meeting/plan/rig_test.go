package plan

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"testing"
	"time"
	_ "time/tzdata" // the same zones on every machine

	"konklave/internal/id"
	"konklave/internal/meeting"
	"konklave/internal/meeting/calendar"
	"konklave/internal/meeting/rules"
	"konklave/internal/pii"
	"konklave/internal/store"
	"konklave/internal/store/storetest"
)

// fakeAccounts knows some accounts by heart; the token of a login is "in:" and the account.
type fakeAccounts map[id.AccountID]Person

func (f fakeAccounts) SignedIn(_ context.Context, login pii.Token) (Person, error) {
	if login == "broken" {
		return Person{}, store.Busy
	}
	if len(login) < 3 {
		return Person{}, nil
	}
	return f[id.AccountID(login.Reveal()[3:])], nil
}

func (f fakeAccounts) Person(_ *store.Tx, of id.AccountID) (Person, error) { return f[of], nil }

// told notes what running meetings are told.
type told struct {
	defined []meeting.Definition
	ended   []id.MeetingID
	running []id.MeetingID
}

func (f *told) Define(_ context.Context, d meeting.Definition) error {
	f.defined = append(f.defined, d)
	return nil
}

func (f *told) End(_ context.Context, of id.MeetingID) error {
	f.ended = append(f.ended, of)
	return nil
}

func (f *told) Running(context.Context) ([]id.MeetingID, error) { return f.running, nil }

// rig is a Service with a clock that tests put forward.
type rig struct {
	*testing.T
	*Service
	told     told
	recorded []Act
	lines    lines

	mu  sync.Mutex
	now time.Time
}

// lines counts lines of the log.
type lines struct {
	mu sync.Mutex
	n  int
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.n++
	return len(p), nil
}

// Who acts in the tests.
var (
	ada       = Actor{Account: "ada", Hosts: true}
	eve       = Actor{Account: "eve", Hosts: true}
	zoe       = Actor{Account: "zoe", Hosts: true}
	kim       = Actor{Account: "kim", Plans: true}                   // reception
	root      = Actor{Account: "root", Hosts: true, TakesOver: true} // administrator
	auditor   = Actor{Account: "audit"}
	operators = Actor{Operator: true}
)

func newRig(t *testing.T, s *store.Store) *rig {
	r := &rig{T: t, now: time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)}
	accounts := fakeAccounts{}
	for _, a := range []Actor{ada, eve, zoe, kim, root, auditor} {
		accounts[a.Account] = Person{ID: a.Account, Name: pii.Name("Frau " + a.Account), MayHost: a.Hosts, MayEnter: !a.Plans}
	}
	r.Service = New(Config{
		Store: s, Accounts: accounts, OpenHosting: true, Log: slog.New(slog.NewTextHandler(&r.lines, nil)),
		Record: func(_ *store.Tx, _ time.Time, _ Actor, what Act, _ id.MeetingID) error {
			r.recorded = append(r.recorded, what)
			return nil
		},
		Now: r.clock,
	})
	r.Tell(&r.told)
	t.Cleanup(func() { _ = r.Close(context.Background()) })
	return r
}

func sqlite(t *testing.T) *rig { return newRig(t, storetest.Open(t, storetest.SQLite(t))) }

func (r *rig) clock() time.Time {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.now
}

// at puts the clock to a time of Berlin.
func (r *rig) at(text string) {
	r.Helper()
	now, err := time.ParseInLocation("2006-01-02 15:04", text, r.place("Europe/Berlin"))
	if err != nil {
		r.Fatal(err)
	}
	r.mu.Lock()
	r.now = now
	r.mu.Unlock()
}

func (r *rig) make(by Actor, d Draft) Meeting {
	r.Helper()
	if d.Title == "" {
		d.Title = "Teamrunde"
	}
	if d.Kind == "" {
		d.Kind = rules.Discussion
	}
	m, err := r.Make(r.Context(), by, d)
	if err != nil {
		r.Fatal(err)
	}
	return m
}

// monday is a date that is once, weekly one that is each week.
func monday() calendar.Schedule {
	return calendar.Schedule{Form: calendar.Once, Date: calendar.Date{Year: 2026, Month: 11, Day: 30}, Time: 600, Minutes: 60, Zone: "Europe/Berlin"}
}

func weekly(count int) calendar.Schedule {
	s := monday()
	s.Form, s.Rule = calendar.Series, calendar.Rule{Every: calendar.Week, Count: count}
	return s
}

// refused tells whether an error is the refusal of a code.
func refused(err error, code meeting.Code) bool {
	var failure meeting.Failure
	var invalid Invalid
	switch {
	case errors.As(err, &failure):
		return failure.Code == code
	case errors.As(err, &invalid):
		return invalid.Code() == code
	}
	return false
}

func (r *rig) wantRefusal(what string, err error, code meeting.Code) {
	r.Helper()
	if !refused(err, code) {
		r.Errorf("%s: %v, want %s", what, err, code)
	}
}

// knock comes to a meeting and gives the role, or the code of the refusal.
func (r *rig) knock(k meeting.Knock) string {
	r.Helper()
	_, pass, err := r.Knock(r.Context(), k)
	var failure meeting.Failure
	switch {
	case errors.As(err, &failure):
		return string(failure.Code)
	case err != nil:
		r.Fatal(err)
	}
	return string(pass.Role)
}
