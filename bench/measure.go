package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"time"

	"konklave/bench/load"
	"konklave/internal/id"
	"konklave/internal/token"
)

// Result is what one run gave. Sizes are in bytes, times in the units of the names.
type Result struct {
	Scenario string
	Seconds  float64 // of the window

	PacketsIn, PacketsOut float64 // a second, at the clients' sockets
	MegabitsOut           float64 // a second, with SRTP, without UDP and IP
	ServerCounted         float64 // packets a second that the server says it sent, RTCP and all
	TrainShare            float64 // sends that carried several packets, for each packet sent
	LossPercent           float64
	Repaired              float64 // retransmissions a second

	CPU           float64 // cores of the server
	MicrosPerSent float64 // CPU of the server for each packet forwarded
	Starved       float64 // share of the time in which the server could have run and something else did
	LoadCPU       float64 // cores of the clients: near 1 they are what limits
	LoadStarved   float64
	Mallocs       float64 // of the whole server process for each packet forwarded

	RSSEmpty, RSS, RSSPerClient float64
	HeapPerClient               float64
	GoroutinesPerClient         float64
	JoinCPUMillis               float64 // of the server for each join

	Connected, Media, Latency Spread // ms

	Drops map[string]float64 `json:",omitempty"` // during the window, by reason
	Log   string             `json:",omitempty"` // warnings of the server
}

// Spread are the median and the 95th percentile.
type Spread struct{ P50, P95 float64 }

func spreadOf(values []time.Duration) Spread {
	if len(values) == 0 {
		return Spread{}
	}
	slices.Sort(values)
	ms := func(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
	return Spread{ms(values[len(values)/2]), ms(values[len(values)*95/100])}
}

const (
	joinPace  = 100 * time.Millisecond // between joins
	joinLimit = 20 * time.Second       // for the last one's media
)

// measure does one run with a server of its own.
func measure(ctx context.Context, s settings, scenario Scenario) (r Result, err error) {
	limit := time.Duration(scenario.Publishers+scenario.Subscribers)*joinPace + joinLimit + s.settle + s.window
	ctx, cancel := context.WithTimeout(ctx, 2*limit)
	defer cancel()
	server, err := startServer(ctx, s.binary, s.serverCore)
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, server.stop()) }()
	run := &measurement{settings: s, scenario: scenario, server: server, begin: time.Now()}
	defer run.close()
	r.Scenario = scenario.Name
	if err := run.empty(ctx, &r); err != nil {
		return r, err
	}
	if err := run.join(ctx, &r); err != nil {
		return r, err
	}
	if err := sleep(ctx, s.settle); err != nil {
		return r, err
	}
	if err := run.window(ctx, &r); err != nil {
		return r, err
	}
	r.Log = server.log.String()
	return r, nil
}

