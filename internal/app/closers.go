package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"
)

// closers are the parts that were built so far.
type closers []closer

type closer struct {
	name   string
	within time.Duration // 0: it waits for nobody
	close  func(context.Context) error
}

func (c *closers) add(name string, within time.Duration, close func(context.Context) error) {
	*c = append(*c, closer{name, within, close})
}

// grace is how long a part may go on beyond its time, to cut off whoever did not let go.
const grace = 200 * time.Millisecond

// close closes all parts, the last one first. A part that fails or does not end does not keep the others open.
func (c *closers) close(log *slog.Logger) error {
	var failed []error
	for i := len(*c) - 1; i >= 0; i-- {
		part := (*c)[i]
		begin := time.Now()
		if err := part.closeInTime(); errors.Is(err, context.DeadlineExceeded) {
			// Somebody did not let go and was cut off. That is how a bounded end works, not a failure.
			log.Warn("a part was cut off while closing", "part", part.name)
		} else if err != nil {
			failed = append(failed, fmt.Errorf("closing %s: %w", part.name, err))
		}
		log.Debug("closed", "part", part.name, "took", time.Since(begin).Round(time.Millisecond))
	}
	return errors.Join(failed...)
}

// closeInTime returns when the part is closed or its time is over. In the latter case its goroutine is left behind: the
// process ends soon, and that with it.
func (c closer) closeInTime() error {
	ctx, cancel := context.WithTimeout(context.Background(), c.within)
	defer cancel()
	if c.within == 0 {
		return c.close(ctx)
	}
	closed := make(chan error, 1)
	go func() { closed <- c.close(ctx) }()
	late := time.NewTimer(c.within + grace)
	defer late.Stop()
	select {
	case err := <-closed:
		return err
	case <-late.C:
		return context.DeadlineExceeded
	}
}
