package plan

import (
	"context"
	"time"

	"konklave/internal/id"
	"konklave/internal/meeting"
	"konklave/internal/meeting/calendar"
	"konklave/internal/meeting/rules"
	"konklave/internal/pii"
	"konklave/internal/store"
)

// Personal is a link of one person, or of one appointment.
type Personal struct {
	ID    id.PersonalID
	Link  id.LinkID
	Name  pii.Name // fixed; "": an appointment
	Start time.Time
	End   time.Time // of an appointment; else zero
}

// Appointments are some that follow each other.
type Appointments struct {
	Date    calendar.Date
	Time    calendar.Clock
	Minutes int    // how long one is
	Pause   int    // minutes between two
	Count   int    // how many
	Zone    string // "": that of the meeting
}

// RenewLink gives a meeting another link: the one before leads nowhere. Who is in stays.
func (s *Service) RenewLink(ctx context.Context, by Actor, of id.MeetingID) (Meeting, error) {
	return s.edit(ctx, by, of, func(_ *store.Tx, _ time.Time, w *whole) error {
		if !w.mine.mayChange() {
			return refuse(meeting.CodeNotAllowed)
		}
		w.Link = id.NewLinkID()
		w.Sequence++ // calendar entries hold it
		return nil
	})
}

// RenewCode gives a meeting another access code.
func (s *Service) RenewCode(ctx context.Context, by Actor, of id.MeetingID) (Meeting, error) {
	return s.edit(ctx, by, of, func(_ *store.Tx, _ time.Time, w *whole) error {
		if !w.mine.mayChange() || !w.settings.Code {
			return refuse(meeting.CodeNotAllowed)
		}
		w.Code = newCode()
		return nil
	})
}

// Personal lists the personal links of a meeting.
func (s *Service) Personal(ctx context.Context, by Actor, of id.MeetingID) (list []Personal, err error) {
	err = s.Store.Read(ctx, func(tx *store.Tx) error {
		if _, err := s.read(tx, by, of); err != nil {
			return err
		}
		rows, err := tx.PersonalLinksOf(of)
		list = personal(rows)
		return err
	})
	return list, err
}

func personal(rows []store.PersonalLink) []Personal {
	var list []Personal
	for _, r := range rows {
		list = append(list, Personal{r.ID, r.Link, r.Name, r.Start, r.End})
	}
	return list
}

// Invite makes a link for each of the people of a list. In a class names are shortened before they are stored, and equal
// ones numbered.
func (s *Service) Invite(ctx context.Context, by Actor, of id.MeetingID, names []string) ([]Personal, error) {
	if len(names) > MaxPersonal {
		return nil, refuse(meeting.CodeLimitReached)
	}
	return s.addLinks(ctx, by, of, func(w whole, there []store.PersonalLink) (added []store.PersonalLink, err error) {
		taken := map[string]bool{}
		for _, l := range there {
			taken[l.Name.Reveal()] = true
		}
		for _, name := range names {
			name, ok := meeting.CleanName(name)
			if !ok {
				return nil, refuse(meeting.CodeNameInvalid)
			}
			if w.settings.Names == rules.NamesShort {
				name = meeting.ShortName(name)
			}
			name = meeting.NumberedName(name, func(name string) bool { return taken[name] })
			taken[name] = true
			added = append(added, store.PersonalLink{Name: pii.Name(name)})
		}
		return added, nil
	})
}

// Limits of appointments.
const (
	mostSlotMinutes = 8 * 60
	mostSlots       = 100
)

// Appoint makes a link for each of some appointments that follow each other.
func (s *Service) Appoint(ctx context.Context, by Actor, of id.MeetingID, a Appointments) ([]Personal, error) {
	return s.addLinks(ctx, by, of, func(w whole, _ []store.PersonalLink) (added []store.PersonalLink, err error) {
		place := w.place
		if a.Zone != "" {
			place = s.place(a.Zone)
		}
		first := calendar.Schedule{Form: calendar.Once, Date: a.Date, Time: a.Time, Minutes: a.Minutes, Zone: "given"}
		switch code := first.Check(place); {
		case code != "":
			return nil, Invalid{Schedule: code}
		case a.Minutes > mostSlotMinutes, a.Pause < 0, a.Pause > mostSlotMinutes:
			return nil, Invalid{Schedule: calendar.DurationInvalid}
		case a.Count < 1, a.Count > mostSlots:
			return nil, Invalid{Schedule: calendar.TooManyDates}
		}
		start, lasts := first.Dates(place)[0].Start, time.Duration(a.Minutes)*time.Minute
		for range a.Count {
			added = append(added, store.PersonalLink{Start: start, End: start.Add(lasts)})
			start = start.Add(lasts + time.Duration(a.Pause)*time.Minute)
		}
		if !added[len(added)-1].End.After(s.Now()) {
			return nil, Invalid{Schedule: calendar.NoDates}
		}
		return added, nil
	})
}

// addLinks stores personal links that make says.
func (s *Service) addLinks(ctx context.Context, by Actor, of id.MeetingID, build func(whole, []store.PersonalLink) ([]store.PersonalLink, error)) (list []Personal, err error) {
	err = s.Store.Write(ctx, func(tx *store.Tx) error {
		w, err := s.read(tx, by, of)
		if err != nil {
			return err
		}
		if !w.mine.mayChange() {
			return refuse(meeting.CodeNotAllowed)
		}
		there, err := tx.PersonalLinksOf(of)
		if err != nil {
			return err
		}
		added, err := build(w, there)
		if err != nil {
			return err
		}
		if len(there)+len(added) > MaxPersonal {
			return refuse(meeting.CodeLimitReached)
		}
		next := 1
		for _, l := range there {
			next = max(next, l.Number+1)
		}
		for i := range added {
			added[i].ID, added[i].Link, added[i].Meeting, added[i].Number = id.NewPersonalID(), id.NewLinkID(), of, next+i
			if err := tx.AddPersonalLink(added[i]); err != nil {
				return err
			}
		}
		list = personal(added)
		return nil
	})
	return list, err
}

// RenewPersonal gives one person another link: the one before leads nowhere.
func (s *Service) RenewPersonal(ctx context.Context, by Actor, of id.MeetingID, which id.PersonalID) error {
	return s.editLink(ctx, by, of, func(tx *store.Tx) error { return tx.RenewPersonalLink(of, which, id.NewLinkID()) })
}

// Revoke takes a personal link back.
func (s *Service) Revoke(ctx context.Context, by Actor, of id.MeetingID, which id.PersonalID) error {
	return s.editLink(ctx, by, of, func(tx *store.Tx) error { return tx.DeletePersonalLink(of, which) })
}

func (s *Service) editLink(ctx context.Context, by Actor, of id.MeetingID, edit func(*store.Tx) error) error {
	return s.Store.Write(ctx, func(tx *store.Tx) error {
		w, err := s.read(tx, by, of)
		if err != nil {
			return err
		}
		if !w.mine.mayChange() {
			return refuse(meeting.CodeNotAllowed)
		}
		return orUnknown(edit(tx), meeting.CodePersonalUnknown)
	})
}
