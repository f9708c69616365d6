package store

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
)

func steps(names ...string) fs.FS {
	first, err := files.ReadFile("migrations/" + firstFile)
	if err != nil {
		panic(err)
	}
	all := fstest.MapFS{firstFile: {Data: first}}
	for _, name := range names {
		table, _, _ := strings.Cut(strings.TrimSuffix(name[5:], ".sql"), ".")
		text := "CREATE TABLE " + table + " (a BIGINT); INSERT INTO " + table + " (a) VALUES (1);"
		if table == "wrong" {
			text += "CREATE TABLE ("
		}
		all[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return all
}

func TestFilesOfMigrations(t *testing.T) {
	if all, err := readMigrations(embedded()); err != nil || len(all) < 2 {
		t.Errorf("the program's own: %d files, %v", len(all), err)
	}
	for name, from := range map[string]fs.FS{
		"no first":        fstest.MapFS{"0001_a.sql": {}},
		"the same number": steps("0001_a.sql", "0001_b.sql"),
		"no number":       steps("000x_a.sql"),
	} {
		if _, err := readMigrations(from); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}
