package structure

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"
)

// module is the path of the Go module; root the way from this package to its directory.
const (
	module = "konklave"
	root   = "../.."
)

// A sourceFile is one Go file of the project.
type sourceFile struct {
	path      string // from the root, with slashes
	pkg       string // "room" for internal/room, "main" for the root, otherwise the path: "web", "scripts/gotest"
	isTest    bool
	generated bool
	lines     int
	fset      *token.FileSet
	syntax    *ast.File
}

func (f sourceFile) at(n ast.Node) string {
	return f.path + ":" + itoa(f.fset.Position(n.Pos()).Line)
}

// isProof tells files that measure or test the program from outside. They may import anything, nobody may import them.
func (f sourceFile) isProof() bool {
	return strings.HasPrefix(f.path, "test/") || strings.HasPrefix(f.path, "bench/")
}

// goFiles parses every Go file of the project.
func goFiles(t *testing.T) []sourceFile {
	t.Helper()
	var files []sourceFile
	walk(t, func(name string) {
		if path.Ext(name) != ".go" {
			return
		}
		text, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			t.Fatal(err)
		}
		f := sourceFile{path: name, pkg: packageOf(name), isTest: strings.HasSuffix(name, "_test.go"),
			lines: strings.Count(string(text), "\n"), fset: token.NewFileSet()}
		if f.syntax, err = parser.ParseFile(f.fset, name, text, parser.ParseComments|parser.SkipObjectResolution); err != nil {
			t.Fatal(err)
		}
		f.generated = ast.IsGenerated(f.syntax)
		files = append(files, f)
	})
	if len(files) < 20 {
		t.Fatalf("found %d Go files only: the test looks in the wrong place", len(files))
	}
	return files
}

// walk calls visit for every file of the project that is not built or installed.
func walk(t *testing.T, visit func(name string)) {
	t.Helper()
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		switch d.Name() {
		case ".git", "node_modules", "dist", "bin", "data", "testdata", "out":
			if d.IsDir() {
				return filepath.SkipDir
			}
		}
		if !d.IsDir() {
			relative, err := filepath.Rel(root, name)
			if err != nil {
				return err
			}
			visit(filepath.ToSlash(relative))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// packageOf gives the short name under which the tables know a package.
func packageOf(file string) string {
	switch dir := path.Dir(file); dir {
	case ".":
		return "main"
	default:
		return strings.TrimPrefix(dir, "internal/")
	}
}

// projectImport gives the short name of an imported package of the project, or "".
func projectImport(importPath string) string {
	inside, ok := strings.CutPrefix(importPath, module+"/")
	if !ok {
		return ""
	}
	return strings.TrimPrefix(inside, "internal/")
}
