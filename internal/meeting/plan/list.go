package plan

import (
	"context"
	"slices"
	"strings"
	"time"

	"konklave/internal/id"
	"konklave/internal/meeting"
	"konklave/internal/meeting/calendar"
	"konklave/internal/meeting/rules"
	"konklave/internal/pii"
	"konklave/internal/store"
)

// Meeting gives a meeting to somebody who has to do with it.
func (s *Service) Meeting(ctx context.Context, by Actor, of id.MeetingID) (m Meeting, err error) {
	err = s.Store.Read(ctx, func(tx *store.Tx) error {
		w, err := s.read(tx, by, of)
		if err != nil {
			return err
		}
		m, err = w.show(s.people(tx))
		return err
	})
	return m, err
}

// List lists the meetings that somebody owns, conducts or stands in for, and those that somebody plans: those that are on or
// come next first, then those that are always open, then those that are over.
func (s *Service) List(ctx context.Context, by Actor) (list []Meeting, err error) {
	err = s.Store.Read(ctx, func(tx *store.Tx) error {
		list, err = s.list(tx, by)
		return err
	})
	now := s.Now()
	slices.SortStableFunc(list, func(a, b Meeting) int { return compare(a, b, now) })
	return list, err
}

func (s *Service) list(tx *store.Tx, by Actor) (list []Meeting, err error) {
	rows, err := tx.MeetingsOf(by.Account)
	if err == nil && by.Plans {
		rows, err = tx.MeetingsPlanned()
	}
	if err != nil {
		return nil, err
	}
	hosts, substitutes, err := beside(tx, by)
	if err != nil {
		return nil, err
	}
	people := s.people(tx)
	for _, row := range rows {
		w := whole{hosts: hosts[row.ID], substitutes: substitutes[row.ID]}
		if w.parsed, err = s.parse(row); err != nil {
			return nil, err
		}
		if w.mine = standing(row, by, w.hosts, w.substitutes); w.mine == Nothing {
			continue
		}
		m, err := w.show(people)
		if err != nil {
			return nil, err
		}
		list = append(list, m)
	}
	return list, nil
}

// beside reads who conducts and stands in, for all meetings of a list at once.
func beside(tx *store.Tx, by Actor) (map[id.MeetingID][]id.AccountID, map[id.MeetingID][]store.Substitute, error) {
	hosts, err := tx.HostsOf(by.Account)
	if err == nil && by.Plans {
		hosts, err = tx.HostsPlanned()
	}
	if err != nil {
		return nil, nil, err
	}
	all, err := tx.SubstitutesFor(by.Account)
	if err == nil && by.Plans {
		all, err = tx.SubstitutesPlanned()
	}
	substitutes := map[id.MeetingID][]store.Substitute{}
	for _, sub := range all {
		substitutes[sub.Meeting] = append(substitutes[sub.Meeting], sub)
	}
	return hosts, substitutes, err
}

// compare orders meetings as List does.
func compare(a, b Meeting, now time.Time) int {
	rank := func(m Meeting) (int, time.Time) {
		next, ok := m.Next(now)
		switch {
		case ok:
			return 0, next.Start
		case m.Schedule.Form == calendar.Always:
			return 1, time.Time{}
		}
		return 2, time.Time{}
	}
	rankA, nextA := rank(a)
	rankB, nextB := rank(b)
	switch {
	case rankA != rankB:
		return rankA - rankB
	case !nextA.Equal(nextB):
		return nextA.Compare(nextB)
	}
	if c := strings.Compare(strings.ToLower(a.Title.Reveal()), strings.ToLower(b.Title.Reveal())); c != 0 {
		return c
	}
	return strings.Compare(string(a.ID), string(b.ID))
}

// Known is a meeting as those see it who run the installation: enough to give it to somebody, and no way into it.
type Known struct {
	ID    id.MeetingID
	Title pii.Text
	Kind  rules.Kind
	Level rules.Level
	Owner Person
	Next  time.Time // zero: always open, or over
	Used  time.Time
	Erase time.Time
}

// All lists every meeting for administrators and the command line, by owner and title.
func (s *Service) All(ctx context.Context, by Actor) (list []Known, err error) {
	if !by.TakesOver && !by.Operator {
		return nil, refuse(meeting.CodeNotAllowed)
	}
	now := s.Now()
	err = s.Store.Read(ctx, func(tx *store.Tx) error {
		list = nil
		rows, err := tx.Meetings()
		if err != nil {
			return err
		}
		people := s.people(tx)
		for _, row := range rows {
			p, err := s.parse(row)
			if err != nil {
				return err
			}
			k := Known{ID: p.ID, Title: p.Title, Kind: p.kind, Level: p.level, Used: p.Used, Erase: p.Erase}
			if k.Owner, err = people(p.Owner); err != nil {
				return err
			}
			if next, ok := p.meeting().Next(now); ok {
				k.Next = next.Start
			}
			list = append(list, k)
		}
		return nil
	})
	slices.SortFunc(list, func(a, b Known) int {
		if c := strings.Compare(a.Owner.Name.Reveal()+string(a.Owner.ID), b.Owner.Name.Reveal()+string(b.Owner.ID)); c != 0 {
			return c
		}
		return strings.Compare(a.Title.Reveal()+string(a.ID), b.Title.Reveal()+string(b.ID))
	})
	return list, err
}

// Delete deletes a meeting with its links, for its owner, who plans it, and the command line. It ends if it runs.
func (s *Service) Delete(ctx context.Context, by Actor, of id.MeetingID) error {
	err := s.Store.Write(ctx, func(tx *store.Tx) error {
		if by.Operator {
			if _, err := tx.Meeting(of); err != nil {
				return orUnknown(err, meeting.CodeMeetingUnknown)
			}
			if err := s.Record(tx, s.Now(), by, ActDeleted, of); err != nil {
				return err
			}
			return tx.DeleteMeeting(of)
		}
		w, err := s.read(tx, by, of)
		if err != nil {
			return err
		}
		if !w.mine.mayGive() {
			return refuse(meeting.CodeNotAllowed)
		}
		return tx.DeleteMeeting(of)
	})
	if err == nil {
		s.ended(ctx, of)
	}
	return err
}
