package store_test

import (
	"errors"
	"fmt"
	"reflect"
	"testing"
	"time"

	"konklave/internal/id"
	"konklave/internal/store"
	"konklave/internal/store/storetest"
)

var noon = time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)

// sampleMeeting is one with every column filled.
func sampleMeeting(name string) store.Meeting {
	return store.Meeting{
		ID: id.MeetingID(name), Link: id.LinkID("link of " + name), Code: "12345678", Owner: "ada", Planner: "kim", HostHash: []byte{1, 2, 3},
		Title: "Größe & <b>", Kind: "discussion", Level: "internal", Settings: `{"lobby":"off"}`, Schedule: `{"form":"once"}`, Sequence: 2,
		Made: noon, Changed: noon.Add(time.Minute), Used: noon.Add(time.Hour), Ends: noon.Add(2 * time.Hour), Erase: noon.AddDate(0, 0, 30),
		Condition: `{"locked":true}`,
	}
}

func read[T any](t *testing.T, s *store.Store, f func(*store.Tx) (T, error)) T {
	t.Helper()
	var got T
	err := s.Read(t.Context(), func(tx *store.Tx) (err error) {
		got, err = f(tx)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestMeetings(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		want := sampleMeeting("a")
		write(t, s, func(tx *store.Tx) error {
			other := sampleMeeting("b")
			other.Owner, other.HostHash, other.Ends = "eve", nil, time.Time{}
			return errors.Join(tx.AddMeeting(want), tx.AddMeeting(other), tx.SetMeetingHosts("b", []id.AccountID{"ada", "zoe"}),
				tx.AddMeeting(sampleMeeting("c")), tx.SetSubstitute(store.Substitute{Meeting: "c", Date: "2026-11-30", Account: "zoe", Ends: noon}))
		})
		if got := read(t, s, func(tx *store.Tx) (store.Meeting, error) { return tx.Meeting("a") }); !reflect.DeepEqual(got, want) {
			t.Errorf("came back as %+v", got)
		}
		byLink := read(t, s, func(tx *store.Tx) (store.Meeting, error) { return tx.MeetingByLink("link of b") })
		if byLink.ID != "b" || byLink.HostHash != nil || !byLink.Ends.IsZero() {
			t.Errorf("by its link: %+v", byLink)
		}
		for account, want := range map[id.AccountID]int{"ada": 3, "eve": 1, "zoe": 2, "nobody": 0} {
			if got := read(t, s, func(tx *store.Tx) ([]store.Meeting, error) { return tx.MeetingsOf(account) }); len(got) != want {
				t.Errorf("%s has to do with %d meetings, want %d", account, len(got), want)
			}
		}
		if got := read(t, s, func(tx *store.Tx) ([]store.Meeting, error) { return tx.MeetingsPlanned() }); len(got) != 3 {
			t.Errorf("%d are planned for others", len(got))
		}
		if hosts := read(t, s, func(tx *store.Tx) (map[id.MeetingID][]id.AccountID, error) { return tx.HostsOf("zoe") }); fmt.Sprint(hosts) != "map[b:[ada zoe]]" {
			t.Errorf("hosts: %v", hosts)
		}
		if n := read(t, s, func(tx *store.Tx) (int, error) { return tx.CountMeetingsOf("ada") }); n != 2 {
			t.Errorf("ada owns %d", n)
		}

		want.Link, want.Code, want.Owner, want.Title, want.Settings, want.Sequence, want.Ends = "new", "", "eve", "Neu", "{}", 3, noon
		write(t, s, func(tx *store.Tx) error {
			return errors.Join(tx.ChangeMeeting(want), tx.NoteCondition("a", ""), tx.NoteUse("a", noon.Add(5*time.Hour), noon.AddDate(1, 0, 0)))
		})
		want.Condition, want.Used, want.Erase = "", noon.Add(5*time.Hour), noon.AddDate(1, 0, 0)
		if got := read(t, s, func(tx *store.Tx) (store.Meeting, error) { return tx.Meeting("a") }); !reflect.DeepEqual(got, want) {
			t.Errorf("changed to %+v", got)
		}
		if err := s.Write(t.Context(), func(tx *store.Tx) error { return tx.AddMeeting(sampleMeeting("a")) }); !errors.Is(err, store.ErrExists) {
			t.Errorf("a second one: %v", err)
		}
		write(t, s, func(tx *store.Tx) error { return tx.DeleteMeeting("b") })
		if hosts := read(t, s, func(tx *store.Tx) ([]id.AccountID, error) { return tx.MeetingHosts("b") }); hosts != nil {
			t.Errorf("hosts of a deleted meeting: %v", hosts)
		}
	})
}

func TestPersonalLinks(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		child := store.PersonalLink{ID: "p1", Link: "l1", Meeting: "a", Name: "Mia K.", Number: 2}
		slot := store.PersonalLink{ID: "p2", Link: "l2", Meeting: "a", Number: 1, Start: noon, End: noon.Add(20 * time.Minute)}
		write(t, s, func(tx *store.Tx) error {
			return errors.Join(tx.AddMeeting(sampleMeeting("a")), tx.AddPersonalLink(slot), tx.AddPersonalLink(child))
		})
		if got := read(t, s, func(tx *store.Tx) (store.PersonalLink, error) { return tx.PersonalLink("l2") }); got != slot {
			t.Errorf("came back as %+v", got)
		}
		if got := read(t, s, func(tx *store.Tx) ([]store.PersonalLink, error) { return tx.PersonalLinksOf("a") }); len(got) != 2 || got[0] != child {
			t.Errorf("listed as %+v", got)
		}
		write(t, s, func(tx *store.Tx) error {
			return errors.Join(tx.RenewPersonalLink("a", "p1", "l3"), tx.DeletePersonalLink("a", "p2"))
		})
		for _, fails := range []func(*store.Tx) error{
			func(tx *store.Tx) error { _, err := tx.PersonalLink("l1"); return err },
			func(tx *store.Tx) error { return tx.DeletePersonalLink("a", "p2") },
			func(tx *store.Tx) error { return tx.RenewPersonalLink("b", "p1", "l4") },
		} {
			if err := s.Write(t.Context(), fails); !errors.Is(err, store.ErrNone) {
				t.Errorf("what is not there any more: %v", err)
			}
		}
		stray := store.PersonalLink{ID: "p4", Link: "l4", Meeting: "none"}
		if err := s.Write(t.Context(), func(tx *store.Tx) error { return tx.AddPersonalLink(stray) }); !errors.Is(err, store.ErrReferred) {
			t.Errorf("a link of no meeting: %v", err)
		}
	})
}

