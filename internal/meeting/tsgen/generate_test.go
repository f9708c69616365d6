package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestTypeScriptIsUpToDate(t *testing.T) {
	tests := map[string][]string{
		"control": {
			"../code.go", "../protocol.go", "../protocol_lobby.go", "../protocol_conduct.go", "../protocol_chat.go", "../protocol_media.go", "../protocol_help.go",
			"../resources.go",
		},
		"rules": {"../rules/rules.go", "../rules/action.go", "../rules/settings.go", "../rules/fault.go", "../rules/limits.go", "../rules/preset.go"},
	}
	packages := map[string]string{"control": "meeting", "rules": "meeting/rules"}
	for name, sources := range tests {
		want, err := Generate(packages[name], sources)
		if err != nil {
			t.Fatal(err)
		}
		file := "web/src/api/" + name + ".gen.ts"
		got, err := os.ReadFile("../../../" + file)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s is not what the Go structs say: run go generate ./internal/meeting/...", file)
		}
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
		if _, err := Generate("p", []string{path}); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestGenerate(t *testing.T) {
	source := "package p\n// Word is one.\ntype Word string\nconst (\n// Yes means that it is.\nYes Word = \"yes\"\nNo Word = \"no\" // not\nMaybe Word = \"maybe\"\n)\n// Said is\n// a message.\ntype Said struct {\n" +
		"R rules.Role `json:\"r\"`\nW Word `json:\"w\"`\nA id.Identity `json:\"a\"`\nB []byte `json:\"b,omitempty\"` // note\nC []Said `json:\"c\"`\n}\n" +
		"func (Said) messageType() string { return \"said\" }\nfunc (Said) sequenced() {}\n"
	path := filepath.Join(t.TempDir(), "source.go")
	if err := os.WriteFile(path, []byte(source), 0o600); err != nil {
		t.Fatal(err)
	}
	got, err := Generate("p", []string{path})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"/** Said is a message. */\nexport interface Said {\n  type: \"said\";\n",
		"\nimport type { Role } from \"./rules.gen\";\n",
		"/** Word is one. */\nexport type Word =\n  /** it is. */\n  | \"yes\"\n  /** not */\n  | \"no\"\n  | \"maybe\";\n",
		"  seq: number;\n  r: Role;\n  w: Word;\n  a: string;\n  /** base64; note */\n  b?: string;\n  c: Said[];\n}\n",
		"export type ServerEvent =\n  | Said;\n",
	} {
		if !strings.Contains(string(got), want) {
			t.Errorf("missing %q in\n%s", want, got)
		}
	}
}
