package drain

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// hotel is a House in a test.
type hotel struct {
	mu     sync.Mutex
	people int
	err    error
	locked error       // of Reopen
	until  []time.Time // of each Shut
	open   bool
}

func (h *hotel) Shut(_ context.Context, until time.Time) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.until, h.open = append(h.until, until), false
	return nil
}

func (h *hotel) Reopen(context.Context) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.open = h.locked == nil
	return h.locked
}

func (h *hotel) Count(context.Context) (people, rooms int, err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.people, 1, h.err
}

// becomes changes who is there, and whether that can be found out.
func (h *hotel) becomes(people int, err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.people, h.err = people, err
}

// watched lists the states that were told, each once.
type watched struct {
	mu     sync.Mutex
	states []State
}

func (w *watched) see(s Status) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !slices.Contains(w.states, s.State) {
		w.states = append(w.states, s.State)
	}
}

func (w *watched) saw(states ...State) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Equal(w.states, states)
}

func isOver(d *Drain) bool {
	synctest.Wait()
	select {
	case <-d.Over():
		return true
	default:
		return false
	}
}

// onHotel runs a scenario in virtual time.
func onHotel(t *testing.T, people int, scenario func(t *testing.T, h *hotel, d *Drain, seen *watched)) {
	synctest.Test(t, func(t *testing.T) {
		h, seen := &hotel{people: people, open: true}, &watched{}
		d := New(h, seen.see, slog.New(slog.DiscardHandler))
		defer d.Close()
		scenario(t, h, d, seen)
	})
}

func TestItIsOverWhenTheLastHasLeft(t *testing.T) {
	onHotel(t, 2, func(t *testing.T, h *hotel, d *Drain, seen *watched) {
		time.Sleep(10 * time.Minute)
		if isOver(d) {
			t.Fatal("over without being asked")
		}
		begun := time.Now()
		s, err := d.Begin(t.Context(), 0, false)
		if err != nil || s.State != Draining || s.People != 2 || s.Rooms != 1 || !s.Since.Equal(begun) || !s.Until.IsZero() || h.open {
			t.Fatalf("%+v, %v", s, err)
		}
		time.Sleep(10 * time.Minute)
		if isOver(d) {
			t.Fatal("over with people")
		}
		h.becomes(0, errors.New("no answer"))
		time.Sleep(2 * every)
		if isOver(d) {
			t.Fatal("over although nobody knows how many are left")
		}
		h.becomes(0, nil)
		time.Sleep(every)
		if !isOver(d) || !seen.saw(Draining, Over) {
			t.Fatal("not over without people")
		}
		if _, err := d.Begin(t.Context(), 0, false); !errors.Is(err, ErrOver) {
			t.Errorf("begins again: %v", err)
		}
		if _, err := d.Cancel(t.Context()); !errors.Is(err, ErrOver) {
			t.Errorf("taken back: %v", err)
		}
	})
}

func TestItIsOverAtOnceWhenNobodyIsThere(t *testing.T) {
	onHotel(t, 0, func(t *testing.T, _ *hotel, d *Drain, _ *watched) {
		if s, err := d.Begin(t.Context(), time.Hour, false); err != nil || s.State != Over || !isOver(d) {
			t.Errorf("%+v, %v", s, err)
		}
	})
}

func TestItIsOverWhenTheTimeIsUp(t *testing.T) {
	onHotel(t, 1, func(t *testing.T, h *hotel, d *Drain, _ *watched) {
		begun := time.Now()
		for _, limit := range []time.Duration{0, time.Hour, time.Minute} { // the last word counts
			if _, err := d.Begin(t.Context(), limit, false); err != nil {
				t.Fatal(err)
			}
		}
		if want := []time.Time{{}, begun.Add(time.Hour), begun.Add(time.Minute)}; !slices.Equal(h.until, want) {
			t.Errorf("people were told %v", h.until)
		}
		h.becomes(1, errors.New("no answer")) // which does not keep it
		time.Sleep(time.Minute - time.Millisecond)
		if isOver(d) {
			t.Error("over before the time")
		}
		time.Sleep(every)
		if !isOver(d) {
			t.Error("not over")
		}
	})
}

func TestItIsTakenBack(t *testing.T) {
	onHotel(t, 1, func(t *testing.T, h *hotel, d *Drain, seen *watched) {
		if _, err := d.Begin(t.Context(), time.Minute, false); err != nil {
			t.Fatal(err)
		}
		h.locked = errors.New("no answer")
		if s, err := d.Cancel(t.Context()); err == nil || s.State != Draining {
			t.Fatalf("the house stays shut, and it is %+v, %v", s, err)
		}
		h.locked = nil
		s, err := d.Cancel(t.Context())
		if err != nil || s.State != Serving || !s.Since.IsZero() || !s.Until.IsZero() || !h.open || !seen.saw(Draining, Serving) {
			t.Fatalf("%+v, %v", s, err)
		}
		h.becomes(0, nil)
		time.Sleep(10 * time.Minute)
		if isOver(d) {
			t.Fatal("over although it was taken back")
		}
		h.becomes(1, nil)
		if _, err := d.Begin(t.Context(), time.Minute, true); err != nil {
			t.Fatal(err)
		}
		if _, err := d.Cancel(t.Context()); !errors.Is(err, ErrFinal) {
			t.Errorf("a signal was taken back: %v", err)
		}
		if _, err := d.Begin(t.Context(), 0, false); err != nil { // the operator gives people more time
			t.Fatal(err)
		}
		if _, err := d.Cancel(t.Context()); !errors.Is(err, ErrFinal) {
			t.Errorf("a signal was taken back: %v", err)
		}
	})
}
