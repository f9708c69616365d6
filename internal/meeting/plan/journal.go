package plan

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"sync"
	"time"

	"konklave/internal/id"
	"konklave/internal/meeting"
	"konklave/internal/store"
)

// retryAfter is how long the journal waits when the store failed.
const retryAfter = 5 * time.Second

// journal writes what running meetings note, in a goroutine of its own: those who note must not wait for the store. What is
// newer replaces what is not written yet, so there is at most one entry for each meeting.
type journal struct {
	service *Service
	stop    chan struct{}
	done    chan struct{}
	wake    chan struct{} // holds one when there may be something to write

	mu      sync.Mutex
	waiting map[id.MeetingID]note
	writing map[id.MeetingID]note // taken out of waiting, and perhaps not written yet
	failing bool                  // told once, until it works again
}

// note is what is to be written of a meeting.
type note struct {
	condition *meeting.Condition // nil: nothing new
	used      time.Time          // zero: nothing new
}

func newJournal(s *Service) *journal {
	j := &journal{
		service: s, stop: make(chan struct{}), done: make(chan struct{}), wake: make(chan struct{}, 1),
		waiting: map[id.MeetingID]note{},
	}
	go j.run()
	return j
}

// Note remembers the condition of a meeting (meeting.Journal).
func (s *Service) Note(of id.MeetingID, c meeting.Condition) {
	s.journal.put(of, func(n *note) { n.condition = &c })
}

// Used remembers that somebody is or was in a meeting (meeting.Journal).
func (s *Service) Used(of id.MeetingID, now time.Time) {
	s.journal.put(of, func(n *note) { n.used = now })
}

func (j *journal) put(of id.MeetingID, edit func(*note)) {
	j.mu.Lock()
	n := j.waiting[of]
	edit(&n)
	j.waiting[of] = n
	j.mu.Unlock()
	select {
	case j.wake <- struct{}{}:
	default:
	}
}

// noted gives what is noted and perhaps not written yet.
func (j *journal) noted() map[id.MeetingID]note {
	j.mu.Lock()
	defer j.mu.Unlock()
	all := maps.Clone(j.writing)
	if all == nil {
		all = map[id.MeetingID]note{}
	}
	for of, n := range j.waiting {
		if n.condition != nil {
			all[of] = n
		}
	}
	return all
}

func (j *journal) run() {
	defer close(j.done)
	retry := time.NewTimer(0)
	<-retry.C
	for {
		select {
		case <-j.wake:
		case <-retry.C:
		case <-j.stop:
			j.write(context.Background())
			return
		}
		if !j.write(context.Background()) {
			retry.Reset(retryAfter)
		}
	}
}

// close writes what is left and ends the goroutine, or gives up when ctx ends.
func (j *journal) close(ctx context.Context) error {
	close(j.stop)
	select {
	case <-j.done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// write writes all that waits. It is false when the store failed; that waits on.
func (j *journal) write(ctx context.Context) bool {
	j.mu.Lock()
	taken := j.waiting
	j.waiting, j.writing = map[id.MeetingID]note{}, taken
	j.mu.Unlock()
	if len(taken) == 0 {
		return true
	}
	err := j.service.Store.Write(ctx, func(tx *store.Tx) error {
		for of, n := range taken {
			if err := j.service.write(tx, of, n); err != nil {
				return err
			}
		}
		return nil
	})
	j.mu.Lock()
	defer j.mu.Unlock()
	j.writing = nil
	if err != nil {
		j.putBackLocked(taken)
		if !j.failing {
			j.service.Log.Error("what happens in meetings cannot be remembered: after a restart people would not get their places back", "why", err)
		}
	}
	j.failing = err != nil
	return err == nil
}

// putBackLocked has what was not written wait on, except where something newer came.
func (j *journal) putBackLocked(taken map[id.MeetingID]note) {
	for of, n := range taken {
		newer := j.waiting[of]
		if newer.condition == nil {
			newer.condition = n.condition
		}
		if newer.used.IsZero() {
			newer.used = n.used
		}
		j.waiting[of] = newer
	}
}

// hour is how exactly it is kept when somebody was in a meeting.
const hour = time.Hour

// write writes a note of one meeting. One that was deleted is no error.
func (s *Service) write(tx *store.Tx, of id.MeetingID, n note) error {
	row, err := tx.Meeting(of)
	if errors.Is(err, store.ErrNone) {
		return nil
	} else if err != nil {
		return err
	}
	if n.condition != nil {
		text, err := conditionText(*n.condition)
		if err != nil {
			return err
		}
		if err := tx.NoteCondition(of, text); err != nil {
			return err
		}
	}
	if n.used.IsZero() {
		return nil
	}
	used := n.used.Truncate(hour).Add(hour)
	return tx.NoteUse(of, used, notBefore(row, used))
}

// conditionText is the zero condition's "".
func conditionText(c meeting.Condition) (string, error) {
	text, err := json.Marshal(c)
	if string(text) == "{}" {
		return "", err
	}
	return string(text), err
}

// notBefore is when a meeting that is in use may be erased at the earliest: not under the people in it.
func notBefore(row store.Meeting, used time.Time) time.Time {
	switch {
	case row.Owner == "":
		return used.Add(keepOpen)
	case row.Ends.IsZero():
		return used.Add(keepAlways)
	}
	return used.Add(hour)
}
