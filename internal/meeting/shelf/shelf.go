// Package shelf owns the file in which meetings outlive the process that are made without an account (Foyer): a line of JSON
// for each change, written anew when it has grown and when meetings are forgotten. A process that is killed loses nothing, a
// machine that loses power at most what was not on the disk yet (settle.go); a line that is torn by that is left out.
package shelf

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"time"

	"konklave/internal/id"
	"konklave/internal/meeting"
	"konklave/internal/pii"
)

// fileName is the file's in the data directory.
const fileName = "meetings"

// slack is how many lines the file may have beyond twice those that are needed.
const slack = 100

// Shelf is the open file. One goroutine at a time may use it.
type Shelf struct {
	path  string
	file  *os.File
	kept  map[id.LinkID]line
	lines int  // in the file
	torn  bool // the last line was not written whole: what follows it would be lost with it
	disk  *settler
}

// Kept is what outlives the process of a meeting: nothing of those who were in, nothing that was said.
type Kept struct {
	ID        id.MeetingID
	Link      id.LinkID
	Title     pii.Text
	Host      string    // hash of the secret that makes its bearer the owner; "": of before there was one
	Used      time.Time // the end of the hour in which somebody was last in: nobody needs to know it better
	Condition meeting.Condition
}

// line is a meeting as it was when the line was written; a later line of the same link replaces it.
type line struct {
	ID        id.MeetingID      `json:"id"`
	Link      id.LinkID         `json:"link"`
	Title     string            `json:"title"`
	Host      string            `json:"host,omitempty"`
	Used      int64             `json:"used"` // seconds since 1970
	Condition meeting.Condition `json:"condition,omitzero"`
}

func lineOf(k Kept) line {
	return line{ID: k.ID, Link: k.Link, Title: k.Title.Reveal(), Host: k.Host, Used: k.Used.Unix(), Condition: k.Condition}
}

func (l line) kept() Kept {
	return Kept{ID: l.ID, Link: l.Link, Title: pii.Text(l.Title), Host: l.Host, Used: time.Unix(l.Used, 0), Condition: l.Condition}
}

// Open reads the file in a directory, makes it when it is missing, and gives what it keeps, in no order.
func Open(dir string) (*Shelf, []Kept, error) {
	return openShelf(dir, (*os.File).Sync)
}

func openShelf(dir string, sync func(*os.File) error) (*Shelf, []Kept, error) {
	s := &Shelf{path: filepath.Join(dir, fileName), kept: map[id.LinkID]line{}}
	if err := s.read(); err != nil {
		return nil, nil, fmt.Errorf("the meetings in %s cannot be read: %w", s.path, err)
	}
	if err := s.rewrite(); err != nil {
		return nil, nil, fmt.Errorf("the meetings in %s cannot be written: %w", s.path, err)
	}
	s.disk = newSettler(sync)
	var list []Kept
	for _, l := range s.kept {
		list = append(list, l.kept())
	}
	return s, list, nil
}

// Keep writes a meeting down.
func (s *Shelf) Keep(k Kept) error {
	l := lineOf(k)
	if reflect.DeepEqual(s.kept[k.Link], l) && !s.torn {
		return nil
	}
	s.kept[k.Link] = l
	return s.write(l)
}

// Forget drops meetings: their lines leave the file.
func (s *Shelf) Forget(links []id.LinkID) error {
	before := len(s.kept)
	for _, link := range links {
		delete(s.kept, link)
	}
	if len(s.kept) == before {
		return nil
	}
	return s.rewrite()
}

// Close ends it. What was written is on the disk.
func (s *Shelf) Close() error {
	s.disk.close()
	return s.file.Close()
}

func (s *Shelf) write(l line) error {
	if s.torn || s.lines > 2*len(s.kept)+slack {
		return s.rewrite()
	}
	text, err := json.Marshal(l)
	if err != nil {
		return fmt.Errorf("writing a meeting: %w", err)
	}
	s.lines++
	_, err = s.file.Write(append(text, '\n'))
	s.torn = err != nil
	s.disk.settle(s.file)
	return err
}

// rewrite replaces the file by one with only what is kept.
func (s *Shelf) rewrite() error {
	var text bytes.Buffer
	to := json.NewEncoder(&text)
	for _, link := range slices.Sorted(maps.Keys(s.kept)) {
		if err := to.Encode(s.kept[link]); err != nil {
			return fmt.Errorf("writing a meeting: %w", err)
		}
	}
	next := s.path + ".new"
	file, err := os.OpenFile(next, os.O_WRONLY|os.O_CREATE|os.O_TRUNC|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	_, err = file.Write(text.Bytes())
	if err = errors.Join(err, file.Sync()); err == nil {
		err = os.Rename(next, s.path)
	}
	if err == nil {
		err = syncDir(filepath.Dir(s.path))
	}
	if err != nil {
		return errors.Join(err, file.Close())
	}
	if s.file != nil {
		_ = s.file.Close() // all of it is in the new one
	}
	s.file, s.lines, s.torn = file, len(s.kept), false
	return nil
}

func (s *Shelf) read() error {
	text, err := os.ReadFile(s.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	for raw := range bytes.Lines(text) {
		var l line
		if json.Unmarshal(raw, &l) != nil || !l.Link.Valid() {
			continue // torn
		}
		if l.ID == "" { // of an older version
			l.ID = id.NewMeetingID()
		}
		if _, ok := meeting.CleanTitle(l.Title); ok {
			s.kept[l.Link] = l
		}
	}
	return nil
}
