package plan

import (
	"context"
	"errors"
	"slices"
	"time"

	"konklave/internal/id"
	"konklave/internal/meeting"
	"konklave/internal/meeting/calendar"
	"konklave/internal/pii"
	"konklave/internal/store"
)

// Event is what somebody is told of a meeting.
type Event string

// The events.
const (
	Taken Event = "taken" // it was given to another
	Given Event = "given" // they got it
)

// Notice tells an account of a meeting that it has no longer, or has now.
type Notice struct {
	ID    id.NoticeID
	Event Event
	Title pii.Text
	Other Person // who has it now, or had it
	At    time.Time
}

// Give makes another account the owner of a meeting: by its owner, or by somebody who takes it over. In the second case the
// link becomes another, because those who give do not see it and who had it may be the reason; the owner is told.
func (s *Service) Give(ctx context.Context, by Actor, of id.MeetingID, to id.AccountID) error {
	now := s.Now()
	var d meeting.Definition
	err := s.Store.Write(ctx, func(tx *store.Tx) error {
		row, err := tx.Meeting(of)
		if err != nil {
			return orUnknown(err, meeting.CodeMeetingUnknown)
		}
		own := row.Owner == by.Account && by.Account != ""
		if !own && !by.TakesOver {
			return refuse(meeting.CodeMeetingUnknown)
		}
		if err := s.checkHosts(tx, []id.AccountID{to}); err != nil {
			return err
		}
		if to == row.Owner {
			return refuse(meeting.CodeOwnerInvalid)
		}
		if !own {
			if err := s.Record(tx, now, by, ActTakenOver, of); err != nil {
				return err
			}
			row.Link = id.NewLinkID()
		}
		if err := s.give(tx, now, row, to); err != nil {
			return err
		}
		p, err := s.parse(row)
		if err != nil {
			return err
		}
		owner, err := s.Accounts.Person(tx, to)
		d = p.definition(now, owner.Name)
		return err
	})
	if err == nil && s.running != nil {
		err = s.running.Define(ctx, d)
	}
	return err
}

// give changes the owner and tells both.
func (s *Service) give(tx *store.Tx, now time.Time, row store.Meeting, to id.AccountID) error {
	from := row.Owner
	row.Owner, row.Changed = to, now
	if err := tx.ChangeMeeting(row); err != nil {
		return err
	}
	hosts, err := tx.MeetingHosts(row.ID)
	if err != nil {
		return err
	}
	if slices.Contains(hosts, to) {
		if err := tx.SetMeetingHosts(row.ID, without(hosts, to)); err != nil {
			return err
		}
	}
	return errors.Join(
		s.tell(tx, now, from, Taken, row.Title, to),
		s.tell(tx, now, to, Given, row.Title, from))
}

func (s *Service) tell(tx *store.Tx, now time.Time, whom id.AccountID, what Event, title pii.Text, other id.AccountID) error {
	if whom == "" {
		return nil
	}
	return tx.AddMeetingNotice(store.MeetingNotice{ID: id.NewNoticeID(), Account: whom, Event: string(what), Title: title, Other: other, At: now})
}

// Notices lists what an account is to be told, the newest first.
func (s *Service) Notices(ctx context.Context, by Actor) (list []Notice, err error) {
	err = s.Store.Read(ctx, func(tx *store.Tx) error {
		rows, err := tx.MeetingNotices(by.Account)
		if err != nil {
			return err
		}
		list = nil
		people := s.people(tx)
		for _, row := range rows {
			other, err := people(row.Other)
			if err != nil {
				return err
			}
			list = append(list, Notice{row.ID, Event(row.Event), row.Title, other, row.At})
		}
		return nil
	})
	return list, err
}

// PutAway forgets a notice.
func (s *Service) PutAway(ctx context.Context, by Actor, notice id.NoticeID) error {
	return s.Store.Write(ctx, func(tx *store.Tx) error { return tx.DeleteMeetingNotice(by.Account, notice) })
}

// StandIn has an account stand in for the owner on one date that is not over; "" has nobody do so.
func (s *Service) StandIn(ctx context.Context, by Actor, of id.MeetingID, date calendar.Date, who id.AccountID) (m Meeting, err error) {
	err = s.Store.Write(ctx, func(tx *store.Tx) error {
		w, err := s.read(tx, by, of)
		if err != nil {
			return err
		}
		if !w.mine.mayGive() {
			return refuse(meeting.CodeNotAllowed)
		}
		dates := calendar.Coming(w.schedule.Dates(w.place), s.Now(), calendar.MaxDates)
		at := slices.IndexFunc(dates, func(o calendar.Occurrence) bool { return o.Date == date })
		if at < 0 {
			return refuse(meeting.CodeDateUnknown)
		}
		if who == "" {
			err = tx.DeleteSubstitute(of, date.String())
		} else if err = s.checkHosts(tx, []id.AccountID{who}); err == nil {
			err = tx.SetSubstitute(store.Substitute{Meeting: of, Date: date.String(), Account: who, Ends: dates[at].End})
		}
		if err != nil {
			return err
		}
		m, err = s.shown(tx, by, w.Meeting)
		return err
	})
	return m, err
}

// Values lists the events, for the description of the API.
func (Event) Values() []string { return []string{string(Taken), string(Given)} }
