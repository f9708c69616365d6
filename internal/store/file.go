package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"slices"
)

// CopyFile writes the SQLite database of a data directory, as it is at one moment, to a file that is not there yet. A server
// may use it meanwhile. What was deleted is not in the copy.
func CopyFile(ctx context.Context, dir, to string) error {
	path, err := filepath.Abs(filepath.Join(dir, FileName))
	if err != nil {
		return err
	}
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("there is no database %s", path)
	}
	db := openURL(&url.URL{Scheme: "file", Path: path, RawQuery: "mode=rw&_busy_timeout=5000&_pragma=" + inMemory}) // lockWait
	defer db.Close()
	if _, err := db.ExecContext(ctx, "VACUUM INTO ?", to); err != nil {
		return advice(sqliteEngine{}, "the database cannot be copied", err)
	}
	return nil
}

// CheckFile sees whether a file is a whole SQLite database of this program, and not of a newer one. Nobody else may use it.
func CheckFile(ctx context.Context, path string) error {
	if err := checkFile(ctx, path); err != nil {
		return fmt.Errorf("the database in it cannot be used: %w", err)
	}
	return nil
}

func checkFile(ctx context.Context, path string) error {
	path, err := filepath.Abs(path)
	if err != nil {
		return err
	}
	db := openURL(&url.URL{Scheme: "file", Path: path, RawQuery: "mode=ro&immutable=1"})
	defer db.Close()
	s := &Store{engine: sqliteEngine{}, read: db, write: db, health: newHealth()}
	return s.Read(ctx, func(tx *Tx) error {
		faults, err := All(tx, Value[string], "PRAGMA integrity_check")
		if err != nil {
			return err
		}
		if !slices.Equal(faults, []string{"ok"}) {
			return failure{Damaged, "integrity_check"}
		}
		orphans, err := All(tx, func(Scan) (bool, error) { return true, nil }, "PRAGMA foreign_key_check")
		if err != nil || len(orphans) > 0 {
			return errors.Join(err, failure{Damaged, "foreign_key_check"})
		}
		had, err := All(tx, Value[int64], "SELECT number FROM migration")
		if err != nil {
			return err
		}
		known, err := readMigrations(embedded())
		if err != nil {
			return err
		}
		return tooNew(had, known)
	})
}
