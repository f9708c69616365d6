package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"konklave/bench/load"
	"konklave/internal/id"
	"konklave/internal/testkit"
)

// A soak asks what the server keeps of people who have left. It lets some come and go and all leave, takes that as the
// beginning (buffers and pools are there by then), lets people come and go for the asked time, and compares.
const (
	longestSoak   = 24 * time.Hour
	soakWarmUp    = 30 * time.Second
	soakPace      = time.Second      // one joins and one leaves
	soakCall      = 3                // people who stay and send sound and pictures
	soakVisitors  = 10               // of those who come and go, so many are there
	soakSample    = 30 * time.Second // between looks at the server
	soakSilence   = 45 * time.Second // after which nobody who vanished is waited for, and no empty room
	soakCollected = 5 * time.Minute  // the longest wait for the collector
)

// What may be more at the end than at the beginning. Memory that was freed returns to the system late and by halves.
const (
	soakGoroutines = 5
	soakHeap       = 2 << 20  // bytes in use after a collection
	soakRSS        = 16 << 20 // bytes
)

// soaked is what a server needed at a moment.
type soaked struct {
	At         time.Duration // since the churn began; negative before
	People     float64
	Goroutines float64
	Heap, RSS  float64 // bytes
}

// soak runs one and says what came of it. A server that kept something is an error.
func soak(ctx context.Context, s settings) error {
	if s.soak < 0 || s.soak > longestSoak {
		return fmt.Errorf("a soak takes %v at most", longestSoak)
	}
	ctx, cancel := context.WithTimeout(ctx, s.soak+20*time.Minute)
	defer cancel()
	server, err := startServer(ctx, s.binary, -1)
	if err != nil {
		return err
	}
	r := soakReport{settings: s, joins: new(int)}
	err = r.run(ctx, server)
	if err = errors.Join(err, server.stop()); err != nil {
		return fmt.Errorf("%w; the server's log: %s", err, server.log.String())
	}
	r.log = server.log.String()
	fmt.Print(r)
	if s.soaked != "" {
		if err := put(s.soaked, r.markdown()); err != nil {
			return err
		}
	}
	if faults := r.faults(); len(faults) > 0 {
		return fmt.Errorf("the server kept something: %s", faults)
	}
	return nil
}

func (r *soakReport) run(ctx context.Context, server *server) (err error) {
	if err := r.churn(ctx, server, soakWarmUp, nil); err != nil {
		return err
	}
	if r.before, err = collected(ctx, server); err != nil {
		return err
	}
	*r.joins = 0
	r.during = []soaked{}
	if err := r.churn(ctx, server, r.settings.soak, &r.during); err != nil {
		return err
	}
	r.after, err = collected(ctx, server)
	r.after.At = r.settings.soak
	return err
}

// churn holds a call, lets one person come and one go every second for a while, and ends when all have left.
func (r *soakReport) churn(ctx context.Context, server *server, d time.Duration, samples *[]soaked) error {
	c := &crowd{server: server, begin: time.Now(), joins: r.joins}
	defer c.leave()
	for range soakCall {
		if err := c.stay(ctx); err != nil {
			return err
		}
	}
	link, err := testkit.NewMeeting(ctx, "http"+server.url[len("ws"):], "Soak")
	if err != nil {
		return err
	}
	pace := time.NewTicker(soakPace)
	defer pace.Stop()
	due := soakSample
	for time.Since(c.begin) < d {
		if err := c.next(ctx, link); err != nil {
			return fmt.Errorf("join %d: %w", *c.joins, err)
		}
		if at := time.Since(c.begin); samples != nil && at >= due {
			due += soakSample
			now, err := look(ctx, server)
			if err != nil {
				return err
			}
			now.At = at
			*samples = append(*samples, now)
			fmt.Println(now)
		}
		select {
		case <-pace.C:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return c.complaint()
}

// crowd is who is there.
type crowd struct {
	server  *server
	begin   time.Time
	joins   *int
	staying []*load.Client
	passing []*load.Client
}

func (c *crowd) join(ctx context.Context, room id.RoomName, video bool) (*load.Client, error) {
	*c.joins++
	token, err := pass(room, *c.joins)
	if err != nil {
		return nil, err
	}
	return load.Join(ctx, load.Options{URL: c.server.url, Token: token, Begin: c.begin, Subscribe: true, Audio: true, Video: video})
}

func (c *crowd) stay(ctx context.Context) error {
	client, err := c.join(ctx, "soak", true)
	if err == nil {
		c.staying = append(c.staying, client)
	}
	return err
}

// next lets one join and the one leave that came first. Every third leaves without a word; every fourth has a room of
// its own, which ends after it. Beside that somebody visits the meeting, says something and leaves.
func (c *crowd) next(ctx context.Context, link string) error {
	room := id.RoomName("soak")
	if *c.joins%4 == 0 {
		room = id.RoomName(fmt.Sprintf("soak-%d", *c.joins))
	}
	client, err := c.join(ctx, room, false)
	if err != nil {
		return err
	}
	c.passing = append(c.passing, client)
	if len(c.passing) > soakVisitors {
		first := c.passing[0]
		c.passing = c.passing[1:]
		if err := first.Err(); err != nil {
			return err
		}
		if up, _ := first.Times(); up == 0 {
			return errors.New("a participant was not connected after ten seconds")
		}
		if *c.joins%3 == 0 {
			first.Vanish()
		} else {
			first.Close()
		}
	}
	visitor, err := testkit.Visit(ctx, "http"+c.server.url[len("ws"):], link, "Visitor")
	if err != nil {
		return err
	}
	if err := visitor.Say(fmt.Sprintf("%d", *c.joins), "hello"); err != nil {
		return err
	}
	return visitor.Leave()
}

// complaint is what went wrong for those who stayed.
func (c *crowd) complaint() error {
	for i, client := range c.staying {
		if err := client.Err(); err != nil {
			return fmt.Errorf("client %d of the call: %w", i, err)
		}
		if client.Counts().Packets == 0 {
			return fmt.Errorf("client %d of the call received nothing", i)
		}
	}
	return nil
}

func (c *crowd) leave() {
	for _, client := range append(c.passing, c.staying...) {
		client.Close()
	}
	c.passing, c.staying = nil, nil
}

// look takes what the server needs now.
func look(ctx context.Context, server *server) (soaked, error) {
	m, err := server.scrape(ctx)
	if err != nil {
		return soaked{}, err
	}
	rss, err := resident(server.pid)
	return soaked{People: m["konklave_participants"], Goroutines: m["go_goroutines"],
		Heap: m["go_memstats_heap_alloc_bytes"], RSS: float64(rss)}, err
}

// collected waits until nobody and no room is left and garbage was collected twice since: what pools hold goes with the
// second time. The heap is then what is referred to, and little else. Reading metrics makes garbage, so that reading
// them often brings the collector sooner than the two minutes after which an idle server runs it.
func collected(ctx context.Context, server *server) (soaked, error) {
	if err := sleep(ctx, soakSilence); err != nil {
		return soaked{}, err
	}
	const cycles = "go_gc_duration_seconds_count"
	m, err := server.scrape(ctx)
	if err != nil {
		return soaked{}, err
	}
	wanted := m[cycles] + 2
	for deadline := time.Now().Add(soakCollected); m[cycles] < wanted && time.Now().Before(deadline); {
		if err := sleep(ctx, 50*time.Millisecond); err != nil {
			return soaked{}, err
		}
		if m, err = server.scrape(ctx); err != nil {
			return soaked{}, err
		}
	}
	return look(ctx, server)
}
