package structure

import (
	"go/ast"
	"go/token"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// TestArchitectureNamesWhatExists looks at everything in backticks in docs/ARCHITECTURE.md that is a path (`web/src`,
// `internal/wire/shard.go`, `sfu/track.go`), a name of a package (`room.State.Apply`) or an exported name (`DownTrack`).
func TestArchitectureNamesWhatExists(t *testing.T) {
	declared := declarations(t)
	checked := 0
	for _, word := range inBackticks(t, "docs/ARCHITECTURE.md") {
		known, ok := resolve(word, declared)
		if !known {
			continue
		}
		checked++
		if !ok {
			t.Errorf("docs/ARCHITECTURE.md names `%s`, which does not exist", word)
		}
	}
	if checked < 20 {
		t.Errorf("only %d names were found to check: does the test still understand the document?", checked)
	}
}

var (
	qualified = regexp.MustCompile(`^[a-z][a-z0-9]*\.[A-Za-z]\w*(\.[A-Za-z]\w*)?$`)
	exported  = regexp.MustCompile(`^[A-Z][a-z]\w*(\.\w+)?$`)
	extension = regexp.MustCompile(`^[\w.-]+\.(go|ts|tsx|md|yaml|html|proto)$`)
)

// resolve tells whether a word is a name that must exist, and whether it does.
func resolve(word string, declared map[string]bool) (known, exists bool) {
	word = strings.TrimSuffix(strings.TrimSuffix(word, "()"), "/")
	switch {
	case strings.HasPrefix(word, "/") || strings.ContainsAny(word, " {}<>=:*?\"()-"):
		return false, false // a URL path, a command, a pattern
	case strings.Contains(word, "/") || extension.MatchString(word):
		return true, pathExists(word)
	case qualified.MatchString(word):
		pkg, _, _ := strings.Cut(word, ".")
		if !declared[pkg] {
			return false, false // of another project, such as http.Handler
		}
		return true, declared[word]
	case exported.MatchString(word):
		return true, declared["*."+word]
	}
	return false, false
}

// pathExists looks below the root, internal and web/src, and for a bare file name everywhere in the project.
func pathExists(name string) bool {
	for _, base := range []string{"", "internal", "web/src", "docs"} {
		if _, err := os.Stat(filepath.Join(root, base, name)); err == nil {
			return true
		}
	}
	if strings.Contains(name, "/") {
		return false
	}
	for _, pattern := range []string{"internal/*", "internal/*/*", "web/src/*", "web/src/*/*"} {
		if found, _ := filepath.Glob(filepath.Join(root, pattern, name)); len(found) > 0 {
			return true
		}
	}
	return false
}

// declarations lists what the packages declare, as "pkg", "pkg.Name", "pkg.Type.Member", and "*.Name", "*.Type.Member"
// for names without their package.
func declarations(t *testing.T) map[string]bool {
	declared := map[string]bool{}
	for _, f := range goFiles(t) {
		if f.isTest {
			continue
		}
		pkg := path.Base(f.pkg)
		declared[pkg] = true
		add := func(name string) { declared[pkg+"."+name], declared["*."+name] = true, true }
		for _, d := range f.syntax.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				add(receiver(d) + d.Name.Name)
			case *ast.GenDecl:
				addSpecs(d, add)
			}
		}
	}
	return declared
}

func addSpecs(d *ast.GenDecl, add func(string)) {
	for _, spec := range d.Specs {
		switch spec := spec.(type) {
		case *ast.TypeSpec:
			add(spec.Name.Name)
			switch typ := spec.Type.(type) {
			case *ast.StructType:
				addFields(spec.Name.Name, typ.Fields, add)
			case *ast.InterfaceType:
				addFields(spec.Name.Name, typ.Methods, add)
			}
		case *ast.ValueSpec:
			if d.Tok == token.VAR || d.Tok == token.CONST {
				for _, name := range spec.Names {
					add(name.Name)
				}
			}
		}
	}
}

func addFields(typ string, fields *ast.FieldList, add func(string)) {
	for _, field := range fields.List {
		for _, name := range field.Names {
			add(typ + "." + name.Name)
		}
	}
}

// receiver gives "Type." for a method and "" for a function.
func receiver(d *ast.FuncDecl) string {
	if d.Recv == nil || len(d.Recv.List) == 0 {
		return ""
	}
	typ := d.Recv.List[0].Type
	if star, ok := typ.(*ast.StarExpr); ok {
		typ = star.X
	}
	if indexed, ok := typ.(*ast.IndexExpr); ok {
		typ = indexed.X
	}
	if name, ok := typ.(*ast.Ident); ok {
		return name.Name + "."
	}
	return ""
}

