package meeting

import (
	"testing"
	"time"

	"konklave/internal/meeting/rules"
)

// ticketFor is the ticket that somebody has at hand.
func (s *scene) ticketFor(who string) *Ticket {
	for _, p := range s.state.people {
		if string(p.identity) == who {
			return s.state.ticketOf(p)
		}
	}
	s.t.Fatalf("%s is not in", who)
	return nil
}

// return has somebody come with a ticket.
func (s *scene) back(conn ConnID, who string, t *Ticket) {
	s.t.Helper()
	join := s.comer(conn, who, Pass{Role: rules.Participant})
	join.Ticket = t
	s.apply(join)
}

func TestTicketGivesTheRoleBackAfterAKill(t *testing.T) {
	s := newScene(t)
	s.come(1, "ann", Pass{Role: rules.Owner})
	s.join(2, "bob")
	s.apply(Act{Conn: 1, Request: AppointRequest{ID: "bob", Role: rules.Moderator}})
	s.apply(Act{Conn: 1, Request: LockRequest{On: true}})
	ticket, d := s.ticketFor("bob"), s.state.definition
	d.Condition = s.condition

	s.state = NewState(s.now, d) // the process was killed
	s.got = map[ConnID][]string{}
	s.back(3, "bob", ticket)
	s.join(4, "eve")
	if p := s.state.present("bob"); p == nil || p.role != rules.Moderator {
		t.Errorf("came back as %+v", s.got[3])
	}
	s.expect(4, "error locked")
	late := *ticket
	late.Expires = s.now
	s.back(5, "late", &late)
	s.expect(5, "error locked")
}

func TestTicketsEndWithTheRun(t *testing.T) {
	s := newScene(t)
	s.come(1, "ann", Pass{Role: rules.Owner})
	s.join(2, "bob")
	s.apply(Act{Conn: 1, Request: AppointRequest{ID: "bob", Role: rules.Moderator}})
	ticket := s.ticketFor("bob")
	s.apply(Act{Conn: 1, Request: EndRequest{}})
	s.pass(time.Second)
	s.back(3, "bob", ticket)
	if p := s.state.present("bob"); p == nil || p.role != rules.Participant {
		t.Error("the ticket of a run that is over is good")
	}
}

func TestTicketOfWhoWasRemovedIsWorthless(t *testing.T) {
	s := newScene(t)
	s.come(1, "ann", Pass{Role: rules.Owner})
	s.join(2, "bob")
	ticket := s.ticketFor("bob")
	s.apply(Act{Conn: 1, Request: RemoveRequest{ID: "bob", Refuse: true}})
	s.expectDone("OpenRoom", "Note", "Note", "remove bob")
	s.got = map[ConnID][]string{}
	s.back(3, "bob", ticket)
	s.expect(3, "lobby lobby notices=0")
	s.expect(1, "knocked bob lobby 4")
	d := s.state.definition
	d.Condition = s.condition
	s.state = NewState(s.now, d) // the same after a kill
	s.back(4, "bob", ticket)
	s.expect(4, "lobby lobby notices=0")
}
