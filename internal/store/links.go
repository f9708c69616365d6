package store

import (
	"time"

	"konklave/internal/id"
	"konklave/internal/pii"
)

// AppointmentKept is how long an appointment is kept after its end.
const AppointmentKept = 30 * time.Minute

// PersonalLink admits one person, or whoever has an appointment, to a meeting.
type PersonalLink struct {
	ID      id.PersonalID
	Link    id.LinkID
	Meeting id.MeetingID
	Name    pii.Name // fixed; "": an appointment
	Number  int      // place in the list
	Start   time.Time
	End     time.Time // of an appointment, else zero
}

const personalColumns = `id, link, meeting, name, number, starts_at, ends_at`

func scanPersonal(scan Scan) (p PersonalLink, err error) {
	var start, end int64
	err = scan(&p.ID, &p.Link, &p.Meeting, &p.Name, &p.Number, &start, &end)
	p.Start, p.End = Time(start), Time(end)
	return p, err
}

// AddPersonalLink stores a new one.
func (tx *Tx) AddPersonalLink(p PersonalLink) error {
	_, err := tx.Exec(`INSERT INTO personal_link (`+personalColumns+`) VALUES (?, ?, ?, ?, ?, ?, ?)`,
		p.ID, p.Link, p.Meeting, p.Name, p.Number, Millis(p.Start), Millis(p.End))
	return err
}

// PersonalLink reads one by its link. The error is ErrNone when there is none.
func (tx *Tx) PersonalLink(link id.LinkID) (PersonalLink, error) {
	return One(tx, scanPersonal, `SELECT `+personalColumns+` FROM personal_link WHERE link = ?`, link)
}

// PersonalLinksOf lists those of a meeting, by time and number.
func (tx *Tx) PersonalLinksOf(meeting id.MeetingID) ([]PersonalLink, error) {
	return All(tx, scanPersonal, `SELECT `+personalColumns+` FROM personal_link WHERE meeting = ? ORDER BY starts_at, number`, meeting)
}

// CountInvited tells how many people have a personal link to a meeting; appointments are not counted.
func (tx *Tx) CountInvited(meeting id.MeetingID) (int, error) {
	return One(tx, Value[int], `SELECT COUNT(*) FROM personal_link WHERE meeting = ? AND ends_at = 0`, meeting)
}

// RenewPersonalLink gives one another link. The error is ErrNone when there is none.
func (tx *Tx) RenewPersonalLink(meeting id.MeetingID, of id.PersonalID, link id.LinkID) error {
	return some(tx.Exec(`UPDATE personal_link SET link = ? WHERE meeting = ? AND id = ?`, link, meeting, of))
}

// DeletePersonalLink revokes one. The error is ErrNone when there is none.
func (tx *Tx) DeletePersonalLink(meeting id.MeetingID, of id.PersonalID) error {
	return some(tx.Exec(`DELETE FROM personal_link WHERE meeting = ? AND id = ?`, meeting, of))
}

// some is ErrNone where no row was changed.
func some(rows int64, err error) error {
	if err == nil && rows == 0 {
		return ErrNone
	}
	return err
}
