package calendar

import (
	"fmt"
	"strings"
	"time"

	"konklave/internal/meeting/rules"
)

// Language is one of the interface.
type Language string

// The languages.
const (
	German  Language = "de"
	English Language = "en"
)

// KindName is what a kind of meeting is called: also the title that is shown where the real one is not.
func KindName(k rules.Kind, l Language) string {
	german := map[rules.Kind]string{
		rules.Discussion: "Besprechung", rules.Class: "Unterricht", rules.Consultation: "Sprechstunde",
		rules.Talk: "Vortrag", rules.Council: "Sitzung",
	}
	english := map[rules.Kind]string{
		rules.Discussion: "Discussion", rules.Class: "Class", rules.Consultation: "Consultation",
		rules.Talk: "Talk", rules.Council: "Council",
	}
	if l == German {
		return german[k]
	}
	return english[k]
}

var (
	germanDays   = []string{"Sonntag", "Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag"}
	germanMonths = []string{"", "Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember"}
)

// day says a date with its weekday.
func day(t time.Time, l Language) string {
	if l == German {
		return fmt.Sprintf("%s, %d. %s %d", germanDays[t.Weekday()], t.Day(), germanMonths[t.Month()], t.Year())
	}
	return t.Format("Monday, 2 January 2006")
}

func weekdayName(d time.Weekday, l Language) string {
	if l == German {
		return germanDays[d]
	}
	return d.String()
}

// hours says from when to when a date is, by the clocks of its place.
func hours(o Occurrence, l Language) string {
	from, to := o.Start.Format("15:04"), o.End.Format("15:04")
	if l == German {
		return from + " bis " + to + " Uhr"
	}
	return from + " to " + to
}

// rhythm says how a series goes on.
func rhythm(s Schedule, l Language) string {
	n := max(s.Rule.Interval, 1)
	german := l == German
	switch s.Rule.Every {
	case Day:
		return step(n, german, "täglich", "alle %d Tage", "every day", "every %d days")
	case Week:
		var names []string
		for _, d := range []time.Weekday{1, 2, 3, 4, 5, 6, 0} {
			for _, chosen := range s.Rule.daysFrom(s.Date) {
				if weekdays[d] == chosen {
					names = append(names, weekdayName(d, l))
				}
			}
		}
		days := strings.Join(names, ", ")
		if german {
			return step(n, german, "jede Woche", "alle %d Wochen", "", "") + ", " + days
		}
		return step(n, german, "", "", "every week", "every %d weeks") + " on " + days
	case Month:
		if german {
			return step(n, german, "jeden Monat", "alle %d Monate", "", "") + fmt.Sprintf(" am %d.", s.Date.Day)
		}
		return step(n, german, "", "", "every month", "every %d months") + fmt.Sprintf(" on day %d", s.Date.Day)
	}
	return step(n, german, "jeden Monat", "alle %d Monate", "every month", "every %d months") + ", " + nthName(s.Date, l)
}

func step(n int, german bool, one, many, oneEnglish, manyEnglish string) string {
	if !german {
		one, many = oneEnglish, manyEnglish
	}
	if n == 1 {
		return one
	}
	return fmt.Sprintf(many, n)
}

// nthName says the how manieth weekday of its month a day is.
func nthName(d Date, l Language) string {
	if l == German {
		return []string{"", "erster", "zweiter", "dritter", "vierter", "letzter"}[week(d)] + " " + germanDays[d.weekday()]
	}
	return []string{"", "first", "second", "third", "fourth", "last"}[week(d)] + " " + d.weekday().String()
}
