package meeting

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"

	"konklave/internal/id"
	"konklave/internal/meeting/rules"
	"konklave/internal/pii"
)

// TestViewsAreWhatTheyShouldBe applies thousands of random commands, with breaks and rejoins in between, and compares what each
// client has made of its messages with what it may know; and what the media server was told with what people may do.
func TestViewsAreWhatTheyShouldBe(t *testing.T) {
	t.Parallel()
	for seed := range uint64(40) {
		w := newCrowd(t, seed)
		for range 400 {
			w.step()
		}
	}
}

// crowd makes random commands, and remembers from effects alone what clients and the media server know.
type crowd struct {
	t       *testing.T
	rand    *rand.Rand
	now     time.Time
	state   *State
	last    int // number of the last person, and of the last connection
	clients map[ConnID]*client
	broken  []*client // that may come back
	rights  map[id.Identity]Rights
	tickets []*Ticket // that somebody was ever given
	noted   Condition
	what    string // the command, for failures
}

// client is what one device knows.
type client struct {
	conn    ConnID
	secret  string
	self    id.Identity
	in      bool
	seq     uint64
	people  map[id.Identity]Person
	waiting map[id.Identity]Waiting
	chat    map[string]Said
	meeting Info
}

func newCrowd(t *testing.T, seed uint64) *crowd {
	w := &crowd{
		t: t, rand: rand.New(rand.NewPCG(seed, 2)), now: time.Unix(1_800_000_000, 0),
		clients: map[ConnID]*client{}, rights: map[id.Identity]Rights{},
	}
	kind := rules.Kinds()[seed%5]
	level := rules.DefaultLevel(kind)
	settings := rules.Preset(kind, level)
	if seed%3 == 0 {
		settings.Lobby = rules.LobbyAll
	}
	w.state = NewState(w.now, Definition{ID: "m", Title: "T", Kind: kind, Level: level, Settings: settings})
	return w
}

func (w *crowd) fail(format string, args ...any) {
	w.t.Helper()
	w.t.Fatalf("%s: %s", w.what, fmt.Sprintf(format, args...))
}

func (w *crowd) step() {
	w.t.Helper()
	w.now = w.now.Add(time.Duration(w.rand.IntN(1500)) * time.Millisecond)
	c := w.command()
	w.what = fmt.Sprintf("%T", c)
	if a, ok := c.(Act); ok {
		w.what = fmt.Sprintf("%T by %d", a.Request, a.Conn)
	}
	back := w.isSentBack(c)
	for _, e := range w.state.Apply(w.now, c) {
		w.take(e)
	}
	if j, ok := c.(Join); ok && back && w.state.present(j.Identity) != nil {
		w.fail("%s has come by the ticket of somebody who waits", j.Identity)
	}
	w.checkViews()
	w.checkRights()
	w.checkNoted()
}

// isSentBack tells whether a command brings somebody by nothing but a ticket whose owner was sent back to the lobby.
func (w *crowd) isSentBack(c Command) bool {
	j, ok := c.(Join)
	return ok && j.Companion == "" && !j.Pass.Role.Hosts() && j.Ticket.GoodFor(w.now, "m", w.state.condition) &&
		slices.Contains(w.state.condition.Back, j.Ticket.ID)
}

// checkNoted holds that a killed process would know what this one knows.
func (w *crowd) checkNoted() {
	w.t.Helper()
	if now := w.state.conditionNow(); !reflect.DeepEqual(w.noted, now) {
		w.fail("noted is\n%+v, want\n%+v", w.noted, now)
	}
}

func (w *crowd) command() Command {
	if len(w.state.byConn) < 3 || w.rand.IntN(10) == 0 && len(w.state.byID) < 14 {
		w.last++
		conn := ConnID(w.last)
		w.clients[conn] = &client{conn: conn}
		roles := rules.Roles()
		j := Join{
			Conn: conn, Name: fmt.Sprint("Person ", w.last), Pass: Pass{Role: roles[w.rand.IntN(len(roles))]},
			Identity: id.Identity(fmt.Sprint("p", w.last)), Secret: pii.Token(fmt.Sprint("secret ", w.last)),
			TicketID: TicketID(fmt.Sprint("t", w.last)), Run: fmt.Sprint("run", w.last),
		}
		if w.rand.IntN(3) == 0 {
			j.Pass.Account = id.AccountID(fmt.Sprint("a", w.rand.IntN(6)))
		}
		if len(w.tickets) > 0 && w.rand.IntN(3) == 0 {
			j.Ticket = w.tickets[w.rand.IntN(len(w.tickets))]
		}
		if passes := w.passes(); len(passes) > 0 && w.rand.IntN(2) == 0 {
			j.Companion = passes[0]
		}
		return j
	}
	switch n := w.rand.IntN(12); {
	case n == 0:
		return Tick{}
	case n == 1:
		if c := w.anyClient(); c != nil {
			delete(w.clients, c.conn)
			w.broken = append(w.broken, c)
			return Lose{Conn: c.conn}
		}
	case n == 2 && len(w.broken) > 0:
		i := w.rand.IntN(len(w.broken))
		c := w.broken[i]
		w.broken = slices.Delete(w.broken, i, i+1)
		w.last++
		c.conn = ConnID(w.last)
		w.clients[c.conn] = c
		return Rejoin{Conn: c.conn, Secret: pii.Token(c.secret), Seq: c.seq}
	case n == 3 && len(w.state.people) > 0:
		p := w.state.people[w.rand.IntN(len(w.state.people))]
		return Forwarded{Identity: p.identity, Sources: []Forwarding{{Source: SourceCamera, Received: true, To: []id.Identity{w.anyone()}}}}
	}
	if c := w.anyClient(); c != nil {
		return Act{Conn: c.conn, Request: w.request(), Random: fmt.Sprint("random", w.last, w.rand.Uint32())}
	}
	return Tick{}
}

