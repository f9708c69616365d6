package calendar

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"
	_ "time/tzdata" // the same zones on every machine
)

func place(t testing.TB, name string) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

// parse reads a schedule as clients send it.
func parse(t testing.TB, text string) Schedule {
	t.Helper()
	var s Schedule
	if err := json.Unmarshal([]byte(text), &s); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return s
}

const berlin = `,"time":"10:00","minutes":45,"zone":"Europe/Berlin"`

func TestDates(t *testing.T) {
	tests := []struct{ name, schedule, want string }{
		{"one", `{"form":"once","date":"2026-11-30"` + berlin + `}`, "2026-11-30"},
		{"always open", `{"form":"always"}`, ""},
		{"daily", `{"form":"series","date":"2026-12-30"` + berlin + `,"rule":{"every":"day","count":4}}`,
			"2026-12-30 2026-12-31 2027-01-01 2027-01-02"},
		{"every third day", `{"form":"series","date":"2028-02-26"` + berlin + `,"rule":{"every":"day","interval":3,"until":"2028-03-05"}}`,
			"2028-02-26 2028-02-29 2028-03-03"},
		{"weekly on the first date's day", `{"form":"series","date":"2026-12-17"` + berlin + `,"rule":{"every":"week","count":3}}`,
			"2026-12-17 2026-12-24 2026-12-31"},
		{"weekly on two days, one left out", `{"form":"series","date":"2026-11-30"` + berlin + `,"rule":{"every":"week","days":["we","mo"],"count":4},"except":["2026-12-02"]}`,
			"2026-11-30 2026-12-07 2026-12-09"},
		{"every second week, begun in its middle", `{"form":"series","date":"2026-12-02"` + berlin + `,"rule":{"every":"week","interval":2,"days":["mo","th"],"count":4}}`,
			"2026-12-03 2026-12-14 2026-12-17 2026-12-28"},
		{"a week ends on Sunday", `{"form":"series","date":"2026-12-06"` + berlin + `,"rule":{"every":"week","interval":2,"days":["su","mo"],"count":3}}`,
			"2026-12-06 2026-12-14 2026-12-20"},
		{"monthly on the 31st", `{"form":"series","date":"2026-12-31"` + berlin + `,"rule":{"every":"month","count":4}}`,
			"2026-12-31 2027-01-31 2027-03-31 2027-05-31"},
		{"29 February", `{"form":"series","date":"2028-02-29"` + berlin + `,"rule":{"every":"month","interval":12,"count":2}}`,
			"2028-02-29 2032-02-29"},
		{"second Tuesday", `{"form":"series","date":"2026-12-08"` + berlin + `,"rule":{"every":"monthdays","count":3}}`,
			"2026-12-08 2027-01-12 2027-02-09"},
		{"last Thursday", `{"form":"series","date":"2026-12-31"` + berlin + `,"rule":{"every":"monthdays","count":4}}`,
			"2026-12-31 2027-01-28 2027-02-25 2027-03-25"},
		{"until a day that is one", `{"form":"series","date":"2026-12-01"` + berlin + `,"rule":{"every":"week","until":"2026-12-15"}}`,
			"2026-12-01 2026-12-08 2026-12-15"},
	}
	zone := place(t, "Europe/Berlin")
	for _, test := range tests {
		s := parse(t, test.schedule)
		if code := s.Check(zone); code != "" {
			t.Errorf("%s: %s", test.name, code)
		}
		var got []string
		for _, o := range s.Dates(zone) {
			got = append(got, o.Date.String())
			if o.End.Sub(o.Start) != 45*time.Minute || o.Start.Format("15:04") != "10:00" {
				t.Errorf("%s: %v to %v", test.name, o.Start, o.End)
			}
		}
		if strings.Join(got, " ") != test.want {
			t.Errorf("%s: %v, want %s", test.name, got, test.want)
		}
	}
}

