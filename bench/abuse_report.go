package main

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// risen are the counters that tell of an attack, with how much they rose.
func risen(before, after metrics) (list []string) {
	for name, n := range after {
		told := strings.HasPrefix(name, "konklave_media_dropped") || strings.HasPrefix(name, "konklave_signal") ||
			strings.HasPrefix(name, "konklave_joins_refused") || strings.HasPrefix(name, "konklave_data")
		if !told || n <= before[name] {
			continue
		}
		short := strings.NewReplacer("konklave_", "", "_total", "", `{reason="`, " ", `{why="`, " ", `{what="`, " ", `{status="`, " ", `"}`, "", "media_dropped", "dropped").Replace(name)
		list = append(list, fmt.Sprintf("%s %.0f", short, n-before[name]))
	}
	slices.Sort(list)
	return list
}

// String is one attack in a line or two for the terminal.
func (r abused) String() string {
	return fmt.Sprintf("%s: %s\n  alone  %s\n  attack %s\n  %s", r.Name, r.Said, r.Quiet, r.Under, strings.Join(r.Counters, ", "))
}

// String is a window in a line.
func (f callFigures) String() string {
	return fmt.Sprintf("%.0f packets, lost %.2f %%, late %.2f %%, p99 %s, longest %s, server %.2f cores, starved %.2f, %.0f MiB",
		f.Packets, f.Lost, f.Late, millis(f.P99), millis(f.Max), f.CPU, f.Starved, f.RSS/(1<<20))
}

func millis(d time.Duration) string {
	return fmt.Sprintf("%.1f ms", float64(d)/float64(time.Millisecond))
}

// abuseMarkdown is the table of the document.
func abuseMarkdown(s settings, results []abused) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s; %s; %s.", machine(), versionOf(s.binary), time.Now().UTC().Format(time.DateOnly))
	if s.note != "" {
		fmt.Fprintf(&b, " %s", s.note)
	}
	b.WriteString("\n\n| attack | | lost % | late % | p99 ms | longest ms | server's cores | starved | MiB |\n|---|---|---:|---:|---:|---:|---:|---:|---:|\n")
	for _, r := range results {
		for i, f := range []callFigures{r.Quiet, r.Under} {
			name, when := "`"+r.Name+"`", "alone"
			if i == 1 {
				name, when = "", "attack"
				if !f.good() {
					when = "**attack**"
				}
			}
			fmt.Fprintf(&b, "| %s | %s | %.2f | %.2f | %.1f | %.1f | %.2f | %.2f | %.0f |\n", name, when, f.Lost, f.Late,
				float64(f.P99)/1e6, float64(f.Max)/1e6, f.CPU, f.Starved, f.RSS/(1<<20))
		}
	}
	b.WriteString("\n| attack | what it is | what it did | counters that rose |\n|---|---|---|---|\n")
	for _, r := range results {
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", r.Name, r.About, r.Said, strings.Join(r.Counters, ", "))
	}
	return b.String()
}
