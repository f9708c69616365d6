// Package webhook owns the reports to applications: what happens in rooms is posted to the addresses that the operator
// configured, signed, in order for each room, with some patience for a receiver that is away.
//
// It must never hold up a room: what cannot be delivered in time is dropped and counted. It never tells of rooms of
// meetings, and no log line says which room or person an event is about, nor the address it goes to.
package webhook

import (
	"context"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"konklave/internal/id"
	"konklave/internal/room"
	"konklave/internal/signal/lkpb"
)

const (
	laneLimit     = 200              // events of one room that wait for one receiver
	totalLimit    = 20_000           // events that wait in all
	patience      = 30 * time.Second // from an event to when it is given up
	attemptTime   = 5 * time.Second  // for one request
	firstPause    = 250 * time.Millisecond
	longestPause  = 4 * time.Second
	atOnce        = 16              // requests to one receiver
	signatureLife = 5 * time.Minute // of the token beside an event
)

// Config is what a Sender needs.
type Config struct {
	Log         *slog.Logger
	URLs        []string
	Key, Secret string            // API key that signs
	Reserved    string            // of rooms whose names begin so nothing is told
	Transport   http.RoundTripper // nil: HTTP as usual
}

// Sender posts events. It observes rooms (room.Observer).
type Sender struct {
	cfg      Config
	client   *http.Client
	delivers prometheus.Counter
	dropped  prometheus.Counter
	retried  prometheus.Counter
	ctx      context.Context
	cancel   context.CancelFunc
	slots    []chan struct{} // by receiver: requests that run
	posting  sync.WaitGroup  // one for each lane that is not empty

	mu      sync.Mutex
	lanes   map[way]*lane
	waiting int // events in all lanes
	closed  bool
}

// way is one room's events to one receiver: what must stay in order.
type way struct {
	room     id.RoomSID
	receiver int // index in Config.URLs
}

// lane holds the events of a way until they are posted.
type lane struct {
	queue   []message
	dropped int32 // since the last event that was queued
	runs    bool  // its goroutine posts
	last    bool  // the room's end was queued or dropped: nothing follows
}

type message struct {
	event *lkpb.WebhookEvent
	until time.Time
}

// New makes a sender. Its counters are registered with metrics.
func New(cfg Config, metrics prometheus.Registerer) (*Sender, error) {
	if cfg.Transport == nil {
		cfg.Transport = http.DefaultTransport.(*http.Transport).Clone() // with idle connections of its own, to close
	}
	ctx, cancel := context.WithCancel(context.Background())
	counter := func(name, help string) prometheus.Counter {
		return prometheus.NewCounter(prometheus.CounterOpts{Name: name, Help: help})
	}
	s := &Sender{
		cfg: cfg, ctx: ctx, cancel: cancel, lanes: make(map[way]*lane),
		client: &http.Client{
			Transport: cfg.Transport, Timeout: attemptTime,
			// The operator said where events go; a receiver does not send them on.
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
		delivers: counter("konklave_webhooks_delivered_total", "Events that a receiver of webhooks took."),
		dropped:  counter("konklave_webhooks_dropped_total", "Events that no receiver took in time, or that were too many."),
		retried:  counter("konklave_webhooks_retried_total", "Requests to receivers of webhooks that failed and were tried again."),
	}
	for range cfg.URLs {
		s.slots = append(s.slots, make(chan struct{}, atOnce))
	}
	for _, c := range []prometheus.Collector{s.delivers, s.dropped, s.retried} {
		if err := metrics.Register(c); err != nil {
			cancel()
			return nil, err
		}
	}
	return s, nil
}

// Happened queues an event for every receiver (room.Observer).
func (s *Sender) Happened(e room.Event) {
	if s.cfg.Reserved != "" && strings.HasPrefix(string(e.Room.Name), s.cfg.Reserved) {
		return
	}
	for receiver := range s.cfg.URLs {
		event := eventOf(e)
		if event == nil {
			return
		}
		s.queue(way{e.Room.SID, receiver}, message{event, e.At.Add(patience)})
	}
}

func (s *Sender) queue(w way, m message) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		s.dropped.Inc()
		return
	}
	l, ok := s.lanes[w]
	if !ok {
		l = &lane{}
		s.lanes[w] = l
	}
	l.last = m.event.GetEvent() == roomFinished
	if s.waiting >= totalLimit || len(l.queue) >= laneLimit {
		s.dropped.Inc()
		l.dropped++
		s.forget(w, l)
		return
	}
	if !l.runs {
		l.runs = true
		s.posting.Add(1)
		go func() {
			defer s.posting.Done()
			s.post(w, l)
		}()
	}
	m.event.NumDropped, l.dropped = l.dropped, 0
	l.queue = append(l.queue, m)
	s.waiting++
}

// post delivers the events of a way, one after the other, until there are none.
func (s *Sender) post(w way, l *lane) {
	for {
		m, more := s.next(w, l)
		if !more {
			return
		}
		if err := s.deliver(w.receiver, m); err != nil {
			s.dropped.Inc()
			s.mu.Lock()
			l.dropped++
			s.mu.Unlock()
			s.cfg.Log.Warn("a webhook was dropped", "room", w.room, "event", m.event.GetEvent(), "receiver", w.receiver, "why", err.Error())
			continue
		}
		s.delivers.Inc()
	}
}

// forget ends a lane that nothing needs: it posts nothing, and has nothing to say of what it dropped.
func (s *Sender) forget(w way, l *lane) {
	if !l.runs && (l.dropped == 0 || l.last) {
		delete(s.lanes, w)
	}
}

// next takes the oldest event of a lane. When there is none its goroutine ends.
func (s *Sender) next(w way, l *lane) (message, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(l.queue) == 0 {
		l.runs = false
		s.forget(w, l)
		return message{}, false
	}
	m := l.queue[0]
	l.queue = l.queue[1:]
	s.waiting--
	return m, true
}

// Close takes no more events and waits until those that wait are delivered, at most as long as the context lasts; what
// is left then is dropped. Errors: the context's.
func (s *Sender) Close(ctx context.Context) error {
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	done := make(chan struct{})
	go func() {
		s.posting.Wait()
		close(done)
	}()
	defer s.client.CloseIdleConnections()
	defer s.cancel()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
	}
	s.cancel() // every attempt and pause ends at once
	<-done
	return ctx.Err()
}
