package store

import (
	"time"

	"konklave/internal/id"
	"konklave/internal/pii"
)

// Substitute stands in for the owner on one date of a meeting.
type Substitute struct {
	Meeting id.MeetingID
	Date    string // as 2026-11-30
	Account id.AccountID
	Ends    time.Time // of that date
}

func scanSubstitute(scan Scan) (s Substitute, err error) {
	var ends int64
	err = scan(&s.Meeting, &s.Date, &s.Account, &ends)
	s.Ends = Time(ends)
	return s, err
}

// SetSubstitute says who stands in on a date, in place of who did.
func (tx *Tx) SetSubstitute(s Substitute) error {
	_, err := tx.Exec(`INSERT INTO meeting_substitute (meeting, date, account, ends_at) VALUES (?, ?, ?, ?)
		ON CONFLICT (meeting, date) DO UPDATE SET account = excluded.account, ends_at = excluded.ends_at`,
		s.Meeting, s.Date, s.Account, Millis(s.Ends))
	return err
}

// DeleteSubstitute has nobody stand in on a date. Nobody there is no error.
func (tx *Tx) DeleteSubstitute(meeting id.MeetingID, date string) error {
	_, err := tx.Exec(`DELETE FROM meeting_substitute WHERE meeting = ? AND date = ?`, meeting, date)
	return err
}

// SubstitutesOf lists those of a meeting, by date.
func (tx *Tx) SubstitutesOf(meeting id.MeetingID) ([]Substitute, error) {
	return All(tx, scanSubstitute, `SELECT meeting, date, account, ends_at FROM meeting_substitute WHERE meeting = ? ORDER BY date`, meeting)
}

// SubstitutesFor lists those of the meetings that an account owns, conducts or stands in for.
func (tx *Tx) SubstitutesFor(account id.AccountID) ([]Substitute, error) {
	return All(tx, scanSubstitute, `SELECT s.meeting, s.date, s.account, s.ends_at FROM meeting_substitute s JOIN meeting m ON m.id = s.meeting
		WHERE m.owner = ? OR m.id IN (SELECT meeting FROM meeting_host WHERE account = ?)
		OR m.id IN (SELECT meeting FROM meeting_substitute WHERE account = ?) ORDER BY s.date`, account, account, account)
}

// SubstitutesPlanned lists those of the meetings that are planned for their owners.
func (tx *Tx) SubstitutesPlanned() ([]Substitute, error) {
	return All(tx, scanSubstitute, `SELECT s.meeting, s.date, s.account, s.ends_at FROM meeting_substitute s JOIN meeting m ON m.id = s.meeting
		WHERE m.planner <> '' ORDER BY s.date`)
}

// MeetingNotice tells an account that a meeting was given to somebody else, or to it.
type MeetingNotice struct {
	ID      id.NoticeID
	Account id.AccountID
	Event   string // taken or given
	Title   pii.Text
	Other   id.AccountID // who has it now, or had it; "": nobody
	At      time.Time
}

// AddMeetingNotice stores a new one.
func (tx *Tx) AddMeetingNotice(n MeetingNotice) error {
	_, err := tx.Exec(`INSERT INTO meeting_notice (id, account, event, title, other, at) VALUES (?, ?, ?, ?, ?, ?)`,
		n.ID, n.Account, n.Event, n.Title, n.Other, Millis(n.At))
	return err
}

// MeetingNotices lists those of an account, the newest first.
func (tx *Tx) MeetingNotices(account id.AccountID) ([]MeetingNotice, error) {
	return All(tx, func(scan Scan) (n MeetingNotice, err error) {
		var at int64
		err = scan(&n.ID, &n.Account, &n.Event, &n.Title, &n.Other, &at)
		n.At = Time(at)
		return n, err
	}, `SELECT id, account, event, title, other, at FROM meeting_notice WHERE account = ? ORDER BY at DESC, id`, account)
}

// DeleteMeetingNotice puts one away. One that is not there is no error.
func (tx *Tx) DeleteMeetingNotice(account id.AccountID, of id.NoticeID) error {
	_, err := tx.Exec(`DELETE FROM meeting_notice WHERE account = ? AND id = ?`, account, of)
	return err
}
