package account

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/base64"
	"strings"

	"konklave/internal/pii"
)

const loginBytes = 32 // 256 bits

// newToken makes the token of a login and the hash that is stored of it.
func newToken() (pii.Token, []byte) {
	b := make([]byte, loginBytes)
	_, _ = rand.Read(b) // which never fails: it ends the program if it does
	token := pii.Token(base64.RawURLEncoding.EncodeToString(b))
	return token, hashOf(token)
}

// hashOf is what is stored of a token. A token has so many random bits that nobody finds it by trying, so a fast hash is
// enough; and as it is looked up by its hash, how long that takes says nothing of the token.
func hashOf(token pii.Token) []byte {
	sum := sha256.Sum256([]byte(token.Reveal()))
	return sum[:]
}

// Codes that people may have to type: letters and digits of base32, which leaves out 0, 1, 8 and 9.
const (
	recoveryLetters = 16 // 80 bits
	linkLetters     = 26 // 130 bits
	recoveryCodes   = 10
)

// newCode makes a code of so many letters.
func newCode(letters int) pii.Token {
	b := make([]byte, (letters*5+7)/8)
	_, _ = rand.Read(b)
	return pii.Token(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(b)[:letters])
}

// typed undoes what people do to a code that they type: spaces, dashes, small letters, and digits that look like letters.
var typed = strings.NewReplacer(" ", "", "-", "", "0", "O", "1", "I", "8", "B")

// readCode gives a code that somebody typed as it was made.
func readCode(text pii.Token) pii.Token {
	return pii.Token(typed.Replace(strings.ToUpper(strings.TrimSpace(text.Reveal()))))
}

// Spaced writes a code in groups, to be read and typed.
func Spaced(code pii.Token) string {
	var groups []string
	for rest := code.Reveal(); rest != ""; {
		n := min(4, len(rest))
		groups, rest = append(groups, rest[:n]), rest[n:]
	}
	return strings.Join(groups, "-")
}

// newRecovery makes recovery codes and the hashes that are stored of them.
func newRecovery() (codes []string, hashes [][]byte) {
	for range recoveryCodes {
		code := newCode(recoveryLetters)
		codes, hashes = append(codes, Spaced(code)), append(hashes, hashOf(code))
	}
	return codes, hashes
}
