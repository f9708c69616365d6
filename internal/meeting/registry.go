package meeting

import (
	"log/slog"
	"time"

	"konklave/internal/id"
	"konklave/internal/pii"
)

// Outlet is where the messages for one control connection go. Its methods never block: what the client does not
// read in time is the Outlet's affair, and it may drop the connection for it.
type Outlet interface {
	// Send queues one message.
	Send(Frame)
	// Close ends the connection after what was queued; with a code, the client is told as the last thing.
	Close(Code)
}

// registry has every meeting in which somebody is or waits, and every control connection, and carries out what the States
// decide. One goroutine owns it.
type registry struct {
	Config
	meetings map[id.MeetingID]*entry
	links    map[id.LinkID]*entry // by which somebody came
	rooms    map[id.RoomName]*entry
	visits   map[Outlet]*visit
	outlets  map[ConnID]Outlet
	helps    map[pii.Token]*entry // by code for help with a connection; the meeting knows whether it is good
	last     ConnID

	maintenance Maintenance // as people are told of it

	chat, mostChat int // bytes of chat kept by all meetings, and how many may be
}

// entry is a meeting as the registry keeps it.
type entry struct {
	state *State
	id    id.MeetingID
	links []id.LinkID
	room  id.RoomName
	used  time.Time    // when the journal was last told
	log   *slog.Logger // bound to a random id that nothing else knows
}

// visit is a control connection that has a place in a meeting.
type visit struct {
	conn  ConnID
	entry *entry
}

func newRegistry(c Config) *registry {
	return &registry{
		Config:   c,
		meetings: map[id.MeetingID]*entry{},
		links:    map[id.LinkID]*entry{},
		rooms:    map[id.RoomName]*entry{},
		visits:   map[Outlet]*visit{},
		outlets:  map[ConnID]Outlet{},
		helps:    map[pii.Token]*entry{},
		mostChat: MaxAllChat,
	}
}

// Admission is somebody who comes by a link, and what the store says of it.
type Admission struct {
	Request    JoinRequest
	Definition Definition
	Pass       Pass
	Ticket     *Ticket // that was brought, opened; nil: none
}

// join brings a newcomer to a meeting.
func (r *registry) join(now time.Time, from Outlet, a Admission) {
	e := r.meetings[a.Definition.ID]
	switch {
	case r.visits[from] != nil:
		from.Close(CodeBadMessage) // a connection is in one meeting, once
		return
	case r.maintenance.Active && (e == nil || !e.state.open):
		refuse(from, CodeDraining)
		return
	case e == nil && len(r.meetings) >= MaxMeetings:
		refuse(from, CodeTooMany)
		return
	case e == nil:
		e = r.add(now, a.Definition)
	default:
		r.apply(now, e, Define{a.Definition})
	}
	if known := r.links[a.Request.Link]; known != e {
		r.links[a.Request.Link] = e
		e.links = append(e.links, a.Request.Link)
	}
	r.enter(now, from, e, func(conn ConnID) Command {
		return Join{
			Conn: conn, Name: a.Request.Name, Pass: a.Pass, Ticket: a.Ticket, Companion: pii.Token(a.Request.Companion),
			Identity: id.NewIdentity(), Secret: newSecret(), TicketID: TicketID(id.NewIdentity()), Run: string(id.NewIdentity()),
		}
	})
}

// add makes the entry of a meeting to which the first person comes.
func (r *registry) add(now time.Time, d Definition) *entry {
	e := &entry{
		state: NewState(now, d),
		id:    d.ID,
		room:  RoomPrefix + id.RoomName(id.NewLinkID()), // not derived from the meeting: tokens show the room to clients
		log:   r.Log.With("meeting", "MT_"+string(id.NewLinkID())[:12]),
	}
	r.meetings[e.id], r.rooms[e.room] = e, e
	return e
}

// handle takes any other request of a connection.
func (r *registry) handle(now time.Time, from Outlet, request Request) {
	v := r.visits[from]
	switch q := request.(type) {
	case PingRequest:
		from.Send(NewFrame(Pong{}))
	case RejoinRequest:
		r.rejoin(now, from, q)
	default:
		if v == nil {
			from.Close(CodeBadMessage) // only somebody in a meeting may send these
			return
		}
		r.apply(now, v.entry, Act{Conn: v.conn, Request: q, Random: r.randomFor(v.entry, q)})
	}
}

// rejoin brings somebody back whose connection broke.
func (r *registry) rejoin(now time.Time, from Outlet, q RejoinRequest) {
	if r.visits[from] != nil {
		from.Close(CodeBadMessage)
		return
	}
	e := r.links[q.Link]
	if e == nil {
		refuse(from, CodeSessionUnknown)
		return
	}
	r.enter(now, from, e, func(conn ConnID) Command {
		return Rejoin{Conn: conn, Secret: pii.Token(q.Session), Seq: q.Seq}
	})
}

// enter brings a connection into a meeting. If the meeting refuses it, it may try again.
func (r *registry) enter(now time.Time, from Outlet, e *entry, command func(ConnID) Command) {
	r.last++
	conn := r.last
	r.visits[from] = &visit{conn: conn, entry: e}
	r.outlets[conn] = from
	r.apply(now, e, command(conn))
	switch {
	case !e.state.Has(conn):
		r.forget(conn)
	case r.maintenance.Active:
		r.send(conn, r.maintenance)
	}
}

// gone tells that a connection has ended.
func (r *registry) gone(now time.Time, from Outlet) {
	v := r.visits[from]
	if v == nil {
		return
	}
	r.forget(v.conn)
	r.apply(now, v.entry, Lose{Conn: v.conn})
}

// tick lets time pass in every meeting.
func (r *registry) tick(now time.Time) {
	for _, e := range r.meetings {
		r.apply(now, e, Tick{})
		if len(e.state.people) > 0 && now.Sub(e.used) >= usedEvery {
			r.noteUse(now, e)
		}
	}
	r.forgetHelps()
}

// shut ends every meeting, because the process ends.
func (r *registry) shut(now time.Time) {
	for _, e := range r.meetings {
		r.apply(now, e, Shut{Code: CodeShuttingDown})
	}
	clear(r.meetings)
	clear(r.links)
	clear(r.rooms)
	clear(r.helps)
}

func (r *registry) noteUse(now time.Time, e *entry) {
	e.used = now
	r.Journal.Used(e.id, now)
}

func (r *registry) forget(conn ConnID) {
	if out := r.outlets[conn]; out != nil {
		delete(r.visits, out)
	}
	delete(r.outlets, conn)
}

// drop forgets a meeting: nobody is in, nobody waits.
func (r *registry) drop(e *entry) {
	delete(r.meetings, e.id)
	delete(r.rooms, e.room)
	for _, link := range e.links {
		if r.links[link] == e {
			delete(r.links, link)
		}
	}
	e.log.Debug("meeting forgotten", "meetings", len(r.meetings))
}

func refuse(to Outlet, code Code) {
	to.Send(NewFrame(Refusal{Code: code, Message: code.Message()}))
}

// newSecret draws what a person proves its place with: 128 random bits, as those of a link.
func newSecret() pii.Token { return pii.Token(id.NewLinkID()) }

// randomFor draws what a request needs that hands out a secret.
func (r *registry) randomFor(e *entry, q Request) string {
	switch q.(type) {
	case HelpStartRequest:
		return r.newHelpCode(e)
	case CompanionRequest, SendFileRequest:
		return newSecret().Reveal()
	}
	return ""
}
