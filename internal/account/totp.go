package account

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha1"
	"crypto/subtle"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"net/url"
	"time"

	"konklave/internal/pii"
)

// Codes of the second factor are those of RFC 6238 as every app makes them: SHA-1, six digits, a new one each 30 seconds.
const (
	totpSecretBytes = 20 // as long as the hash, RFC 4226 section 4
	totpStep        = 30 * time.Second
	totpDigits      = 1_000_000
	totpDrift       = 1 // steps by which the clock of a phone may be wrong, either way
)

func newTOTPSecret() []byte {
	secret := make([]byte, totpSecretBytes)
	_, _ = rand.Read(secret)
	return secret
}

// totpAt is the code of a step.
func totpAt(secret []byte, step int64) string {
	var counter [8]byte
	binary.BigEndian.PutUint64(counter[:], uint64(step))
	mac := hmac.New(sha1.New, secret)
	mac.Write(counter[:])
	sum := mac.Sum(nil)
	at := sum[len(sum)-1] & 0xf // RFC 4226 section 5.3
	value := binary.BigEndian.Uint32(sum[at:at+4]) & 0x7fffffff
	return fmt.Sprintf("%06d", value%totpDigits)
}

// AppCode is what an app shows at a time.
func AppCode(secret []byte, at time.Time) string {
	return totpAt(secret, at.Unix()/int64(totpStep/time.Second))
}

// totpMatch gives the step whose code this is, if it is one that counts now. Every step is compared, so that how long it
// takes says nothing.
func totpMatch(secret []byte, code pii.Token, now time.Time) (step int64, ok bool) {
	current := now.Unix() / int64(totpStep/time.Second)
	digits := []byte(onlyDigits(code))
	for s := current - totpDrift; s <= current+totpDrift; s++ {
		if subtle.ConstantTimeCompare([]byte(totpAt(secret, s)), digits) == 1 {
			step, ok = s, true
		}
	}
	return step, ok
}

// onlyDigits drops the blank that apps show in the middle.
func onlyDigits(code pii.Token) string {
	var digits []rune
	for _, r := range code.Reveal() {
		switch {
		case r >= '0' && r <= '9':
			digits = append(digits, r)
		case r != ' ':
			return ""
		}
	}
	return string(digits)
}

// totpText is the secret as people type it into an app.
func totpText(secret []byte) string {
	return base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(secret)
}

// totpAddress is what the QR code for an app holds.
// https://github.com/google/google-authenticator/wiki/Key-Uri-Format
func totpAddress(secret []byte, email pii.Text) string {
	query := url.Values{"secret": {totpText(secret)}, "issuer": {"Konklave"}}
	return "otpauth://totp/" + url.PathEscape("Konklave:"+email.Reveal()) + "?" + query.Encode()
}
