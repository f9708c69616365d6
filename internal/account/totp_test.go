package account

import (
	"net/url"
	"testing"
	"time"

	"konklave/internal/pii"
)

// TestTOTP takes the vectors of RFC 6238, appendix B, for SHA-1, of which apps show the last six digits.
func TestTOTP(t *testing.T) {
	secret := []byte("12345678901234567890")
	for at, want := range map[int64]string{
		59: "287082", 1111111109: "081804", 1111111111: "050471", 1234567890: "005924", 2000000000: "279037", 20000000000: "353130",
	} {
		if got := totpAt(secret, at/30); got != want {
			t.Errorf("at %d: %s, want %s", at, got, want)
		}
	}
	now := time.Unix(1111111111, 0)
	tests := []struct {
		code pii.Token
		at   time.Duration
		ok   bool
	}{
		{"050471", 0, true}, {"050 471", 0, true}, {"050471", 30 * time.Second, true}, {"050471", -30 * time.Second, true},
		{"050471", time.Minute, false}, {"050471", -time.Minute, false}, {"050472", 0, false}, {"", 0, false}, {"05047", 0, false},
		{"0504710", 0, false}, {"x050471", 0, false},
	}
	for _, test := range tests {
		step, ok := totpMatch(secret, test.code, now.Add(test.at))
		if ok != test.ok || ok && step != 37037037 {
			t.Errorf("%q %v later: step %d, %v", test.code.Reveal(), test.at, step, ok)
		}
	}
}

func TestAddressForApps(t *testing.T) {
	u, err := url.Parse(totpAddress([]byte("12345678901234567890"), "ada@example.org"))
	if err != nil || u.Scheme != "otpauth" || u.Host != "totp" || u.Path != "/Konklave:ada@example.org" ||
		u.Query().Get("secret") != "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ" || u.Query().Get("issuer") != "Konklave" {
		t.Errorf("%v %v", u, err)
	}
}

func TestCodesThatPeopleType(t *testing.T) {
	for range 100 {
		code := newCode(linkLetters)
		if len(code) != linkLetters || readCode(code) != code || readCode(pii.Token(" "+Spaced(code)+"\n")) != code {
			t.Fatalf("%q and %q", code.Reveal(), readCode(code).Reveal())
		}
	}
	if got := readCode("abc0-def1 8xyz"); got != "ABCODEFIBXYZ" {
		t.Errorf("%q", got.Reveal())
	}
	codes, hashes := newRecovery()
	if len(codes) != recoveryCodes || len(hashes) != recoveryCodes || len(codes[0]) != recoveryLetters+3 {
		t.Errorf("%d codes like %s", len(codes), codes[0])
	}
}
