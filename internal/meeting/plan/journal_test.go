package plan

import (
	"errors"
	"fmt"
	"reflect"
	"testing"
	"time"

	"konklave/internal/id"
	"konklave/internal/meeting"
	"konklave/internal/meeting/rules"
	"konklave/internal/store"
	"konklave/internal/store/storetest"
)

// flush waits until what was noted is written.
func (r *rig) flush() {
	r.Helper()
	if err := r.journal.close(r.Context()); err != nil {
		r.Fatal(err)
	}
	r.journal = newJournal(r.Service)
}

func TestWhatRunsIsNotForgotten(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		r := newRig(t, s)
		m := r.make(ada, Draft{})
		settings := rules.Preset(rules.Talk, rules.Open)
		want := meeting.Condition{Run: "r1", Locked: true, Change: &meeting.Change{To: settings}, Void: []meeting.TicketID{"a"}}
		for i := range 100 { // what is newer counts
			r.Note(m.ID, meeting.Condition{Run: fmt.Sprint(i)})
		}
		r.Note(m.ID, want)
		r.Note("gone", want)
		if d, _, err := r.Knock(t.Context(), meeting.Knock{Link: m.Link}); err != nil || !reflect.DeepEqual(d.Condition, want) {
			t.Errorf("not written yet: %+v, %v", d.Condition, err)
		}
		r.flush()
		d, _, err := r.Knock(t.Context(), meeting.Knock{Link: m.Link})
		if err != nil || !reflect.DeepEqual(d.Condition, want) {
			t.Errorf("%+v, %v", d.Condition, err)
		}
		title := "Neu"
		if _, err := r.Change(t.Context(), ada, m.ID, Change{Title: &title}); err != nil {
			t.Fatal(err)
		}
		if got := r.told.defined[0].Condition; !reflect.DeepEqual(got, want) {
			t.Errorf("a change forgets it: %+v", got)
		}
		r.Note(m.ID, meeting.Condition{})
		r.flush()
		row := read(t, s, func(tx *store.Tx) (store.Meeting, error) { return tx.Meeting(m.ID) })
		if row.Condition != "" {
			t.Errorf("of a run that is over remains %s", row.Condition)
		}
	})
}

func read[T any](t *testing.T, s *store.Store, f func(*store.Tx) (T, error)) (got T) {
	t.Helper()
	err := s.Read(t.Context(), func(tx *store.Tx) (err error) {
		got, err = f(tx)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// TestJournalWaitsForTheStore closes the store under the journal: nothing is lost, and one line is logged.
func TestJournalWaitsForTheStore(t *testing.T) {
	o := storetest.SQLite(t)
	broken, err := store.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	r := newRig(t, broken)
	m := r.make(ada, Draft{})
	if err := errors.Join(broken.Close(), r.journal.close(t.Context())); err != nil {
		t.Fatal(err)
	}
	j := &journal{service: r.Service, wake: make(chan struct{}, 1), waiting: map[id.MeetingID]note{}}
	r.journal = j
	r.Note(m.ID, meeting.Condition{Run: "1"})
	r.Used(m.ID, r.now)
	for range 2 {
		if j.write(t.Context()) {
			t.Fatal("a closed store was written")
		}
	}
	if r.lines.n != 1 {
		t.Errorf("%d lines are logged", r.lines.n)
	}
	r.Note(m.ID, meeting.Condition{Run: "2"})
	r.Store = storetest.Open(t, o)
	if !j.write(t.Context()) {
		t.Fatal("nothing was written")
	}
	row := read(t, r.Store, func(tx *store.Tx) (store.Meeting, error) { return tx.Meeting(m.ID) })
	if row.Condition != `{"run":"2"}` || !row.Used.Equal(r.now.Add(time.Hour)) {
		t.Errorf("written: %s, used %v", row.Condition, row.Used)
	}
	r.journal = newJournal(r.Service)
}
