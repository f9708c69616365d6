package store_test

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"konklave/internal/pii"
	"konklave/internal/store"
	"konklave/internal/store/storetest"
)

func TestFullDisk(t *testing.T) {
	dir, inside := storetest.SmallDisk(t)
	if !inside {
		return
	}
	o := store.Options{Dir: dir}
	s := storetest.Open(t, o)
	run(t, s, makeThings)
	write(t, s, thing{key: "before"}.insert)
	ctx, cancel := context.WithCancel(t.Context())
	said, watched := newLines(), make(chan struct{})
	go func() {
		defer close(watched)
		s.Watch(ctx, slog.New(slog.NewTextHandler(said, nil)))
	}()

	free := storetest.Fill(t, dir)
	long := thing{key: "long", name: pii.Name(strings.Repeat("x", 100_000))}
	err := s.Write(t.Context(), long.insert)
	if !errors.Is(err, store.Full) || !strings.Contains(err.Error(), "the disk is full") {
		t.Fatalf("written to a full disk: %v", err)
	}
	said.await(t, "the database fails", "the disk is full")
	if stats := s.Stats(); stats.Failing != store.Full || stats.Failed[store.Full] != 1 || !errors.Is(s.Health(), store.Full) {
		t.Errorf("health: %v, %+v", s.Health(), stats)
	}
	if n := count(t, s); n != 1 {
		t.Errorf("%d rows can be read", n)
	}
	// A server that starts with a full disk can at least read.
	second := storetest.Open(t, o)
	if n := count(t, second); n != 1 {
		t.Errorf("%d rows after opening on a full disk", n)
	}

	free()
	if err := s.Write(t.Context(), (*store.Tx).Touch); err != nil || s.Health() != nil { // as Watch tries
		t.Errorf("with room again, tried: %v, %v", err, s.Health())
	}
	if err := s.Write(t.Context(), long.insert); err != nil {
		t.Errorf("with room again: %v, %v", err, s.Health())
	}
	cancel()
	<-watched
}

func TestNewDatabaseOnAFullDisk(t *testing.T) {
	dir, inside := storetest.SmallDisk(t)
	if !inside {
		return
	}
	free := storetest.Fill(t, dir)
	s, err := store.Open(t.Context(), store.Options{Dir: dir})
	if err == nil {
		_ = s.Close()
	}
	if !errors.Is(err, store.Full) || !strings.Contains(err.Error(), "make room on the disk") {
		t.Errorf("got %v", err)
	}
	free()
	storetest.Open(t, store.Options{Dir: dir})
}

func TestReadOnlyDisk(t *testing.T) {
	dir, inside := storetest.SmallDisk(t)
	if !inside {
		return
	}
	o := store.Options{Dir: dir}
	s, err := store.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mount("small", dir, "tmpfs", syscall.MS_REMOUNT|syscall.MS_RDONLY, ""); err != nil {
		t.Fatal(err)
	}
	if _, err = store.Open(t.Context(), o); !errors.Is(err, store.ReadOnly) || !strings.Contains(err.Error(), "must be able to write") {
		t.Errorf("got %v", err)
	}
}

// TestReadOnlyDatabase makes each database one while it is used.
func TestReadOnlyDatabase(t *testing.T) {
	for name, tt := range map[string]struct {
		open func(testing.TB) store.Options
		make string
	}{"SQLite": {storetest.SQLite, `PRAGMA query_only = 1`}, "PostgreSQL": {storetest.Postgres, `SET TRANSACTION READ ONLY`}} {
		t.Run(name, func(t *testing.T) {
			s := storetest.Open(t, tt.open(t))
			run(t, s, makeThings)
			err := s.Write(t.Context(), func(tx *store.Tx) error {
				if _, err := tx.Exec(tt.make); err != nil {
					return err
				}
				return thing{key: "a"}.insert(tx)
			})
			if !errors.Is(err, store.ReadOnly) || !errors.Is(s.Health(), store.ReadOnly) || count(t, s) != 0 {
				t.Errorf("got %v, health %v", err, s.Health())
			}
		})
	}
}

// TestAnotherHoldsTheFile has somebody else lock it, as a shell of sqlite3 may.
func TestAnotherHoldsTheFile(t *testing.T) {
	o := storetest.SQLite(t)
	mine, other := storetest.Open(t, o), storetest.Open(t, o)
	run(t, mine, makeThings)
	held, free := make(chan struct{}), make(chan struct{})
	ended := make(chan error)
	go func() {
		ended <- other.Write(t.Context(), func(tx *store.Tx) error {
			close(held)
			<-free
			return thing{key: "other"}.insert(tx)
		})
	}()
	<-held
	if s, err := store.Open(t.Context(), o.WithLockWait(time.Millisecond)); !errors.Is(err, store.Busy) || !strings.Contains(err.Error(), "end the program that holds") {
		t.Errorf("opened: %v, %v", s, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	waiting := make(chan error)
	go func() { waiting <- mine.Write(ctx, thing{key: "waits"}.insert) }()
	if n := count(t, mine); n != 0 {
		t.Errorf("%d rows", n)
	}
	cancel()
	if err := <-waiting; !errors.Is(err, context.Canceled) {
		t.Errorf("who does not wait any more: %v", err)
	}
	if mine.Health() != nil {
		t.Errorf("that was no failure: %v", mine.Health())
	}
	close(free)
	if err := <-ended; err != nil {
		t.Error(err)
	}
	write(t, mine, thing{key: "after"}.insert)
}

// TestCutConnections has PostgreSQL end all connections between and within transactions: what had not ended runs again.
func TestCutConnections(t *testing.T) {
	o := storetest.Postgres(t)
	s, other := storetest.Open(t, o), storetest.Open(t, o)
	run(t, s, makeThings)
	runs := 0
	write(t, s, func(tx *store.Tx) error {
		runs++
		pid, err := store.One(tx, store.Value[int64], `SELECT pg_backend_pid()`)
		if err != nil {
			return err
		}
		if runs == 1 {
			run(t, other, `SELECT pg_terminate_backend(CAST(? AS INT))`, pid)
		}
		return thing{key: "a"}.insert(tx)
	})
	if n := count(t, s); runs != 2 || n != 1 || s.Health() != nil {
		t.Errorf("%d runs, %d rows, %v", runs, n, s.Health())
	}
}

// lines is a log that can be waited for.
type lines struct {
	mu   sync.Mutex
	text string
	more chan struct{}
}

func newLines() *lines { return &lines{more: make(chan struct{}, 1)} }

func (l *lines) Write(b []byte) (int, error) {
	l.mu.Lock()
	l.text += string(b)
	l.mu.Unlock()
	select {
	case l.more <- struct{}{}:
	default:
	}
	return len(b), nil
}

// await waits until the log has all of these.
func (l *lines) await(t *testing.T, want ...string) {
	t.Helper()
	for {
		l.mu.Lock()
		text, missing := l.text, false
		l.mu.Unlock()
		for _, w := range want {
			missing = missing || !strings.Contains(text, w)
		}
		if !missing {
			return
		}
		select {
		case <-l.more:
		case <-t.Context().Done():
			t.Fatalf("the log lacks %q:\n%s", want, text)
		}
	}
}
