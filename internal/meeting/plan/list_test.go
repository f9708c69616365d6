package plan

import (
	"fmt"
	"strings"
	"testing"

	"konklave/internal/id"
	"konklave/internal/meeting/calendar"
	"konklave/internal/meeting/rules"
	"konklave/internal/store"
	"konklave/internal/store/storetest"
)

func titles(list []Meeting) string {
	var all []string
	for _, m := range list {
		all = append(all, m.Title.Reveal()+":"+string(m.Mine))
	}
	return strings.Join(all, " ")
}

func TestList(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		r := newRig(t, s)
		later := monday()
		later.Date.Day, later.Date.Month = 24, 12
		r.make(ada, Draft{Title: "immer"})
		r.make(ada, Draft{Title: "später", Schedule: later})
		r.make(eve, Draft{Title: "mit", Schedule: weekly(4), Hosts: []id.AccountID{"ada"}})
		over := r.make(ada, Draft{Title: "vorbei", Schedule: monday()})
		r.make(eve, Draft{Title: "fremd"})
		plan := r.make(kim, Draft{Title: "geplant", Owner: "ada", Schedule: weekly(3)})
		vertreten := r.make(eve, Draft{Title: "vertreten", Schedule: weekly(9)})
		if _, err := r.StandIn(t.Context(), eve, vertreten.ID, calendar.Date{Year: 2026, Month: 12, Day: 7}, "ada"); err != nil {
			t.Fatal(err)
		}
		r.at("2026-12-01 10:00")
		list, err := r.List(t.Context(), ada)
		if err != nil {
			t.Fatal(err)
		}
		if got, want := titles(list), "geplant:owner mit:host vertreten:substitute später:owner immer:owner vorbei:owner"; got != want {
			t.Errorf("listed %s\n  want %s", got, want)
		}
		if next, ok := list[0].Next(r.now); !ok || next.Date.String() != "2026-12-07" || list[2].Substitutes[0].Person.ID != "ada" {
			t.Errorf("the next date of %+v is %v", list[0], next)
		}
		if _, ok := over.Next(r.now); ok {
			t.Error("what is over has a next date")
		}
		list, err = r.List(t.Context(), kim)
		if err != nil || titles(list) != "geplant:planner" || list[0].Link != plan.Link {
			t.Errorf("reception sees %s, %v", titles(list), err)
		}
		all, err := r.All(t.Context(), root)
		if err != nil || len(all) != 7 || all[0].Owner.ID != "ada" || all[0].Title.Reveal() != "geplant" {
			t.Errorf("an administrator sees %+v, %v", all, err)
		}
		if _, err := r.All(t.Context(), ada); err == nil {
			t.Error("a host lists the meetings of all")
		}
	})
}

// BenchmarkList lists 500 scheduled meetings, of which most are series.
func BenchmarkList(b *testing.B) {
	t := &testing.T{}
	s := storetest.Open(b, storetest.SQLite(b))
	r := newRig(t, s)
	rule := weekly(40)
	err := s.Write(b.Context(), func(tx *store.Tx) error {
		for i := range 500 {
			row, err := r.draft(r.now, Draft{Title: fmt.Sprintf("Konferenz %d", i), Kind: rules.Class, Owner: "ada", Schedule: rule})
			if err == nil {
				err = tx.AddMeeting(row)
			}
			if err == nil {
				err = tx.SetMeetingHosts(row.ID, []id.AccountID{"eve"})
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		list, err := r.List(b.Context(), ada)
		if err != nil || len(list) != 500 {
			b.Fatal(len(list), err)
		}
	}
}
