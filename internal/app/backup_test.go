package app

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestBackupAndRestore makes a backup of a server that runs, and goes back to it.
func TestBackupAndRestore(t *testing.T) {
	cfg := local(t)
	cfg.Dev, cfg.APIKeys = false, nil // so that a pair is made
	_, _, end := start(t, cfg)
	key := filepath.Join(cfg.DataDir, keyFile)
	first, err := os.ReadFile(key)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "backup.tar.gz")
	var out, told bytes.Buffer
	if err := Backup(t.Context(), cfg, BackupRequest{File: file}, "v", &out, &told); err != nil || out.Len() > 0 {
		t.Fatal(err, out.Len())
	}
	if !strings.Contains(told.String(), "the database and ") {
		t.Errorf("said %s", &told)
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("others may read it: %v, %v", info, err)
	}
	if err := Backup(t.Context(), cfg, BackupRequest{File: file}, "v", &out, &told); err == nil || !strings.Contains(err.Error(), "is there already") {
		t.Errorf("a second one: %v", err)
	}
	if names, err := os.ReadDir(filepath.Dir(file)); err != nil || len(names) != 1 {
		t.Errorf("beside it: %v, %v", names, err)
	}
	if err := Restore(t.Context(), cfg, RestoreRequest{File: file}, nil, &told); err == nil || !strings.Contains(err.Error(), "in use by another Konklave") {
		t.Errorf("while the server runs: %v", err)
	}
	if err := end(); err != nil {
		t.Fatal(err)
	}

	if err := os.WriteFile(key, []byte("other: secret-of-another-server-with-32"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := Restore(t.Context(), cfg, RestoreRequest{File: "-"}, strings.NewReader("a letter"), &told); err == nil ||
		!strings.Contains(err.Error(), "is as it was: it is no backup of Konklave") {
		t.Errorf("what is no backup: %v", err)
	}
	told.Reset()
	if err := Restore(t.Context(), cfg, RestoreRequest{File: file}, nil, &told); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(told.String(), "What was there before is in ") {
		t.Errorf("said %s", &told)
	}
	if now, err := os.ReadFile(key); err != nil || !bytes.Equal(now, first) {
		t.Errorf("the key is %s, %v", now, err)
	}
	_, _, end = start(t, cfg)
	if err := end(); err != nil {
		t.Fatal(err)
	}
}

func TestNoServerStartsInTheMiddleOfARestoration(t *testing.T) {
	cfg := local(t)
	if err := os.WriteFile(filepath.Join(cfg.DataDir, "restoring"), []byte(`{"incoming":".restore-1","kept":"replaced-1"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := Run(t.Context(), cfg, &screen{}, &screen{}); err == nil || !strings.Contains(err.Error(), "run konklave restore again") {
		t.Errorf("got %v", err)
	}
}
