package calendar

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// checkFile tells whether every line of a calendar file is one that File meant to write.
func checkFile(t testing.TB, file []byte) {
	t.Helper()
	text := string(file)
	if !utf8.ValidString(text) || !strings.HasSuffix(text, "\r\n") {
		t.Fatalf("not text of lines: %q", text)
	}
	for _, line := range strings.Split(strings.TrimSuffix(text, "\r\n"), "\r\n") {
		if len(line) > 75 || !utf8.ValidString(line) || strings.ContainsAny(line, "\r\n") {
			t.Fatalf("line %q", line)
		}
	}
	known := " BEGIN END VERSION PRODID CALSCALE METHOD TZID DTSTART RRULE TZOFFSETFROM TZOFFSETTO TZNAME UID SEQUENCE DTSTAMP DURATION EXDATE RECURRENCE-ID SUMMARY DESCRIPTION LOCATION URL "
	for _, line := range unfold(text) {
		name, _, _ := strings.Cut(line, ":")
		name, _, _ = strings.Cut(name, ";")
		if !strings.Contains(known, " "+name+" ") {
			t.Fatalf("line %q", line)
		}
	}
	count := func(start string) (n int) {
		for _, line := range unfold(text) {
			if strings.HasPrefix(line, start) {
				n++
			}
		}
		return n
	}
	// One of each in the calendar, and in the meeting and each of its dates that was moved.
	for start, want := range map[string]int{
		"END:VCALENDAR": 1, "BEGIN:VEVENT": 1 + count("RECURRENCE-ID;"), "UID:": count("BEGIN:VEVENT"), "SUMMARY:": count("BEGIN:VEVENT"), "LOCATION:": count("BEGIN:VEVENT"),
	} {
		if n := count(start); n != want {
			t.Fatalf("%d times %s in %q", n, start, text)
		}
	}
}

// unfold gives the lines as RFC 5545 section 3.1 has them read.
func unfold(text string) []string {
	return strings.Split(strings.TrimSuffix(strings.ReplaceAll(text, "\r\n ", ""), "\r\n"), "\r\n")
}

