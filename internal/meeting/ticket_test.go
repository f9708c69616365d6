package meeting

import (
	"testing"
	"time"

	"konklave/internal/id"
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
	ticket := s.ticketFor("bob")
	s.kill()
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
	s.kill() // the same after it
	s.back(4, "bob", ticket)
	s.expect(4, "lobby lobby notices=0")
}

// kill forgets everything but what was noted, as a killed process does.
func (s *scene) kill() {
	d := s.state.definition
	d.Condition = s.condition
	s.state = NewState(s.now, d)
	s.got, s.done = map[ConnID][]string{}, nil
}

func TestWhoWasSentBackWaitsWhateverTheTicket(t *testing.T) {
	s := newScene(t)
	s.come(1, "ann", Pass{Role: rules.Owner})
	s.join(2, "bob")
	s.come(3, "cid", Pass{Role: rules.Participant, Account: "c"})
	anns, bobs, cids := s.ticketFor("ann"), s.ticketFor("bob"), s.ticketFor("cid")
	s.ask(1, ToLobbyRequest{IDs: []id.Identity{"bob", "cid"}})
	waits := func(when string, conn ConnID, who string, by *Ticket, as Pass) {
		t.Helper()
		join := s.comer(conn, who, as)
		join.Ticket = by
		s.apply(join)
		if p := s.state.byConn[conn]; p == nil || p.waits == "" {
			t.Errorf("%s %s does not wait", when, who)
		}
	}
	guest, account := Pass{Role: rules.Participant}, Pass{Role: rules.Participant, Account: "c"}
	waits("in another tab", 4, "bob", bobs, guest)
	waits("without a ticket", 5, "bob too", nil, guest) // although nobody waited in this meeting before
	waits("without a ticket", 6, "cid", nil, account)
	s.kill()
	s.back(7, "ann", anns)
	waits("after a kill", 8, "bob", bobs, guest)
	waits("after a kill", 9, "cid", cids, account)

	s.ask(7, AdmitRequest{IDs: []id.Identity{"bob"}})
	s.ask(7, RefuseRequest{IDs: []id.Identity{"cid"}})
	s.kill()
	s.back(10, "bob", bobs)
	if s.state.present("bob") == nil {
		t.Error("let in again, bob waits")
	}
	waits("refused,", 11, "cid", cids, account)
}

func TestHeldAndKilledEverybodyWaitsOn(t *testing.T) {
	s := newScene(t)
	s.come(1, "ann", Pass{Role: rules.Owner})
	s.join(2, "bob")
	anns, bobs := s.ticketFor("ann"), s.ticketFor("bob")
	s.ask(1, HoldRequest{On: true})
	s.kill()
	s.back(3, "bob", bobs)
	s.expect(3, "lobby held notices=0")
	s.back(4, "ann", anns)
	s.ask(4, HoldRequest{})
	if s.state.waiting("bob") == nil {
		t.Error("nobody let bob in")
	}
	s.ask(4, AdmitRequest{All: true})
	if s.state.present("bob") == nil {
		t.Error("bob is not let in")
	}
	s.come(5, "cid", Pass{Role: rules.Participant, Account: "c"})
	s.ask(4, HoldRequest{On: true})
	s.ask(4, HoldRequest{})
	s.ask(4, RefuseRequest{IDs: []id.Identity{"bob", "cid"}})
	s.join(6, "bob")
	s.expect(6, "lobby lobby notices=0")
	s.come(7, "cid", Pass{Role: rules.Participant, Account: "c"})
	s.expect(7, "lobby lobby notices=0")
}