// TestClocksAreChanged has series go over the nights when clocks are put forward and back.
func TestClocksAreChanged(t *testing.T) {
	tests := []struct{ name, zone, date, clock, want string }{
		{"10 o'clock in winter", "Europe/Berlin", "2027-03-27", "10:00", "09:00"},
		{"10 o'clock in summer", "Europe/Berlin", "2027-03-28", "10:00", "08:00"},
		{"a time that is left out", "Europe/Berlin", "2027-03-28", "02:30", "01:30"},
		{"a time that comes twice: the first", "Europe/Berlin", "2027-10-31", "02:30", "00:30"},
		{"after the change back", "Europe/Berlin", "2027-10-31", "03:00", "02:00"},
		{"America", "America/New_York", "2027-03-14", "02:30", "07:30"},
		{"half an hour", "Australia/Lord_Howe", "2027-10-03", "02:10", "15:40"},
		{"no changes", "Asia/Kolkata", "2027-10-31", "02:30", "21:00"},
	}
	for _, test := range tests {
		s := parse(t, `{"form":"once","date":"`+test.date+`","time":"`+test.clock+`","minutes":30,"zone":"`+test.zone+`"}`)
		got := s.Dates(place(t, test.zone))[0].Start.UTC().Format("15:04")
		if got != test.want {
			t.Errorf("%s: %s UTC, want %s", test.name, got, test.want)
		}
	}
}

