package backup

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"konklave/internal/store"
	"konklave/internal/store/storetest"
)

var noon = time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)

// house is a data directory with a database, keys, and what a server leaves that is not backed up.
func house(t *testing.T, what string) (dir string, s *store.Store) {
	t.Helper()
	dir = storetest.MemoryDir(t)
	s = storetest.Open(t, store.Options{Dir: dir})
	put(t, s, what)
	for name, text := range map[string]string{
		"api-key": "key of " + what, "acme/account/key.pem": "pem of " + what, "lock": "1", "operator.sock.d/x": "x",
		"replaced-20200101T000000Z/api-key": "old", ".restore-1/api-key": "old",
	} {
		at := filepath.Join(dir, filepath.FromSlash(name))
		if err := errors.Join(os.MkdirAll(filepath.Dir(at), 0o700), os.WriteFile(at, []byte(text), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	return dir, s
}

// put writes a row into the one table whose columns this package knows.
func put(t *testing.T, s *store.Store, rule string) {
	t.Helper()
	err := s.Write(t.Context(), func(tx *store.Tx) error {
		_, err := tx.Exec(`INSERT INTO purge (rule, ran_at, removed) VALUES (?, 0, 0)`, rule)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func rules(t *testing.T, dir string) (list []string) {
	t.Helper()
	err := storetest.Open(t, store.Options{Dir: dir}).Read(t.Context(), func(tx *store.Tx) (err error) {
		list, err = store.All(tx, store.Value[string], `SELECT rule FROM purge ORDER BY rule`)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func archive(t *testing.T, dir string, database bool) []byte {
	t.Helper()
	var to bytes.Buffer
	src := Source{Dir: dir, Scratch: storetest.MemoryDir(t), Database: database, Program: "test", Now: noon}
	if _, err := Write(t.Context(), src, &to); err != nil {
		t.Fatal(err)
	}
	if left, err := os.ReadDir(src.Scratch); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
	return to.Bytes()
}

func restore(t *testing.T, dir string, archive []byte) (Restored, error) {
	t.Helper()
	return Restore(t.Context(), Target{Dir: dir, Database: true, Now: noon}, bytes.NewReader(archive))
}

// contents reads all of a directory.
func contents(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := filepath.WalkDir(dir, func(at string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(at)
		name, _ := filepath.Rel(dir, at)
		all[name] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// TestBackupWhileOthersWrite makes archives beside a writer. Each holds what was acknowledged before it began, and is whole.
func TestBackupWhileOthersWrite(t *testing.T) {
	dir, s := house(t, "first")
	stop, ended := make(chan struct{}), make(chan struct{})
	defer func() {
		close(stop)
		<-ended
	}()
	go func() {
		defer close(ended)
		for n := 0; ; n++ {
			select {
			case <-stop:
				return
			default:
				put(t, s, time.Duration(n).String())
			}
		}
	}()
	for _, acknowledged := range []string{"second", "third"} {
		put(t, s, acknowledged)
		packed := archive(t, dir, true)
		other := filepath.Join(storetest.MemoryDir(t), "new")
		if err := os.Mkdir(other, 0o700); err != nil {
			t.Fatal(err)
		}
		done, err := restore(t, other, packed)
		if err != nil || done.Kept != "" {
			t.Fatalf("%+v, %v", done, err)
		}
		if got := strings.Join(rules(t, other), " "); !strings.Contains(got, "first") || !strings.Contains(got, acknowledged) {
			t.Errorf("restored %s", got)
		}
		got := contents(t, other)
		if got["api-key"] != "key of first" || got["acme/account/key.pem"] != "pem of first" {
			t.Errorf("keys: %v", got)
		}
		for name := range got {
			if stays(strings.Split(name, "/")[0]) {
				t.Errorf("%s was restored", name)
			}
		}
	}
}

func TestRestoreReplacesAndKeepsForAWeek(t *testing.T) {
	from, _ := house(t, "wanted")
	packed := archive(t, from, true)
	dir, s := house(t, "replaced")
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "later"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	before := contents(t, dir)
	done, err := restore(t, dir, packed)
	if err != nil || filepath.Dir(done.Kept) != dir || done.Program != "test" || !done.HasDatabase() {
		t.Fatalf("%+v, %v", done, err)
	}
	now := contents(t, dir)
	if _, ok := now["later"]; ok || now["api-key"] != "key of wanted" || now["lock"] != "1" {
		t.Errorf("after it: %v", now)
	}
	if got := strings.Join(rules(t, dir), " "); got != "wanted" {
		t.Errorf("the database holds %s", got)
	}
	kept := contents(t, done.Kept)
	for _, name := range []string{"api-key", "later", "konklave.db", "acme/account/key.pem"} {
		if kept[name] != before[name] {
			t.Errorf("%s was not kept", name)
		}
	}
	for name, text := range contents(t, dir) {
		if strings.HasPrefix(name, incomingPrefix) || name == markName {
			t.Errorf("left behind: %s %s", name, text)
		}
	}
	if err := Forget(dir, noon.Add(keptFor-time.Second)); err != nil {
		t.Fatal(err)
	}
	// A backup that runs, and one that was killed.
	running, left := filepath.Join(dir, scratchPrefix+"1"), filepath.Join(dir, scratchPrefix+"2")
	ago := noon.Add(-scratchFor)
	if err := errors.Join(os.Mkdir(running, 0o700), os.Mkdir(left, 0o700), os.Chtimes(running, ago, ago.Add(time.Second)),
		os.Chtimes(left, ago, ago.Add(-time.Second)), Forget(dir, noon)); err != nil {
		t.Fatal(err)
	}
	_, ofRunning := os.Stat(running)
	_, ofLeft := os.Stat(left)
	if ofRunning != nil || !errors.Is(ofLeft, fs.ErrNotExist) {
		t.Errorf("folders of backups: %v, %v", ofRunning, ofLeft)
	}
	if len(contents(t, done.Kept)) == 0 {
		t.Error("forgotten before a week was over")
	}
	if err := Forget(dir, noon.Add(keptFor)); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(done.Kept); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("what was replaced is there after a week: %v", err)
	}
}

// TestDamagedArchivesChangeNothing cuts an archive at many places and turns bytes over.
func TestDamagedArchivesChangeNothing(t *testing.T) {
	from, _ := house(t, "wanted")
	good := archive(t, from, true)
	dir, before := quietHouse(t)
	unchanged := func(what string, err error) {
		t.Helper()
		if err == nil {
			t.Fatalf("%s: restored", what)
		}
		after := contents(t, dir)
		if len(after) != len(before) {
			t.Errorf("%s: %d files, before %d", what, len(after), len(before))
		}
		for name := range before {
			if before[name] != after[name] {
				t.Errorf("%s: %s has changed", what, name)
			}
		}
	}
	for i := 0; i < len(good); i += max(1, len(good)/40) {
		_, err := restore(t, dir, good[:i])
		unchanged("cut", err)
		if !errors.Is(err, errNoBackup) {
			t.Errorf("cut at %d: %v", i, err)
		}
		turned := bytes.Clone(good)
		turned[i] ^= 0x40
		if _, err := restore(t, dir, turned); err != nil {
			unchanged("turned over", err)
			continue
		}
		// Some bits of gzip mean nothing.
		if contents(t, dir)["api-key"] != "key of wanted" || strings.Join(rules(t, dir), " ") != "wanted" {
			t.Errorf("byte %d turned over: restored as something else", i)
		}
		dir, before = quietHouse(t)
	}
	_, err := restore(t, dir, []byte("this is a letter"))
	unchanged("a letter", err)
	for what, files := range map[string]map[string]string{
		"a name that leads out":        {"../outside": "x"},
		"a name of the running server": {"lock": "x"},
		"a database that is none":      {store.FileName: strings.Repeat("not a database ", 100)},
		"no database":                  {"api-key": "x"},
	} {
		_, err := restore(t, dir, forged(t, Manifest{Format: 1}, files))
		unchanged(what, err)
	}
	_, err = restore(t, dir, forged(t, Manifest{Format: 2, Program: "v9"}, nil))
	unchanged("a newer one", err)
	if err == nil || !strings.Contains(err.Error(), "newer Konklave (v9)") {
		t.Errorf("a newer one: %v", err)
	}
	if _, err := restore(t, dir, good); err != nil {
		t.Errorf("the whole one: %v", err)
	}
}

// quietHouse is a data directory that no server uses, and what is in it.
func quietHouse(t *testing.T) (string, map[string]string) {
	t.Helper()
	dir, s := house(t, "here")
	if err := errors.Join(s.Close(), Forget(dir, noon)); err != nil {
		t.Fatal(err)
	}
	return dir, contents(t, dir)
}

// forged makes an archive whose list and sums are right.
func forged(t *testing.T, m Manifest, files map[string]string) []byte {
	t.Helper()
	dir := storetest.MemoryDir(t)
	var packed bytes.Buffer
	compressed := gzip.NewWriter(&packed)
	to := tar.NewWriter(compressed)
	add := func(name, text string) {
		if err := to.WriteHeader(header(name, int64(len(text)), noon)); err != nil {
			t.Fatal(err)
		}
		if _, err := to.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	for name, text := range files {
		at := filepath.Join(dir, "x")
		if err := os.WriteFile(at, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		f, err := measure(at, name)
		if err != nil {
			t.Fatal(err)
		}
		m.Files = append(m.Files, f)
	}
	text, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	add(manifestName, string(text))
	for name, text := range files {
		add(name, text)
	}
	if err := errors.Join(to.Close(), compressed.Close()); err != nil {
		t.Fatal(err)
	}
	return packed.Bytes()
}

func TestDatabaseOfANewerProgram(t *testing.T) {
	from, s := house(t, "from the future")
	err := s.Write(t.Context(), func(tx *store.Tx) error {
		_, err := tx.Exec(`INSERT INTO migration (number, name, done_at) VALUES (9999, '9999_x.sql', 0)`)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := restore(t, storetest.MemoryDir(t), archive(t, from, true)); err == nil || !strings.Contains(err.Error(), "of a newer Konklave") {
		t.Errorf("got %v", err)
	}
}

func TestArchivesOfServersWithPostgreSQL(t *testing.T) {
	from, _ := house(t, "keys only")
	keys := archive(t, from, false)
	if _, err := restore(t, storetest.MemoryDir(t), keys); !errors.Is(err, ErrNoDatabase) {
		t.Errorf("without a database: %v", err)
	}
	dir := storetest.MemoryDir(t)
	target := Target{Dir: dir, Now: noon}
	if _, err := Restore(t.Context(), target, bytes.NewReader(archive(t, from, true))); !errors.Is(err, ErrDatabase) {
		t.Errorf("with a database: %v", err)
	}
	if _, err := Restore(t.Context(), target, bytes.NewReader(keys)); err != nil {
		t.Fatal(err)
	}
	if got := contents(t, dir); got["api-key"] != "key of keys only" || got[store.FileName] != "" {
		t.Errorf("restored %v", got)
	}
}

// TestRootRestoresForTheOwner of the data directory, which is the server's user.
func TestRootRestoresForTheOwner(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("this is not root")
	}
	from, _ := house(t, "x")
	dir := storetest.MemoryDir(t)
	if err := os.Chown(dir, 4711, 4712); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "old"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	done, err := restore(t, dir, archive(t, from, true))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"api-key", "acme", "acme/account", store.FileName, filepath.Base(done.Kept)} {
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if owner := info.Sys().(*syscall.Stat_t); owner.Uid != 4711 || owner.Gid != 4712 {
			t.Errorf("%s is of %d:%d", name, owner.Uid, owner.Gid)
		}
	}
}
