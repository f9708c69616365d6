package room

import (
	"context"
	"log/slog"
	"time"

	"konklave/internal/id"
)

// Member is what the room needs of a session. Both methods are called from the room's goroutine and must return
// at once: a session that cannot keep up ends itself, it never holds up the room.
type Member interface {
	// Deliver takes one message. A CloseSession is the last.
	Deliver(d *Delivery)
	// Measure adds what the session's media measured since it was last asked, about 300 ms ago.
	Measure(into *Measures)
}

// Room is a running room: the goroutine that owns a State, and its mailbox. All methods are safe for any goroutine.
type Room struct {
	sid     id.RoomSID
	name    id.RoomName
	log     *slog.Logger
	mailbox chan letter
	orders  *orders
	ended   chan struct{}

	// Owned by run.
	observers []Observer
	watcher   Watcher     // nil when nobody is told what is forwarded
	untold    []Forwarded // that the watcher did not take yet
	state     *State
	members   map[id.ParticipantSID]Member
}

// letter is a command on its way to the room's goroutine.
type letter struct {
	command Command
	member  Member            // of a Join
	reply   chan error        // for Join, Resume and orders; buffered
	ask     func(*Room)       // a question about the members, instead of a command
	sid     id.ParticipantSID // whose Join or Resume it is
}

func newRoom(name id.RoomName, options Options, observers []Observer, log *slog.Logger) *Room {
	sid := id.NewRoomSID()
	return &Room{
		sid: sid, name: name,
		log:       log.With("room", sid),
		mailbox:   make(chan letter, mailboxSize),
		orders:    newOrders(),
		ended:     make(chan struct{}),
		observers: observers,
		state:     NewState(sid, name, options, id.NewTrackSID, time.Now()),
		members:   make(map[id.ParticipantSID]Member),
	}
}

// SID is the room's.
func (r *Room) SID() id.RoomSID { return r.sid }

// Name is the room's. It is not for logs.
func (r *Room) Name() id.RoomName { return r.name }

// Ended is closed when the room is over.
func (r *Room) Ended() <-chan struct{} { return r.ended }

// Join brings a participant in and gives its sid, a fresh one if j.SID is empty. When it returns without error the
// member was delivered its JoinResponse. Errors: ErrRoomClosed (it ended meanwhile; Registry.Join tries again),
// ErrRoomFull, ErrIdentityInvalid, ErrNameTooLong, ErrMetadataTooLarge, the context's.
func (r *Room) Join(ctx context.Context, j Join, m Member) (id.ParticipantSID, error) {
	if j.SID == "" {
		j.SID = id.NewParticipantSID()
	}
	return j.SID, r.ask(ctx, letter{command: j, member: m, sid: j.SID, reply: make(chan error, 1)})
}

// Resume takes a participant up again. Its member, the same as before, was delivered its Reconnect when this returns
// without error. Errors: ErrUnknownParticipant, ErrRoomClosed, the context's.
func (r *Room) Resume(ctx context.Context, c Resume) error {
	return r.ask(ctx, letter{command: c, sid: c.Participant, reply: make(chan error, 1)})
}

// Order carries an order of an application out, see order.go. Errors: ErrUnknownParticipant, ErrUnknownTrack,
// ErrNameTooLong, ErrMetadataTooLarge, ErrRoomClosed, the context's.
func (r *Room) Order(ctx context.Context, c Command) error {
	return r.ask(ctx, letter{command: c, reply: make(chan error, 1)})
}

// Find gives the member that joined with a sid. Errors: ErrUnknownParticipant, ErrRoomClosed, the context's.
func (r *Room) Find(ctx context.Context, sid id.ParticipantSID) (Member, error) {
	var found Member
	reply := make(chan error, 1)
	err := r.ask(ctx, letter{reply: reply, ask: func(r *Room) {
		found = r.members[sid]
		reply <- nil
	}})
	if err == nil && found == nil {
		err = ErrUnknownParticipant
	}
	if err != nil {
		return nil, err
	}
	return found, nil
}

// Snapshot gives the room and its participants, hidden ones too. Errors: ErrRoomClosed, the context's.
func (r *Room) Snapshot(ctx context.Context) (RoomInfo, []*ParticipantInfo, error) {
	var (
		info   RoomInfo
		people []*ParticipantInfo
	)
	reply := make(chan error, 1)
	err := r.ask(ctx, letter{reply: reply, ask: func(r *Room) {
		info, people = r.state.Snapshot()
		reply <- nil
	}})
	if err != nil {
		return RoomInfo{}, nil, err
	}
	return info, people, nil
}

