package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"konklave/internal/backup"
	"konklave/internal/config"
)

// BackupRequest is what `konklave backup` may be told. The tags are for the command line.
type BackupRequest struct {
	File            string `arg:"" help:"File to write, or - for standard output. It must not be there yet."`
	WithoutDatabase bool   `help:"Only the keys and other files of the data directory. With PostgreSQL, which pg_dump backs up."`
}

// RestoreRequest is what `konklave restore` may be told.
type RestoreRequest struct {
	File string `arg:"" help:"File that konklave backup has written, or - for standard input."`
}

var errPostgresBackup = errors.New("the database is PostgreSQL: back it up with its own pg_dump, and the keys of the data directory with konklave backup --without-database")

// Backup writes what is in the data directory to a file, also while a server uses it. What it did is said on told.
func Backup(ctx context.Context, cfg config.Config, r BackupRequest, version string, out, told io.Writer) error {
	if cfg.Database != "" && !r.WithoutDatabase {
		return errPostgresBackup
	}
	if _, err := os.ReadDir(cfg.DataDir); err != nil {
		return fmt.Errorf("the data directory %s cannot be read: %w: name another one with --data-dir, or its file with --config", cfg.DataDir, cause(err))
	}
	src := backup.Source{Dir: cfg.DataDir, Scratch: cfg.DataDir, Database: !r.WithoutDatabase, Program: version, Now: time.Now()}
	if r.File == "-" {
		m, err := backup.Write(ctx, src, out)
		if err != nil {
			return fmt.Errorf("no backup was made: %w", err)
		}
		return tellBackup(told, m, "standard output")
	}
	src.Scratch = filepath.Dir(r.File)
	if _, err := os.Lstat(r.File); !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s is there already: name another file, or remove it", r.File)
	}
	m, err := writeBackup(ctx, src, r.File)
	if err != nil {
		return fmt.Errorf("no backup was made: %w", err)
	}
	return tellBackup(told, m, r.File)
}

// writeBackup makes the file under another name, and gives it its own when all of it is on the disk.
func writeBackup(ctx context.Context, src backup.Source, name string) (m backup.Manifest, err error) {
	file, err := os.CreateTemp(src.Scratch, ".konklave-backup-*.tar.gz") // for this user only
	if err != nil {
		return m, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(file.Name()))
		}
	}()
	m, err = backup.Write(ctx, src, file)
	if err := errors.Join(err, file.Sync(), file.Close()); err != nil {
		return m, err
	}
	return m, os.Rename(file.Name(), name)
}

func tellBackup(told io.Writer, m backup.Manifest, where string) error {
	bytes := int64(0)
	for _, f := range m.Files {
		bytes += f.Size
	}
	what := "the database and " + count(len(m.Files)-1, "other file", "other files")
	if !m.HasDatabase() {
		what = count(len(m.Files), "file", "files") + ", without the database"
	}
	_, err := fmt.Fprintf(told, "Backed up to %s: %s, %d kB.\nIt holds keys and what is stored about people: keep it where nobody else reads it.\n", where, what, (bytes+1023)/1024)
	return err
}

// Restore brings the data directory back to a backup. What was there is kept beside for a week.
func Restore(ctx context.Context, cfg config.Config, r RestoreRequest, in io.Reader, told io.Writer) error {
	if r.File != "-" {
		file, err := os.Open(r.File)
		if err != nil {
			return fmt.Errorf("the backup %s cannot be read: %w", r.File, cause(err))
		}
		defer file.Close()
		in = file
	}
	data, err := openDataDir(cfg.DataDir)
	if err != nil {
		return err
	}
	defer data.close()
	done, err := backup.Restore(ctx, backup.Target{Dir: data.path, Database: cfg.Database == "", Now: time.Now()}, in)
	if err != nil {
		if half := backup.Unfinished(data.path); half != nil {
			return errors.Join(err, half)
		}
		return fmt.Errorf("nothing was restored, %s is as it was: %w", cfg.DataDir, err)
	}
	_, err = fmt.Fprintf(told, "Restored %s to the backup of %s.\n", cfg.DataDir, done.Made.Local().Format(time.DateTime))
	if err == nil && done.Kept != "" {
		_, err = fmt.Fprintf(told, "What was there before is in %s, which the server removes after a week.\n", done.Kept)
	}
	if err == nil && !done.HasDatabase() {
		_, err = fmt.Fprintln(told, "The database is PostgreSQL: restore it with its own pg_restore.")
	}
	return err
}
