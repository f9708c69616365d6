package calendar

import (
	"fmt"
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
	first, last := dates[0], dates[len(dates)-1]
	text := rhythm(i.Schedule, l) + ", " + hours(first, l) + zoneName(first.Start)
	if l == German {
		return []string{text, fmt.Sprintf("Zuerst am %s, zuletzt am %s, %d Termine", day(first.Start, l), day(last.Start, l), len(dates))}
	}
	return []string{text, fmt.Sprintf("First on %s, last on %s, %d dates", day(first.Start, l), day(last.Start, l), len(dates))}
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
