package token

import (
	"sync"
	"time"

	"konklave/internal/id"
)

// Revocations remembers whose tokens are no longer taken although they have not expired. It is safe for any
// goroutine.
type Revocations struct {
	mu      sync.Mutex
	entries map[visit]revocation
}

type visit struct {
	room     id.RoomName
	identity id.Identity
}

type revocation struct {
	issuedUpTo time.Time
	until      time.Time
}

// NewRevocations makes an empty list.
func NewRevocations() *Revocations { return &Revocations{entries: make(map[visit]revocation)} }

// Revoke refuses an identity's tokens into a room that were issued up to a moment. until is when the last of them
// has expired: then the entry may be forgotten. Tokens have whole seconds, so one that is issued in the same second
// is refused too.
func (r *Revocations) Revoke(room id.RoomName, identity id.Identity, issuedUpTo, until time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	key, e := visit{room, identity}, revocation{issuedUpTo, until}
	if old, ok := r.entries[key]; ok { // never take back what was said before
		e.issuedUpTo = later(old.issuedUpTo, issuedUpTo)
		e.until = later(old.until, until)
	}
	r.entries[key] = e
}

// Check gives ErrRevoked when a token with these claims is revoked for a room. A token that does not say when it
// was issued counts from its not-before time, and without that as older than any revocation.
func (r *Revocations) Check(room id.RoomName, c Claims) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	e, ok := r.entries[visit{room, c.Identity}]
	if !ok {
		return nil
	}
	issued := c.IssuedAt
	if issued.IsZero() {
		issued = c.NotBefore
	}
	if issued.After(e.issuedUpTo) {
		return nil
	}
	return ErrRevoked
}

// Purge forgets the entries whose tokens have expired, leeway included.
func (r *Revocations) Purge(now time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for key, e := range r.entries {
		if now.After(e.until.Add(leeway)) {
			delete(r.entries, key)
		}
	}
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
