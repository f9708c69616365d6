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

// registry has every meeting and every control connection, and carries out what the States decide. One goroutine
// owns it.
type registry struct {
	media    Media
	keeper   Keeper
	log      *slog.Logger
	meetings map[id.LinkID]*entry
	visits   map[Outlet]*visit
	outlets  map[ConnID]Outlet
	last     ConnID
	expired  []id.LinkID // and not forgotten by the keeper yet

	maintenance Maintenance // as people are told of it

	chat, mostChat int // bytes of chat kept by all meetings, and how many may be
}

// entry is a meeting as the registry keeps it.
type entry struct {
	state *State
	link  id.LinkID
	room  id.RoomName
	kept  time.Time    // when the keeper was last told
	log   *slog.Logger // bound to a random id that nothing else knows
}

// visit is a control connection that has a place in a meeting.
type visit struct {
	conn  ConnID
	entry *entry
}

func newRegistry(media Media, keeper Keeper, log *slog.Logger) *registry {
	return &registry{
		media:    media,
		keeper:   keeper,
		log:      log,
		meetings: map[id.LinkID]*entry{},
		visits:   map[Outlet]*visit{},
		outlets:  map[ConnID]Outlet{},
		mostChat: MaxAllChat,
	}
}

// create makes a meeting. The empty code means success.
func (r *registry) create(now time.Time, title string) (id.LinkID, Code) {
	title, ok := CleanTitle(title)
	if !ok {
		return "", CodeTitleInvalid
	}
	if r.maintenance.Active {
		return "", CodeDraining
	}
	if len(r.meetings) >= MaxMeetings {
		return "", CodeTooMany
	}
	e := r.add(now, id.NewLinkID(), pii.Text(title))
	e.log.Debug("meeting made", "meetings", len(r.meetings))
	r.keep(now, e)
	return e.link, ""
}

// add makes the entry of a meeting, a new one or one that was kept.
func (r *registry) add(used time.Time, link id.LinkID, title pii.Text) *entry {
	e := &entry{
		state: NewState(used, title),
		link:  link,
		room:  RoomPrefix + id.RoomName(id.NewLinkID()), // not derived from the link: tokens show the room to clients
		kept:  used,
		log:   r.log.With("meeting", "MT_"+string(id.NewLinkID())[:12]),
	}
	r.meetings[link] = e
	return e
}

// overview tells what may be known from outside. The empty code means success.
func (r *registry) overview(link id.LinkID) (Overview, Code) {
	e := r.meetings[link]
	if e == nil {
		return Overview{}, CodeMeetingUnknown
	}
	return e.state.Overview(), ""
}

// handle takes a request of a connection.
func (r *registry) handle(now time.Time, from Outlet, request Request) {
	v := r.visits[from]
	switch q := request.(type) {
	case JoinRequest:
		if e := r.meetings[q.Link]; e != nil && r.maintenance.Active && !e.state.open {
			from.Send(NewFrame(Refusal{Code: CodeDraining, Message: CodeDraining.Message()}))
			return
		}
		r.enter(now, from, q.Link, func(conn ConnID) Command {
			return Join{Conn: conn, Name: q.Name, Identity: id.NewIdentity(), Secret: newSecret()}
		})
	case RejoinRequest:
		r.enter(now, from, q.Link, func(conn ConnID) Command {
			return Rejoin{Conn: conn, Secret: pii.Token(q.Session), Seq: q.Seq}
		})
	case PingRequest:
		from.Send(NewFrame(Pong{}))
	default:
		if v == nil {
			from.Close(CodeBadMessage) // only somebody in a meeting may send these
			return
		}
		r.apply(now, v.entry, inside(v.conn, q))
	}
}

// inside is the command for a request of somebody in a meeting.
func inside(conn ConnID, request Request) Command {
	switch q := request.(type) {
	case ChatRequest:
		return Say{Conn: conn, Chat: q}
	case TokenRequest:
		return Renew{Conn: conn}
	default:
		return Leave{Conn: conn}
	}
}

