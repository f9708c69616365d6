package account

import (
	"errors"
	"testing"
	"time"

	"konklave/internal/id"
	"konklave/internal/pii"
	"konklave/internal/store"
	"konklave/internal/store/storetest"
)

const (
	goodPassword  = pii.Token("grüne Wiesen am Morgen")
	otherPassword = pii.Token("blaue Berge am Abend")
)

// rig is a Service on an empty database, at a time that the test sets.
type rig struct {
	*testing.T
	*Service
	stored *store.Store
	at     time.Time
	estate *fakeEstate
}

// onBoth runs a test on both databases.
func onBoth(t *testing.T, test func(r *rig)) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		r := &rig{T: t, stored: s, at: time.Date(2026, 3, 2, 10, 20, 0, 0, time.UTC), estate: &fakeEstate{owned: map[id.AccountID]int{}}}
		r.Service = New(Config{Store: s, Hasher: newHasher(cheap, 2), Now: func() time.Time { return r.at }, Estates: []Estate{r.estate}})
		test(r)
	})
}

// fakeEstate counts what accounts own.
type fakeEstate struct{ owned map[id.AccountID]int }

func (*fakeEstate) Area() string                                          { return "meetings" }
func (f *fakeEstate) Owns(_ *store.Tx, owner id.AccountID) (int, error)   { return f.owned[owner], nil }
func (f *fakeEstate) Export(_ *store.Tx, owner id.AccountID) (any, error) { return f.owned[owner], nil }
func (f *fakeEstate) Delete(_ *store.Tx, owner id.AccountID) error {
	delete(f.owned, owner)
	return nil
}
func (f *fakeEstate) HandOver(_ *store.Tx, from, to id.AccountID) error {
	f.owned[to] += f.owned[from]
	delete(f.owned, from)
	return nil
}

// person makes an account with a password.
func (r *rig) person(name string, role Role) Account {
	r.Helper()
	a, err := r.Add(r.Context(), CommandLine, Newcomer{pii.Text(name + "@example.org"), pii.Name(name), role}, goodPassword)
	r.must(err)
	return a
}

func (r *rig) must(err error) {
	r.Helper()
	if err != nil {
		r.Fatal(err)
	}
}

// refused wants a code, "" for none.
func (r *rig) refused(what string, err error, want Code) Failure {
	r.Helper()
	var f Failure
	if err != nil && !errors.As(err, &f) {
		r.Fatalf("%s: %v", what, err)
	}
	if f.Code != want {
		r.Errorf("%s: refused with %q, want %q", what, f.Code, want)
	}
	return f
}

// signIn signs in by the good password.
func (r *rig) signIn(a Account, client Client) SignedIn {
	r.Helper()
	in, err := r.SignIn(r.Context(), a.Email, goodPassword, false, client)
	r.must(err)
	return in
}

// enrol sets a second factor up and gives its secret and recovery codes.
func (r *rig) enrol(in SignedIn) (secret []byte, codes []string, after SignedIn) {
	r.Helper()
	_, err := r.BeginFactor(r.Context(), in.Token, goodPassword)
	r.must(err)
	r.must(r.stored.Read(r.Context(), func(tx *store.Tx) error {
		f, err := tx.Factor(in.Login.Account.ID)
		secret = f.Secret
		return err
	}))
	codes, after, err = r.ConfirmFactor(r.Context(), in.Token, r.code(secret), Client{})
	r.must(err)
	return secret, codes, after
}

// code is the one that the app shows now.
func (r *rig) code(secret []byte) pii.Token { return pii.Token(totpAt(secret, r.at.Unix()/30)) }

// signedIn tells whether a token admits.
func (r *rig) signedIn(token pii.Token) bool {
	r.Helper()
	_, err := r.LoginOf(r.Context(), token)
	var f Failure
	if err != nil && !errors.As(err, &f) {
		r.Fatal(err)
	}
	return err == nil
}
