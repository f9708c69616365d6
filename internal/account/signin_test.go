package account

import (
	"fmt"
	"testing"
	"time"

	"konklave/internal/pii"
	"konklave/internal/store"
)

func TestSignIn(t *testing.T) {
	onBoth(t, func(r *rig) {
		ada := r.person("ada", Host)
		off := r.person("off", Host)
		yes := true
		_, err := r.Change(r.Context(), CommandLine, off.ID, Change{Disabled: &yes})
		r.must(err)
		tests := []struct {
			name     string
			email    pii.Text
			password pii.Token
			want     Code
		}{
			{"right", "ada@example.org", goodPassword, ""}, {"other case, blanks", " ADA@Example.org ", goodPassword, ""},
			{"wrong password", "ada@example.org", otherPassword, CodeCredentialsWrong}, {"nobody", "eve@example.org", goodPassword, CodeCredentialsWrong},
			{"disabled", "off@example.org", goodPassword, CodeCredentialsWrong}, {"no address", "ada", goodPassword, CodeCredentialsWrong},
			{"no password", "ada@example.org", "", CodeCredentialsWrong},
		}
		for i, test := range tests {
			in, err := r.SignIn(r.Context(), test.email, test.password, false, Client{Source: fmt.Sprintf("203.0.113.%d", i)})
			r.refused(test.name, err, test.want)
			if test.want != "" {
				continue
			}
			if a, err := r.ByLogin(r.Context(), in.Token); err != nil || a.ID != ada.ID || in.Login.Stage != StageFull || in.Mark == "" {
				r.Errorf("%s: %v at %s", test.name, err, in.Login.Stage)
			}
		}
		if r.signedIn("") || r.signedIn("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA") {
			r.Error("a token that was never given admits")
		}
	})
}

func TestSecondFactor(t *testing.T) {
	onBoth(t, func(r *rig) {
		ada := r.person("ada", Host)
		before := r.signIn(ada, Client{})
		_, err := r.BeginFactor(r.Context(), before.Token, otherPassword)
		r.refused("without the password", err, CodePasswordWrong)
		secret, codes, after := r.enrol(before)
		if r.signedIn(before.Token) || !r.signedIn(after.Token) {
			r.Error("the login has its old token")
		}
		_, err = r.BeginFactor(r.Context(), after.Token, goodPassword)
		r.refused("a second one", err, CodeFactorSet)

		half := r.signIn(ada, Client{})
		if _, err := r.ByLogin(r.Context(), half.Token); err == nil || half.Login.Stage != StageFactor || half.Mark != "" {
			r.Errorf("signed in without the second factor, at %s", half.Login.Stage)
		}
		_, err = r.Factor(r.Context(), half.Token, r.code(secret), Client{})
		r.refused("the code that was used to set it up", err, CodeCodeWrong)
		r.at = r.at.Add(time.Minute)
		code := r.code(secret)
		full, err := r.Factor(r.Context(), half.Token, code, Client{})
		r.must(err)
		if r.signedIn(half.Token) || full.Login.Stage != StageFull {
			r.Error("the token of the half login is still good")
		}
		half = r.signIn(ada, Client{})
		_, err = r.Factor(r.Context(), half.Token, code, Client{})
		r.refused("the same code again", err, CodeCodeWrong)
		_, err = r.Factor(r.Context(), half.Token, pii.Token(codes[3]), Client{})
		r.must(err)
		half = r.signIn(ada, Client{})
		_, err = r.Factor(r.Context(), half.Token, pii.Token(codes[3]), Client{})
		r.refused("a recovery code twice", err, CodeCodeWrong)
		if n, err := r.CountRecovery(r.Context(), ada); err != nil || n != recoveryCodes-1 {
			r.Errorf("%d recovery codes are left, %v", n, err)
		}
		r.at = r.at.Add(10 * time.Minute)
		if r.signedIn(half.Token) {
			r.Error("half a login lasts more than ten minutes")
		}
	})
}

