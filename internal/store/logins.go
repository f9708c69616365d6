package store

import (
	"errors"
	"time"

	"konklave/internal/id"
	"konklave/internal/pii"
)

// Login is a row of login.
type Login struct {
	Hash    []byte // of its token
	ID      id.LoginID
	Account id.AccountID
	Stage   string
	Device  string
	Stays   bool // when the browser is closed
	Began   time.Time
	Used    time.Time
	Ends    time.Time // unless it is used
	Latest  time.Time // in any case
}

// Link is a row of one_time_link.
type Link struct {
	Hash         []byte
	Purpose      string
	Account      id.AccountID // empty for the first administrator
	ClearsFactor bool
	Ends         time.Time
}

const loginColumns = `hash, id, account, stage, device, stays, began_at, used_at, ends_at, latest_at`

func scanLogin(scan Scan) (l Login, err error) {
	var began, used, ends, latest int64
	err = scan(&l.Hash, &l.ID, &l.Account, &l.Stage, &l.Device, &l.Stays, &began, &used, &ends, &latest)
	l.Began, l.Used, l.Ends, l.Latest = Time(began), Time(used), Time(ends), Time(latest)
	return l, err
}

// AddLogin adds a login.
func (tx *Tx) AddLogin(l Login) error {
	_, err := tx.Exec(`INSERT INTO login (`+loginColumns+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		l.Hash, l.ID, l.Account, l.Stage, l.Device, l.Stays, Millis(l.Began), Millis(l.Used), Millis(l.Ends), Millis(l.Latest))
	return err
}

// Login gives the login whose token has this hash, or ErrNone.
func (tx *Tx) Login(hash []byte) (Login, error) {
	return One(tx, scanLogin, `SELECT `+loginColumns+` FROM login WHERE hash = ?`, hash)
}

// Logins lists those of an account, the one used last first.
func (tx *Tx) Logins(account id.AccountID) ([]Login, error) {
	return All(tx, scanLogin, `SELECT `+loginColumns+` FROM login WHERE account = ? ORDER BY used_at DESC, id`, account)
}

// UseLogin writes when a login was used, and when it ends for that.
func (tx *Tx) UseLogin(l Login) error {
	_, err := tx.Exec(`UPDATE login SET used_at = ?, ends_at = ? WHERE hash = ?`, Millis(l.Used), Millis(l.Ends), l.Hash)
	return err
}

// RemoveLogin ends the login whose token has this hash.
func (tx *Tx) RemoveLogin(hash []byte) error {
	_, err := tx.Exec(`DELETE FROM login WHERE hash = ?`, hash)
	return err
}

// RemoveLoginByID ends a login of an account. It is false when there is none such.
func (tx *Tx) RemoveLoginByID(account id.AccountID, login id.LoginID) (bool, error) {
	rows, err := tx.Exec(`DELETE FROM login WHERE account = ? AND id = ?`, account, login)
	return rows == 1, err
}

// RemoveLogins ends all logins of an account but one, which may be none.
func (tx *Tx) RemoveLogins(account id.AccountID, but id.LoginID) error {
	_, err := tx.Exec(`DELETE FROM login WHERE account = ? AND id <> ?`, account, but)
	return err
}

// AddLink adds a one-time link in place of others of its purpose and account.
func (tx *Tx) AddLink(l Link) error {
	if err := tx.RemoveLinks(l.Account, l.Purpose); err != nil {
		return err
	}
	var account *id.AccountID // NULL for nobody's
	if l.Account != "" {
		account = &l.Account
	}
	_, err := tx.Exec(`INSERT INTO one_time_link (hash, purpose, account, clears_factor, ends_at) VALUES (?, ?, ?, ?, ?)`,
		l.Hash, l.Purpose, account, l.ClearsFactor, Millis(l.Ends))
	return err
}

// Link gives the link whose token has this hash, or ErrNone.
func (tx *Tx) Link(hash []byte) (Link, error) {
	return One(tx, func(scan Scan) (l Link, err error) {
		var account *string
		var ends int64
		err = scan(&l.Hash, &l.Purpose, &account, &l.ClearsFactor, &ends)
		if account != nil {
			l.Account = id.AccountID(*account)
		}
		l.Ends = Time(ends)
		return l, err
	}, `SELECT hash, purpose, account, clears_factor, ends_at FROM one_time_link WHERE hash = ?`, hash)
}

// LinkEnds tells when the last link of an account ends; the zero time when it has none.
func (tx *Tx) LinkEnds(account id.AccountID) (time.Time, error) {
	ends, err := One(tx, Value[int64], `SELECT ends_at FROM one_time_link WHERE account = ? ORDER BY ends_at DESC LIMIT 1`, account)
	if errors.Is(err, ErrNone) {
		err = nil
	}
	return Time(ends), err
}

// RemoveLinks deletes the links of an account with a purpose. No account: those of nobody.
func (tx *Tx) RemoveLinks(account id.AccountID, purpose string) error {
	_, err := tx.Exec(`DELETE FROM one_time_link WHERE COALESCE(account, '') = ? AND purpose = ?`, account, purpose)
	return err
}

// RemoveLink deletes a link.
func (tx *Tx) RemoveLink(hash []byte) error {
	_, err := tx.Exec(`DELETE FROM one_time_link WHERE hash = ?`, hash)
	return err
}

// Operator is who runs the installation and what for, as the program writes it.
type Operator struct{ Purpose, Details string }

// Operator gives it, or ErrNone.
func (tx *Tx) Operator() (Operator, error) {
	return One(tx, func(scan Scan) (o Operator, err error) {
		err = scan(&o.Purpose, &o.Details)
		return o, err
	}, `SELECT purpose, details FROM operator WHERE id = 1`)
}

// SetOperator writes it.
func (tx *Tx) SetOperator(purpose string, details pii.Text) error {
	_, err := tx.Exec(`INSERT INTO operator (id, purpose, details) VALUES (1, ?, ?)
		ON CONFLICT (id) DO UPDATE SET purpose = excluded.purpose, details = excluded.details`, purpose, details)
	return err
}
