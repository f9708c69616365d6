package meeting

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"konklave/internal/meeting/rules"
	"konklave/internal/pii"
)

// helps asks for a code.
func (s *scene) helps(conn ConnID, code string) {
	s.t.Helper()
	s.apply(Act{Conn: conn, Request: HelpStartRequest{}, Random: code})
}

// shown tells whose figures a code shows.
func (s *scene) shown(code pii.Token) string {
	if p := s.state.helped(s.now, code); p != nil {
		return string(p.identity)
	}
	return ""
}

// A code shows the figures of who has it, as long as that is meant, and the person knows while somebody looks.
func TestHelpWithAConnection(t *testing.T) {
	const code, other = "12345678", "87654321"
	watched := func(on bool) string { return fmt.Sprintf("help.watched {Watching:%t}", on) }
	for name, tt := range map[string]struct {
		then  func(s *scene)
		want  []string // told to ann
		shown string
	}{
		"nobody looks": {func(s *scene) {}, nil, "ann"},
		"somebody looks, then no more": {func(s *scene) {
			s.apply(Look{code})
			s.now = s.now.Add(4 * time.Second)
			s.apply(Look{code})
			s.apply(Tick{})
			s.now = s.now.Add(4 * time.Second)
			s.apply(Tick{})
			s.expect(1, watched(true))
			s.now = s.now.Add(time.Second)
			s.apply(Tick{})
		}, []string{watched(false)}, "ann"},
		"another code": {func(s *scene) { s.apply(Look{other}) }, nil, "ann"},
		"no code":      {func(s *scene) { s.apply(Look{""}) }, nil, "ann"},
		"it is ended": {func(s *scene) {
			s.apply(Act{Conn: 1, Request: HelpStopRequest{}})
		}, nil, ""},
		"it is ended while somebody looks": {func(s *scene) {
			s.apply(Look{code})
			s.apply(Act{Conn: 1, Request: HelpStopRequest{}})
			s.apply(Look{code})
		}, []string{watched(true), watched(false)}, ""},
		"a second code ends the first": {func(s *scene) {
			s.helps(1, other)
		}, []string{fmt.Sprintf("help.code {Code:%s Until:%d}", other, time.UnixMilli(1_000_000).Add(helpLife).UnixMilli())}, ""},
		"it ends after half an hour": {func(s *scene) {
			s.now = s.now.Add(helpLife - time.Second)
			s.apply(Look{code})
			s.now = s.now.Add(time.Second)
			if s.shown(code) != "" {
				s.t.Error("it is good for too long")
			}
			s.apply(Tick{})
		}, []string{watched(true), watched(false)}, ""},
		"the person leaves": {func(s *scene) { s.apply(Act{Conn: 1, Request: LeaveRequest{}}) }, []string{"hangup"}, ""},
		"the person is put out": {func(s *scene) {
			s.apply(Shut{Code: CodeShuttingDown})
		}, []string{"hangup shutting_down"}, ""},
		"the connection is broken": {func(s *scene) {
			s.apply(Lose{1})
			s.apply(Look{code}) // it could not be told
		}, nil, ""},
		"the connection breaks while somebody looks": {func(s *scene) {
			s.apply(Look{code})
			s.apply(Lose{1})
			s.apply(Look{code})
		}, []string{watched(true)}, "ann"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newScene(t)
			s.join(1, "ann")
			s.join(2, "bob")
			s.helps(1, code)
			s.got = map[ConnID][]string{}
			tt.then(s)
			s.expect(1, tt.want...)
			if got := s.shown(code); got != tt.shown {
				t.Errorf("the code shows %q, want %q", got, tt.shown)
			}
		})
	}
}

// Who comes back is told anew; who waits has nothing to show.
func TestHelpAcrossABreak(t *testing.T) {
	s := newScene(t)
	s.join(1, "ann")
	s.helps(1, "12345678")
	s.apply(Look{"12345678"})
	s.apply(Lose{1})
	s.now = s.now.Add(helpSilence)
	s.apply(Tick{})
	s.got = map[ConnID][]string{}
	s.rejoin(2, "ann", 0)
	s.expect(2, "resumed 0", "away ann 1", "help.watched {Watching:false}", "back ann 2")
	if s.shown("12345678") != "ann" {
		t.Error("the code is not good any more")
	}
}

// TestHelpLeavesNothing draws codes of a running service, and looks whether they are forgotten when they end.
func TestHelpLeavesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service := NewService(quiet().Config)
		defer service.Close()
		out := &codes{}
		ctx := context.Background()
		if err := service.Join(ctx, out, Admission{Request: JoinRequest{Link: "l", Name: "Ann"}, Definition: open("T"), Pass: Pass{Role: rules.Participant}}); err != nil {
			t.Fatal(err)
		}
		seen := map[string]bool{}
		for range 20 {
			_ = service.Handle(ctx, out, HelpStartRequest{})
			synctest.Wait()
			if len(out.last) != 8 || seen[out.last] {
				t.Fatalf("a code is %q", out.last)
			}
			seen[out.last] = true
		}
		code := pii.Token(out.last)
		if err := service.HelpKnown(ctx, code); err != nil || out.watched != 0 {
			t.Errorf("%v; told %d times", err, out.watched)
		}
		if f, err := service.Figures(ctx, code); err != nil || f.Path != "udp" || out.watched != 1 {
			t.Errorf("%+v, %v; told %d times", f, err, out.watched)
		}
		for code := range seen {
			if err := service.HelpKnown(ctx, pii.Token(code)); err == nil && code != out.last {
				t.Errorf("%s is still good", code)
			}
		}
		time.Sleep(helpLife + 2*time.Second)
		if _, err := service.Figures(ctx, code); !errors.Is(err, ErrHelpUnknown) {
			t.Errorf("after half an hour: %v", err)
		}
		if n, err := ask(ctx, service, func(r *registry, _ time.Time) (int, Code) { return len(r.helps), "" }); err != nil || n != 0 {
			t.Errorf("%d codes are kept, %v", n, err)
		}
	})
}

// codes is an Outlet that keeps the last code.
type codes struct {
	last    string
	watched int
}

func (c *codes) Send(f Frame) {
	switch m := f.message.(type) {
	case HelpCode:
		c.last = m.Code
	case HelpWatched:
		c.watched++
	}
}
func (*codes) Close(Code) {}
