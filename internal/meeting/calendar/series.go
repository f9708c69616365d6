package calendar

import (
	"slices"
	"time"
)

// days lists the days of a series, exceptions included: at most one more than MaxDates, which tells that there are too many.
func (s Schedule) days() []Date {
	r := s.Rule
	r.Interval = max(r.Interval, 1)
	switch r.Every {
	case Day:
		return r.collect(s.Date, func(i int) []Date { return []Date{s.Date.add(i * r.Interval)} })
	case Week:
		return r.collect(s.Date, func(i int) []Date { return r.week(s.Date, i) })
	case Month:
		return r.collect(s.Date, func(i int) []Date { return sameDay(s.Date, i*r.Interval) })
	case MonthDays:
		return r.collect(s.Date, func(i int) []Date { return []Date{sameWeekday(s.Date, i*r.Interval)} })
	}
	return nil
}

// collect takes the days of step after step, from the first day on, until the series ends.
func (r Rule) collect(first Date, step func(int) []Date) []Date {
	last := r.Until
	if last == (Date{}) {
		last = Date{lastYear, time.December, 31}
	}
	var days []Date
	for i := 0; ; i++ {
		// The month of a step tells when to stop, also where the step has no day.
		if monthAfter(first, r.steps(i)).noon().After(last.noon()) {
			return days
		}
		for _, d := range step(i) {
			switch {
			case d.Before(first):
				continue
			case last.Before(d), len(days) > MaxDates, r.Count > 0 && len(days) == r.Count:
				return days
			}
			days = append(days, d)
		}
	}
}

// steps is how many months at least are behind the first day after so many steps.
func (r Rule) steps(i int) int {
	switch r.Every {
	case Month, MonthDays:
		return i * r.Interval
	case Week:
		return i * r.Interval / 5 // no month has more than five weeks
	}
	return i * r.Interval / 31
}

// week lists the days of the i-th week, which begins on a Monday.
func (r Rule) week(first Date, i int) []Date {
	monday := first.monday().add(7 * i * r.Interval)
	chosen := r.daysFrom(first)
	var days []Date
	for n := range 7 {
		if d := monday.add(n); slices.Contains(chosen, weekdays[d.weekday()]) {
			days = append(days, d)
		}
	}
	return days
}

// daysFrom are the weekdays of a weekly series that begins on a day.
func (r Rule) daysFrom(first Date) []Weekday {
	if len(r.Days) > 0 {
		return r.Days
	}
	return []Weekday{weekdays[first.weekday()]}
}

// monthAfter is the first day of the month so many months later.
func monthAfter(d Date, months int) Date {
	return DateOf(time.Date(d.Year, d.Month+time.Month(months), 1, 12, 0, 0, 0, time.UTC))
}

// sameDay is the same day of the month so many months later, if that month has it.
func sameDay(d Date, months int) []Date {
	month := monthAfter(d, months)
	same := DateOf(Date{month.Year, month.Month, d.Day}.noon())
	if same.Month != month.Month {
		return nil
	}
	return []Date{same}
}

// sameWeekday is the same weekday of the month so many months later, such as the second Monday.
func sameWeekday(d Date, months int) Date {
	month := monthAfter(d, months)
	ahead := (int(d.weekday()) - int(month.weekday()) + 7) % 7
	same := month.add(ahead + 7*(min(week(d), 4)-1))
	if later := same.add(7); week(d) == lastWeek && later.Month == month.Month {
		return later
	}
	return same
}

// lastWeek stands for the last of its weekdays in a month.
const lastWeek = 5

// week tells the how manieth of its weekday in the month a day is, 1 to 5.
func week(d Date) int { return (d.Day-1)/7 + 1 }
