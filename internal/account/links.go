package account

import (
	"context"
	"errors"
	"strings"
	"time"

	"konklave/internal/id"
	"konklave/internal/pii"
	"konklave/internal/store"
)

// Purpose is what a one-time link is for.
type Purpose string

// The purposes of one-time links.
const (
	ForSetup Purpose = "setup" // the first administrator
	ForFirst Purpose = "first" // the first login of a new account
	ForReset Purpose = "reset" // a new password
	ForDemo  Purpose = "demo"  // the demonstration host
)

// Values lists what the type may hold, for the description of the API.
func (Purpose) Values() []string { return []string{"setup", "first", "reset", "demo"} }

// How long a link may be used: a day, and for slips that are handed out on paper as many days as are asked for, up to two weeks.
const (
	LinkLasts   = 24 * time.Hour
	LongestLink = 14 * 24 * time.Hour
)

// Link is a one-time link that was made.
type Link struct {
	Code    pii.Token // it is shown once, and only its hash is stored
	Purpose Purpose
	Ends    time.Time
}

// Address is the link itself, below the address of the server. What stands behind # never reaches a server or its log.
func (l Link) Address(site string) string {
	return strings.TrimSuffix(site, "/") + "/enter#" + l.Code.Reveal()
}

// addLink makes a link in place of an earlier one.
func (s *Service) addLink(tx *store.Tx, purpose Purpose, account id.AccountID, clearsFactor bool, lasts time.Duration) (Link, error) {
	l := Link{Code: newCode(linkLetters), Purpose: purpose, Ends: s.now().Add(lasts)}
	return l, tx.AddLink(store.Link{Hash: hashOf(l.Code), Purpose: string(purpose), Account: account, ClearsFactor: clearsFactor, Ends: l.Ends})
}

// MakeSetupLink makes the link for the first administrator, while there is none who could sign in.
func (s *Service) MakeSetupLink(ctx context.Context) (l Link, err error) {
	err = s.store.Write(ctx, func(tx *store.Tx) error {
		if err := notSetUp(tx); err != nil {
			return err
		}
		if l, err = s.addLink(tx, ForSetup, "", false, LinkLasts); err != nil {
			return err
		}
		return Note(tx, s.now(), CommandLine, ActSetupLink, "", "")
	})
	return l, err
}

// HasAdministrator tells whether there is an administrator who can sign in.
func (s *Service) HasAdministrator(ctx context.Context) (bool, error) {
	err := s.store.Read(ctx, notSetUp)
	var refused Failure
	if errors.As(err, &refused) {
		return true, nil
	}
	return false, err
}

func notSetUp(tx *store.Tx) error {
	able, err := tx.CountAble(string(Admin))
	if err == nil && able > 0 {
		return refuse(CodeSetUp)
	}
	return err
}

// MakeLink makes a link by which the owner of an account chooses a password: the first one, or another. Where clearFactor is
// true, using it removes the second factor, for whoever has lost that and the recovery codes. Until it is used nothing changes.
func (s *Service) MakeLink(ctx context.Context, by Actor, account id.AccountID, clearFactor bool) (l Link, err error) {
	err = s.store.Write(ctx, func(tx *store.Tx) error {
		row, err := find(tx, account)
		if err != nil {
			return err
		}
		purpose := ForReset
		if row.Password == "" {
			purpose = ForFirst
		}
		if l, err = s.addLink(tx, purpose, account, clearFactor, LinkLasts); err != nil {
			return err
		}
		detail := string(purpose)
		if clearFactor {
			detail += ", removes the second factor"
		}
		return Note(tx, s.now(), by, ActLinkMade, string(account), detail)
	})
	return l, err
}

// link gives a link that may still be used, within a transaction.
func (s *Service) link(tx *store.Tx, code pii.Token) (store.Link, error) {
	l, err := tx.Link(hashOf(readCode(code)))
	if err == nil && !s.now().Before(l.Ends) {
		err = store.ErrNone
	}
	return l, orRefuse(err, CodeLinkUnknown)
}

// Invitation is what a link leads to.
type Invitation struct {
	Purpose      Purpose
	Email        pii.Text // of the account; empty for the first administrator
	Name         pii.Name
	ClearsFactor bool
	Ends         time.Time
}

