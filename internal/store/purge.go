package store

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"
)

// Retention is a rule of what is deleted when. Each area has a list of its own; the program runs them all, when it starts and
// every hour.
type Retention struct {
	Rule      string        // what it is called, one of a closed list: it is logged
	Keep      time.Duration // how long rows are kept after the time that Statement compares with; 0 where that is their end
	Statement string        // deletes; its one placeholder is the time up to which rows are due, as Millis gives it
}

// Purged is how a rule ran last.
type Purged struct {
	Rule    string
	Ran     time.Time
	Removed int64 // rows
}

// Purge deletes what is due by now. A rule that fails does not hold up the others. What anybody has deleted, before or now, leaves
// the files.
func (s *Store) Purge(ctx context.Context, rules []Retention, now time.Time) ([]Purged, error) {
	var done []Purged
	var failed []error
	for _, r := range rules {
		p := Purged{Rule: r.Rule, Ran: now}
		err := s.Write(ctx, func(tx *Tx) (err error) {
			if p.Removed, err = tx.Exec(r.Statement, Millis(now.Add(-r.Keep))); err != nil {
				return err
			}
			return tx.notePurge(p)
		})
		if err != nil {
			failed = append(failed, fmt.Errorf("deleting by the rule %s: %w", r.Rule, err))
			continue
		}
		done = append(done, p)
	}
	s.engine.settle(ctx, s.write)
	return done, errors.Join(failed...)
}

func (tx *Tx) notePurge(p Purged) error {
	_, err := tx.Exec(`INSERT INTO purge (rule, ran_at, removed) VALUES (?, ?, ?)
		ON CONFLICT (rule) DO UPDATE SET ran_at = excluded.ran_at, removed = excluded.removed`, p.Rule, Millis(p.Ran), p.Removed)
	return err
}

// Purges lists how the rules ran last, in the order of their names.
func (tx *Tx) Purges() ([]Purged, error) {
	return All(tx, func(scan Scan) (p Purged, err error) {
		var ran int64
		err = scan(&p.Rule, &ran, &p.Removed)
		p.Ran = Time(ran)
		return p, err
	}, `SELECT rule, ran_at, removed FROM purge ORDER BY rule`)
}

// purgeEvery is how late something may be deleted.
const purgeEvery = time.Hour

// KeepPurging deletes what is due, now and every hour, until ctx ends.
func (s *Store) KeepPurging(ctx context.Context, rules []Retention, log *slog.Logger) {
	Hourly(ctx, func(now time.Time) {
		done, err := s.Purge(ctx, rules, now)
		for _, p := range done {
			if p.Removed > 0 {
				log.Info("deleted what was due", "rule", p.Rule, "rows", p.Removed)
			}
		}
		if err != nil && ctx.Err() == nil {
			log.Error("not everything could be deleted that was due; it is tried again in an hour", "why", err)
		}
	})
}

// Hourly calls do now and every hour until ctx ends.
func Hourly(ctx context.Context, do func(now time.Time)) {
	ticker := time.NewTicker(purgeEvery)
	defer ticker.Stop()
	for {
		do(time.Now())
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return
		}
	}
}
