package api

import (
	"context"
	"errors"
	"maps"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"konklave/internal/account"
	"konklave/internal/id"
	"konklave/internal/meeting"
	"konklave/internal/pii"
	"konklave/internal/sources"
)

// codeHelpUnknown is the refusal of a code for help that is none, or none any more.
const codeHelpUnknown = "help_unknown"

// Codes have eight digits. So many may be tried at once by an account and by a source, whether they are right or not, and then
// one in so long.
const (
	guessBurst = 10
	guessPause = 30 * time.Second
)

// lookPause is after how long without asking somebody begins to look anew, which stands in the trail.
const lookPause = 5 * time.Second

// lookTime is how long the figures may take.
const lookTime = 3 * time.Second

// Helped knows whose connection a code shows: a meeting.Service.
type Helped interface {
	// HelpKnown gives nil when a code is good. The error is meeting.ErrHelpUnknown, or that the service or the context ended.
	HelpKnown(ctx context.Context, code pii.Token) error
	// Figures gives the figures, and has the person told. Errors as those of HelpKnown.
	Figures(ctx context.Context, code pii.Token) (meeting.Figures, error)
}

// HelpTrail notes that somebody begins to look: an account.Service.
type HelpTrail interface {
	NoteHelp(ctx context.Context, by account.Actor) error
}

// ConnectionHelp is the route by which the support sees how somebody's connection is doing, who read a code out. Nothing of it
// is stored but that somebody looked.
func ConnectionHelp(trail HelpTrail, helped Helped) []Route {
	h := newHelper(trail, helped)
	return []Route{
		Do(Route{Method: "POST", Path: "/api/connection-help", Name: "seeConnection", Area: "help", Who: May(account.HelpConnections),
			Help:  "How the connection of somebody in a meeting is doing at this moment, for the code that the person reads out. The person is told, also when for 5 s nobody asked. To be asked once a second. It names nobody.",
			Codes: append(Codes(account.CodeSlowDown), codeHelpUnknown)}, h.see),
	}
}

func newHelper(trail HelpTrail, helped Helped) *helper {
	return &helper{
		trail: trail, helped: helped, looks: map[look]time.Time{},
		sources: sources.New(rate.Every(guessPause), guessBurst), accounts: map[id.AccountID]*rate.Limiter{},
	}
}

type helpQuery struct {
	Code string `json:"code" doc:"Eight digits; spaces do not matter."`
}

// look is that somebody looks at the connection that a code shows.
type look struct {
	account id.AccountID
	code    pii.Token
}

type helper struct {
	trail   HelpTrail
	helped  Helped
	sources *sources.Sources

	mu       sync.Mutex
	looks    map[look]time.Time             // that go on, and when it was looked last
	accounts map[id.AccountID]*rate.Limiter // of those who tried lately
}

func (h *helper) see(c *Call, in helpQuery) (meeting.Figures, error) {
	ctx, cancel := context.WithTimeout(c, lookTime)
	defer cancel()
	l := look{c.Account().ID, pii.Token(strings.ReplaceAll(in.Code, " ", ""))}
	if !h.goesOn(l, c.Now) {
		if err := h.begin(ctx, c, l); err != nil {
			return meeting.Figures{}, err
		}
	}
	f, err := h.helped.Figures(ctx, l.code)
	if err != nil {
		h.end(l)
		return meeting.Figures{}, problemOfHelp(err)
	}
	h.note(l, c.Now)
	return f, nil
}

// begin is what comes before the first look: not too many guesses, and the trail. Nobody looks of whom that is not written.
func (h *helper) begin(ctx context.Context, c *Call, l look) error {
	if !h.mayGuess(c) {
		return account.Failure{Code: account.CodeSlowDown, Wait: guessPause}
	}
	if err := h.helped.HelpKnown(ctx, l.code); err != nil {
		return problemOfHelp(err)
	}
	return h.trail.NoteHelp(ctx, account.By(l.account))
}

func (h *helper) mayGuess(c *Call) bool {
	h.mu.Lock()
	maps.DeleteFunc(h.accounts, func(_ id.AccountID, l *rate.Limiter) bool { return l.TokensAt(c.Now) >= guessBurst }) // as if they had never tried
	limit := h.accounts[c.Account().ID]
	if limit == nil {
		limit = rate.NewLimiter(rate.Every(guessPause), guessBurst)
		h.accounts[c.Account().ID] = limit
	}
	h.mu.Unlock()
	return limit.AllowN(c.Now, 1) && h.sources.Allow(c.Source, c.Now)
}

func (h *helper) goesOn(l look, now time.Time) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	at, ok := h.looks[l]
	return ok && now.Sub(at) < lookPause
}

func (h *helper) note(l look, now time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for other, at := range h.looks {
		if now.Sub(at) >= lookPause {
			delete(h.looks, other)
		}
	}
	h.looks[l] = now
}

func (h *helper) end(l look) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.looks, l)
}

func problemOfHelp(err error) error {
	if errors.Is(err, meeting.ErrHelpUnknown) {
		return Refusal{codeHelpUnknown, "nobody's connection is shown for this code, or not any more"}
	}
	return err
}