func TestFaults(t *testing.T) {
	tests := []struct {
		name, schedule string
		want           Code
	}{
		{"nothing", `{}`, FormUnknown},
		{"no date", `{"form":"once"` + berlin + `}`, DateMissing},
		{"no end", `{"form":"once","date":"2026-11-30","time":"10:00","zone":"Europe/Berlin"}`, DurationInvalid},
		{"two days long", `{"form":"once","date":"2026-11-30","time":"10:00","minutes":2880,"zone":"Europe/Berlin"}`, DurationInvalid},
		{"no zone", `{"form":"once","date":"2026-11-30","time":"10:00","minutes":30}`, ZoneUnknown},
		{"10,000 dates", `{"form":"series","date":"2026-11-30"` + berlin + `,"rule":{"every":"day","count":10000}}`, TooManyDates},
		{"10,000 days", `{"form":"series","date":"2026-11-30"` + berlin + `,"rule":{"every":"day","until":"2054-04-16"}}`, TooManyDates},
		{"for ever", `{"form":"series","date":"2026-11-30"` + berlin + `,"rule":{"every":"week"}}`, RuleEndless},
		{"two ends", `{"form":"series","date":"2026-11-30"` + berlin + `,"rule":{"every":"week","count":2,"until":"2026-12-30"}}`, RuleEndless},
		{"less than none", `{"form":"series","date":"2026-11-30"` + berlin + `,"rule":{"every":"week","count":-1}}`, RuleEndless},
		{"no step", `{"form":"series","date":"2026-11-30"` + berlin + `,"rule":{"every":"year","count":3}}`, RuleInvalid},
		{"a step back", `{"form":"series","date":"2026-11-30"` + berlin + `,"rule":{"every":"day","interval":-1,"count":3}}`, RuleInvalid},
		{"no weekday", `{"form":"series","date":"2026-11-30"` + berlin + `,"rule":{"every":"week","days":["mon"],"count":3}}`, RuleInvalid},
		{"weekdays of days", `{"form":"series","date":"2026-11-30"` + berlin + `,"rule":{"every":"day","days":["mo"],"count":3}}`, RuleInvalid},
		{"over before it begins", `{"form":"series","date":"2026-11-30"` + berlin + `,"rule":{"every":"day","until":"2026-11-29"}}`, NoDates},
		{"moved twice", `{"form":"series","date":"2026-11-30"` + berlin + `,"rule":{"every":"week","count":3},"moved":[{"date":"2026-12-07","to":"2026-12-08","time":"10:00"},{"date":"2026-12-07","to":"2026-12-09","time":"10:00"}]}`, MoveInvalid},
		{"moved to no day", `{"form":"series","date":"2026-11-30"` + berlin + `,"rule":{"every":"week","count":3},"moved":[{"date":"2026-12-07","time":"10:00"}]}`, MoveInvalid},
		{"moved for two days", `{"form":"series","date":"2026-11-30"` + berlin + `,"rule":{"every":"week","count":3},"moved":[{"date":"2026-12-07","to":"2026-12-08","time":"10:00","minutes":2880}]}`, MoveInvalid},
		{"all left out", `{"form":"series","date":"2026-11-30"` + berlin + `,"rule":{"every":"day","count":1},"except":["2026-11-30"]}`, NoDates},
		{"exactly 1,000", `{"form":"series","date":"2026-11-30"` + berlin + `,"rule":{"every":"day","count":1000}}`, ""},
	}
	for _, test := range tests {
		if got := parse(t, test.schedule).Check(place(t, "Europe/Berlin")); got != test.want || got != "" && got.Message() == "" {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
	s := parse(t, `{"form":"once","date":"2026-11-30"`+berlin+`}`)
	if got := s.Check(nil); got != ZoneUnknown {
		t.Errorf("a zone that nobody knows: %q", got)
	}
	for _, bad := range []string{`{"date":"30.11.2026"}`, `{"date":"2026-02-30"}`, `{"date":"9999-01-01"}`, `{"time":"24:00"}`, `{"time":"9:00"}`, `{"minutes":"1"}`} {
		if json.Unmarshal([]byte(bad), &s) == nil {
			t.Errorf("%s was taken", bad)
		}
	}
}

func TestScheduleGoesThroughJSON(t *testing.T) {
	for _, text := range []string{
		`{"form":"always"}`,
		`{"form":"series","date":"2026-11-30","time":"10:05","minutes":45,"zone":"Europe/Berlin","rule":{"every":"week","interval":2,"days":["mo"],"until":"2027-01-31"},"except":["2026-12-14"],"moved":[{"date":"2026-12-28","to":"2026-12-29","time":"09:00","minutes":90}]}`,
	} {
		got, err := json.Marshal(parse(t, text))
		if err != nil || string(got) != text {
			t.Errorf("%s became %s (%v)", text, got, err)
		}
	}
}

func TestComing(t *testing.T) {
	zone := place(t, "Europe/Berlin")
	dates := parse(t, `{"form":"series","date":"2026-11-30"`+berlin+`,"rule":{"every":"day","count":10}}`).Dates(zone)
	during := time.Date(2026, 12, 2, 10, 30, 0, 0, zone)
	if got := Coming(dates, during, 3); len(got) != 3 || got[0].Date != (Date{2026, 12, 2}) {
		t.Errorf("while one is on: %v", got)
	}
	if got := Coming(dates, during.Add(15*time.Minute), 100); len(got) != 7 {
		t.Errorf("when it is over: %v", got)
	}
	if got := Coming(dates, during.AddDate(1, 0, 0), 3); got != nil {
		t.Errorf("when all is over: %v", got)
	}
}

// FuzzSchedule takes any schedule that JSON may hold: it is refused or has a bounded number of dates in order.
func FuzzSchedule(f *testing.F) {
	for _, every := range []string{"day", "week", "month", "monthdays"} {
		f.Add(`{"form":"series","date":"2026-01-31"` + berlin + `,"rule":{"every":"` + every + `","interval":3,"until":"2040-01-01"},"except":["2026-02-01"]}`)
	}
	f.Add(`{"form":"series","date":"2026-01-31"` + berlin + `,"rule":{"every":"week","days":["mo","su"],"count":999}}`)
	f.Add(`{"form":"once","date":"2026-03-29","time":"02:30","minutes":45,"zone":"Europe/Berlin"}`)
	zone := place(f, "Europe/Berlin")
	f.Fuzz(func(t *testing.T, text string) {
		var s Schedule
		if json.Unmarshal([]byte(text), &s) != nil || s.Check(zone) != "" {
			return
		}
		dates := s.Dates(zone)
		if len(dates) > MaxDates || s.Form != Always && len(dates) == 0 {
			t.Fatalf("%d dates", len(dates))
		}
		if !slices.IsSortedFunc(dates, func(a, b Occurrence) int { return a.Start.Compare(b.Start) }) {
			t.Fatal("not in order")
		}
		if s.Form != Always {
			if file, code := File(Event{Title: text, Schedule: s}, zone); code != "" {
				t.Fatal(code)
			} else {
				checkFile(t, file)
			}
		}
	})
}
