package plan

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"math/big"
	"slices"
	"time"

	"konklave/internal/id"
	"konklave/internal/meeting"
	"konklave/internal/meeting/calendar"
	"konklave/internal/meeting/rules"
	"konklave/internal/pii"
	"konklave/internal/store"
)

// Draft is a meeting that is to be made. Kind and level set everything; what is given beside them is in place of that.
type Draft struct {
	Title    string
	Kind     rules.Kind
	Level    rules.Level // "": the one that the kind has
	Settings *rules.Settings
	Schedule calendar.Schedule // the zero Schedule: always open
	Owner    id.AccountID      // "": who asks
	Hosts    []id.AccountID
}

// Change is what is to be changed of a meeting; nil leaves it. With another kind or level all settings become those of it,
// unless settings are given.
type Change struct {
	Title    *string
	Kind     *rules.Kind
	Level    *rules.Level
	Settings *rules.Settings
	Schedule *calendar.Schedule
	Hosts    *[]id.AccountID
}

// Invalid says what is wrong with a meeting that is to be made or changed.
type Invalid struct {
	Settings []rules.Fault
	Schedule calendar.Code
}

func (i Invalid) Error() string {
	if i.Schedule != "" {
		return i.Schedule.Message()
	}
	return meeting.CodeSettingsInvalid.Message()
}

// Code is that of the refusal.
func (i Invalid) Code() meeting.Code {
	if i.Schedule != "" {
		return meeting.CodeScheduleInvalid
	}
	return meeting.CodeSettingsInvalid
}

// Make makes a meeting.
func (s *Service) Make(ctx context.Context, by Actor, d Draft) (m Meeting, err error) {
	if d.Owner == "" {
		d.Owner = by.Account
	}
	if d.Owner == by.Account && !by.Hosts || d.Owner != by.Account && !by.Plans && !by.Operator {
		return m, refuse(meeting.CodeNotAllowed)
	}
	now := s.Now()
	use, err := s.Use(ctx)
	if err != nil {
		return m, err
	}
	row, err := s.draft(now, use, d)
	if err != nil {
		return m, err
	}
	if d.Owner != by.Account && !by.Operator {
		row.Planner = by.Account
	}
	err = s.Store.Write(ctx, func(tx *store.Tx) error {
		if err := s.checkHosts(tx, append(slices.Clone(d.Hosts), d.Owner)); err != nil {
			return err
		}
		if err := room(tx, d.Owner); err != nil {
			return err
		}
		if err := tx.AddMeeting(row); err != nil {
			return err
		}
		if err := tx.SetMeetingHosts(row.ID, without(d.Hosts, d.Owner)); err != nil {
			return err
		}
		if d.Owner != by.Account {
			if err := s.Record(tx, now, by, ActPlanned, row.ID); err != nil {
				return err
			}
		}
		m, err = s.shown(tx, by, row)
		return err
	})
	return m, err
}

// shown gives a row as somebody sees it who was allowed to make or change it.
func (s *Service) shown(tx *store.Tx, by Actor, row store.Meeting) (Meeting, error) {
	w, err := s.complete(tx, row)
	if err != nil {
		return Meeting{}, err
	}
	w.mine = standing(row, by, w.hosts, w.substitutes)
	return w.show(s.people(tx))
}

// draft checks a draft and makes a row of it.
func (s *Service) draft(now time.Time, use rules.Use, d Draft) (store.Meeting, error) {
	title, ok := meeting.CleanTitle(d.Title)
	if !ok {
		return store.Meeting{}, refuse(meeting.CodeTitleInvalid)
	}
	if d.Level == "" {
		d.Level = use.Level(d.Kind)
	}
	p := parsed{kind: d.Kind, level: d.Level, settings: use.Preset(d.Kind, d.Level), schedule: d.Schedule}
	if d.Settings != nil {
		p.settings = *d.Settings
	}
	if p.schedule.Form == "" {
		p.schedule.Form = calendar.Always
	}
	p.Meeting = store.Meeting{ID: id.NewMeetingID(), Link: id.NewLinkID(), Owner: d.Owner, Title: pii.Text(title), Made: now, Changed: now}
	return p.Meeting, s.fill(now, &p, true)
}

