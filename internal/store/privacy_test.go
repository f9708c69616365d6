package store_test

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"konklave/internal/store"
	"konklave/internal/store/storetest"
)

const root = "../.."

// table is what is said of one: in the comments before its CREATE TABLE, or in docs/privacy.md.
type table struct {
	name, columns, purpose, retention, test string
}

// row is the line of docs/privacy.md.
func (r table) row() string {
	return fmt.Sprintf("| `%s` | %s | %s | %s | %s |", r.name, r.columns, r.purpose, r.retention, r.test)
}

var create = regexp.MustCompile(`(?m)^-- purpose: (.+)\n-- retention: (.+)\n-- test: (.+)\nCREATE TABLE (?:IF NOT EXISTS )?(\w+) `)

// stated reads the comments of the migrations.
func stated(t *testing.T) map[string]table {
	t.Helper()
	tables := map[string]table{}
	names, err := filepath.Glob("migrations/*.sql")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range create.FindAllStringSubmatch(string(text), -1) {
			tables[m[4]] = table{name: m[4], purpose: m[1], retention: m[2], test: m[3]}
		}
	}
	return tables
}

// column is one of a schema, as the database lists it.
type column struct{ table, name, typ string }

func scanColumn(scan store.Scan) (c column, err error) {
	err = scan(&c.table, &c.name, &c.typ)
	c.typ = strings.ToUpper(c.typ)
	return c, err
}

var listColumns = map[string]string{
	"SQLite": `SELECT m.name, c.name, c.type FROM sqlite_schema m JOIN pragma_table_info(m.name) c WHERE m.type = 'table' ORDER BY m.name, c.cid`,
	"PostgreSQL": `SELECT CAST(table_name AS TEXT), CAST(column_name AS TEXT), CAST(data_type AS TEXT) FROM information_schema.columns
		WHERE table_schema = current_schema() ORDER BY table_name, ordinal_position`,
}

// TestPrivacyNamesEveryColumn compares docs/privacy.md with what is said in the migrations and with both schemas.
func TestPrivacyNamesEveryColumn(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(root, "docs/privacy.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(text), "\n## The database\n")
	section, _, _ = strings.Cut(section, "\n## ")
	tests := namesOfTests(t)
	for kind, open := range map[string]func(testing.TB) store.Options{"SQLite": storetest.SQLite, "PostgreSQL": storetest.Postgres} {
		t.Run(kind, func(t *testing.T) {
			var columns []column
			err := storetest.Open(t, open(t)).Read(t.Context(), func(tx *store.Tx) (err error) {
				columns, err = store.All(tx, scanColumn, listColumns[kind])
				return err
			})
			if err != nil || len(columns) == 0 {
				t.Fatal(len(columns), err)
			}
			tables := stated(t)
			for _, c := range columns {
				if !slices.Contains([]string{"TEXT", "BIGINT", "BOOLEAN", "BYTEA"}, c.typ) {
					t.Errorf("%s.%s is a %s, which the other database does not take or take otherwise", c.table, c.name, c.typ)
				}
				r, known := tables[c.table]
				if !known {
					t.Fatalf("no comments -- purpose:, -- retention:, -- test: stand before CREATE TABLE %s", c.table)
				}
				r.columns = strings.TrimPrefix(r.columns+", "+c.name, ", ")
				tables[c.table] = r
			}
			for _, r := range tables {
				if !strings.Contains(section, r.row()) {
					t.Errorf("docs/privacy.md, The database, lacks this line:\n%s", r.row())
				}
				checkTest(t, r, tests)
			}
			if got := strings.Count(section, "\n| `"); got != len(tables) {
				t.Errorf("docs/privacy.md lists %d tables, there are %d", got, len(tables))
			}
		})
	}
}

// checkTest wants the tests to exist which show that a table's rows go. "none", with the reason, is for what is about nobody.
func checkTest(t *testing.T, r table, tests map[string]bool) {
	t.Helper()
	if strings.HasPrefix(r.test, "none, ") {
		return
	}
	for name := range strings.SplitSeq(r.test, ", ") {
		if !tests[strings.Trim(name, "`")] {
			t.Errorf("%s: there is no test %s", r.name, name)
		}
	}
}

// TestPrivacyNamesTests wants each datum whose end docs/privacy.md tells to have a test of that, by a name that there is.
func TestPrivacyNamesTests(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(root, "docs/privacy.md"))
	if err != nil {
		t.Fatal(err)
	}
	tests, rows := namesOfTests(t), 0
	named := regexp.MustCompile("`(Test\\w+|[\\w/.]+\\.test\\.\\w+)`")
	column := -1
	for line := range strings.SplitSeq(string(text), "\n") {
		cells := strings.Split(line, "|")
		switch {
		case len(cells) < 3:
			column = -1
		case slices.Contains(cells, " how erased "):
			column = slices.Index(cells, " how erased ")
		case column > 0 && !strings.HasPrefix(cells[1], "---"):
			rows++
			if !named.MatchString(cells[column]) {
				t.Errorf("no test is named of%s", cells[1])
			}
		}
		for _, m := range named.FindAllStringSubmatch(line, -1) {
			if _, err := os.Stat(filepath.Join(root, m[1])); err != nil && !tests[m[1]] {
				t.Errorf("there is no test %s", m[1])
			}
		}
	}
	if rows < 20 {
		t.Errorf("%d rows are understood", rows)
	}
}

func namesOfTests(t *testing.T) map[string]bool {
	t.Helper()
	names := map[string]bool{}
	head := regexp.MustCompile(`(?m)^func (Test\w+)\(`)
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if d != nil && d.Name() == "node_modules" {
			return fs.SkipDir
		}
		if err != nil || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		text, err := os.ReadFile(path)
		for _, m := range head.FindAllStringSubmatch(string(text), -1) {
			names[m[1]] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}
