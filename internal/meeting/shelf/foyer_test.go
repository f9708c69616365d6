package shelf

import (
	"context"
	"errors"
	"log/slog"
	"reflect"
	"testing"
	"time"

	"konklave/internal/meeting"
	"konklave/internal/meeting/rules"
	"konklave/internal/pii"
)

func foyer(t *testing.T, dir string) *Foyer {
	t.Helper()
	f, err := NewFoyer(dir, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestFoyer(t *testing.T) {
	dir, now := t.TempDir(), time.Now()
	f := foyer(t, dir)
	link, host, err := f.Create("  Board ", now)
	if err != nil {
		t.Fatal(err)
	}
	comes := func(host pii.Token) rules.Role {
		t.Helper()
		d, pass, err := f.Knock(context.Background(), meeting.Knock{Link: link, Host: host})
		if err != nil || d.Title != "Board" {
			t.Fatalf("%v, %v", d.Title.Reveal(), err)
		}
		return pass.Role
	}
	if a, b, c := comes(host), comes(""), comes("guessed"); a != rules.Owner || b != rules.Participant || c != rules.Participant {
		t.Errorf("come as %s, %s, %s", a, b, c)
	}
	d, _ := f.Find(link)
	condition := meeting.Condition{Run: "run", Locked: true, Void: []meeting.TicketID{"t"}}
	f.Note(d.ID, condition)
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}

	f = foyer(t, dir) // after a restart
	if d, err = f.Find(link); err != nil || !reflect.DeepEqual(d.Condition, condition) || comes(host) != rules.Owner {
		t.Errorf("%+v, %v", d.Condition, err)
	}
	f.Used(d.ID, now.Add(20*time.Hour))
	f.purge(now.Add(40 * time.Hour))
	if _, err := f.Find(link); err != nil {
		t.Error("a meeting that is in use is forgotten")
	}
	f.purge(now.Add(20*time.Hour + unusedAfter + hour))
	var failure meeting.Failure
	if _, err := f.Find(link); !errors.As(err, &failure) || failure.Code != meeting.CodeMeetingUnknown {
		t.Errorf("after a day: %v", err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if f = foyer(t, dir); len(f.all) != 0 {
		t.Error("it is still in the file")
	}
	_ = f.Close()
}
