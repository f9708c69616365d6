package api

import (
	"errors"
	"time"

	"konklave/internal/account"
	"konklave/internal/id"
	"konklave/internal/meeting"
	"konklave/internal/meeting/calendar"
	"konklave/internal/meeting/plan"
	"konklave/internal/meeting/rules"
)

// PersonView is an account as others see it.
type PersonView struct {
	ID   id.AccountID `json:"id" doc:"Empty where nobody has an account."`
	Name string       `json:"name"`
}

// SubstituteView is who stands in on a date.
type SubstituteView struct {
	Date   calendar.Date `json:"date" doc:"As 2026-11-30."`
	Person PersonView    `json:"person"`
}

// MeetingView is a meeting as those see it who have to do with it.
type MeetingView struct {
	ID          id.MeetingID      `json:"id"`
	Link        id.LinkID         `json:"link" doc:"Who has it may knock."`
	Address     string            `json:"address" doc:"The page to which the link leads."`
	Code        string            `json:"code,omitempty" doc:"Access code, to be told by another way than the link."`
	Title       string            `json:"title"`
	Kind        rules.Kind        `json:"kind"`
	Level       rules.Level       `json:"level"`
	Settings    rules.Settings    `json:"settings"`
	Schedule    calendar.Schedule `json:"schedule"`
	Owner       PersonView        `json:"owner"`
	Planned     bool              `json:"planned" doc:"Reception made it for its owner."`
	Hosts       []PersonView      `json:"hosts" doc:"Who conducts it beside the owner."`
	Substitutes []SubstituteView  `json:"substitutes"`
	Mine        plan.Standing     `json:"mine" doc:"What you have to do with it."`
	Dates       []DateView        `json:"dates" doc:"Those that are on or to come, 10 at most."`
	Remaining   int               `json:"remaining" doc:"How many are on or to come."`
	Made        time.Time         `json:"made"`
	Changed     time.Time         `json:"changed"`
	Used        time.Time         `json:"used,omitzero" doc:"The end of the hour in which somebody was last in."`
	Erased      time.Time         `json:"erased" doc:"When it will be, if nothing changes."`
	Notices     []rules.Notice    `json:"notices" doc:"What has to be said of such a meeting."`
}

// mostDates is how many dates of a meeting are shown.
const mostDates = 10

func viewOf(c *Call, m plan.Meeting) MeetingView {
	v := MeetingView{
		ID: m.ID, Link: m.Link, Address: c.Site + "/m/" + string(m.Link), Code: m.Code.Reveal(), Title: m.Title.Reveal(),
		Kind: m.Kind, Level: m.Level, Settings: m.Settings, Schedule: m.Schedule, Owner: personOf(m.Owner), Planned: m.Planned,
		Hosts: []PersonView{}, Substitutes: []SubstituteView{}, Mine: m.Mine,
		Made: m.Made, Changed: m.Changed, Used: m.Used, Erased: m.Erase, Notices: append([]rules.Notice{}, rules.Notices(m.Kind, m.Level)...),
	}
	for _, h := range m.Hosts {
		v.Hosts = append(v.Hosts, personOf(h))
	}
	for _, s := range m.Substitutes {
		v.Substitutes = append(v.Substitutes, SubstituteView{s.Date, personOf(s.Person)})
	}
	coming := calendar.Coming(m.Dates, c.Now, calendar.MaxDates)
	v.Remaining, v.Dates = len(coming), datesOf(coming[:min(len(coming), mostDates)])
	return v
}

// view answers with a meeting, or why there is none.
func view(c *Call) func(plan.Meeting, error) (MeetingView, error) {
	return func(m plan.Meeting, err error) (MeetingView, error) {
		if err != nil {
			return MeetingView{}, err
		}
		return viewOf(c, m), nil
	}
}

func personOf(p plan.Person) PersonView { return PersonView{p.ID, p.Name.Reveal()} }

// orOwner makes a refusal of an account that is not there.
func orOwner(err error) error {
	var refused account.Failure
	if errors.As(err, &refused) {
		return meeting.Failure{Code: meeting.CodeOwnerInvalid}
	}
	return err
}

// KnownMeeting is a meeting as administrators see it.
type KnownMeeting struct {
	ID     id.MeetingID `json:"id"`
	Title  string       `json:"title"`
	Kind   rules.Kind   `json:"kind"`
	Level  rules.Level  `json:"level"`
	Owner  PersonView   `json:"owner"`
	Next   time.Time    `json:"next,omitzero" doc:"Its next date; absent where it is always open, or over."`
	Used   time.Time    `json:"used,omitzero"`
	Erased time.Time    `json:"erased"`
}

type knownMeetings struct {
	Meetings []KnownMeeting `json:"meetings"`
}

func (m meetings) all(c *Call, _ Nothing) (knownMeetings, error) {
	stored, err := m.plan.All(c, actor(c))
	list := knownMeetings{Meetings: make([]KnownMeeting, len(stored))}
	for i, k := range stored {
		list.Meetings[i] = KnownMeeting{k.ID, k.Title.Reveal(), k.Kind, k.Level, personOf(k.Owner), k.Next, k.Used, k.Erase}
	}
	return list, err
}
