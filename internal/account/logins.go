package account

import (
	"context"
	"errors"
	"time"

	"konklave/internal/id"
	"konklave/internal/pii"
	"konklave/internal/store"
)

// LoginOf gives the login whose token this is, at whatever stage, and notes the hour in which it was used. It refuses with
// CodeSignedOut when there is none, or none any more.
func (s *Service) LoginOf(ctx context.Context, token pii.Token) (Login, error) {
	l, row, err := s.read(ctx, token)
	if err != nil {
		return Login{}, err
	}
	account := accountOf(row)
	if now := s.now(); now.Truncate(time.Hour).After(l.Used) {
		l.Used = now.Truncate(time.Hour)
		l.Ends = periodOf(account.Role, Stage(l.Stage), l.Stays).ends(now, l.Latest)
		// Where it cannot be written the login is good all the same, until it ends as it would have.
		_ = s.store.Write(ctx, func(tx *store.Tx) error { return tx.UseLogin(l) })
	}
	return loginOf(l, account), nil
}

// ByLogin gives the account that is signed in with this token, second factor and all.
func (s *Service) ByLogin(ctx context.Context, token pii.Token) (Account, error) {
	l, err := s.LoginOf(ctx, token)
	if err == nil && l.Stage != StageFull {
		err = refuse(CodeSignedOut)
	}
	return l.Account, err
}

// read gives a login that has not ended, and its account.
func (s *Service) read(ctx context.Context, token pii.Token) (l store.Login, row store.Account, err error) {
	err = s.store.Read(ctx, func(tx *store.Tx) error {
		if l, err = tx.Login(hashOf(token)); err == nil {
			row, err = tx.Account(l.Account)
		}
		if errors.Is(err, store.ErrNone) || err == nil && (row.Disabled || !s.now().Before(l.Ends)) {
			return refuse(CodeSignedOut)
		}
		return err
	})
	return l, row, err
}

// replace has a login go on under another token, within a transaction: whoever knew the old one from before has nothing of what
// it may do now.
func (s *Service) replace(tx *store.Tx, old store.Login, row store.Account, passed bool, client Client) (SignedIn, error) {
	if err := tx.RemoveLogin(old.Hash); err != nil {
		return SignedIn{}, err
	}
	return s.signIn(tx, row, passed, old.Stays, client)
}

// Logins lists those of an account, the one used last first.
func (s *Service) Logins(ctx context.Context, account Account) (list []Login, err error) {
	err = s.store.Read(ctx, func(tx *store.Tx) error {
		rows, err := tx.Logins(account.ID)
		list = nil
		for _, l := range rows {
			if s.now().Before(l.Ends) {
				list = append(list, loginOf(l, account))
			}
		}
		return err
	})
	return list, err
}

// EndLogin ends one login of an account.
func (s *Service) EndLogin(ctx context.Context, account id.AccountID, login id.LoginID) error {
	return s.store.Write(ctx, func(tx *store.Tx) error {
		found, err := tx.RemoveLoginByID(account, login)
		if err == nil && !found {
			return refuse(CodeLoginUnknown)
		}
		return err
	})
}

// EndOthers ends all logins of the account but this one.
func (s *Service) EndOthers(ctx context.Context, login Login) error {
	return s.store.Write(ctx, func(tx *store.Tx) error { return tx.RemoveLogins(login.Account.ID, login.ID) })
}

// SignOut ends the login of a token.
func (s *Service) SignOut(ctx context.Context, token pii.Token) error {
	return s.store.Write(ctx, func(tx *store.Tx) error { return tx.RemoveLogin(hashOf(token)) })
}

// confirm has somebody who is signed in confirm by password, and gives the login and the account as they are stored.
func (s *Service) confirm(ctx context.Context, token, password pii.Token) (store.Login, store.Account, error) {
	l, row, err := s.read(ctx, token)
	if err != nil {
		return l, row, err
	}
	if len(password) > longestAttempt {
		return l, row, refuse(CodePasswordWrong)
	}
	_, err = s.tried(ctx, row, password, true, s.attempts.confirm(l.ID), CodePasswordWrong)
	return l, row, err
}

// ChangePassword sets another password. All logins of the account end but this one, which goes on under another token.
func (s *Service) ChangePassword(ctx context.Context, token, old, password pii.Token, client Client) (in SignedIn, err error) {
	l, row, err := s.confirm(ctx, token, old)
	if err != nil {
		return SignedIn{}, err
	}
	if err := strongEnough(password, row.Email, row.Name); err != nil {
		return SignedIn{}, err
	}
	hash, err := s.hasher.Hash(ctx, password)
	if err != nil {
		return SignedIn{}, err
	}
	err = s.store.Write(ctx, func(tx *store.Tx) error {
		if err := errors.Join(tx.SetPassword(row.ID, hash), tx.RemoveLogins(row.ID, "")); err != nil {
			return err
		}
		row.Password = hash
		in, err = s.signIn(tx, row, true, l.Stays, client)
		return err
	})
	return in, err
}