func TestSubstitutesAndNotices(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		notice := store.MeetingNotice{ID: "n1", Account: "ada", Event: "taken", Title: "Rat", Other: "eve", At: noon}
		write(t, s, func(tx *store.Tx) error {
			return errors.Join(tx.AddMeeting(sampleMeeting("a")), tx.AddMeetingNotice(notice),
				tx.SetSubstitute(store.Substitute{Meeting: "a", Date: "2026-12-01", Account: "eve", Ends: noon}),
				tx.SetSubstitute(store.Substitute{Meeting: "a", Date: "2026-11-30", Account: "eve", Ends: noon}),
				tx.SetSubstitute(store.Substitute{Meeting: "a", Date: "2026-12-01", Account: "zoe", Ends: noon}),
				tx.DeleteSubstitute("a", "2027-01-01"))
		})
		want := []store.Substitute{{Meeting: "a", Date: "2026-11-30", Account: "eve", Ends: noon}, {Meeting: "a", Date: "2026-12-01", Account: "zoe", Ends: noon}}
		for _, list := range []func(*store.Tx) ([]store.Substitute, error){
			func(tx *store.Tx) ([]store.Substitute, error) { return tx.SubstitutesOf("a") },
			func(tx *store.Tx) ([]store.Substitute, error) { return tx.SubstitutesFor("ada") },
		} {
			if got := read(t, s, list); !reflect.DeepEqual(got, want) {
				t.Errorf("substitutes %v", got)
			}
		}
		if got := read(t, s, func(tx *store.Tx) ([]store.MeetingNotice, error) { return tx.MeetingNotices("ada") }); len(got) != 1 || got[0] != notice {
			t.Errorf("notices %v", got)
		}
		write(t, s, func(tx *store.Tx) error {
			return errors.Join(tx.DeleteMeetingNotice("eve", "n1"), tx.ForgetHost("zoe"), tx.DeleteSubstitute("a", "2026-11-30"))
		})
		if got := read(t, s, func(tx *store.Tx) ([]store.Substitute, error) { return tx.SubstitutesOf("a") }); got != nil {
			t.Errorf("substitutes that remain: %v", got)
		}
		if got := read(t, s, func(tx *store.Tx) ([]store.MeetingNotice, error) { return tx.MeetingNotices("ada") }); len(got) != 1 {
			t.Error("somebody else put a notice away")
		}
	})
}

