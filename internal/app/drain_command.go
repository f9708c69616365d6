package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"konklave/internal/config"
	"konklave/internal/drain"
	"konklave/internal/operator"
)

// DrainRequest is what `konklave drain` may be told. The tags are for the command line.
type DrainRequest struct {
	Within time.Duration `placeholder:"DURATION" help:"End at the latest after this time, such as 30m. Default: when everybody has left."`
	Cancel bool          `help:"Take it back: meetings start again." xor:"what"`
	Status bool          `help:"Only show how far it is." xor:"what"`
	Wait   bool          `help:"Wait until the server has ended."`
	JSON   bool          `name:"json" help:"Print JSON, a line for each change."`
}

// askAgain is how often a server that drains is asked how far it is.
const askAgain = 500 * time.Millisecond

// errTakenBack is what waiting ends with when the server serves again.
var errTakenBack = errors.New("the server serves again: somebody took it back")

// Drain asks the server that runs with these settings to drain, and waits for its end if it shall.
func Drain(ctx context.Context, cfg config.Config, r DrainRequest, out io.Writer) error {
	switch {
	case r.Within < 0:
		return errors.New("--within must be longer than nothing, such as 30m")
	case r.Cancel && (r.Wait || r.Within > 0):
		return errors.New("--cancel goes with neither --wait nor --within")
	case r.Status && r.Within > 0:
		return errors.New("--status changes nothing: --within does not go with it")
	}
	client := operator.NewClient(cfg.DataDir)
	var s drain.Status
	var err error
	switch {
	case r.Cancel:
		s, err = client.Cancel(ctx)
	case r.Status:
		s, err = client.Status(ctx)
	default:
		s, err = client.Drain(ctx, r.Within)
	}
	if err != nil {
		return err
	}
	if err := r.print(out, s); err != nil || !r.Wait {
		return err
	}
	return r.wait(ctx, client, s, out)
}

// Health asks the server that runs with these settings whether it is well: it answers, and so does what meetings hang on. A
// database that fails is told and is no error: whoever restarts what is not healthy would end the meetings.
func Health(ctx context.Context, cfg config.Config, out io.Writer) error {
	client := operator.NewClient(cfg.DataDir)
	s, err := client.Status(ctx)
	if err != nil {
		return err
	}
	if err := (DrainRequest{}).print(out, s); err != nil {
		return err
	}
	trouble, err := client.Trouble(ctx)
	if err == nil && trouble != "" {
		_, err = fmt.Fprintln(out, "But "+trouble+".")
	}
	return err
}

// wait returns when the process that answered has ended.
func (r DrainRequest) wait(ctx context.Context, client *operator.Client, last drain.Status, out io.Writer) error {
	ticker := time.NewTicker(askAgain)
	defer ticker.Stop()
	for {
		s, err := client.Status(ctx)
		switch {
		case errors.Is(err, operator.ErrNoServer), err == nil && s.Process != last.Process:
			last.State, last.People, last.Rooms = drain.Ended, 0, 0
			return r.print(out, last)
		case ctx.Err() != nil:
			return errors.New("not waiting any more; the server goes on draining")
		case err != nil && last.State != drain.Over: // one that ends may break off in an answer
			return err
		case err == nil && s.State == drain.Serving:
			return errTakenBack
		case err == nil && s != last:
			last = s
			if err := r.print(out, s); err != nil {
				return err
			}
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
		}
	}
}

func (r DrainRequest) print(out io.Writer, s drain.Status) error {
	if r.JSON {
		return json.NewEncoder(out).Encode(s)
	}
	text := "Nobody is there: the server ends."
	switch {
	case s.State == drain.Ended:
		text = "The server has ended."
	case s.State == drain.Serving:
		text = fmt.Sprintf("Serving: %s in %s.", count(s.People, "person", "people"), count(s.Rooms, "room", "rooms"))
	case s.State == drain.Draining && s.Until.IsZero():
		text = remaining(s) + " No meeting starts; the server ends when they have left."
	case s.State == drain.Draining:
		text = remaining(s) + " No meeting starts."
	case s.People > 0:
		text = "The time is up: the server ends."
	}
	_, err := fmt.Fprintln(out, text)
	return err
}
