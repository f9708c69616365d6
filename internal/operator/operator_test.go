package operator

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"konklave/internal/drain"
)

// inn is a drain.House with two people.
type inn struct{}

func (inn) Shut(context.Context, time.Time) error                { return nil }
func (inn) Reopen(context.Context) error                         { return nil }
func (inn) Count(context.Context) (people, rooms int, err error) { return 2, 1, nil }

func open(t *testing.T, dir string) *drain.Drain {
	t.Helper()
	log := slog.New(slog.DiscardHandler)
	d := drain.New(inn{}, func(drain.Status) {}, log)
	t.Cleanup(d.Close)
	door, err := Open(dir, d, func() string { return "the database fails" }, log)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := door.Close(context.Background()); err != nil {
			t.Error(err)
		}
		if _, err := os.Stat(filepath.Join(dir, socketName)); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("the socket stays: %v", err)
		}
	})
	return d
}

func TestOrdersAndAnswers(t *testing.T) {
	dir := t.TempDir()
	// What a server that was killed has left behind.
	left, err := net.ListenUnix("unix", &net.UnixAddr{Name: filepath.Join(dir, socketName), Net: "unix"})
	if err != nil {
		t.Fatal(err)
	}
	left.SetUnlinkOnClose(false)
	_ = left.Close()
	client := NewClient(dir)
	if _, err := client.Status(t.Context()); !errors.Is(err, ErrNoServer) || !strings.Contains(err.Error(), dir) {
		t.Errorf("behind a socket of the past: %v", err)
	}

	d := open(t, dir)
	if info, err := os.Stat(filepath.Join(dir, socketName)); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the socket: %v, %v", info.Mode(), err)
	}
	if s, err := client.Status(t.Context()); err != nil || s.State != drain.Serving || s.People != 2 || s.Rooms != 1 || s.Process != os.Getpid() {
		t.Errorf("%+v, %v", s, err)
	}
	if what, err := client.Trouble(t.Context()); err != nil || what != "the database fails" {
		t.Errorf("trouble: %q, %v", what, err)
	}
	s, err := client.Drain(t.Context(), time.Hour)
	if left := time.Until(s.Until); err != nil || s.State != drain.Draining || left < 59*time.Minute || left > time.Hour {
		t.Errorf("%+v, %v", s, err)
	}
	if s, err := client.Drain(t.Context(), 0); err != nil || !s.Until.IsZero() || s.Since.IsZero() {
		t.Errorf("%+v, %v", s, err)
	}
	if s, err := client.Cancel(t.Context()); err != nil || s.State != drain.Serving {
		t.Errorf("%+v, %v", s, err)
	}
	if _, err := client.Drain(t.Context(), -1); err == nil || err.Error() != "the order cannot be read" {
		t.Errorf("a limit below nothing: %v", err)
	}
	if _, err := d.Begin(t.Context(), 0, true); err != nil {
		t.Fatal(err)
	}
	if _, err := client.Cancel(t.Context()); err == nil || err.Error() != drain.ErrFinal.Error() {
		t.Errorf("a signal was taken back: %v", err)
	}
}

func TestNoServer(t *testing.T) {
	if _, err := NewClient(t.TempDir()).Drain(t.Context(), 0); !errors.Is(err, ErrNoServer) {
		t.Error(err)
	}
}

func TestPathThatIsTooLong(t *testing.T) {
	if _, err := Open(strings.Repeat("x", longestPath), nil, nil, slog.New(slog.DiscardHandler)); err == nil || !strings.Contains(err.Error(), "too long") {
		t.Error(err)
	}
	if _, err := NewClient(strings.Repeat("x", longestPath)).Status(t.Context()); err == nil || !strings.Contains(err.Error(), "too long") {
		t.Error(err)
	}
}
