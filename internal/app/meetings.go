package app

import (
	"context"
	"fmt"
	"log/slog"

	"konklave/internal/config"
	"konklave/internal/meeting"
	"konklave/internal/meeting/control"
	"konklave/internal/meeting/files"
	"konklave/internal/meeting/plan"
	"konklave/internal/meeting/ticket"
	"konklave/internal/session"
)

// mostFileBytes is how many bytes of files all meetings keep together.
const mostFileBytes = 2 << 30

// newMeetings makes the meeting service and the way into it.
func newMeetings(ctx context.Context, cfg config.Config, dir string, planned *plan.Service, sessions *session.Service, log *slog.Logger, parts *closers) (*meeting.Service, *control.Handler, error) {
	tickets, err := ticket.Open(dir)
	if err != nil {
		return nil, nil, err
	}
	if err := planned.TakeInOld(ctx, dir); err != nil {
		return nil, nil, fmt.Errorf("the meetings of the program before cannot be taken over: %w", err)
	}
	parts.add("stored meetings", closeMeetings, planned.Close)
	sent := files.New(dir, mostFileBytes)
	parts.add("files", 0, func(context.Context) error { return sent.Close() })
	meetings := meeting.NewService(meeting.Config{
		Media: meetingMedia{sessions}, Journal: planned, Tickets: tickets, Files: sent, Log: log,
	})
	planned.Tell(meetings)
	parts.add("meetings", closeMeetings, func(context.Context) error {
		meetings.Close()
		return nil
	})
	return meetings, control.New(control.Config{
		Service: meetings, Doorman: planned, Tickets: tickets, Files: sent, PublicURL: cfg.PublicURL, Log: log,
	}), nil
}
