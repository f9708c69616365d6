package meeting

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"math/big"
	"time"

	"konklave/internal/pii"
)

// ErrHelpUnknown means that a code for help with a connection is none, or none any more.
var ErrHelpUnknown = errors.New("no such code")

// Figures gives those of the connection of who gave a code out, which is told that somebody looks. It takes up to a second.
// The error is ErrHelpUnknown, ErrClosed or the context's.
func (s *Service) Figures(ctx context.Context, code pii.Token) (Figures, error) {
	to, err := ask(ctx, s, func(r *registry, now time.Time) (watched, Code) { return r.look(now, code), "" })
	switch {
	case err != nil:
		return Figures{}, err
	case to.room == "":
		return Figures{}, ErrHelpUnknown
	}
	return s.media.Figures(ctx, to.room, to.identity)
}

// HelpKnown tells whether a code is good, and nobody that it was asked. The error is nil, ErrHelpUnknown, ErrClosed or the
// context's.
func (s *Service) HelpKnown(ctx context.Context, code pii.Token) error {
	known, err := ask(ctx, s, func(r *registry, now time.Time) (bool, Code) {
		e := r.helps[code]
		return e != nil && e.state.helped(now, code) != nil, ""
	})
	if err == nil && !known {
		err = ErrHelpUnknown
	}
	return err
}

// look finds whom a code leads to, and has that person told.
func (r *registry) look(now time.Time, code pii.Token) watched {
	e := r.helps[code]
	if e == nil {
		return watched{}
	}
	r.apply(now, e, Look{Code: code})
	p := e.state.helped(now, code)
	if p == nil {
		return watched{}
	}
	return watched{e.room, p.identity}
}

// newHelpCode draws a code that nobody has, and remembers in which meeting it may be good.
func (r *registry) newHelpCode(e *entry) string {
	for {
		n, err := rand.Int(rand.Reader, big.NewInt(100_000_000))
		if err != nil {
			panic(err) // never fails
		}
		code := pii.Token(fmt.Sprintf("%08d", n))
		if r.helps[code] == nil {
			r.helps[code] = e
			return code.Reveal()
		}
	}
}

// forgetHelps forgets codes that are good no more. Whether one is, its meeting knows.
func (r *registry) forgetHelps() {
	for code, e := range r.helps {
		if !e.state.keepsHelp(code) {
			delete(r.helps, code)
		}
	}
}
