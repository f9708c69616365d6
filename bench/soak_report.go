package main

import (
	"fmt"
	"strings"
	"time"
)

// soakReport is what a soak found.
type soakReport struct {
	settings      settings
	joins         *int
	before, after soaked
	during        []soaked
	log           string // warnings of the server
}

// faults lists what grew beyond its limit, nothing when all is well.
func (r soakReport) faults() (list []string) {
	for _, f := range []struct {
		what               string
		before, after, may float64
		unit               float64
	}{
		{"goroutines", r.before.Goroutines, r.after.Goroutines, soakGoroutines, 1},
		{"heap, kB", r.before.Heap, r.after.Heap, soakHeap, 1000},
		{"RSS, kB", r.before.RSS, r.after.RSS, soakRSS, 1000},
		{"participants", 0, r.after.People, 0, 1},
	} {
		if f.after-f.before > f.may {
			list = append(list, fmt.Sprintf("%s: %.0f before, %.0f after, %.0f more allowed",
				f.what, f.before/f.unit, f.after/f.unit, f.may/f.unit))
		}
	}
	return list
}

// verdict is the report's last word.
func (r soakReport) verdict() string {
	if faults := r.faults(); len(faults) > 0 {
		return "The server kept something: " + strings.Join(faults, "; ") + "."
	}
	return "The server kept nothing."
}

// String is one look for the terminal.
func (s soaked) String() string {
	return fmt.Sprintf("%8v  %3.0f participants  %4.0f goroutines  heap %6.0f kB  RSS %6.0f kB",
		s.At.Round(time.Second), s.People, s.Goroutines, s.Heap/1e3, s.RSS/1e3)
}

// String is the report for the terminal.
func (r soakReport) String() string {
	text := fmt.Sprintf("before %v\nafter  %v\n%d joins. %s\n", r.before, r.after, *r.joins, r.verdict())
	if r.log != "" {
		text += "log of the server: " + r.log + "\n"
	}
	return text
}

// markdown is the report for the document.
func (r soakReport) markdown() string {
	var b strings.Builder
	fmt.Fprintf(&b, "\nMeasured on %s: %s; %s. %s\n\n", time.Now().Format(time.DateOnly), machine(), versionOf(r.settings.binary), r.settings.note)
	fmt.Fprintf(&b, "%v, %d joins. **%s**\n\n", r.settings.soak, *r.joins, r.verdict())
	b.WriteString("| | participants | goroutines | heap kB | RSS kB |\n|---|---|---|---|---|\n")
	row := func(name string, s soaked) {
		fmt.Fprintf(&b, "| %s | %.0f | %.0f | %.0f | %.0f |\n", name, s.People, s.Goroutines, s.Heap/1e3, s.RSS/1e3)
	}
	row("before, all gone", r.before)
	for _, s := range r.during {
		row(s.At.Round(time.Second).String(), s)
	}
	row("after, all gone", r.after)
	return b.String()
}
