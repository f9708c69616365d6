package account

import (
	"hash/maphash"
	"sync"
	"time"

	"konklave/internal/id"
	"konklave/internal/pii"
	"konklave/internal/sources"
)

// How often somebody may guess. Each attempt counts in several tallies; when one of them is beyond what is free, the next
// attempt is taken only after a pause, which doubles with each further one. What counts is forgiven with time, and for who
// succeeds.
//
// Strangers must not lock the owner out. So they are told apart by the mark of a browser in which the owner signed in before:
// attempts from there count in a tally of that browser alone, which strangers cannot fill. Attempts from anywhere else
// count for the pair of source and account, for the account, and for the source. ADR 16 has the reasons.
type limit struct {
	free    int           // attempts without a pause
	longest time.Duration // pause
	ease    time.Duration // after which one attempt is forgiven
}

var (
	pairLimit    = limit{free: 5, longest: 15 * time.Minute, ease: 10 * time.Minute} // one source, one account
	accountLimit = limit{free: 50, longest: 2 * time.Minute, ease: 2 * time.Minute}  // all strangers, one account: 720 a day
	sourceLimit  = limit{free: 100, longest: time.Minute, ease: 30 * time.Second}    // one source, all accounts: a school has one
	browserLimit = limit{free: 10, longest: 5 * time.Minute, ease: 5 * time.Minute}  // a browser of the owner's
	factorLimit  = limit{free: 5, longest: 15 * time.Minute, ease: 15 * time.Minute} // second factor: 96 a day against a million codes
	confirmLimit = limit{free: 5, longest: 15 * time.Minute, ease: 10 * time.Minute} // who is signed in confirms by password
)

const firstPause = time.Second

// mostTallies bounds what strangers can have us remember of each kind. Who comes beyond that shares one tally.
const (
	mostTallies = 10_000
	shared      = 0
)

// tally is what somebody used up of a limit.
type tally struct {
	limit
	n     int
	since time.Time // when n was right
	until time.Time // no attempt before
}

// attempts holds tallies. Their keys are hashes with a key of this process, so that no address is kept. It is safe for any goroutine.
type attempts struct {
	seed    maphash.Seed
	sources *sources.Sources // for what one customer of a network has in common

	mu    sync.Mutex
	kinds map[string]map[uint64]*tally
	swept time.Time
}

func newAttempts() *attempts {
	return &attempts{seed: maphash.MakeSeed(), sources: sources.New(1, 1), kinds: map[string]map[uint64]*tally{}}
}

// counted names a tally.
type counted struct {
	limit
	kind string
	key  uint64
}

// strangers are the tallies of an attempt at an account, be there one or not, from a browser that is not known.
func (a *attempts) strangers(source string, email pii.Text) []counted {
	list := []counted{{accountLimit, "account", a.hash(email.Reveal(), 0)}}
	if key, ok := a.sources.Key(source); ok { // else a proxy does not say for whom it asks
		list = append(list, counted{pairLimit, "pair", a.hash(email.Reveal(), key)}, counted{sourceLimit, "source", key})
	}
	return list
}

// browser is the tally of a browser of the owner's.
func (a *attempts) browser(mark pii.Token) []counted {
	return []counted{{browserLimit, "browser", a.hash(mark.Reveal(), 0)}}
}

// factor is the tally of codes of an account, apart for each browser of the owner's.
func (a *attempts) factor(account id.AccountID, mark pii.Token) []counted {
	return []counted{{factorLimit, "factor", a.hash(string(account)+mark.Reveal(), 0)}}
}

// confirm is the tally of who is signed in.
func (a *attempts) confirm(login id.LoginID) []counted {
	return []counted{{confirmLimit, "confirm", a.hash(string(login), 0)}}
}

func (a *attempts) hash(text string, with uint64) uint64 {
	return maphash.Comparable(a.seed, struct {
		text string
		with uint64
	}{text, with}) | 1 // never shared
}

// begin counts an attempt in every tally, before it is known how it ends: many at the same time must not all be free. When
// one of them has to wait none is counted; the error is a Failure with CodeSlowDown.
func (a *attempts) begin(now time.Time, in []counted) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.forgetLocked(now)
	var wait time.Duration
	for _, c := range in {
		wait = max(wait, a.tallyLocked(c, now).until.Sub(now))
	}
	if wait > 0 {
		return Failure{Code: CodeSlowDown, Wait: wait}
	}
	for _, c := range in {
		a.tallyLocked(c, now).count(now)
	}
	return nil
}

// tallyLocked gives a tally, or the shared one of its kind where there are too many.
func (a *attempts) tallyLocked(c counted, now time.Time) *tally {
	known := a.kinds[c.kind]
	if known == nil {
		known = map[uint64]*tally{}
		a.kinds[c.kind] = known
	}
	if t := known[c.key]; t != nil {
		return t
	}
	if len(known) >= mostTallies {
		c.key = shared
	}
	if known[c.key] == nil {
		known[c.key] = &tally{limit: c.limit, since: now}
	}
	return known[c.key]
}

// count adds one, and the pause after it.
func (t *tally) count(now time.Time) {
	t.settle(now)
	t.n++
	if over := t.n - t.free; over >= 0 {
		t.until = now.Add(min(t.longest, firstPause<<min(over, 20)))
	}
}

// forgive takes an attempt back that succeeded.
func (a *attempts) forgive(in []counted) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, c := range in {
		if t := a.kinds[c.kind][c.key]; t != nil {
			t.n, t.until = max(0, t.n-1), time.Time{}
		}
	}
}

// settle forgives what time forgives.
func (t *tally) settle(now time.Time) {
	if eased := int(now.Sub(t.since) / t.ease); eased > 0 {
		t.n = max(0, t.n-eased)
		t.since = t.since.Add(time.Duration(eased) * t.ease)
	}
	if t.n == 0 {
		t.since = now
	}
}

// forgetLocked drops tallies that are as if they had never been. It looks once a minute at most.
func (a *attempts) forgetLocked(now time.Time) {
	if now.Sub(a.swept) < time.Minute {
		return
	}
	a.swept = now
	for _, known := range a.kinds {
		for key, t := range known {
			if t.settle(now); t.n == 0 && !now.Before(t.until) {
				delete(known, key)
			}
		}
	}
}
