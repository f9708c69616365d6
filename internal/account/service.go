package account

import (
	"context"
	"errors"
	"time"

	"konklave/internal/id"
	"konklave/internal/pii"
	"konklave/internal/store"
)

// Estate is what accounts own elsewhere, such as meetings. Its methods work within the transaction, so that an account and
// what it owned go together.
type Estate interface {
	// Area names it in what is exported: "meetings".
	Area() string
	// Owns counts what an account owns.
	Owns(tx *store.Tx, owner id.AccountID) (int, error)
	// HandOver gives all of it to another account.
	HandOver(tx *store.Tx, from, to id.AccountID) error
	// Delete deletes all of it, and whatever else names the account.
	Delete(tx *store.Tx, owner id.AccountID) error
	// Export gives all that is stored about the account there, as something to write as JSON.
	Export(tx *store.Tx, owner id.AccountID) (any, error)
}

// Config is what the Service needs.
type Config struct {
	Store   *store.Store
	Estates []Estate
	Hasher  *Hasher          // nil: one of its own
	Now     func() time.Time // nil: time.Now
}

// Service is accounts, logins and the trail. Any goroutine may use it. Its errors are a Failure where somebody is refused,
// and the store's otherwise.
type Service struct {
	store    *store.Store
	estates  []Estate
	hasher   *Hasher
	attempts *attempts
	now      func() time.Time
	demo     demo
}

// New makes a Service. The store must outlive it.
func New(c Config) *Service {
	s := &Service{store: c.Store, estates: c.Estates, hasher: c.Hasher, attempts: newAttempts(), now: c.Now}
	if s.hasher == nil {
		s.hasher = NewHasher()
	}
	if s.now == nil {
		s.now = time.Now
	}
	return s
}

// Retentions are the rules by which what this package stores expires.
func Retentions() []store.Retention { return store.AccountRetentions(KeepTrail) }

// Client is who asks, as far as the limits and the list of logins need to know.
type Client struct {
	Source string    // address; never stored; empty: not known
	Agent  string    // header User-Agent
	Known  pii.Token // mark of a browser in which somebody signed in before
}

func accountOf(row store.Account) Account {
	return Account{
		ID: row.ID, Email: row.Email, Name: row.Name, Role: Role(row.Role), Disabled: row.Disabled,
		HasPassword: row.Password != "", HasFactor: row.HasFactor, Created: row.Made,
	}
}

// find gives an account within a transaction, or refuses with CodeAccountUnknown.
func find(tx *store.Tx, account id.AccountID) (store.Account, error) {
	row, err := tx.Account(account)
	return row, orRefuse(err, CodeAccountUnknown)
}

// orRefuse makes a refusal of what the store does not have.
func orRefuse(err error, code Code) error {
	if errors.Is(err, store.ErrNone) {
		return refuse(code)
	}
	return err
}

// List lists all accounts, in the order of their addresses.
func (s *Service) List(ctx context.Context) (list []Account, err error) {
	err = s.store.Read(ctx, func(tx *store.Tx) error {
		rows, err := tx.Accounts()
		list = nil
		for _, row := range rows {
			list = append(list, accountOf(row))
		}
		return err
	})
	return list, err
}

// Account gives one account.
func (s *Service) Account(ctx context.Context, account id.AccountID) (a Account, err error) {
	err = s.store.Read(ctx, func(tx *store.Tx) error {
		row, err := find(tx, account)
		a = accountOf(row)
		return err
	})
	return a, err
}

// ByEmail gives the account with an address.
func (s *Service) ByEmail(ctx context.Context, email pii.Text) (a Account, err error) {
	_, key, err := cleanEmail(email)
	if err != nil {
		return Account{}, err
	}
	err = s.store.Read(ctx, func(tx *store.Tx) error {
		row, err := tx.AccountByEmail(key)
		a = accountOf(row)
		return orRefuse(err, CodeAccountUnknown)
	})
	return a, err
}
