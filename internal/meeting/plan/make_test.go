package plan

import (
	"context"
	"errors"
	"strings"
	"testing"

	"konklave/internal/id"
	"konklave/internal/meeting"
	"konklave/internal/meeting/calendar"
	"konklave/internal/meeting/rules"
	"konklave/internal/store"
	"konklave/internal/store/storetest"
)

func TestMakeAndChange(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		r := newRig(t, s)
		m := r.make(ada, Draft{Title: " <b>Rat</b> ", Kind: rules.Class, Schedule: weekly(4), Hosts: []id.AccountID{"eve", "eve", "ada"}})
		if m.Title.Reveal() != "<b>Rat</b>" || m.Level != rules.Internal || m.Settings != rules.Preset(rules.Class, rules.Internal) ||
			!m.Link.Valid() || m.Code != "" || m.Mine != Owns || len(m.Hosts) != 1 || m.Owner.Name.Reveal() != "Frau ada" || len(m.Dates) != 4 {
			t.Errorf("made %+v", m)
		}
		if want := "2026-12-22 00:00 +0100"; m.Dates[3].Date.String() != "2026-12-21" || m.Erase.In(r.place("Europe/Berlin")).Format("2006-01-02 15:04 -0700") != "2027-01-21 00:00 +0100" {
			t.Errorf("erased at %v, want 30 days after %s", m.Erase, want)
		}

		settings := m.Settings
		settings.Code, settings.KeepDays = true, 180
		title, schedule := "Neu", monday()
		changed, err := r.Change(t.Context(), eve, m.ID, Change{Title: &title, Settings: &settings, Schedule: &schedule})
		if err != nil {
			t.Fatal(err)
		}
		if changed.Title.Reveal() != "Neu" || len(changed.Code) != codeDigits || changed.Sequence != 1 || len(changed.Dates) != 1 || changed.Mine != Conducts || changed.Link != m.Link {
			t.Errorf("changed to %+v", changed)
		}
		if len(r.told.defined) != 1 || r.told.defined[0].Title.Reveal() != "Neu" || r.told.defined[0].Host.Reveal() != "Frau ada" || !r.told.defined[0].Settings.Code {
			t.Errorf("a running meeting is told %+v", r.told.defined)
		}
		kind := rules.Talk
		changed, err = r.Change(t.Context(), ada, m.ID, Change{Kind: &kind})
		if err != nil || changed.Level != rules.Open || changed.Settings != rules.Preset(rules.Talk, rules.Open) || changed.Code != "" {
			t.Errorf("another kind: %+v, %v", changed, err)
		}
		level := rules.Internal
		if changed, err = r.Change(t.Context(), ada, m.ID, Change{Level: &level}); err != nil || changed.Settings != rules.Preset(rules.Talk, rules.Internal) {
			t.Errorf("another level: %+v, %v", changed, err)
		}
		if again, err := r.Meeting(t.Context(), ada, m.ID); err != nil || again.Settings != changed.Settings || again.Title != changed.Title {
			t.Errorf("read back as %+v, %v", again, err)
		}

		if err := r.Delete(t.Context(), ada, m.ID); err != nil || len(r.told.ended) != 1 {
			t.Errorf("deleting: %v, told %v", err, r.told.ended)
		}
		_, err = r.Meeting(t.Context(), ada, m.ID)
		r.wantRefusal("a deleted meeting", err, meeting.CodeMeetingUnknown)
	})
}

// TestDefaultsOfAUse has what the server is for move what nobody chose.
func TestDefaultsOfAUse(t *testing.T) {
	r := sqlite(t)
	r.Service.Use = func(context.Context) (rules.Use, error) { return rules.Firm, nil }
	m := r.make(ada, Draft{Kind: rules.Talk})
	if m.Level != rules.Internal || m.Settings != rules.Firm.Preset(rules.Talk, rules.Internal) {
		t.Errorf("made %+v", m)
	}
	kind, open := rules.Class, rules.Open
	changed, err := r.Change(t.Context(), ada, m.ID, Change{Kind: &kind})
	if err != nil || changed.Settings.Address != rules.Sie {
		t.Errorf("changed to %+v, %v", changed.Settings, err)
	}
	if m = r.make(ada, Draft{Kind: rules.Talk, Level: open}); m.Level != open {
		t.Errorf("what was chosen became %s", m.Level)
	}
	r.Service.Use = func(context.Context) (rules.Use, error) { return "", store.Busy }
	if _, err := r.Make(t.Context(), ada, Draft{Title: "T", Kind: kind}); !errors.Is(err, store.Busy) {
		t.Errorf("a store that fails: %v", err)
	}
}

