package plan

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"konklave/internal/id"
	"konklave/internal/meeting"
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

// fiveHundred are so many scheduled meetings of ada's, all of them series of 40 weeks, with eve as a co-host.
func (r *rig) fiveHundred() error {
	rule := weekly(40)
	return r.Store.Write(context.Background(), func(tx *store.Tx) error {
		for i := range 500 {
			row, err := r.draft(r.now, "", Draft{Title: fmt.Sprintf("Konferenz %d", i), Kind: rules.Class, Owner: "ada", Schedule: rule})
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
}

// TestFiveHundredMeetings lists so many, writes the calendar of some, looks one of them up by its link and erases all. Each takes
// some hundredths of a second on a machine of its own (BenchmarkList); the bounds leave room for others.
func TestFiveHundredMeetings(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		r := newRig(t, s)
		if err := r.fiveHundred(); err != nil {
			t.Fatal(err)
		}
		within := func(what string, most time.Duration, do func() error) {
			t.Helper()
			began := time.Now()
			err := do()
			took := time.Since(began)
			t.Logf("%s: %v", what, took)
			if err != nil || took > most {
				t.Errorf("%s: %v, after %v", what, err, took)
			}
		}
		var list []Meeting
		within("listing", 3*time.Second, func() (err error) {
			list, err = r.List(t.Context(), ada)
			return err
		})
		if len(list) != 500 {
			t.Fatalf("%d are listed", len(list))
		}
		within("twenty calendar files", 3*time.Second, func() error {
			for _, m := range list[:20] {
				papers, err := r.Papers(t.Context(), ada, m.ID, "", "https://meet.example.org")
				if err != nil {
					return err
				}
				if file, err := papers.File(calendar.German); err != nil || len(file) == 0 {
					return fmt.Errorf("no calendar: %w", err)
				}
			}
			return nil
		})
		within("coming to one", time.Second, func() error {
			_, _, err := r.Knock(t.Context(), meeting.Knock{Link: list[250].Link, Login: "in:ada"})
			return err
		})
		within("erasing", 5*time.Second, func() error {
			_, err := s.Purge(t.Context(), store.MeetingRetention(), r.now.AddDate(2, 0, 0))
			return err
		})
		if list, err := r.List(t.Context(), ada); err != nil || len(list) > 0 {
			t.Errorf("%d are left, %v", len(list), err)
		}
	})
}

// BenchmarkList lists 500 scheduled meetings, all of which are series.
func BenchmarkList(b *testing.B) {
	r := newRig(&testing.T{}, storetest.Open(b, storetest.SQLite(b)))
	if err := r.fiveHundred(); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		list, err := r.List(b.Context(), ada)
		if err != nil || len(list) != 500 {
			b.Fatal(len(list), err)
		}
	}
}
