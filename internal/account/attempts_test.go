package account

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"konklave/internal/pii"
)

// guesser tries again and again, as soon as it may, and counts.
func guesser(a *attempts, now *time.Time, in func() []counted, lasts time.Duration) (taken int) {
	end := now.Add(lasts)
	for now.Before(end) {
		var refused Failure
		if err := a.begin(*now, in()); err == nil {
			taken++
		} else if errors.As(err, &refused) && refused.Wait > 0 {
			*now = now.Add(refused.Wait)
		}
	}
	return taken
}

func TestGuessingGetsSlower(t *testing.T) {
	tests := []struct {
		name string
		in   func(a *attempts) func() []counted
		hour int // most guesses in the first hour
		day  int // and in a day after it
	}{
		{"one source, one account", func(a *attempts) func() []counted {
			return func() []counted { return a.strangers("203.0.113.9", "ada@example.org") }
		}, 25, 250},
		{"many sources, one account", func(a *attempts) func() []counted {
			n := 0
			return func() []counted {
				n++
				return a.strangers(fmt.Sprintf("198.%d.%d.9", n>>8&255, n&255), "ada@example.org")
			}
		}, 100, 1500},
		{"one source, many accounts", func(a *attempts) func() []counted {
			n := 0
			return func() []counted { n++; return a.strangers("203.0.113.9", pii.Text(fmt.Sprint(n))) }
		}, 400, 4500},
		{"nobody knows the source", func(a *attempts) func() []counted {
			return func() []counted { return a.strangers("", "ada@example.org") }
		}, 100, 1500},
		{"the second factor", func(a *attempts) func() []counted { return func() []counted { return a.factor("ada", "") } }, 20, 220},
		{"who is signed in", func(a *attempts) func() []counted { return func() []counted { return a.confirm("login") } }, 25, 250},
		{"a browser of the owner's", func(a *attempts) func() []counted { return func() []counted { return a.browser("mark") } }, 45, 500},
	}
	for _, test := range tests {
		a, now := newAttempts(), time.Unix(1e9, 0)
		in := test.in(a)
		if n := guesser(a, &now, in, time.Hour); n < 5 || n > test.hour {
			t.Errorf("%s: %d guesses in an hour", test.name, n)
		}
		if n := guesser(a, &now, in, 24*time.Hour); n > test.day {
			t.Errorf("%s: %d guesses in a day", test.name, n)
		}
	}
}

func TestManyAtTheSameTimeAreNotFree(t *testing.T) {
	a, now, free := newAttempts(), time.Unix(1e9, 0), 0
	for range 1000 {
		if a.begin(now, a.strangers("203.0.113.9", "ada@example.org")) == nil {
			free++
		}
	}
	if free != pairLimit.free {
		t.Errorf("%d at once", free)
	}
}

func TestMistakesAreForgiven(t *testing.T) {
	a, now := newAttempts(), time.Unix(1e9, 0)
	in := a.strangers("203.0.113.9", "ada@example.org")
	for range 100 { // somebody who always mistypes once
		for range 2 {
			if err := a.begin(now, in); err != nil {
				t.Fatal(err)
			}
		}
		a.forgive(in)
		now = now.Add(pairLimit.ease)
	}
	now = now.Add(24 * time.Hour)
	_ = a.begin(now, nil)
	for kind, known := range a.kinds {
		if len(known) > 0 {
			t.Errorf("%d tallies of kind %s are kept for a day", len(known), kind)
		}
	}
}

// TestMemoryOfAttemptsIsBounded has more strangers come than are remembered: the others share a tally and get nothing for free.
func TestMemoryOfAttemptsIsBounded(t *testing.T) {
	a, now, taken := newAttempts(), time.Unix(1e9, 0), 0
	const strangers = mostTallies + 1000
	for i := range strangers {
		if a.begin(now, a.strangers("", pii.Text(fmt.Sprint(i)))) == nil {
			taken++
		}
	}
	if n := len(a.kinds["account"]); n > mostTallies+1 {
		t.Errorf("%d are kept", n)
	}
	if taken > mostTallies+accountLimit.free {
		t.Errorf("%d attempts were taken", taken)
	}
}

func TestDevices(t *testing.T) {
	for agent, want := range map[string]string{
		"Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0":                                                      "Firefox, Linux",
		"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36":                       "Chrome, Linux",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36 Edg/156.0.0": "Edge, Windows",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 (KHTML, like Gecko) Version/18.0 Mobile Safari/604.1": "Safari, iPhone",
		"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15":       "Safari, macOS",
		"curl/8.5.0": "other", "": "other", "Mozilla/5.0 (Linux; Android 15)": "Android",
	} {
		if got := deviceOf(agent); got != want {
			t.Errorf("%s: %q", agent, got)
		}
	}
}

func TestMarksOfBrowsers(t *testing.T) {
	now := time.Unix(1e9, 0)
	mark := newMark("hash", now)
	changed := []byte(mark)
	changed[20] ^= 1
	tests := []struct {
		name       string
		hash, mark pii.Token
		at         time.Duration
		known      bool
	}{
		{"its own", "hash", mark, 0, true}, {"late", "hash", mark, MarkLasts - time.Second, true}, {"too late", "hash", mark, MarkLasts, false},
		{"after another password", "other", mark, 0, false}, {"of an account without password", "", newMark("", now), 0, false},
		{"changed", "hash", pii.Token(changed), 0, false}, {"none", "hash", "", 0, false}, {"short", "hash", mark[:40], 0, false},
	}
	for _, test := range tests {
		if got := knows(test.hash, test.mark, now.Add(test.at)); got != test.known {
			t.Errorf("%s: %v", test.name, got)
		}
	}
}
