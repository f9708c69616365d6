package plan

import (
	"slices"
	"testing"

	"konklave/internal/id"
	"konklave/internal/meeting"
	"konklave/internal/meeting/calendar"
	"konklave/internal/store"
	"konklave/internal/store/storetest"
)

func TestTakingOver(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		r := newRig(t, s)
		m := r.make(ada, Draft{Title: "Rat", Hosts: []id.AccountID{"eve"}})
		if err := r.Give(t.Context(), root, m.ID, "eve"); err != nil {
			t.Fatal(err)
		}
		_, err := r.Meeting(t.Context(), ada, m.ID)
		r.wantRefusal("who had it", err, meeting.CodeMeetingUnknown)
		now, err := r.Meeting(t.Context(), eve, m.ID)
		if err != nil || now.Mine != Owns || len(now.Hosts) != 0 || now.Link == m.Link {
			t.Errorf("who has it now: %+v, %v", now, err)
		}
		if r.recorded[0] != ActTakenOver || r.told.defined[0].Host.Reveal() != "Frau eve" {
			t.Errorf("noted %v, told %v", r.recorded, r.told.defined)
		}
		notices, err := r.Notices(t.Context(), ada)
		if err != nil || len(notices) != 1 || notices[0].Event != Taken || notices[0].Title.Reveal() != "Rat" || notices[0].Other.ID != "eve" {
			t.Errorf("the owner is told %+v, %v", notices, err)
		}
		if err := r.PutAway(t.Context(), ada, notices[0].ID); err != nil {
			t.Error(err)
		}
		if notices, _ := r.Notices(t.Context(), ada); len(notices) != 0 {
			t.Error("what was put away is told again")
		}
		if notices, _ := r.Notices(t.Context(), eve); len(notices) != 1 || notices[0].Event != Given || notices[0].Other.ID != "ada" {
			t.Errorf("who has it now is told %+v", notices)
		}

		// By the owner, without a trace in the trail and with the same link.
		before := now.Link
		if err := r.Give(t.Context(), eve, m.ID, "zoe"); err != nil {
			t.Fatal(err)
		}
		if now, _ = r.Meeting(t.Context(), zoe, m.ID); now.Link != before || len(r.recorded) != 1 {
			t.Errorf("given by its owner: %+v, noted %v", now, r.recorded)
		}
		r.wantRefusal("to who may not host", r.Give(t.Context(), zoe, m.ID, "kim"), meeting.CodeOwnerInvalid)
		r.wantRefusal("to oneself", r.Give(t.Context(), zoe, m.ID, "zoe"), meeting.CodeOwnerInvalid)
		r.wantRefusal("what is not there", r.Give(t.Context(), root, "none", "zoe"), meeting.CodeMeetingUnknown)
	})
}

func TestLeavers(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		r := newRig(t, s)
		r.lookout.close() // it would look at the same time
		estate := Estate{r.Service}
		one := r.make(ada, Draft{Title: "eins"})
		r.make(ada, Draft{Title: "zwei", Hosts: []id.AccountID{"eve"}})
		other := r.make(zoe, Draft{Title: "drei", Schedule: weekly(3), Hosts: []id.AccountID{"ada"}})
		if _, err := r.Invite(t.Context(), ada, one.ID, []string{"Mia Kurz"}); err != nil {
			t.Fatal(err)
		}
		if _, err := r.StandIn(t.Context(), zoe, other.ID, calendar.Date{Year: 2026, Month: 11, Day: 30}, "ada"); err != nil {
			t.Fatal(err)
		}
		err := s.Write(t.Context(), func(tx *store.Tx) error {
			if n, err := estate.Owns(tx, "ada"); n != 2 || err != nil {
				t.Errorf("owns %d, %v", n, err)
			}
			all, err := estate.Export(tx, "ada")
			if err != nil {
				return err
			}
			export := all.(map[string]any)["meetings"].([]exported)
			if len(export) != 3 {
				t.Errorf("exported %+v", export)
			}
			if err := estate.HandOver(tx, "ada", "eve"); err != nil {
				return err
			}
			return estate.Delete(tx, "ada")
		})
		if err != nil {
			t.Fatal(err)
		}
		if list, _ := r.List(t.Context(), ada); len(list) != 0 {
			t.Errorf("the leaver still has %s", titles(list))
		}
		list, _ := r.List(t.Context(), eve)
		if got := titles(list); got != "eins:owner zwei:owner" || list[0].Link != one.Link || len(list[1].Hosts) != 0 {
			t.Errorf("the heir has %s", got)
		}
		if left, _ := r.Meeting(t.Context(), zoe, other.ID); len(left.Hosts) != 0 || len(left.Substitutes) != 0 {
			t.Errorf("the leaver still conducts: %+v", left)
		}
		planned := r.make(kim, Draft{Title: "vier", Owner: "zoe"})
		for _, leaver := range []id.AccountID{"eve", "kim"} {
			if err := s.Write(t.Context(), func(tx *store.Tx) error { return estate.Delete(tx, leaver) }); err != nil {
				t.Fatal(err)
			}
		}
		row := read(t, s, func(tx *store.Tx) (store.Meeting, error) { return tx.Meeting(planned.ID) })
		if row.Planner == "kim" || row.Planner == "" {
			t.Errorf("planned by %q", row.Planner)
		}
		if err := r.Delete(t.Context(), operators, planned.ID); err != nil {
			t.Fatal(err)
		}
		if all, _ := r.All(t.Context(), root); len(all) != 1 {
			t.Errorf("%d meetings are left", len(all))
		}
		r.told.running = []id.MeetingID{other.ID, one.ID}
		if r.endDeleted(t.Context()); !slices.Equal(r.told.ended, []id.MeetingID{planned.ID, one.ID}) {
			t.Errorf("of those that run are ended %v", r.told.ended)
		}
	})
}

func TestStandingIn(t *testing.T) {
	r := sqlite(t)
	m := r.make(ada, Draft{Schedule: weekly(3)})
	day := func(d int) calendar.Date { return calendar.Date{Year: 2026, Month: 12, Day: d} }
	for name, test := range map[string]struct {
		date calendar.Date
		who  id.AccountID
		want meeting.Code
	}{
		"no such date":      {day(8), "eve", meeting.CodeDateUnknown},
		"a date that is by": {day(30), "eve", meeting.CodeDateUnknown},
		"reception":         {day(7), "kim", meeting.CodeOwnerInvalid},
	} {
		_, err := r.StandIn(t.Context(), ada, m.ID, test.date, test.who)
		r.wantRefusal(name, err, test.want)
	}
	if m, err := r.StandIn(t.Context(), ada, m.ID, day(7), "eve"); err != nil || len(m.Substitutes) != 1 || m.Substitutes[0].Date != day(7) {
		t.Fatalf("%+v, %v", m, err)
	}
	coming := meeting.Knock{Link: m.Link, Login: "in:eve"}
	for _, step := range []struct{ at, want string }{
		{"2026-11-30 10:30", "participant"}, {"2026-12-07 08:59", "participant"}, {"2026-12-07 09:00", "owner"},
		{"2026-12-07 12:59", "owner"}, {"2026-12-07 13:00", "participant"}, {"2026-12-14 10:00", "participant"},
	} {
		r.at(step.at)
		if got := r.knock(coming); got != step.want {
			t.Errorf("at %s: %s, want %s", step.at, got, step.want)
		}
	}
	r.at("2026-12-01 00:00")
	if m, err := r.StandIn(t.Context(), ada, m.ID, day(7), ""); err != nil || len(m.Substitutes) != 0 {
		t.Errorf("%+v, %v", m, err)
	}
}
