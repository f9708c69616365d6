package account

import (
	"context"
	"crypto/subtle"
	"errors"
	"net/netip"
	"sync"
	"time"

	"konklave/internal/id"
	"konklave/internal/pii"
	"konklave/internal/store"
)

// The demonstration host lets a newcomer try the program on their own machine. Its account has no password; it is entered by
// a code that is valid while the process runs, from this machine only.
const (
	demoEmail = "demo@localhost"
	demoName  = "Demo"
)

// demo holds the code, empty when there is no demonstration.
type demo struct {
	mu   sync.Mutex
	code pii.Token
}

func (d *demo) admits(code pii.Token) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.code != "" && subtle.ConstantTimeCompare([]byte(d.code), []byte(readCode(code))) == 1
}

// Demonstrate makes the demonstration host where it is missing, and a link by which it is entered. The caller sees to it that the
// server is reached from this machine only.
func (s *Service) Demonstrate(ctx context.Context) (Link, error) {
	err := s.store.Write(ctx, func(tx *store.Tx) error {
		_, err := tx.AccountByEmail(demoEmail)
		if errors.Is(err, store.ErrNone) {
			return tx.AddAccount(store.Account{
				ID: id.NewAccountID(), Email: demoEmail, EmailKey: demoEmail, Name: demoName, Role: string(Host), Made: s.now().Truncate(time.Hour),
			})
		}
		return err
	})
	if err != nil {
		return Link{}, err
	}
	s.demo.mu.Lock()
	defer s.demo.mu.Unlock()
	s.demo.code = newCode(linkLetters)
	return Link{Code: s.demo.code, Purpose: ForDemo}, nil
}

// EnterDemo signs in as the demonstration host. Whoever a proxy brings from another machine is refused.
func (s *Service) EnterDemo(ctx context.Context, code pii.Token, client Client) (in SignedIn, err error) {
	from, err := netip.ParseAddr(client.Source) // empty for who comes from this machine without a proxy
	if client.Source != "" && (err != nil || !from.IsLoopback()) || !s.demo.admits(code) {
		return SignedIn{}, refuse(CodeLinkUnknown)
	}
	err = s.store.Write(ctx, func(tx *store.Tx) error {
		row, err := tx.AccountByEmail(demoEmail)
		if err != nil {
			return orRefuse(err, CodeLinkUnknown)
		}
		in, err = s.signIn(tx, row, false, false, client)
		return err
	})
	return in, err
}