func (w *crowd) passes() (all []pii.Token) {
	for _, p := range w.state.people {
		for _, pass := range p.passes {
			all = append(all, pass.secret)
		}
	}
	return all
}

func (w *crowd) anyClient() *client {
	var conns []ConnID
	for conn := range w.clients {
		conns = append(conns, conn)
	}
	if len(conns) == 0 {
		return nil
	}
	slices.Sort(conns)
	return w.clients[conns[w.rand.IntN(len(conns))]]
}

func (w *crowd) anyone() id.Identity {
	return id.Identity(fmt.Sprint("p", 1+w.rand.IntN(max(1, w.last))))
}

func (w *crowd) request() Request {
	yes, who, ids := w.rand.IntN(2) == 0, w.anyone(), []id.Identity{w.anyone(), w.anyone(), w.anyone()}
	roles := rules.Roles()[1:]
	ref := fmt.Sprint("m", w.rand.IntN(12))
	requests := []Request{
		AdmitRequest{IDs: ids}, AdmitRequest{All: true}, RefuseRequest{IDs: ids[:1]}, NoticeRequest{All: yes, IDs: ids, Body: []byte("wait")},
		CallInRequest{ID: who, Together: yes}, ToLobbyRequest{IDs: ids[:1]}, MuteRequest{IDs: ids}, StopCameraRequest{All: true},
		StopShareRequest{IDs: ids}, AskRequest{IDs: ids, Device: Camera}, RemoveRequest{ID: who, Refuse: yes}, LockRequest{On: yes},
		HoldRequest{On: w.rand.IntN(4) == 0}, HandOverRequest{ID: who}, AppointRequest{ID: who, Role: roles[w.rand.IntN(len(roles))]},
		RenameRequest{ID: who, Name: fmt.Sprint("Name ", w.rand.IntN(3))}, w.settings(), HandRequest{Up: yes}, LowerHandRequest{All: true},
		GiveFloorRequest{ID: who, On: yes}, GiveFloorRequest{On: true}, ReactRequest{Reaction: "clap"}, CompanionRequest{}, TokenRequest{},
		ChatRequest{ID: ref, Body: []byte("hello")}, ChatRequest{ID: ref, To: who, Body: []byte("psst")}, ChatRequest{ID: ref, Body: make([]byte, 7000)},
		EditRequest{ID: ref, Body: []byte(fmt.Sprint("new", w.rand.IntN(100)))}, DeleteRequest{ID: ref}, DeleteRequest{ID: ref, From: who},
		SendFileRequest{ID: ref, Name: []byte("f"), Size: 1}, GetFileRequest{ID: ref, From: who}, LeaveRequest{},
	}
	if w.rand.IntN(80) == 0 {
		return EndRequest{}
	}
	return requests[w.rand.IntN(len(requests))]
}

func (w *crowd) settings() Request {
	s := w.state.settings
	s.People = []rules.Sight{rules.SightAll, rules.SightHosts}[w.rand.IntN(2)]
	s.Chat = []rules.Reach{rules.ReachAll, rules.ReachHosts, rules.ReachOff}[w.rand.IntN(3)]
	s.Speak = []rules.Floor{rules.FloorAll, rules.FloorCalled}[w.rand.IntN(2)]
	return ChangeSettingsRequest{Settings: s}
}

// take plays the registry, the media server and the clients.
func (w *crowd) take(e Effect) {
	w.t.Helper()
	switch e := e.(type) {
	case Admit:
		w.welcome(w.clients[e.Conn], e.Welcome)
		if e.Ticket != nil {
			w.tickets = append(w.tickets, e.Ticket)
		}
	case Note:
		w.noted = e.Condition
	case Send:
		w.message(w.clients[e.Conn], e.Message)
	case Cast:
		for _, conn := range e.To {
			w.message(w.clients[conn], e.Message)
		}
	case Deliver:
		for _, d := range e.To {
			w.event(w.clients[d.Conn], d.Seq, e.Event)
		}
	case GiveToken:
		if c := w.clients[e.Conn]; c == nil || !c.in {
			w.fail("a token for who is not in")
		}
	case HangUp:
		delete(w.clients, e.Conn)
	case Allow:
		w.rights[e.Identity] = e.Rights
	case RemoveMedia:
		delete(w.rights, e.Identity)
	}
}

