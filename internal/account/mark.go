package account

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"time"

	"konklave/internal/pii"
)

// MarkLasts is how long a browser in which somebody signed in is known.
const MarkLasts = 90 * 24 * time.Hour

const (
	markNonce = 16
	markEnds  = 8
)

// newMark makes a mark of a browser. It is random, and when it ends, under a key that follows from the hash of the account's
// password: nothing of it is stored, it says nothing of whose it is, and a new password makes it worthless.
func newMark(hash pii.Token, now time.Time) pii.Token {
	b := make([]byte, markNonce, markNonce+markEnds+sha256.Size)
	_, _ = rand.Read(b)
	b = binary.BigEndian.AppendUint64(b, uint64(now.Add(MarkLasts).Unix()))
	return pii.Token(base64.RawURLEncoding.EncodeToString(append(b, sealMark(hash, b)...)))
}

// knows tells whether a mark is one of this account.
func knows(hash, mark pii.Token, now time.Time) bool {
	b, err := base64.RawURLEncoding.DecodeString(mark.Reveal())
	if err != nil || len(b) != markNonce+markEnds+sha256.Size || hash == "" {
		return false
	}
	said, seal := b[:markNonce+markEnds], b[markNonce+markEnds:]
	ends := time.Unix(int64(binary.BigEndian.Uint64(said[markNonce:])), 0)
	return hmac.Equal(sealMark(hash, said), seal) && now.Before(ends)
}

func sealMark(hash pii.Token, said []byte) []byte {
	mac := hmac.New(sha256.New, []byte("known browser "+hash.Reveal()))
	mac.Write(said)
	return mac.Sum(nil)
}
