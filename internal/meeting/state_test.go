package meeting

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"konklave/internal/id"
	"konklave/internal/meeting/rules"
	"konklave/internal/pii"
)

// scene is a State with a clock and the clients' view of it: what each connection received.
type scene struct {
	t     *testing.T
	state *State
	now   time.Time
	got   map[ConnID][]string // messages in short
	done  []string            // all other effects in short

	rights    map[id.Identity]Rights // as the media server knows them
	condition Condition              // as noted last
	audience  map[ConnID]Audience
}

// open is a discussion that begins when somebody comes, as those that are made without an account.
func open(title pii.Text) Definition {
	settings := rules.Preset(rules.Discussion, rules.Open)
	settings.Start, settings.HostGone = rules.StartAll, rules.HostGoneOn
	return Definition{ID: "meeting", Title: title, Kind: rules.Discussion, Level: rules.Open, Settings: settings}
}

func newScene(t *testing.T) *scene {
	start := time.UnixMilli(1_000_000)
	return &scene{t: t, state: NewState(start, open("Title")), now: start, got: map[ConnID][]string{}, rights: map[id.Identity]Rights{}, audience: map[ConnID]Audience{}}
}

func (s *scene) apply(c Command) []Effect {
	s.t.Helper()
	effects := s.state.Apply(s.now, c)
	for _, e := range effects {
		s.record(e)
	}
	return effects
}

func (s *scene) record(e Effect) {
	tell := func(conn ConnID, text string) { s.got[conn] = append(s.got[conn], text) }
	switch e := e.(type) {
	case Admit:
		tell(e.Conn, fmt.Sprintf("welcome %d %s people=%d chat=%d", e.Welcome.Seq, e.Welcome.Self, len(e.Welcome.People), len(e.Welcome.Chat)))
	case Send:
		switch m := e.Message.(type) {
		case Refusal:
			tell(e.Conn, strings.TrimSpace(fmt.Sprintf("error %s %s", m.Code, m.Ref)))
		case Resumed:
			tell(e.Conn, fmt.Sprintf("resumed %d", m.Seq))
		case Audience:
			s.audience[e.Conn] = m
		case Lobby:
			tell(e.Conn, fmt.Sprintf("lobby %s notices=%d", m.Why, len(m.Notices)))
		case Notice:
			tell(e.Conn, fmt.Sprintf("notice %s", m.Body))
		default:
			tell(e.Conn, fmt.Sprintf("%s %+v", m.messageType(), m))
		}
	case Deliver:
		for _, d := range e.To {
			tell(d.Conn, fmt.Sprintf("%s %d", short(e.Event), d.Seq))
		}
	case HangUp:
		tell(e.Conn, strings.TrimSpace("hangup "+string(e.Code)))
	case GiveToken:
		tell(e.Conn, "token "+string(e.Identity))
	case Cast:
		for _, conn := range e.To {
			tell(conn, fmt.Sprintf("%s %+v", e.Message.messageType(), e.Message))
		}
	case Allow:
		s.rights[e.Identity] = e.Rights
	case Note:
		s.condition = e.Condition
		s.done = append(s.done, "Note")
	case StopMedia:
		s.done = append(s.done, fmt.Sprintf("stop %s of %s", e.Source, e.Identity))
	case RemoveMedia:
		delete(s.rights, e.Identity)
		s.done = append(s.done, "remove "+string(e.Identity))
	default:
		s.done = append(s.done, strings.TrimPrefix(fmt.Sprintf("%T", e), "meeting."))
	}
}

func short(e Event) string {
	switch e := e.(type) {
	case Joined:
		return "joined " + string(e.Person.ID)
	case Left:
		return "left " + string(e.ID)
	case Away:
		return "away " + string(e.ID)
	case Back:
		return "back " + string(e.ID)
	case Chat:
		return fmt.Sprintf("chat %s:%s", e.From, e.Body)
	}
	return shortConduct(e)
}

