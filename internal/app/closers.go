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

// close closes all parts, the last one first. A part that fails does not keep the others open.
func (c *closers) close(log *slog.Logger) error {
	var failed []error
	for i := len(*c) - 1; i >= 0; i-- {
		part := (*c)[i]
		begin := time.Now()
		ctx, cancel := context.WithTimeout(context.Background(), part.within)
		if err := part.close(ctx); errors.Is(err, context.DeadlineExceeded) {
			// Somebody did not let go in time and was cut off. That is how a bounded end works, not a failure.
			log.Warn("a part was cut off while closing", "part", part.name)
		} else if err != nil {
			failed = append(failed, fmt.Errorf("closing %s: %w", part.name, err))
		}
		cancel()
		log.Debug("closed", "part", part.name, "took", time.Since(begin).Round(time.Millisecond))
	}
	return errors.Join(failed...)
}

// waitFor bounds the wait for a part that closes without a context. The process ends soon after, so what is left of
// the part ends with it.
func waitFor(end func()) func(context.Context) error {
	return func(ctx context.Context) error {
		closed := make(chan struct{})
		go func() {
			defer close(closed)
			end()
		}()
		select {
		case <-closed:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
