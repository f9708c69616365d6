package token

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

var now = time.Unix(1_800_000_000, 0)

func secretOf(key string) (string, bool) {
	s, ok := map[string]string{"devkey": "secret", "empty": ""}[key]
	return s, ok
}

func signed(t testing.TB, method jwt.SigningMethod, claims jwt.MapClaims) string {
	t.Helper()
	var key any = []byte("secret")
	if method == jwt.SigningMethodNone {
		key = jwt.UnsafeAllowNoneSignatureType
	}
	s, err := jwt.NewWithClaims(method, claims).SignedString(key)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestParse(t *testing.T) {
	base := func(change func(jwt.MapClaims)) jwt.MapClaims {
		c := jwt.MapClaims{"iss": "devkey", "sub": "alice", "exp": now.Unix() + 600, "video": map[string]any{"room": "r", "roomJoin": true}}
		if change != nil {
			change(c)
		}
		return c
	}
	hs := func(change func(jwt.MapClaims)) string { return signed(t, jwt.SigningMethodHS256, base(change)) }
	good := hs(nil)
	parts := strings.Split(good, ".")
	noneHeader := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none","typ":"JWT"}`))
	weirdHeader := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"hs256","typ":"JWT"}`))
	tests := []struct {
		name  string
		token string
		want  error
	}{
		{"good", good, nil},
		{"within the leeway after expiry", hs(func(c jwt.MapClaims) { c["exp"] = now.Unix() - 30 }), nil},
		{"expired", hs(func(c jwt.MapClaims) { c["exp"] = now.Unix() - 61 }), ErrExpired},
		{"no expiry", hs(func(c jwt.MapClaims) { delete(c, "exp") }), ErrNoExpiry},
		{"within the leeway before", hs(func(c jwt.MapClaims) { c["nbf"] = now.Unix() + 30 }), nil},
		{"not yet", hs(func(c jwt.MapClaims) { c["nbf"] = now.Unix() + 61 }), ErrNotYetValid},
		{"unknown key", hs(func(c jwt.MapClaims) { c["iss"] = "other" }), ErrUnknownKey},
		{"key without secret", hs(func(c jwt.MapClaims) { c["iss"] = "empty" }), ErrUnknownKey},
		{"no key", hs(func(c jwt.MapClaims) { delete(c, "iss") }), ErrUnknownKey},
		{"alg none", signed(t, jwt.SigningMethodNone, base(nil)), ErrAlgorithm},
		{"alg none over our signature", noneHeader + "." + parts[1] + "." + parts[2], ErrAlgorithm},
		{"alg none without signature", noneHeader + "." + parts[1] + ".", ErrAlgorithm},
		{"HS512", signed(t, jwt.SigningMethodHS512, base(nil)), ErrAlgorithm},
		{"unknown alg", weirdHeader + "." + parts[1] + "." + parts[2], ErrAlgorithm},
		{"wrong signature", parts[0] + "." + parts[1] + "." + strings.Repeat("A", len(parts[2])), ErrSignature},
		{"no signature", parts[0] + "." + parts[1] + ".", ErrSignature},
		{"changed payload", parts[0] + "." + base64.RawURLEncoding.EncodeToString([]byte(`{"iss":"devkey","exp":9999999999}`)) + "." + parts[2], ErrSignature},
		{"two parts", parts[0] + "." + parts[1], ErrMalformed},
		{"nothing", "", ErrMalformed},
		{"claims of wrong type", hs(func(c jwt.MapClaims) { c["video"] = 7 }), ErrMalformed},
		{"too long", strings.Repeat("a", maxToken+1), ErrMalformed},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c, err := Parse(test.token, secretOf, now)
			if !errors.Is(err, test.want) {
				t.Fatalf("error %v, want %v", err, test.want)
			}
			if err != nil && len(test.token) > 20 && strings.Contains(err.Error(), test.token[:20]) {
				t.Fatal("the error quotes the token")
			}
			if err == nil && (c.Identity != "alice" || c.Video.Room != "r" || !c.Video.RoomJoin) {
				t.Fatalf("identity or grants are lost: %+v", c.Video)
			}
		})
	}
}

func TestIdentityFallsBackToID(t *testing.T) {
	c, err := Parse(signed(t, jwt.SigningMethodHS256, jwt.MapClaims{"iss": "devkey", "jti": "bob", "exp": now.Unix() + 9}), secretOf, now)
	if err != nil || c.Identity != "bob" {
		t.Fatalf("error %v, identity %s", err, c.Identity)
	}
}

func TestGrantsThatTheTokenDoesNotState(t *testing.T) {
	tests := []struct {
		grants                                    string
		publish, subscribe, publishData, metadata bool
	}{
		{`{}`, true, true, true, false},
		{`{"canPublish":false}`, false, true, false, false},
		{`{"canPublish":false,"canPublishData":true}`, false, true, true, false},
		{`{"canPublishData":false}`, true, true, false, false},
		{`{"canSubscribe":false,"canUpdateOwnMetadata":true}`, true, false, true, true},
		{`{"canPublish":null}`, true, true, true, false},
	}
	for _, test := range tests {
		header := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"HS256"}`))
		body := base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, `{"iss":"devkey","sub":"a","exp":%d,"video":%s}`, now.Unix()+9, test.grants))
		mac, err := jwt.SigningMethodHS256.Sign(header+"."+body, []byte("secret"))
		if err != nil {
			t.Fatal(err)
		}
		c, err := Parse(header+"."+body+"."+base64.RawURLEncoding.EncodeToString(mac), secretOf, now)
		if err != nil {
			t.Fatal(err)
		}
		g := c.Video
		if g.MayPublish() != test.publish || g.MaySubscribe() != test.subscribe ||
			g.MayPublishData() != test.publishData || g.MayUpdateOwnMetadata() != test.metadata {
			t.Errorf("%s: publish %v, subscribe %v, data %v, metadata %v", test.grants,
				g.MayPublish(), g.MaySubscribe(), g.MayPublishData(), g.MayUpdateOwnMetadata())
		}
	}
}

