// Package ticket owns the key in the data directory with which tickets of meetings are sealed, so that they are good beyond the
// process and nobody else can make or read them.
//
// It must not decide what a ticket is good for: package meeting does.
package ticket

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"konklave/internal/id"
	"konklave/internal/meeting"
	"konklave/internal/meeting/rules"
	"konklave/internal/pii"
)

const (
	fileName = "ticket-key"
	keySize  = 32
	// longest is the most that a client's ticket may have, in characters; ours have some 250.
	longest = 1 << 10
)

// Sealer seals and opens tickets. It is safe for any goroutine.
type Sealer struct{ aead cipher.AEAD }

// Open reads the key in a data directory, or makes it. A file that holds no key is an error: whoever put it there should know.
func Open(dir string) (*Sealer, error) {
	path := filepath.Join(dir, fileName)
	key, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if key, err = makeKey(path); err != nil {
			return nil, fmt.Errorf("making the key of tickets: %w", err)
		}
	case err != nil:
		return nil, fmt.Errorf("reading the key of tickets: %w", err)
	case len(key) != keySize:
		return nil, fmt.Errorf("%s is no key: remove it, and the server makes another", path)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return nil, err
	}
	return &Sealer{aead}, nil
}

// makeKey writes a key where nobody sees half of it.
func makeKey(path string) ([]byte, error) {
	key := make([]byte, keySize)
	_, _ = rand.Read(key) // never fails
	next := path + ".new"
	if err := os.WriteFile(next, key, 0o600); err != nil {
		return nil, err
	}
	return key, os.Rename(next, path)
}

// sealed is a ticket as it is under the seal.
type sealed struct {
	ID      meeting.TicketID `json:"i"`
	Meeting id.MeetingID     `json:"m"`
	Run     string           `json:"r"`
	Role    rules.Role       `json:"o"`
	Expires int64            `json:"e"` // seconds since 1970
}

// Seal makes a ticket that clients can keep.
func (s *Sealer) Seal(t meeting.Ticket) pii.Token {
	text, _ := json.Marshal(sealed{t.ID, t.Meeting, t.Run, t.Role, t.Expires.Unix()}) // strings and a number: never fails
	return pii.Token(base64.RawURLEncoding.EncodeToString(s.aead.Seal(nil, nil, text, nil)))
}

// Open reads a ticket that a client brought; nil when it is none of ours.
func (s *Sealer) Open(token pii.Token) *meeting.Ticket {
	if len(token) > longest {
		return nil
	}
	box, err := base64.RawURLEncoding.DecodeString(token.Reveal())
	if err != nil {
		return nil
	}
	text, err := s.aead.Open(nil, nil, box, nil)
	if err != nil {
		return nil
	}
	var t sealed
	if json.Unmarshal(text, &t) != nil {
		return nil
	}
	return &meeting.Ticket{ID: t.ID, Meeting: t.Meeting, Run: t.Run, Role: t.Role, Expires: time.Unix(t.Expires, 0)}
}
