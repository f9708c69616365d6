package bwe_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"konklave/internal/sfu/bwe"
	"konklave/internal/sfu/bwe/line"
)

var update = flag.Bool("update", false, "write the pictures of docs/quality and the table of docs/quality.md anew")

const pictures = "../../../docs/quality"

func ours(*line.World) estimates { return new(bwe.Estimator) }

// TestScenarios plays every file of testdata/scenarios, looks whether what is expected there holds, and whether its
// picture and the table of docs/quality.md are still true.
func TestScenarios(t *testing.T) {
	files, _ := filepath.Glob("testdata/scenarios/*.txt")
	if len(files) < 20 {
		t.Errorf("%d scenarios only", len(files))
	}
	rows := make([]string, len(files))
	t.Run("all", func(t *testing.T) {
		for i, file := range files {
			s := readScenario(t, file)
			t.Run(s.name, func(t *testing.T) {
				t.Parallel()
				r := play(s, 1, ours)
				rows[i] = r.verify(t)
				compare(t, filepath.Join(pictures, s.name+".svg"), draw(r))
			})
		}
	})
	text, err := os.ReadFile(pictures + ".md")
	if err != nil {
		t.Fatal(err)
	}
	const begin, end = "<!-- scenarios: written by the test -->\n", "<!-- end of scenarios -->"
	before, rest, _ := strings.Cut(string(text), begin)
	_, after, _ := strings.Cut(rest, end)
	table := "| scenario | expected: found |\n|---|---|\n" + strings.Join(rows, "")
	compare(t, pictures+".md", []byte(before+begin+table+end+after))
}

// verify looks whether what is expected holds, and gives the row of the table.
func (r *run) verify(t *testing.T) string {
	if len(r.expect) == 0 {
		t.Error("nothing is expected")
	}
	row := fmt.Sprintf("| [%s](quality/%s.svg) |", r.title, r.name)
	for i, e := range r.expect {
		found, ok := r.check(e)
		if !ok {
			t.Errorf("%s: found %s", e.text, found)
		}
		row += fmt.Sprintf("%s `%s`: %s", []string{"", ","}[min(i, 1)], e.text, found)
	}
	return row + " |\n"
}

// compare wants a committed file to be what was written now. Other processors round otherwise.
func compare(t *testing.T, file string, drawn []byte) {
	if *update {
		if err := os.WriteFile(file, drawn, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	committed, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if runtime.GOARCH == "amd64" && !bytes.Equal(committed, drawn) {
		t.Errorf("%s says something else: look at the difference, then run go test ./internal/sfu/bwe -run TestScenarios -update", file)
	}
}
