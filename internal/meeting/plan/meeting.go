package plan

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"konklave/internal/id"
	"konklave/internal/meeting"
	"konklave/internal/meeting/calendar"
	"konklave/internal/meeting/rules"
	"konklave/internal/pii"
	"konklave/internal/store"
)

// Standing is what an account has to do with a meeting. The list is closed.
type Standing string

// The standings.
const (
	Owns     Standing = "owner"
	Conducts Standing = "host"       // beside the owner
	StandsIn Standing = "substitute" // on one date or more
	PlansFor Standing = "planner"    // for the owner
	Nothing  Standing = ""
)

// Meeting is a stored meeting, as those see it who have to do with it.
type Meeting struct {
	ID          id.MeetingID
	Link        id.LinkID
	Code        pii.Token // access code; "": none
	Title       pii.Text
	Kind        rules.Kind
	Level       rules.Level
	Settings    rules.Settings
	Schedule    calendar.Schedule
	Sequence    int
	Owner       Person // the zero Person: made without an account
	Planned     bool   // by somebody else than the owner
	Hosts       []Person
	Substitutes []Substitute
	Made        time.Time
	Changed     time.Time
	Used        time.Time // zero: never
	Erase       time.Time // when it is erased, if nothing changes
	Mine        Standing  // of who asks
	Dates       []calendar.Occurrence
}

// Substitute is who stands in for the owner on a date.
type Substitute struct {
	Date   calendar.Date
	Person Person
}

// Next gives the date that is on or comes next.
func (m Meeting) Next(now time.Time) (calendar.Occurrence, bool) {
	coming := calendar.Coming(m.Dates, now, 1)
	if len(coming) == 0 {
		return calendar.Occurrence{}, false
	}
	return coming[0], true
}

// parsed is a row of the store with its texts read.
type parsed struct {
	store.Meeting
	kind      rules.Kind
	level     rules.Level
	settings  rules.Settings
	schedule  calendar.Schedule
	condition meeting.Condition
	place     *time.Location
}

// parse reads the texts of a row. Settings that the program did not have yet when the row was written are those of the preset.
func (s *Service) parse(row store.Meeting) (parsed, error) {
	p := parsed{Meeting: row, kind: rules.Kind(row.Kind), level: rules.Level(row.Level)}
	p.settings = rules.Preset(p.kind, p.level)
	if err := json.Unmarshal([]byte(row.Settings), &p.settings); err != nil {
		return p, fmt.Errorf("stored settings: %T", err)
	}
	if err := json.Unmarshal([]byte(row.Schedule), &p.schedule); err != nil {
		return p, fmt.Errorf("stored schedule: %T", err)
	}
	if row.Condition != "" {
		if err := json.Unmarshal([]byte(row.Condition), &p.condition); err != nil {
			return p, fmt.Errorf("stored condition: %T", err)
		}
	}
	p.place = s.place(p.schedule.Zone)
	return p, nil
}

// meeting gives the row as those see it who have to do with it.
func (p parsed) meeting() Meeting {
	return Meeting{
		ID: p.ID, Link: p.Link, Code: p.Code, Title: p.Title, Kind: p.kind, Level: p.level, Settings: p.settings, Schedule: p.schedule,
		Sequence: p.Sequence, Planned: p.Planner != "", Made: p.Made, Changed: p.Changed, Used: p.Used, Erase: p.Erase,
		Dates: p.schedule.Dates(p.place),
	}
}

// around gives the date that is on at a moment, or is about to begin or just over.
func (p parsed) around(now time.Time) (calendar.Occurrence, bool) {
	coming := calendar.Coming(p.schedule.Dates(p.place), now.Add(-overtime), 1)
	if len(coming) == 0 || now.Before(coming[0].Start.Add(-max(early, p.opensBefore()))) {
		return calendar.Occurrence{}, false
	}
	return coming[0], true
}

func (p parsed) opensBefore() time.Duration {
	return time.Duration(p.settings.OpensBefore) * time.Minute
}

// When somebody counts as being at a date.
const (
	early    = time.Hour     // before it begins, for hosts
	overtime = 2 * time.Hour // after its end
)

// standing tells what an account has to do with a meeting.
func standing(m store.Meeting, by Actor, hosts []id.AccountID, substitutes []store.Substitute) Standing {
	switch {
	case by.Account == "":
		return Nothing
	case m.Owner == by.Account:
		return Owns
	case slices.Contains(hosts, by.Account):
		return Conducts
	case by.Plans && m.Planner != "":
		return PlansFor
	case slices.ContainsFunc(substitutes, func(s store.Substitute) bool { return s.Account == by.Account }):
		return StandsIn
	}
	return Nothing
}

// mayChange tells who changes a meeting, mayGive who decides over it.
func (s Standing) mayChange() bool { return s == Owns || s == Conducts || s == PlansFor }
func (s Standing) mayGive() bool   { return s == Owns || s == PlansFor }

// A whole meeting is what is read of one at once.
type whole struct {
	parsed
	hosts       []id.AccountID
	substitutes []store.Substitute
	mine        Standing
}

// read reads a meeting for somebody. Who has nothing to do with it gets the same refusal as if there were none.
func (s *Service) read(tx *store.Tx, by Actor, of id.MeetingID) (w whole, err error) {
	row, err := tx.Meeting(of)
	if err != nil {
		return w, orUnknown(err, meeting.CodeMeetingUnknown)
	}
	if w, err = s.complete(tx, row); err != nil {
		return w, err
	}
	if w.mine = standing(row, by, w.hosts, w.substitutes); w.mine == Nothing {
		return w, refuse(meeting.CodeMeetingUnknown)
	}
	return w, nil
}

func (s *Service) complete(tx *store.Tx, row store.Meeting) (w whole, err error) {
	if w.parsed, err = s.parse(row); err != nil {
		return w, err
	}
	if w.hosts, err = tx.MeetingHosts(row.ID); err != nil {
		return w, err
	}
	w.substitutes, err = tx.SubstitutesOf(row.ID)
	return w, err
}

// show adds the people to what is read.
func (w whole) show(people func(id.AccountID) (Person, error)) (m Meeting, err error) {
	m = w.meeting()
	m.Mine = w.mine
	if m.Owner, err = people(w.Owner); err != nil {
		return m, err
	}
	for _, host := range w.hosts {
		p, err := people(host)
		if err != nil {
			return m, err
		}
		m.Hosts = append(m.Hosts, p)
	}
	for _, sub := range w.substitutes {
		p, err := people(sub.Account)
		if err != nil {
			return m, err
		}
		date, err := calendar.ParseDate(sub.Date)
		if err != nil {
			return m, fmt.Errorf("stored date of a substitute: %w", err)
		}
		m.Substitutes = append(m.Substitutes, Substitute{date, p})
	}
	return m, nil
}

// people finds accounts in a transaction, each once.
func (s *Service) people(tx *store.Tx) func(id.AccountID) (Person, error) {
	known := map[id.AccountID]Person{"": {}}
	return func(of id.AccountID) (Person, error) {
		p, ok := known[of]
		if ok {
			return p, nil
		}
		p, err := s.Accounts.Person(tx, of)
		if err == nil {
			known[of] = p
		}
		return p, err
	}
}

// Values lists the standings, for the description of the API.
func (Standing) Values() []string {
	return []string{string(Owns), string(Conducts), string(StandsIn), string(PlansFor)}
}