// Post gives the room a command. It waits while the mailbox is full, which holds up only the session that posts.
// Errors: ErrRoomClosed, the context's.
func (r *Room) Post(ctx context.Context, c Command) error { return r.post(ctx, letter{command: c}) }

// TryPost gives the room a command without waiting. Errors: ErrBusy when the mailbox is full, ErrRoomClosed.
func (r *Room) TryPost(c Command) error {
	select {
	case <-r.ended:
		return ErrRoomClosed
	default:
	}
	select {
	case r.mailbox <- letter{command: c}:
		return nil
	default:
		return ErrBusy
	}
}

// Close ends the room and waits until everyone was told. Errors: the context's.
func (r *Room) Close(ctx context.Context, reason DisconnectReason) error {
	if err := r.Post(ctx, Close{Reason: reason}); err != nil && err != ErrRoomClosed {
		return err
	}
	select {
	case <-r.ended:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (r *Room) post(ctx context.Context, l letter) error {
	select {
	case <-r.ended: // first: a mailbox that nobody empties may still have space
		return ErrRoomClosed
	default:
	}
	select {
	case r.mailbox <- l:
		return nil
	case <-r.ended:
		return ErrRoomClosed
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (r *Room) ask(ctx context.Context, l letter) error {
	if err := r.post(ctx, l); err != nil {
		return err
	}
	// No way out by the context here: who gave up now might be in the room without knowing it. The room answers soon.
	select {
	case err := <-l.reply:
		return err
	case <-r.ended:
	}
	select {
	case err := <-l.reply: // answered just before the end
		return err
	default:
		return ErrRoomClosed
	}
}

// run owns the state until the room ends. onEnd is called before Ended is closed.
func (r *Room) run(onEnd func()) {
	defer close(r.ended)
	defer onEnd()
	ticker := time.NewTicker(tickInterval)
	defer ticker.Stop()
	r.carryOut(r.state.Apply(time.Now(), Start{}), "")
	var measures Measures // its memory serves from tick to tick
	for {
		select {
		case <-r.orders.wait:
			if r.obey() {
				return
			}
		case l := <-r.mailbox:
			if r.obey() || r.open(l) {
				return
			}
		case <-ticker.C:
			measures.Levels, measures.Links = measures.Levels[:0], measures.Links[:0]
			for _, m := range r.members {
				m.Measure(&measures)
			}
			if _, over := r.carryOut(r.state.Apply(time.Now(), Tick{Measures: measures}), ""); over {
				return
			}
			r.tellWatcher()
		}
	}
}

// open carries a letter out and tells whether the room is over.
func (r *Room) open(l letter) (over bool) {
	if l.ask != nil {
		l.ask(r)
		return false
	}
	if l.member != nil {
		if _, taken := r.members[l.sid]; taken {
			l.reply <- ErrIdentityInvalid
			return false
		}
		r.members[l.sid] = l.member
	}
	refused, over := r.carryOut(r.state.Apply(time.Now(), l.command), l.sid)
	if refused != nil && l.member != nil {
		delete(r.members, l.sid)
	}
	if l.reply != nil {
		l.reply <- refused
	}
	return over
}

// carryOut delivers effects. It gives the refusal of the participant asked for, and whether the room is over.
func (r *Room) carryOut(effects []Effect, asked id.ParticipantSID) (refused error, over bool) {
	for _, e := range effects {
		switch m := e.Message.(type) {
		case Refused:
			if m.Participant == asked {
				refused = m.Err
			}
			continue
		case Event:
			for _, o := range r.observers {
				o.Happened(m)
			}
			continue
		case Forwarded:
			r.untold = append(r.untold, m)
			continue
		case Ended:
			r.log.Info("room ended", "reason", m.Reason.String())
			over = true
			continue
		}
		d := &Delivery{Message: e.Message}
		for _, sid := range e.To {
			if m, ok := r.members[sid]; ok {
				m.Deliver(d)
			}
		}
		if _, last := e.Message.(CloseSession); last {
			for _, sid := range e.To {
				delete(r.members, sid)
			}
		}
	}
	return refused, over
}
