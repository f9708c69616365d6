package capacity

import (
	"context"
	"errors"
	"fmt"
	"time"

	"konklave/bench/load"
	"konklave/internal/config"
	"konklave/internal/id"
	"konklave/internal/token"
)

const (
	pace    = 25 * time.Millisecond // between joins
	arrival = 20 * time.Second      // within which everything must reach everybody
	drain   = 300 * time.Millisecond
	window  = 3 * time.Second
)

// people are all participants of a question, with what each of them must get.
type people struct {
	url     string
	begin   time.Time
	reader  *load.Reader
	pace    load.Pace
	clients []*load.Client
	due     [][]load.Origin
}

func newPeople(url string) (*people, error) {
	reader, err := load.NewReader(true)
	return &people{url: url, begin: time.Now(), reader: reader}, err
}

// join lets one more in, who must get what is due.
func (p *people) join(ctx context.Context, room string, o load.Options, due []load.Origin) error {
	now := time.Now()
	pass, err := token.Sign(token.Claims{
		Identity: id.Identity(fmt.Sprintf("client-%d", o.Number)), IssuedAt: now, ExpiresAt: now.Add(time.Hour),
		Video: token.Grants{Room: id.RoomName(room), RoomJoin: true},
	}, config.DevKey, config.DevSecret.Reveal())
	if err != nil {
		return err
	}
	o.URL, o.Token, o.Begin, o.Reader, o.Pace = p.url, pass, p.begin, p.reader, &p.pace
	c, err := load.Join(ctx, o)
	if err != nil {
		return err
	}
	p.clients, p.due = append(p.clients, c), append(p.due, due)
	select {
	case <-time.After(pace):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// arrived waits until everybody gets something of all that is due.
func (p *people) arrived(ctx context.Context) error {
	for end := time.Now().Add(arrival); ; {
		missing := 0
		for i, c := range p.clients {
			if err := c.Err(); err != nil {
				return err
			}
			received := c.Received()
			for _, o := range p.due[i] {
				if received[o] == 0 {
					missing++
				}
			}
		}
		if missing == 0 {
			return nil
		}
		if time.Now().After(end) {
			return fmt.Errorf("%d streams did not arrive", missing)
		}
		select {
		case <-time.After(50 * time.Millisecond):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// lost is the share of what was sent for a while that did not come, counted between two silences.
func (p *people) lost(ctx context.Context) (float64, error) {
	sent, got, err := p.count(ctx)
	if err != nil {
		return 0, err
	}
	select {
	case <-time.After(window):
	case <-ctx.Done():
		return 0, ctx.Err()
	}
	sentThen, gotThen, err := p.count(ctx)
	if err != nil {
		return 0, err
	}
	if sentThen == sent {
		return 0, errors.New("nothing was sent")
	}
	return 1 - float64(gotThen-got)/float64(sentThen-sent), nil
}

// count holds those who send until nothing is under way, and counts what was to come and what came.
func (p *people) count(ctx context.Context) (sent, got uint64, err error) {
	p.pace.Hold()
	defer p.pace.Go()
	select {
	case <-time.After(drain):
	case <-ctx.Done():
		return 0, 0, ctx.Err()
	}
	of := map[load.Origin]uint64{}
	for _, c := range p.clients {
		for o, n := range c.SentOf() {
			of[o] = n
		}
	}
	for i, c := range p.clients {
		if err := c.Err(); err != nil {
			return 0, 0, err
		}
		received := c.Received()
		for _, o := range p.due[i] {
			sent, got = sent+of[o], got+received[o]
		}
	}
	return sent, got, nil
}

func (p *people) close() {
	for _, c := range p.clients {
		c.Close()
	}
	p.reader.Close()
}

// meetings are rooms of ten people with cameras.
type meetings struct {
	*people
	rooms int
}

func newMeetings(p *people) crowd { return &meetings{people: p} }

const meetingSize = 10

// grow adds a quarter of the rooms there are, or one.
func (m *meetings) grow(ctx context.Context) (int, error) {
	for range max(1, m.rooms/4) {
		first := m.rooms * meetingSize
		for i := range meetingSize {
			var due []load.Origin
			for k := range meetingSize {
				if k != i {
					due = append(due, load.Origin{Number: first + k, Video: true})
				}
			}
			if err := m.join(ctx, fmt.Sprintf("meeting-%d", m.rooms), load.Options{Number: first + i, Video: true, Subscribe: true}, due); err != nil {
				return 0, err
			}
		}
		m.rooms++
	}
	return m.rooms * meetingSize, m.arrived(ctx)
}

// audience is three people who speak and many who listen, in rooms of some hundreds.
type audience struct {
	*people
	listeners int
}

func newAudience(p *people) crowd { return &audience{people: p} }

const (
	speakers     = 3
	audienceStep = 50
	audienceRoom = 500
)

// grow adds a quarter of the listeners there are, or the first few.
func (a *audience) grow(ctx context.Context) (int, error) {
	for range max(audienceStep, a.listeners/4) {
		number := a.listeners / audienceRoom
		room := fmt.Sprintf("audience-%d", number)
		var due []load.Origin
		for i := range speakers {
			due = append(due, load.Origin{Number: number*speakers + i})
		}
		if a.listeners%audienceRoom == 0 {
			for _, o := range due {
				if err := a.join(ctx, room, load.Options{Number: o.Number, Audio: true}, nil); err != nil {
					return 0, err
				}
			}
		}
		if err := a.join(ctx, room, load.Options{Number: 10_000 + a.listeners, Subscribe: true}, due); err != nil {
			return 0, err
		}
		a.listeners++
	}
	return a.listeners, a.arrived(ctx)
}
