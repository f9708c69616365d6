package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestTypeScriptIsUpToDate(t *testing.T) {
	want, err := Generate([]string{"../code.go", "../protocol.go", "../resources.go"})
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile("../../../web/src/api/control.gen.ts")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Fatal("web/src/api/control.gen.ts is not what the Go structs say: run go generate ./internal/meeting")
	}
}

func TestGenerateRefusesWhatItDoesNotKnow(t *testing.T) {
	tests := map[string]string{
		"a struct without a comment": "package p\ntype T struct{}",
		"a field without a tag":      "package p\n// T is.\ntype T struct{ A int }",
		"a map":                      "package p\n// T is.\ntype T struct{ A map[string]int `json:\"a\"` }",
		"a computed message type":    "package p\nfunc (T) messageType() string { return name }",
		"broken source":              "package",
	}
	for name, source := range tests {
		path := filepath.Join(t.TempDir(), "source.go")
		if err := os.WriteFile(path, []byte(source), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Generate([]string{path}); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestGenerate(t *testing.T) {
	source := "package p\n// Said is\n// a message.\ntype Said struct {\n" +
		"A id.Identity `json:\"a\"`\nB []byte `json:\"b,omitempty\"` // note\nC []Said `json:\"c\"`\n}\n" +
		"func (Said) messageType() string { return \"said\" }\nfunc (Said) sequenced() {}\n"
	path := filepath.Join(t.TempDir(), "source.go")
	if err := os.WriteFile(path, []byte(source), 0o600); err != nil {
		t.Fatal(err)
	}
	got, err := Generate([]string{path})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"/** Said is a message. */\nexport interface Said {\n  type: \"said\";\n",
		"  seq: number;\n  a: string;\n  /** base64; note */\n  b?: string;\n  c: Said[];\n}\n",
		"export type ServerEvent =\n  | Said;\n",
	} {
		if !strings.Contains(string(got), want) {
			t.Errorf("missing %q in\n%s", want, got)
		}
	}
}
