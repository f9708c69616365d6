package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

const (
	profileRate  = "4999" // samples a second of CPU time; a prime, so that nothing that is regular keeps pace with it
	profileOften = "0.5"  // percent of all, below which what a function costs by itself is left out
	profileMuch  = "2"    // and with all that it calls
)

// profile measures our server once in each scenario with perf(1) beside it, and writes what cost most, of the program and
// of the kernel, as a text for each. The binary must have its symbols.
func profile(ctx context.Context, s settings) error {
	list, err := chosen(s.scenarios)
	if err == nil {
		err = s.prepare()
	}
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "konklave-profile-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	data := filepath.Join(dir, "perf.data")
	s.during = fmt.Sprintf("perf record -q -g -F %s -o %s -p {pid} -- sleep %.1f", profileRate, data, s.window.Seconds()*0.9)
	for _, scenario := range list {
		r, err := s.measure(ctx, scenario, ours)
		if err != nil {
			return fmt.Errorf("%s: %w", scenario.Name, err)
		}
		text, err := profileText(ctx, data, r, scenario)
		if err == nil {
			err = os.WriteFile(filepath.Join(s.profile, scenario.Name+".txt"), []byte(text), 0o644)
		}
		if err != nil {
			return err
		}
		fmt.Println(r)
	}
	return nil
}

// profileText is the whole text of a scenario.
func profileText(ctx context.Context, data string, r Result, scenario Scenario) (string, error) {
	alone, err := perfReport(ctx, data, "--no-children", "--percent-limit", profileOften)
	with, more := perfReport(ctx, data, "--children", "--percent-limit", profileMuch)
	if err := errors.Join(err, more); err != nil {
		return "", err
	}
	return fmt.Sprintf(`# %s: %s. Written by make profile.
# %s; %s
# %.2f us of CPU a packet while perf looked on, %.0f packets a second; [k] is the kernel's, [.] the program's.

# Share of the CPU time of functions by themselves

%s
# Share of functions with all that they call, and by themselves

%s`, scenario.Name, scenario.About, machine(), r.Version, r.MicrosPerSent, r.PacketsOut, alone, with), nil
}

// perfReport has perf tell how often it came upon each function.
func perfReport(ctx context.Context, data string, how ...string) (string, error) {
	args := append([]string{"report", "-i", data, "--stdio", "--sort", "symbol", "-g", "none"}, how...)
	out, err := exec.CommandContext(ctx, "perf", args...).Output()
	if err != nil {
		return "", fmt.Errorf("reading a profile: %w", err)
	}
	var text strings.Builder
	for line := range strings.Lines(string(out)) {
		if line = strings.Trim(line, " -\n"); line != "" && line[0] != '#' {
			text.WriteString(line + "\n")
		}
	}
	return text.String(), nil
}
