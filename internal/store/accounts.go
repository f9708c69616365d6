package store

import (
	"time"

	"konklave/internal/id"
	"konklave/internal/pii"
)

// Account is a row of account, with whether it has a second factor.
type Account struct {
	ID        id.AccountID
	Email     pii.Text
	EmailKey  pii.Text // as it is compared
	Name      pii.Name
	Role      string
	Disabled  bool
	Password  pii.Token // its hash; empty: none yet
	HasFactor bool
	Made      time.Time
}

// Factor is the second factor of an account.
type Factor struct {
	Account   id.AccountID
	Secret    []byte
	Confirmed bool
	Step      int64 // of the last code that was taken
	Made      time.Time
}

const accountColumns = `a.id, a.email, a.email_key, a.name, a.role, a.disabled, a.password, a.made_at,
	EXISTS (SELECT 1 FROM factor f WHERE f.account = a.id AND f.confirmed)`

func scanAccount(scan Scan) (a Account, err error) {
	var made int64
	err = scan(&a.ID, &a.Email, &a.EmailKey, &a.Name, &a.Role, &a.Disabled, &a.Password, &made, &a.HasFactor)
	a.Made = Time(made)
	return a, err
}

// AddAccount adds an account. ErrExists: another has its address.
func (tx *Tx) AddAccount(a Account) error {
	_, err := tx.Exec(`INSERT INTO account (id, email, email_key, name, role, disabled, password, made_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
		a.ID, a.Email, a.EmailKey, a.Name, a.Role, a.Disabled, a.Password, Millis(a.Made))
	return err
}

// Account gives one account, or ErrNone.
func (tx *Tx) Account(account id.AccountID) (Account, error) {
	return One(tx, scanAccount, `SELECT `+accountColumns+` FROM account a WHERE a.id = ?`, account)
}

// AccountByEmail gives the account with an address as it is compared, or ErrNone.
func (tx *Tx) AccountByEmail(key pii.Text) (Account, error) {
	return One(tx, scanAccount, `SELECT `+accountColumns+` FROM account a WHERE a.email_key = ?`, key)
}

// Accounts lists all, in the order of their addresses.
func (tx *Tx) Accounts() ([]Account, error) {
	return All(tx, scanAccount, `SELECT `+accountColumns+` FROM account a ORDER BY a.email_key`)
}

// ChangeAccount writes address, name, role and whether it is disabled. ErrExists: another has the address.
func (tx *Tx) ChangeAccount(a Account) error {
	_, err := tx.Exec(`UPDATE account SET email = ?, email_key = ?, name = ?, role = ?, disabled = ? WHERE id = ?`, a.Email, a.EmailKey, a.Name, a.Role, a.Disabled, a.ID)
	return err
}

// SetPassword writes the hash of a password.
func (tx *Tx) SetPassword(account id.AccountID, hash pii.Token) error {
	_, err := tx.Exec(`UPDATE account SET password = ? WHERE id = ?`, hash, account)
	return err
}

// RemoveAccount deletes an account and what hangs on it.
func (tx *Tx) RemoveAccount(account id.AccountID) error {
	_, err := tx.Exec(`DELETE FROM account WHERE id = ?`, account)
	return err
}

// CountAble counts the accounts with a role that can sign in: not disabled, with a password.
func (tx *Tx) CountAble(role string) (int, error) {
	return One(tx, Value[int], `SELECT COUNT(*) FROM account WHERE role = ? AND NOT disabled AND password <> ''`, role)
}

// CountRole counts the accounts with a role.
func (tx *Tx) CountRole(role string) (int, error) {
	return One(tx, Value[int], `SELECT COUNT(*) FROM account WHERE role = ?`, role)
}

// Factor gives the second factor of an account, also one that is not confirmed, or ErrNone.
func (tx *Tx) Factor(account id.AccountID) (Factor, error) {
	return One(tx, func(scan Scan) (f Factor, err error) {
		var made int64
		err = scan(&f.Account, &f.Secret, &f.Confirmed, &f.Step, &made)
		f.Made = Time(made)
		return f, err
	}, `SELECT account, secret, confirmed, step, made_at FROM factor WHERE account = ?`, account)
}

// SetFactor writes the second factor of an account, in place of another.
func (tx *Tx) SetFactor(f Factor) error {
	_, err := tx.Exec(`INSERT INTO factor (account, secret, confirmed, step, made_at) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (account) DO UPDATE SET secret = excluded.secret, confirmed = excluded.confirmed, step = excluded.step, made_at = excluded.made_at`,
		f.Account, f.Secret, f.Confirmed, f.Step, Millis(f.Made))
	return err
}

// TakeStep notes that the code of a step was taken. It is false when that one or a later one was taken before.
func (tx *Tx) TakeStep(account id.AccountID, step int64) (bool, error) {
	rows, err := tx.Exec(`UPDATE factor SET step = ? WHERE account = ? AND step < ?`, step, account, step)
	return rows == 1, err
}

// RemoveFactor deletes the second factor of an account and its recovery codes.
func (tx *Tx) RemoveFactor(account id.AccountID) error {
	if _, err := tx.Exec(`DELETE FROM recovery WHERE account = ?`, account); err != nil {
		return err
	}
	_, err := tx.Exec(`DELETE FROM factor WHERE account = ?`, account)
	return err
}

// SetRecovery writes the hashes of recovery codes in place of others.
func (tx *Tx) SetRecovery(account id.AccountID, hashes [][]byte) error {
	if _, err := tx.Exec(`DELETE FROM recovery WHERE account = ?`, account); err != nil {
		return err
	}
	for _, hash := range hashes {
		if _, err := tx.Exec(`INSERT INTO recovery (account, hash) VALUES (?, ?)`, account, hash); err != nil {
			return err
		}
	}
	return nil
}

// TakeRecovery uses a recovery code up. It is false when there is none such.
func (tx *Tx) TakeRecovery(account id.AccountID, hash []byte) (bool, error) {
	rows, err := tx.Exec(`DELETE FROM recovery WHERE account = ? AND hash = ?`, account, hash)
	return rows == 1, err
}

// CountRecovery counts the recovery codes that are left.
func (tx *Tx) CountRecovery(account id.AccountID) (int, error) {
	return One(tx, Value[int], `SELECT COUNT(*) FROM recovery WHERE account = ?`, account)
}

// AccountRetentions are the rules by which what belongs to accounts expires. How long the trail is kept is the caller's word.
func AccountRetentions(keepTrail time.Duration) []Retention {
	return []Retention{
		{Rule: "logins", Statement: `DELETE FROM login WHERE ends_at <= ?`},
		{Rule: "one_time_links", Statement: `DELETE FROM one_time_link WHERE ends_at <= ?`},
		{Rule: "unconfirmed_factors", Keep: 24 * time.Hour, Statement: `DELETE FROM factor WHERE NOT confirmed AND made_at <= ?`},
		{Rule: "trail", Keep: keepTrail, Statement: `DELETE FROM trail WHERE at <= ?`},
	}
}
