package app

import (
	"context"
	"errors"
	"fmt"
	"text/tabwriter"
	"time"

	"konklave/internal/id"
	"konklave/internal/meeting"
	"konklave/internal/meeting/plan"
	"konklave/internal/meeting/rules"
	"konklave/internal/pii"
)

// MeetingRequest is what `konklave admin meeting` may be told. The tags are for the command line.
type MeetingRequest struct {
	Add    MeetingAdd       `cmd:"" help:"Make a meeting that is always open, and print its link."`
	List   struct{ asJSON } `cmd:"" help:"List the meetings of all, without their links."`
	Remove MeetingRemove    `cmd:"" help:"Delete a meeting with all its links."`
}

// MeetingAdd is a meeting that is to be made.
type MeetingAdd struct {
	Title string      `required:"" help:"What it is called."`
	Kind  rules.Kind  `default:"discussion" enum:"discussion,class,consultation,talk,council" help:"What it is for: discussion, class, consultation, talk or council."`
	Level rules.Level `help:"Protection level: open or internal. Default: the one that the kind has."`
	Owner string      `required:"" placeholder:"EMAIL" help:"Address of the account whose meeting it is."`
	asJSON
}

// MeetingRemove deletes a meeting.
type MeetingRemove struct {
	ID id.MeetingID `arg:"" help:"Its id, from the list."`
	asJSON
}

// commandLine is who asks at the command line.
var commandLine = plan.Actor{Operator: true}

func (a adminRun) addMeeting(ctx context.Context, r MeetingAdd) error {
	owner, err := a.accounts.ByEmail(ctx, pii.Text(r.Owner))
	if err != nil {
		return fmt.Errorf("owner: %w", err)
	}
	m, err := a.meetings.Make(ctx, commandLine, plan.Draft{Title: r.Title, Kind: r.Kind, Level: r.Level, Owner: owner.ID})
	if err != nil {
		return plainRefusal(err)
	}
	address := a.site + "/m/" + string(m.Link)
	if r.JSON {
		return a.printJSON(map[string]any{"id": m.ID, "link": m.Link, "address": address, "kind": m.Kind, "level": m.Level})
	}
	_, err = fmt.Fprintln(a.out, address)
	return err
}

// plainRefusal says every reason why a meeting cannot be made.
func plainRefusal(err error) error {
	var invalid plan.Invalid
	if !errors.As(err, &invalid) {
		return err
	}
	var all []error
	for _, f := range invalid.Settings {
		all = append(all, fmt.Errorf("%s: %s", f.Setting, f.Message))
	}
	if invalid.Schedule != "" {
		all = append(all, invalid)
	}
	return errors.Join(all...)
}

// listed is a meeting as the list prints it.
type listed struct {
	ID     id.MeetingID `json:"id"`
	Title  string       `json:"title"`
	Kind   rules.Kind   `json:"kind"`
	Level  rules.Level  `json:"level"`
	Owner  string       `json:"owner"`
	Next   time.Time    `json:"next,omitzero"`
	Used   time.Time    `json:"used,omitzero"`
	Erased time.Time    `json:"erased"`
}

func (a adminRun) listMeetings(ctx context.Context, inJSON bool) error {
	known, err := a.meetings.All(ctx, commandLine)
	if err != nil {
		return err
	}
	all := []listed{}
	for _, k := range known {
		all = append(all, listed{k.ID, k.Title.Reveal(), k.Kind, k.Level, k.Owner.Name.Reveal(), k.Next, k.Used, k.Erase})
	}
	if inJSON {
		return a.printJSON(all)
	}
	table := tabwriter.NewWriter(a.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "ID\tOWNER\tTITLE\tKIND\tLEVEL\tNEXT")
	for _, l := range all {
		next := "-"
		if !l.Next.IsZero() {
			next = l.Next.Local().Format("2006-01-02 15:04")
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\n", l.ID, l.Owner, l.Title, l.Kind, l.Level, next)
	}
	return table.Flush()
}

func (a adminRun) removeMeeting(ctx context.Context, r MeetingRemove) error {
	err := a.meetings.Delete(ctx, commandLine, r.ID)
	var refused meeting.Failure
	if errors.As(err, &refused) && refused.Code == meeting.CodeMeetingUnknown {
		return errors.New("there is no such meeting: konklave admin meeting list names them")
	}
	if err != nil {
		return err
	}
	if r.JSON {
		return a.printJSON(map[string]any{"removed": r.ID})
	}
	_, err = fmt.Fprintln(a.out, "Deleted. If it runs, it ends within some seconds.")
	return err
}
