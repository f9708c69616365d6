// Package calendar owns when meetings are: single dates, series, always; the dates of a series in a time zone; calendar files
// (RFC 5545) and the text of an invitation.
//
// It must not know any meeting beyond what it is told, and reads neither clock nor time zones from the machine: both are
// passed in.
package calendar

import (
	"slices"
	"time"
)

// Form is how a meeting is repeated.
type Form string

// The forms.
const (
	Always Form = "always" // open at any time
	Once   Form = "once"
	Series Form = "series"
)

// Schedule says when a meeting is. The zero Schedule is none: Faults refuses it.
type Schedule struct {
	Form    Form   `json:"form"`
	Date    Date   `json:"date,omitzero"`    // the first day, such as "2026-11-30"; of a series the rule begins here
	Time    Clock  `json:"time,omitzero"`    // when it begins by the clocks of the zone, such as "10:05"
	Minutes int    `json:"minutes,omitzero"` // how long it is planned to be, 5 minutes to a day
	Zone    string `json:"zone,omitempty"`   // such as "Europe/Berlin"
	Rule    Rule   `json:"rule,omitzero"`    // of a series
	Except  []Date `json:"except,omitempty"` // days of the series that are left out
	Moved   []Move `json:"moved,omitempty"`  // dates of the series that are at another time
}

// Every is the step of a series.
type Every string

// The steps.
const (
	Day       Every = "day"
	Week      Every = "week"      // on certain days
	Month     Every = "month"     // on the day of the month that the first date has; months without it are left out
	MonthDays Every = "monthdays" // on the weekday that the first date is: the second Monday, or the last where it is in the fifth week
)

// Rule says how a series goes on: the part of the RRULE of RFC 5545 that people use. It ends: by a count or a last day.
type Rule struct {
	Every    Every     `json:"every"`
	Interval int       `json:"interval,omitempty"` // every so many days, weeks, months; 0 is 1
	Days     []Weekday `json:"days,omitempty"`     // of weekly series; none: the day of the first date
	Count    int       `json:"count,omitempty"`    // how many dates, those left out included
	Until    Date      `json:"until,omitzero"`     // the last day
}

// Weekday is a day of the week as RFC 5545 has it, in lower case.
type Weekday string

// weekdays are the days in the order of time.Weekday.
var weekdays = []Weekday{"su", "mo", "tu", "we", "th", "fr", "sa"}

// Limits.
const (
	MaxDates  = 1000 // of a series
	MaxExcept = 500

	leastMinutes = 5
	mostMinutes  = 24 * 60
	mostInterval = 99
	mostZoneName = 64
)

// Code says what is wrong with a schedule. The list is closed: a client has one text for each.
type Code string

// The codes.
const (
	FormUnknown     Code = "form_unknown"     // neither always, once nor series
	DateMissing     Code = "date_missing"     // a meeting that is not always open begins on a day
	DurationInvalid Code = "duration_invalid" // not 5 minutes to a day
	ZoneUnknown     Code = "zone_unknown"     // no such time zone
	RuleInvalid     Code = "rule_invalid"     // the step, the interval or a weekday does not exist
	RuleEndless     Code = "rule_endless"     // a series has a number of dates or a last day, not both
	TooManyDates    Code = "too_many_dates"   // more than 1,000 dates, or more than 500 left out or moved
	NoDates         Code = "no_dates"         // no day is left
	MoveInvalid     Code = "move_invalid"     // a date is moved twice, to no day, or to a time that is over
)

// messages say in a few English words what a code means. They are for developers: a client shows its own text.
var messages = map[Code]string{
	FormUnknown:     "a schedule is always, once or series",
	DateMissing:     "a date is missing",
	DurationInvalid: "a meeting lasts 5 minutes to a day",
	ZoneUnknown:     "no such time zone",
	RuleInvalid:     "step, interval or weekday does not exist",
	RuleEndless:     "a series has a number of dates or a last day, not both",
	TooManyDates:    "a series has at most 1,000 dates, 500 of which are left out and 500 moved",
	NoDates:         "no day is left",
	MoveInvalid:     "a date is moved once, to a day and a time that are not over, for 5 minutes to a day",
}

// Message says in a few English words what the code means.
func (c Code) Message() string { return messages[c] }

// Check tells what is wrong with a schedule; nothing is "". The place is the time zone of its name, nil if there is none.
func (s Schedule) Check(place *time.Location) Code {
	switch s.Form {
	case Always:
		return ""
	case Once, Series:
	default:
		return FormUnknown
	}
	switch {
	case s.Date == (Date{}):
		return DateMissing
	case s.Minutes < leastMinutes || s.Minutes > mostMinutes:
		return DurationInvalid
	case place == nil || s.Zone == "" || len(s.Zone) > mostZoneName:
		return ZoneUnknown
	case s.Form == Once:
		return ""
	case len(s.Except) > MaxExcept || len(s.Moved) > MaxExcept || s.Rule.Count > MaxDates:
		return TooManyDates
	}
	if code := s.Rule.check(); code != "" {
		return code
	}
	if code := s.checkMoves(); code != "" {
		return code
	}
	switch days := s.days(); {
	case len(days) > MaxDates:
		return TooManyDates
	case len(s.without(days)) == 0:
		return NoDates
	}
	return ""
}

func (r Rule) check() Code {
	switch {
	case r.Every != Day && r.Every != Week && r.Every != Month && r.Every != MonthDays:
		return RuleInvalid
	case r.Interval < 0 || r.Interval > mostInterval || len(r.Days) > len(weekdays) || len(r.Days) > 0 && r.Every != Week:
		return RuleInvalid
	case r.Count < 0 || (r.Count == 0) == (r.Until == Date{}):
		return RuleEndless
	}
	for _, d := range r.Days {
		if !slices.Contains(weekdays, d) {
			return RuleInvalid
		}
	}
	return ""
}

// Occurrence is one date of a meeting.
type Occurrence struct {
	Date  Date // by the clocks of the zone, as the rule has it; names the date in a series, wherever it was moved
	Start time.Time
	End   time.Time
	Moved bool // it is at another time than the rule has it
	Out   bool // it is left out
}

// Dates lists the dates of a schedule that has been checked, in order of when they begin; an open one has none.
func (s Schedule) Dates(place *time.Location) []Occurrence {
	return slices.DeleteFunc(s.All(place), func(o Occurrence) bool { return o.Out })
}

// without leaves out the exceptions.
func (s Schedule) without(days []Date) []Date {
	except := map[Date]bool{}
	for _, d := range s.Except {
		except[d] = true
	}
	return slices.DeleteFunc(days, func(d Date) bool { return except[d] })
}

// Coming lists those of the dates that are not over at a moment, at most so many.
func Coming(dates []Occurrence, now time.Time, most int) []Occurrence {
	var coming []Occurrence
	for _, o := range dates {
		if len(coming) == most {
			break
		}
		if o.End.After(now) {
			coming = append(coming, o)
		}
	}
	return coming
}
