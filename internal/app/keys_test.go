package app

import (
	"bytes"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"konklave/internal/config"
	"konklave/internal/token"
)

func TestKeyIsMadeOnceAndKept(t *testing.T) {
	dir := t.TempDir()
	var log bytes.Buffer
	logger := slog.New(slog.NewTextHandler(&log, nil))
	first, err := apiKeys(config.Config{}, dir, logger)
	if err != nil || len(first) != 1 {
		t.Fatalf("got %d keys, %v", len(first), err)
	}
	again, err := apiKeys(config.Config{}, dir, logger)
	if err != nil {
		t.Fatal(err)
	}
	for key, secret := range first {
		if again[key] != secret || len(secret.Reveal()) < 32 {
			t.Error("the pair changed, or its secret is short")
		}
		if strings.Contains(log.String(), secret.Reveal()) {
			t.Error("the secret is in the log")
		}
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 1 {
		t.Fatalf("left behind: %v, %v", entries, err)
	}
	if info, err := entries[0].Info(); err != nil || info.Mode() != fs.FileMode(0o600) {
		t.Errorf("others may read it: %v, %v", info.Mode(), err)
	}
}

func TestEffectiveSaysWhereThePairIs(t *testing.T) {
	cfg, err := config.Load(config.Sources{Flags: map[string][]string{"data-dir": {t.TempDir()}}})
	if err != nil {
		t.Fatal(err)
	}
	if got := Effective(cfg); !strings.Contains(got, "makes a pair at its start") {
		t.Errorf("before the first start:\n%s", got)
	}
	keys, err := apiKeys(cfg, cfg.DataDir, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	got := Effective(cfg)
	if !strings.Contains(got, "kept in "+filepath.Join(cfg.DataDir, keyFile)+" is used") {
		t.Errorf("after it:\n%s", got)
	}
	for _, secret := range keys {
		if strings.Contains(got, secret.Reveal()) {
			t.Error("it holds the secret")
		}
	}
	if _, err := config.Load(config.Sources{FileName: "f", File: []byte(got)}); err != nil {
		t.Errorf("what is printed cannot be read: %v", err)
	}
	cfg.APIKeys = keys
	if got := Effective(cfg); strings.Contains(got, keyFile) {
		t.Errorf("with a pair of one's own:\n%s", got)
	}
}

func TestConfiguredKeysWin(t *testing.T) {
	dir := t.TempDir()
	cfg := config.Config{APIKeys: config.Keys{"mine": "short"}}
	var log bytes.Buffer
	keys, err := apiKeys(cfg, dir, slog.New(slog.NewTextHandler(&log, nil)))
	if err != nil || keys["mine"] != "short" {
		t.Fatalf("got %v", err)
	}
	if _, err := os.Stat(filepath.Join(dir, keyFile)); err == nil {
		t.Error("made a pair that nobody asked for")
	}
	if !strings.Contains(log.String(), "short") || strings.Contains(log.String(), "key=short") {
		t.Errorf("says nothing of the short secret: %s", log.String())
	}
}

func TestBrokenKeyFile(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, keyFile), []byte("nonsense"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := apiKeys(config.Config{}, dir, slog.New(slog.DiscardHandler)); err == nil || strings.Contains(err.Error(), "nonsense") {
		t.Errorf("got %v", err)
	}
}

func TestCreateToken(t *testing.T) {
	cfg := config.Config{APIKeys: config.Keys{"a": "secret-a", "b": "secret-b"}, DataDir: t.TempDir()}
	now := time.Unix(1_800_000_000, 0)
	no := false
	request := TokenRequest{Identity: "ada", Room: "hall", Name: "Ada", ValidFor: time.Hour, APIKey: "b", CanPublish: &no, Hidden: true}
	text, err := CreateToken(cfg, request, now)
	if err != nil {
		t.Fatal(err)
	}
	secret := func(key string) (string, bool) { return cfg.APIKeys[key].Reveal(), key == "b" }
	claims, err := token.Parse(text, secret, now.Add(59*time.Minute))
	if err != nil {
		t.Fatal(err)
	}
	v := claims.Video
	if claims.Identity != "ada" || claims.Name != "Ada" || v.Room != "hall" || !v.RoomJoin || v.MayPublish() || !v.MaySubscribe() || !v.Hidden {
		t.Errorf("got %+v", v)
	}
	if _, err := token.Parse(text, secret, now.Add(2*time.Hour)); err == nil {
		t.Error("does not expire")
	}

	for name, tt := range map[string]struct {
		change func(*TokenRequest)
		want   string
	}{
		"a meeting's room": {func(r *TokenRequest) { r.Room = "konklave:x" }, "belong to meetings"},
		"no room":          {func(r *TokenRequest) { r.Room = "" }, "empty"},
		"unknown key":      {func(r *TokenRequest) { r.APIKey = "c" }, "no API key"},
		"which key":        {func(r *TokenRequest) { r.APIKey = "" }, "--api-key"},
		"no time":          {func(r *TokenRequest) { r.ValidFor = 0 }, "--valid-for"},
	} {
		r := request
		tt.change(&r)
		if _, err := CreateToken(cfg, r, now); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestTokenOfTheDataDirectory(t *testing.T) {
	cfg := config.Config{DataDir: t.TempDir()}
	request := TokenRequest{Identity: "ada", Room: "hall", ValidFor: time.Hour}
	if _, err := CreateToken(cfg, request, time.Now()); err == nil || !strings.Contains(err.Error(), "start the server once") {
		t.Errorf("before the first start: got %v", err)
	}
	if _, err := apiKeys(cfg, cfg.DataDir, slog.New(slog.DiscardHandler)); err != nil {
		t.Fatal(err)
	}
	if _, err := CreateToken(cfg, request, time.Now()); err != nil {
		t.Error(err)
	}
}

func TestWebhookKey(t *testing.T) {
	two := config.Keys{"a": "1", "b": "2"}
	for _, tt := range []struct {
		named string
		keys  config.Keys
		want  string
	}{{"", config.Keys{"a": "1"}, "a"}, {"b", two, "b"}, {"", two, ""}, {"c", two, ""}} {
		if key, _, err := webhookKey(tt.named, tt.keys); key != tt.want || (err == nil) != (tt.want != "") {
			t.Errorf("%q of %v: %q, %v", tt.named, tt.keys, key, err)
		}
	}
}
