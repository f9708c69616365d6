package ticket

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"konklave/internal/meeting"
	"konklave/internal/meeting/rules"
	"konklave/internal/pii"
)

func open(t *testing.T, dir string) *Sealer {
	t.Helper()
	s, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestTicketsOutliveTheProcess(t *testing.T) {
	dir := t.TempDir()
	want := meeting.Ticket{ID: "id", Meeting: "meeting", Run: "run", Role: rules.Moderator, Expires: time.Unix(1_800_000_000, 0)}
	token := open(t, dir).Seal(want)
	if got := open(t, dir).Open(token); got == nil || !reflect.DeepEqual(*got, want) {
		t.Errorf("opened %+v, want %+v", got, want)
	}
	if again := open(t, dir).Seal(want); again == token {
		t.Error("two seals of the same ticket are alike")
	}
	info, err := os.Stat(filepath.Join(dir, fileName))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("others may read the key: %v, %v", info, err)
	}
}

func TestForgedTicketsAreNone(t *testing.T) {
	s, other := open(t, t.TempDir()), open(t, t.TempDir())
	token := s.Seal(meeting.Ticket{Role: rules.Participant}).Reveal()
	for i := range len(token) {
		changed := []byte(token)
		if changed[i]++; changed[i] > 'z' {
			changed[i] = 'A'
		}
		if got := s.Open(pii.Token(changed)); got != nil && i < len(token)-1 { // the last character has unused bits
			t.Fatalf("changed at %d: %+v", i, got)
		}
	}
	for _, bad := range []string{"", "x", "not base64!", token[:20], token + "AAAA", strings.Repeat("A", 2000)} {
		if got := s.Open(pii.Token(bad)); got != nil {
			t.Errorf("%.20q: %+v", bad, got)
		}
	}
	if got := s.Open(other.Seal(meeting.Ticket{Role: rules.Owner})); got != nil {
		t.Errorf("of another server: %+v", got)
	}
}

func TestAFileThatIsNoKeyIsSaid(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, fileName), []byte("short"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(dir); err == nil || !strings.Contains(err.Error(), fileName) {
		t.Errorf("%v", err)
	}
}
