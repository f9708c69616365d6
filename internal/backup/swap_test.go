package backup

import (
	"errors"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"konklave/internal/store/storetest"
)

var errPower = errors.New("the power went")

// TestSwapBrokenOffAnywhere ends a restoration at each of its moves, once by an error and once as by kill -9, and what takes it back
// at each of its moves as well.
func TestSwapBrokenOffAnywhere(t *testing.T) {
	old := map[string]string{"a": "old a", "b": "old b", "folder/c": "old c", "only-old": "x"}
	fresh := map[string]string{"a": "new a", "folder/d": "new d", "only-new": "y"}
	const moves = 7 // of the old, of the new
	for _, killed := range []bool{false, true} {
		for after := range moves + 1 {
			for again := range moves + 3 {
				if !killed && again > 0 {
					continue
				}
				dir := storetest.MemoryDir(t)
				incoming := filepath.Join(dir, ".restore-x")
				fill(t, dir, old)
				fill(t, incoming, fresh)
				kept, swapped := breakOff(dir, incoming, after, killed)
				if swapped {
					if after < moves {
						t.Fatalf("%d moves were enough", after)
					}
					_ = os.RemoveAll(incoming)
					want(t, dir, fresh, "swapped")
					want(t, kept, old, "kept")
					continue
				}
				if killed {
					if err := Unfinished(dir); err == nil || !strings.Contains(err.Error(), "konklave restore again") {
						t.Errorf("killed after %d moves, a server would start: %v", after, err)
					}
					undoBrokenOff(dir, again)
				}
				if err := undo(dir, os.Rename); err != nil {
					t.Fatal(err)
				}
				if err := Unfinished(dir); err != nil {
					t.Error(err)
				}
				_ = os.RemoveAll(incoming)
				want(t, dir, old, "taken back")
			}
		}
	}
}

// breakOff swaps, and fails or is killed after some moves.
func breakOff(dir, incoming string, after int, killed bool) (kept string, swapped bool) {
	defer func() { _ = recover() }()
	n, over := 0, false
	kept, err := swap(dir, incoming, noon, func(from, to string) error {
		if n++; n > after && !over {
			over = true
			if killed {
				panic(errPower) // past the deferred undo, which gets no further either
			}
			return errPower
		}
		if killed && over {
			panic(errPower)
		}
		return os.Rename(from, to)
	})
	return kept, err == nil
}

func undoBrokenOff(dir string, after int) {
	n := 0
	_ = undo(dir, func(from, to string) error {
		if n++; n > after {
			return errPower
		}
		return os.Rename(from, to)
	})
}

func fill(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		at := filepath.Join(dir, filepath.FromSlash(name))
		if err := errors.Join(os.MkdirAll(filepath.Dir(at), 0o700), os.WriteFile(at, []byte(text), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
}

// want compares what is in a directory, but for what was kept of another time.
func want(t *testing.T, dir string, files map[string]string, what string) {
	t.Helper()
	got := contents(t, dir)
	for name := range got {
		if strings.HasPrefix(name, keptPrefix) {
			delete(got, name)
		}
	}
	if !maps.Equal(got, files) {
		t.Errorf("%s: got %v, want %v", what, got, files)
	}
}
