package plan

import (
	"context"
	"errors"
	"time"

	"konklave/internal/id"
	"konklave/internal/store"
)

// lookEvery is how often it is looked whether meetings that run are still stored.
const lookEvery = 5 * time.Second

// lookout is the goroutine that ends meetings which run and are stored no more. The command line deletes them in the database
// itself, and with an account go all that it owned: whoever does it, people are put out by this.
type lookout struct {
	end  context.CancelFunc
	done chan struct{}
}

func (s *Service) lookOut() *lookout {
	ctx, end := context.WithCancel(context.Background())
	l := &lookout{end, make(chan struct{})}
	go func() {
		defer close(l.done)
		next := time.NewTicker(lookEvery)
		defer next.Stop()
		for {
			select {
			case <-next.C:
				s.endDeleted(ctx)
			case <-ctx.Done():
				return
			}
		}
	}()
	return l
}

func (l *lookout) close() {
	l.end()
	<-l.done
}

// endDeleted ends what runs and is stored no more. While the store fails, all goes on.
func (s *Service) endDeleted(ctx context.Context) {
	running, err := s.running.Running(ctx)
	if err != nil || len(running) == 0 {
		return
	}
	var gone []id.MeetingID
	err = s.Store.Read(ctx, func(tx *store.Tx) error {
		gone = nil
		for _, of := range running {
			switch _, err := tx.Meeting(s.behind(of)); {
			case errors.Is(err, store.ErrNone):
				gone = append(gone, of)
			case err != nil:
				return err
			}
		}
		return nil
	})
	if err != nil {
		return
	}
	for _, of := range gone {
		s.ended(ctx, of)
	}
}
