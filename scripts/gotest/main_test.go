package main

import (
	"strings"
	"testing"
)

func TestReport(t *testing.T) {
	for _, tt := range []struct {
		name, stream string
		ok           bool
		want, not    string
	}{
		{"all pass", `{"Action":"output","Package":"p","Test":"TestA","Output":"chatter\n"}
{"Action":"pass","Package":"p","Test":"TestA"}
{"Action":"skip","Package":"p","Test":"TestB"}
{"Action":"pass","Package":"p","Elapsed":1.5}
`, true, "go: 1 passed, 0 failed, 1 skipped in 1 packages", "chatter"},
		{"a test fails", `{"Action":"output","Package":"p","Test":"TestA","Output":"got 1, want 2\n"}
{"Action":"fail","Package":"p","Test":"TestA"}
{"Action":"fail","Package":"p"}
`, false, "got 1, want 2", ""},
		{"a package does not compile", `{"ImportPath":"p","Action":"build-output","Output":"undefined: x\n"}
{"ImportPath":"p","Action":"build-fail"}
{"Action":"fail","Package":"p","FailedBuild":"p"}
`, false, "undefined: x", ""},
		{"a package panics outside of its tests", `{"Action":"output","Package":"p","Output":"panic: no\n"}
{"Action":"fail","Package":"p"}
`, false, "panic: no", ""},
		{"a test does not end", `{"Action":"output","Package":"p","Test":"TestA","Output":"goroutine 7: waits\n"}
{"Action":"output","Package":"q","Test":"TestA","Output":"chatter\n"}
{"Action":"fail","Package":"p"}
`, false, "goroutine 7: waits", "chatter"},
		{"nothing ran", "", false, "0 passed", ""},
		{"go itself complains", "go: no such module\n", false, "no such module", ""},
	} {
		var out strings.Builder
		if ok := report(strings.NewReader(tt.stream), &out); ok != tt.ok {
			t.Errorf("%s: got %v", tt.name, ok)
		}
		if !strings.Contains(out.String(), tt.want) || tt.not != "" && strings.Contains(out.String(), tt.not) {
			t.Errorf("%s: printed:\n%s", tt.name, out.String())
		}
	}
}