// TestMeetingsAreErased lets time pass: each row goes when its time has come, and what belongs to a meeting with it.
func TestMeetingsAreErased(t *testing.T) {
	counts := func(tx *store.Tx) (string, error) {
		text := ""
		for _, table := range []string{"meeting", "meeting_host", "meeting_substitute", "personal_link", "meeting_notice", "meeting WHERE condition <> ''"} {
			n, err := store.One(tx, store.Value[int], "SELECT COUNT(*) FROM "+table)
			if err != nil {
				return "", err
			}
			text += fmt.Sprint(n, " ")
		}
		return text, nil
	}
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		write(t, s, func(tx *store.Tx) error {
			m := sampleMeeting("a") // used until 13:00, erased in 30 days
			return errors.Join(tx.AddMeeting(m), tx.SetMeetingHosts("a", []id.AccountID{"eve"}),
				tx.SetSubstitute(store.Substitute{Meeting: "a", Date: "2026-11-30", Account: "eve", Ends: noon}),
				tx.SetSubstitute(store.Substitute{Meeting: "a", Date: "2026-12-30", Account: "eve", Ends: noon.AddDate(0, 0, 30)}),
				tx.AddPersonalLink(store.PersonalLink{ID: "p1", Link: "l1", Meeting: "a", Name: "Mia"}),
				tx.AddPersonalLink(store.PersonalLink{ID: "p2", Link: "l2", Meeting: "a", Start: noon, End: noon.Add(20 * time.Minute)}),
				tx.AddMeetingNotice(store.MeetingNotice{ID: "n1", Account: "ada", Event: "taken", At: noon}))
		})
		for _, step := range []struct {
			after time.Duration
			want  string
		}{
			{0, "1 1 2 2 1 1 "},
			{50*time.Minute - 1, "1 1 2 2 1 1 "},
			{50 * time.Minute, "1 1 2 1 1 1 "}, // the appointment, 30 minutes after its end
			{13 * time.Hour, "1 1 2 1 1 0 "},   // the run, 12 hours after its use
			{24 * time.Hour, "1 1 1 1 1 0 "},   // who stood in
			{30*24*time.Hour - time.Millisecond, "1 1 1 1 1 0 "},
			{30 * 24 * time.Hour, "0 0 0 0 1 0 "},
			{90 * 24 * time.Hour, "0 0 0 0 0 0 "},
		} {
			if _, err := s.Purge(t.Context(), store.MeetingRetention(), noon.Add(step.after)); err != nil {
				t.Fatal(err)
			}
			if got := read(t, s, counts); got != step.want {
				t.Errorf("after %v there are %s, want %s", step.after, got, step.want)
			}
		}
	})
}
