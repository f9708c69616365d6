package plan

import (
	"errors"
	"strings"
	"testing"

	"konklave/internal/meeting"
	"konklave/internal/meeting/calendar"
	"konklave/internal/store"
	"konklave/internal/store/storetest"
)

// TestMovingADate moves one Monday of a series, and looks at all that hangs on it.
func TestMovingADate(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		r := newRig(t, s)
		m := r.make(ada, Draft{Schedule: weekly(3)}) // 30 November, 7 and 14 December at 10
		second, third := calendar.Date{Year: 2026, Month: 12, Day: 7}, calendar.Date{Year: 2026, Month: 12, Day: 14}
		for date, who := range map[calendar.Date]Actor{second: zoe, third: eve} {
			if _, err := r.StandIn(t.Context(), ada, m.ID, date, who.Account); err != nil {
				t.Fatal(err)
			}
		}
		clock := calendar.Clock(14 * 60)
		change := func(date calendar.Date, c DateChange) Meeting {
			t.Helper()
			changed, err := r.ChangeDate(t.Context(), ada, m.ID, date, c)
			if err != nil {
				t.Fatal(err)
			}
			return changed
		}
		moved := change(second, DateChange{To: calendar.Date{Year: 2026, Month: 12, Day: 21}, Time: &clock, Minutes: 90})
		if len(moved.Dates) != 3 || moved.Dates[2].Date != second || moved.Dates[2].End.UTC().Format("02 15:04") != "21 14:30" || moved.Sequence != 1 || len(moved.Substitutes) != 2 {
			t.Errorf("moved: %+v", moved)
		}
		if want := "2027-01-21"; moved.Erase.In(r.place("Europe/Berlin")).Format("2006-01-02") != want {
			t.Errorf("erased on %v, want 30 days after the last date, %s", moved.Erase, want)
		}
		r.at("2026-12-07 10:10")
		if got := r.knock(meeting.Knock{Link: m.Link, Login: "in:zoe"}); got != "participant" {
			t.Errorf("who stands in comes as %s when the date would have been", got)
		}
		r.at("2026-12-21 14:10")
		if got := r.knock(meeting.Knock{Link: m.Link, Login: "in:zoe"}); got != "owner" {
			t.Errorf("who stands in comes as %s when the date is", got)
		}
		if _, err := s.Purge(t.Context(), store.MeetingRetention(), r.now); err != nil {
			t.Fatal(err)
		}
		if now, err := r.Meeting(t.Context(), ada, m.ID); err != nil || len(now.Substitutes) != 1 || now.Substitutes[0].Date != second {
			t.Errorf("while the date is on: %+v, %v", now.Substitutes, err)
		}

		r.at("2026-11-26 12:00")
		if out := change(second, DateChange{Out: true}); len(out.Dates) != 2 || len(out.Substitutes) != 0 {
			t.Errorf("left out: %+v", out)
		}
		dates, err := r.Dates(t.Context(), ada, m.ID)
		if err != nil || len(dates) != 3 || !dates[1].Out || dates[1].Date != second {
			t.Errorf("all dates: %+v, %v", dates, err)
		}
		if back := change(second, DateChange{}); len(back.Dates) != 3 || back.Dates[1].Moved || back.Schedule.Except != nil || back.Schedule.Moved != nil {
			t.Errorf("as the rule has it: %+v", back)
		}
		if same := change(second, DateChange{To: third}); same.Dates[1].Start != same.Dates[2].Start {
			t.Errorf("two on one day: %+v", same.Dates)
		}
	})
}

func TestDatesThatCannotBeChanged(t *testing.T) {
	r := sqlite(t)
	series, once := r.make(ada, Draft{Schedule: weekly(2)}).ID, r.make(ada, Draft{Schedule: monday()}).ID
	first, second := monday().Date, calendar.Date{Year: 2026, Month: 12, Day: 7}
	_, err := r.ChangeDate(t.Context(), eve, series, first, DateChange{Out: true})
	r.wantRefusal("a stranger", err, meeting.CodeMeetingUnknown)
	if _, err := r.StandIn(t.Context(), ada, series, first, "zoe"); err != nil {
		t.Fatal(err)
	}
	_, err = r.ChangeDate(t.Context(), zoe, series, first, DateChange{Out: true})
	r.wantRefusal("a substitute", err, meeting.CodeNotAllowed)
	_, err = r.ChangeDate(t.Context(), ada, series, calendar.Date{Year: 2026, Month: 12, Day: 8}, DateChange{Out: true})
	r.wantRefusal("a day that the series does not have", err, meeting.CodeDateUnknown)
	_, err = r.ChangeDate(t.Context(), ada, once, first, DateChange{Out: true})
	r.wantRefusal("what is no series", err, meeting.CodeDateUnknown)
	_, err = r.ChangeDate(t.Context(), ada, series, first, DateChange{To: calendar.Date{Year: 2026, Month: 11, Day: 25}})
	wantCode(t, "to a day that is over", err, calendar.MoveInvalid)
	_, err = r.ChangeDate(t.Context(), ada, series, first, DateChange{To: second, Minutes: 1})
	wantCode(t, "for a minute", err, calendar.MoveInvalid)
	if _, err := r.ChangeDate(t.Context(), ada, series, first, DateChange{Out: true}); err != nil {
		t.Fatal(err)
	}
	_, err = r.ChangeDate(t.Context(), ada, series, second, DateChange{Out: true})
	wantCode(t, "the only one that is left", err, calendar.NoDates)
	if got, err := r.Meeting(t.Context(), ada, series); err != nil || len(got.Dates) != 1 {
		t.Errorf("what was refused was done: %+v, %v", got.Dates, err)
	}
}

func wantCode(t *testing.T, what string, err error, want calendar.Code) {
	t.Helper()
	var invalid Invalid
	if !errors.As(err, &invalid) || invalid.Schedule != want || !strings.Contains(err.Error(), want.Message()) {
		t.Errorf("%s: %v, want %s", what, err, want)
	}
}
