package relay

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"strconv"
	"strings"
	"time"
)

// nonceLife is how long a nonce is good (RFC 8656 section 5 advises an hour at most).
const nonceLife = time.Hour

// nonce makes one that need not be remembered: the time, signed.
func (s *Server) nonce() string {
	at := strconv.FormatInt(s.cfg.Now().Unix(), 36)
	return at + "." + s.signature(at)
}

// fresh tells whether a nonce is ours and still good.
func (s *Server) fresh(nonce string) bool {
	at, signature, ok := strings.Cut(nonce, ".")
	if !ok || !hmac.Equal([]byte(signature), []byte(s.signature(at))) {
		return false
	}
	n, err := strconv.ParseInt(at, 36, 64)
	return err == nil && s.cfg.Now().Sub(time.Unix(n, 0)) < nonceLife
}

func (s *Server) signature(at string) string {
	mac := hmac.New(sha256.New, s.key)
	mac.Write([]byte("nonce " + at)) // a user name has no blank
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil)[:12])
}