func shortConduct(e Event) string {
	switch e := e.(type) {
	case Changed:
		p := e.Person
		text := fmt.Sprintf("changed %s %s", p.ID, p.Role)
		if p.Hand != 0 {
			text += " hand"
		}
		if p.Floor {
			text += " floor"
		}
		if len(p.Companions) > 0 {
			text += fmt.Sprint(" companions=", len(p.Companions))
		}
		return text
	case MeetingChanged:
		return fmt.Sprintf("meeting locked=%t held=%t lobby=%s ends=%t", e.Meeting.Locked, e.Meeting.Held, e.Meeting.Settings.Lobby, e.Meeting.EndsAt > 0)
	case Knocked:
		return fmt.Sprintf("knocked %s %s", e.Person.ID, e.Person.Why)
	case WaitOver:
		return fmt.Sprintf("wait_over %s %t", e.ID, e.Admitted)
	case Edited:
		return fmt.Sprintf("edited %s:%s", e.From, e.Body)
	case Deleted:
		return fmt.Sprintf("deleted %s:%s", e.From, e.ID)
	case Asked:
		return fmt.Sprintf("asked %s", e.Device)
	case Stopped:
		return fmt.Sprintf("stopped %s", e.Device)
	case File:
		return fmt.Sprintf("file %s:%s", e.From, e.Name)
	}
	return "?"
}

func (s *scene) join(conn ConnID, who string) {
	s.t.Helper()
	s.come(conn, who, Pass{Role: rules.Participant})
}

// come is join for somebody who is known.
func (s *scene) come(conn ConnID, who string, as Pass) {
	s.t.Helper()
	s.apply(s.comer(conn, who, as))
}

func (s *scene) comer(conn ConnID, who string, as Pass) Join {
	return Join{
		Conn: conn, Name: strings.ToUpper(who), Pass: as, Identity: id.Identity(who), Secret: pii.Token("secret of " + who),
		TicketID: TicketID("ticket of " + who), Run: fmt.Sprint("run ", conn),
	}
}

func (s *scene) rejoin(conn ConnID, who string, seq uint64) {
	s.t.Helper()
	s.apply(Rejoin{Conn: conn, Secret: pii.Token("secret of " + who), Seq: seq})
}

func (s *scene) say(conn ConnID, ref, text string) {
	s.t.Helper()
	s.apply(Act{Conn: conn, Request: ChatRequest{ID: ref, Body: []byte(text)}})
}

// pass lets time go by in steps of a second, as the loop does.
func (s *scene) pass(d time.Duration) {
	s.t.Helper()
	for ; d > 0; d -= time.Second {
		s.now = s.now.Add(min(d, time.Second))
		s.apply(Tick{})
	}
}

// expect compares what a connection received since the last time.
func (s *scene) expect(conn ConnID, want ...string) {
	s.t.Helper()
	if got := s.got[conn]; !slices.Equal(got, want) {
		s.t.Errorf("connection %d received %q, want %q", conn, got, want)
	}
	delete(s.got, conn)
}

func (s *scene) expectDone(want ...string) {
	s.t.Helper()
	if !slices.Equal(s.done, want) {
		s.t.Errorf("other effects %q, want %q", s.done, want)
	}
	s.done = nil
}

func TestPeopleComeTalkAndGo(t *testing.T) {
	s := newScene(t)
	s.join(1, "ann")
	s.expect(1, "welcome 0 ann people=1 chat=0")
	s.expectDone("OpenRoom", "Note")
	s.join(2, "bob")
	s.expect(1, "joined bob 1")
	s.expect(2, "welcome 0 bob people=2 chat=0")
	s.say(1, "a1", "hello")
	s.expect(1, "chat ann:hello 2")
	s.expect(2, "chat ann:hello 1")
	s.join(3, "cid")
	s.expect(3, "welcome 0 cid people=3 chat=1")
	s.apply(Act{Conn: 1, Request: LeaveRequest{}})
	s.expect(1, "joined cid 3", "hangup")
	s.expect(2, "joined cid 2", "left ann 3")
	s.expect(3, "left ann 1")
	s.expectDone("remove ann")
	if got := s.state.count(); got != 2 {
		t.Errorf("%d are counted, want 2", got)
	}
}

