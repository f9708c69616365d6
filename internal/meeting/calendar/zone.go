package calendar

import (
	"fmt"
	"strings"
	"time"
)

// change is a moment when clocks of a place are put forward or back.
type change struct {
	at       time.Time // when
	from, to int       // offsets in seconds
	name     string
	summer   bool
}

// local is the moment by the clocks as they were before, without a zone.
func (c change) local() time.Time { return c.at.UTC().Add(time.Duration(c.from) * time.Second) }

// changes lists those that matter between two moments, with the one before the first.
func changes(place *time.Location, from, to time.Time) []change {
	var list []change
	begin, _ := from.In(place).ZoneBounds()
	if begin.IsZero() { // it never was otherwise
		begin = time.Date(1970, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	for t := begin; !t.After(to); {
		c := change{at: t, summer: t.In(place).IsDST()}
		c.name, c.to = t.In(place).Zone()
		_, c.from = t.Add(-time.Second).In(place).Zone()
		list = append(list, c)
		if _, end := t.In(place).ZoneBounds(); !end.IsZero() {
			t = end
			continue
		}
		break
	}
	return list
}

// yearly is a rule that changes of the clocks follow: on a weekday of a month, at a time.
type yearly struct {
	month    time.Month
	weekday  time.Weekday
	clock    string
	from, to int
	name     string
	summer   bool
}

func ruleOf(c change) yearly {
	l := c.local()
	return yearly{l.Month(), l.Weekday(), l.Format("150405"), c.from, c.to, c.name, c.summer}
}

// writeZone writes the VTIMEZONE (RFC 5545 section 3.6.5) of a place for the time in which a meeting is. Changes that follow
// a rule are written as one, because programs for calendars understand that better; others one by one.
func writeZone(w *lines, place *time.Location, from, to time.Time) {
	w.add("BEGIN:VTIMEZONE")
	w.add("TZID:" + place.String())
	var order []yearly
	byRule := map[yearly][]change{}
	for _, c := range changes(place, from, to) {
		rule := ruleOf(c)
		if byRule[rule] == nil {
			order = append(order, rule)
		}
		byRule[rule] = append(byRule[rule], c)
	}
	for _, rule := range order {
		writeChanges(w, rule, byRule[rule])
	}
	w.add("END:VTIMEZONE")
}

func writeChanges(w *lines, rule yearly, list []change) {
	part := "STANDARD"
	if rule.summer {
		part = "DAYLIGHT"
	}
	nth, follows := everyYear(list)
	if follows && len(list) > 1 {
		list = list[:1]
	}
	for _, c := range list {
		w.add("BEGIN:" + part)
		w.add("DTSTART:" + c.local().Format(localStamp))
		if follows {
			w.add(fmt.Sprintf("RRULE:FREQ=YEARLY;BYMONTH=%d;BYDAY=%d%s", rule.month, nth, strings.ToUpper(string(weekdays[rule.weekday]))))
		}
		w.add("TZOFFSETFROM:" + offset(c.from))
		w.add("TZOFFSETTO:" + offset(c.to))
		w.add("TZNAME:" + escape(c.name))
		w.add("END:" + part)
	}
}

// everyYear tells the how manieth weekday of the month it is in each year, -1 for the last, if it is the same in all.
func everyYear(list []change) (nth int, follows bool) {
	last := true
	nth = week(DateOf(list[0].local()))
	for i, c := range list {
		d := DateOf(c.local())
		if i > 0 && c.local().Year() != list[i-1].local().Year()+1 {
			return 0, false
		}
		last = last && d.add(7).Month != d.Month
		if week(d) != nth {
			nth = 0
		}
	}
	if last {
		return -1, len(list) > 1
	}
	return nth, nth > 0 && len(list) > 1
}

func offset(seconds int) string {
	sign := '+'
	if seconds < 0 {
		sign, seconds = '-', -seconds
	}
	text := fmt.Sprintf("%c%02d%02d", sign, seconds/3600, seconds/60%60)
	if seconds%60 != 0 {
		text += fmt.Sprintf("%02d", seconds%60)
	}
	return text
}
