package calendar

import (
	"fmt"
	"sort"
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

// lookBack is how far before a meeting the change is looked for that holds when it begins. Where there is none, clocks have
// not been changed for so long that it does not matter since when.
const lookBack = 400 // days

// changes lists those that matter between two moments, with the one before the first. It looks at each day by itself:
// time.Time.ZoneBounds gives moments that do not lie ahead in years for which Go has rules only, from 2038 on.
func changes(place *time.Location, from, to time.Time) []change {
	begin := from.AddDate(0, 0, -lookBack)
	list := []change{changeAt(time.Unix(0, 0), begin, place)}
	list[0].from = list[0].to
	for t := begin; t.Before(to); t = t.Add(24 * time.Hour) {
		if next := t.Add(24 * time.Hour); offsetAt(next, place) != offsetAt(t, place) {
			moment := firstSecond(t, next, place)
			list = append(list, changeAt(moment, moment, place))
			if !moment.After(from) {
				list = list[len(list)-1:]
			}
		}
	}
	return list
}

// changeAt is a change to what holds at another moment.
func changeAt(moment, then time.Time, place *time.Location) change {
	c := change{at: moment, from: offsetAt(moment.Add(-time.Second), place), summer: then.In(place).IsDST()}
	c.name, c.to = then.In(place).Zone()
	return c
}

func offsetAt(t time.Time, place *time.Location) int {
	_, seconds := t.In(place).Zone()
	return seconds
}

// firstSecond finds the second in a day from which on another offset holds.
func firstSecond(from, to time.Time, place *time.Location) time.Time {
	seconds := sort.Search(int(to.Sub(from)/time.Second), func(n int) bool {
		return offsetAt(from.Add(time.Duration(n)*time.Second), place) != offsetAt(from, place)
	})
	return from.Add(time.Duration(seconds) * time.Second).Truncate(time.Second)
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
