package calendar

import (
	"strings"
	"testing"
	"time"

	"konklave/internal/meeting/rules"
)

func TestInvitation(t *testing.T) {
	zone := place(t, "Europe/Berlin")
	series := parse(t, `{"form":"series","date":"2026-11-30"`+berlin+`,"rule":{"every":"week","days":["mo","we"],"count":4}}`)
	lesson := Invitation{
		Title: "Mathe 7b", Host: "Frau Müller", Kind: rules.Class, Level: rules.Internal, Address: "https://meet.example.org/m/AAAA",
		Settings: rules.Preset(rules.Class, rules.Internal), Schedule: series,
	}
	want := `Frau Müller lädt dich ein:

Mathe 7b (Unterricht)
jede Woche, Montag, Mittwoch, 10:00 bis 10:45 Uhr (Europe/Berlin)
Zuerst am Montag, 30. November 2026, zuletzt am Mittwoch, 9. Dezember 2026, 4 Termine
https://meet.example.org/m/AAAA

Öffne den Link in einem aktuellen Browser. Kamera und Mikrofon sind aus, bis du sie einschaltest.
Du wartest, bis die Leitung dich hereinlässt.
Mitschneiden ist verboten.
`
	if got := lesson.Text(German, zone); got != want {
		t.Errorf("got\n%s", got)
	}
	lesson.Settings.Address = rules.Sie
	if got := lesson.Text(German, zone); strings.Contains(got, "dich") || strings.Contains(got, " du ") || !strings.Contains(got, "lädt Sie ein") {
		t.Errorf("Sie: got\n%s", got)
	}

	patient := Invitation{
		Title: "Onkologie", Host: "Praxis Weber", Kind: rules.Consultation, Level: rules.Internal, Address: "https://meet.example.org/m/BBBB",
		Settings: rules.Preset(rules.Consultation, rules.Internal), Schedule: series,
		Slot: Occurrence{Start: time.Date(2026, 12, 1, 9, 20, 0, 0, zone), End: time.Date(2026, 12, 1, 9, 40, 0, 0, zone)},
	}
	want = `Praxis Weber invites you:

Consultation
Tuesday, 1 December 2026, 09:20 to 09:40 (Europe/Berlin)
https://meet.example.org/m/BBBB

Open the link in a current browser. Camera and microphone are off until you switch them on.
The link is for you alone: please do not pass it on.
You wait until the host lets you in.
Recording is forbidden.
Not for conversations under professional secrecy.
`
	if got := patient.Text(English, zone); got != want {
		t.Errorf("got\n%s", got)
	}

	talk := Invitation{Title: "Wölfe", Host: "Verein", Kind: rules.Talk, Level: rules.Open, Settings: rules.Preset(rules.Talk, rules.Open), Schedule: Schedule{Form: Always}}
	talk.Settings.Code = true
	got := talk.Text(German, nil)
	if !strings.Contains(got, "Jederzeit offen") || !strings.Contains(got, "Zugangscode gefragt, den Sie gesondert") || strings.Contains(got, "warten") {
		t.Errorf("got\n%s", got)
	}
}

func TestRhythms(t *testing.T) {
	tests := []struct{ rule, german, english string }{
		{`{"every":"day","count":2}`, "täglich", "every day"},
		{`{"every":"day","interval":2,"count":2}`, "alle 2 Tage", "every 2 days"},
		{`{"every":"week","interval":2,"days":["su","fr"],"count":2}`, "alle 2 Wochen, Freitag, Sonntag", "every 2 weeks on Friday, Sunday"},
		{`{"every":"month","count":2}`, "jeden Monat am 31.", "every month on day 31"},
		{`{"every":"monthdays","interval":3,"count":2}`, "alle 3 Monate, letzter Donnerstag", "every 3 months, last Thursday"},
	}
	for _, test := range tests {
		s := parse(t, `{"form":"series","date":"2026-12-31"`+berlin+`,"rule":`+test.rule+`}`)
		if german, english := rhythm(s, German), rhythm(s, English); german != test.german || english != test.english {
			t.Errorf("%s: %q, %q", test.rule, german, english)
		}
	}
}
