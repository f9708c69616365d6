package store

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"sync"
	"time"
)

// health remembers how the last transactions ended. What can be read may not be writable, so both are kept apart.
type health struct {
	mu          sync.Mutex
	read, write error             // the failure of the last one, or nil
	failed      map[Failure]int64 // how often
	done        int64
	changed     chan struct{} // has something in it when a failure began
}

func newHealth() *health {
	return &health{failed: map[Failure]int64{}, changed: make(chan struct{}, 1)}
}

// note takes the end of a transaction.
func (h *health) note(writing bool, err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	var f Failure
	switch {
	case errors.As(err, &f):
		h.failed[f]++
		h.begin(writing, f, err)
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		// says nothing of the database
	case err == nil && writing:
		h.done++
		h.read, h.write = nil, nil
	default: // it answers; but where something else went wrong, nothing may have been written
		h.done++
		h.read = nil
	}
}

func (h *health) begin(writing bool, f Failure, err error) {
	before := errors.Join(h.read, h.write)
	if writing {
		h.write = err
	}
	if !writing || f != Full && f != ReadOnly { // with which one may still read
		h.read = err
	}
	if before == nil {
		select {
		case h.changed <- struct{}{}:
		default:
		}
	}
}

// Health is nil while the database works, else a Failure, for the operator with what the database said.
func (s *Store) Health() error {
	s.health.mu.Lock()
	defer s.health.mu.Unlock()
	if s.health.write != nil {
		return s.health.write
	}
	return s.health.read
}

// Stats are figures for metrics.
type Stats struct {
	Done    int64             // transactions that ended as they should, or by what was asked
	Failed  map[Failure]int64 // transactions that the database failed
	Failing Failure           // what fails now, or empty
}

// Stats gives them.
func (s *Store) Stats() Stats {
	var now Failure
	_ = errors.As(s.Health(), &now)
	s.health.mu.Lock()
	defer s.health.mu.Unlock()
	return Stats{Done: s.health.done, Failed: maps.Clone(s.health.failed), Failing: now}
}

// tryAgain is how often a database that fails is tried.
const tryAgain = 10 * time.Second

// Watch logs when the database begins to fail and when it works again, for which it is tried from time to time. It returns
// when ctx ends.
func (s *Store) Watch(ctx context.Context, log *slog.Logger) {
	look := time.NewTicker(lookAtLock)
	defer look.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-look.C:
			s.keepHeld(ctx, log)
			continue
		case <-s.health.changed:
		}
		log.Error("the database fails: meetings that run go on, but nothing new is stored", "why", s.Health())
		if !s.awaitHealth(ctx) {
			return
		}
		log.Info("the database works again")
		s.keepHeld(ctx, log)
	}
}

// awaitHealth tries until the database works.
func (s *Store) awaitHealth(ctx context.Context) bool {
	again := time.NewTicker(tryAgain)
	defer again.Stop()
	for s.Health() != nil {
		select {
		case <-ctx.Done():
			return false
		case <-again.C:
			_ = s.Write(ctx, (*Tx).touch) // Health knows how it ended
		}
	}
	return true
}

// touch writes something, to see whether that is possible.
func (tx *Tx) touch() error {
	_, err := tx.Exec(`UPDATE migration SET name = name WHERE number = 1`)
	return err
}