// Look tells what a link leads to, and leaves it as it is.
func (s *Service) Look(ctx context.Context, code pii.Token) (i Invitation, err error) {
	if s.demo.admits(code) {
		return Invitation{Purpose: ForDemo, Name: demoName}, nil
	}
	err = s.store.Read(ctx, func(tx *store.Tx) error {
		l, err := s.link(tx, code)
		if err != nil {
			return err
		}
		i = Invitation{Purpose: Purpose(l.Purpose), ClearsFactor: l.ClearsFactor, Ends: l.Ends}
		if l.Account == "" {
			return nil
		}
		row, err := find(tx, l.Account)
		i.Email, i.Name = row.Email, row.Name
		return err
	})
	return i, err
}

// SetUp makes the first administrator, who is signed in and has to set up a second factor next. The link is used up by it.
func (s *Service) SetUp(ctx context.Context, code pii.Token, n Newcomer, password pii.Token, client Client) (in SignedIn, err error) {
	if _, err := s.Look(ctx, code); err != nil { // before work is done for it
		return SignedIn{}, err
	}
	n.Role = Admin
	if password == "" {
		return SignedIn{}, refuse(CodePasswordWeak)
	}
	row, err := s.rowOf(ctx, n, password)
	if err != nil {
		return SignedIn{}, err
	}
	err = s.store.Write(ctx, func(tx *store.Tx) error {
		l, err := s.link(tx, code)
		if err != nil {
			return err
		}
		if Purpose(l.Purpose) != ForSetup {
			return refuse(CodeLinkUnknown)
		}
		if err := errors.Join(notSetUp(tx), tx.RemoveLink(l.Hash)); err != nil {
			return err
		}
		if err := add(tx, row); err != nil {
			return err
		}
		if err := Note(tx, s.now(), SetupLink, ActSetUp, string(row.ID), ""); err != nil {
			return err
		}
		in, err = s.signIn(tx, row, row.HasFactor, false, client)
		return err
	})
	return in, taken(err)
}

// Enter uses a link of an account up: the password is set, all its other logins end, and whoever has the link is signed in, up
// to the second factor.
func (s *Service) Enter(ctx context.Context, code, password pii.Token, client Client) (in SignedIn, err error) {
	invitation, err := s.Look(ctx, code)
	if err != nil {
		return SignedIn{}, err
	}
	if invitation.Purpose != ForFirst && invitation.Purpose != ForReset {
		return SignedIn{}, refuse(CodeLinkUnknown)
	}
	if err := strongEnough(password, invitation.Email, invitation.Name); err != nil {
		return SignedIn{}, err
	}
	hash, err := s.hasher.Hash(ctx, password)
	if err != nil {
		return SignedIn{}, err
	}
	err = s.store.Write(ctx, func(tx *store.Tx) error {
		row, err := s.useLink(tx, code)
		if err != nil {
			return err
		}
		if row.Disabled {
			return refuse(CodeLinkUnknown)
		}
		if err := tx.SetPassword(row.ID, hash); err != nil {
			return err
		}
		row.Password = hash
		in, err = s.signIn(tx, row, false, false, client)
		return err
	})
	return in, err
}

// useLink uses up the link of an account, ends the account's logins, and removes the second factor where the link says so.
func (s *Service) useLink(tx *store.Tx, code pii.Token) (store.Account, error) {
	l, err := s.link(tx, code)
	if err != nil {
		return store.Account{}, err
	}
	row, err := find(tx, l.Account)
	if err != nil {
		return row, err
	}
	for _, purpose := range []Purpose{ForFirst, ForReset} {
		if err := tx.RemoveLinks(l.Account, string(purpose)); err != nil {
			return row, err
		}
	}
	if err := tx.RemoveLogins(l.Account, ""); err != nil {
		return row, err
	}
	if l.ClearsFactor && row.HasFactor {
		if err := tx.RemoveFactor(l.Account); err != nil {
			return row, err
		}
		row.HasFactor = false
		return row, Note(tx, s.now(), By(l.Account), ActFactorCleared, string(l.Account), "by a reset link")
	}
	return row, nil
}