// valueOf reads a text back as RFC 5545 section 3.3.11 has it read.
func valueOf(t *testing.T, file []byte, name string) string {
	t.Helper()
	for _, line := range unfold(string(file)) {
		if value, ok := strings.CutPrefix(line, name+":"); ok {
			return strings.NewReplacer(`\\`, `\`, `\;`, `;`, `\,`, `,`, `\n`, "\n").Replace(value)
		}
	}
	t.Fatalf("no %s", name)
	return ""
}

func event(schedule Schedule) Event {
	return Event{
		UID: "0b8f6a52-uid", Sequence: 3, Changed: time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC),
		Title: "Elternabend, Klasse 7b; \\wichtig\\", Description: "Bitte pünktlich.\nDanke!\r\nM.",
		Address: "https://meet.example.org/m/AAAAAAAAAAAAAAAAAAAAAA", Schedule: schedule,
	}
}

func TestFileOfASeries(t *testing.T) {
	s := parse(t, `{"form":"series","date":"2026-11-30"`+berlin+`,"rule":{"every":"week","days":["mo","we"],"until":"2027-06-30"},"except":["2026-12-23","2026-12-28"]}`)
	file, code := File(event(s), place(t, "Europe/Berlin"))
	if code != "" {
		t.Fatal(code)
	}
	checkFile(t, file)
	for _, want := range []string{
		"BEGIN:VTIMEZONE\nTZID:Europe/Berlin\n",
		"BEGIN:STANDARD\nDTSTART:20261025T030000\nTZOFFSETFROM:+0200\nTZOFFSETTO:+0100\nTZNAME:CET\nEND:STANDARD\n",
		"BEGIN:DAYLIGHT\nDTSTART:20270328T020000\nTZOFFSETFROM:+0100\nTZOFFSETTO:+0200\nTZNAME:CEST\nEND:DAYLIGHT\n",
		"UID:0b8f6a52-uid\nSEQUENCE:3\nDTSTAMP:20261126T120000Z\nDTSTART;TZID=Europe/Berlin:20261130T100000\nDURATION:PT45M\n",
		"RRULE:FREQ=WEEKLY;BYDAY=MO,WE;UNTIL=20270630T080000Z\n",
		"EXDATE;TZID=Europe/Berlin:20261223T100000\nEXDATE;TZID=Europe/Berlin:20261228T100000\n",
		`SUMMARY:Elternabend\, Klasse 7b\; \\wichtig\\` + "\n",
	} {
		if text := strings.Join(unfold(string(file)), "\n"); !strings.Contains(text, want) {
			t.Errorf("missing %q in\n%s", want, text)
		}
	}
	if got := valueOf(t, file, "DESCRIPTION"); got != "Bitte pünktlich.\nDanke!\nM." {
		t.Errorf("description %q", got)
	}
}

func TestRules(t *testing.T) {
	tests := map[string]string{
		`{"every":"day","interval":3,"count":5}`:   "FREQ=DAILY;INTERVAL=3;COUNT=5",
		`{"every":"week","count":5}`:               "FREQ=WEEKLY;BYDAY=TH;COUNT=5",
		`{"every":"month","interval":2,"count":5}`: "FREQ=MONTHLY;INTERVAL=2;COUNT=5",
		`{"every":"monthdays","count":5}`:          "FREQ=MONTHLY;BYDAY=-1TH;COUNT=5",
		`{"every":"month","until":"2027-07-31"}`:   "FREQ=MONTHLY;UNTIL=20270731T080000Z",
	}
	for rule, want := range tests {
		s := parse(t, `{"form":"series","date":"2026-12-31"`+berlin+`,"rule":`+rule+`}`)
		if got := s.rrule(place(t, "Europe/Berlin")); got != want {
			t.Errorf("%s: %s, want %s", rule, got, want)
		}
	}
}

// TestZonesOfFarYears has a series go on into years for which time.Time.ZoneBounds gives the same moment again and again.
func TestZonesOfFarYears(t *testing.T) {
	s := parse(t, `{"form":"series","date":"2026-01-31","time":"10:00","minutes":5,"zone":"Europe/Berlin","rule":{"every":"week","count":1000}}`)
	file, _ := File(event(s), place(t, "Europe/Berlin"))
	checkFile(t, file)
	if n := strings.Count(string(file), "BEGIN:DAYLIGHT"); n != 1 {
		t.Errorf("%d times summer in\n%s", n, file)
	}
}

// TestZonesFollowRules has a series go on for years: the changes of the clocks are written as the rule that they follow, or
// one by one where they follow none.
func TestZonesFollowRules(t *testing.T) {
	tests := []struct {
		zone        string
		want, never string
	}{
		{"Europe/Berlin", "DTSTART:20270328T020000\r\nRRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\r\n", "20280326T020000"},
		{"America/New_York", "DTSTART:20270314T020000\r\nRRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU\r\n", "20280312T020000"},
		{"Asia/Kolkata", "BEGIN:STANDARD\r\nDTSTART:19700101T053000\r\nTZOFFSETFROM:+0530\r\nTZOFFSETTO:+0530\r\nTZNAME:IST\r\n", "DAYLIGHT"},
		{"Asia/Kathmandu", "TZOFFSETTO:+0545\r\n", "RRULE:FREQ=YEARLY"},
		{"UTC", "BEGIN:STANDARD\r\nDTSTART:19700101T000000\r\nTZOFFSETFROM:+0000\r\nTZOFFSETTO:+0000\r\nTZNAME:UTC\r\n", "DAYLIGHT"},
		{"Africa/Casablanca", "BEGIN:DAYLIGHT", "RRULE:FREQ=YEARLY"},
	}
	for _, test := range tests {
		s := parse(t, `{"form":"series","date":"2026-11-30","time":"10:00","minutes":45,"zone":"`+test.zone+`","rule":{"every":"month","count":60}}`)
		file, code := File(event(s), place(t, test.zone))
		if code != "" {
			t.Fatal(code)
		}
		checkFile(t, file)
		if !strings.Contains(string(file), test.want) || strings.Contains(string(file), test.never) {
			t.Errorf("%s: want %q and no %q in\n%s", test.zone, test.want, test.never, file)
		}
	}
}

func TestFileRefusesWhatHasNoDates(t *testing.T) {
	if _, code := File(event(Schedule{Form: Always}), nil); code != NoDates {
		t.Errorf("always open: %q", code)
	}
}

// TestNobodyWritesLines tries to add lines by what people can write.
func TestNobodyWritesLines(t *testing.T) {
	s := parse(t, `{"form":"once","date":"2026-11-30"`+berlin+`}`)
	for _, text := range []string{
		"x\r\nATTENDEE:mailto:mallory@example.org", "x\nEND:VEVENT\nBEGIN:VEVENT", "x\rURL:https://example.org", "x\u2028y\u0085z",
		"\x00\x01\x1b[31m", "\xff\xfe", strings.Repeat("ü€😀", 300), strings.Repeat(" ", 200), "<b>fett</b>",
	} {
		e := event(s)
		e.UID, e.Title, e.Description, e.Address = text, text, text, "https://example.org/"+text
		file, _ := File(e, place(t, "Europe/Berlin"))
		checkFile(t, file)
	}
	e := event(s)
	e.Title = strings.Repeat("ü€😀", 300)
	file, _ := File(e, place(t, "Europe/Berlin"))
	if got := valueOf(t, file, "SUMMARY"); got != e.Title {
		t.Error("a long title is not read back as it was")
	}
}

func FuzzFile(f *testing.F) {
	f.Add("Titel", "Text\nmit Zeilen", "https://example.org/m/x")
	f.Add("x\r\nATTACH:y", "\\;,", "\r\n\r\n")
	s := parse(f, `{"form":"series","date":"2026-11-30"`+berlin+`,"rule":{"every":"week","count":50}}`)
	zone := place(f, "Europe/Berlin")
	f.Fuzz(func(t *testing.T, title, description, address string) {
		e := event(s)
		e.UID, e.Title, e.Description, e.Address = title, title, description, address
		file, code := File(e, zone)
		if code != "" {
			t.Fatal(code)
		}
		checkFile(t, file)
	})
}