// measurement is one run under way.
type measurement struct {
	settings settings
	scenario Scenario
	server   *server
	begin    time.Time
	clients  []*load.Client
	idle     metrics
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

// join lets everybody in, ten a second, and waits until all that receive do.
func (m *measurement) join(ctx context.Context, r *Result) error {
	before, err := processorOf(m.server.pid)
	if err != nil {
		return err
	}
	pace := time.NewTicker(joinPace)
	defer pace.Stop()
	for i := range m.scenario.Publishers + m.scenario.Subscribers {
		publishes := i < m.scenario.Publishers
		pass, err := pass("bench", i)
		if err != nil {
			return err
		}
		c, err := load.Join(ctx, load.Options{
			URL: m.server.url, Token: pass, Begin: m.begin, Spread: m.scenario.Spread,
			Subscribe: !publishes || m.scenario.Everybody,
			Audio:     publishes && m.scenario.Audio, Video: publishes && m.scenario.Video,
		})
		if err != nil {
			return err
		}
		m.clients = append(m.clients, c)
		select {
		case <-pace.C:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	if err := m.complete(ctx); err != nil {
		return err
	}
	after, err := processorOf(m.server.pid)
	r.JoinCPUMillis = float64(after.since(before).on) / float64(time.Millisecond) / float64(len(m.clients))
	var connected, media []time.Duration
	for i, c := range m.clients {
		up, first := c.Times()
		connected = append(connected, up)
		// Whoever is there before there are media waits for others: no measure of the server.
		if i >= m.scenario.Publishers {
			media = append(media, first)
		} else if m.scenario.Everybody && i > 0 {
			media = append(media, first)
		}
	}
	r.Connected, r.Media = spreadOf(connected), spreadOf(media)
	return err
}

// complete waits until every receiver gets every track.
func (m *measurement) complete(ctx context.Context) error {
	deadline := time.Now().Add(joinLimit)
	for {
		missing := 0
		for i, c := range m.clients {
			if err := c.Err(); err != nil {
				return fmt.Errorf("client %d: %w", i, err)
			}
			if i >= m.scenario.Publishers || m.scenario.Everybody {
				missing += m.scenario.streams() - c.Counts().Streams
			}
		}
		if missing == 0 {
			return nil
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("%d tracks did not reach their receivers; the server's log: %s", missing, m.server.log.String())
		}
		if err := sleep(ctx, 50*time.Millisecond); err != nil {
			return err
		}
	}
}

// moment is what is read at either end of the window.
type moment struct {
	at          time.Time
	server, own processor
	sent        uint64
	got         load.Counts
}

func (m *measurement) moment() (t moment, err error) {
	for _, c := range m.clients {
		n := c.Counts()
		t.got.Packets += n.Packets
		t.got.Bytes += n.Bytes
		t.got.Repaired += n.Repaired
		t.got.Expected += n.Expected
		t.sent += c.Sent()
	}
	t.at = time.Now()
	if t.server, err = processorOf(m.server.pid); err != nil {
		return t, err
	}
	t.own, err = processorOf(os.Getpid())
	return t, err
}

// window measures. Metrics are read outside of the two moments, so that reading them costs no CPU inside; the objects
// that it allocates are found out by reading again and taken off.
func (m *measurement) window(ctx context.Context, r *Result) error {
	first, err := m.server.scrape(ctx)
	if err != nil {
		return err
	}
	start, err := m.moment()
	if err != nil {
		return err
	}
	for _, c := range m.clients {
		c.Sample(true)
	}
	profiler := m.during(ctx)
	if err := sleep(ctx, m.settings.window); err != nil {
		return err
	}
	end, err := m.moment()
	if err != nil {
		return err
	}
	last, err := m.server.scrape(ctx)
	if err != nil {
		return err
	}
	reading, err := m.mallocsOfReading(ctx, last)
	if err != nil {
		return err
	}
	var latencies []time.Duration
	for i, c := range m.clients {
		latencies = append(latencies, c.Sample(false)...)
		if err := c.Err(); err != nil {
			return fmt.Errorf("client %d: %w", i, err)
		}
	}
	r.Latency = spreadOf(latencies)
	r.set(start, end, first, last, reading)
	clients := float64(len(m.clients))
	r.HeapPerClient = (last["go_memstats_heap_inuse_bytes"] - m.idle["go_memstats_heap_inuse_bytes"]) / clients
	r.GoroutinesPerClient = (last["go_goroutines"] - m.idle["go_goroutines"]) / clients
	rss, err := resident(m.server.pid)
	r.RSS = float64(rss)
	r.RSSPerClient = (r.RSS - r.RSSEmpty) / clients
	return errors.Join(err, <-profiler)
}

// mallocsOfReading is how many objects the server allocates when its metrics are read: the least of a few readings,
// because the session goes on meanwhile.
func (m *measurement) mallocsOfReading(ctx context.Context, last metrics) (float64, error) {
	least := math.Inf(1)
	for range 5 {
		next, err := m.server.scrape(ctx)
		if err != nil {
			return 0, err
		}
		least = min(least, next[mallocs]-last[mallocs])
		last = next
	}
	return least, nil
}

// Names of metrics.
const (
	mallocs     = "go_memstats_mallocs_total"
	packetsSent = `konklave_media_packets_total{direction="out"}`
	trains      = "konklave_media_trains_total"
)

func (r *Result) set(start, end moment, first, last metrics, reading float64) {
	r.Seconds = end.at.Sub(start.at).Seconds()
	packets := float64(end.got.Packets - start.got.Packets)
	expected := float64(end.got.Expected - start.got.Expected)
	server, own := end.server.since(start.server), end.own.since(start.own)
	cpu := server.on.Seconds()
	r.PacketsIn = float64(end.sent-start.sent) / r.Seconds
	r.PacketsOut = packets / r.Seconds
	r.MegabitsOut = float64(end.got.Bytes-start.got.Bytes) * 8 / 1e6 / r.Seconds
	r.Repaired = float64(end.got.Repaired-start.got.Repaired) / r.Seconds
	r.LossPercent = max(0, (expected-packets)/expected*100)
	r.CPU = cpu / r.Seconds
	r.MicrosPerSent = cpu * 1e6 / packets
	r.Starved = server.waiting.Seconds() / r.Seconds
	r.LoadCPU, r.LoadStarved = own.on.Seconds()/r.Seconds, own.waiting.Seconds()/r.Seconds
	r.Mallocs = (last[mallocs] - first[mallocs] - reading) / packets
	r.ServerCounted = (last[packetsSent] - first[packetsSent]) / r.Seconds
	if sent := last[packetsSent] - first[packetsSent]; sent > 0 {
		r.TrainShare = (last[trains] - first[trains]) / sent
	}
	before := first.dropped()
	for reason, n := range last.dropped() {
		if n > before[reason] {
			if r.Drops == nil {
				r.Drops = map[string]float64{}
			}
			r.Drops[reason] = n - before[reason]
		}
	}
}

// during runs the command that was asked for, such as a profiler of the server. It must end by itself.
func (m *measurement) during(ctx context.Context) <-chan error {
	done := make(chan error, 1)
	words := strings.Fields(strings.ReplaceAll(m.settings.during, "{pid}", strconv.Itoa(m.server.pid)))
	if len(words) == 0 {
		done <- nil
		return done
	}
	go func() {
		out, err := exec.CommandContext(ctx, words[0], words[1:]...).CombinedOutput()
		if err != nil {
			err = fmt.Errorf("%s: %w: %s", words[0], err, out)
		}
		done <- err
	}()
	return done
}

func (m *measurement) close() {
	for _, c := range m.clients {
		c.Close()
	}
}

// pass is an access token of the development mode's key, for client i.
func pass(room id.RoomName, i int) (string, error) {
	now := time.Now()
	claims := token.Claims{IssuedAt: now, ExpiresAt: now.Add(time.Hour), Video: token.Grants{Room: room, RoomJoin: true}}
	claims.Identity = id.Identity(fmt.Sprintf("client-%d", i))
	return token.Sign(claims, "devkey", "secret")
}

func sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
