package store

import (
	"context"
	"io/fs"
	"log/slog"
	"time"
)

// WithMigrations is o with other migrations than those of the program.
func (o Options) WithMigrations(from fs.FS) Options {
	o.migrations = from
	return o
}

// WithLockWait is o with less patience for others who hold the file.
func (o Options) WithLockWait(d time.Duration) Options {
	o.lockWait = d
	return o
}

// Touch is what Watch tries.
func (tx *Tx) Touch() error { return tx.touch() }

// Steps are migrations, each of which makes a table with a row; one named wrong fails after that.
func Steps(names ...string) fs.FS { return steps(names...) }

// KeepHeld looks after the lock as Watch does from time to time.
func (s *Store) KeepHeld(ctx context.Context, log *slog.Logger) { s.keepHeld(ctx, log) }

// Rebind is what PostgreSQL gets of a query.
func Rebind(query string) string { return postgresEngine{}.rebind(query) }
