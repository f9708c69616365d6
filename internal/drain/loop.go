package drain

import (
	"context"
	"log/slog"
	"time"
)

const (
	every    = time.Second     // how often it is looked whether somebody is left
	patience = 5 * time.Second // for the House to answer
)

// Drain is a House's way out. Its methods may be called from any goroutine.
type Drain struct {
	house House
	log   *slog.Logger
	watch func(Status)
	mail  chan func()
	over  chan struct{}
	stop  chan struct{}
	done  chan struct{}
	doors doors // of the goroutine
}

// New makes one and starts its goroutine, which Close ends. watch is called on it, about once a second while it drains
// and whenever the state changes; it must be quick.
func New(house House, watch func(Status), log *slog.Logger) *Drain {
	d := &Drain{
		house: house, log: log, watch: watch, doors: doors{state: Serving},
		mail: make(chan func()), over: make(chan struct{}), stop: make(chan struct{}), done: make(chan struct{}),
	}
	go d.run()
	return d
}

// Close ends it and waits for the goroutine. It is called once.
func (d *Drain) Close() {
	close(d.stop)
	<-d.done
}

// Over is closed when nobody is left or the time is up.
func (d *Drain) Over() <-chan struct{} { return d.over }

// Begin drains from now on, for at most limit, where 0 is no limit; again, it changes the limit. A final one cannot be
// taken back. Errors: ErrOver, the House's, the context's.
func (d *Drain) Begin(ctx context.Context, limit time.Duration, final bool) (Status, error) {
	return d.ask(ctx, func(ctx context.Context) error {
		if err := d.doors.begin(time.Now(), limit, final); err != nil {
			return err
		}
		d.log.Info("draining", "limit", limit)
		if err := d.house.Shut(ctx, d.doors.until); err != nil {
			return err
		}
		d.tick(ctx, time.Now()) // perhaps nobody is there
		return nil
	})
}

// Cancel takes Begin back. Errors: ErrOver, ErrFinal, the House's, the context's.
func (d *Drain) Cancel(ctx context.Context) (Status, error) {
	return d.ask(ctx, func(ctx context.Context) error {
		was := d.doors
		if err := d.doors.cancel(); err != nil || was.state == Serving {
			return err
		}
		if err := d.house.Reopen(ctx); err != nil {
			d.doors = was // so that it can be asked for again
			return err
		}
		d.log.Info("not draining any more")
		d.tell(ctx)
		return nil
	})
}

// Status tells how far it is. Errors: the House's, the context's.
func (d *Drain) Status(ctx context.Context) (Status, error) {
	return d.ask(ctx, func(context.Context) error { return nil })
}

func (d *Drain) run() {
	defer close(d.done)
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for {
		select {
		case order := <-d.mail:
			order()
		case now := <-ticker.C:
			if d.doors.state == Draining {
				ctx, cancel := context.WithTimeout(context.Background(), patience)
				d.tick(ctx, now)
				cancel()
			}
		case <-d.stop:
			return
		}
	}
}

// tick looks whether it is over. When the House does not answer, only the time can be.
func (d *Drain) tick(ctx context.Context, now time.Time) {
	people, rooms, err := d.house.Count(ctx)
	if err != nil {
		people = 1
	}
	if d.doors.tick(now, people) {
		d.log.Info("drained", "people", people)
		close(d.over)
	}
	d.watch(d.doors.status(people, rooms))
}

func (d *Drain) tell(ctx context.Context) {
	if people, rooms, err := d.house.Count(ctx); err == nil {
		d.watch(d.doors.status(people, rooms))
	}
}

// ask has an order carried out by the goroutine, and gives the status after it.
func (d *Drain) ask(ctx context.Context, order func(context.Context) error) (Status, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	type answer struct {
		status Status
		err    error
	}
	answers := make(chan answer, 1)
	carryOut := func() {
		var a answer
		var people, rooms int
		if a.err = order(ctx); a.err == nil {
			people, rooms, a.err = d.house.Count(ctx)
		}
		a.status = d.doors.status(people, rooms)
		answers <- a
	}
	select {
	case d.mail <- carryOut:
		a := <-answers
		return a.status, a.err
	case <-d.done:
		return Status{}, ErrOver
	case <-ctx.Done():
		return Status{}, ctx.Err()
	}
}
