package wire

import "crypto/rand"

// Credentials are one side's ICE user name fragment and password (RFC 8445 section 5.3).
type Credentials struct{ Ufrag, Pwd string }

// NewCredentials makes random ones: 48 bits of ufrag, 192 bits of password.
func NewCredentials() Credentials {
	return Credentials{Ufrag: randomText(8), Pwd: randomText(32)}
}

// randomText has n characters of ice-char, 6 random bits each.
func randomText(n int) string {
	const iceChars = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails
	for i := range b {
		b[i] = iceChars[b[i]&63]
	}
	return string(b)
}
