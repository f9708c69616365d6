package calendar

import (
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Event is what a calendar file says of a meeting.
type Event struct {
	UID         string // the same as long as the meeting exists; says nothing of its link
	Sequence    int    // how often the schedule was changed
	Changed     time.Time
	Title       string
	Description string
	Address     string // where to go, a link
	Schedule    Schedule
}

// Stamps of RFC 5545 section 3.3.5.
const (
	localStamp = "20060102T150405"
	utcStamp   = "20060102T150405Z"
)

// mostLine is how many bytes a line has at most, its end aside (RFC 5545 section 3.1).
const mostLine = 75

// File gives the calendar file of a meeting whose schedule has been checked and is not always open. Clocks of a series are
// those of its zone, so that 10 o'clock stays 10 o'clock in summer. Text is escaped, so that none can add a line of its own.
func File(e Event, place *time.Location) ([]byte, Code) {
	s := e.Schedule
	dates := s.All(place)
	if len(dates) == 0 {
		return nil, NoDates
	}
	// The series begins where its rule does, wherever the first date was moved.
	first := s
	first.Moved = nil
	start := first.All(place)[0].Start
	from := start
	if dates[0].Start.Before(from) {
		from = dates[0].Start
	}
	var w lines
	w.add("BEGIN:VCALENDAR")
	w.add("VERSION:2.0")
	w.add("PRODID:-//Konklave//Konklave//DE")
	w.add("CALSCALE:GREGORIAN")
	w.add("METHOD:PUBLISH")
	writeZone(&w, place, from, LastEnd(dates).Add(24*time.Hour))
	stamp := func(name string, t time.Time) { w.add(name + ";TZID=" + place.String() + ":" + t.Format(localStamp)) }
	writeEvent(&w, e, func() {
		stamp("DTSTART", start)
		w.add(fmt.Sprintf("DURATION:PT%dM", s.Minutes))
		if s.Form != Series {
			return
		}
		w.add("RRULE:" + s.rrule(place))
		for _, d := range s.Except {
			stamp("EXDATE", at(d, s.Time, place))
		}
	})
	for _, o := range dates {
		if !o.Moved {
			continue
		}
		// What takes the place of one date, named by when the rule has it (RFC 5545 section 3.8.4.4).
		writeEvent(&w, e, func() {
			stamp("RECURRENCE-ID", at(o.Date, s.Time, place))
			stamp("DTSTART", o.Start)
			w.add(fmt.Sprintf("DURATION:PT%dM", int(o.End.Sub(o.Start)/time.Minute)))
		})
	}
	w.add("END:VCALENDAR")
	return []byte(w.text.String()), ""
}

// writeEvent writes the meeting, or one of its dates that was moved: when says at what time.
func writeEvent(w *lines, e Event, when func()) {
	w.add("BEGIN:VEVENT")
	w.add("UID:" + escape(e.UID))
	w.add(fmt.Sprintf("SEQUENCE:%d", e.Sequence))
	w.add("DTSTAMP:" + e.Changed.UTC().Format(utcStamp))
	when()
	w.add("SUMMARY:" + escape(e.Title))
	w.add("DESCRIPTION:" + escape(e.Description))
	w.add("LOCATION:" + escape(e.Address))
	w.add("URL:" + uri(e.Address))
	w.add("END:VEVENT")
}

// rrule says the rule as RFC 5545 section 3.3.10 does.
func (s Schedule) rrule(place *time.Location) string {
	r := s.Rule
	parts := []string{"FREQ=" + map[Every]string{Day: "DAILY", Week: "WEEKLY", Month: "MONTHLY", MonthDays: "MONTHLY"}[r.Every]}
	if r.Interval > 1 {
		parts = append(parts, fmt.Sprintf("INTERVAL=%d", r.Interval))
	}
	switch r.Every {
	case Week:
		parts = append(parts, "BYDAY="+byDays(r.daysFrom(s.Date)))
	case MonthDays:
		nth := week(s.Date)
		if nth == lastWeek {
			nth = -1
		}
		parts = append(parts, fmt.Sprintf("BYDAY=%d%s", nth, byDays([]Weekday{weekdays[s.Date.weekday()]})))
	}
	if r.Count > 0 {
		return strings.Join(append(parts, fmt.Sprintf("COUNT=%d", r.Count)), ";")
	}
	return strings.Join(append(parts, "UNTIL="+at(r.Until, s.Time, place).UTC().Format(utcStamp)), ";")
}

func byDays(days []Weekday) string {
	var names []string
	for _, d := range days {
		names = append(names, strings.ToUpper(string(d)))
	}
	return strings.Join(names, ",")
}

// lines is a calendar file on its way: each line ends with CR and LF and is folded where it is long.
type lines struct{ text strings.Builder }

func (w *lines) add(line string) {
	for room := mostLine; len(line) > room; room = mostLine - 1 { // what follows begins with a blank
		cut := room
		for cut > 0 && !utf8.RuneStart(line[cut]) {
			cut--
		}
		w.text.WriteString(line[:cut] + "\r\n ")
		line = line[cut:]
	}
	w.text.WriteString(line + "\r\n")
}

// escape writes a text as RFC 5545 section 3.3.11 does. Other control characters than the end of a line have no place there.
func escape(text string) string {
	var b strings.Builder
	for _, r := range strings.ReplaceAll(strings.ToValidUTF8(text, "\uFFFD"), "\r\n", "\n") {
		switch {
		case r == '\n', r == '\r', r == '\u2028', r == '\u2029', r == '\u0085':
			b.WriteString(`\n`)
		case r == '\\', r == ';', r == ',':
			b.WriteRune('\\')
			b.WriteRune(r)
		case unicode.IsControl(r):
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// uri is an address as a value of its own: it is not escaped, so it holds nothing that would need to be.
func uri(address string) string {
	return strings.Map(func(r rune) rune {
		if r <= ' ' || r >= 0x7f || strings.ContainsRune(`"<>\^{|}`+"`", r) {
			return -1
		}
		return r
	}, address)
}
