package store_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"konklave/internal/id"
	"konklave/internal/pii"
	"konklave/internal/store"
	"konklave/internal/store/storetest"
)

// thing is a row of the tests' own table.
type thing struct {
	key    id.LinkID
	name   pii.Name
	count  int64
	open   bool
	secret []byte
	at     time.Time
	owner  *string
}

const makeThings = `CREATE TABLE thing (key TEXT PRIMARY KEY, name TEXT NOT NULL, count BIGINT NOT NULL, open BOOLEAN NOT NULL,
	secret BYTEA, at BIGINT NOT NULL, owner TEXT REFERENCES thing (key) ON DELETE CASCADE)`

const allOfThing = `SELECT key, name, count, open, secret, at, owner FROM thing`

func scanThing(scan store.Scan) (r thing, err error) {
	var at int64
	err = scan(&r.key, &r.name, &r.count, &r.open, &r.secret, &at, &r.owner)
	r.at = store.Time(at)
	return r, err
}

func (r thing) insert(tx *store.Tx) error {
	_, err := tx.Exec(`INSERT INTO thing (key, name, count, open, secret, at, owner) VALUES (?, ?, ?, ?, ?, ?, ?)`,
		r.key, r.name, r.count, r.open, r.secret, store.Millis(r.at), r.owner)
	return err
}

func write(t *testing.T, s *store.Store, f func(*store.Tx) error) {
	t.Helper()
	if err := s.Write(t.Context(), f); err != nil {
		t.Fatal(err)
	}
}

func run(t *testing.T, s *store.Store, query string, args ...any) {
	t.Helper()
	write(t, s, func(tx *store.Tx) error {
		_, err := tx.Exec(query, args...)
		return err
	})
}

func count(t *testing.T, s *store.Store) (n int) {
	t.Helper()
	err := s.Read(t.Context(), func(tx *store.Tx) (err error) {
		n, err = store.One(tx, store.Value[int], `SELECT COUNT(*) FROM thing`)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestWhatIsWrittenIsRead(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		run(t, s, makeThings)
		owner := "first"
		first := thing{key: "first", name: "Ada \"?\" Größe 🔑", count: 1 << 40, open: true, secret: []byte{0, 1, 255}, at: time.Date(2026, 11, 26, 1, 2, 3, 4e6, time.UTC)}
		second := thing{key: "second", owner: &owner}
		write(t, s, func(tx *store.Tx) error { return errors.Join(first.insert(tx), second.insert(tx)) })

		var list []thing
		err := s.Read(t.Context(), func(tx *store.Tx) (err error) {
			list, err = store.All(tx, scanThing, allOfThing+` WHERE name <> ? ORDER BY key -- why?`, pii.Name("?"))
			return err
		})
		if err != nil || len(list) != 2 {
			t.Fatalf("%d rows, %v", len(list), err)
		}
		if got := list[0]; got.name != first.name || got.count != first.count || !got.open || string(got.secret) != string(first.secret) ||
			!got.at.Equal(first.at) || got.owner != nil {
			t.Errorf("the first came back as %v %v %v %v %v %v", got.name.Reveal(), got.count, got.open, got.secret, got.at, got.owner)
		}
		if got := list[1]; got.open || got.secret != nil || !got.at.IsZero() || got.owner == nil || *got.owner != owner {
			t.Errorf("the second came back as %+v", got)
		}
		run(t, s, `DELETE FROM thing WHERE key = ?`, "first")
		if n := count(t, s); n != 0 {
			t.Errorf("%d rows remain of whom the deleted one owned", n)
		}
	})
}

func TestErrorsThatCallersTellApart(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		run(t, s, makeThings)
		nobody := "nobody"
		write(t, s, thing{key: "here"}.insert)
		for name, tt := range map[string]struct {
			do   func(*store.Tx) error
			want error
		}{
			"the same key": {thing{key: "here", name: "Ada Lovelace"}.insert, store.ErrExists},
			"no owner":     {thing{key: "there", name: "Ada Lovelace", owner: &nobody}.insert, store.ErrReferred},
			"no row": {func(tx *store.Tx) error {
				_, err := store.One(tx, scanThing, allOfThing+` WHERE key = ?`, "absent")
				return err
			}, store.ErrNone},
		} {
			if err := s.Write(t.Context(), tt.do); !errors.Is(err, tt.want) {
				t.Errorf("%s: %v, want %v", name, err, tt.want)
			}
		}
		err := s.Write(t.Context(), func(tx *store.Tx) error {
			_, err := tx.Exec(`INSERT INTO thing (key, name) VALUES (?, ?)`, "Ada Lovelace", nil)
			return err
		})
		if err == nil || strings.Contains(err.Error(), "Ada") {
			t.Errorf("a value that is missing: %v", err)
		}
		if n := count(t, s); n != 1 {
			t.Errorf("%d rows after statements that failed", n)
		}
	})
}

