package meeting

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"konklave/internal/id"
	"konklave/internal/meeting/rules"
	"konklave/internal/pii"
)

// large is a meeting with as many people as there may be, but for one, whose owner is there by connection 1. One goroutine owns
// all meetings: while a command is applied everybody waits, in other meetings too.
type large struct {
	state *State
	now   time.Time
	last  int // number of the last person
	in    []id.Identity
}

func newLarge() *large {
	l := &large{now: time.Unix(1_800_000_000, 0), state: NewState(time.Unix(1_800_000_000, 0), open("t"))}
	for l.last < MaxPeople-1 {
		l.come()
	}
	return l
}

// apply gives the time that a command takes.
func (l *large) apply(c Command) time.Duration {
	l.now = l.now.Add(time.Second)
	began := time.Now()
	l.state.Apply(l.now, c)
	return time.Since(began)
}

func (l *large) ask(r Request) time.Duration { return l.apply(Act{Conn: 1, Request: r}) }

func (l *large) come() time.Duration {
	l.last++
	who, role := id.Identity(fmt.Sprintf("as-long-as-real-%06d", l.last)), rules.Participant
	if l.last == 1 {
		role = rules.Owner
	}
	l.in = append(l.in, who)
	return l.apply(Join{
		Conn: ConnID(l.last), Name: fmt.Sprint("Person ", l.last), Identity: who, Secret: pii.Token(who), TicketID: TicketID(who), Run: "r", Pass: Pass{Role: role},
	})
}

// leave has the one leave who has been there longest but for the owner.
func (l *large) leave() time.Duration {
	who := l.in[1]
	l.in = slices.Delete(l.in, 1, 2)
	return l.apply(Act{Conn: l.state.byID[who].conn, Request: LeaveRequest{}})
}

func (l *large) rejoin() time.Duration {
	p := l.state.people[len(l.state.people)/2]
	conn := p.conn
	l.apply(Lose{Conn: conn})
	return l.apply(Rejoin{Conn: conn, Secret: p.secret, Seq: p.seq})
}

// BenchmarkLargeMeeting applies each command in a meeting of 1,000 people and says how long it takes: in the middle, at most in 99 of
// 100 cases, and in the worst.
func BenchmarkLargeMeeting(b *testing.B) {
	yes := func(i int) bool { return i%2 == 0 }
	for name, do := range map[string]func(l *large, i int) time.Duration{
		"join":   func(l *large, _ int) time.Duration { l.leave(); return l.come() },
		"leave":  func(l *large, _ int) time.Duration { l.come(); return l.leave() },
		"rejoin": func(l *large, _ int) time.Duration { return l.rejoin() },
		"hand":   func(l *large, i int) time.Duration { return l.ask(HandRequest{Up: yes(i)}) },
		"lock":   func(l *large, i int) time.Duration { return l.ask(LockRequest{On: yes(i)}) },
		"tick":   func(l *large, _ int) time.Duration { return l.apply(Tick{}) },
		"chat": func(l *large, i int) time.Duration {
			return l.ask(ChatRequest{ID: fmt.Sprint(i), Body: []byte("hello")})
		},
		"appoint": func(l *large, i int) time.Duration {
			return l.ask(AppointRequest{ID: l.in[1], Role: []rules.Role{rules.Presenter, rules.Participant}[i%2]})
		},
		"settings": func(l *large, i int) time.Duration {
			s := l.state.settings
			s.HostGoneAfter = 1 + i%2
			return l.ask(ChangeSettingsRequest{Settings: s})
		},
		"settings that all need to know": func(l *large, i int) time.Duration {
			s := l.state.settings
			s.Reactions = yes(i)
			return l.ask(ChangeSettingsRequest{Settings: s})
		},
		"admit 200": func(l *large, _ int) time.Duration {
			l.ask(ToLobbyRequest{IDs: l.in[len(l.in)-200:]})
			return l.ask(AdmitRequest{All: true})
		},
	} {
		b.Run(name, func(b *testing.B) {
			l := newLarge()
			var took []time.Duration
			for i := 0; b.Loop(); i++ {
				took = append(took, do(l, i))
			}
			slices.Sort(took)
			at := func(part float64) float64 { return float64(took[int(part*float64(len(took)-1))]) / 1e3 }
			b.ReportMetric(at(0.5), "p50-µs")
			b.ReportMetric(at(0.99), "p99-µs")
			b.ReportMetric(at(1), "max-µs")
		})
	}
}
