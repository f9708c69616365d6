// Command gotest reads what `go test -json` writes and prints what a person wants of it: one line per package, everything that
// a failed test said, and at the end how many tests passed, failed and were skipped. It fails when a test did.
//
// It must not run tests itself, so that the flags of go test stay with whoever calls it.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
)

// event is one line of the stream: `go doc test2json`.
type event struct {
	Action  string
	Package string
	Test    string
	Elapsed float64 // seconds
	Output  string
}

func main() {
	if !report(os.Stdin, os.Stdout) {
		os.Exit(1)
	}
}

// report prints the stream and tells whether everything passed.
func report(from io.Reader, to io.Writer) bool {
	var passed, failed, skipped int
	packages, broken := 0, 0
	said := map[string]*strings.Builder{} // package and test -> output so far
	lines := bufio.NewScanner(from)
	lines.Buffer(nil, 64<<20)
	for lines.Scan() {
		var e event
		if json.Unmarshal(lines.Bytes(), &e) != nil {
			fmt.Fprintln(to, lines.Text()) // not of the stream, such as a message of the go command
			continue
		}
		name := e.Package + " " + e.Test
		switch e.Action {
		case "output":
			if said[name] == nil {
				said[name] = &strings.Builder{}
			}
			said[name].WriteString(e.Output)
			continue
		case "build-output":
			fmt.Fprint(to, e.Output)
			continue
		case "pass", "fail", "skip":
		default:
			continue
		}
		output := said[name]
		delete(said, name)
		if e.Action == "fail" && output != nil {
			fmt.Fprint(to, output.String())
		}
		if e.Test == "" {
			packages++
			switch e.Action {
			case "pass":
				fmt.Fprintf(to, "ok    %s  %.1fs\n", e.Package, e.Elapsed)
			case "fail":
				broken++
				for _, name := range slices.Sorted(maps.Keys(said)) { // tests that did not end
					if strings.HasPrefix(name, e.Package+" ") {
						fmt.Fprint(to, said[name])
						delete(said, name)
					}
				}
				fmt.Fprintf(to, "FAIL  %s  %.1fs\n", e.Package, e.Elapsed)
			}
			continue
		}
		switch e.Action {
		case "pass":
			passed++
		case "fail":
			failed++
			fmt.Fprintf(to, "FAIL  %s\n", name)
		case "skip":
			skipped++
		}
	}
	// A stream that ends early, or in which no package ran, is no success.
	complete := lines.Err() == nil && packages > 0
	fmt.Fprintf(to, "go: %d passed, %d failed, %d skipped in %d packages (%d of them failed)\n", passed, failed, skipped, packages, broken)
	return complete && failed == 0 && broken == 0
}
