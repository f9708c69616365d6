package main

import (
	"context"
	"fmt"
	"os/exec"
	"regexp"
	"strconv"
)

var packetsPerSecond = regexp.MustCompile(`BenchmarkShards/(\d)\S*\s.*?(\d+) packets/s`)

// shards runs the benchmark of internal/wire that compares two shards with one. It has all cores, and no sockets.
func shards(ctx context.Context, scenario Scenario) (Result, error) {
	r := Result{Scenario: scenario.Name, Server: ours}
	out, err := exec.CommandContext(ctx, "taskset", "-c", "0,1", "go", "test", "-run", "^$", "-bench", "^BenchmarkShards$", "-benchtime", "200x", "./internal/wire").CombinedOutput()
	if err != nil {
		return r, fmt.Errorf("%w: %s", err, out)
	}
	rates := map[string]float64{}
	for _, m := range packetsPerSecond.FindAllStringSubmatch(string(out), -1) {
		rates[m[1]], _ = strconv.ParseFloat(m[2], 64) // digits
	}
	if rates["1"] == 0 || rates["2"] == 0 {
		return r, fmt.Errorf("the benchmark says nothing of packets: %s", out)
	}
	r.Shards = rates["2"] / rates["1"]
	return r, nil
}
