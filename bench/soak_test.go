package main

import (
	"strings"
	"testing"
)

func TestSoakVerdict(t *testing.T) {
	before := soaked{Goroutines: 30, Heap: 5e6, RSS: 40e6}
	for name, tt := range map[string]struct {
		after soaked
		want  string
	}{
		"nothing":       {soaked{Goroutines: 28, Heap: 4e6, RSS: 50e6}, "kept nothing"},
		"goroutines":    {soaked{Goroutines: 36, Heap: 5e6, RSS: 40e6}, "goroutines: 30 before, 36 after"},
		"heap":          {soaked{Goroutines: 30, Heap: 9e6, RSS: 40e6}, "heap, kB: 5000 before, 9000 after"},
		"memory":        {soaked{Goroutines: 30, Heap: 5e6, RSS: 90e6}, "RSS, kB"},
		"somebody left": {soaked{People: 1, Goroutines: 30, Heap: 5e6, RSS: 40e6}, "participants"},
	} {
		r := soakReport{before: before, after: tt.after}
		if got := r.verdict(); !strings.Contains(got, tt.want) {
			t.Errorf("%s: got %q, want %q", name, got, tt.want)
		}
		if (len(r.faults()) == 0) != (name == "nothing") {
			t.Errorf("%s: %v", name, r.faults())
		}
	}
}
