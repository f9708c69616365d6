// Package capacity finds out what this machine carries: it starts the program itself as a server on loopback, lets
// participants of its own join, more and more, and tells how many there were before something got lost.
//
// It must not be part of a server that people use, and it judges nothing but the machine. The participants need the
// machine too, so a server that has it alone carries more.
package capacity

import (
	"context"
	"fmt"
	"io"
	"time"
)

// Options are the command line of konklave bench.
type Options struct {
	Longest time.Duration `name:"longest" default:"2m" help:"How long to look for cameras, and as long again for listeners; 10s at least."`
}

// crowd is a number of people that can be made larger, a step at a time.
type crowd interface {
	grow(ctx context.Context) (people int, err error) // by one step, and waits until all are there
	lost(ctx context.Context) (share float64, err error)
}

const (
	mostLost = 0.001
	shortest = 10 * time.Second
)

// carried lets a crowd grow until something gets lost, nobody more can join or time is up, and tells how many people
// were there before, and why there were not more.
func carried(ctx context.Context, c crowd, longest time.Duration, out io.Writer) (people int, why string) {
	for end := time.Now().Add(longest); time.Now().Before(end); {
		n, err := c.grow(ctx)
		if err != nil {
			return people, "then joining failed: " + err.Error()
		}
		lost, err := c.lost(ctx)
		if err == nil && lost > mostLost { // what else the machine does is not to decide
			lost, err = c.lost(ctx)
		}
		if err != nil {
			return people, "then measuring failed: " + err.Error()
		}
		fmt.Fprintf(out, "  %d: %.3f %% lost\n", n, 100*lost)
		if lost > mostLost {
			return people, "more lose packets"
		}
		people = n
	}
	return people, "and perhaps more: the time was up"
}
