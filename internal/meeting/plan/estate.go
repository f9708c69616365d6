package plan

import (
	"time"

	"konklave/internal/id"
	"konklave/internal/meeting/calendar"
	"konklave/internal/meeting/rules"
	"konklave/internal/store"
)

// Estate is the meetings as what accounts own: see account.Estate. Its methods work within a transaction.
type Estate struct{ *Service }

// Area names it in what is exported.
func (Estate) Area() string { return "meetings" }

// Owns counts the meetings of an account.
func (Estate) Owns(tx *store.Tx, owner id.AccountID) (int, error) { return tx.CountMeetingsOf(owner) }

// HandOver gives all meetings of an account to another. They keep their links: who has one need not notice.
func (e Estate) HandOver(tx *store.Tx, from, to id.AccountID) error {
	rows, err := tx.MeetingsOwned(from)
	if err != nil {
		return err
	}
	for _, row := range rows {
		if err := e.give(tx, e.Now(), row, to); err != nil {
			return err
		}
	}
	return nil
}

// Delete deletes all meetings of an account, and has it conduct, stand in and be told nothing any more. Those that run end
// when the lookout sees it.
func (e Estate) Delete(tx *store.Tx, owner id.AccountID) error {
	if err := tx.DeleteMeetingsOf(owner); err != nil {
		return err
	}
	return tx.ForgetHost(owner)
}

// exported is a meeting as a person gets it who asks for all that is stored about them.
type exported struct {
	Title    string            `json:"title"`
	Kind     rules.Kind        `json:"kind"`
	Level    rules.Level       `json:"level"`
	Standing Standing          `json:"standing"`
	Settings rules.Settings    `json:"settings"`
	Schedule calendar.Schedule `json:"schedule"`
	Link     id.LinkID         `json:"link"`
	Code     string            `json:"code,omitempty"`
	Made     time.Time         `json:"made"`
	Changed  time.Time         `json:"changed"`
	Used     time.Time         `json:"used,omitzero"`
	Erased   time.Time         `json:"erased"` // when it will be
	Personal []exportedLink    `json:"personalLinks,omitempty"`
}

type exportedLink struct {
	Name  string    `json:"name,omitempty"`
	Link  id.LinkID `json:"link"`
	Start time.Time `json:"start,omitzero"`
	End   time.Time `json:"end,omitzero"`
}

type exportedNotice struct {
	Event string    `json:"event"`
	Title string    `json:"title"`
	At    time.Time `json:"at"`
}

// Export gives the meetings of an account, with the personal links of those it owns, and what it is told.
func (e Estate) Export(tx *store.Tx, owner id.AccountID) (any, error) {
	list, err := e.list(tx, Actor{Account: owner})
	if err != nil {
		return nil, err
	}
	meetings := []exported{}
	for _, m := range list {
		x := exported{
			Title: m.Title.Reveal(), Kind: m.Kind, Level: m.Level, Standing: m.Mine, Settings: m.Settings, Schedule: m.Schedule,
			Link: m.Link, Code: m.Code.Reveal(), Made: m.Made, Changed: m.Changed, Used: m.Used, Erased: m.Erase,
		}
		if m.Mine == Owns {
			links, err := tx.PersonalLinksOf(m.ID)
			if err != nil {
				return nil, err
			}
			for _, l := range links {
				x.Personal = append(x.Personal, exportedLink{l.Name.Reveal(), l.Link, l.Start, l.End})
			}
		}
		meetings = append(meetings, x)
	}
	rows, err := tx.MeetingNotices(owner)
	notices := []exportedNotice{}
	for _, n := range rows {
		notices = append(notices, exportedNotice{n.Event, n.Title.Reveal(), n.At})
	}
	return map[string]any{"meetings": meetings, "notices": notices}, err
}
