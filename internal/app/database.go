package app

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"konklave/internal/account"
	"konklave/internal/backup"
	"konklave/internal/config"
	"konklave/internal/store"
)

// waitStore is how long a start waits for a PostgreSQL that does not answer. Service managers that start a program again count
// starts that fail at once, and then give up.
const waitStore = 30 * time.Second

// openStore opens the database, and has it watched and what is due deleted until the parts close.
func openStore(ctx context.Context, cfg config.Config, dir string, rules []store.Retention, registry prometheus.Registerer, log *slog.Logger, parts *closers) (*store.Store, error) {
	stored, err := store.Open(ctx, store.Options{Dir: dir, Database: cfg.Database, Alone: true, Patience: waitStore, Log: log})
	if err != nil {
		return nil, err
	}
	ctx, stop := context.WithCancel(context.Background())
	var working sync.WaitGroup
	working.Go(func() { stored.Watch(ctx, log) })
	working.Go(func() { stored.KeepPurging(ctx, rules, log) })
	working.Go(func() { store.Hourly(ctx, func(now time.Time) { forgetReplaced(dir, now, log) }) })
	parts.add("database", closeStore, func(context.Context) error {
		stop()
		working.Wait()
		return stored.Close()
	})
	return stored, registry.Register(newStoreMetrics(stored.Stats))
}

// forgetReplaced removes what a restoration has replaced a week ago.
func forgetReplaced(dir string, now time.Time, log *slog.Logger) {
	if err := backup.Forget(dir, now); err != nil {
		log.Warn("what a restoration replaced cannot be removed", "why", cause(err))
	}
}

// retentions lists what is deleted when, of all areas.
func retentions() []store.Retention {
	return slices.Concat(account.Retentions(), store.MeetingRetention())
}

// troubleOf says in a few words what the database cannot do, without what it said itself; empty while it works.
func troubleOf(s *store.Store) string {
	var f store.Failure
	if !errors.As(s.Health(), &f) {
		return ""
	}
	return "the database fails: " + f.Error() + "; meetings that run go on, but nothing new is stored"
}

// storeMetrics turns the figures of the database into metrics when they are read.
type storeMetrics struct {
	stats                 func() store.Stats
	done, failed, failing *prometheus.Desc
}

func newStoreMetrics(stats func() store.Stats) *storeMetrics {
	return &storeMetrics{
		stats:   stats,
		done:    prometheus.NewDesc("konklave_database_transactions_total", "Transactions that the database has carried out.", nil, nil),
		failed:  prometheus.NewDesc("konklave_database_failures_total", "Transactions that it could not carry out, by the reason.", []string{"why"}, nil),
		failing: prometheus.NewDesc("konklave_database_failing", "1 while the database cannot do its work, by the reason; the log says more.", []string{"why"}, nil),
	}
}

// Describe implements prometheus.Collector.
func (m *storeMetrics) Describe(out chan<- *prometheus.Desc) {
	out <- m.done
	out <- m.failed
	out <- m.failing
}

// Collect implements prometheus.Collector.
func (m *storeMetrics) Collect(out chan<- prometheus.Metric) {
	s := m.stats()
	out <- prometheus.MustNewConstMetric(m.done, prometheus.CounterValue, float64(s.Done))
	for _, f := range store.Failures() {
		now := 0.0
		if f == s.Failing {
			now = 1
		}
		out <- prometheus.MustNewConstMetric(m.failed, prometheus.CounterValue, float64(s.Failed[f]), string(f))
		out <- prometheus.MustNewConstMetric(m.failing, prometheus.GaugeValue, now, string(f))
	}
}