// fill checks what may be wrong with a meeting and writes it into its row. Dates that are over are refused where they are new.
func (s *Service) fill(now time.Time, p *parsed, newDates bool) error {
	if faults := p.settings.Faults(p.kind, p.level); faults != nil {
		return Invalid{Settings: faults}
	}
	p.place = s.place(p.schedule.Zone)
	if code := p.schedule.Check(p.place); code != "" {
		return Invalid{Schedule: code}
	}
	p.schedule = p.schedule.Tidy()
	if p.Ends = calendar.LastEnd(p.schedule.Dates(p.place)); newDates && !p.Ends.IsZero() && !p.Ends.After(now) {
		return Invalid{Schedule: calendar.NoDates}
	}
	switch {
	case !p.settings.Code:
		p.Code = ""
	case p.Code == "":
		p.Code = newCode()
	}
	p.Erase = p.eraseAt()
	settings, err := json.Marshal(p.settings)
	if err != nil {
		return err
	}
	schedule, err := json.Marshal(p.schedule)
	if err != nil {
		return fmt.Errorf("writing a schedule: %T", err)
	}
	p.Kind, p.Level, p.Settings, p.Schedule = string(p.kind), string(p.level), string(settings), string(schedule)
	return nil
}

// How long a meeting that is always open is kept after its last use, that of somebody without an account last.
const (
	keepAlways = 365 * 24 * time.Hour
	keepOpen   = 24 * time.Hour
)

// eraseAt is when a meeting is to be erased.
func (p parsed) eraseAt() time.Time {
	if after := p.keptAfter(); after > 0 {
		used := p.Made
		if p.Used.After(used) {
			used = p.Used
		}
		return used.Add(after)
	}
	// The end of the day on which the last date ends, by the clocks of its place, and so many days.
	year, month, day := p.Ends.In(p.place).Add(-time.Second).Date() // midnight is of the day before
	return time.Date(year, month, day+1+p.settings.KeepDays, 0, 0, 0, 0, p.place)
}

// keptAfter is how long a meeting is kept after its last use; 0: what counts is its last date.
func (p parsed) keptAfter() time.Duration {
	switch {
	case p.Owner == "":
		return keepOpen
	case p.Ends.IsZero():
		return keepAlways
	}
	return 0
}

// codeDigits is the length of an access code.
const codeDigits = 8

// newCode draws an access code: digits, because people tell it by telephone and type it on one.
func newCode() pii.Token {
	n, _ := rand.Int(rand.Reader, big.NewInt(100_000_000)) // never fails
	return pii.Token(fmt.Sprintf("%0*d", codeDigits, n))
}

// room tells whether there may be another meeting.
func room(tx *store.Tx, owner id.AccountID) error {
	most, count := MaxOfOwner, func() (int, error) { return tx.CountMeetingsOf(owner) }
	if owner == "" {
		most = MaxOpen
	}
	if n, err := count(); err != nil || n >= most {
		return orLimit(err)
	}
	if n, err := tx.CountMeetings(); err != nil || n >= MaxTotal {
		return orLimit(err)
	}
	return nil
}

func orLimit(err error) error {
	if err != nil {
		return err
	}
	return refuse(meeting.CodeLimitReached)
}

// checkHosts refuses accounts that do not exist or may not host.
func (s *Service) checkHosts(tx *store.Tx, hosts []id.AccountID) error {
	if len(hosts) > MaxHosts+1 {
		return refuse(meeting.CodeLimitReached)
	}
	for _, host := range hosts {
		p, err := s.Accounts.Person(tx, host)
		if err != nil {
			return err
		}
		if host == "" || !p.MayHost {
			return refuse(meeting.CodeOwnerInvalid)
		}
	}
	return nil
}

