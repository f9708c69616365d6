package token

import (
	"encoding/json"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"konklave/internal/id"
	"konklave/internal/pii"
)

// payload is the JSON in a token. It has plain strings where Claims has types that print redacted.
type payload struct {
	jwt.RegisteredClaims
	Name        string            `json:"name,omitempty"`
	Metadata    string            `json:"metadata,omitempty"`
	Attributes  map[string]string `json:"attributes,omitempty"`
	Kind        string            `json:"kind,omitempty"`
	KindDetails []string          `json:"kindDetails,omitempty"`
	Video       *Grants           `json:"video,omitempty"`
	RoomPreset  string            `json:"roomPreset,omitempty"`
	RoomConfig  json.RawMessage   `json:"roomConfig,omitempty"`
	SHA256      string            `json:"sha256,omitempty"`
}

func newPayload(c Claims) *payload {
	return &payload{
		RegisteredClaims: jwt.RegisteredClaims{
			Issuer: c.APIKey, ID: c.ID, Subject: string(c.Identity),
			IssuedAt: numericDate(c.IssuedAt), NotBefore: numericDate(c.NotBefore), ExpiresAt: numericDate(c.ExpiresAt),
		},
		Name: c.Name.Reveal(), Metadata: c.Metadata.Reveal(), Attributes: c.Attributes,
		Kind: c.Kind, KindDetails: c.KindDetails, Video: &c.Video,
		RoomPreset: c.RoomPreset, RoomConfig: c.RoomConfig, SHA256: c.SHA256,
	}
}

func (p *payload) claims() Claims {
	c := Claims{
		APIKey: p.Issuer, ID: p.ID, Identity: id.Identity(p.Subject),
		Name: pii.Name(p.Name), Metadata: pii.Text(p.Metadata), Attributes: p.Attributes,
		Kind: p.Kind, KindDetails: p.KindDetails,
		RoomPreset: p.RoomPreset, RoomConfig: p.RoomConfig, SHA256: p.SHA256,
		IssuedAt: moment(p.IssuedAt), NotBefore: moment(p.NotBefore), ExpiresAt: moment(p.ExpiresAt),
	}
	if c.Identity == "" { // some old token makers say it there
		c.Identity = id.Identity(p.ID)
	}
	if p.Video != nil {
		c.Video = *p.Video
	}
	return c
}

func numericDate(t time.Time) *jwt.NumericDate {
	if t.IsZero() {
		return nil
	}
	return jwt.NewNumericDate(t)
}

func moment(d *jwt.NumericDate) time.Time {
	if d == nil {
		return time.Time{}
	}
	return d.Time
}
