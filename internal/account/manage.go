package account

import (
	"context"
	"errors"
	"time"

	"konklave/internal/id"
	"konklave/internal/pii"
	"konklave/internal/store"
)

// Add makes an account. With a password the account can be used at once; without one the person needs a link.
func (s *Service) Add(ctx context.Context, by Actor, n Newcomer, password pii.Token) (a Account, err error) {
	row, err := s.rowOf(ctx, n, password)
	if err != nil {
		return Account{}, err
	}
	err = s.store.Write(ctx, func(tx *store.Tx) error {
		if err := add(tx, row); err != nil {
			return err
		}
		return Note(tx, s.now(), by, ActAdded, string(row.ID), row.Role)
	})
	return accountOf(row), taken(err)
}

// taken makes a refusal of what the store has already.
func taken(err error) error {
	if errors.Is(err, store.ErrExists) {
		return refuse(CodeEmailTaken)
	}
	return err
}

// rowOf checks what is to be an account. An empty password is none.
func (s *Service) rowOf(ctx context.Context, n Newcomer, password pii.Token) (store.Account, error) {
	email, key, err := cleanEmail(n.Email)
	if err != nil {
		return store.Account{}, err
	}
	name, err := cleanName(n.Name)
	if err != nil {
		return store.Account{}, err
	}
	if !n.Role.Valid() {
		return store.Account{}, refuse(CodeRoleInvalid)
	}
	row := store.Account{ID: id.NewAccountID(), Email: email, EmailKey: key, Name: name, Role: string(n.Role), Made: s.now().Truncate(time.Hour)}
	if password != "" {
		if err := strongEnough(password, email, name); err != nil {
			return store.Account{}, err
		}
		if row.Password, err = s.hasher.Hash(ctx, password); err != nil {
			return store.Account{}, err
		}
	}
	return row, nil
}

func add(tx *store.Tx, row store.Account) error {
	if _, err := tx.AccountByEmail(row.EmailKey); err == nil {
		return refuse(CodeEmailTaken)
	} else if !errors.Is(err, store.ErrNone) {
		return err
	}
	return tx.AddAccount(row)
}

// Change is what is to be changed of an account; what is nil stays.
type Change struct {
	Email    *pii.Text
	Name     *pii.Name
	Role     *Role
	Disabled *bool
}

// Change changes an account. A new role, and being disabled, end its logins.
func (s *Service) Change(ctx context.Context, by Actor, account id.AccountID, c Change) (a Account, err error) {
	if c.Role != nil && !c.Role.Valid() {
		return Account{}, refuse(CodeRoleInvalid)
	}
	if c.Name != nil {
		name, err := cleanName(*c.Name)
		if err != nil {
			return Account{}, err
		}
		c.Name = &name
	}
	err = s.store.Write(ctx, func(tx *store.Tx) error {
		row, err := find(tx, account)
		if err != nil {
			return err
		}
		was := Role(row.Role)
		if err := s.change(tx, by, &row, c); err != nil {
			return err
		}
		a = accountOf(row)
		if was != Admin {
			return nil
		}
		return keepAdministrator(tx)
	})
	return a, taken(err)
}

// readdress gives an account another address; that nobody else has it is seen when the row is written. Who is signed in stays so.
func (s *Service) readdress(tx *store.Tx, by Actor, row *store.Account, address pii.Text) error {
	email, key, err := cleanEmail(address)
	if err != nil || email == row.Email {
		return err
	}
	row.Email, row.EmailKey = email, key
	return Note(tx, s.now(), by, ActReaddressed, string(row.ID), "")
}

func (s *Service) change(tx *store.Tx, by Actor, row *store.Account, c Change) error {
	note := func(act Act, detail string) error { return Note(tx, s.now(), by, act, string(row.ID), detail) }
	var err error
	signOut := false
	if c.Email != nil {
		err = s.readdress(tx, by, row, *c.Email)
	}
	if err == nil && c.Name != nil && *c.Name != row.Name {
		row.Name, err = *c.Name, note(ActRenamed, "")
	}
	if err == nil && c.Role != nil && string(*c.Role) != row.Role {
		err = note(ActRoleChanged, row.Role+" to "+string(*c.Role))
		row.Role, signOut = string(*c.Role), true
	}
	if err == nil && c.Disabled != nil && *c.Disabled != row.Disabled {
		row.Disabled, signOut = *c.Disabled, true
		act := ActEnabled
		if row.Disabled {
			act = ActDisabled
		}
		err = note(act, "")
	}
	if err == nil {
		err = tx.ChangeAccount(*row)
	}
	if err == nil && signOut {
		err = tx.RemoveLogins(row.ID, "")
	}
	return err
}

// keepAdministrator refuses a transaction after which nobody could administer: somebody whose account is not disabled and has a
// password. It is called after the change, and takes back the whole transaction. Where there never was an
// administrator, nobody is locked out.
func keepAdministrator(tx *store.Tx) error {
	able, err := tx.CountAble(string(Admin))
	if err != nil || able > 0 {
		return err
	}
	return refuse(CodeLastAdministrator)
}

// Leave says what becomes of the meetings of an account that goes.
type Leave struct {
	Heir id.AccountID // who gets them
	Drop bool         // they go too
}

// Remove deletes an account and everything stored about it. What it owns elsewhere goes to the heir or goes too; it is
// refused with CodeOwnsMeetings when there is some and neither is said.
func (s *Service) Remove(ctx context.Context, by Actor, account id.AccountID, leave Leave) error {
	return s.store.Write(ctx, func(tx *store.Tx) error {
		row, err := find(tx, account)
		if err != nil {
			return err
		}
		if err := s.settle(tx, by, account, leave); err != nil {
			return err
		}
		if err := tx.RemoveAccount(account); err != nil {
			return err
		}
		if err := Note(tx, s.now(), by, ActRemoved, string(account), ""); err != nil {
			return err
		}
		if Role(row.Role) != Admin {
			return nil
		}
		return keepAdministrator(tx)
	})
}

// settle hands over or deletes what an account owns elsewhere.
func (s *Service) settle(tx *store.Tx, by Actor, account id.AccountID, leave Leave) error {
	owned := 0
	for _, e := range s.estates {
		n, err := e.Owns(tx, account)
		if err != nil {
			return err
		}
		owned += n
	}
	if owned > 0 && leave.Heir != "" {
		if err := s.handOver(tx, by, account, leave.Heir); err != nil {
			return err
		}
	} else if owned > 0 && !leave.Drop {
		return refuse(CodeOwnsMeetings)
	}
	for _, e := range s.estates {
		if err := e.Delete(tx, account); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) handOver(tx *store.Tx, by Actor, from, to id.AccountID) error {
	heir, err := tx.Account(to)
	if errors.Is(err, store.ErrNone) || err == nil && (from == to || !accountOf(heir).MayHost()) {
		return refuse(CodeHeirInvalid)
	}
	for _, e := range s.estates {
		if err == nil {
			err = e.HandOver(tx, from, to)
		}
	}
	if err != nil {
		return err
	}
	return Note(tx, s.now(), by, ActMeetingsGiven, string(to), "of an account that was removed")
}

// EndLogins signs an account out everywhere.
func (s *Service) EndLogins(ctx context.Context, by Actor, account id.AccountID) error {
	return s.store.Write(ctx, func(tx *store.Tx) error {
		if _, err := find(tx, account); err != nil {
			return err
		}
		if err := tx.RemoveLogins(account, ""); err != nil {
			return err
		}
		return Note(tx, s.now(), by, ActLoginsEnded, string(account), "")
	})
}
