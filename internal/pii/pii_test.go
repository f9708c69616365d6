package pii

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/netip"
	"strings"
	"testing"
)

// TestNothingPrintsTheValue prints each type in every way that code or a log handler may, also inside of others.
func TestNothingPrintsTheValue(t *testing.T) {
	const secret = "192.0.2.77" // also the address, so that one search finds all
	type record struct {
		Name  Name
		Text  Text
		Token Token
		Addr  Addr
		List  []Text
		Map   map[string]Name
	}
	value := record{Name: secret, Text: secret, Token: secret, Addr: NewAddr(netip.MustParseAddrPort(secret + ":5000")),
		List: []Text{secret}, Map: map[string]Name{"key": secret}}
	var out bytes.Buffer
	for _, v := range []any{value, &value, value.Name, value.Text, value.Token, value.Addr, value.Map, []any{value}} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d", "%T"} {
			fmt.Fprintf(&out, verb+"\n", v)
		}
		fmt.Fprintln(&out, v)
		b, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		out.Write(b)
		for _, handler := range []slog.Handler{slog.NewTextHandler(&out, nil), slog.NewJSONHandler(&out, nil)} {
			slog.New(handler).With("bound", v).Info("said", "value", v, slog.Group("g", "inner", v))
		}
	}
	printed := out.String()
	if strings.Contains(printed, secret) || strings.Contains(printed, fmt.Sprintf("%x", secret)) {
		t.Fatalf("a value was printed: %s", printed)
	}
	if !strings.Contains(printed, Redacted) {
		t.Fatal("nothing was redacted")
	}
}

func TestRevealGivesTheValue(t *testing.T) {
	addr := netip.MustParseAddrPort("[2001:db8::1]:4000")
	if Name("a").Reveal() != "a" || Text("b").Reveal() != "b" || Token("c").Reveal() != "c" || NewAddr(addr).Reveal() != addr {
		t.Fatal("a value was changed")
	}
}