func TestRecoveryCodes(t *testing.T) {
	onBoth(t, func(r *rig) {
		in := r.signIn(r.person("ada", Admin), Client{})
		if in.Login.Stage != StageEnrol {
			r.Fatalf("an administrator without second factor is at %s", in.Login.Stage)
		}
		secret, codes, in := r.enrol(in)
		r.at = r.at.Add(time.Minute)
		other, err := r.RenewRecovery(r.Context(), in.Token, goodPassword, r.code(secret))
		r.must(err)
		half := r.signIn(in.Login.Account, Client{})
		_, err = r.Factor(r.Context(), half.Token, pii.Token(codes[0]), Client{})
		r.refused("one of the old ones", err, CodeCodeWrong)
		full, err := r.Factor(r.Context(), half.Token, pii.Token(other[0]), Client{})
		r.must(err)
		// Another telephone: the role demands a second factor, so another comes next.
		next, err := r.RemoveFactor(r.Context(), full.Token, goodPassword, pii.Token(other[1]), Client{})
		r.must(err)
		if next.Login.Stage != StageEnrol || r.signedIn(full.Token) {
			r.Errorf("at %s", next.Login.Stage)
		}
		r.enrol(next)
	})
}

func TestLoginsExpire(t *testing.T) {
	tests := []struct {
		name          string
		role          Role
		stay          bool
		unused, whole time.Duration
	}{
		{"host", Host, false, 12 * time.Hour, 12 * time.Hour}, {"host who stays", Host, true, 7*24*time.Hour + time.Hour, 30 * 24 * time.Hour},
		{"administrator", Admin, true, 2 * time.Hour, 12 * time.Hour}, {"auditor", Auditor, false, 2 * time.Hour, 12 * time.Hour},
	}
	onBoth(t, func(r *rig) {
		for i, test := range tests {
			a := r.person(fmt.Sprint("p", i), test.role)
			begin := func() SignedIn {
				in, err := r.SignIn(r.Context(), a.Email, goodPassword, test.stay, Client{})
				r.must(err)
				if test.role.NeedsFactor() {
					r.must(r.stored.Write(r.Context(), func(tx *store.Tx) error { return tx.RemoveFactor(a.ID) }))
					_, _, in = r.enrol(in)
				}
				return in
			}
			in := begin()
			r.at = r.at.Add(test.unused)
			if r.signedIn(in.Token) {
				r.Errorf("%s: good though not used for %v", test.name, test.unused)
			}
			r.must(r.stored.Write(r.Context(), func(tx *store.Tx) error { return tx.RemoveFactor(a.ID) }))
			in = begin()
			began, lasted, step := r.at, time.Duration(0), test.whole/24
			for r.signedIn(in.Token) && lasted < 40*24*time.Hour {
				r.at = r.at.Add(step)
				lasted = r.at.Sub(began)
			}
			if lasted != test.whole {
				r.Errorf("%s: lasts %v though it is used", test.name, lasted)
			}
			if in.Stays != (test.stay && !test.role.NeedsFactor()) {
				r.Errorf("%s: the browser keeps it: %v", test.name, in.Stays)
			}
		}
	})
}

