package store

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"time"
)

//go:embed migrations/*.sql
var files embed.FS

// firstFile makes the table in which it is noted which migrations a database has had. It runs at each start.
const firstFile = "0000_migration.sql"

func embedded() fs.FS {
	sub, err := fs.Sub(files, "migrations")
	if err != nil {
		panic(err) // not for a path that is valid
	}
	return sub
}

// migration is one file.
type migration struct {
	number int64
	name   string // of the file
	text   string
}

// migrate runs what the database has not had yet, all of it or nothing.
func (s *Store) migrate(ctx context.Context, from fs.FS) error {
	all, err := readMigrations(from)
	if err != nil {
		return err
	}
	tx, err := s.write.BeginTx(ctx, nil)
	if err != nil {
		return advice(s.engine, "the tables cannot be brought up to date", err)
	}
	defer func() { _ = tx.Rollback() }()
	err = s.engine.exclude(ctx, tx)
	if err == nil {
		_, err = tx.ExecContext(ctx, all[0].text)
	}
	if err != nil {
		return advice(s.engine, "the tables cannot be made", err)
	}
	had, err := s.had(ctx, tx)
	if err != nil {
		return err
	}
	if err := tooNew(had, all); err != nil {
		return err
	}
	for _, m := range all[1:] {
		if slices.Contains(had, m.number) {
			continue
		}
		if err := s.apply(ctx, tx, m); err != nil {
			return advice(s.engine, "the tables cannot be brought up to date, and are as they were: "+m.name, err)
		}
	}
	if err := tx.Commit(); err != nil {
		return advice(s.engine, "the tables cannot be brought up to date", err)
	}
	return nil
}

// tooNew is an error when a database has had more than this program knows.
func tooNew(had []int64, known []migration) error {
	if newest := known[len(known)-1].number; len(had) > 0 && slices.Max(had) > newest {
		return fmt.Errorf("the database is of a newer Konklave: it is at step %d, this one knows %d: start the newer one again, or restore a backup from before it",
			slices.Max(had), newest)
	}
	return nil
}

func (s *Store) had(ctx context.Context, tx *sql.Tx) ([]int64, error) {
	return All(&Tx{ctx: ctx, tx: tx, engine: s.engine}, Value[int64], "SELECT number FROM migration")
}

func (s *Store) apply(ctx context.Context, tx *sql.Tx, m migration) error {
	if _, err := tx.ExecContext(ctx, m.text); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, s.engine.rebind("INSERT INTO migration (number, name, done_at) VALUES (?, ?, ?)"),
		m.number, m.name, Millis(time.Now()))
	return err
}

// readMigrations reads the files in the order of their numbers, the first one first.
func readMigrations(from fs.FS) ([]migration, error) {
	names, err := fs.Glob(from, "*.sql")
	if err != nil || len(names) == 0 || names[0] != firstFile {
		return nil, fmt.Errorf("migrations: %s is missing: %w", firstFile, err)
	}
	var all []migration
	for _, name := range names {
		text, err := fs.ReadFile(from, name)
		if err != nil {
			return nil, err
		}
		digits, _, _ := strings.Cut(name, "_")
		number, err := strconv.ParseInt(digits, 10, 64)
		if err != nil || len(digits) != 4 {
			return nil, fmt.Errorf("migrations: %s has no number of four digits", name)
		}
		if len(all) > 0 && all[len(all)-1].number == number {
			return nil, fmt.Errorf("migrations: %s has the number of another", name)
		}
		all = append(all, migration{number, name, string(text)})
	}
	return all, nil
}
