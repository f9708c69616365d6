package plan

import (
	"testing"

	"konklave/internal/id"
	"konklave/internal/meeting"
	"konklave/internal/meeting/rules"
)

// TestTrial tries a class out, with everybody else at the door.
func TestTrial(t *testing.T) {
	r := sqlite(t)
	m := r.make(ada, Draft{Title: "Mathe", Kind: rules.Class, Schedule: weekly(2), Hosts: []id.AccountID{"eve"}})
	planned := r.make(kim, Draft{Owner: "ada"})
	try := func(by Actor, of id.MeetingID, title string) id.LinkID {
		t.Helper()
		link, err := r.Try(t.Context(), by, of, title)
		if err != nil {
			t.Fatal(err)
		}
		return link
	}
	old := try(ada, m.ID, "")
	link, other := try(ada, m.ID, "Probelauf: Mathe"), try(eve, m.ID, "")
	for name, c := range map[string]struct {
		knock meeting.Knock
		want  string
	}{
		"who tries it":         {meeting.Knock{Link: link, Login: "in:ada"}, "owner"},
		"a co-host tries it":   {meeting.Knock{Link: other, Login: "in:eve"}, "owner"},
		"the link before":      {meeting.Knock{Link: old, Login: "in:ada"}, "meeting_unknown"},
		"a co-host":            {meeting.Knock{Link: link, Login: "in:eve"}, "meeting_unknown"},
		"an administrator":     {meeting.Knock{Link: link, Login: "in:root"}, "meeting_unknown"},
		"a guest":              {meeting.Knock{Link: link}, "meeting_unknown"},
		"a guest with a claim": {meeting.Knock{Link: link, Host: "me"}, "meeting_unknown"},
		"the meeting itself":   {meeting.Knock{Link: m.Link, Login: "in:ada"}, "owner"},
	} {
		if got := r.knock(c.knock); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
	d, pass, err := r.Knock(t.Context(), meeting.Knock{Link: link, Login: "in:ada"})
	if err != nil || d.ID == m.ID || d.Title != "Probelauf: Mathe" || d.Settings != m.Settings || d.EndsAt.Sub(r.now) != trialLasts || pass.Name != "Frau ada" || !pass.SkipLobby {
		t.Errorf("the trial is %+v as %+v, %v", d, pass, err)
	}
	if g, err := r.Look(t.Context(), link, "in:ada", ""); err != nil || !g.Trial || g.Title != "Probelauf: Mathe" || g.Refusal != "" {
		t.Errorf("who tries it sees %+v, %v", g, err)
	}
	_, err = r.Look(t.Context(), link, "", "")
	r.wantRefusal("a guest looks", err, meeting.CodeMeetingUnknown)

	// What happens in it is nobody's: the journal has nowhere to write it.
	r.Used(d.ID, r.now)
	r.Note(d.ID, meeting.Condition{Locked: true})
	if !r.journal.write(t.Context()) {
		t.Error("the journal fails at a trial")
	}
	if now, err := r.Meeting(t.Context(), ada, m.ID); err != nil || !now.Used.IsZero() {
		t.Errorf("the meeting itself was used at %v, %v", now.Used, err)
	}

	// It goes on as long as the meeting is there, although nothing is stored under its own id.
	r.told.running = []id.MeetingID{d.ID}
	if r.endDeleted(t.Context()); len(r.told.ended) != 0 {
		t.Errorf("the trial is taken for a meeting that was deleted: %v", r.told.ended)
	}

	r.at("2026-11-26 15:01")
	if got := r.knock(meeting.Knock{Link: link, Login: "in:ada"}); got != "meeting_unknown" {
		t.Errorf("two hours later: %s", got)
	}
	_, err = r.Try(t.Context(), kim, planned.ID, "")
	r.wantRefusal("reception, which never enters", err, meeting.CodeNotAllowed)
	_, err = r.Try(t.Context(), root, m.ID, "")
	r.wantRefusal("an administrator", err, meeting.CodeMeetingUnknown)
	_, err = r.Try(t.Context(), ada, m.ID, "\u202e")
	r.wantRefusal("no title", err, meeting.CodeTitleInvalid)
	link = try(ada, m.ID, "")
	if len(r.trials) != 1 {
		t.Errorf("%d trials are remembered", len(r.trials))
	}
	if r.endDeleted(t.Context()); len(r.told.ended) != 1 {
		t.Errorf("a trial whose link was replaced goes on: %v", r.told.ended)
	}
	if err := r.Delete(t.Context(), ada, m.ID); err != nil {
		t.Fatal(err)
	}
	if got := r.knock(meeting.Knock{Link: link, Login: "in:ada"}); got != "meeting_unknown" {
		t.Errorf("of a meeting that was deleted: %s", got)
	}
}
