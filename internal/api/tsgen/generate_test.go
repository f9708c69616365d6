package main

import (
	"bytes"
	"os"
	"strings"
	"testing"
)

func TestTypesOfTheClientAreCurrent(t *testing.T) {
	want, err := Generate(described().Document())
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile("../../../web/src/api/rest.gen.ts")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("web/src/api/rest.gen.ts is old: run go generate ./internal/api")
	}
}

func TestWhatIsNotKnownIsAnError(t *testing.T) {
	described := map[string]any{"components": map[string]any{"schemas": map[string]any{
		"Odd": map[string]any{"properties": map[string]any{"field": map[string]any{"type": "null"}}},
	}}}
	if _, err := Generate(described); err == nil || !strings.Contains(err.Error(), "Odd: field") {
		t.Errorf("the error is %v", err)
	}
}