func TestLoginsAreListedAndEnded(t *testing.T) {
	onBoth(t, func(r *rig) {
		ada, bob := r.person("ada", Host), r.person("bob", Host)
		one := r.signIn(ada, Client{Agent: "Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0", Source: "203.0.113.7"})
		r.at = r.at.Add(2 * time.Hour)
		two, three, his := r.signIn(ada, Client{}), r.signIn(ada, Client{}), r.signIn(bob, Client{})
		list, err := r.Logins(r.Context(), ada)
		r.must(err)
		if len(list) != 3 || list[2].Device != "Firefox, Linux" || list[2].Began.Minute() != 0 || list[2].Used.Minute() != 0 {
			r.Errorf("%+v", list)
		}
		r.refused("somebody else's", r.EndLogin(r.Context(), ada.ID, his.Login.ID), CodeLoginUnknown)
		r.must(r.EndLogin(r.Context(), ada.ID, one.Login.ID))
		if r.signedIn(one.Token) || !r.signedIn(two.Token) {
			r.Error("the wrong one was ended")
		}
		r.must(r.EndOthers(r.Context(), two.Login))
		if r.signedIn(three.Token) || !r.signedIn(two.Token) || !r.signedIn(his.Token) {
			r.Error("the others are not ended, or too many are")
		}
		changed, err := r.ChangePassword(r.Context(), two.Token, goodPassword, otherPassword, Client{})
		r.must(err)
		if r.signedIn(two.Token) || !r.signedIn(changed.Token) {
			r.Error("the token from before the password is still good")
		}
		_, err = r.ChangePassword(r.Context(), changed.Token, goodPassword, otherPassword, Client{})
		r.refused("the old password", err, CodePasswordWrong)
		_, err = r.ChangePassword(r.Context(), changed.Token, otherPassword, "kurz", Client{})
		r.refused("a short one", err, CodePasswordWeak)
		r.must(r.SignOut(r.Context(), changed.Token))
		if r.signedIn(changed.Token) {
			r.Error("signed out, and still in")
		}
	})
}

// TestStrangersDoNotLockTheOwnerOut has strangers guess from everywhere: the owner signs in from a browser that is known, what is
// signed in goes on, and nobody learns by it whether there is such an account.
func TestStrangersDoNotLockTheOwnerOut(t *testing.T) {
	onBoth(t, func(r *rig) {
		ada := r.person("ada", Host)
		home := Client{Source: "203.0.113.7"}
		in := r.signIn(ada, home)
		home.Known = in.Mark
		wait := map[pii.Text]time.Duration{}
		for _, email := range []pii.Text{ada.Email, "nobody@example.org"} {
			for i := range 2 * accountLimit.free {
				_, err := r.SignIn(r.Context(), email, otherPassword, false, Client{Source: fmt.Sprintf("198.51.%d.%d", i/250, i%250)})
				if i < accountLimit.free {
					r.refused("a guess", err, CodeCredentialsWrong)
				} else {
					wait[email] = r.refused("a guess too many", err, CodeSlowDown).Wait
				}
			}
		}
		if wait[ada.Email] != wait["nobody@example.org"] || wait[ada.Email] <= 0 {
			r.Errorf("the pauses differ: %v", wait)
		}
		_, err := r.SignIn(r.Context(), ada.Email, goodPassword, false, Client{Source: "192.0.2.1"})
		r.refused("the owner from a browser that nobody knows", err, CodeSlowDown)
		r.signIn(ada, home)
		home.Source = "192.0.2.2" // on the way
		r.signIn(ada, home)
		if !r.signedIn(in.Token) {
			r.Error("the owner was signed out")
		}
		r.at = r.at.Add(accountLimit.longest)
		r.signIn(ada, Client{Source: "192.0.2.1"})
		// The mark is of no use for another account, and not for ever.
		bob := r.person("bob", Host)
		for range 20 {
			_, err = r.SignIn(r.Context(), bob.Email, otherPassword, false, home)
		}
		r.refused("guesses at another account with the mark", err, CodeSlowDown)
		for range 20 {
			_, err = r.SignIn(r.Context(), ada.Email, otherPassword, false, home)
		}
		r.refused("guesses by a stolen mark", err, CodeSlowDown)
	})
}

func TestSecondFactorIsNotGuessed(t *testing.T) {
	onBoth(t, func(r *rig) {
		ada := r.person("ada", Host)
		in := r.signIn(ada, Client{})
		secret, _, in := r.enrol(in)
		half := r.signIn(ada, Client{})
		var err error
		for range 10 {
			_, err = r.Factor(r.Context(), half.Token, "000000", Client{})
		}
		r.refused("a thief of the password", err, CodeSlowDown)
		r.at = r.at.Add(time.Minute)
		owner := Client{Known: in.Mark}
		mine := r.signIn(ada, owner)
		_, err = r.Factor(r.Context(), mine.Token, r.code(secret), owner)
		r.refused("the owner meanwhile", err, "")
	})
}
