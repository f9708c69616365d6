package app

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"konklave/internal/drain"
	"konklave/internal/meeting"
	"konklave/internal/operator"
	"konklave/internal/room"
	"konklave/internal/session"
	"konklave/internal/store"
	"konklave/internal/supervisor"
)

// house is what is drained: rooms of meetings, of which the meeting service decides, and those of LiveKit clients.
type house struct {
	rooms    *room.Registry
	sessions *session.Service
	meetings *meeting.Service
}

// Shut implements drain.House. Meetings come first, so that none finds its room refused.
func (h house) Shut(ctx context.Context, until time.Time) error {
	m := meeting.Maintenance{Active: true}
	if !until.IsZero() {
		m.Until = until.UnixMilli()
	}
	if err := h.meetings.Announce(ctx, m); err != nil {
		return err
	}
	h.rooms.Drain(true)
	return nil
}

// Reopen implements drain.House.
func (h house) Reopen(ctx context.Context) error {
	h.rooms.Drain(false)
	return h.meetings.Announce(ctx, meeting.Maintenance{})
}

// Count implements drain.House. A person of a meeting counts once, with or without media.
func (h house) Count(ctx context.Context) (people, rooms int, err error) {
	people, err = h.meetings.People(ctx)
	return people + h.sessions.Guests(), len(h.rooms.Rooms()), err
}

// awaitEnd returns when the server shall end: ctx has ended, or it has drained, be it that the operator asked for it or
// a signal.
func awaitEnd(ctx context.Context, asked <-chan struct{}, exit *drain.Drain, limit time.Duration, log *slog.Logger) {
	select {
	case <-ctx.Done():
		return
	case <-exit.Over():
		return
	case <-asked:
	}
	if limit == 0 {
		return
	}
	if _, err := exit.Begin(ctx, limit, true); err != nil {
		log.Error("ending without draining", "why", err)
		return
	}
	select {
	case <-ctx.Done():
	case <-exit.Over():
	}
}

// extend is how long the service manager waits for the next word of a server that it told to stop and that drains.
const extend = 30 * time.Second

// tellOf tells the service manager how it goes.
func tellOf(service *supervisor.Supervisor) func(drain.Status) {
	return func(s drain.Status) {
		switch s.State {
		case drain.Serving:
			service.Status("Serving.")
		case drain.Draining:
			service.Status(remaining(s))
			if s.Signal {
				service.Stopping(extend)
			}
		}
	}
}

// remaining says who is left, and for how long at most.
func remaining(s drain.Status) string {
	text := fmt.Sprintf("Draining: %s in %s still there", count(s.People, "person", "people"), count(s.Rooms, "room", "rooms"))
	if !s.Until.IsZero() {
		text += ", until " + s.Until.Local().Format(time.TimeOnly) + " at the latest"
	}
	return text + "."
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// openOperatorsDoor lets the operator reach this server. Where a socket cannot be made, as on some shared folders, the
// server runs all the same.
func openOperatorsDoor(dir string, exit *drain.Drain, stored *store.Store, log *slog.Logger, parts *closers) {
	door, err := operator.Open(dir, exit, func() string { return troubleOf(stored) }, log)
	if err != nil {
		log.Warn("konklave drain will not reach this server: there can be no socket in the data directory", "why", cause(err))
		return
	}
	parts.add("operator's socket", closeHTTP, door.Close)
}

// watch tells the service manager that the server is alive as long as what meetings hang on answers.
func watch(exit *drain.Drain, service *supervisor.Supervisor, parts *closers) {
	every := service.Watchdog() / 3
	if every <= 0 {
		return
	}
	ctx, stop := context.WithCancel(context.Background())
	var watching sync.WaitGroup
	watching.Go(func() {
		ticker := time.NewTicker(every)
		defer ticker.Stop()
		for {
			if _, err := exit.Status(ctx); err == nil {
				service.Alive()
			}
			select {
			case <-ticker.C:
			case <-ctx.Done():
				return
			}
		}
	})
	parts.add("watchdog", 0, func(context.Context) error {
		stop()
		watching.Wait()
		return nil
	})
}
