package files

import (
	"bytes"
	"errors"
	"io"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"konklave/internal/meeting"
)

func read(t *testing.T, s *Store, key meeting.FileKey) string {
	t.Helper()
	r, size, err := s.Give(s.Offer(key, "ann"))
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(r)
	if err != nil || int64(len(text)) != size {
		t.Fatalf("%d bytes of %d: %v", len(text), size, err)
	}
	return string(text)
}

func put(t *testing.T, s *Store, key meeting.FileKey, text string) {
	t.Helper()
	token, ok := s.Expect("m", key, "ann", int64(len(text)))
	if !ok {
		t.Fatal("no room")
	}
	of, got, err := s.Take(token, strings.NewReader(text))
	if err != nil || of != "m" || got != key {
		t.Fatalf("%s of %s: %v", got, of, err)
	}
	if _, _, err := s.Take(token, strings.NewReader(text)); !errors.Is(err, ErrUnknown) {
		t.Errorf("the token was good twice: %v", err)
	}
}

func TestFilesLeaveNoName(t *testing.T) {
	dir := t.TempDir()
	s := New(dir, 1000)
	put(t, s, "a", "hello")
	put(t, s, "b", "you")
	if got := read(t, s, "a") + read(t, s, "b"); got != "helloyou" {
		t.Errorf("read %q", got)
	}
	if left, _ := os.ReadDir(dir); len(left) > 0 {
		t.Errorf("a killed process would leave %v behind", left)
	}
	offer := s.Offer("a", "ann")
	s.Drop([]meeting.FileKey{"a", "unknown"})
	if _, _, err := s.Give(offer); !errors.Is(err, ErrUnknown) {
		t.Errorf("a dropped file is given: %v", err)
	}
	if s.size != 3 {
		t.Errorf("%d bytes are counted, want 3", s.size)
	}
	if err := s.Close(); err != nil || s.size != 0 || len(s.files) > 0 {
		t.Errorf("after the end: %v, %d bytes", err, s.size)
	}
}

func TestRoomIsBounded(t *testing.T) {
	s := New(t.TempDir(), 10)
	put(t, s, "a", "123456")
	if _, ok := s.Expect("m", "b", "ann", 5); ok {
		t.Error("more is taken than there is room for")
	}
	s.Drop([]meeting.FileKey{"a"})
	put(t, s, "b", "12345")
}

func TestWrongSizes(t *testing.T) {
	s := New(t.TempDir(), 100)
	for _, text := range []string{"1234", "123456", strings.Repeat("x", 1000)} {
		token, _ := s.Expect("m", "a", "ann", 5)
		if _, _, err := s.Take(token, strings.NewReader(text)); !errors.Is(err, ErrSize) {
			t.Errorf("%d bytes for 5: %v", len(text), err)
		}
	}
	token, _ := s.Expect("m", "a", "ann", 5)
	broken := errors.New("connection broke")
	if _, _, err := s.Take(token, io.MultiReader(bytes.NewReader([]byte("12")), failing{broken})); !errors.Is(err, broken) {
		t.Errorf("%v", err)
	}
	if s.size != 0 || len(s.files) != 0 {
		t.Errorf("%d bytes are still counted", s.size)
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

func TestTokensExpire(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := New(t.TempDir(), 100)
		put(t, s, "a", "hello")
		upload, _ := s.Expect("m", "b", "ann", 5)
		offer := s.Offer("a", "ann")
		time.Sleep(tokenLife + time.Second)
		if _, _, err := s.Take(upload, strings.NewReader("hello")); !errors.Is(err, ErrUnknown) {
			t.Errorf("upload: %v", err)
		}
		if _, _, err := s.Give(offer); !errors.Is(err, ErrUnknown) {
			t.Errorf("offer: %v", err)
		}
		if s.size != 5 || len(s.uploads)+len(s.offers) != 0 {
			t.Errorf("%d bytes, %d tokens are kept", s.size, len(s.uploads)+len(s.offers))
		}
	})
}

// Who is put out neither gets nor gives what it was allowed before; others do.
func TestTokensOfWhoIsOut(t *testing.T) {
	s := New(t.TempDir(), 11)
	put(t, s, "a", "hello")
	rex, ann := s.Offer("a", "rex"), s.Offer("a", "ann")
	upload, _ := s.Expect("m", "b", "rex", 5)
	s.Revoke("rex")
	if _, _, err := s.Give(rex); !errors.Is(err, ErrUnknown) {
		t.Errorf("gets it: %v", err)
	}
	if _, _, err := s.Take(upload, strings.NewReader("virus")); !errors.Is(err, ErrUnknown) {
		t.Errorf("gives one: %v", err)
	}
	if _, _, err := s.Give(ann); err != nil {
		t.Errorf("another does not get it: %v", err)
	}
	if s.size != 5 {
		t.Errorf("%d bytes are counted", s.size)
	}
}

func TestDroppedWhileItComes(t *testing.T) {
	s := New(t.TempDir(), 100)
	token, _ := s.Expect("m", "a", "ann", 5)
	from, to := io.Pipe()
	done := make(chan error)
	go func() {
		_, _, err := s.Take(token, from)
		done <- err
	}()
	_, _ = to.Write([]byte("123"))
	s.Drop([]meeting.FileKey{"a"})
	_, _ = to.Write([]byte("45"))
	_ = to.Close()
	if err := <-done; !errors.Is(err, ErrUnknown) || s.size != 0 || len(s.files) != 0 {
		t.Errorf("%v, %d bytes kept", err, s.size)
	}
}
