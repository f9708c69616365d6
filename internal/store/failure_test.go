package store_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"konklave/internal/pii"
	"konklave/internal/store"
	"konklave/internal/store/storetest"
)

// onSmallDisk runs the test in a process of its own that has a file system of a megabyte in dir, and there returns true.
func onSmallDisk(t *testing.T) (dir string, inside bool) {
	t.Helper()
	const told = "KONKLAVE_TEST_SMALL_DISK"
	if dir := os.Getenv(told); dir != "" {
		if err := syscall.Mount("small", dir, "tmpfs", 0, "size=1m"); err != nil {
			t.Fatal(err)
		}
		return dir, true
	}
	cmd := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$", "-test.v")
	cmd.Env = append(os.Environ(), told+"="+t.TempDir(), "GORACE=atexit_sleep_ms=0")
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags:  syscall.CLONE_NEWUSER | syscall.CLONE_NEWNS,
		UidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}},
	}
	out, err := cmd.CombinedOutput()
	if errors.Is(err, syscall.EPERM) || errors.Is(err, syscall.ENOSPC) {
		t.Skip("this machine lets nobody make namespaces: ", err)
	}
	if err != nil || !bytes.Contains(out, []byte("--- PASS: "+t.Name())) {
		t.Errorf("%v\n%s", err, out)
	}
	return "", false
}

// fill takes all that is left of the disk.
func fill(t *testing.T, dir string) (free func()) {
	t.Helper()
	name := filepath.Join(dir, "filling")
	file, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for _, size := range []int{64 << 10, 512} {
		for err = nil; err == nil; {
			_, err = file.Write(make([]byte, size))
		}
		if !errors.Is(err, syscall.ENOSPC) {
			t.Fatal(err)
		}
	}
	return func() {
		if err := os.Remove(name); err != nil {
			t.Fatal(err)
		}
	}
}

func TestFullDisk(t *testing.T) {
	dir, inside := onSmallDisk(t)
	if !inside {
		return
	}
	o := store.Options{Dir: dir}
	s := storetest.Open(t, o)
	run(t, s, makeThings)
	write(t, s, thing{key: "before"}.insert)
	ctx, cancel := context.WithCancel(t.Context())
	said, watched := newLines(), make(chan struct{})
	go func() {
		defer close(watched)
		s.Watch(ctx, slog.New(slog.NewTextHandler(said, nil)))
	}()

	free := fill(t, dir)
	long := thing{key: "long", name: pii.Name(strings.Repeat("x", 100_000))}
	err := s.Write(t.Context(), long.insert)
	if !errors.Is(err, store.Full) || !strings.Contains(err.Error(), "the disk is full") {
		t.Fatalf("written to a full disk: %v", err)
	}
	said.await(t, "the database fails", "the disk is full")
	if stats := s.Stats(); stats.Failing != store.Full || stats.Failed[store.Full] != 1 || !errors.Is(s.Health(), store.Full) {
		t.Errorf("health: %v, %+v", s.Health(), stats)
	}
	if n := count(t, s); n != 1 {
		t.Errorf("%d rows can be read", n)
	}
	// A server that starts with a full disk can at least read.
	second := storetest.Open(t, o)
	if n := count(t, second); n != 1 {
		t.Errorf("%d rows after opening on a full disk", n)
	}

	free()
	if err := s.Write(t.Context(), long.insert); err != nil || s.Health() != nil {
		t.Errorf("with room again: %v, %v", err, s.Health())
	}
	cancel()
	<-watched
}

func TestNewDatabaseOnAFullDisk(t *testing.T) {
	dir, inside := onSmallDisk(t)
	if !inside {
		return
	}
	free := fill(t, dir)
	s, err := store.Open(t.Context(), store.Options{Dir: dir})
	if err == nil {
		_ = s.Close()
	}
	if !errors.Is(err, store.Full) || !strings.Contains(err.Error(), "make room on the disk") {
		t.Errorf("got %v", err)
	}
	free()
	storetest.Open(t, store.Options{Dir: dir})
}

