// Package token owns access tokens: JWTs that an application signs with its API key's secret and that say who may
// join which room and do what there. It reads, checks and signs them, and remembers which were revoked.
//
// It must not know of rooms that run or of HTTP. Tokens are secrets: no error of this package quotes one.
package token

import (
	"errors"
	"fmt"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"konklave/internal/id"
	"konklave/internal/pii"
)

const (
	leeway   = time.Minute // by which clocks may differ
	maxToken = 1 << 20     // bytes
)

// Why a token is refused.
var (
	ErrMalformed   = errors.New("token is malformed")
	ErrAlgorithm   = errors.New("token is not signed with HS256")
	ErrUnknownKey  = errors.New("token is of an unknown API key")
	ErrSignature   = errors.New("token has a wrong signature")
	ErrNoExpiry    = errors.New("token has no time of expiry")
	ErrExpired     = errors.New("token has expired")
	ErrNotYetValid = errors.New("token is not valid yet")
	ErrRevoked     = errors.New("token was revoked")
)

// Claims are what a token says.
type Claims struct {
	APIKey      string // iss: which secret signed it
	ID          string // jti
	Identity    id.Identity
	Name        pii.Name
	Metadata    pii.Text
	Attributes  map[string]string // application data: never logged
	Kind        string            // "" is standard
	KindDetails []string
	Video       Grants
	RoomPreset  string
	RoomConfig  []byte // JSON of a RoomConfiguration for a room that this join starts; nil when absent
	SHA256      string // of a webhook's body
	IssuedAt    time.Time
	NotBefore   time.Time
	ExpiresAt   time.Time
}

// Parse reads a token and checks it as of now. secret gives the secret of an API key. Only HS256 is taken, whatever
// the token asks for; an expiry is required. Errors: the Err... of this package.
func Parse(token string, secret func(apiKey string) (string, bool), now time.Time) (Claims, error) {
	if len(token) > maxToken {
		return Claims{}, fmt.Errorf("parsing token: %w", ErrMalformed)
	}
	var p payload
	_, err := jwt.NewParser(
		jwt.WithExpirationRequired(),
		jwt.WithLeeway(leeway),
		jwt.WithTimeFunc(func() time.Time { return now }),
	).ParseWithClaims(token, &p, func(t *jwt.Token) (any, error) {
		if t.Method != jwt.SigningMethodHS256 {
			return nil, ErrAlgorithm
		}
		s, ok := secret(p.Issuer)
		if !ok || s == "" {
			return nil, ErrUnknownKey
		}
		return []byte(s), nil
	})
	if err != nil {
		return Claims{}, fmt.Errorf("parsing token: %w", reason(err))
	}
	return p.claims(), nil
}

// reason gives our error for the library's, whose text may quote the token.
func reason(err error) error {
	for _, known := range []struct{ is, ours error }{
		{ErrAlgorithm, ErrAlgorithm},
		{ErrUnknownKey, ErrUnknownKey},
		{jwt.ErrTokenMalformed, ErrMalformed},
		{jwt.ErrTokenUnverifiable, ErrAlgorithm}, // a method that the library does not know
		{jwt.ErrTokenSignatureInvalid, ErrSignature},
		{jwt.ErrTokenRequiredClaimMissing, ErrNoExpiry},
		{jwt.ErrTokenExpired, ErrExpired},
		{jwt.ErrTokenNotValidYet, ErrNotYetValid},
	} {
		if errors.Is(err, known.is) {
			return known.ours
		}
	}
	return ErrMalformed
}

// Sign makes a token of claims, as of the API key. Zero times are left out, but the expiry must be set.
func Sign(c Claims, apiKey, secret string) (string, error) {
	if c.ExpiresAt.IsZero() {
		return "", fmt.Errorf("signing token: %w", ErrNoExpiry)
	}
	c.APIKey = apiKey
	signed, err := jwt.NewWithClaims(jwt.SigningMethodHS256, newPayload(c)).SignedString([]byte(secret))
	if err != nil {
		return "", fmt.Errorf("signing token: %w", err)
	}
	return signed, nil
}
