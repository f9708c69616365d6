package account

import (
	"context"
	"errors"
	"time"

	"konklave/internal/pii"
	"konklave/internal/store"
)

// Enrolment is what a person's app must be told.
type Enrolment struct {
	Secret  pii.Token // to be typed
	Address pii.Token // otpauth://..., to be shown as a QR code
}

// BeginFactor makes a second factor, which counts once ConfirmFactor has seen a code of it. Whoever is signed in whole confirms by
// password; at StageEnrol it has just been given.
func (s *Service) BeginFactor(ctx context.Context, token, password pii.Token) (e Enrolment, err error) {
	l, row, err := s.read(ctx, token)
	if err == nil && Stage(l.Stage) == StageFull {
		l, row, err = s.confirm(ctx, token, password)
	}
	if err != nil {
		return Enrolment{}, err
	}
	switch {
	case Stage(l.Stage) == StageFactor:
		return Enrolment{}, refuse(CodeFactorNeeded)
	case row.HasFactor:
		return Enrolment{}, refuse(CodeFactorSet)
	}
	f := store.Factor{Account: row.ID, Secret: newTOTPSecret(), Made: s.now().Truncate(time.Hour)}
	err = s.store.Write(ctx, func(tx *store.Tx) error {
		// Not in place of one that was confirmed meanwhile.
		if old, err := tx.Factor(row.ID); err == nil && old.Confirmed {
			return refuse(CodeFactorSet)
		} else if err != nil && !errors.Is(err, store.ErrNone) {
			return err
		}
		return tx.SetFactor(f)
	})
	return Enrolment{Secret: pii.Token(totpText(f.Secret)), Address: pii.Token(totpAddress(f.Secret, row.Email))}, err
}

// ConfirmFactor takes the first code of a second factor. It gives the recovery codes, which are told once, and the login goes on
// under another token; the account's other logins end.
func (s *Service) ConfirmFactor(ctx context.Context, token, code pii.Token, client Client) (codes []string, in SignedIn, err error) {
	l, row, err := s.read(ctx, token)
	if err != nil {
		return nil, SignedIn{}, err
	}
	if Stage(l.Stage) == StageFactor {
		return nil, SignedIn{}, refuse(CodeFactorNeeded)
	}
	codes, hashes := newRecovery()
	err = s.guess(s.attempts.confirm(l.ID), func() error {
		return s.store.Write(ctx, func(tx *store.Tx) error {
			f, err := tx.Factor(row.ID)
			if err != nil {
				return orRefuse(err, CodeFactorUnset)
			}
			if f.Confirmed {
				return refuse(CodeFactorSet)
			}
			step, ok := totpMatch(f.Secret, code, s.now())
			if !ok {
				return refuse(CodeCodeWrong)
			}
			f.Confirmed, f.Step = true, step
			if err := errors.Join(tx.SetFactor(f), tx.SetRecovery(row.ID, hashes), tx.RemoveLogins(row.ID, "")); err != nil {
				return err
			}
			row.HasFactor = true
			in, err = s.signIn(tx, row, true, l.Stays, client)
			return err
		})
	})
	if err != nil {
		return nil, SignedIn{}, err
	}
	return codes, in, nil
}

// RemoveFactor removes the second factor, for password and code. Whose role demands one has to set up another next.
func (s *Service) RemoveFactor(ctx context.Context, token, password, code pii.Token, client Client) (in SignedIn, err error) {
	l, row, err := s.confirm(ctx, token, password)
	if err != nil {
		return SignedIn{}, err
	}
	if !row.HasFactor {
		return SignedIn{}, refuse(CodeFactorUnset)
	}
	err = s.withCode(ctx, l, row, code, func(tx *store.Tx) error {
		if err := errors.Join(tx.RemoveFactor(row.ID), tx.RemoveLogins(row.ID, "")); err != nil {
			return err
		}
		row.HasFactor = false
		in, err = s.signIn(tx, row, true, l.Stays, client)
		return err
	})
	return in, err
}

// RenewRecovery makes other recovery codes, for password and code.
func (s *Service) RenewRecovery(ctx context.Context, token, password, code pii.Token) ([]string, error) {
	l, row, err := s.confirm(ctx, token, password)
	if err != nil {
		return nil, err
	}
	codes, hashes := newRecovery()
	err = s.withCode(ctx, l, row, code, func(tx *store.Tx) error { return tx.SetRecovery(row.ID, hashes) })
	if err != nil {
		return nil, err
	}
	return codes, nil
}

// withCode does something in the transaction that uses up a code of somebody who is signed in whole.
func (s *Service) withCode(ctx context.Context, l store.Login, row store.Account, code pii.Token, then func(*store.Tx) error) error {
	if Stage(l.Stage) != StageFull {
		return refuse(CodeForbidden)
	}
	return s.guess(s.attempts.confirm(l.ID), func() error {
		return s.store.Write(ctx, func(tx *store.Tx) error {
			if err := s.takeCode(tx, row.ID, code); err != nil {
				return err
			}
			return then(tx)
		})
	})
}

// CountRecovery tells how many recovery codes are left.
func (s *Service) CountRecovery(ctx context.Context, account Account) (n int, err error) {
	err = s.store.Read(ctx, func(tx *store.Tx) error {
		n, err = tx.CountRecovery(account.ID)
		return err
	})
	return n, err
}
