package store_test

import (
	"errors"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"konklave/internal/pii"
	"konklave/internal/store"
	"konklave/internal/store/storetest"
)

// TestOneServerAtATime uses PostgreSQL; for SQLite the data directory has a lock.
func TestOneServerAtATime(t *testing.T) {
	o := storetest.Postgres(t)
	o.Alone = true
	first := storetest.Open(t, o)
	impatient := o.WithLockWait(time.Millisecond)
	if s, err := store.Open(t.Context(), impatient); !errors.Is(err, store.ErrHeld) {
		t.Errorf("a second server: %v, %v", s, err)
	}
	o.Alone = false
	command := storetest.Open(t, o)

	// PostgreSQL restarts, so to speak: the lock is taken again.
	lose := func() {
		run(t, command, `SELECT pg_terminate_backend(pid, 60000) FROM pg_locks
			WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`)
	}
	lose()
	said := newLines()
	first.KeepHeld(t.Context(), slog.New(slog.NewTextHandler(said, nil)))
	if s, err := store.Open(t.Context(), impatient); !errors.Is(err, store.ErrHeld) || said.text != "" {
		t.Errorf("a second server after that: %v, %v; %s", s, err, said.text)
	}
	// Where another was faster, the log says so.
	lose()
	storetest.Open(t, impatient)
	first.KeepHeld(t.Context(), slog.New(slog.NewTextHandler(said, nil)))
	if !strings.Contains(said.text, "another Konklave uses the database") {
		t.Errorf("the log: %s", said.text)
	}
}

// TestServerWaitsForPostgreSQL starts before it, as when a machine boots.
func TestServerWaitsForPostgreSQL(t *testing.T) {
	o := storetest.Postgres(t)
	address, err := url.Parse(o.Database.Reveal())
	if err != nil {
		t.Fatal(err)
	}
	q, dir := address.Query(), storetest.MemoryDir(t)
	socket := filepath.Join(q.Get("host"), ".s.PGSQL.5432")
	q.Set("host", dir)
	address.RawQuery = q.Encode()
	o.Database = pii.Token(address.String())
	if _, err := store.Open(t.Context(), o); !errors.Is(err, store.Unreachable) {
		t.Errorf("without patience: %v", err)
	}

	said := newLines()
	o.Patience, o.Log = time.Minute, slog.New(slog.NewTextHandler(said, nil))
	opened := make(chan error)
	go func() {
		s, err := store.Open(t.Context(), o)
		if err == nil {
			err = s.Close()
		}
		opened <- err
	}()
	said.await(t, "waiting for PostgreSQL")
	if err := os.Symlink(socket, filepath.Join(dir, filepath.Base(socket))); err != nil {
		t.Fatal(err)
	}
	if err := <-opened; err != nil {
		t.Error(err)
	}
}
