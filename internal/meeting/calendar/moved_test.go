package calendar

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
)

// moved is a series of four Mondays: the second is left out, the third is earlier than the first, the fourth longer.
func moved(t testing.TB) Schedule {
	return parse(t, `{"form":"series","date":"2026-11-30"`+berlin+`,"rule":{"every":"week","count":4},"except":["2026-12-07"],
		"moved":[{"date":"2026-12-14","to":"2026-11-28","time":"08:30"},{"date":"2026-12-21","to":"2026-12-21","time":"10:00","minutes":300}]}`)
}

func TestMovedDates(t *testing.T) {
	zone := place(t, "Europe/Berlin")
	s := moved(t)
	if code := s.Check(zone); code != "" {
		t.Fatal(code)
	}
	said := func(dates []Occurrence) string {
		var all []string
		for _, o := range dates {
			text := o.Date.String()[5:] + " " + o.Start.Format("01-02 15:04") + "-" + o.End.Format("15:04")
			if o.Moved {
				text += " moved"
			}
			if o.Out {
				text += " out"
			}
			all = append(all, text)
		}
		return strings.Join(all, ", ")
	}
	if got, want := said(s.Dates(zone)), "12-14 11-28 08:30-09:15 moved, 11-30 11-30 10:00-10:45, 12-21 12-21 10:00-15:00 moved"; got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
	if got, want := said(s.All(zone)), "12-14 11-28 08:30-09:15 moved, 11-30 11-30 10:00-10:45, 12-07 12-07 10:00-10:45 out, 12-21 12-21 10:00-15:00 moved"; got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
	// One that is long is not over before one that begins after it.
	s.Moved[1].To = Date{2026, time.November, 30}
	s.Moved[1].Time = 9 * 60
	now := time.Date(2026, 11, 30, 11, 0, 0, 0, zone)
	if got, want := said(Coming(s.Dates(zone), now, 9)), "12-21 11-30 09:00-14:00 moved"; got != want {
		t.Errorf("at %v come %s, want %s", now, got, want)
	}
	if end := LastEnd(s.Dates(zone)); end.Format("15:04") != "14:00" || !LastEnd(nil).IsZero() {
		t.Errorf("the last ends at %v", end)
	}
}

func TestChangesOfOneDate(t *testing.T) {
	s := moved(t)
	first, second, third := Date{2026, 11, 30}, Date{2026, 12, 7}, Date{2026, 12, 14}
	if !s.Has(third) || !s.Has(second) || s.Has(Date{2026, 11, 28}) || (Schedule{Form: Once, Date: first}).Has(first) {
		t.Error("the days of the series are those of its rule")
	}
	changed := s.LeaveOut(third).Restore(second).Put(Move{Date: first, To: third, Time: 60}).Tidy()
	text, _ := json.Marshal(changed)
	if want := `"except":["2026-12-14"],"moved":[{"date":"2026-11-30","to":"2026-12-14","time":"01:00"},{"date":"2026-12-21","to":"2026-12-21","time":"10:00","minutes":300}]}`; !strings.HasSuffix(string(text), want) {
		t.Errorf("%s\nwant %s", text, want)
	}
	if len(s.Except) != 1 || len(s.Moved) != 2 || s.Moved[0].Date != third {
		t.Errorf("a change of one schedule changes another: %+v", s)
	}

	// What no longer is a day of the series says nothing any more.
	s.Rule.Count = 3
	s.Except = append(s.Except, Date{2026, 12, 24}, second)
	if got := s.Tidy(); len(got.Except) != 1 || got.Except[0] != second || len(got.Moved) != 1 {
		t.Errorf("tidied %+v", got)
	}
	s.Form = Once
	if got := s.Tidy(); got.Except != nil || got.Moved != nil {
		t.Errorf("tidied %+v", got)
	}
}

func TestFileOfMovedDates(t *testing.T) {
	s := moved(t)
	zone := place(t, "Europe/Berlin")
	file, code := File(event(s), zone)
	if code != "" {
		t.Fatal(code)
	}
	checkFile(t, file)
	text := strings.Join(unfold(string(file)), "\n")
	for _, want := range []string{
		// The rule begins at its own first day, although a date was moved before it.
		"DTSTART;TZID=Europe/Berlin:20261130T100000\nDURATION:PT45M\nRRULE:FREQ=WEEKLY;BYDAY=MO;COUNT=4\nEXDATE;TZID=Europe/Berlin:20261207T100000\nSUMMARY:",
		"UID:0b8f6a52-uid\nSEQUENCE:3\nDTSTAMP:20261126T120000Z\nRECURRENCE-ID;TZID=Europe/Berlin:20261214T100000\nDTSTART;TZID=Europe/Berlin:20261128T083000\nDURATION:PT45M\nSUMMARY:",
		"RECURRENCE-ID;TZID=Europe/Berlin:20261221T100000\nDTSTART;TZID=Europe/Berlin:20261221T100000\nDURATION:PT300M\nSUMMARY:",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("missing %q in\n%s", want, text)
		}
	}
	if n := strings.Count(text, "BEGIN:VEVENT"); n != 3 {
		t.Errorf("%d events", n)
	}
	// The zone says what holds when the last date is over, wherever it was moved.
	s.Moved[0].To = Date{2027, time.June, 1}
	file, _ = File(event(s), zone)
	if !strings.Contains(string(file), "BEGIN:DAYLIGHT") {
		t.Errorf("no summer in\n%s", file)
	}
}

func TestInvitationToMovedDates(t *testing.T) {
	i := Invitation{Host: "Frau Müller", Kind: "class", Title: "Mathe", Schedule: moved(t)}
	zone := place(t, "Europe/Berlin")
	want := `jede Woche, Montag, 10:00 bis 10:45 Uhr (Europe/Berlin)
Zuerst am Samstag, 28. November 2026, zuletzt am Montag, 21. Dezember 2026, 3 Termine
Fällt aus: Montag, 7. Dezember 2026
Verschoben: statt Montag, 14. Dezember 2026 am Samstag, 28. November 2026, 08:30 bis 09:15 Uhr
Verschoben: statt Montag, 21. Dezember 2026 am Montag, 21. Dezember 2026, 10:00 bis 15:00 Uhr
`
	if got := i.Text(German, zone); !strings.Contains(got, want) {
		t.Errorf("got\n%s", got)
	}
	if got := i.Text(English, zone); !strings.Contains(got, "Not on: Monday, 7 December 2026\nMoved: instead of Monday, 14 December 2026 on Saturday, 28 November 2026, 08:30 to 09:15\n") {
		t.Errorf("got\n%s", got)
	}
	i.Schedule = parse(t, `{"form":"series","date":"2026-11-30"`+berlin+`,"rule":{"every":"day","count":30}}`)
	for d := range 12 {
		i.Schedule = i.Schedule.LeaveOut(i.Schedule.Date.add(d))
	}
	if got := i.Text(English, zone); strings.Count(got, "; ") != mostUnusual-1 || !strings.Contains(got, "More changes are in the calendar file.") {
		t.Errorf("got\n%s", got)
	}
}