func TestReadOnlyDisk(t *testing.T) {
	dir, inside := onSmallDisk(t)
	if !inside {
		return
	}
	o := store.Options{Dir: dir}
	s, err := store.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mount("small", dir, "tmpfs", syscall.MS_REMOUNT|syscall.MS_RDONLY, ""); err != nil {
		t.Fatal(err)
	}
	if _, err = store.Open(t.Context(), o); !errors.Is(err, store.ReadOnly) || !strings.Contains(err.Error(), "must be able to write") {
		t.Errorf("got %v", err)
	}
}

// TestReadOnlyDatabase makes each database one while it is used.
func TestReadOnlyDatabase(t *testing.T) {
	for name, tt := range map[string]struct {
		open func(testing.TB) store.Options
		make string
	}{"SQLite": {storetest.SQLite, `PRAGMA query_only = 1`}, "PostgreSQL": {storetest.Postgres, `SET TRANSACTION READ ONLY`}} {
		t.Run(name, func(t *testing.T) {
			s := storetest.Open(t, tt.open(t))
			run(t, s, makeThings)
			err := s.Write(t.Context(), func(tx *store.Tx) error {
				if _, err := tx.Exec(tt.make); err != nil {
					return err
				}
				return thing{key: "a"}.insert(tx)
			})
			if !errors.Is(err, store.ReadOnly) || !errors.Is(s.Health(), store.ReadOnly) || count(t, s) != 0 {
				t.Errorf("got %v, health %v", err, s.Health())
			}
		})
	}
}

// TestAnotherHoldsTheFile has somebody else lock it, as a shell of sqlite3 may.
func TestAnotherHoldsTheFile(t *testing.T) {
	o := storetest.SQLite(t)
	mine, other := storetest.Open(t, o), storetest.Open(t, o)
	run(t, mine, makeThings)
	held, free := make(chan struct{}), make(chan struct{})
	ended := make(chan error)
	go func() {
		ended <- other.Write(t.Context(), func(tx *store.Tx) error {
			close(held)
			<-free
			return thing{key: "other"}.insert(tx)
		})
	}()
	<-held
	ctx, cancel := context.WithCancel(t.Context())
	waiting := make(chan error)
	go func() { waiting <- mine.Write(ctx, thing{key: "waits"}.insert) }()
	if n := count(t, mine); n != 0 {
		t.Errorf("%d rows", n)
	}
	cancel()
	if err := <-waiting; !errors.Is(err, context.Canceled) {
		t.Errorf("who does not wait any more: %v", err)
	}
	if mine.Health() != nil {
		t.Errorf("that was no failure: %v", mine.Health())
	}
	close(free)
	if err := <-ended; err != nil {
		t.Error(err)
	}
	write(t, mine, thing{key: "after"}.insert)
}

// TestCutConnections has PostgreSQL end all connections between and within transactions: what had not ended runs again.
func TestCutConnections(t *testing.T) {
	o := storetest.Postgres(t)
	s, other := storetest.Open(t, o), storetest.Open(t, o)
	run(t, s, makeThings)
	runs := 0
	write(t, s, func(tx *store.Tx) error {
		runs++
		pid, err := store.One(tx, store.Value[int64], `SELECT pg_backend_pid()`)
		if err != nil {
			return err
		}
		if runs == 1 {
			run(t, other, `SELECT pg_terminate_backend(CAST(? AS INT))`, pid)
		}
		return thing{key: "a"}.insert(tx)
	})
	if n := count(t, s); runs != 2 || n != 1 || s.Health() != nil {
		t.Errorf("%d runs, %d rows, %v", runs, n, s.Health())
	}
}

// lines is a log that can be waited for.
type lines struct {
	mu   sync.Mutex
	text string
	more chan struct{}
}

func newLines() *lines { return &lines{more: make(chan struct{}, 1)} }

func (l *lines) Write(b []byte) (int, error) {
	l.mu.Lock()
	l.text += string(b)
	l.mu.Unlock()
	select {
	case l.more <- struct{}{}:
	default:
	}
	return len(b), nil
}

// await waits until the log has all of these.
func (l *lines) await(t *testing.T, want ...string) {
	t.Helper()
	for {
		l.mu.Lock()
		text, missing := l.text, false
		l.mu.Unlock()
		for _, w := range want {
			missing = missing || !strings.Contains(text, w)
		}
		if !missing {
			return
		}
		select {
		case <-l.more:
		case <-t.Context().Done():
			t.Fatalf("the log lacks %q:\n%s", want, text)
		}
	}
}
