package calendar

import (
	"errors"
	"fmt"
	"time"
)

// Date is a day of the calendar, in no time zone. In JSON it is "2026-11-30".
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// Years that dates may have.
const (
	firstYear = 2000
	lastYear  = 2199
)

var errDate = errors.New("no date such as 2026-11-30")

// DateOf is the day at which t is in its time zone.
func DateOf(t time.Time) Date {
	year, month, day := t.Date()
	return Date{year, month, day}
}

// ParseDate reads a date as in JSON.
func ParseDate(text string) (Date, error) {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil || t.Year() < firstYear || t.Year() > lastYear {
		return Date{}, errDate
	}
	return DateOf(t), nil
}

func (d Date) String() string { return fmt.Sprintf("%04d-%02d-%02d", d.Year, d.Month, d.Day) }

// MarshalText gives the date as in JSON; none is "".
func (d Date) MarshalText() ([]byte, error) {
	if d == (Date{}) {
		return nil, nil
	}
	return []byte(d.String()), nil
}

// UnmarshalText reads it.
func (d *Date) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*d = Date{}
		return nil
	}
	parsed, err := ParseDate(string(text))
	if err == nil {
		*d = parsed
	}
	return err
}

// Before tells whether d is an earlier day.
func (d Date) Before(other Date) bool { return d.noon().Before(other.noon()) }

// compare orders days.
func (d Date) compare(other Date) int { return d.noon().Compare(other.noon()) }

// noon stands for the day in calculations: at noon UTC no zone's rules are in the way.
func (d Date) noon() time.Time { return time.Date(d.Year, d.Month, d.Day, 12, 0, 0, 0, time.UTC) }

func (d Date) add(days int) Date     { return DateOf(d.noon().AddDate(0, 0, days)) }
func (d Date) weekday() time.Weekday { return d.noon().Weekday() }

// monday is the first day of the week of d.
func (d Date) monday() Date { return d.add(-(int(d.weekday()) + 6) % 7) }

// Clock is a time of the day in minutes since midnight. In JSON it is "10:05".
type Clock int

var errClock = errors.New("no time such as 10:05")

func (c Clock) String() string { return fmt.Sprintf("%02d:%02d", int(c)/60, int(c)%60) }

// MarshalText gives the time as in JSON.
func (c Clock) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// UnmarshalText reads it.
func (c *Clock) UnmarshalText(text []byte) error {
	t, err := time.Parse("15:04", string(text))
	if err != nil || len(text) != len("15:04") {
		return errClock
	}
	*c = Clock(t.Hour()*60 + t.Minute())
	return nil
}

// at is the moment when clocks of a place show a time. Where they are put forward over it, it is as if they had not been,
// where they show it twice, it is the first time (RFC 5545 section 3.3.5).
func at(d Date, c Clock, place *time.Location) time.Time {
	shown := time.Date(d.Year, d.Month, d.Day, int(c)/60, int(c)%60, 0, 0, time.UTC)
	by := func(offset time.Time) time.Time {
		_, seconds := offset.In(place).Zone()
		return shown.Add(-time.Duration(seconds) * time.Second).In(place)
	}
	before, after := by(shown.Add(-24*time.Hour)), by(shown.Add(24*time.Hour))
	if !shows(before, shown) && shows(after, shown) {
		return after
	}
	return before
}

// shows tells whether t, in its place, is what clocks show, which are given as if they were UTC.
func shows(t, clock time.Time) bool {
	_, seconds := t.Zone()
	return t.Unix()+int64(seconds) == clock.Unix()
}
