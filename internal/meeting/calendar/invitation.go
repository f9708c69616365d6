package calendar

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"konklave/internal/meeting/rules"
)

// Invitation is what the text of an invitation is made of.
type Invitation struct {
	Title    string // empty where it is not to be told
	Host     string
	Kind     rules.Kind
	Level    rules.Level
	Address  string // the link
	Settings rules.Settings
	Schedule Schedule
	For      string     // whom a personal link is for; empty for the link of all
	Slot     Occurrence // an appointment with a link of its own; else zero
}

// Text gives the text, with lines for a mail: when, where, and what to expect. It holds no access code: that goes another way.
func (i Invitation) Text(l Language, place *time.Location) string {
	var b strings.Builder
	line := func(text string) { b.WriteString(text + "\n") }
	line(i.greeting(l))
	line("")
	line(i.title(l))
	for _, text := range i.when(l, place) {
		line(text)
	}
	line(i.Address)
	line("")
	for _, text := range i.advice(l) {
		line(text)
	}
	for _, n := range rules.Notices(i.Kind, i.Level) {
		if l == German {
			line(n.German + ".")
		} else {
			line(n.English + ".")
		}
	}
	return b.String()
}

func (i Invitation) greeting(l Language) string {
	switch {
	case l == English:
		return i.Host + " invites you:"
	case i.Settings.Address == rules.Du:
		return i.Host + " lädt dich ein:"
	}
	return i.Host + " lädt Sie ein:"
}

func (i Invitation) title(l Language) string {
	kind := KindName(i.Kind, l)
	if i.Title == "" || i.Settings.NeutralCalendar {
		return kind
	}
	return i.Title + " (" + kind + ")"
}

// when says the date, or how a series goes on, or that there is none.
func (i Invitation) when(l Language, place *time.Location) []string {
	if !i.Slot.Start.IsZero() {
		return []string{day(i.Slot.Start, l) + ", " + hours(i.Slot, l) + zoneName(i.Slot.Start)}
	}
	dates := i.Schedule.Dates(place)
	switch {
	case len(dates) == 0 && l == German:
		return []string{"Jederzeit offen"}
	case len(dates) == 0:
		return []string{"Open at any time"}
	case i.Schedule.Form == Once:
		return []string{day(dates[0].Start, l) + ", " + hours(dates[0], l) + zoneName(dates[0].Start)}
	}
	// The rhythm is that of the rule: the hours are those of a date that was not moved, where there is one.
	usual := dates[max(0, slices.IndexFunc(dates, func(o Occurrence) bool { return !o.Moved }))]
	first, last := dates[0], dates[len(dates)-1]
	lines := []string{rhythm(i.Schedule, l) + ", " + hours(usual, l) + zoneName(usual.Start)}
	if l == German {
		lines = append(lines, fmt.Sprintf("Zuerst am %s, zuletzt am %s, %d Termine", day(first.Start, l), day(last.Start, l), len(dates)))
	} else {
		lines = append(lines, fmt.Sprintf("First on %s, last on %s, %d dates", day(first.Start, l), day(last.Start, l), len(dates)))
	}
	return append(lines, i.Schedule.unusual(l, place)...)
}

// mostUnusual is how many dates of a series are named that are left out or moved: a text with more nobody reads.
const mostUnusual = 10

// unusual says which dates of a series are left out, and which are at another time.
func (s Schedule) unusual(l Language, place *time.Location) []string {
	var out, moved []string
	for _, o := range s.All(place) {
		planned := day(at(o.Date, s.Time, place), l)
		switch {
		case o.Out:
			out = append(out, planned)
		case o.Moved && l == German:
			moved = append(moved, "Verschoben: statt "+planned+" am "+day(o.Start, l)+", "+hours(o, l))
		case o.Moved:
			moved = append(moved, "Moved: instead of "+planned+" on "+day(o.Start, l)+", "+hours(o, l))
		}
	}
	none, more := "Fällt aus: ", "Weitere Änderungen stehen in der Kalenderdatei."
	if l == English {
		none, more = "Not on: ", "More changes are in the calendar file."
	}
	some := func(list []string) []string { return list[:min(len(list), mostUnusual)] }
	var lines []string
	if len(out) > 0 {
		lines = []string{none + strings.Join(some(out), "; ")}
	}
	lines = append(lines, some(moved)...)
	if len(out) > mostUnusual || len(moved) > mostUnusual {
		lines = append(lines, more)
	}
	return lines
}

func zoneName(t time.Time) string { return " (" + t.Location().String() + ")" }

// advice says what people have to do and may expect.
func (i Invitation) advice(l Language) []string {
	s := i.Settings
	pick := func(sie, du, english string) string {
		switch {
		case l == English:
			return english
		case s.Address == rules.Du:
			return du
		}
		return sie
	}
	lines := []string{pick(
		"Öffnen Sie den Link in einem aktuellen Browser. Kamera und Mikrofon sind aus, bis Sie sie einschalten.",
		"Öffne den Link in einem aktuellen Browser. Kamera und Mikrofon sind aus, bis du sie einschaltest.",
		"Open the link in a current browser. Camera and microphone are off until you switch them on.")}
	if i.For != "" || !i.Slot.Start.IsZero() {
		lines = append(lines, pick(
			"Der Link ist nur für Sie: Bitte geben Sie ihn nicht weiter.",
			"Der Link ist nur für dich: Bitte gib ihn nicht weiter.",
			"The link is for you alone: please do not pass it on."))
	}
	if s.Code && i.For == "" && i.Slot.Start.IsZero() {
		lines = append(lines, pick(
			"Sie werden nach einem Zugangscode gefragt, den Sie gesondert erhalten.",
			"Du wirst nach einem Zugangscode gefragt, den du gesondert bekommst.",
			"You will be asked for an access code, which you get by another way."))
	}
	if s.Waits(false) {
		lines = append(lines, pick(
			"Sie warten, bis die Leitung Sie hereinlässt.",
			"Du wartest, bis die Leitung dich hereinlässt.",
			"You wait until the host lets you in."))
	}
	return append(lines, pick("Mitschneiden ist verboten.", "Mitschneiden ist verboten.", "Recording is forbidden."))
}