// What a host has changed holds until the end of the run, unless what is stored is changed.
func TestSettingsOutliveAKill(t *testing.T) {
	s := newScene(t)
	s.come(1, "ann", Pass{Role: rules.Owner})
	ticket, stored := s.ticketFor("ann"), s.state.settings
	changed := stored
	changed.Lobby, changed.People, changed.Speak = rules.LobbyAll, rules.SightHosts, rules.FloorCalled
	s.ask(1, ChangeSettingsRequest{Settings: changed})
	s.kill()
	s.back(2, "ann", ticket)
	s.join(3, "eve")
	s.expect(3, "lobby lobby notices=0")
	if s.state.settings != changed {
		t.Errorf("came back with %+v", s.state.settings)
	}
	for name, change := range map[string]func(*Definition){
		"stored anew meanwhile":       func(d *Definition) { d.Settings.Reactions = false },
		"not allowed at its level":    func(d *Definition) { d.Condition.Change.To.ChatLinks = true },
		"of a program that knew less": func(d *Definition) { d.Condition.Change.From.Address = "" },
	} {
		d := s.state.definition
		c := *s.condition.Change
		d.Condition = Condition{Run: s.condition.Run, Change: &c}
		change(&d)
		if got := NewState(s.now, d).settings; got != d.Settings {
			t.Errorf("%s: %+v", name, got)
		}
	}
	s.ask(2, EndRequest{})
	if s.condition.Change != nil || s.state.settings != stored {
		t.Error("the next run begins with the settings of the last")
	}
}

// A role that was taken back does not come back with a ticket from before.
func TestTicketGivesNoRoleThatWasTakenBack(t *testing.T) {
	s := newScene(t)
	s.come(1, "ann", Pass{Role: rules.Owner})
	s.join(2, "bob")
	s.join(3, "cid")
	s.ask(1, AppointRequest{ID: "bob", Role: rules.Moderator})
	anns, bobs := s.ticketFor("ann"), s.ticketFor("bob")
	s.ask(1, AppointRequest{ID: "bob", Role: rules.Participant})
	s.ask(1, HandOverRequest{ID: "cid"})
	cids := s.ticketFor("cid")
	for _, conn := range []ConnID{1, 2, 3} {
		s.ask(conn, LeaveRequest{})
	}
	for range 2 {
		s.back(4, "ann", anns)
		s.back(5, "bob", bobs)
		s.back(6, "cid", cids)
		for who, want := range map[id.Identity]rules.Role{"ann": rules.Moderator, "bob": rules.Participant, "cid": rules.Owner} {
			if p := s.state.present(who); p == nil || p.role != want {
				t.Errorf("%s is back as %+v", who, p)
			}
		}
		s.kill()
	}
}

func TestTicketIsGoodForOnePlace(t *testing.T) {
	s := newScene(t)
	s.come(1, "ann", Pass{Role: rules.Owner})
	s.join(2, "bob")
	s.ask(2, HandRequest{Up: true})
	ticket := s.ticketFor("bob")
	s.got = map[ConnID][]string{}
	s.back(3, "passed on", ticket)
	s.expect(2, "hangup replaced")
	s.expect(3, "welcome 2 bob people=2 chat=0")
	s.expect(1)
	if s.state.present("bob").hand == 0 {
		t.Error("the hand went down")
	}
	s.rejoin(4, "bob", 0)
	s.expect(4, "error session_unknown")
	s.rejoin(5, "passed on", 2)
	s.expect(5, "resumed 2")
}

// Who conducts by its account and was put out waits like a guest, and is none of the hosts when let in again.
func TestModeratorWhoWasPutOut(t *testing.T) {
	s := newScene(t)
	s.come(1, "ann", Pass{Role: rules.Owner, Account: "a", SkipLobby: true})
	moderator := Pass{Role: rules.Moderator, Account: "m", SkipLobby: true}
	s.come(2, "mod", moderator)
	s.ask(1, RemoveRequest{ID: "mod"})
	s.come(3, "mod", moderator)
	s.expect(3, "lobby lobby notices=0")
	s.ask(1, LockRequest{On: true})
	s.come(4, "mod too", moderator)
	s.expect(4, "error locked")
	s.ask(1, AdmitRequest{All: true})
	if p := s.state.present("mod"); p == nil || p.role != rules.Participant {
		t.Errorf("let in as %+v", p)
	}
}
