package capacity

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
)

// Run answers both questions and prints what came of them.
func Run(ctx context.Context, o Options, out io.Writer) (err error) {
	if o.Longest < shortest {
		return fmt.Errorf("--longest must be %v or more: before that people are not even there", shortest)
	}
	fmt.Fprintf(out, "Server and participants share this machine's %d cores. This takes some minutes.\n", runtime.NumCPU())
	cameras, why, err := ask(ctx, o, out, "Cameras, in meetings of ten where everybody sees everybody in 720p:", newMeetings)
	if err != nil {
		return err
	}
	listeners, other, err := ask(ctx, o, out, "Listeners, to three people who speak:", newAudience)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "This machine carries %d cameras (%s) and, at another time, %d listeners (%s).\n", cameras, why, listeners, other)
	return err
}

// ask starts a server for one question.
func ask(ctx context.Context, o Options, out io.Writer, question string, make func(*people) crowd) (n int, why string, err error) {
	fmt.Fprintln(out, question)
	s, err := startServer(ctx)
	if err != nil {
		return 0, "", err
	}
	defer func() { err = errors.Join(err, s.stop()) }()
	p, err := newPeople(s.url)
	if err != nil {
		return 0, "", err
	}
	defer p.close()
	n, why = carried(ctx, make(p), o.Longest, out)
	return n, why, ctx.Err()
}
