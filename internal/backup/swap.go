package backup

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// Names in a data directory while a restoration goes on, and of what was there before.
const (
	markName       = "restoring" // there while files are moved
	incomingPrefix = ".restore-"
	keptPrefix     = "replaced-"
	keptTime       = "20060102T150405Z"
)

// scratchFor is how long making an archive may take.
const scratchFor = 24 * time.Hour

// keptFor is how long what was there before a restoration is kept.
const keptFor = 7 * 24 * time.Hour

// mark says what is to be taken back when files were not moved to the end.
type mark struct {
	Incoming string `json:"incoming"` // folder from which files come
	Kept     string `json:"kept"`     // folder to which the old ones go
	In       bool   `json:"in"`       // the old ones are all there, new ones come
}

// rename is os.Rename.
type rename func(from, to string) error

// swap moves what is in a data directory to a folder in it, whose name it gives, and what is incoming in its place. An error takes
// it all back.
func swap(dir, incoming string, now time.Time, move rename) (kept string, err error) {
	m := mark{Incoming: filepath.Base(incoming), Kept: keptPrefix + now.UTC().Format(keptTime)}
	kept = filepath.Join(dir, m.Kept)
	if err := os.Mkdir(kept, 0o700); err != nil {
		return "", err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, undo(dir, move))
		}
	}()
	if err := errors.Join(giveTo(dir, kept), m.write(dir)); err != nil {
		return "", err
	}
	if err := moveAll(dir, kept, move); err != nil {
		return "", err
	}
	m.In = true
	if err := m.write(dir); err != nil {
		return "", err
	}
	if err := moveAll(incoming, dir, move); err != nil {
		return "", err
	}
	if err := errors.Join(syncDir(kept), unmark(dir)); err != nil {
		return "", err
	}
	if os.Remove(kept) == nil { // it is empty
		kept = ""
	}
	return kept, nil
}

// Unfinished is an error when a restoration of the directory was broken off in the middle.
func Unfinished(dir string) error {
	m, err := readMark(dir)
	if err != nil || m == nil {
		return err
	}
	return fmt.Errorf("a restoration of the data directory %s was broken off: run konklave restore again; it first brings back what was there (now in %s)", dir, m.Kept)
}

// undo brings back what was there before a restoration that was broken off. It may itself be broken off, and run again.
func undo(dir string, move rename) error {
	m, err := readMark(dir)
	if err != nil || m == nil {
		return err
	}
	incoming, kept := filepath.Join(dir, m.Incoming), filepath.Join(dir, m.Kept)
	if m.In {
		if err := moveAll(dir, incoming, move); err != nil {
			return err
		}
		m.In = false
		if err := m.write(dir); err != nil {
			return err
		}
	}
	if err := moveAll(kept, dir, move); err != nil {
		return err
	}
	if err := unmark(dir); err != nil {
		return err
	}
	return errors.Join(os.Remove(kept), os.RemoveAll(incoming))
}

// moveAll moves all that does not stay from one directory to another.
func moveAll(from, to string, move rename) error {
	entries, err := os.ReadDir(from)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if stays(e.Name()) {
			continue
		}
		if err := move(filepath.Join(from, e.Name()), filepath.Join(to, e.Name())); err != nil {
			return err
		}
	}
	return errors.Join(syncDir(from), syncDir(to))
}

// write puts the mark on the disk in place of the one that is there.
func (m mark) write(dir string) error {
	text, err := json.Marshal(m)
	if err != nil {
		return err
	}
	next := filepath.Join(dir, incomingPrefix+"mark")
	file, err := os.OpenFile(next, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = file.Write(text)
	if err := errors.Join(err, file.Sync(), file.Close()); err != nil {
		return err
	}
	return errors.Join(os.Rename(next, filepath.Join(dir, markName)), syncDir(dir))
}

func readMark(dir string) (*mark, error) {
	text, err := os.ReadFile(filepath.Join(dir, markName))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	m := new(mark)
	if err := json.Unmarshal(text, m); err != nil {
		return nil, fmt.Errorf("%s in %s cannot be read: %w", markName, dir, err)
	}
	return m, nil
}

func unmark(dir string) error {
	return errors.Join(syncDir(dir), os.Remove(filepath.Join(dir, markName)), syncDir(dir))
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// Forget removes what restorations replaced a week ago or earlier, what one left that was broken off before it replaced
// anything, and what a backup left that was killed a day ago. Whoever calls it holds the lock of the directory.
func Forget(dir string, now time.Time) error {
	if err := Unfinished(dir); err != nil {
		return err
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		text, replaced := strings.CutPrefix(e.Name(), keptPrefix)
		at, malformed := time.Parse(keptTime, text)
		due := replaced && malformed == nil && !now.Before(at.Add(keptFor))
		if !due && !strings.HasPrefix(e.Name(), incomingPrefix) && !oldScratch(e, now) {
			continue
		}
		if err := os.RemoveAll(filepath.Join(dir, e.Name())); err != nil {
			return err
		}
	}
	return nil
}

// oldScratch tells whether somebody made an archive there and was killed.
func oldScratch(e fs.DirEntry, now time.Time) bool {
	info, err := e.Info()
	return err == nil && strings.HasPrefix(e.Name(), scratchPrefix) && now.Sub(info.ModTime()) > scratchFor
}
