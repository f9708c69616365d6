// Command bench measures what forwarding costs: it starts the built server on one core and clients on another, counts
// CPU, memory and packets, and writes the figures into docs/performance.md.
//
// It owns no load of its own (package load does) and judges nothing: limits belong to tests. Everything stays on
// 127.0.0.1, every run is bounded in time, and the server is ended by its process id.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"konklave/bench/load"
	"konklave/bench/raw"
)

// settings are the command line.
type settings struct {
	binary     string
	scenarios  string
	beside     string
	livekit    string
	raw        bool
	record     string
	recording  *load.Recording
	runs       int
	window     time.Duration
	settle     time.Duration
	serverCore int
	loadCore   int
	document   string
	results    string
	note       string
	during     string
	woken      bool
	profile    string
	render     bool
	soak       time.Duration
	soaked     string
	abuse      bool
	abused     string
	only       string
	attacker   attacker
}

func main() {
	var s settings
	flag.StringVar(&s.binary, "binary", "bin/konklave", "server to measure")
	flag.StringVar(&s.scenarios, "scenarios", "all", "which, in this order in each round")
	flag.StringVar(&s.beside, "beside", "", "servers to measure in turn with ours, where they can do a scenario: raw,janus,livekit")
	flag.StringVar(&s.livekit, "livekit", "", "a LiveKit server's binary, for -beside livekit")
	flag.BoolVar(&s.raw, "raw", false, "be the bare forwarder (-beside raw starts itself so)")
	flag.IntVar(&s.runs, "runs", 3, "rounds; the document has the medians")
	flag.DurationVar(&s.window, "window", 4*time.Second, "how long to measure")
	flag.DurationVar(&s.settle, "settle", 2*time.Second, "how long to wait after the last join")
	flag.IntVar(&s.serverCore, "server-core", 0, "core of the server; -1 pins nothing")
	flag.IntVar(&s.loadCore, "load-core", 1, "core of the load; -1 pins nothing")
	flag.StringVar(&s.document, "document", "docs/performance.md", "document whose tables of figures are renewed; empty: none")
	flag.StringVar(&s.results, "results", "bin/results/bench.jsonl", "file for the figures of every run")
	flag.StringVar(&s.note, "note", "", "remark on the conditions, for the document")
	flag.StringVar(&s.during, "during", "", "command to run during each window, such as a profiler; {pid} is the server's")
	flag.StringVar(&s.profile, "profile", "", "write what costs most in the scenarios into this directory instead, by perf(1) (make profile)")
	flag.BoolVar(&s.woken, "woken", false, "have the clients wait for packets in the window, so that the server pays for waking them on loopback")
	flag.StringVar(&s.record, "record", "", "write what a browser sends on this machine into this file instead (make record)")
	flag.BoolVar(&s.render, "render", false, "measure nothing, renew the document from the results there are")
	flag.DurationVar(&s.soak, "soak", 0, "let people come and go for so long instead, and see what the server keeps of it")
	flag.StringVar(&s.soaked, "soak-document", "docs/soak.md", "document whose figures a soak renews; empty: none")
	flag.BoolVar(&s.abuse, "abuse", false, "put a call beside hostile clients instead, and see what it notices")
	flag.StringVar(&s.abused, "abuse-document", "docs/abuse.md", "document whose figures abuse renews; empty: none")
	flag.StringVar(&s.only, "attacks", "", "of abuse, only these; the document stays as it is")
	flag.StringVar(&s.attacker.name, "attack", "", "be the attackers of this name (abuse starts itself so)")
	flag.StringVar(&s.attacker.url, "url", "", "server that is attacked")
	flag.StringVar(&s.attacker.media, "media", "", "its media port")
	flag.StringVar(&s.attacker.victim, "victim", "", "address of somebody in the call")
	flag.StringVar(&s.attacker.check, "check", "", "a connectivity check of it, in hexadecimal")
	flag.DurationVar(&s.attacker.lasts, "lasts", 10*time.Second, "how long to attack, or to record")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	err := error(nil)
	switch {
	case s.raw:
		err = raw.Serve(ctx, os.Stdout)
	case s.record != "":
		err = record(ctx, s.record, s.attacker.lasts)
	case s.attacker.name != "":
		if err = pin(s.loadCore); err == nil {
			err = s.attacker.run(ctx)
		}
	case s.abuse:
		err = abuse(ctx, s)
	case s.render:
		err = render(s)
	case s.profile != "":
		err = profile(ctx, s)
	case s.soak != 0:
		err = soak(ctx, s)
	default:
		err = run(ctx, s)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// run measures all scenarios round by round, so that what else the machine does hits all of them alike.
func run(ctx context.Context, s settings) error {
	list, err := chosen(s.scenarios)
	if err != nil {
		return err
	}
	if slices.Contains(strings.Split(s.beside, ","), "janus") {
		if _, err := findJanus(ctx); err != nil {
			return err
		}
		if err := enclose(); err != nil {
			return err
		}
	}
	if err := s.prepare(); err != nil {
		return err
	}
	defer func() { _ = weigh(0) }()
	if err := os.MkdirAll(filepath.Dir(s.results), 0o755); err != nil {
		return err
	}
	file, err := os.Create(s.results)
	if err != nil {
		return err
	}
	defer file.Close()
	results, err := rounds(ctx, s, list, json.NewEncoder(file))
	if s.document != "" && len(results) > 0 && ctx.Err() == nil {
		err = errors.Join(err, renew(s.document, s.note, results))
	}
	return err
}

// prepare makes this process the load.
func (s *settings) prepare() (err error) {
	_ = weigh(-20) // of what runs on the machine, this counts most; where that is not allowed it is as good as it gets
	if err = pin(s.loadCore); err == nil {
		s.recording, err = load.Chromium()
	}
	return err
}

// rounds goes through all scenarios again and again, and in each through the servers in turn: A B A B. A run that fails
// is a result too; one of ours makes an error in the end.
func rounds(ctx context.Context, s settings, list []Scenario, out *json.Encoder) (results []Result, err error) {
	var failures []error
	for round := range s.runs {
		for _, scenario := range list {
			for _, kind := range s.kinds(scenario) {
				r, err := s.measure(ctx, scenario, kind)
				if ctx.Err() != nil {
					return results, ctx.Err()
				}
				if err != nil {
					r = Result{Scenario: scenario.Name, Server: kind, Version: r.Version, Log: err.Error()}
					if kind == ours {
						failures = append(failures, fmt.Errorf("%s, round %d: %w", scenario.Name, round+1, err))
					}
				}
				results = append(results, r)
				if err := out.Encode(r); err != nil {
					return results, err
				}
				fmt.Println(r)
			}
		}
	}
	return results, errors.Join(failures...)
}

func (s settings) measure(ctx context.Context, scenario Scenario, kind string) (Result, error) {
	if scenario.Shards {
		return shards(ctx, scenario)
	}
	return measure(ctx, s, scenario, kind)
}

// kinds are the servers to measure with a scenario, ours first.
func (s settings) kinds(scenario Scenario) []string {
	list := []string{ours}
	for _, kind := range strings.Split(s.beside, ",") {
		if slices.Contains(scenario.Beside, kind) && (kind != "livekit" || s.livekit != "") {
			list = append(list, kind)
		}
	}
	return list
}

// render renews the document from a file of results.
func render(s settings) error {
	file, err := os.Open(s.results)
	if err != nil {
		return err
	}
	defer file.Close()
	var results []Result
	for decoder := json.NewDecoder(file); decoder.More(); {
		var r Result
		if err := decoder.Decode(&r); err != nil {
			return fmt.Errorf("reading %s: %w", s.results, err)
		}
		results = append(results, r)
	}
	if len(results) == 0 {
		return fmt.Errorf("%s has no results", s.results)
	}
	return renew(s.document, s.note, results)
}

func chosen(names string) (list []Scenario, err error) {
	if names == "all" {
		return scenarios, nil
	}
	for _, name := range strings.Split(names, ",") {
		i := slices.IndexFunc(scenarios, func(s Scenario) bool { return s.Name == name })
		if i < 0 {
			return nil, fmt.Errorf("there is no scenario %q", name)
		}
		list = append(list, scenarios[i])
	}
	return list, nil
}
