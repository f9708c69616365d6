package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"

	"konklave/bench/load"
)

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
		t.got.Lost += n.Lost
		t.got.Unrepaired += n.Unrepaired
		t.got.Checked += n.Checked
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
// that it allocates are found out by reading again and taken off. What is delivered is counted between two silences,
// so that nothing is under way when it is.
func (m *measurement) window(ctx context.Context, r *Result) error {
	balance, err := m.balance(ctx)
	if err != nil {
		return err
	}
	if err := sleep(ctx, m.settings.settle/4); err != nil { // cameras have begun again
		return err
	}
	first, err := m.server.scrape(ctx)
	if err != nil {
		return err
	}
	if !m.settings.woken {
		if err := m.reader.Poll(true); err != nil {
			return err
		}
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
	if !m.settings.woken {
		if err := m.reader.Poll(false); err != nil {
			return err
		}
	}
	last, err := m.server.scrape(ctx)
	if err != nil {
		return err
	}
	reading, err := m.mallocsOfReading(ctx, last)
	if err != nil {
		return err
	}
	if err := m.latencies(r); err != nil {
		return err
	}
	r.set(start, end)
	r.count(first, last, reading)
	after, err := m.balance(ctx)
	if err != nil {
		return err
	}
	r.Delivered, r.Misplaced = after.delivered(balance), after.misplaced
	return errors.Join(m.memory(last, r), <-profiler)
}

func (m *measurement) latencies(r *Result) error {
	var all load.Latencies
	for i, c := range m.clients {
		one := c.Sample(false)
		all.Audio = append(all.Audio, one.Audio...)
		all.Video = append(all.Video, one.Video...)
		if err := c.Err(); err != nil {
			return fmt.Errorf("%s: %w", m.people[i].identity(), err)
		}
	}
	r.AudioLatency = spreadOf(all.Audio)
	r.Latency = spreadOf(all.All())
	return nil
}

func (m *measurement) memory(last metrics, r *Result) error {
	clients := float64(r.People)
	r.HeapPerClient = (last["go_memstats_heap_inuse_bytes"] - m.idle["go_memstats_heap_inuse_bytes"]) / clients
	r.GoroutinesPerClient = (last["go_goroutines"] - m.idle["go_goroutines"]) / clients
	rss, err := resident(m.server.pid)
	r.RSS = float64(rss)
	r.RSSPerClient = (r.RSS - r.RSSEmpty) / clients
	return err
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

// set takes what lies between two moments.
func (r *Result) set(start, end moment) {
	r.Seconds = end.at.Sub(start.at).Seconds()
	packets := float64(end.got.Packets - start.got.Packets)
	expected := float64(end.got.Expected - start.got.Expected)
	lost := float64(end.got.Lost - start.got.Lost)
	server, own := end.server.since(start.server), end.own.since(start.own)
	r.PacketsIn = float64(end.sent-start.sent) / r.Seconds
	r.PacketsOut = packets / r.Seconds
	r.MegabitsOut = float64(end.got.Bytes-start.got.Bytes) * 8 / 1e6 / r.Seconds
	r.Repaired = float64(end.got.Repaired-start.got.Repaired) / r.Seconds
	r.Checked = end.got.Checked - start.got.Checked
	r.CPU = server.on.Seconds() / r.Seconds
	r.Starved = server.waiting.Seconds() / r.Seconds
	r.LoadCPU, r.LoadStarved = own.on.Seconds()/r.Seconds, own.waiting.Seconds()/r.Seconds
	if packets > 0 {
		r.LossPercent = max(0, (expected-packets)/expected*100)
		r.Unrepaired = float64(end.got.Unrepaired) / packets * 100
		r.MicrosPerSent = server.on.Seconds() * 1e6 / packets
		r.LoadMicros = own.on.Seconds() * 1e6 / packets
	}
	if lost > 0 { // gaps of its own say nothing
		r.LossPercent = 0
	}
}

// count takes what the server's own counters say, where it has any.
func (r *Result) count(first, last metrics, reading float64) {
	if r.PacketsOut > 0 {
		r.Mallocs = max(0, last[mallocs]-first[mallocs]-reading) / (r.PacketsOut * r.Seconds)
	}
	sent := last[packetsSent] - first[packetsSent]
	r.ServerCounted = sent / r.Seconds
	if sent > 0 {
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