// enter brings a connection into a meeting. If the meeting refuses it, it may try again.
func (r *registry) enter(now time.Time, from Outlet, link id.LinkID, command func(ConnID) Command) {
	if r.visits[from] != nil {
		from.Close(CodeBadMessage) // a connection is in one meeting, once
		return
	}
	e := r.meetings[link]
	if e == nil {
		from.Send(NewFrame(Refusal{Code: CodeMeetingUnknown, Message: CodeMeetingUnknown.Message()}))
		return
	}
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
		if len(e.state.people) > 0 && now.Sub(e.kept) >= keepEvery {
			r.keep(now, e)
		}
	}
	r.forgetExpired()
}

// shut ends every meeting, because the process ends.
func (r *registry) shut(now time.Time) {
	for _, e := range r.meetings {
		r.apply(now, e, Shut{Code: CodeShuttingDown})
	}
	clear(r.meetings)
}

func (r *registry) apply(now time.Time, e *entry, c Command) {
	kept := e.state.chat.size
	effects := e.state.Apply(now, c)
	if r.chat += e.state.chat.size - kept; r.chat > r.mostChat {
		r.forgetChat()
	}
	for _, effect := range effects {
		if !r.carryOut(now, e, effect) {
			r.apply(now, e, Shut{Code: CodeInternal})
			return
		}
	}
}

// carryOut does what a State wants done. It is false when the media server failed and the meeting cannot go on.
func (r *registry) carryOut(now time.Time, e *entry, effect Effect) bool {
	switch f := effect.(type) {
	case OpenRoom:
		if err := r.media.OpenRoom(e.room); err != nil {
			e.log.Error("opening the media room failed", "error", err)
			return false
		}
		e.log.Info("meeting started")
	case Admit:
		return r.admit(e, f)
	case GiveToken:
		token, ok := r.token(e, f.Identity)
		if !ok {
			r.send(f.Conn, Refusal{Code: CodeInternal, Message: CodeInternal.Message()})
			return true
		}
		r.send(f.Conn, MediaToken{MediaToken: token})
	case Send:
		r.send(f.Conn, f.Message)
	case Deliver:
		r.deliver(e, f)
	case HangUp:
		if out := r.outlets[f.Conn]; out != nil {
			r.forget(f.Conn)
			out.Close(f.Code)
		}
	case RemoveMedia:
		r.media.Remove(e.room, f.Identity)
	case CloseRoom:
		r.media.CloseRoom(e.room)
		e.log.Info("meeting emptied") // its link works on
		r.keep(now, e)
	case Expire:
		delete(r.meetings, e.link)
		r.expired = append(r.expired, e.link)
		e.log.Debug("meeting forgotten", "meetings", len(r.meetings))
	}
	return true
}

func (r *registry) admit(e *entry, f Admit) bool {
	token, ok := r.token(e, f.Welcome.Self)
	if !ok {
		return false // without tokens nobody in this meeting can go on for long
	}
	f.Welcome.MediaToken = token
	r.send(f.Conn, f.Welcome)
	e.log.Debug("person admitted", "people", len(f.Welcome.People))
	return true
}

func (r *registry) token(e *entry, identity id.Identity) (string, bool) {
	token, err := r.media.Token(e.room, identity)
	if err != nil {
		e.log.Error("making a media token failed", "error", err)
		return "", false
	}
	return token, true
}

func (r *registry) send(conn ConnID, m Message) {
	if out := r.outlets[conn]; out != nil {
		out.Send(NewFrame(m))
	}
}

func (r *registry) deliver(e *entry, f Deliver) {
	body, err := encodeEvent(f.Event)
	if err != nil {
		e.log.Error("an event was lost", "error", err)
		return
	}
	for _, d := range f.To {
		if out := r.outlets[d.Conn]; out != nil {
			out.Send(Frame{seq: d.Seq, body: body})
		}
	}
}

func (r *registry) forget(conn ConnID) {
	if out := r.outlets[conn]; out != nil {
		delete(r.visits, out)
	}
	delete(r.outlets, conn)
}

// newSecret draws what a person proves its place with: 128 random bits, as those of a link.
func newSecret() pii.Token { return pii.Token(id.NewLinkID()) }
