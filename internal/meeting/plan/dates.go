package plan

import (
	"context"
	"slices"
	"time"

	"konklave/internal/id"
	"konklave/internal/meeting"
	"konklave/internal/meeting/calendar"
	"konklave/internal/store"
)

// DateChange says what becomes of one date of a series. The zero DateChange has it be as the rule has it.
type DateChange struct {
	Out     bool            // it is left out
	To      calendar.Date   // it is on this day instead, at the time that follows; zero: it is not moved
	Time    *calendar.Clock // nil: as the others begin
	Minutes int             // 0: as long as the others
}

// Dates lists the dates of a meeting that are on or to come, those of a series that are left out included, in order.
func (s *Service) Dates(ctx context.Context, by Actor, of id.MeetingID) (dates []calendar.Occurrence, err error) {
	err = s.Store.Read(ctx, func(tx *store.Tx) error {
		w, err := s.read(tx, by, of)
		if err == nil {
			dates = calendar.Coming(w.schedule.All(w.place), s.Now(), calendar.MaxDates)
		}
		return err
	})
	return dates, err
}

// ChangeDate moves one date of a series, leaves it out, or has it be as the rule has it. Whoever stands in on it stays with it.
func (s *Service) ChangeDate(ctx context.Context, by Actor, of id.MeetingID, date calendar.Date, c DateChange) (Meeting, error) {
	return s.edit(ctx, by, of, func(tx *store.Tx, now time.Time, w *whole) error {
		switch {
		case !w.mine.mayChange():
			return refuse(meeting.CodeNotAllowed)
		case !w.schedule.Has(date):
			return refuse(meeting.CodeDateUnknown)
		}
		w.schedule = c.in(w.schedule, date)
		w.Sequence++
		if err := s.fill(now, &w.parsed, true); err != nil {
			return err
		}
		at := slices.IndexFunc(w.schedule.All(w.place), func(o calendar.Occurrence) bool { return o.Moved && o.Date == date && !o.End.After(now) })
		if at >= 0 {
			return Invalid{Schedule: calendar.MoveInvalid}
		}
		return w.moveSubstitutes(tx)
	})
}

// in gives the series with one date changed.
func (c DateChange) in(s calendar.Schedule, date calendar.Date) calendar.Schedule {
	switch {
	case c.Out:
		return s.LeaveOut(date)
	case c.To == (calendar.Date{}):
		return s.Restore(date)
	case c.Time == nil:
		c.Time = &s.Time
	}
	return s.Put(calendar.Move{Date: date, To: c.To, Time: *c.Time, Minutes: c.Minutes})
}

// moveSubstitutes has those who stand in do so when their dates are now. Whose date there is no longer stands in no more.
func (w *whole) moveSubstitutes(tx *store.Tx) error {
	ends := map[string]time.Time{}
	for _, o := range w.schedule.Dates(w.place) {
		ends[o.Date.String()] = o.End
	}
	for _, sub := range w.substitutes {
		end, there := ends[sub.Date]
		var err error
		switch {
		case !there:
			err = tx.DeleteSubstitute(w.ID, sub.Date)
		case !end.Equal(sub.Ends):
			sub.Ends = end
			err = tx.SetSubstitute(sub)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