func TestWelcomeTellsEverything(t *testing.T) {
	s := newScene(t)
	s.join(1, "ann")
	s.say(1, "a1", "hello")
	s.now = s.now.Add(time.Minute)
	effects := s.apply(Join{Conn: 2, Name: "  Bob B. ", Identity: "bob", Secret: "s", Pass: Pass{Role: rules.Participant}})
	got := welcomeIn(t, effects)
	if !slices.Contains(got.May, rules.Chat) || slices.Contains(got.May, rules.Mute) {
		t.Errorf("a participant may %v", got.May)
	}
	got.May = nil
	want := Welcome{
		Self:    "bob",
		Person:  "bob",
		Session: "s",
		Role:    rules.Participant,
		Meeting: Info{
			Title: "Title", Kind: rules.Discussion, Level: rules.Open, Settings: s.state.settings, StartedAt: 1_000_000,
		},
		People: []Person{
			{ID: "ann", Name: "ANN", Role: rules.Participant, Guest: true, JoinedAt: 1_000_000},
			{ID: "bob", Name: "Bob B.", Role: rules.Participant, Guest: true, JoinedAt: 1_060_000},
		},
		Waiting: []Waiting{},
		Chat:    []Said{{ID: "a1", From: "ann", At: 1_000_000, Body: []byte("hello")}},
		Files:   []SharedFile{},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("welcome\n%+v, want\n%+v", got, want)
	}
}

func TestBrokenConnectionKeepsThePlace(t *testing.T) {
	s := newScene(t)
	s.join(1, "ann")
	s.join(2, "bob")
	s.say(2, "b1", "one")
	s.expect(1, "welcome 0 ann people=1 chat=0", "joined bob 1", "chat bob:one 2")
	s.apply(Lose{Conn: 1})
	s.say(2, "b2", "two")
	s.join(3, "cid")
	s.pass(RejoinGrace - time.Second)
	s.rejoin(4, "ann", 1)
	s.expect(4, "resumed 1", "chat bob:one 2", "chat bob:two 3", "joined cid 4", "away ann 5", "back ann 6")
	s.say(2, "b3", "three")
	s.expect(4, "chat bob:three 7")
	s.expect(1)
	s.pass(time.Hour)
	s.expect(4)
	s.expectDone("OpenRoom", "Note")
}

func TestPlaceIsLostAfterTheGrace(t *testing.T) {
	s := newScene(t)
	s.join(1, "ann")
	s.join(2, "bob")
	s.expectDone("OpenRoom", "Note")
	s.expect(2, "welcome 0 bob people=2 chat=0")
	s.apply(Lose{Conn: 1})
	s.pass(RejoinGrace)
	s.expect(2, "away ann 1", "left ann 2")
	s.expectDone("remove ann")
	s.rejoin(3, "ann", 0)
	s.expect(3, "error session_unknown")
	s.join(3, "ann2")
	s.expect(3, "welcome 0 ann2 people=2 chat=0")
}

func TestOthersAreToldOfALongerBreak(t *testing.T) {
	s := newScene(t)
	s.join(1, "ann")
	s.join(2, "bob")
	s.got = map[ConnID][]string{}
	s.apply(Lose{Conn: 1})
	s.pass(awayAfter - time.Second)
	s.rejoin(3, "ann", 1)
	s.expect(2) // a short break is nobody's business
	s.expect(3, "resumed 1")
	s.apply(Lose{Conn: 3})
	s.pass(awayAfter)
	s.expect(2, "away ann 1")
	s.pass(2 * awayAfter)
	s.expect(2) // told once
	effects := s.apply(Join{Conn: 4, Name: "cid", Identity: "cid", Secret: "s", Pass: Pass{Role: rules.Participant}})
	people := welcomeIn(t, effects).People
	if !people[0].Away || people[1].Away || people[2].Away {
		t.Errorf("a newcomer sees %+v", people)
	}
	s.rejoin(5, "ann", 1)
	s.expect(2, "joined cid 2", "back ann 3")
	s.expect(4, "welcome 0 cid people=3 chat=0", "back ann 1")
	s.expect(5, "resumed 1", "away ann 2", "joined cid 3", "back ann 4")
}

func TestBackAfterAFreshWelcome(t *testing.T) {
	s := newScene(t)
	s.join(1, "ann")
	s.join(2, "bob")
	s.got = map[ConnID][]string{}
	s.apply(Lose{Conn: 1})
	s.pass(awayAfter)
	s.rejoin(3, "ann", 1_000)
	s.expect(3, "welcome 2 ann people=2 chat=0", "back ann 3")
	s.expect(2, "away ann 1", "back ann 2")
}

