package api

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"konklave/internal/account"
	"konklave/internal/id"
	"konklave/internal/meeting"
	"konklave/internal/pii"
)

// fakeHelp is a meeting service in which some codes are good, and a trail.
type fakeHelp struct {
	good   map[pii.Token]bool
	looked int
	noted  []account.Actor
	broken error // the trail cannot be written
}

func (f *fakeHelp) HelpKnown(_ context.Context, code pii.Token) error {
	if f.good[code] {
		return nil
	}
	return meeting.ErrHelpUnknown
}

func (f *fakeHelp) Figures(ctx context.Context, code pii.Token) (meeting.Figures, error) {
	if err := f.HelpKnown(ctx, code); err != nil {
		return meeting.Figures{}, err
	}
	f.looked++
	return meeting.Figures{Path: "udp", Subscribed: []meeting.SubscribedFigures{{Kind: "audio", Source: "microphone"}}}, nil
}

func (f *fakeHelp) NoteHelp(_ context.Context, by account.Actor) error {
	f.noted = append(f.noted, by)
	return f.broken
}

func TestConnectionHelp(t *testing.T) {
	now := time.Unix(1_800_000_000, 0)
	help := &fakeHelp{good: map[pii.Token]bool{"12345678": true, "87654321": true}}
	known := fakeLogins{}
	for _, name := range []string{"ann", "bob"} {
		known[pii.Token(name)] = account.Login{
			ID: "l", Account: account.Account{ID: id.AccountID(name), Role: account.Admin}, Stage: account.StageFull,
		}
	}
	a := New(Config{Logins: known, Log: slog.New(slog.DiscardHandler), Now: func() time.Time { return now }})
	a.Add(ConnectionHelp(help, help))
	handler := a.Handler()
	ask := func(who, source, code string) (int, string) {
		t.Helper()
		req := httptest.NewRequest("POST", "/api/connection-help", strings.NewReader(`{"code":"`+code+`"}`))
		req.Header.Set("Content-Type", "application/json")
		req.RemoteAddr = source
		req.AddCookie(&http.Cookie{Name: sessionCookie, Value: who})
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, req)
		return w.Code, w.Body.String()
	}
	want := func(got int, body string, status int, word string) {
		t.Helper()
		if got != status || !strings.Contains(body, word) {
			t.Errorf("%d %s, want %d with %s", got, body, status, word)
		}
	}

	// Somebody looks, once a second: one entry of the trail, and one more after a pause.
	for range 60 {
		got, body := ask("ann", "192.0.2.1", "1234 5678")
		want(got, body, 200, `"subscribed":[{"kind":"audio","source":"microphone","layer":null,"wanted":0,"paused":false,"bits":0}]`)
		now = now.Add(time.Second)
	}
	if help.looked != 60 || len(help.noted) != 1 {
		t.Errorf("%d looks, %d entries", help.looked, len(help.noted))
	}
	now = now.Add(lookPause)
	ask("ann", "192.0.2.1", "12345678")
	ask("bob", "192.0.2.1", "12345678")
	if len(help.noted) != 3 || help.noted[1] == help.noted[2] {
		t.Errorf("after a pause, and with somebody else, %v is noted", help.noted)
	}

	// It ends while somebody looks.
	delete(help.good, "12345678")
	got, body := ask("ann", "192.0.2.1", "12345678")
	want(got, body, 404, codeHelpUnknown)

	// What is not written in the trail is not shown.
	help.broken = errors.New("no store today")
	looked := help.looked
	got, body = ask("ann", "192.0.2.1", "87654321")
	want(got, body, 500, codeInternal)
	if help.broken = nil; help.looked != looked {
		t.Error("somebody was shown what the trail does not know")
	}

	// Guesses are few, by account and by source; who looks already is not held up.
	now = now.Add(time.Hour)
	ask("bob", "192.0.2.7", "87654321")
	for range guessBurst {
		got, body = ask("ann", "192.0.2.1", "00000000")
		want(got, body, 404, codeHelpUnknown)
	}
	got, body = ask("ann", "192.0.2.2", "87654321")
	want(got, body, 429, string(account.CodeSlowDown))
	got, body = ask("bob", "192.0.2.1", "00000000")
	want(got, body, 429, string(account.CodeSlowDown))
	got, body = ask("bob", "192.0.2.1", "87654321")
	want(got, body, 200, `"path":"udp"`)
	now = now.Add(guessPause)
	got, body = ask("ann", "192.0.2.1", "87654321")
	want(got, body, 200, `"path":"udp"`)
}

// Who tried codes is forgotten as soon as that makes no difference.
func TestTriesAtCodesAreForgotten(t *testing.T) {
	now := time.Unix(1_800_000_000, 0)
	h := newHelper(nil, nil)
	try := func(who id.AccountID) bool {
		return h.mayGuess(&Call{Login: account.Login{Account: account.Account{ID: who}}, Now: now})
	}
	for range guessBurst {
		if !try("ann") {
			t.Fatal("held up too early")
		}
	}
	now = now.Add((guessBurst - 1) * guessPause)
	if try("bob"); len(h.accounts) != 2 {
		t.Errorf("%d are known, before ann's tries make no difference", len(h.accounts))
	}
	now = now.Add(guessPause)
	if try("bob"); len(h.accounts) != 1 {
		t.Errorf("%d are known, want bob alone", len(h.accounts))
	}
}
