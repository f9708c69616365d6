package plan

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"konklave/internal/id"
	"konklave/internal/meeting"
	"konklave/internal/meeting/rules"
	"konklave/internal/store"
	"konklave/internal/store/storetest"
)

func TestMeetingsWithoutAccount(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		r := newRig(t, s)
		link, host, err := r.MakeOpen(t.Context(), "Runde")
		if err != nil {
			t.Fatal(err)
		}
		if got := r.knock(meeting.Knock{Link: link}); got != "participant" {
			t.Errorf("a guest: %s", got)
		}
		if got := r.knock(meeting.Knock{Link: link, Host: host}); got != "owner" {
			t.Errorf("who made it: %s", got)
		}
		if got := r.knock(meeting.Knock{Link: link, Login: "in:ada"}); got != "participant" {
			t.Errorf("who has an account: %s", got)
		}
		_, _, err = r.MakeOpen(t.Context(), "")
		r.wantRefusal("no title", err, meeting.CodeTitleInvalid)
		r.OpenHosting = false
		_, _, err = r.MakeOpen(t.Context(), "Runde")
		r.wantRefusal("where it is not open", err, meeting.CodeNotAllowed)
		if _, err := s.Purge(t.Context(), store.MeetingRetention(), r.now.Add(24*time.Hour)); err != nil {
			t.Fatal(err)
		}
		if got := r.knock(meeting.Knock{Link: link}); got != "meeting_unknown" {
			t.Errorf("after a day: %s", got)
		}
	})
}

// TestOldMeetingsAreTakenIn writes the file as programs without a store did.
func TestOldMeetingsAreTakenIn(t *testing.T) {
	r := sqlite(t)
	dir := t.TempDir()
	path := filepath.Join(dir, oldFile)
	links := []id.LinkID{id.NewLinkID(), id.NewLinkID(), id.NewLinkID()}
	hour := func(ago int) int64 { return r.now.Add(-time.Duration(ago) * time.Hour).Unix() }
	text := fmt.Sprintf(`{"link":%q,"title":"alt","used":%d}
{"link":%q,"title":"neu","used":%d}
{"link":%q,"title":"vergessen","used":%d}
{"link":%q,"title":"","used":%d}
{"link":"none","title":"x","used":%d}
{"link":"torn`, links[0], hour(30), links[0], hour(2), links[1], hour(25), links[2], hour(1), hour(1))
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := r.TakeInOld(t.Context(), dir); err != nil {
		t.Fatal(err)
	}
	d, pass, err := r.Knock(t.Context(), meeting.Knock{Link: links[0]})
	if err != nil || d.Title.Reveal() != "neu" || pass.Role != rules.Participant || d.Settings.Start != rules.StartAll {
		t.Errorf("%+v %+v %v", d, pass, err)
	}
	for _, link := range links[1:] {
		if got := r.knock(meeting.Knock{Link: link}); got != "meeting_unknown" {
			t.Errorf("what was to be forgotten: %s", got)
		}
	}
	if _, err := os.Stat(path); !os.IsNotExist(err) {
		t.Errorf("the file is still there: %v", err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := r.TakeInOld(t.Context(), dir); err != nil { // killed before the file was removed
		t.Error(err)
	}
	if err := r.TakeInOld(t.Context(), dir); err != nil {
		t.Errorf("without a file: %v", err)
	}
	if all, _ := r.All(t.Context(), root); len(all) != 1 {
		t.Errorf("%d meetings", len(all))
	}
}

// TestErasing looks when each sort of meeting goes, and that none goes while people are in it.
func TestErasing(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		r := newRig(t, s)
		keeps := func(m Meeting, after time.Duration) bool {
			t.Helper()
			if _, err := s.Purge(t.Context(), store.MeetingRetention(), r.now.Add(after)); err != nil {
				t.Fatal(err)
			}
			_, err := r.Meeting(t.Context(), ada, m.ID)
			return err == nil
		}
		sameDay := r.make(ada, Draft{Kind: rules.Consultation, Schedule: monday()})
		month := r.make(ada, Draft{Schedule: monday()})
		always := r.make(ada, Draft{})
		r.at("2026-11-30 11:00")
		const day = 24 * time.Hour
		if !keeps(sameDay, 13*time.Hour-time.Second) || keeps(sameDay, 13*time.Hour) {
			t.Error("a consultation is erased at the end of its last day")
		}
		if !keeps(month, 13*time.Hour+30*day-time.Second) || keeps(month, 13*time.Hour+30*day) {
			t.Error("a discussion is erased 30 days later")
		}
		if !keeps(always, 300*day) {
			t.Error("what is always open is kept for a year")
		}

		tonight := monday()
		tonight.Time = 23 * 60
		late := r.make(ada, Draft{Kind: rules.Consultation, Schedule: tonight})
		r.at("2026-11-30 23:50")
		r.Used(late.ID, r.now)
		r.Used(always.ID, r.now)
		r.flush()
		if !keeps(late, 30*time.Minute) || keeps(late, 70*time.Minute+time.Minute) {
			t.Error("one that goes on at midnight is erased an hour after its last use")
		}
		if m, _ := r.Meeting(t.Context(), ada, always.ID); !m.Used.Equal(r.now.Add(10*time.Minute)) || !m.Erase.Equal(m.Used.Add(365*day)) {
			t.Errorf("used until %v, erased at %v", m.Used, m.Erase)
		}
	})
}
