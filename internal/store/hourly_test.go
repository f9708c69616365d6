package store

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

func TestPurgingRunsAtTheStartAndEveryHour(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 24*time.Hour+time.Minute)
		defer cancel()
		begin := time.Now()
		var runs []time.Duration
		Hourly(ctx, func(now time.Time) { runs = append(runs, now.Sub(begin)) })
		if len(runs) != 25 || runs[0] != 0 || runs[24] != 24*time.Hour {
			t.Errorf("ran %v after the start", runs)
		}
	})
}

func TestHealth(t *testing.T) {
	full, gone := failure{Full, "no room"}, failure{Unreachable, "refused"}
	h := newHealth()
	s := &Store{health: h}
	begun := func() bool {
		select {
		case <-h.changed:
			return true
		default:
			return false
		}
	}
	for i, step := range []struct {
		writing bool
		err     error
		want    error
		begins  bool
	}{
		{true, nil, nil, false},
		{true, full, full, true},
		{false, nil, full, false},      // one can still read
		{true, ErrExists, full, false}, // nothing was written
		{true, context.Canceled, full, false},
		{true, full, full, false},
		{true, nil, nil, false},
		{false, gone, gone, true},
		{false, context.Canceled, gone, false},
		{false, ErrNone, nil, false}, // it answers
		{true, gone, gone, true},
		{true, nil, nil, false},
	} {
		h.note(step.writing, step.err)
		if got := s.Health(); got != step.want {
			t.Errorf("step %d: %v, want %v", i, got, step.want)
		}
		if begun() != step.begins {
			t.Errorf("step %d: the beginning of a failure, %v", i, !step.begins)
		}
	}
	if stats := s.Stats(); stats.Failed[Full] != 2 || stats.Failed[Unreachable] != 2 || stats.Failing != "" || stats.Done != 6 {
		t.Errorf("counted %+v", stats)
	}
}
