package store

import (
	"time"

	"konklave/internal/id"
	"konklave/internal/pii"
)

// Meeting is what is stored of one. Settings, schedule and condition are JSON texts that package plan reads.
type Meeting struct {
	ID        id.MeetingID
	Link      id.LinkID
	Code      pii.Token    // access code; "": none
	Owner     id.AccountID // "": made by somebody without an account
	Planner   id.AccountID // who plans it for the owner; "": the owner
	HostHash  []byte       // of the secret of such a one
	Title     pii.Text
	Kind      string
	Level     string
	Settings  string
	Schedule  string
	Sequence  int
	Made      time.Time
	Changed   time.Time
	Used      time.Time // the end of the hour in which somebody was last in
	Ends      time.Time // of the last date; zero: always open
	Erase     time.Time
	Condition string // of a run; "": none
}

const meetingColumns = `id, link, code, owner, planner, host_hash, title, kind, level, settings, schedule, sequence, made_at, changed_at,
	used_at, ends_at, erase_at, condition`

func scanMeeting(scan Scan) (m Meeting, err error) {
	var made, changed, used, ends, erase int64
	err = scan(&m.ID, &m.Link, &m.Code, &m.Owner, &m.Planner, &m.HostHash, &m.Title, &m.Kind, &m.Level, &m.Settings, &m.Schedule, &m.Sequence,
		&made, &changed, &used, &ends, &erase, &m.Condition)
	m.Made, m.Changed, m.Used, m.Ends, m.Erase = Time(made), Time(changed), Time(used), Time(ends), Time(erase)
	return m, err
}

// AddMeeting stores a new one.
func (tx *Tx) AddMeeting(m Meeting) error {
	_, err := tx.Exec(`INSERT INTO meeting (`+meetingColumns+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		m.ID, m.Link, m.Code, m.Owner, m.Planner, m.HostHash, m.Title, m.Kind, m.Level, m.Settings, m.Schedule, m.Sequence,
		Millis(m.Made), Millis(m.Changed), Millis(m.Used), Millis(m.Ends), Millis(m.Erase), m.Condition)
	return err
}

// Meeting reads one. The error is ErrNone when there is none.
func (tx *Tx) Meeting(of id.MeetingID) (Meeting, error) {
	return One(tx, scanMeeting, `SELECT `+meetingColumns+` FROM meeting WHERE id = ?`, of)
}

// MeetingByLink reads the one whose link for all it is. The error is ErrNone when there is none.
func (tx *Tx) MeetingByLink(link id.LinkID) (Meeting, error) {
	return One(tx, scanMeeting, `SELECT `+meetingColumns+` FROM meeting WHERE link = ?`, link)
}

// ChangeMeeting writes what may change of one: all but who made it and when, its use and its condition.
func (tx *Tx) ChangeMeeting(m Meeting) error {
	_, err := tx.Exec(`UPDATE meeting SET link = ?, code = ?, owner = ?, title = ?, kind = ?, level = ?, settings = ?, schedule = ?,
		sequence = ?, changed_at = ?, ends_at = ?, erase_at = ? WHERE id = ?`,
		m.Link, m.Code, m.Owner, m.Title, m.Kind, m.Level, m.Settings, m.Schedule,
		m.Sequence, Millis(m.Changed), Millis(m.Ends), Millis(m.Erase), m.ID)
	return err
}

// DeleteMeeting deletes one with all that belongs to it. One that is not there is no error.
func (tx *Tx) DeleteMeeting(of id.MeetingID) error {
	_, err := tx.Exec(`DELETE FROM meeting WHERE id = ?`, of)
	return err
}

// NoteCondition writes what must not be forgotten of a run.
func (tx *Tx) NoteCondition(of id.MeetingID, condition string) error {
	_, err := tx.Exec(`UPDATE meeting SET condition = ? WHERE id = ?`, condition, of)
	return err
}

// NoteUse writes when a meeting was last in use, and that it is not erased before a time.
func (tx *Tx) NoteUse(of id.MeetingID, used, notBefore time.Time) error {
	_, err := tx.Exec(`UPDATE meeting SET used_at = ?, erase_at = CASE WHEN erase_at < ? THEN ? ELSE erase_at END WHERE id = ?`,
		Millis(used), Millis(notBefore), Millis(notBefore), of)
	return err
}

// MeetingsOf lists those that an account owns, conducts or stands in for, in no order.
func (tx *Tx) MeetingsOf(account id.AccountID) ([]Meeting, error) {
	return All(tx, scanMeeting, `SELECT `+meetingColumns+` FROM meeting WHERE owner = ?
		OR id IN (SELECT meeting FROM meeting_host WHERE account = ?)
		OR id IN (SELECT meeting FROM meeting_substitute WHERE account = ?)`, account, account, account)
}

// MeetingsOwned lists those that an account owns, in no order.
func (tx *Tx) MeetingsOwned(owner id.AccountID) ([]Meeting, error) {
	return All(tx, scanMeeting, `SELECT `+meetingColumns+` FROM meeting WHERE owner = ?`, owner)
}