func TestWhatCannotBeMade(t *testing.T) {
	r := sqlite(t)
	past, many := monday(), weekly(10_000)
	past.Date.Day = 1
	wrong := rules.Preset(rules.Discussion, rules.Internal)
	wrong.Lobby = rules.LobbyOff
	tests := []struct {
		name  string
		by    Actor
		draft Draft
		want  meeting.Code
	}{
		{"no title", ada, Draft{Title: " \u202e "}, meeting.CodeTitleInvalid},
		{"a huge title", ada, Draft{Title: strings.Repeat("a", 121)}, meeting.CodeTitleInvalid},
		{"no kind", ada, Draft{Kind: "party"}, meeting.CodeSettingsInvalid},
		{"a level without encryption", ada, Draft{Level: rules.Secret}, meeting.CodeSettingsInvalid},
		{"settings that the level does not permit", ada, Draft{Settings: &wrong}, meeting.CodeSettingsInvalid},
		{"no settings", ada, Draft{Settings: &rules.Settings{}}, meeting.CodeSettingsInvalid},
		{"10,000 dates", ada, Draft{Schedule: many}, meeting.CodeScheduleInvalid},
		{"over already", ada, Draft{Schedule: past}, meeting.CodeScheduleInvalid},
		{"a zone that is a file", ada, Draft{Schedule: calendar.Schedule{Form: calendar.Once, Date: past.Date, Minutes: 30, Zone: "../../etc/passwd"}}, meeting.CodeScheduleInvalid},
		{"a host who is none", ada, Draft{Hosts: []id.AccountID{"kim"}}, meeting.CodeOwnerInvalid},
		{"a host who does not exist", ada, Draft{Hosts: []id.AccountID{"nobody"}}, meeting.CodeOwnerInvalid},
		{"too many hosts", ada, Draft{Hosts: make([]id.AccountID, MaxHosts+1)}, meeting.CodeLimitReached},
		{"for another, by a host", ada, Draft{Owner: "eve"}, meeting.CodeNotAllowed},
		{"for another, by an administrator", root, Draft{Owner: "eve"}, meeting.CodeNotAllowed},
		{"for oneself, by reception", kim, Draft{}, meeting.CodeNotAllowed},
		{"for nobody, by reception", kim, Draft{Owner: "nobody"}, meeting.CodeOwnerInvalid},
		{"for nobody, at the command line", operators, Draft{}, meeting.CodeNotAllowed},
		{"by an auditor", auditor, Draft{}, meeting.CodeNotAllowed},
	}
	for _, test := range tests {
		if test.draft.Title == "" {
			test.draft.Title = "T"
		}
		if test.draft.Kind == "" {
			test.draft.Kind = rules.Discussion
		}
		_, err := r.Make(t.Context(), test.by, test.draft)
		r.wantRefusal(test.name, err, test.want)
	}
	_, err := r.Make(t.Context(), ada, Draft{Title: "T", Kind: rules.Discussion, Settings: &wrong})
	var invalid Invalid
	if !errors.As(err, &invalid) || len(invalid.Settings) != 1 || invalid.Settings[0].Code != rules.LobbyOrCode {
		t.Errorf("it is not said what is wrong: %v", err)
	}
	if list, err := r.List(t.Context(), ada); err != nil || len(list) != 0 {
		t.Errorf("something was made: %v, %v", list, err)
	}
}

