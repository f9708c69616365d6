// Package files owns the bytes of files that people give each other in meetings, from their arrival to the end of the meeting.
// They lie in files without a name, so that nothing of them is left when the process ends, however it ends.
//
// It must not know whose they are, who may have them, or what they are: package meeting decides, and they are opaque.
package files

import (
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"konklave/internal/id"
	"konklave/internal/meeting"
	"konklave/internal/pii"
)

const (
	tokenLife = time.Minute
	// mostFiles bounds how many the process has open for it.
	mostFiles = 2000
)

// Why bytes are not taken.
var (
	ErrUnknown = errors.New("no such token, or it is not good any more")
	ErrSize    = errors.New("the file is not as large as announced")
)

// Store keeps files. It is safe for any goroutine; what the meetings ask of it returns at once.
type Store struct {
	dir  string
	most int64 // bytes

	mu      sync.Mutex
	size    int64 // bytes, those expected included
	files   map[meeting.FileKey]*file
	uploads map[digest]token
	offers  map[digest]token
}

// digest is the hash of a token: what is looked up by it tells nothing of it by the time it takes.
type digest [sha256.Size]byte

type token struct {
	key     meeting.FileKey
	holder  id.Identity
	expires time.Time
}

type file struct {
	meeting id.MeetingID
	size    int64
	coming  bool     // its bytes are being taken
	bytes   *os.File // nil until they are there
}

// New makes a store that keeps so many bytes at most, in a directory for files without names.
func New(dir string, most int64) *Store {
	return &Store{
		dir: dir, most: most,
		files: map[meeting.FileKey]*file{}, uploads: map[digest]token{}, offers: map[digest]token{},
	}
}

// Expect makes room for a file and gives the token for its bytes (meeting.Files).
func (s *Store) Expect(in id.MeetingID, key meeting.FileKey, of id.Identity, size int64) (pii.Token, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.expireLocked(time.Now())
	if len(s.files) >= mostFiles || s.size+size > s.most {
		return "", false
	}
	s.files[key] = &file{meeting: in, size: size}
	s.size += size
	return issueLocked(s.uploads, key, of), true
}

// Offer gives the token by which somebody gets a file (meeting.Files).
func (s *Store) Offer(key meeting.FileKey, to id.Identity) pii.Token {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.expireLocked(time.Now())
	return issueLocked(s.offers, key, to)
}

func issueLocked(tokens map[digest]token, key meeting.FileKey, holder id.Identity) pii.Token {
	text := rand.Text()
	tokens[sha256.Sum256([]byte(text))] = token{key: key, holder: holder, expires: time.Now().Add(tokenLife)}
	return pii.Token(text)
}

// Revoke makes the tokens of somebody worthless (meeting.Files). What is on its way already goes on.
func (s *Store) Revoke(holder id.Identity) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.endLocked(func(t token) bool { return t.holder == holder })
}

// Drop forgets files (meeting.Files).
func (s *Store) Drop(keys []meeting.FileKey) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, key := range keys {
		s.dropLocked(key)
	}
}

func (s *Store) dropLocked(key meeting.FileKey) {
	f := s.files[key]
	if f == nil {
		return
	}
	delete(s.files, key)
	s.size -= f.size
	if f.bytes != nil {
		_ = f.bytes.Close() // it has no name: this ends it
	}
}

// expireLocked forgets tokens that are not good any more, and files whose bytes never came.
func (s *Store) expireLocked(now time.Time) {
	s.endLocked(func(t token) bool { return now.After(t.expires) })
}

func (s *Store) endLocked(over func(token) bool) {
	for d, t := range s.uploads {
		if over(t) {
			delete(s.uploads, d)
			if f := s.files[t.key]; f != nil && !f.coming && f.bytes == nil {
				s.dropLocked(t.key)
			}
		}
	}
	for d, t := range s.offers {
		if over(t) {
			delete(s.offers, d)
		}
	}
}

// Take takes the bytes of a file that is expected by this token, which is used up, and says of which meeting which file it
// is. Errors: ErrUnknown, ErrSize, those of the reader and of the disk.
func (s *Store) Take(text pii.Token, from io.Reader) (id.MeetingID, meeting.FileKey, error) {
	key, f, err := s.begin(text)
	if err != nil {
		return "", "", err
	}
	bytes, err := s.write(from, f.size)
	s.mu.Lock()
	defer s.mu.Unlock()
	f.coming = false
	switch {
	case err == nil && s.files[key] == f:
		f.bytes = bytes
		return f.meeting, key, nil
	case err == nil:
		_ = bytes.Close() // the meeting is over, or the file was deleted
		err = ErrUnknown
	}
	if s.files[key] == f {
		s.dropLocked(key)
	}
	return "", "", err
}

func (s *Store) begin(text pii.Token) (meeting.FileKey, *file, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.expireLocked(time.Now())
	d := digest(sha256.Sum256([]byte(text.Reveal())))
	t, ok := s.uploads[d]
	f := s.files[t.key]
	if !ok || f == nil {
		return "", nil, ErrUnknown
	}
	delete(s.uploads, d)
	f.coming = true
	return t.key, f, nil
}

// write brings bytes into a file without a name.
func (s *Store) write(from io.Reader, size int64) (*os.File, error) {
	f, err := os.CreateTemp(s.dir, ".file-")
	if err != nil {
		return nil, fmt.Errorf("making a file: %w", err)
	}
	if err := os.Remove(f.Name()); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	n, err := io.Copy(f, io.LimitReader(from, size+1))
	if err == nil && n != size {
		err = ErrSize
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// Give gives the bytes of the file that is offered by this token. When the file is dropped, reading ends with an error.
// Errors: ErrUnknown.
func (s *Store) Give(text pii.Token) (io.Reader, int64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.expireLocked(time.Now())
	t, ok := s.offers[sha256.Sum256([]byte(text.Reveal()))]
	f := s.files[t.key]
	if !ok || f == nil || f.bytes == nil {
		return nil, 0, ErrUnknown
	}
	return io.NewSectionReader(f.bytes, 0, f.size), f.size, nil
}

// Close forgets all files.
func (s *Store) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for key := range s.files {
		s.dropLocked(key)
	}
	return nil
}