func TestRejoinGetsAFreshWelcomeWhenEventsAreGone(t *testing.T) {
	s := newScene(t)
	s.join(1, "ann")
	s.join(2, "bob")
	s.apply(Lose{Conn: 1})
	for i := range ReplayHistory {
		s.join(ConnID(10+i), fmt.Sprint("p", i))
	}
	s.rejoin(3, "ann", 1) // just in reach
	if got := len(s.got[3]); got != 1+ReplayHistory {
		t.Errorf("%d messages after the rejoin, want %d", got, 1+ReplayHistory)
	}
	delete(s.got, 3)
	s.rejoin(4, "ann", 0) // one too far
	s.expect(3, "hangup replaced")
	s.expect(4, fmt.Sprintf("welcome %d ann people=%d chat=0", ReplayHistory+1, ReplayHistory+2))
	s.rejoin(5, "ann", 1_000_000) // never was
	s.expect(5, fmt.Sprintf("welcome %d ann people=%d chat=0", ReplayHistory+1, ReplayHistory+2))
}

// welcomeIn gives the welcome among effects.
func welcomeIn(t *testing.T, effects []Effect) Welcome {
	t.Helper()
	for _, e := range effects {
		if a, ok := e.(Admit); ok {
			return a.Welcome
		}
	}
	t.Fatalf("nobody is welcome: %v", effects)
	return Welcome{}
}

func TestReplayHasNoHoleAroundTheTrimming(t *testing.T) {
	p := &person{welcomed: true}
	for i := range 5 * ReplayHistory {
		p.keep(&note{event: Left{ID: id.Identity(fmt.Sprint(i + 1))}})
		for _, back := range []uint64{0, 1, 100, ReplayHistory} {
			if back > p.seq {
				continue
			}
			events, ok := p.sinceEvent(p.seq - back)
			if !ok || len(events) != int(back) {
				t.Fatalf("at %d the last %d events are %d, %v", p.seq, back, len(events), ok)
			}
			for j, e := range events {
				if got, want := e.event.(Left).ID, id.Identity(fmt.Sprint(p.seq-back+uint64(j)+1)); got != want {
					t.Fatalf("at %d: event %s, want %s", p.seq, got, want)
				}
			}
		}
		if len(p.missed) > 2*ReplayHistory {
			t.Fatalf("%d events kept", len(p.missed))
		}
	}
}

func TestReplacedConnection(t *testing.T) {
	s := newScene(t)
	s.join(1, "ann")
	s.rejoin(2, "ann", 0)
	s.expect(1, "welcome 0 ann people=1 chat=0", "hangup replaced")
	s.expect(2, "resumed 0")
	s.apply(Lose{Conn: 1}) // the old socket ends only now
	s.pass(2 * RejoinGrace)
	s.say(1, "a1", "from the old one")
	s.say(2, "a2", "from the new one")
	s.expect(2, "chat ann:from the new one 1")
	s.expect(1)
}

func TestRoomClosesAfterTheLastPerson(t *testing.T) {
	s := newScene(t)
	s.join(1, "ann")
	s.say(1, "a1", "hello")
	s.apply(Act{Conn: 1, Request: LeaveRequest{}})
	s.expectDone("OpenRoom", "Note", "remove ann")
	s.pass(emptyGrace - time.Second)
	s.expectDone()
	s.join(2, "bob") // the chat is still there
	s.expect(2, "welcome 0 bob people=1 chat=1")
	s.apply(Lose{Conn: 2})
	s.pass(RejoinGrace)
	s.expectDone("remove bob")
	s.pass(emptyGrace)
	s.expectDone("CloseRoom", "Note", "Expire")
	s.join(3, "cid")
	s.expect(3, "welcome 0 cid people=1 chat=0")
	s.expectDone("OpenRoom", "Note")
}

func TestStateExpiresWhenNobodyIsThere(t *testing.T) {
	s := newScene(t)
	s.join(1, "ann")
	s.apply(Act{Conn: 1, Request: LeaveRequest{}})
	s.done = nil
	s.pass(emptyGrace - time.Second)
	s.expectDone()
	s.pass(time.Second)
	s.expectDone("CloseRoom", "Note", "Expire")
}