func TestSignAndParse(t *testing.T) {
	want := Claims{
		Identity: "alice", Name: "Alice", Metadata: "m", Attributes: map[string]string{"k": "v"}, Kind: "agent",
		Video:    Grants{Room: "r", RoomJoin: true, CanPublish: Bool(false), CanPublishSources: []string{"camera"}},
		IssuedAt: now, ExpiresAt: now.Add(time.Hour),
	}
	signed, err := Sign(want, "devkey", "secret")
	if err != nil {
		t.Fatal(err)
	}
	c, err := Parse(signed, secretOf, now)
	if err != nil {
		t.Fatal(err)
	}
	if c.Name.Reveal() != "Alice" || c.Metadata.Reveal() != "m" || c.Attributes["k"] != "v" || c.Kind != "agent" || c.APIKey != "devkey" ||
		c.Video.MayPublish() || c.Video.CanPublishSources[0] != "camera" || !c.IssuedAt.Equal(now) || !c.ExpiresAt.Equal(now.Add(time.Hour)) {
		t.Fatal("claims were lost on the way")
	}
	if _, err := Sign(Claims{}, "devkey", "secret"); !errors.Is(err, ErrNoExpiry) {
		t.Fatalf("a token without expiry was signed: %v", err)
	}
}

func TestRevocations(t *testing.T) {
	r := NewRevocations()
	claims := Claims{Identity: "alice", IssuedAt: now}
	if r.Check("r", claims) != nil {
		t.Fatal("revoked before anything was")
	}
	r.Revoke("r", "alice", now, now.Add(time.Hour))
	r.Revoke("r", "alice", now.Add(-time.Minute), now) // an older one takes nothing back
	tests := []struct {
		name   string
		claims Claims
		want   error
	}{
		{"issued then", claims, ErrRevoked},
		{"issued later", Claims{Identity: "alice", IssuedAt: now.Add(time.Second)}, nil},
		{"valid from later, no time of issue", Claims{Identity: "alice", NotBefore: now.Add(time.Second)}, nil},
		{"no times at all", Claims{Identity: "alice"}, ErrRevoked},
		{"somebody else", Claims{Identity: "bob", IssuedAt: now}, nil},
	}
	for _, test := range tests {
		if err := r.Check("r", test.claims); err != test.want {
			t.Errorf("%s: %v, want %v", test.name, err, test.want)
		}
	}
	if r.Check("another", claims) != nil {
		t.Error("revoked in another room too")
	}
	r.Purge(now.Add(time.Hour))
	if r.Check("r", claims) == nil {
		t.Error("forgotten within the leeway")
	}
	r.Purge(now.Add(time.Hour + 2*time.Minute))
	if r.Check("r", claims) != nil {
		t.Error("not forgotten")
	}
}

func FuzzParse(f *testing.F) {
	good, err := Sign(Claims{Identity: "a", ExpiresAt: now.Add(time.Hour)}, "devkey", "secret")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add("a.b.c")
	f.Add(strings.Repeat(".", 100))
	f.Fuzz(func(t *testing.T, token string) {
		c, err := Parse(token, secretOf, now)
		if err == nil && c.ExpiresAt.Before(now.Add(-leeway)) {
			t.Fatal("a token without valid expiry was taken")
		}
		// Whoever does not know the secret can take apart our token, but not make another.
		if err == nil && token[:strings.LastIndexByte(token, '.')] != good[:strings.LastIndexByte(good, '.')] {
			t.Fatal("a token was taken that we did not sign")
		}
	})
}