// DeleteMeetingsOf deletes those that an account owns.
func (tx *Tx) DeleteMeetingsOf(owner id.AccountID) error {
	_, err := tx.Exec(`DELETE FROM meeting WHERE owner = ?`, owner)
	return err
}

// MeetingsPlanned lists those that are planned for their owners, in no order.
func (tx *Tx) MeetingsPlanned() ([]Meeting, error) {
	return All(tx, scanMeeting, `SELECT `+meetingColumns+` FROM meeting WHERE planner <> ''`)
}

// Meetings lists all, in no order.
func (tx *Tx) Meetings() ([]Meeting, error) {
	return All(tx, scanMeeting, `SELECT `+meetingColumns+` FROM meeting`)
}

// CountMeetings tells how many there are.
func (tx *Tx) CountMeetings() (int, error) {
	return One(tx, Value[int], `SELECT COUNT(*) FROM meeting`)
}

// CountMeetingsOf tells how many an account owns.
func (tx *Tx) CountMeetingsOf(owner id.AccountID) (int, error) {
	return One(tx, Value[int], `SELECT COUNT(*) FROM meeting WHERE owner = ?`, owner)
}

// MeetingHosts lists who conducts a meeting beside its owner.
func (tx *Tx) MeetingHosts(of id.MeetingID) ([]id.AccountID, error) {
	return All(tx, Value[id.AccountID], `SELECT account FROM meeting_host WHERE meeting = ? ORDER BY account`, of)
}

// HostsOf lists who conducts which of the meetings that an account owns, conducts or stands in for.
func (tx *Tx) HostsOf(account id.AccountID) (map[id.MeetingID][]id.AccountID, error) {
	return tx.hosts(`SELECT h.meeting, h.account FROM meeting_host h JOIN meeting m ON m.id = h.meeting WHERE m.owner = ?
		OR m.id IN (SELECT meeting FROM meeting_host WHERE account = ?)
		OR m.id IN (SELECT meeting FROM meeting_substitute WHERE account = ?) ORDER BY h.account`, account, account, account)
}

// HostsPlanned lists who conducts which of the meetings that are planned for their owners.
func (tx *Tx) HostsPlanned() (map[id.MeetingID][]id.AccountID, error) {
	return tx.hosts(`SELECT h.meeting, h.account FROM meeting_host h JOIN meeting m ON m.id = h.meeting WHERE m.planner <> '' ORDER BY h.account`)
}

func (tx *Tx) hosts(query string, args ...any) (map[id.MeetingID][]id.AccountID, error) {
	hosts := map[id.MeetingID][]id.AccountID{}
	err := tx.Each(func(scan Scan) error {
		var meeting id.MeetingID
		var host id.AccountID
		err := scan(&meeting, &host)
		hosts[meeting] = append(hosts[meeting], host)
		return err
	}, query, args...)
	return hosts, err
}

// SetMeetingHosts says who conducts a meeting beside its owner.
func (tx *Tx) SetMeetingHosts(of id.MeetingID, hosts []id.AccountID) error {
	if _, err := tx.Exec(`DELETE FROM meeting_host WHERE meeting = ?`, of); err != nil {
		return err
	}
	for _, host := range hosts {
		if _, err := tx.Exec(`INSERT INTO meeting_host (meeting, account) VALUES (?, ?)`, of, host); err != nil {
			return err
		}
	}
	return nil
}

// somebodyGone stands for a planner whose account is deleted: that somebody else than the owner plans a meeting stays so.
const somebodyGone = "gone"

// ForgetHost removes an account from wherever it conducts, plans, stands in, is told something or is told of. What it owns is not
// touched.
func (tx *Tx) ForgetHost(account id.AccountID) error {
	for _, query := range []string{
		`DELETE FROM meeting_host WHERE account = ?`,
		`DELETE FROM meeting_substitute WHERE account = ?`,
		`DELETE FROM meeting_notice WHERE account = ?`,
		`UPDATE meeting_notice SET other = '' WHERE other = ?`,
		`UPDATE meeting SET planner = '` + somebodyGone + `' WHERE planner = ?`,
	} {
		if _, err := tx.Exec(query, account); err != nil {
			return err
		}
	}
	return nil
}

// conditionKept is how long after its last use a run is remembered: its tickets have expired then.
const conditionKept = 12 * time.Hour

// MeetingRetention says what of meetings is deleted when.
func MeetingRetention() []Retention {
	return []Retention{
		{Rule: "meetings", Statement: `DELETE FROM meeting WHERE erase_at <= ?`},
		{Rule: "runs of meetings", Keep: conditionKept, Statement: `UPDATE meeting SET condition = '' WHERE condition <> '' AND used_at <= ?`},
		{Rule: "substitutes", Keep: 24 * time.Hour, Statement: `DELETE FROM meeting_substitute WHERE ends_at <= ?`},
		{Rule: "appointments", Keep: AppointmentKept, Statement: `DELETE FROM personal_link WHERE ends_at > 0 AND ends_at <= ?`},
		{Rule: "notices of meetings", Keep: 90 * 24 * time.Hour, Statement: `DELETE FROM meeting_notice WHERE at <= ?`},
	}
}
