package account

import (
	"context"
	"errors"
	"time"

	"konklave/internal/id"
	"konklave/internal/pii"
	"konklave/internal/store"
)

// SignedIn is a login that has begun, or has come a stage further.
type SignedIn struct {
	Token pii.Token // is told once; only its hash is stored
	Login Login
	Stays bool      // whether the browser shall keep the token when it is closed
	Mark  pii.Token // of the browser, at StageFull
}

// longestAttempt is more bytes than any password has: more are not worth hashing.
const longestAttempt = 1 << 10

// SignIn begins a login by password. stays asks for it to outlive the browser's being closed.
func (s *Service) SignIn(ctx context.Context, email pii.Text, password pii.Token, stays bool, client Client) (in SignedIn, err error) {
	_, key, err := cleanEmail(email)
	if err != nil || len(password) > longestAttempt {
		key = "nobody" // is as slow, and counts
		password = ""
	}
	var row store.Account // the zero one when there is none such
	err = s.store.Read(ctx, func(tx *store.Tx) error {
		row, err = tx.AccountByEmail(key)
		if errors.Is(err, store.ErrNone) {
			row, err = store.Account{}, nil
		}
		return err
	})
	if err != nil {
		return SignedIn{}, err
	}
	counts, known := s.attempts.strangers(client.Source, key), knows(row.Password, client.Known, s.now())
	if known {
		counts = s.attempts.browser(client.Known)
	}
	fresh, err := s.tried(ctx, row, password, known, counts, CodeCredentialsWrong)
	if err != nil {
		return SignedIn{}, err
	}
	err = s.store.Write(ctx, func(tx *store.Tx) error {
		// It may have gone, or got another password, while this one was hashed.
		again, err := tx.Account(row.ID)
		if errors.Is(err, store.ErrNone) || err == nil && again.Password != row.Password {
			return refuse(CodeCredentialsWrong)
		}
		if err == nil && fresh != "" {
			again.Password, err = fresh, tx.SetPassword(row.ID, fresh)
		}
		if err == nil {
			in, err = s.signIn(tx, again, false, stays, client)
		}
		return err
	})
	return in, err
}

// guess counts an attempt and makes it. One that fails for another reason than being wrong is taken back.
func (s *Service) guess(counts []counted, attempt func() error) error {
	if err := s.attempts.begin(s.now(), counts); err != nil {
		return err
	}
	err := attempt()
	var refused Failure
	if !errors.As(err, &refused) || refused.Code != CodeCredentialsWrong && refused.Code != CodePasswordWrong && refused.Code != CodeCodeWrong {
		s.attempts.forgive(counts)
	}
	return err
}

// tried tells whether a password is the one of an account that is not disabled, and refuses with a code when it is not. It
// counts. known tells that one who is known asks. Where the hash is of an older cost, it gives one of today's.
func (s *Service) tried(ctx context.Context, row store.Account, password pii.Token, known bool, counts []counted, wrong Code) (fresh pii.Token, err error) {
	err = s.guess(counts, func() error {
		ok, old, err := s.hasher.Matches(ctx, known, row.Password, password)
		if err == nil && (!ok || row.Disabled) {
			return refuse(wrong)
		}
		if err == nil && old {
			fresh, err = s.hasher.Hash(ctx, password)
		}
		return err
	})
	return fresh, err
}

// signIn adds a login within a transaction. passed says that the second factor was given.
func (s *Service) signIn(tx *store.Tx, row store.Account, passed, stays bool, client Client) (SignedIn, error) {
	account, now := accountOf(row), s.now()
	stage := StageFull
	switch {
	case account.HasFactor && !passed:
		stage = StageFactor
	case account.Role.NeedsFactor() && !account.HasFactor:
		stage = StageEnrol
	}
	token, hash := newToken()
	l := store.Login{
		Hash: hash, ID: id.NewLoginID(), Account: row.ID, Stage: string(stage), Device: deviceOf(client.Agent),
		Stays: stays && !account.Role.NeedsFactor(), Began: now.Truncate(time.Hour), Used: now.Truncate(time.Hour),
	}
	p := periodOf(account.Role, stage, l.Stays)
	l.Latest = now.Add(p.whole)
	l.Ends = p.ends(now, l.Latest)
	in := SignedIn{Token: token, Login: loginOf(l, account), Stays: l.Stays}
	if stage == StageFull {
		in.Mark = newMark(row.Password, now)
	}
	return in, tx.AddLogin(l)
}

// period is how long a login lasts.
type period struct {
	unused time.Duration // without being used; counted from the end of the hour in which it was, because only hours are kept
	whole  time.Duration
}

func periodOf(role Role, stage Stage, stays bool) period {
	switch {
	case stage == StageFactor:
		return period{10 * time.Minute, 10 * time.Minute}
	case stage == StageEnrol:
		return period{time.Hour, time.Hour}
	case role.NeedsFactor():
		return period{time.Hour, 12 * time.Hour}
	case stays:
		return period{7 * 24 * time.Hour, 30 * 24 * time.Hour}
	}
	return period{12 * time.Hour, 12 * time.Hour}
}

// ends is when a login ends that is used now.
func (p period) ends(now, latest time.Time) time.Time {
	ends := now.Truncate(time.Hour).Add(time.Hour + p.unused)
	if ends.After(latest) {
		return latest
	}
	return ends
}

func loginOf(l store.Login, a Account) Login {
	return Login{ID: l.ID, Account: a, Stage: Stage(l.Stage), Device: l.Device, Began: l.Began, Used: l.Used, Ends: l.Latest}
}

// Factor gives the second factor of a login at StageFactor: a code of the app, or one for recovery. The login goes on under
// another token.
func (s *Service) Factor(ctx context.Context, token, code pii.Token, client Client) (in SignedIn, err error) {
	login, row, err := s.read(ctx, token)
	if err != nil {
		return SignedIn{}, err
	}
	if Stage(login.Stage) != StageFactor {
		return SignedIn{}, refuse(CodeForbidden)
	}
	known := client.Known
	if !knows(row.Password, known, s.now()) {
		known = ""
	}
	err = s.guess(s.attempts.factor(row.ID, known), func() error {
		return s.store.Write(ctx, func(tx *store.Tx) error {
			if err := s.takeCode(tx, row.ID, code); err != nil {
				return err
			}
			in, err = s.replace(tx, login, row, true, client)
			return err
		})
	})
	return in, err
}

// takeCode uses up a code of the second factor, or one for recovery.
func (s *Service) takeCode(tx *store.Tx, account id.AccountID, code pii.Token) error {
	f, err := tx.Factor(account)
	if err != nil {
		return orRefuse(err, CodeFactorUnset)
	}
	ok := false
	if step, match := totpMatch(f.Secret, code, s.now()); match && f.Confirmed {
		ok, err = tx.TakeStep(account, step)
	} else if typed := readCode(code); len(typed) == recoveryLetters {
		ok, err = tx.TakeRecovery(account, hashOf(typed))
	}
	if err == nil && !ok {
		return refuse(CodeCodeWrong)
	}
	return err
}