var (
	fence    = regexp.MustCompile("(?s)```.*?```")
	backtick = regexp.MustCompile("`([^`\n]+)`")
	link     = regexp.MustCompile(`\]\(([^)#\s]+)(#[^)]*)?\)`)
)

func inBackticks(t *testing.T, file string) []string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, file))
	if err != nil {
		t.Fatal(err)
	}
	var words []string
	for _, m := range backtick.FindAllStringSubmatch(fence.ReplaceAllString(string(text), ""), -1) {
		words = append(words, m[1])
	}
	return words
}

// TestLinksLeadSomewhere follows the links between the documents.
func TestLinksLeadSomewhere(t *testing.T) {
	walk(t, func(name string) {
		if path.Ext(name) != ".md" {
			return
		}
		text, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range link.FindAllStringSubmatch(string(text), -1) {
			if strings.Contains(m[1], "://") || strings.HasPrefix(m[1], "mailto:") {
				continue
			}
			if _, err := os.Stat(filepath.Join(root, path.Dir(name), m[1])); err != nil {
				t.Errorf("%s links to %s, which does not exist", name, m[1])
			}
		}
	})
}

// TestDecisionsAreNumbered wants a number of its own for each decision, the same in the file's name and in its heading.
func TestDecisionsAreNumbered(t *testing.T) {
	heading := regexp.MustCompile(`^# ([0-9]+)\. `)
	titles := map[int]string{}
	names, err := filepath.Glob(filepath.Join(root, "docs/adr/*.md"))
	if err != nil || len(names) < 8 {
		t.Fatalf("%d decisions: %v", len(names), err)
	}
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		base := filepath.Base(name)
		number, _ := strconv.Atoi(base[:4])
		if found := heading.FindStringSubmatch(string(text)); found == nil || found[1] != strconv.Itoa(number) {
			t.Errorf("docs/adr/%s has another number in its heading: %v", base, found)
		}
		if other := titles[number]; other != "" {
			t.Errorf("docs/adr/%s has the number of %s", base, other)
		}
		titles[number] = base
	}
}

// TestBrowserStoresTwoSecrets holds what docs/privacy.md says of the page: two secrets in the storage of the tab, and nothing
// else. Whoever needs more changes both.
func TestBrowserStoresTwoSecrets(t *testing.T) {
	told, err := os.ReadFile(filepath.Join(root, "docs/privacy.md"))
	if err != nil {
		t.Fatal(err)
	}
	boxes := regexp.MustCompile(`tabBox\('([^']*)'`)
	storage := regexp.MustCompile(`localStorage|sessionStorage|indexedDB|document\.cookie|caches\.open`)
	walk(t, func(name string) {
		if !strings.HasPrefix(name, "web/src/") || strings.Contains(name, ".test.") {
			return
		}
		text, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			t.Fatal(err)
		}
		for _, key := range boxes.FindAllStringSubmatch(string(text), -1) {
			if !strings.Contains(string(told), "`"+key[1]+"` in the session storage") {
				t.Errorf("%s keeps %s, which docs/privacy.md does not tell", name, key[1])
			}
		}
		for _, found := range storage.FindAllString(string(text), -1) {
			if name == "web/src/value/tab.ts" && found == "sessionStorage" {
				continue
			}
			t.Errorf("%s uses %s, but docs/privacy.md says that the page stores two secrets in the tab and nothing else", name, found)
		}
	})
}

var (
	oneof  = regexp.MustCompile(`(?s)message (SignalRequest|SignalResponse) \{\s*oneof message \{(.*?)\n  \}`)
	member = regexp.MustCompile(`(?m)^\s+\w+ (\w+) = \d+;`)
)

// TestProtocolNamesEveryMessage compares docs/protocol.md with the schema: what is done with each message is said.
func TestProtocolNamesEveryMessage(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(root, "docs/protocol.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, tables, _ := strings.Cut(string(text), "## From the client")
	fromClient, toClient, _ := strings.Cut(tables, "## To the client")
	toClient, _, _ = strings.Cut(toClient, "## Media")
	parts := map[string]string{"SignalRequest": fromClient, "SignalResponse": toClient}
	checked := 0
	for _, file := range []string{"request.proto", "response.proto"} {
		schema, err := os.ReadFile(filepath.Join(root, "internal/signal/lkpb", file))
		if err != nil {
			t.Fatal(err)
		}
		for _, message := range oneof.FindAllStringSubmatch(string(schema), -1) {
			for _, m := range member.FindAllStringSubmatch(message[2], -1) {
				checked++
				if !strings.Contains(parts[message[1]], "`"+m[1]+"`") {
					t.Errorf("docs/protocol.md does not say what is done with %s.%s", message[1], m[1])
				}
			}
		}
	}
	if checked < 40 {
		t.Errorf("found %d messages only: does the test still understand the schema?", checked)
	}
}
