// Package storetest runs tests of what is stored on both databases: SQLite in a folder of the test, and PostgreSQL, which the
// first test that needs it starts in a temporary folder.
//
// It must not be used by the program.
package storetest

import (
	"os"
	"testing"

	"konklave/internal/pii"
	"konklave/internal/store"
)

// Each runs a test on an empty database of each kind.
func Each(t *testing.T, test func(t *testing.T, s *store.Store)) {
	t.Helper()
	EachOption(t, func(t *testing.T, o store.Options) { test(t, Open(t, o)) })
}

// EachOption runs a test with what opens an empty database of each kind, again and again.
func EachOption(t *testing.T, test func(t *testing.T, o store.Options)) {
	t.Helper()
	t.Run("SQLite", func(t *testing.T) { test(t, SQLite(t)) })
	t.Run("PostgreSQL", func(t *testing.T) { test(t, Postgres(t)) })
}

// Open opens a database until the test ends.
func Open(t testing.TB, o store.Options) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// SQLite gives an empty folder.
func SQLite(t testing.TB) store.Options { return store.Options{Dir: MemoryDir(t)} }

// MemoryDir gives an empty folder, on a file system in memory where there is one: what is written there need not wait for
// a disk.
func MemoryDir(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "konklave-test-")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// Postgres gives an empty schema of the test's PostgreSQL, which all tests of a package share. Without PostgreSQL on the
// machine the test is left out.
func Postgres(t testing.TB) store.Options {
	t.Helper()
	return store.Options{Database: pii.Token(server.schema(t))}
}
