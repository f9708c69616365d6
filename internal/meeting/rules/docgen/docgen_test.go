package main

import (
	"os"
	"testing"
)

func TestDocumentsAreUpToDate(t *testing.T) {
	for file, want := range map[string]string{"kinds.md": Kinds(), "roles.md": Roles()} {
		got, err := os.ReadFile("../../../../docs/" + file)
		if err != nil {
			t.Fatal(err)
		}
		if string(got) != want {
			t.Errorf("docs/%s is not what the rules say: run go generate ./internal/meeting/rules", file)
		}
	}
}
