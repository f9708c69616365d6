package calendar

import (
	"slices"
	"time"
)

// Move puts one date of a series to another time. The date keeps its name, which is the day that the series has for it.
type Move struct {
	Date    Date  `json:"date"`              // the day that the series has
	To      Date  `json:"to"`                // the day on which it is instead: the same where only the time is another
	Time    Clock `json:"time"`              // when it begins then, by the clocks of the zone
	Minutes int   `json:"minutes,omitempty"` // how long it is; 0: as long as the others
}

// Has tells whether a day is one of the series, left out or moved or not.
func (s Schedule) Has(d Date) bool { return s.Form == Series && slices.Contains(s.days(), d) }

// LeaveOut gives the series without a day.
func (s Schedule) LeaveOut(d Date) Schedule {
	s = s.Restore(d)
	s.Except = append(s.Except, d)
	return s
}

// Restore gives the series with a day as its rule has it: neither left out nor moved.
func (s Schedule) Restore(d Date) Schedule {
	s.Except = slices.DeleteFunc(slices.Clone(s.Except), func(out Date) bool { return out == d })
	s.Moved = slices.DeleteFunc(slices.Clone(s.Moved), func(m Move) bool { return m.Date == d })
	return s
}

// Put gives the series with a day moved.
func (s Schedule) Put(m Move) Schedule {
	s = s.Restore(m.Date)
	s.Moved = append(s.Moved, m)
	return s
}

// Tidy drops exceptions and moves that say nothing, because the series does not have their day or leaves it out, and puts
// the others in order. The schedule has been checked.
func (s Schedule) Tidy() Schedule {
	if s.Form != Series {
		s.Except, s.Moved = nil, nil
		return s
	}
	days := map[Date]bool{}
	for _, d := range s.days() {
		days[d] = true
	}
	s.Except = slices.DeleteFunc(slices.Clone(s.Except), func(d Date) bool { return !days[d] })
	slices.SortFunc(s.Except, Date.compare)
	s.Except = slices.Compact(s.Except)
	for _, d := range s.Except {
		days[d] = false
	}
	s.Moved = slices.DeleteFunc(slices.Clone(s.Moved), func(m Move) bool { return !days[m.Date] })
	slices.SortFunc(s.Moved, func(a, b Move) int { return a.Date.compare(b.Date) })
	return s
}

// checkMoves tells what is wrong with the moves.
func (s Schedule) checkMoves() Code {
	seen := map[Date]bool{}
	for _, m := range s.Moved {
		wrongLength := m.Minutes != 0 && (m.Minutes < leastMinutes || m.Minutes > mostMinutes)
		if m.Date == (Date{}) || m.To == (Date{}) || wrongLength || seen[m.Date] {
			return MoveInvalid
		}
		seen[m.Date] = true
	}
	return ""
}

// All lists the dates of a schedule that has been checked, those that are left out included, in order of when they begin.
func (s Schedule) All(place *time.Location) []Occurrence {
	if s.Form != Once && s.Form != Series || place == nil {
		return nil
	}
	if s.Form == Once {
		return []Occurrence{s.occurrence(Move{Date: s.Date, To: s.Date, Time: s.Time}, place)}
	}
	out, moved := map[Date]bool{}, map[Date]Move{}
	for _, d := range s.Except {
		out[d] = true
	}
	for _, m := range s.Moved {
		moved[m.Date] = m
	}
	days := s.days()
	dates := make([]Occurrence, len(days))
	for i, d := range days {
		m, isMoved := moved[d]
		if isMoved = isMoved && !out[d]; !isMoved {
			m = Move{Date: d, To: d, Time: s.Time}
		}
		dates[i] = s.occurrence(m, place)
		dates[i].Moved, dates[i].Out = isMoved, out[d]
	}
	if len(moved) > 0 {
		slices.SortStableFunc(dates, func(a, b Occurrence) int { return a.Start.Compare(b.Start) })
	}
	return dates
}

// occurrence is when a date is that may have been moved.
func (s Schedule) occurrence(m Move, place *time.Location) Occurrence {
	if m.Minutes == 0 {
		m.Minutes = s.Minutes
	}
	start := at(m.To, m.Time, place)
	return Occurrence{Date: m.Date, Start: start, End: start.Add(time.Duration(m.Minutes) * time.Minute)}
}

// LastEnd is when the last of some dates is over; zero where there is none. A date that was moved may be longer than those
// that begin after it.
func LastEnd(dates []Occurrence) (last time.Time) {
	for _, o := range dates {
		if o.End.After(last) {
			last = o.End
		}
	}
	return last
}
