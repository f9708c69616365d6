package main

import (
	"context"
	"fmt"
	"os"

	"konklave/bench/load"
)

// start starts a server of a kind for a scenario.
func start(ctx context.Context, s settings, kind string, scenario Scenario) (*server, error) {
	switch kind {
	case ours:
		return startServer(ctx, s.binary, s.serverCore, scenario.Server...)
	case "raw":
		return startRaw(ctx, s)
	case "janus":
		return startJanus(ctx, s)
	case "livekit":
		return startLiveKit(ctx, s)
	}
	return nil, fmt.Errorf("there is no kind of server %q", kind)
}

// startRaw starts the yardstick: this program as a server.
func startRaw(ctx context.Context, s settings) (*server, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	r := &server{kind: "raw", version: "raw"}
	return r, r.start(ctx, s.serverCore, []string{self, "-raw"})
}

// join lets a client in, by the server's signalling.
func (s *server) join(ctx context.Context, o load.Options, p person, all []person) (*load.Client, error) {
	if s.kind == "janus" {
		return joinJanus(ctx, o, p, all)
	}
	return load.Join(ctx, o)
}

// joins is how many people a second a server can be asked to let in. What a join costs is measured at 10 a second, and
// others than we should not be in trouble beyond that.
func joins(kind string, scenario Scenario) int {
	if kind == ours || kind == "raw" {
		return scenario.joins()
	}
	return min(scenario.joins(), 10)
}
