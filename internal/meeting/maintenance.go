package meeting

import (
	"time"

	"konklave/internal/id"
)

// announce tells everybody, unless they know. It is never refused.
func (r *registry) announce(m Maintenance) Code {
	if m == r.maintenance {
		return ""
	}
	r.maintenance = m
	for conn := range r.outlets {
		r.send(conn, m)
	}
	return ""
}

// people counts those who have a place, also while their connection is broken.
func (r *registry) people() int {
	n := 0
	for _, e := range r.meetings {
		n += e.state.count()
	}
	return n
}

// presence counts who is in a meeting.
func (r *registry) presence(of id.MeetingID) Presence {
	e := r.meetings[of]
	if e == nil {
		return Presence{}
	}
	return Presence{People: e.state.count(), Waiting: len(e.state.lobby)}
}

// applyTo is apply for a meeting that may not run.
func (r *registry) applyTo(now time.Time, meeting id.MeetingID, c Command) {
	if e := r.meetings[meeting]; e != nil {
		r.apply(now, e, c)
	}
}
