package account

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"konklave/internal/pii"
)

// cheap is a cost for tests.
var cheap = cost{memory: 64, passes: 1, lanes: 1}

func TestPasswordsAreComparedByTheirHash(t *testing.T) {
	h := newHasher(cheap, 1)
	hash, err := h.Hash(t.Context(), "grüne Wiesen am Morgen")
	if err != nil || !strings.HasPrefix(hash.Reveal(), "$argon2id$v=19$m=64,t=1,p=1$") {
		t.Fatalf("%q, %v", hash.Reveal(), err)
	}
	again, _ := h.Hash(t.Context(), "grüne Wiesen am Morgen")
	if again == hash {
		t.Error("two hashes of one password are alike")
	}
	dearer := newHasher(cost{memory: 128, passes: 1, lanes: 1}, 1)
	tests := []struct {
		name         string
		h            *Hasher
		hash, given  pii.Token
		ok, old, bad bool
	}{
		{"right", h, hash, "grüne Wiesen am Morgen", true, false, false},
		{"right, typed on another keyboard", h, hash, "gru\u0308ne Wiesen am Morgen", true, false, false},
		{"wrong", h, hash, "grüne Wiesen am Abend", false, false, false},
		{"empty", h, hash, "", false, false, false},
		{"no hash", h, "", "", false, false, false},
		{"of an older cost", dearer, hash, "grüne Wiesen am Morgen", true, true, false},
		{"no hash of ours", h, "$2a$10$abc", "x", false, false, true},
		{"a hash that would use up the memory", h, "$argon2id$v=19$m=4000000000,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA", "x", false, false, true},
		{"a hash without salt", h, "$argon2id$v=19$m=64,t=1,p=1$$AAAAAAAAAAAAAAAAAAAAAA", "x", false, false, true},
	}
	for _, test := range tests {
		ok, old, err := test.h.Matches(t.Context(), false, test.hash, test.given)
		if ok != test.ok || old && !test.old && !test.bad || test.old && !old || (err != nil) != test.bad {
			t.Errorf("%s: %v, %v, %v", test.name, ok, old, err)
		}
	}
}

// TestHashesAreBoundedInParallel holds what keeps forwarding of media from starving: so many run, so many wait, the others are
// refused at once.
func TestHashesAreBoundedInParallel(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHasher(cheap, 2)
		running, most := 0, 0
		var turn = make(chan struct{}, 1)
		ended := make(chan error, 100)
		go func() {
			for range 2 + mostWaiting {
				go func() {
					ended <- h.run(t.Context(), h.strangers, func() {
						turn <- struct{}{}
						running++
						most = max(most, running)
						<-turn
						time.Sleep(50 * time.Millisecond)
						turn <- struct{}{}
						running--
						<-turn
					})
				}()
			}
		}()
		synctest.Wait()
		var refused Failure
		if err := h.run(t.Context(), h.strangers, func() { t.Error("one too many runs") }); !errors.As(err, &refused) || refused.Code != CodeBusy || refused.Wait <= 0 {
			t.Errorf("one too many: %v", err)
		}
		go func() { ended <- h.run(t.Context(), h.known, func() {}) }()
		for range 2 + mostWaiting + 1 { // who is known waits with them
			if err := <-ended; err != nil {
				t.Errorf("who waited: %v", err)
			}
		}
		if most != 2 {
			t.Errorf("%d ran at the same time", most)
		}
	})
}

// Where the runtime has one processor it gets another while a hash is made, and only then.
func TestAHashLeavesAProcessorToOthers(t *testing.T) {
	for _, has := range []int{1, 2} {
		before := runtime.GOMAXPROCS(has)
		h, during := newHasher(cheap, 1), 0
		err := h.run(t.Context(), h.strangers, func() { during = runtime.GOMAXPROCS(0) })
		if after := runtime.GOMAXPROCS(before); err != nil || during != 2 || after != has {
			t.Errorf("of %d processors: %d during a hash, %d after it, %v", has, during, after, err)
		}
	}
}

func TestWhoWaitsTooLongForAHashIsRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHasher(cheap, 1)
		done := make(chan struct{})
		go h.run(t.Context(), h.strangers, func() { <-done })
		synctest.Wait()
		began := time.Now()
		var refused Failure
		if err := h.run(t.Context(), h.strangers, func() {}); !errors.As(err, &refused) || refused.Code != CodeBusy {
			t.Errorf("%v", err)
		}
		if waited := time.Since(began); waited != longestWait {
			t.Errorf("waited %v", waited)
		}
		gone, cancel := context.WithCancel(t.Context())
		cancel()
		if err := h.run(gone, h.strangers, func() { t.Error("ran for somebody who has gone") }); !errors.Is(err, context.Canceled) {
			t.Errorf("who has gone: %v", err)
		}
		close(done)
	})
}

func TestStrength(t *testing.T) {
	tests := map[string]bool{
		"grüne Wiesen am Morgen": true, "xK9#mQ2$vL7p": true, "vier Esel essen Eis": true,
		"kurz": false, "elf Zeichen": false, "passwort1234": false, "PASSWORT1234": false, "aaaaaaaaaaaaaaaa": false,
		"abababababababab": false, "abcdefghijklm": false, "zyxwvutsrqponm": false, "123456789012": false, "qwertzuiopasdf": false,
		"ada@example.org": false, "Ada Lovelace": false, "ada.lovelace1": false, "ada.lovelace2026!": false,
		strings.Repeat("ab cd ef gh ", 30): false, "wi\xffesen am Morgen": false,
	}
	for password, ok := range tests {
		email := pii.Text("ada@example.org")
		if strings.HasPrefix(password, "ada.") {
			email = "ada.lovelace@example.org"
		}
		if err := strongEnough(pii.Token(password), email, "Ada Lovelace"); (err == nil) != ok {
			t.Errorf("%q: %v", password, err)
		}
	}
	for password := range common {
		if len([]rune(password)) < shortestPassword {
			t.Errorf("%q is refused for its length already", password)
		}
	}
}

func BenchmarkHash(b *testing.B) {
	h := NewHasher()
	for b.Loop() {
		if _, err := h.Hash(b.Context(), "grüne Wiesen am Morgen"); err != nil {
			b.Fatal(err)
		}
	}
}
