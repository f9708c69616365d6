package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"konklave/bench/load"
)

func TestSpread(t *testing.T) {
	var values []time.Duration
	for i := range 100 {
		values = append(values, time.Duration(100-i)*time.Millisecond)
	}
	if got := spreadOf(values); got != (Spread{51, 96, 100}) {
		t.Errorf("got %v", got)
	}
	if got := spreadOf(nil); got != (Spread{}) {
		t.Errorf("of nothing: got %v", got)
	}
}

func TestFiguresOfAWindow(t *testing.T) {
	start := moment{at: time.Unix(100, 0), sent: 1000, got: load.Counts{Packets: 5000, Bytes: 1e6, Expected: 5000}}
	end := moment{
		at: time.Unix(110, 0), sent: 1100, got: load.Counts{Packets: 14000, Bytes: 11e6, Expected: 15000},
		server: processor{on: 27 * time.Millisecond, waiting: time.Second},
	}
	first := metrics{mallocs: 100, `konklave_media_dropped_total{reason="srtp"}`: 3}
	last := metrics{mallocs: 1900, `konklave_media_dropped_total{reason="srtp"}`: 5}
	var r Result
	r.set(start, end)
	r.count(first, last, 900)
	for name, tt := range map[string][2]float64{
		"packets in": {r.PacketsIn, 10}, "packets out": {r.PacketsOut, 900}, "Mbit/s": {r.MegabitsOut, 8}, "loss": {r.LossPercent, 10},
		"cores": {r.CPU, 0.0027}, "us a packet": {r.MicrosPerSent, 3}, "mallocs": {r.Mallocs, 0.1}, "starved": {r.Starved, 0.1},
		"drops": {r.Drops["srtp"], 2},
	} {
		if d := tt[0] - tt[1]; d > 1e-9 || d < -1e-9 {
			t.Errorf("%s: got %v, want %v", name, tt[0], tt[1])
		}
	}
}

func TestMedian(t *testing.T) {
	runs := []Result{{MicrosPerSent: 5}, {MicrosPerSent: 1}, {MicrosPerSent: 2}}
	if got := median(runs, micros); got != 2 {
		t.Errorf("of three: got %v", got)
	}
	if got := median(runs[:2], micros); got != 3 {
		t.Errorf("of two: got %v", got)
	}
	if got := extent(runs, "%.1f", micros); got != "1.0-5.0" {
		t.Errorf("got %s", got)
	}
}

func TestRenewLeavesTheRestAlone(t *testing.T) {
	name := filepath.Join(t.TempDir(), "performance.md")
	if err := os.WriteFile(name, []byte("above\n"+figuresBegin+"\nold\n"+figuresEnd+"\nbelow\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := renew(name, "", []Result{{Scenario: "a100", Server: ours, Seconds: 5, MicrosPerSent: 2.5}}); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"above\n", "**2.50**", "LiveKit", "\nbelow\n"} {
		if !strings.Contains(string(text), want) {
			t.Errorf("lacks %q", want)
		}
	}
	if strings.Contains(string(text), "old") {
		t.Error("keeps the old figures")
	}
	if err := os.WriteFile(name, []byte("no place"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := renew(name, "", []Result{{Scenario: "a100", Server: ours}}); err == nil {
		t.Error("writes into a document that has no place for figures")
	}
}

func TestScenariosAreComplete(t *testing.T) {
	for _, s := range scenarios {
		people := s.people()
		for _, p := range people {
			if due := s.due(p, people); p.subscribe && len(due) == 0 && s.Name != "d170e" {
				t.Errorf("%s: %s receives nothing", s.Name, p.identity())
			}
		}
	}
	if _, err := chosen("a10,nonsense"); err == nil {
		t.Error("takes scenarios that there are not")
	}
}

func TestEverybodyShowsOneLargeAndMoreSmall(t *testing.T) {
	s := scenarios[slices.IndexFunc(scenarios, func(s Scenario) bool { return s.Name == "d210" })]
	people := s.people()
	large := map[int]int{}
	for _, p := range people {
		count := map[int]int{}
		want := s.want(p, people)
		for _, o := range s.due(p, people) {
			if o.Video {
				count[o.Layer]++
				if got := want(identity(o.Number)); got != o.Layer {
					t.Errorf("%s wants layer %d of %d and is due %d", p.identity(), got, o.Number, o.Layer)
				}
				if o.Layer == 2 {
					large[o.Number]++
				}
			}
		}
		if count[2] != 1 || count[1] != 0 || count[0] != 24 {
			t.Errorf("%s shows %v", p.identity(), count)
		}
	}
	if len(large) != 40 {
		t.Errorf("%d of 40 cameras are shown large", len(large))
	}
}

func TestDeliveredIsOfWhatWasSent(t *testing.T) {
	here, there := pairing{1, stream{0, true}}, pairing{2, stream{0, true}}
	before := balance{sent: map[pairing]uint64{here: 10, there: 10}, got: map[pairing]uint64{here: 4, there: 10}}
	after := balance{sent: map[pairing]uint64{here: 110, there: 110}, got: map[pairing]uint64{here: 104, there: 60}}
	if got := after.delivered(before); got != 0.75 {
		t.Errorf("got %v of 0.75", got)
	}
}

func TestTargetsAreJudged(t *testing.T) {
	run := func(server string, micros float64) Result {
		return Result{Scenario: "a100", Server: server, Seconds: 5, MicrosPerSent: micros, RSSPerClient: 300 << 10}
	}
	text := targetTable([]Result{run(ours, 2), run("raw", 1), run(ours, 3), run("raw", 2.5), {Scenario: "sat", Server: ours, Seconds: 5, Saturation: 400_000}})
	for _, want := range []string{
		"| at most 1.5 times | 1.60 (1.20-2.00) times | **no** |", "| at most 200 KiB | 300 (300-300) KiB | **no** |",
		"| at least 300000  | 400000 (400000-400000) | yes |", "| a350 | CPU | at most 0.25 cores | not measured |  |",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("lacks %q in\n%s", want, text)
		}
	}
}