func TestChatIsLimited(t *testing.T) {
	s := newScene(t)
	s.join(1, "ann")
	s.join(2, "bob")
	for i := range chatBurst {
		s.say(1, fmt.Sprint("m", i), "x")
		s.now = s.now.Add(100 * time.Millisecond)
	}
	delete(s.got, 1)
	s.say(1, "over", "x")
	s.expect(1, "error rate_limited over")
	s.say(2, "b", "y")
	s.expect(1, "chat bob:y 22") // the others are not concerned
	s.now = s.now.Add(chatWindow - chatBurst*100*time.Millisecond)
	s.say(1, "over", "x")
	s.expect(1, "chat ann:x 23")
	s.say(1, "over2", "x")
	s.expect(1, "error rate_limited over2")
}

func TestChatIsNotSaidTwice(t *testing.T) {
	s := newScene(t)
	s.join(1, "ann")
	s.join(2, "bob")
	s.say(1, "same", "x")
	s.say(1, "same", "x")
	s.say(2, "same", "y") // another person's id
	s.expect(2, "welcome 0 bob people=2 chat=0", "chat ann:x 1", "chat bob:y 2")
}

func TestChatHistoryIsBounded(t *testing.T) {
	s := newScene(t)
	s.join(1, "ann")
	for i := range ChatHistory + 50 {
		s.say(1, fmt.Sprint("m", i), fmt.Sprint(i))
		s.now = s.now.Add(time.Second)
	}
	effects := s.apply(Join{Conn: 2, Name: "b", Identity: "bob", Secret: "s", Pass: Pass{Role: rules.Participant}})
	chat := welcomeIn(t, effects).Chat
	if len(chat) != ChatHistory || string(chat[0].Body) != "50" || string(chat[ChatHistory-1].Body) != "249" {
		t.Errorf("chat has %d messages from %q", len(chat), chat[0].Body)
	}
}

func TestFullMeeting(t *testing.T) {
	s := newScene(t)
	for i := range MaxPeople {
		s.join(ConnID(i+1), fmt.Sprint("p", i))
	}
	s.join(5000, "late")
	s.expect(5000, "error too_many")
	s.apply(Act{Conn: 7, Request: LeaveRequest{}})
	s.join(5000, "late")
	s.expect(5000, fmt.Sprintf("welcome 0 late people=%d chat=0", MaxPeople))
}

func TestShutSendsEverybodyOut(t *testing.T) {
	s := newScene(t)
	s.join(1, "ann")
	s.join(2, "bob")
	s.apply(Lose{Conn: 2})
	s.got, s.done = map[ConnID][]string{}, nil
	s.apply(Shut{Code: CodeShuttingDown})
	s.expect(1, "hangup shutting_down")
	s.expectDone("remove ann", "remove bob", "CloseRoom")
	if s.state.Has(1) || s.state.count() > 0 {
		t.Error("somebody is still in")
	}
}

func TestStrangersAreIgnored(t *testing.T) {
	s := newScene(t)
	s.join(1, "ann")
	s.got = map[ConnID][]string{}
	for _, c := range []Command{Act{Conn: 9, Request: ChatRequest{}}, Act{Conn: 9, Request: LeaveRequest{}}, Lose{Conn: 9}} {
		if effects := s.apply(c); len(effects) != 0 {
			t.Errorf("%T had the effects %v", c, effects)
		}
	}
	s.apply(Act{Conn: 1, Request: TokenRequest{}})
	s.expect(1, "token ann")
}

func TestRejoinWithTheEmptySecret(t *testing.T) {
	s := newScene(t)
	s.join(1, "ann")
	s.apply(Rejoin{Conn: 2})
	s.expect(2, "error session_unknown")
}

func BenchmarkChatAmongThousand(b *testing.B) {
	now := time.UnixMilli(0)
	state := NewState(now, open("t"))
	for i := range MaxPeople {
		state.Apply(now, Join{Conn: ConnID(i + 1), Name: "n", Identity: id.Identity(fmt.Sprint(i)), Secret: pii.Token(fmt.Sprint("s", i)), Pass: Pass{Role: rules.Participant}})
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		now = now.Add(time.Second)
		state.Apply(now, Act{Conn: ConnID(i%MaxPeople + 1), Request: ChatRequest{ID: fmt.Sprint(i), Body: []byte("x")}})
	}
}
