// Package backup owns the file that `konklave backup` makes of a data directory: a compressed tar archive with the manifest,
// the SQLite database as it was at one moment, and the other files, among them keys; and how a data directory is brought
// back to that.
//
// It must not know what is stored. It holds no lock of the data directory: who restores must.
package backup

import (
	"archive/tar"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"

	"konklave/internal/store"
)

// manifestName is that of the first file of an archive.
const manifestName = "konklave-backup.json"

// scratchPrefix begins the name of a folder in which an archive is made, which may be in the data directory.
const scratchPrefix = ".konklave-backup-"

// format is the version of archives that is written. Older ones are read.
const format = 1

// Manifest says what an archive holds.
type Manifest struct {
	Format  int       `json:"format"`
	Program string    `json:"program"` // version of the program that made it
	Made    time.Time `json:"made"`
	Files   []File    `json:"files"`
}

// File is one file of an archive.
type File struct {
	Name   string `json:"name"` // below the data directory, with slashes
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

// HasDatabase tells whether the database is among the files.
func (m Manifest) HasDatabase() bool {
	for _, f := range m.Files {
		if f.Name == store.FileName {
			return true
		}
	}
	return false
}

// Source is what is backed up.
type Source struct {
	Dir      string // the data directory
	Scratch  string // where the copies may be until they are in the archive; they are for this user only
	Database bool   // with the SQLite database, which must be there
	Program  string
	Now      time.Time
}

// Write writes an archive. A server may use the data directory meanwhile.
func Write(ctx context.Context, src Source, to io.Writer) (Manifest, error) {
	m := Manifest{Format: format, Program: src.Program, Made: src.Now.UTC()}
	scratch, err := os.MkdirTemp(src.Scratch, scratchPrefix)
	if err != nil {
		return m, err
	}
	defer os.RemoveAll(scratch)
	names, err := list(src.Dir)
	if err != nil {
		return m, err
	}
	if src.Database {
		if err := store.CopyFile(ctx, src.Dir, filepath.Join(scratch, store.FileName)); err != nil {
			return m, err
		}
		file, err := measure(filepath.Join(scratch, store.FileName), store.FileName)
		if err != nil {
			return m, err
		}
		m.Files = append(m.Files, file)
	}
	for _, name := range names {
		at := filepath.Join(scratch, filepath.FromSlash(name))
		err := copyFile(filepath.Join(src.Dir, filepath.FromSlash(name)), at)
		if errors.Is(err, fs.ErrNotExist) {
			continue // it went meanwhile
		}
		if err != nil {
			return m, err
		}
		file, err := measure(at, name)
		if err != nil {
			return m, err
		}
		m.Files = append(m.Files, file)
	}
	return m, pack(ctx, m, scratch, to)
}

// list names the files of a data directory that are backed up as they are.
func list(dir string) ([]string, error) {
	var names []string
	err := filepath.WalkDir(dir, func(at string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(dir, at)
		switch {
		case err != nil:
			return err
		case at != dir && filepath.Dir(name) == "." && stays(name):
			if d.IsDir() {
				return filepath.SkipDir
			}
		case d.Type().IsRegular() && !isDatabase(name):
			names = append(names, filepath.ToSlash(name))
		}
		return nil
	})
	return names, err
}

// isDatabase tells the files of SQLite. What is in those beside it is in the copy.
func isDatabase(name string) bool {
	return name == store.FileName || strings.HasPrefix(name, store.FileName+"-")
}

// stays tells what of a data directory is of the running server or of a restoration, and neither backed up nor replaced.
func stays(name string) bool {
	return name == "lock" || name == "operator.sock" || name == markName || strings.HasPrefix(name, keptPrefix) ||
		strings.HasPrefix(name, incomingPrefix) || strings.HasPrefix(name, scratchPrefix)
}

func copyFile(from, to string) error {
	source, err := os.Open(from)
	if err != nil {
		return err
	}
	defer source.Close()
	if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
		return err
	}
	target, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(target, source)
	return errors.Join(err, target.Close())
}

// measure gives a file's entry in the manifest.
func measure(at, name string) (File, error) {
	file, err := os.Open(at)
	if err != nil {
		return File{}, err
	}
	defer file.Close()
	sum := sha256.New()
	size, err := io.Copy(sum, file)
	return File{Name: name, Size: size, SHA256: hex.EncodeToString(sum.Sum(nil))}, err
}

func pack(ctx context.Context, m Manifest, from string, to io.Writer) error {
	compressed := gzip.NewWriter(to)
	archive := tar.NewWriter(compressed)
	text, err := json.MarshalIndent(m, "", "\t")
	if err != nil {
		return err
	}
	if err := archive.WriteHeader(header(manifestName, int64(len(text)), m.Made)); err != nil {
		return err
	}
	if _, err := archive.Write(text); err != nil {
		return err
	}
	for _, f := range m.Files {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err := archive.WriteHeader(header(f.Name, f.Size, m.Made)); err != nil {
			return err
		}
		if err := appendFile(archive, filepath.Join(from, filepath.FromSlash(f.Name))); err != nil {
			return err
		}
	}
	return errors.Join(archive.Close(), compressed.Close())
}

func appendFile(archive io.Writer, name string) error {
	file, err := os.Open(name)
	if err != nil {
		return err
	}
	defer file.Close()
	_, err = io.Copy(archive, file)
	return err
}

// header puts everything into a folder, for those who unpack by hand.
func header(name string, size int64, made time.Time) *tar.Header {
	return &tar.Header{Name: path.Join("konklave-backup", name), Size: size, Mode: 0o600, ModTime: made, Typeflag: tar.TypeReg}
}

// errNoBackup is what is said of a file that is none.
var errNoBackup = errors.New("it is no backup of Konklave, or damaged")

func noBackup(err error) error { return fmt.Errorf("%w: %w", errNoBackup, err) }
