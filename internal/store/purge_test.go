package store_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"konklave/internal/pii"
	"konklave/internal/store"
	"konklave/internal/store/storetest"
)

func TestPurgeDeletesWhatIsDue(t *testing.T) {
	begin := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	const month = 30 * 24 * time.Hour
	rules := []store.Retention{
		{Rule: "kept a month", Keep: month, Statement: `DELETE FROM thing WHERE NOT open AND at <= ?`},
		{Rule: "broken", Statement: `DELETE FROM nothing WHERE at <= ?`},
		{Rule: "until its end", Statement: `DELETE FROM thing WHERE open AND at <= ?`},
	}
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		run(t, s, makeThings)
		write(t, s, thing{key: "kept a month", at: begin}.insert)
		write(t, s, thing{key: "ends in an hour", at: begin.Add(time.Hour), open: true}.insert)
		for _, tt := range []struct {
			after time.Duration
			left  int
		}{{0, 2}, {time.Hour - time.Millisecond, 2}, {time.Hour, 1}, {month - time.Millisecond, 1}, {month, 0}, {2 * month, 0}} {
			_, err := s.Purge(t.Context(), rules, begin.Add(tt.after))
			if err == nil || !strings.Contains(err.Error(), "the rule broken") || strings.Contains(err.Error(), "month") {
				t.Errorf("after %v: %v", tt.after, err)
			}
			if n := count(t, s); n != tt.left {
				t.Errorf("after %v %d rows are left, want %d", tt.after, n, tt.left)
			}
		}
		err := s.Read(t.Context(), func(tx *store.Tx) error {
			runs, err := tx.Purges()
			if err == nil && (len(runs) != 2 || runs[0].Rule != "kept a month" || !runs[1].Ran.Equal(begin.Add(2*month)) || runs[0].Removed != 0) {
				t.Errorf("noted: %+v", runs)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	})
}

// TestWhatIsDeletedIsGone looks for it in the files of SQLite, bytes of which deleting alone would leave.
func TestWhatIsDeletedIsGone(t *testing.T) {
	o := storetest.SQLite(t)
	s := storetest.Open(t, o)
	run(t, s, makeThings)
	const secret = "Ada Lovelace was here, with a name long enough not to be found by chance"
	for how, rules := range map[string][]store.Retention{
		"when it was due": {{Rule: "all", Statement: `DELETE FROM thing WHERE at <= ?`}},
		"by somebody":     nil,
	} {
		write(t, s, thing{key: "a", name: pii.Name(secret), at: time.UnixMilli(1)}.insert)
		if !inFiles(t, o.Dir, secret) {
			t.Fatal("what is kept is not found in the files: the test looks in the wrong place")
		}
		if rules == nil {
			run(t, s, `DELETE FROM thing`)
		}
		if _, err := s.Purge(t.Context(), rules, time.UnixMilli(2)); err != nil {
			t.Fatal(err)
		}
		if inFiles(t, o.Dir, secret) {
			t.Errorf("what was deleted %s is still in the files", how)
		}
	}
}

func inFiles(t *testing.T, dir, text string) bool {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(b), text) {
			return true
		}
	}
	return false
}
