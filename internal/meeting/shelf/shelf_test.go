package shelf

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"konklave/internal/id"
	"konklave/internal/meeting"
	"konklave/internal/pii"
)

func open(t *testing.T, dir string) (*Shelf, map[id.LinkID]Kept) {
	t.Helper()
	s, list, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	kept := map[id.LinkID]Kept{}
	for _, k := range list {
		kept[k.Link] = k
	}
	return s, kept
}

func text(t *testing.T, dir string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(dir, fileName))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestKeepAndForget(t *testing.T) {
	dir := t.TempDir()
	s, kept := open(t, dir)
	if len(kept) != 0 {
		t.Fatalf("a new file keeps %v", kept)
	}
	at := time.Unix(1_800_000_000, 0)
	board := Kept{ID: id.NewMeetingID(), Link: id.NewLinkID(), Title: "Vorstand \"klein\"\u00a0& groß", Used: at}
	class := Kept{ID: id.NewMeetingID(), Link: id.NewLinkID(), Title: "5b", Used: at}
	for _, k := range []Kept{board, class} {
		if err := s.Keep(k); err != nil {
			t.Fatal(err)
		}
	}
	board.Used = at.Add(time.Hour)
	if err := s.Keep(board); err != nil {
		t.Fatal(err)
	}
	// Without Close, as after a kill.
	s, kept = open(t, dir)
	if len(kept) != 2 || !reflect.DeepEqual(kept[board.Link], board) || !reflect.DeepEqual(kept[class.Link], class) {
		t.Errorf("kept %v", kept)
	}
	if err := s.Forget([]id.LinkID{board.Link, id.NewLinkID()}); err != nil {
		t.Fatal(err)
	}
	if text := text(t, dir); strings.Contains(text, "Vorstand") || strings.Contains(text, string(board.Link)) {
		t.Errorf("what was forgotten is still in the file:\n%s", text)
	}
	if err := s.Keep(Kept{Link: board.Link, Title: "again", Used: at}); err != nil {
		t.Fatal(err)
	}
	if _, kept = open(t, dir); len(kept) != 2 || kept[board.Link].Title != "again" {
		t.Errorf("kept %v", kept)
	}
	if at, err := os.Stat(filepath.Join(dir, fileName)); err != nil || at.Mode().Perm() != 0o600 {
		t.Errorf("others may read it: %v, %v", at.Mode(), err)
	}
}

func TestTornLinesAreLeftOut(t *testing.T) {
	dir := t.TempDir()
	s, _ := open(t, dir)
	whole := Kept{ID: id.NewMeetingID(), Link: id.NewLinkID(), Title: "whole", Used: time.Unix(1, 0)}
	if err := s.Keep(whole); err != nil {
		t.Fatal(err)
	}
	good := text(t, dir)
	for _, bad := range []string{
		good + good[:len(good)/2], "\x00\x00\x00\n" + good, good + "{}\n", good + "[]\nnull\n\n",
		good + strings.Repeat("\x00", 1<<17),
		good + fmt.Sprintf("{%q:%q,%q:%q}\n", "link", id.NewLinkID(), "title", "\u202e"),
		good + `{"link":"../../etc/passwd","title":"x"}` + "\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, fileName), []byte(bad), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, kept := open(t, dir); len(kept) != 1 || !reflect.DeepEqual(kept[whole.Link], whole) {
			t.Errorf("of %q: %v", bad, kept)
		}
		if text(t, dir) != good {
			t.Errorf("what is torn stays in the file: %q", text(t, dir))
		}
	}
}

// TestAFullDiskLosesNothingLater has a line fail: those behind it must not be lost with it.
func TestAFullDiskLosesNothingLater(t *testing.T) {
	dir := t.TempDir()
	s, _ := open(t, dir)
	first := Kept{ID: id.NewMeetingID(), Link: id.NewLinkID(), Title: "first", Used: time.Unix(1, 0)}
	second := Kept{ID: id.NewMeetingID(), Link: id.NewLinkID(), Title: "second", Used: time.Unix(2, 0)}
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Skip("this system has no /dev/full")
	}
	file := s.file
	s.file = full
	if err := s.Keep(first); err == nil {
		t.Fatal("a full disk is no error")
	}
	if _, err := file.WriteString(`{"link":"`); err != nil { // as far as it fitted
		t.Fatal(err)
	}
	s.file = file
	if err := s.Keep(second); err != nil {
		t.Fatal(err)
	}
	_ = full.Close()
	if _, kept := open(t, dir); !reflect.DeepEqual(kept[first.Link], first) || !reflect.DeepEqual(kept[second.Link], second) {
		t.Errorf("kept %v", kept)
	}
}

func TestTheFileStaysSmall(t *testing.T) {
	dir := t.TempDir()
	s, _ := open(t, dir)
	k := Kept{ID: id.NewMeetingID(), Link: id.NewLinkID(), Title: pii.Text(strings.Repeat("x", 100))}
	for i := range 5 * slack {
		k.Used = time.Unix(int64(i), 0)
		if err := s.Keep(k); err != nil {
			t.Fatal(err)
		}
	}
	if lines := strings.Count(text(t, dir), "\n"); lines > slack+3 {
		t.Errorf("%d lines for one meeting", lines)
	}
	if _, kept := open(t, dir); !reflect.DeepEqual(kept[k.Link], k) {
		t.Errorf("kept %v", kept)
	}
}

func TestOpenSaysWhatIsWrong(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, fileName), 0o700); err != nil {
		t.Fatal(err)
	}
	if _, _, err := Open(dir); err == nil || !strings.Contains(err.Error(), filepath.Join(dir, fileName)) {
		t.Errorf("%v", err)
	}
	if left, _ := os.ReadDir(dir); len(left) != 1 {
		t.Errorf("left behind: %v", slices.Collect(func(yield func(string) bool) {
			for _, f := range left {
				yield(f.Name())
			}
		}))
	}
}

func BenchmarkForgetOneOfMany(b *testing.B) {
	s, _, err := Open(b.TempDir())
	if err != nil {
		b.Fatal(err)
	}
	var links []id.LinkID
	for range meeting.MaxMeetings {
		links = append(links, id.NewLinkID())
		if err := s.Keep(Kept{Link: links[len(links)-1], Title: "A meeting of some people"}); err != nil {
			b.Fatal(err)
		}
	}
	for i := 0; b.Loop(); i++ {
		if err := s.Forget(links[i%len(links) : i%len(links)+1]); err != nil {
			b.Fatal(err)
		}
	}
}

// TestWhatIsKeptComesToTheDisk counts what the disk is told, while it is slow.
func TestWhatIsKeptComesToTheDisk(t *testing.T) {
	dir := t.TempDir()
	begun, goOn := make(chan int64, 10), make(chan struct{})
	s, _, err := openShelf(dir, func(f *os.File) error {
		info, err := f.Stat()
		if err != nil {
			return err
		}
		begun <- info.Size()
		<-goOn
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	keep := func() {
		if err := s.Keep(Kept{ID: id.NewMeetingID(), Link: id.NewLinkID(), Title: "5b", Used: time.Unix(1_800_000_000, 0)}); err != nil {
			t.Fatal(err)
		}
	}
	keep()
	<-begun
	for range 50 { // nobody waits for the disk, and it is told once for all of them
		keep()
	}
	close(goOn)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if last := <-begun; last != int64(len(text(t, dir))) || len(begun) != 0 {
		t.Errorf("%d bytes came to the disk of %d, and it was told %d times more", last, len(text(t, dir)), len(begun))
	}
}
