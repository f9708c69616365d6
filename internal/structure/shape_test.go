package structure

import (
	"bytes"
	"go/parser"
	"go/token"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// mostLines is where a file has probably more than one subject.
const mostLines = 500

// longWithReason lists files above mostLines and why they stay whole.
var longWithReason = map[string]string{}

func TestFilesStayShort(t *testing.T) {
	check := func(name string, lines int) {
		if lines > mostLines && longWithReason[name] == "" {
			t.Errorf("%s has %d lines: look for the second subject in it, or state in longWithReason why not", name, lines)
		}
	}
	for _, f := range goFiles(t) {
		if !f.isTest && !f.generated {
			check(f.path, f.lines)
		}
	}
	walk(t, func(name string) {
		typescript := path.Ext(name) == ".ts" || path.Ext(name) == ".tsx"
		if !typescript || strings.Contains(name, ".test.") {
			return
		}
		text, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			t.Fatal(err)
		}
		if generated := bytes.Contains(text[:min(len(text), 300)], []byte("enerated")); !generated {
			check(name, bytes.Count(text, []byte("\n")))
		}
	})
	for name := range longWithReason {
		if _, err := os.Stat(filepath.Join(root, name)); err != nil {
			t.Errorf("longWithReason names %s, which does not exist", name)
		}
	}
}

// TestPackagesSayWhatTheyOwn wants a comment on every package that begins as Go's tools expect.
func TestPackagesSayWhatTheyOwn(t *testing.T) {
	said := map[string]bool{} // packages that have code besides tests
	for _, f := range goFiles(t) {
		if f.isTest {
			continue
		}
		begins := "Package " + f.syntax.Name.Name + " "
		comment := f.syntax.Doc.Text()
		said[f.pkg] = said[f.pkg] || strings.HasPrefix(comment, begins) || f.syntax.Name.Name == "main" && comment != ""
	}
	for pkg, ok := range said {
		if !ok {
			t.Errorf("package %s has no comment that begins with %q", pkg, "Package "+path.Base(pkg)+" ...")
		}
	}
}

// vagueNames are words that say nothing about what a package or file holds.
var vagueNames = []string{"util", "utils", "common", "base", "manager", "helper", "helpers", "impl", "misc"}

func TestNamesSaySomething(t *testing.T) {
	walk(t, func(name string) {
		if ext := path.Ext(name); ext != ".go" && ext != ".ts" && ext != ".tsx" {
			return
		}
		for _, part := range strings.FieldsFunc(name, func(r rune) bool { return strings.ContainsRune("/._-", r) }) {
			for _, vague := range vagueNames {
				if strings.EqualFold(part, vague) {
					t.Errorf("%s: %q says nothing about what it holds", name, part)
				}
			}
		}
	})
}

func parse(t *testing.T, text string) sourceFile {
	t.Helper()
	f := sourceFile{path: "planted.go", pkg: "planted", fset: token.NewFileSet()}
	var err error
	if f.syntax, err = parser.ParseFile(f.fset, f.path, text, parser.SkipObjectResolution); err != nil {
		t.Fatal(err)
	}
	return f
}

func itoa(n int) string { return strconv.Itoa(n) }
