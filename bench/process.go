package main

import (
	"bufio"
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// processor is what the scheduler accounts to the threads of a process. It counts nanoseconds, where /proc/PID/stat
// counts ticks of 10 ms.
type processor struct {
	on      time.Duration // running
	waiting time.Duration // ready to run, while something else ran: how starved the process is
}

func processorOf(pid int) (p processor, err error) {
	files, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/schedstat", pid))
	if err != nil || len(files) == 0 {
		return p, fmt.Errorf("reading the CPU time of process %d: no threads", pid)
	}
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			continue // the thread has ended
		}
		var on, waiting int64
		if _, err := fmt.Sscan(string(text), &on, &waiting); err != nil {
			return p, fmt.Errorf("reading the CPU time of process %d: %w", pid, err)
		}
		p.on += time.Duration(on)
		p.waiting += time.Duration(waiting)
	}
	return p, nil
}

func (p processor) since(before processor) processor {
	return processor{p.on - before.on, p.waiting - before.waiting}
}

// resident is the memory of a process in RAM, bytes.
func resident(pid int) (int64, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, fmt.Errorf("reading the memory of a process: %w", err)
	}
	for _, line := range strings.Split(string(text), "\n") {
		if value, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			n, err := strconv.ParseInt(strings.Fields(value)[0], 10, 64)
			return n << 10, err
		}
	}
	return 0, fmt.Errorf("reading the memory of process %d: no VmRSS", pid)
}

// pin binds this process to one core. Threads that come later inherit that.
func pin(core int) error {
	if core < 0 {
		return nil
	}
	var set unix.CPUSet
	set.Set(core)
	threads, err := os.ReadDir("/proc/self/task")
	if err != nil {
		return err
	}
	for _, t := range threads {
		id, err := strconv.Atoi(t.Name())
		if err != nil {
			return err
		}
		if err := unix.SchedSetaffinity(id, &set); err != nil && err != unix.ESRCH {
			return fmt.Errorf("binding to core %d: %w", core, err)
		}
	}
	return nil
}

// metrics are the samples of /metrics by name, labels included as they are printed.
type metrics map[string]float64

func (s *server) scrape(ctx context.Context) (metrics, error) {
	if s.metrics == "" {
		return metrics{}, nil
	}
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, s.metrics, nil)
	if err != nil {
		return nil, err
	}
	w, err := http.DefaultClient.Do(r)
	if err != nil {
		return nil, fmt.Errorf("reading the metrics: %w", err)
	}
	defer w.Body.Close()
	m := metrics{}
	lines := bufio.NewScanner(w.Body)
	for lines.Scan() {
		at := strings.LastIndexByte(lines.Text(), ' ')
		if at < 0 || lines.Text()[0] == '#' {
			continue
		}
		if v, err := strconv.ParseFloat(lines.Text()[at+1:], 64); err == nil {
			m[lines.Text()[:at]] = v
		}
	}
	return m, lines.Err()
}

// dropped sums up what the server counted as dropped, by reason.
func (m metrics) dropped() map[string]float64 {
	drops := map[string]float64{}
	for name, v := range m {
		if reason, ok := strings.CutPrefix(name, `konklave_media_dropped_total{reason="`); ok && v > 0 {
			drops[strings.TrimSuffix(reason, `"}`)] = v
		}
	}
	return drops
}