func (w *crowd) welcome(c *client, m Welcome) {
	w.t.Helper()
	if c == nil {
		w.fail("a welcome for nobody")
	}
	c.in, c.self, c.secret, c.seq, c.meeting = true, m.Self, m.Session, m.Seq, m.Meeting
	c.people, c.waiting, c.chat = map[id.Identity]Person{}, map[id.Identity]Waiting{}, map[string]Said{}
	for _, p := range m.People {
		c.people[p.ID] = p
	}
	for _, p := range m.Waiting {
		c.waiting[p.ID] = p
	}
	for _, s := range m.Chat {
		c.chat[string(s.From)+s.ID] = s
	}
}

func (w *crowd) message(c *client, m Message) {
	w.t.Helper()
	switch m := m.(type) {
	case Lobby:
		c.in, c.secret, c.self = false, m.Session, m.Self
		c.people, c.waiting, c.chat = nil, nil, nil
	case Refusal, Resumed, Notice:
		if r, ok := m.(Refusal); ok && r.Code == CodeSessionUnknown {
			delete(w.clients, c.conn)
		}
	default:
		if c == nil || !c.in {
			w.fail("%T for who is not in", m)
		}
	}
}

func (w *crowd) event(c *client, seq uint64, e Event) {
	w.t.Helper()
	if c == nil || !c.in {
		w.fail("%T for who is not in", e)
	}
	if seq != c.seq+1 {
		w.fail("%T has the number %d after %d", e, seq, c.seq)
	}
	c.seq = seq
	switch e := e.(type) {
	case Joined:
		c.people[e.Person.ID] = e.Person
	case Changed:
		c.people[e.Person.ID] = e.Person
	case Left:
		delete(c.people, e.ID)
	case Away:
		c.setAway(e.ID, true)
	case Back:
		c.setAway(e.ID, false)
	case Knocked:
		c.waiting[e.Person.ID] = e.Person
	case WaitOver:
		delete(c.waiting, e.ID)
	case MeetingChanged:
		c.meeting = e.Meeting
	case Chat:
		c.chat[string(e.From)+e.ID] = Said(e)
	case Edited:
		if s, ok := c.chat[string(e.From)+e.ID]; ok {
			s.Body, s.KeyID, s.Edited = e.Body, e.KeyID, true
			c.chat[string(e.From)+e.ID] = s
		}
	case Deleted:
		delete(c.chat, string(e.From)+e.ID)
	}
}

func (c *client) setAway(who id.Identity, away bool) {
	p := c.people[who]
	p.Away = away
	c.people[who] = p
}

// checkViews compares what each client knows with what it may know.
func (w *crowd) checkViews() {
	w.t.Helper()
	s := w.state
	for conn, c := range w.clients {
		p := s.byConn[conn]
		if p == nil {
			delete(w.clients, conn) // it was refused, and does not try again
			continue
		}
		if c.in != (p.waits == "") {
			w.fail("%s takes itself for in: %t, and waits: %q", p.identity, c.in, p.waits)
		}
		if !c.in {
			continue
		}
		people, waiting := map[id.Identity]Person{}, map[id.Identity]Waiting{}
		for _, q := range s.people {
			if q.main == nil && s.sees(p, q) {
				people[q.identity] = q.public()
			}
		}
		for _, q := range s.lobby {
			if s.may(p, rules.SeeWaiting) {
				waiting[q.identity] = q.knocking()
			}
		}
		if !reflect.DeepEqual(c.people, people) {
			w.fail("%s (%s) sees\n%+v, want\n%+v", p.identity, p.lead().role, c.people, people)
		}
		if !reflect.DeepEqual(c.waiting, waiting) {
			w.fail("%s (%s) sees waiting\n%+v, want\n%+v", p.identity, p.lead().role, c.waiting, waiting)
		}
		for _, m := range s.chat.said {
			if got, ok := c.chat[string(m.From)+m.ID]; ok && !reflect.DeepEqual(got, m.Said) {
				w.fail("%s reads %+v, want %+v", p.identity, got, m.Said)
			}
		}
		if info := s.info(); c.meeting != info {
			w.fail("%s knows of the meeting\n%+v, want\n%+v", p.identity, c.meeting, info)
		}
	}
}

// checkRights holds that the media server knows exactly those who are in, with what they may do.
func (w *crowd) checkRights() {
	w.t.Helper()
	s := w.state
	if len(w.rights) != len(s.people) {
		w.fail("the media server lets %d in, %d are", len(w.rights), len(s.people))
	}
	for _, p := range s.people {
		r, ok := w.rights[p.identity]
		if !ok || r != s.rightsOf(p) {
			w.fail("%s has the rights %+v, want %+v", p.identity, r, s.rightsOf(p))
		}
		if s.condition.Held && (r.Microphone || r.Camera || r.Screen) || p.main != nil && r.Microphone {
			w.fail("%s may send while held, or on a further device: %+v", p.identity, r)
		}
		if s.condition.Held && !p.lead().role.Hosts() {
			w.fail("%s is in while everything is held", p.identity)
		}
	}
}