func TestATransactionThatFailsWritesNothing(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		run(t, s, makeThings)
		mine := errors.New("changed my mind")
		if err := s.Write(t.Context(), func(tx *store.Tx) error { return errors.Join(thing{key: "a"}.insert(tx), mine) }); !errors.Is(err, mine) {
			t.Errorf("got %v", err)
		}
		// Whoever goes on after a statement that failed writes nothing either.
		err := s.Write(t.Context(), func(tx *store.Tx) error {
			_ = thing{key: "a"}.insert(tx)
			_ = thing{key: "a"}.insert(tx)
			_ = thing{key: "b"}.insert(tx)
			return nil
		})
		if !errors.Is(err, store.ErrExists) {
			t.Errorf("got %v", err)
		}
		func() {
			defer func() { _ = recover() }()
			_ = s.Write(t.Context(), func(tx *store.Tx) error { _ = thing{key: "a"}.insert(tx); panic("a mistake") })
		}()
		if n := count(t, s); n != 0 {
			t.Errorf("%d rows were written", n)
		}
		if err := s.Read(t.Context(), thing{key: "a"}.insert); err == nil {
			t.Error("Read can write")
		}
		if err := s.Write(t.Context(), func(tx *store.Tx) error { _, err := tx.Exec(`SELECT ?`, time.Now()); return err }); err == nil {
			t.Error("a time was taken as it is")
		}
		cancelled, cancel := context.WithCancel(t.Context())
		cancel()
		if err := s.Write(cancelled, thing{key: "a"}.insert); !errors.Is(err, context.Canceled) {
			t.Errorf("cancelled: %v", err)
		}
	})
}

// TestWritesHappenOneAfterAnother has many count the same row up by what they read: none may be lost. In PostgreSQL they get in
// each other's way and are run again.
func TestWritesHappenOneAfterAnother(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		run(t, s, makeThings)
		write(t, s, thing{key: "counter"}.insert)
		const writers, times = 6, 10
		var all sync.WaitGroup
		failed := make(chan error, writers*times)
		for range writers {
			all.Go(func() {
				for range times {
					failed <- s.Write(t.Context(), countUp)
				}
			})
		}
		all.Wait()
		succeeded := int64(0)
		for range writers * times {
			switch err := <-failed; {
			case err == nil:
				succeeded++
			case !errors.Is(err, store.Busy):
				t.Error(err)
			}
		}
		err := s.Read(t.Context(), func(tx *store.Tx) error {
			r, err := store.One(tx, scanThing, allOfThing)
			if r.count != succeeded {
				t.Errorf("counted to %d in %d writes", r.count, succeeded)
			}
			return err
		})
		if err != nil || succeeded < writers*times*9/10 {
			t.Errorf("%d of %d writes succeeded, %v", succeeded, writers*times, err)
		}
	})
}

func countUp(tx *store.Tx) error {
	r, err := store.One(tx, scanThing, allOfThing)
	if err != nil {
		return err
	}
	_, err = tx.Exec(`UPDATE thing SET count = ? WHERE key = ?`, r.count+1, r.key)
	return err
}

// TestReadersSeeOneState reads twice in a transaction, with a write between.
func TestReadersSeeOneState(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		run(t, s, makeThings)
		var before, after int
		err := s.Read(t.Context(), func(tx *store.Tx) (err error) {
			if before, err = store.One(tx, store.Value[int], `SELECT COUNT(*) FROM thing`); err != nil {
				return err
			}
			write(t, s, thing{key: id.LinkID(fmt.Sprint(time.Now().UnixNano()))}.insert)
			after, err = store.One(tx, store.Value[int], `SELECT COUNT(*) FROM thing`)
			return err
		})
		if err != nil || before != after {
			t.Errorf("%d rows, then %d; %v", before, after, err)
		}
	})
}

func TestWhatIsKeptOutlivesTheProcess(t *testing.T) {
	storetest.EachOption(t, func(t *testing.T, o store.Options) {
		s, err := store.Open(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		run(t, s, makeThings)
		write(t, s, thing{key: "kept"}.insert)
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		if n := count(t, storetest.Open(t, o)); n != 1 {
			t.Errorf("%d rows after opening again", n)
		}
	})
}