// without gives the hosts, each once, without the owner.
func without(hosts []id.AccountID, owner id.AccountID) []id.AccountID {
	hosts = slices.Clone(hosts)
	slices.Sort(hosts)
	return slices.DeleteFunc(slices.Compact(hosts), func(h id.AccountID) bool { return h == owner })
}

// Change changes a meeting, for its owner, those who conduct it, and who plans it.
func (s *Service) Change(ctx context.Context, by Actor, of id.MeetingID, c Change) (Meeting, error) {
	use, err := s.Use(ctx)
	if err != nil {
		return Meeting{}, err
	}
	return s.edit(ctx, by, of, func(tx *store.Tx, now time.Time, w *whole) error {
		if !w.mine.mayChange() || c.Hosts != nil && !w.mine.mayGive() {
			return refuse(meeting.CodeNotAllowed)
		}
		if err := w.apply(use, c); err != nil {
			return err
		}
		if c.Schedule != nil || c.Title != nil {
			w.Sequence++
		}
		if err := s.fill(now, &w.parsed, c.Schedule != nil); err != nil {
			return err
		}
		if c.Schedule != nil {
			if err := w.moveSubstitutes(tx); err != nil {
				return err
			}
		}
		if c.Hosts == nil {
			return nil
		}
		if err := s.checkHosts(tx, *c.Hosts); err != nil {
			return err
		}
		return tx.SetMeetingHosts(of, without(*c.Hosts, w.Owner))
	})
}

// apply writes a change into what was read.
func (w *whole) apply(use rules.Use, c Change) error {
	if c.Title != nil {
		title, ok := meeting.CleanTitle(*c.Title)
		if !ok {
			return refuse(meeting.CodeTitleInvalid)
		}
		w.Title = pii.Text(title)
	}
	if c.Kind != nil && *c.Kind != w.kind {
		w.kind, w.level = *c.Kind, use.Level(*c.Kind)
		w.settings = use.Preset(w.kind, w.level)
	}
	if c.Level != nil && *c.Level != w.level {
		w.level = *c.Level
		w.settings = use.Preset(w.kind, w.level)
	}
	if c.Settings != nil {
		w.settings = *c.Settings
	}
	if c.Schedule != nil {
		if w.schedule = *c.Schedule; w.schedule.Form == "" {
			w.schedule.Form = calendar.Always
		}
	}
	return nil
}

// edit reads a meeting, has it changed, writes it and tells it where it runs.
func (s *Service) edit(ctx context.Context, by Actor, of id.MeetingID, change func(*store.Tx, time.Time, *whole) error) (m Meeting, err error) {
	now := s.Now()
	var d meeting.Definition
	err = s.Store.Write(ctx, func(tx *store.Tx) error {
		w, err := s.read(tx, by, of)
		if err != nil {
			return err
		}
		if err := change(tx, now, &w); err != nil {
			return err
		}
		w.Changed = now
		if err := tx.ChangeMeeting(w.Meeting); err != nil {
			return err
		}
		if m, err = s.shown(tx, by, w.Meeting); err != nil {
			return err
		}
		d = w.definition(now, m.Owner.Name)
		return nil
	})
	if err == nil && s.running != nil {
		err = s.running.Define(ctx, d)
	}
	return m, err
}

// definition is what a running meeting has to know.
func (p parsed) definition(now time.Time, host pii.Name) meeting.Definition {
	d := meeting.Definition{
		ID: p.ID, Title: p.Title, Host: host, Kind: p.kind, Level: p.level, Settings: p.settings, Condition: p.condition,
		Changed:   p.Changed.Truncate(time.Millisecond), // as it is stored
		KeptAfter: p.keptAfter(),
	}
	if d.KeptAfter == 0 {
		d.KeptUntil = p.eraseAt()
	}
	if p.kind == rules.Consultation { // it ends by itself, so that nobody finds the one before
		if date, on := p.around(now); on && now.Before(date.End.Add(store.AppointmentKept)) { // later hosts may meet without an end
			d.EndsAt = date.End.Add(store.AppointmentKept)
		}
	}
	return d
}
