package store_test

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"konklave/internal/pii"
	"konklave/internal/store"
	"konklave/internal/store/storetest"
)

func rows(t *testing.T, s *store.Store, table string) (n int, err error) {
	t.Helper()
	err = s.Read(t.Context(), func(tx *store.Tx) (err error) {
		n, err = store.One(tx, store.Value[int], "SELECT COUNT(*) FROM "+table)
		return err
	})
	return n, err
}

func TestMigrations(t *testing.T) {
	storetest.EachOption(t, func(t *testing.T, o store.Options) {
		open := func(names ...string) (*store.Store, error) {
			return store.Open(t.Context(), o.WithMigrations(store.Steps(names...)))
		}
		s, err := open("0001_a.sql")
		if err != nil {
			t.Fatal(err)
		}
		_ = s.Close()
		if _, err = open("0001_a.sql", "0002_b.sql", "0003_wrong.sql"); err == nil || !strings.Contains(err.Error(), "0003_wrong.sql") {
			t.Errorf("a step that fails: %v", err)
		}
		if s, err = open("0001_a.sql", "0003_c.sql"); err != nil {
			t.Fatal(err)
		}
		if n, err := rows(t, s, "a"); n != 1 || err != nil {
			t.Errorf("the first step was run anew: %d rows, %v", n, err)
		}
		if _, err := rows(t, s, "b"); err == nil {
			t.Error("a step that was undone has left its table")
		}
		_ = s.Close()
		// Two areas grow at once: a lower number may come later.
		if s, err = open("0001_a.sql", "0002_b.sql", "0003_c.sql"); err != nil {
			t.Fatal(err)
		}
		if n, err := rows(t, s, "b"); n != 1 || err != nil {
			t.Errorf("a step between others was left out: %d rows, %v", n, err)
		}
		_ = s.Close()
		if _, err = open("0001_a.sql", "0002_b.sql"); err == nil || !strings.Contains(err.Error(), "of a newer Konklave") {
			t.Errorf("a database of a newer program: %v", err)
		}
	})
}

func TestManyMigrateAtOnce(t *testing.T) {
	storetest.EachOption(t, func(t *testing.T, o store.Options) {
		var all sync.WaitGroup
		for range 5 {
			all.Go(func() {
				s, err := store.Open(t.Context(), o)
				if err != nil {
					t.Error(err)
					return
				}
				if err := s.Close(); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
	})
}

func TestTheFileIsForNobodyElse(t *testing.T) {
	o := storetest.SQLite(t)
	o.Dir = filepath.Join(o.Dir, "with ?#% and ü")
	if err := os.Mkdir(o.Dir, 0o700); err != nil {
		t.Fatal(err)
	}
	s := storetest.Open(t, o)
	run(t, s, makeThings)
	for _, end := range []string{"", "-wal", "-shm"} {
		at, err := os.Stat(filepath.Join(o.Dir, store.FileName+end))
		if err != nil || at.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", end, at, err)
		}
	}
}

// TestRootMakesNothingItsOwn: a command of root beside a server of another user must not lock that out.
func TestRootMakesNothingItsOwn(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("this is not root")
	}
	o := storetest.SQLite(t)
	if err := os.Chown(o.Dir, 4711, 4712); err != nil {
		t.Fatal(err)
	}
	run(t, storetest.Open(t, o), makeThings)
	for _, end := range []string{"", "-wal", "-shm"} {
		info, err := os.Stat(filepath.Join(o.Dir, store.FileName+end))
		if err != nil {
			t.Fatal(err)
		}
		if owner := info.Sys().(*syscall.Stat_t); owner.Uid != 4711 || owner.Gid != 4712 {
			t.Errorf("%s is of %d:%d", info.Name(), owner.Uid, owner.Gid)
		}
	}
}

func TestWhatDoesNotOpenSaysWhy(t *testing.T) {
	broken := storetest.SQLite(t)
	if err := os.WriteFile(filepath.Join(broken.Dir, store.FileName), []byte(strings.Repeat("this is no database ", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	good := storetest.Postgres(t).Database.Reveal()
	for name, tt := range map[string]struct {
		o    store.Options
		want []string
	}{
		"no database":  {broken, []string{store.FileName, "damaged", "konklave restore"}},
		"no folder":    {store.Options{Dir: "/nowhere/at/all"}, []string{"/nowhere/at/all/" + store.FileName, "no such file or directory"}},
		"no address":   {postgres("postgres://secret@[::1"), []string{"database", "postgres://user:password@host:5432/name"}},
		"nobody there": {postgres("postgres://someone:secret@127.0.0.1:1/x"), []string{"127.0.0.1:1", "does not answer", "connection refused", "whether PostgreSQL runs"}},
		"no such database": {postgres(strings.Replace(good, "///postgres", "///absent", 1)),
			[]string{"refuses", `database "absent" does not exist`, "createdb"}},
		"no such user": {postgres(strings.Replace(good, "user=konklave", "user=secret", 1)),
			[]string{"refuses", "pg_hba.conf"}},
		"no such schema": {postgres(strings.Replace(good, "search_path=", "search_path=absent_", 1)), []string{"refuses", "no schema has been selected"}},
	} {
		s, err := store.Open(t.Context(), tt.o)
		if err == nil {
			_ = s.Close()
			t.Errorf("%s: opened", name)
			continue
		}
		for _, want := range tt.want {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %v lacks %q", name, err, want)
			}
		}
	}
}

func postgres(address string) store.Options { return store.Options{Database: pii.Token(address)} }

func TestPlaceholders(t *testing.T) {
	for query, want := range map[string]string{
		"SELECT 1":                              "SELECT 1",
		"a = ? AND b IN (?, ?)":                 "a = $1 AND b IN ($2, $3)",
		"a = '?' AND b = ? AND \"c?\" = ?":      "a = '?' AND b = $1 AND \"c?\" = $2",
		"a = 'it''s ?' AND b = ?":               "a = 'it''s ?' AND b = $1",
		"a = ? -- or ? it's\nAND b = ? -- end?": "a = $1 -- or ? it's\nAND b = $2 -- end?",
	} {
		if got := store.Rebind(query); got != want {
			t.Errorf("%s\n got %s\nwant %s", query, got, want)
		}
	}
}

// TestCommitsAreOnTheDisk looks at how SQLite was told to write: a log in front of the database, brought to the disk by each
// commit. https://www.sqlite.org/pragma.html#pragma_synchronous
func TestCommitsAreOnTheDisk(t *testing.T) {
	s := storetest.Open(t, storetest.SQLite(t))
	write(t, s, func(tx *store.Tx) error {
		for pragma, want := range map[string]string{"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1", "secure_delete": "1"} {
			if got, err := store.One(tx, store.Value[string], "PRAGMA "+pragma); err != nil || got != want {
				t.Errorf("%s is %s, want %s; %v", pragma, got, want, err)
			}
		}
		return nil
	})
}
