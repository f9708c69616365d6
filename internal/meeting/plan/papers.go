package plan

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"time"

	"konklave/internal/id"
	"konklave/internal/meeting"
	"konklave/internal/meeting/calendar"
	"konklave/internal/pii"
)

// Papers is what hosts pass on of a meeting: a text and a calendar file.
type Papers struct {
	invitation calendar.Invitation
	place      *time.Location
	uid        string
	sequence   int
	changed    time.Time
}

// Papers gives those of a meeting, or of one of its personal links. Site is the address of this server without a slash at its
// end.
func (s *Service) Papers(ctx context.Context, by Actor, of id.MeetingID, which id.PersonalID, site string) (p Papers, err error) {
	m, err := s.Meeting(ctx, by, of)
	if err != nil {
		return p, err
	}
	p = Papers{place: s.place(m.Schedule.Zone), uid: uid(string(m.ID)), sequence: m.Sequence, changed: m.Changed}
	p.invitation = calendar.Invitation{
		Title: m.Title.Reveal(), Host: m.Owner.Name.Reveal(), Kind: m.Kind, Level: m.Level, Settings: m.Settings, Schedule: m.Schedule,
		Address: pageOf(site, m.Link),
	}
	if which == "" {
		return p, nil
	}
	links, err := s.Personal(ctx, by, of)
	at := slices.IndexFunc(links, func(l Personal) bool { return l.ID == which })
	switch {
	case err != nil:
		return p, err
	case at < 0:
		return p, refuse(meeting.CodePersonalUnknown)
	}
	p.personal(links[at], site)
	return p, nil
}

// personal makes them those of a personal link.
func (p *Papers) personal(l Personal, site string) {
	p.invitation.For, p.invitation.Address = l.Name.Reveal(), pageOf(site, l.Link)
	if l.End.IsZero() {
		return
	}
	p.uid = uid(string(l.ID))
	place := p.place
	if place == nil {
		place = time.UTC
	}
	start := l.Start.In(place)
	p.place = place
	p.invitation.Slot = calendar.Occurrence{Date: calendar.DateOf(start), Start: start, End: l.End.In(place)}
	p.invitation.Schedule = calendar.Schedule{
		Form: calendar.Once, Date: calendar.DateOf(start), Time: calendar.Clock(start.Hour()*60 + start.Minute()),
		Minutes: int(l.End.Sub(l.Start) / time.Minute), Zone: place.String(),
	}
}

// pageOf is the address of a meeting's page.
func pageOf(site string, link id.LinkID) string { return site + "/m/" + string(link) }

// uid names a calendar entry: always the same for a meeting, and nothing that leads back to it.
func uid(of string) string {
	sum := sha256.Sum256([]byte("konklave calendar " + of))
	return hex.EncodeToString(sum[:16])
}

// Text gives the text of an invitation.
func (p Papers) Text(l calendar.Language) string { return p.invitation.Text(l, p.place) }

// File gives the calendar file. What is always open has none.
func (p Papers) File(l calendar.Language) ([]byte, error) {
	title := calendar.KindName(p.invitation.Kind, l)
	if !p.invitation.Settings.NeutralCalendar && p.invitation.Title != "" {
		title = p.invitation.Title
	}
	file, code := calendar.File(calendar.Event{
		UID: p.uid, Sequence: p.sequence, Changed: p.changed, Title: title, Description: p.Text(l), Address: p.invitation.Address,
		Schedule: p.invitation.Schedule,
	}, p.place)
	if code != "" {
		return nil, Invalid{Schedule: code}
	}
	return file, nil
}

// Link is that which the papers lead to.
func (p Papers) Link() pii.Text { return pii.Text(p.invitation.Address) }
