package api

import (
	"time"

	"konklave/internal/id"
	"konklave/internal/meeting"
	"konklave/internal/meeting/calendar"
	"konklave/internal/meeting/plan"
)

// dates are the routes of single dates of a meeting: when they are, and who stands in on them.
func (m meetings) dates(route func(method, path, name, help string, codes ...meeting.Code) Route) []Route {
	const one = "/api/meetings/{id}/dates/{date}"
	unknown, no, none := meeting.CodeMeetingUnknown, meeting.CodeNotAllowed, meeting.CodeDateUnknown
	return []Route{
		Do(route("GET", "/api/meetings/{id}/dates", "listDates",
			"The dates of a meeting that are on or to come, in order; those of a series that are left out are among them.", unknown), m.listDates),
		Do(route("PUT", one, "changeDate",
			"Moves one date of a series, leaves it out, or, with nothing in the body, has it be as the rule has it. A date is named by the day that the rule has for it, wherever it was moved. Whoever stands in on it stays with it.",
			unknown, no, none, meeting.CodeScheduleInvalid), m.changeDate),
		Do(route("PUT", one+"/substitute", "setSubstitute", "Has somebody stand in for the owner on one date.",
			unknown, no, none, meeting.CodeOwnerInvalid), m.standIn),
		Do(route("DELETE", one+"/substitute", "clearSubstitute", "Has nobody stand in on a date.", unknown, no, none), m.clearStandIn),
	}
}

// DateView is one date of a meeting.
type DateView struct {
	Date  calendar.Date `json:"date" doc:"By the clocks of the meeting's zone, as 2026-11-30; of a series the day that the rule has. It names the date, wherever it was moved."`
	Start time.Time     `json:"start"`
	End   time.Time     `json:"end"`
	Moved bool          `json:"moved,omitempty" doc:"It is at another time than the rule of the series has it."`
	Out   bool          `json:"out,omitempty" doc:"It is left out: start and end are those that it would have."`
}

func datesOf(stored []calendar.Occurrence) []DateView {
	list := make([]DateView, len(stored))
	for i, o := range stored {
		list[i] = DateView{o.Date, o.Start, o.End, o.Moved, o.Out}
	}
	return list
}

type dateList struct {
	Dates []DateView `json:"dates"`
}

func (m meetings) listDates(c *Call, in meetingID) (dateList, error) {
	stored, err := m.plan.Dates(c, actor(c), in.ID)
	return dateList{datesOf(stored)}, err
}

type changeDateIn struct {
	ID      id.MeetingID    `path:"id" doc:"Id of the meeting."`
	Date    string          `path:"date" doc:"The date, as 2026-11-30."`
	Out     bool            `json:"out,omitempty" doc:"It is left out."`
	To      calendar.Date   `json:"to,omitzero" doc:"The day on which it is instead: the same where only the time is another."`
	Time    *calendar.Clock `json:"time,omitempty" doc:"When it begins there, as 10:05. Default: as the others."`
	Minutes int             `json:"minutes,omitempty" doc:"How long it is. Default: as long as the others."`
}

func (m meetings) changeDate(c *Call, in changeDateIn) (MeetingView, error) {
	day, err := calendar.ParseDate(in.Date)
	if err != nil {
		return MeetingView{}, meeting.Failure{Code: meeting.CodeDateUnknown}
	}
	change := plan.DateChange{Out: in.Out, To: in.To, Time: in.Time, Minutes: in.Minutes}
	return view(c)(m.plan.ChangeDate(c, actor(c), in.ID, day, change))
}

type standInIn struct {
	ID      id.MeetingID `path:"id" doc:"Id of the meeting."`
	Date    string       `path:"date" doc:"The date, as 2026-11-30."`
	Account string       `json:"account" doc:"Id or email address of who stands in."`
}

func (m meetings) standIn(c *Call, in standInIn) (MeetingView, error) {
	who, err := m.find(c, in.Account)
	if err != nil {
		return MeetingView{}, err
	}
	return m.substitute(c, in.ID, in.Date, who[0])
}

type clearStandInIn struct {
	ID   id.MeetingID `path:"id" doc:"Id of the meeting."`
	Date string       `path:"date" doc:"The date, as 2026-11-30."`
}

func (m meetings) clearStandIn(c *Call, in clearStandInIn) (MeetingView, error) {
	return m.substitute(c, in.ID, in.Date, "")
}

func (m meetings) substitute(c *Call, of id.MeetingID, date string, who id.AccountID) (MeetingView, error) {
	day, err := calendar.ParseDate(date)
	if err != nil {
		return MeetingView{}, meeting.Failure{Code: meeting.CodeDateUnknown}
	}
	return view(c)(m.plan.StandIn(c, actor(c), of, day, who))
}
