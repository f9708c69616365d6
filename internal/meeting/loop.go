package meeting

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"slices"
	"time"

	"konklave/internal/id"
)

// ErrClosed means that the Service has ended.
var ErrClosed = errors.New("meeting service closed")

// mailbox is how many orders may wait for the goroutine; beyond it the connections wait, and so do their clients.
const mailbox = 1024

// Config is what the meeting service needs of the rest of the program.
type Config struct {
	Media   Media
	Journal Journal
	Tickets Tickets
	Files   Files
	Log     *slog.Logger
}

// Service is the meeting service: all meetings of the process in which somebody is or waits, in memory. Its methods may be
// called from any goroutine; one goroutine of its own owns the meetings.
type Service struct {
	mail  chan func(*registry, time.Time)
	stop  chan struct{}
	done  chan struct{}
	media Media // for what waits
}

// NewService starts the service. Close ends it.
func NewService(c Config) *Service {
	s := &Service{
		mail:  make(chan func(*registry, time.Time), mailbox),
		stop:  make(chan struct{}),
		done:  make(chan struct{}),
		media: c.Media,
	}
	go s.run(newRegistry(c))
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

// Presence is how many people are in a meeting and wait, further devices not counted.
type Presence struct{ People, Waiting int }

// Presence tells who is in a meeting now: nobody, when it does not run. The error is ErrClosed or the context's.
func (s *Service) Presence(ctx context.Context, of id.MeetingID) (Presence, error) {
	return ask(ctx, s, func(r *registry, _ time.Time) (Presence, Code) { return r.presence(of), "" })
}

// Define brings a meeting up to date that was changed in the store. The error is ErrClosed or the context's.
func (s *Service) Define(ctx context.Context, d Definition) error {
	return s.post(ctx, func(r *registry, now time.Time) { r.applyTo(now, d.ID, Define{d}) })
}

// End ends a meeting for everybody, because it was deleted. The error is ErrClosed or the context's.
func (s *Service) End(ctx context.Context, meeting id.MeetingID) error {
	return s.post(ctx, func(r *registry, now time.Time) { r.applyTo(now, meeting, Delete{}) })
}

// Running lists the meetings in which somebody is or waits. The error is ErrClosed or the context's.
func (s *Service) Running(ctx context.Context) ([]id.MeetingID, error) {
	return ask(ctx, s, func(r *registry, _ time.Time) ([]id.MeetingID, Code) {
		return slices.Collect(maps.Keys(r.meetings)), ""
	})
}

// Forwarded brings what the media server sends on of somebody in a room. It does not wait: when the service does not keep up,
// it is false, and the caller tries again. Rooms that are none of a meeting are ignored.
func (s *Service) Forwarded(room id.RoomName, f Forwarded) bool {
	select {
	case s.mail <- func(r *registry, now time.Time) {
		if e := r.rooms[room]; e != nil {
			r.apply(now, e, f)
		}
	}:
		return true
	default:
		return false
	}
}

// Uploaded tells that the bytes of a file are there. The error is ErrClosed or the context's.
func (s *Service) Uploaded(ctx context.Context, meeting id.MeetingID, key FileKey) error {
	_, err := ask(ctx, s, func(r *registry, now time.Time) (struct{}, Code) {
		if r.meetings[meeting] == nil {
			r.Files.Drop([]FileKey{key})
		}
		r.applyTo(now, meeting, Uploaded{Key: key})
		return struct{}{}, ""
	})
	return err
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

// Draining tells whether the server is about to be stopped. The error is ErrClosed or the context's.
func (s *Service) Draining(ctx context.Context) (bool, error) {
	return ask(ctx, s, func(r *registry, _ time.Time) (bool, Code) { return r.maintenance.Active, "" })
}

// Join brings somebody to a meeting; what there is to answer goes to the Outlet, as with Handle. The error is ErrClosed or
// the context's.
func (s *Service) Join(ctx context.Context, from Outlet, a Admission) error {
	return s.post(ctx, func(r *registry, now time.Time) { r.join(now, from, a) })
}

// Handle passes on any other request of a control connection; what there is to answer goes to the Outlet, which also stands
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
type Failure struct {
	Code Code
	Wait time.Duration // until another attempt is looked at; with CodeTooManyCodes
}

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
			return none, Failure{Code: a.code}
		}
		return a.value, nil
	case <-s.done:
		return none, ErrClosed
	case <-ctx.Done():
		return none, ctx.Err()
	}
}
