package account

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"konklave/internal/store"
)

func TestTrailShowsWhatWasTamperedWith(t *testing.T) {
	tests := []struct{ name, statement, want string }{
		{"an act", `UPDATE trail SET act = 'account_renamed' WHERE seq = 3`, "entry 3 is not as it was written"},
		{"who", `UPDATE trail SET actor = 'somebody' WHERE seq = 3`, "entry 3 is not as it was written"},
		{"a border between fields", `UPDATE trail SET target = '', detail = target || detail WHERE seq = 3`, "entry 3 is not as it was written"},
		{"when", `UPDATE trail SET at = at + 60000 WHERE seq = 5`, "entry 5 is not as it was written"},
		{"one in the middle", `DELETE FROM trail WHERE seq = 3`, "entries are missing between 2 and 4"},
		{"one at the end", `DELETE FROM trail WHERE seq = 6`, "entries are missing after 5: the newest was 6"},
		{"their order", `UPDATE trail SET seq = 100 WHERE seq = 6`, "entries are missing between 5 and 100"},
		{"the whole chain", `UPDATE trail SET hash = before WHERE seq = 4`, "entry 4 is not as it was written"},
	}
	onBoth(t, func(r *rig) {
		for i := range 6 {
			r.person(fmt.Sprint("p", i), Host)
		}
		v, err := r.VerifyTrail(r.Context(), Mark{})
		if err != nil || v.Fault != "" || v.Entries != 6 || v.Oldest != 1 {
			r.Fatalf("%+v, %v", v, err)
		}
		for _, test := range tests {
			var saved []store.TrailEntry
			r.must(r.stored.Write(r.Context(), func(tx *store.Tx) error {
				saved = nil
				err := tx.EachTrail(func(e store.TrailEntry) error { saved = append(saved, e); return nil })
				if err == nil {
					_, err = tx.Exec(test.statement)
				}
				return err
			}))
			if v, err := r.VerifyTrail(r.Context(), Mark{}); err != nil || v.Fault != test.want {
				r.Errorf("%s: %q, want %q, %v", test.name, v.Fault, test.want, err)
			}
			r.must(r.stored.Write(r.Context(), func(tx *store.Tx) error {
				_, err := tx.Exec(`DELETE FROM trail`)
				for _, e := range saved {
					if err == nil {
						err = tx.AppendTrail(e)
					}
				}
				return err
			}))
		}
		if v, err := r.VerifyTrail(r.Context(), Mark{}); err != nil || v.Fault != "" {
			r.Fatalf("put back: %+v, %v", v, err)
		}
	})
}

// TestNotedMarksShowAChainMadeAnew has somebody who can write the database write a whole trail that is consistent.
func TestNotedMarksShowAChainMadeAnew(t *testing.T) {
	onBoth(t, func(r *rig) {
		for i := range 4 {
			r.person(fmt.Sprint("p", i), Host)
		}
		v, err := r.VerifyTrail(r.Context(), Mark{})
		r.must(err)
		noted, err := ReadMark(v.Head.String())
		r.must(err)
		r.person("later", Host)
		if v, err := r.VerifyTrail(r.Context(), noted); err != nil || v.Fault != "" {
			r.Errorf("an honest trail: %+v, %v", v, err)
		}
		r.must(r.stored.Write(r.Context(), func(tx *store.Tx) error {
			_, err := tx.Exec(`DELETE FROM trail`)
			if err == nil {
				_, err = tx.Exec(`DELETE FROM trail_head`)
			}
			for range 3 {
				if err == nil {
					err = Note(tx, r.at, CommandLine, ActRenamed, "x", "")
				}
			}
			return err
		}))
		if v, _ := r.VerifyTrail(r.Context(), Mark{}); v.Fault != "" {
			r.Errorf("a chain made anew is consistent by itself: %s", v.Fault)
		}
		if v, _ := r.VerifyTrail(r.Context(), noted); v.Fault != "entry 4, which was noted, is missing" {
			r.Errorf("a short one: %q", v.Fault)
		}
		r.must(r.stored.Write(r.Context(), func(tx *store.Tx) error { return Note(tx, r.at, CommandLine, ActRenamed, "x", "") }))
		if v, _ := r.VerifyTrail(r.Context(), noted); v.Fault != "entry 4 is not the one that was noted" {
			r.Errorf("one as long: %q", v.Fault)
		}
		for _, bad := range []string{"", "4", "4:abc", "x:" + noted.Hash} {
			if _, err := ReadMark(bad); err == nil {
				r.Errorf("%q is a mark", bad)
			}
		}
	})
}

func TestTrailIsPurged(t *testing.T) {
	onBoth(t, func(r *rig) {
		r.person("old", Host)
		r.at = r.at.Add(KeepTrail / 2)
		r.person("newer", Host)
		_, err := r.stored.Purge(r.Context(), Retentions(), r.at.Add(KeepTrail/2))
		r.must(err)
		v, err := r.VerifyTrail(r.Context(), Mark{})
		if err != nil || v.Fault != "" || v.Entries != 1 || v.Oldest != 2 {
			r.Errorf("%+v, %v", v, err)
		}
		_, err = r.stored.Purge(r.Context(), Retentions(), r.at.Add(KeepTrail))
		r.must(err)
		r.person("newest", Host)
		if v, err := r.VerifyTrail(r.Context(), Mark{}); err != nil || v.Fault != "" || v.Entries != 1 || v.Oldest != 3 {
			r.Errorf("it goes on where it ended: %+v, %v", v, err)
		}
	})
}

// TestTrailHoldsNothingPersonal does all that is noted, and searches the trail for what was said.
func TestTrailHoldsNothingPersonal(t *testing.T) {
	onBoth(t, func(r *rig) {
		r.person("root", Admin)
		ada := r.person("planted", Host)
		role, yes, no := Auditor, true, false
		name := ada.Name + " planted"
		for _, c := range []Change{{Name: &name}, {Role: &role}, {Disabled: &yes}, {Disabled: &no}} {
			_, err := r.Change(r.Context(), By(ada.ID), ada.ID, c)
			r.must(err)
		}
		_, err := r.MakeLink(r.Context(), By(ada.ID), ada.ID, true)
		r.must(err)
		r.must(r.SetOperator(r.Context(), By(ada.ID), School, Details{Organisation: "planted", Address: "planted", Email: "planted@example.org", Protection: "planted"}))
		r.must(r.Remove(r.Context(), CommandLine, ada.ID, Leave{}))
		entries, _, err := r.Trail(r.Context(), 0, 100)
		r.must(err)
		if len(entries) != 9 {
			r.Errorf("%d entries", len(entries))
		}
		for _, e := range entries {
			if strings.Contains(strings.ToLower(fmt.Sprintf("%+v", e)), "planted") || e.At.Second() != 0 {
				r.Errorf("%+v", e)
			}
		}
		page, _, err := r.Trail(r.Context(), entries[3].Seq, 2)
		if err != nil || len(page) != 2 || page[0] != entries[4] {
			r.Errorf("the next page: %+v, %v", page, err)
		}
		if r.at.Sub(entries[0].At) > time.Minute {
			r.Errorf("at %v", entries[0].At)
		}
	})
}
