package main

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
	joinLimit = 20 * time.Second       // for the last one's media
	drain     = 250 * time.Millisecond // after which nothing is under way any more
)

// measurement is one run under way.
type measurement struct {
	settings settings
	scenario Scenario
	server   *server
	begin    time.Time
	people   []person
	reader   *load.Reader
	pace     load.Pace
	clients  []*load.Client // of people, in their order
	idle     metrics
}

// measure does one run with a server of its own.
func measure(ctx context.Context, s settings, scenario Scenario, kind string) (r Result, err error) {
	m := &measurement{settings: s, scenario: scenario, begin: time.Now(), people: scenario.people()}
	if kind == "janus" {
		m.people = halves(m.people)
	}
	limit := time.Duration(len(m.people))*time.Second/time.Duration(joins(kind, scenario)) + joinLimit + s.settle + s.window + time.Minute
	ctx, cancel := context.WithTimeout(ctx, 2*limit)
	defer cancel()
	if m.server, err = start(ctx, s, kind, scenario); err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, m.server.stop()) }()
	if m.reader, err = load.NewReader(!scenario.Apart); err != nil {
		return r, err
	}
	defer m.close()
	r.Scenario, r.Server, r.Version, r.People = scenario.Name, kind, m.server.version, len(scenario.people())
	steps := []func(context.Context, *Result) error{m.empty, m.join, m.window}
	if scenario.Saturate {
		steps = []func(context.Context, *Result) error{m.empty, m.join, m.saturate, m.window}
	}
	for _, step := range steps {
		if err := step(ctx, &r); err != nil {
			return r, fmt.Errorf("%w; the server's log: %s", err, m.server.log.String())
		}
	}
	r.Log = m.server.log.String()
	return r, nil
}

// empty takes what the server needs before anybody comes.
func (m *measurement) empty(ctx context.Context, r *Result) error {
	if err := sleep(ctx, time.Second); err != nil {
		return err
	}
	var err error
	if m.idle, err = m.server.scrape(ctx); err != nil {
		return err
	}
	rss, err := resident(m.server.pid)
	r.RSSEmpty = float64(rss)
	return err
}

// join lets everybody in, at the scenario's pace, and waits until everything reaches everybody.
func (m *measurement) join(ctx context.Context, r *Result) error {
	before, err := processorOf(m.server.pid)
	if err != nil {
		return err
	}
	pace := time.NewTicker(time.Second / time.Duration(joins(m.server.kind, m.scenario)))
	defer pace.Stop()
	for i, p := range m.people {
		if i > 0 && p.place != m.people[i-1].place { // who comes now must not wait for what is not there yet
			if err := m.until(ctx, "begin to send", m.silent); err != nil {
				return err
			}
		}
		c, err := m.enter(ctx, p)
		if err != nil {
			return fmt.Errorf("%s: %w", p.identity(), err)
		}
		m.clients = append(m.clients, c)
		select {
		case <-pace.C:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	if err := m.until(ctx, "arrive, clients or streams", m.missing); err != nil {
		return err
	}
	after, err := processorOf(m.server.pid)
	r.JoinCPUMillis = float64(after.since(before).on) / float64(time.Millisecond) / float64(r.People)
	m.times(r)
	if err == nil {
		err = sleep(ctx, m.settings.settle)
	}
	return err
}

func (m *measurement) enter(ctx context.Context, p person) (*load.Client, error) {
	pass, err := m.server.pass("bench", p.number)
	if err != nil {
		return nil, err
	}
	o := m.scenario.options(p, m.people)
	o.URL, o.Token, o.Begin, o.Reader, o.Pace = m.server.url, pass, m.begin, m.reader, &m.pace
	if m.scenario.Recorded && p.video {
		o.Recording = m.settings.recording
	}
	return m.server.join(ctx, o, p, m.people)
}

// times takes how long the joins took. Whoever is there before there are media waits for others, which is no measure of
// the server.
func (m *measurement) times(r *Result) {
	var connected, media, picture []time.Duration
	sent, shown := false, false
	for i, c := range m.clients {
		p := m.people[i]
		up, first := c.Times()
		connected = append(connected, up)
		if p.subscribe && sent {
			media = append(media, first)
		}
		if whole := c.Picture(); p.subscribe && shown && whole > 0 {
			picture = append(picture, whole)
		}
		sent = sent || p.video || p.audio && !p.muted
		shown = shown || p.video
	}
	r.Connected, r.Media, r.Picture = spreadOf(connected), spreadOf(media), spreadOf(picture)
}

// until waits until nothing is missing of what clients shall do.
func (m *measurement) until(ctx context.Context, what string, missing func() int) error {
	deadline := time.Now().Add(joinLimit)
	for {
		for i, c := range m.clients {
			if err := c.Err(); err != nil {
				return fmt.Errorf("%s: %w", m.people[i].identity(), err)
			}
		}
		n := missing()
		if n == 0 {
			return nil
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("%d did not %s", n, what)
		}
		if err := sleep(ctx, 20*time.Millisecond); err != nil {
			return err
		}
	}
}

// silent is how many clients should send and have not begun.
func (m *measurement) silent() (n int) {
	for i, c := range m.clients {
		if p := m.people[i]; (p.video || p.audio && !p.muted) && c.Sent() == 0 {
			n++
		}
	}
	return n
}

// missing is how many streams have not reached a receiver, and clients the server.
func (m *measurement) missing() (n int) {
	for i, c := range m.clients {
		if up, _ := c.Times(); up == 0 {
			n++
		}
		got := streams(c.Received())
		for _, o := range m.scenario.due(m.people[i], m.people) {
			if got[stream{o.Number, o.Video}] == 0 {
				n++
			}
		}
	}
	return n
}

// stream is what somebody publishes, in whichever layer.
type stream struct {
	number int
	video  bool
}

func streams(received map[load.Origin]uint64) map[stream]uint64 {
	list := make(map[stream]uint64, len(received))
	for o, n := range received {
		list[stream{o.Number, o.Video}] += n
	}
	return list
}

func (m *measurement) close() {
	for _, c := range m.clients {
		c.Close()
	}
	m.reader.Close()
}

// pass is an access token for client i.
func (s *server) pass(room id.RoomName, i int) (string, error) {
	if s.kind == "livekit" {
		return sign(room, i, livekitSecret)
	}
	return pass(room, i)
}

// pass is one of the development mode's key.
func pass(room id.RoomName, i int) (string, error) { return sign(room, i, config.DevSecret.Reveal()) }

func sign(room id.RoomName, i int, secret string) (string, error) {
	now := time.Now()
	claims := token.Claims{IssuedAt: now, ExpiresAt: now.Add(time.Hour), Video: token.Grants{Room: room, RoomJoin: true}}
	claims.Identity = id.Identity(identity(i))
	return token.Sign(claims, config.DevKey, secret)
}

func sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
