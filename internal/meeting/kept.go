package meeting

import (
	"time"

	"konklave/internal/id"
	"konklave/internal/pii"
)

// Kept is what outlives the process of a meeting, so that its link works on after a restart: nothing of those who were
// in, nothing that was said.
type Kept struct {
	Link  id.LinkID
	Title pii.Text
	Used  time.Time // the end of the hour in which somebody was last in: nobody needs to know it better
}

// Keeper keeps meetings beyond the process. Its methods are called from the goroutine that owns all meetings, so they
// must be quick. An error means that the meeting does not outlive the process.
type Keeper interface {
	// Keep remembers a new meeting, or that one was used again.
	Keep(Kept) error
	// Forget drops meetings; one that is not kept is no error.
	Forget([]id.LinkID) error
}

// keepEvery is how often it is noted that a meeting is in use.
const keepEvery = time.Hour

// restore takes up the meetings that were kept and are not too old.
func (r *registry) restore(now time.Time, kept []Kept) {
	for _, k := range kept {
		if now.Sub(k.Used) >= unusedAfter || len(r.meetings) >= MaxMeetings {
			r.expired = append(r.expired, k.Link)
			continue
		}
		r.add(k.Used, k.Link, k.Title)
	}
	r.forgetExpired()
}

// keep notes that a meeting exists and was in use just now.
func (r *registry) keep(now time.Time, e *entry) {
	e.kept = now
	if err := r.keeper.Keep(Kept{Link: e.link, Title: e.state.title, Used: now.Truncate(keepEvery).Add(keepEvery)}); err != nil {
		e.log.Error("a meeting would not outlive the process now", "why", err)
	}
}

// forgetExpired has those that have expired forgotten, all at once.
func (r *registry) forgetExpired() {
	if len(r.expired) == 0 {
		return
	}
	if err := r.keeper.Forget(r.expired); err != nil {
		r.log.Error("meetings that are over are still on disk; the next start forgets them", "why", err)
	}
	r.expired = r.expired[:0]
}
