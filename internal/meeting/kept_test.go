package meeting

import (
	"bytes"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"konklave/internal/id"
)

// notebook is a Keeper in a test.
type notebook struct {
	kept   map[id.LinkID]Kept
	writes int
	err    error
}

func (n *notebook) Keep(k Kept) error {
	n.writes++
	if n.err == nil {
		n.kept[k.Link] = k
	}
	return n.err
}

func (n *notebook) Forget(links []id.LinkID) error {
	n.writes++
	for _, link := range links {
		delete(n.kept, link)
	}
	return n.err
}

func (n *notebook) list() []Kept {
	var list []Kept
	for _, k := range n.kept {
		list = append(list, k)
	}
	return list
}

func TestMeetingsOutliveTheProcess(t *testing.T) {
	now := time.Unix(1_800_000_000, 0)
	n := &notebook{kept: map[id.LinkID]Kept{}}
	r := newRegistry(nothing{}, n, slog.New(slog.DiscardHandler))
	link, code := r.create(now, "  Board ")
	if code != "" || n.kept[link] != (Kept{Link: link, Title: "Board", Used: now.Add(keepEvery)}) { // the end of the hour
		t.Fatalf("%s, kept %v", code, n.kept)
	}
	person := &deaf{1}
	r.handle(now, person, JoinRequest{Link: link, Name: "Ann"})

	// A long meeting is noted now and then, and the process is killed in the midst of it.
	for range 30 {
		now = now.Add(keepEvery)
		r.tick(now)
	}
	if used := n.kept[link].Used; !used.Equal(now.Add(keepEvery)) {
		t.Errorf("used until %v, noted %v", now, used)
	}
	r = newRegistry(nothing{}, n, slog.New(slog.DiscardHandler))
	r.restore(now.Add(time.Minute), n.list())
	if o, code := r.overview(link); code != "" || o != (Overview{Title: "Board"}) {
		t.Errorf("after the restart: %+v, %s", o, code)
	}
	r.handle(now, person, RejoinRequest{Link: link, Session: "old"})
	if r.visits[person] != nil {
		t.Error("a place of the time before was found")
	}
	r.handle(now, person, JoinRequest{Link: link, Name: "Ann"})
	if o, _ := r.overview(link); o.People != 1 {
		t.Error("nobody can join after the restart")
	}

	// Nobody comes for a day.
	r.gone(now, person)
	for span := time.Duration(0); span < unusedAfter+2*RejoinGrace+emptyGrace; span += 20 * time.Second {
		r.tick(now.Add(span))
	}
	if _, code := r.overview(link); code != CodeMeetingUnknown || len(n.kept) != 0 {
		t.Errorf("a day after the last person left: %s, kept %v", code, n.kept)
	}
}

func TestOldMeetingsAreNotTakenUp(t *testing.T) {
	now := time.Unix(1_800_000_000, 0)
	n := &notebook{kept: map[id.LinkID]Kept{}}
	for _, k := range []Kept{{"old", "A", now.Add(-unusedAfter)}, {"new", "B", now.Add(-unusedAfter + time.Second)}} {
		n.kept[k.Link] = k
	}
	r := newRegistry(nothing{}, n, slog.New(slog.DiscardHandler))
	r.restore(now, n.list())
	links := slices.Collect(func(yield func(id.LinkID) bool) {
		for link := range r.meetings {
			if !yield(link) {
				return
			}
		}
	})
	if !slices.Equal(links, []id.LinkID{"new"}) || len(n.kept) != 1 {
		t.Errorf("taken up: %v, still kept: %v", links, n.kept)
	}
	r.tick(now.Add(time.Second))
	if len(r.meetings) != 0 || len(n.kept) != 0 {
		t.Error("the day begins anew with a restart")
	}
}

// A disk that takes nothing more stops no meeting, and is told without naming one.
func TestMeetingsGoOnWithoutTheirKeeper(t *testing.T) {
	var log bytes.Buffer
	n := &notebook{err: errors.New("no space left on device")}
	r := newRegistry(nothing{}, n, slog.New(slog.NewTextHandler(&log, nil)))
	now := time.Unix(1_800_000_000, 0)
	link, code := r.create(now, "Board")
	if _, known := r.overview(link); code != "" || known != "" {
		t.Errorf("%s, %s", code, known)
	}
	if text := log.String(); !strings.Contains(text, "no space left") || strings.Contains(text, string(link)) || strings.Contains(text, "Board") {
		t.Errorf("the log says:\n%s", text)
	}
	r.tick(now.Add(unusedAfter))
	r.tick(now.Add(unusedAfter + time.Second))
	if n.writes != 2 {
		t.Errorf("tried %d times, want once for each change", n.writes)
	}
}
