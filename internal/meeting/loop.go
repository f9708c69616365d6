package meeting

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"konklave/internal/id"
)

// ErrClosed means that the Service has ended.
var ErrClosed = errors.New("meeting service closed")

// mailbox is how many orders may wait for the goroutine; beyond it the connections wait, and so do their clients.
const mailbox = 1024

// Service is the meeting service: all meetings of the process. What runs is in memory; links and titles are kept beyond
// it. Its methods may be called from any goroutine; one goroutine of its own owns the meetings.
type Service struct {
	mail chan func(*registry, time.Time)
	stop chan struct{}
	done chan struct{}
}

// NewService starts the service with the meetings that were kept. Close ends it.
func NewService(media Media, keeper Keeper, kept []Kept, log *slog.Logger) *Service {
	s := &Service{
		mail: make(chan func(*registry, time.Time), mailbox),
		stop: make(chan struct{}),
		done: make(chan struct{}),
	}
	r := newRegistry(media, keeper, log)
	r.restore(time.Now(), kept)
	go s.run(r)
	return s
}

func (s *Service) run(r *registry) {
	defer close(s.done)
	second := time.NewTicker(time.Second)
	defer second.Stop()
	for {
		select {
		case order := <-s.mail:
			order(r, time.Now())
		case now := <-second.C:
			r.tick(now)
		case <-s.stop:
			r.shut(time.Now())
			return
		}
	}
}

// Close tells everybody that the server ends, ends every meeting and waits for the goroutine. It is called once.
func (s *Service) Close() {
	close(s.stop)
	<-s.done
}

// Create makes a meeting and gives its link. The error is a Failure, ErrClosed or the context's.
func (s *Service) Create(ctx context.Context, title string) (id.LinkID, error) {
	return ask(ctx, s, func(r *registry, now time.Time) (id.LinkID, Code) { return r.create(now, title) })
}

// Overview tells what may be known of a meeting from outside. The error is a Failure, ErrClosed or the context's.
func (s *Service) Overview(ctx context.Context, link id.LinkID) (Overview, error) {
	return ask(ctx, s, func(r *registry, _ time.Time) (Overview, Code) { return r.overview(link) })
}

// Announce has everybody told that the server is about to be stopped, or not any more. While it is, no meeting starts and
// none is made. The error is ErrClosed or the context's.
func (s *Service) Announce(ctx context.Context, m Maintenance) error {
	_, err := ask(ctx, s, func(r *registry, _ time.Time) (struct{}, Code) { return struct{}{}, r.announce(m) })
	return err
}

// People counts those who have a place in a meeting. The error is ErrClosed or the context's.
func (s *Service) People(ctx context.Context) (int, error) {
	return ask(ctx, s, func(r *registry, _ time.Time) (int, Code) { return r.people(), "" })
}

// Handle passes on a request of a control connection; what there is to answer goes to the Outlet, which also stands
// for the connection and so must be comparable. The error is ErrClosed or the context's.
func (s *Service) Handle(ctx context.Context, from Outlet, request Request) error {
	return s.post(ctx, func(r *registry, now time.Time) { r.handle(now, from, request) })
}

// Gone tells that a control connection has ended, for whatever reason. It is called once for every Outlet that
// was ever passed to Handle, after the last Handle.
func (s *Service) Gone(from Outlet) {
	// The only error is ErrClosed, and then nobody is in any more.
	_ = s.post(context.Background(), func(r *registry, now time.Time) { r.gone(now, from) })
}

func (s *Service) post(ctx context.Context, order func(*registry, time.Time)) error {
	select {
	case s.mail <- order:
		return nil
	case <-s.done:
		return ErrClosed
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Failure is a refusal with its code.
type Failure struct{ Code Code }

func (f Failure) Error() string { return f.Code.Message() }

func ask[T any](ctx context.Context, s *Service, question func(*registry, time.Time) (T, Code)) (T, error) {
	type answer struct {
		value T
		code  Code
	}
	answers := make(chan answer, 1)
	var none T
	if err := s.post(ctx, func(r *registry, now time.Time) {
		value, code := question(r, now)
		answers <- answer{value, code}
	}); err != nil {
		return none, err
	}
	select {
	case a := <-answers:
		if a.code != "" {
			return none, Failure{a.code}
		}
		return a.value, nil
	case <-s.done:
		return none, ErrClosed
	case <-ctx.Done():
		return none, ctx.Err()
	}
}