// TestLimitOfAnOwner fills the store to the limit by its own means.
func TestLimitOfAnOwner(t *testing.T) {
	r := sqlite(t)
	err := r.Store.Write(t.Context(), func(tx *store.Tx) error {
		for range MaxOfOwner {
			row, err := r.draft(r.now, "", Draft{Title: "T", Kind: rules.Discussion, Owner: "ada"})
			if err == nil {
				err = tx.AddMeeting(row)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	_, err = r.Make(t.Context(), ada, Draft{Title: "T", Kind: rules.Discussion})
	r.wantRefusal("one more", err, meeting.CodeLimitReached)
	r.make(eve, Draft{}) // another's is none of hers
}

// TestWhoMayDoWhat asks each for each: the answer to who has nothing to do with a meeting is always that there is none.
func TestWhoMayDoWhat(t *testing.T) {
	r := sqlite(t)
	own := r.make(ada, Draft{Schedule: weekly(4), Hosts: []id.AccountID{"eve"}}).ID
	planned := r.make(kim, Draft{Schedule: weekly(4), Owner: "ada"}).ID
	for _, m := range []id.MeetingID{own, planned} {
		if _, err := r.StandIn(t.Context(), Actor{Account: "ada"}, m, calendar.Date{Year: 2026, Month: 12, Day: 7}, "zoe"); err != nil {
			t.Fatal(err)
		}
	}
	const unknown, no = meeting.CodeMeetingUnknown, meeting.CodeNotAllowed
	date := calendar.Date{Year: 2026, Month: 12, Day: 14}
	acts := map[string]func(Actor, id.MeetingID) error{
		"read":   func(by Actor, m id.MeetingID) error { _, err := r.Meeting(t.Context(), by, m); return err },
		"links":  func(by Actor, m id.MeetingID) error { _, err := r.Personal(t.Context(), by, m); return err },
		"change": func(by Actor, m id.MeetingID) error { _, err := r.Change(t.Context(), by, m, Change{}); return err },
		"renew":  func(by Actor, m id.MeetingID) error { _, err := r.RenewLink(t.Context(), by, m); return err },
		"invite": func(by Actor, m id.MeetingID) error {
			_, err := r.Invite(t.Context(), by, m, []string{"Mia"})
			return err
		},
		"hosts": func(by Actor, m id.MeetingID) error {
			_, err := r.Change(t.Context(), by, m, Change{Hosts: &[]id.AccountID{"eve"}})
			return err
		},
		"stand in": func(by Actor, m id.MeetingID) error { _, err := r.StandIn(t.Context(), by, m, date, "eve"); return err },
		"give":     func(by Actor, m id.MeetingID) error { return r.Give(t.Context(), by, m, by.Account) },
	}
	tests := []struct {
		name                                                     string
		by                                                       Actor
		read, links, change, renew, invite, hosts, standIn, give meeting.Code
	}{
		{"a host beside", eve, "", "", "", "", "", no, no, unknown},
		{"a substitute", zoe, "", "", no, no, no, no, no, unknown},
		{"an administrator", root, unknown, unknown, unknown, unknown, unknown, unknown, unknown, ""},
		{"reception, not planned", kim, unknown, unknown, unknown, unknown, unknown, unknown, unknown, unknown},
		{"an auditor", auditor, unknown, unknown, unknown, unknown, unknown, unknown, unknown, unknown},
		{"nobody", Actor{}, unknown, unknown, unknown, unknown, unknown, unknown, unknown, unknown},
		{"the command line", operators, unknown, unknown, unknown, unknown, unknown, unknown, unknown, unknown},
	}
	for _, test := range tests {
		want := map[string]meeting.Code{"read": test.read, "links": test.links, "change": test.change, "renew": test.renew, "invite": test.invite,
			"hosts": test.hosts, "stand in": test.standIn, "give": test.give}
		for act, do := range acts {
			if act == "give" && want[act] == "" {
				continue // TestTakingOver
			}
			if err := do(test.by, own); want[act] == "" && err != nil || want[act] != "" && !refused(err, want[act]) {
				t.Errorf("%s, %s: %v, want %q", test.name, act, err, want[act])
			}
		}
		if err := r.Delete(t.Context(), test.by, own); test.by != operators && err == nil {
			t.Errorf("%s deletes a meeting", test.name)
		} else if test.by == operators && err != nil {
			t.Errorf("at the command line: %v", err)
		}
	}
	for act, do := range acts {
		if act == "give" {
			continue
		}
		if err := do(kim, planned); err != nil {
			t.Errorf("reception, what it planned, %s: %v", act, err)
		}
	}
	r.wantRefusal("reception gives away what it planned", acts["give"](kim, planned), unknown)
	if err := r.Delete(t.Context(), kim, planned); err != nil {
		t.Error(err)
	}
	if got := len(r.recorded); got != 2 {
		t.Errorf("%d acts are noted, want that one was planned and one deleted: %v", got, r.recorded)
	}
}
