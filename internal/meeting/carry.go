package meeting

import (
	"time"

	"konklave/internal/id"
)

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
		if err := r.Media.OpenRoom(e.room); err != nil {
			e.log.Error("opening the media room failed", "error", err)
			return false
		}
		e.log.Info("meeting started")
		r.noteUse(now, e)
	case Admit:
		return r.admit(e, f)
	case GiveToken:
		r.giveToken(e, f)
	case Send:
		r.send(f.Conn, f.Message)
	case Deliver:
		r.deliver(e, f)
	case Cast:
		r.cast(e, f)
	case HangUp:
		if out := r.outlets[f.Conn]; out != nil {
			r.forget(f.Conn)
			out.Close(f.Code)
		}
	default:
		r.carryOn(now, e, effect)
	}
	return true
}

// carryOn does what concerns no connection.
func (r *registry) carryOn(now time.Time, e *entry, effect Effect) {
	switch f := effect.(type) {
	case Allow:
		r.Media.Allow(e.room, f.Identity, f.Rights)
	case StopMedia:
		r.Media.Stop(e.room, f.Identity, f.Source)
	case RemoveMedia:
		r.Media.Remove(e.room, f.Identity)
		r.Files.Revoke(f.Identity)
	case CloseRoom:
		r.Media.CloseRoom(e.room)
		e.log.Info("meeting emptied") // its link works on
		r.noteUse(now, e)
	case ExpectFile:
		r.expectFile(now, e, f)
	case OfferFile:
		r.send(f.Conn, Download{ID: f.File.ID, From: f.File.From, Token: r.Files.Offer(f.Key, f.For).Reveal()})
	case DropFiles:
		r.Files.Drop(f.Keys)
	case Note:
		r.Journal.Note(e.id, f.Condition)
	case Expire:
		r.drop(e)
	}
}

func (r *registry) admit(e *entry, f Admit) bool {
	token, ok := r.token(e, f.Welcome.Self)
	if !ok {
		return false // without tokens nobody in this meeting can go on for long
	}
	f.Welcome.MediaToken = token
	if f.Ticket != nil {
		f.Welcome.Ticket = r.Tickets.Seal(*f.Ticket).Reveal()
	}
	r.send(f.Conn, f.Welcome)
	e.log.Debug("person admitted", "people", len(f.Welcome.People))
	return true
}

func (r *registry) giveToken(e *entry, f GiveToken) {
	token, ok := r.token(e, f.Identity)
	if !ok {
		r.send(f.Conn, Refusal{Code: CodeInternal, Message: CodeInternal.Message()})
		return
	}
	r.send(f.Conn, MediaToken{MediaToken: token})
}

func (r *registry) token(e *entry, identity id.Identity) (string, bool) {
	token, err := r.Media.Token(e.room, identity)
	if err != nil {
		e.log.Error("making a media token failed", "error", err)
		return "", false
	}
	return token, true
}

func (r *registry) expectFile(now time.Time, e *entry, f ExpectFile) {
	token, ok := r.Files.Expect(e.id, f.Key, f.For, f.Size)
	if !ok {
		r.apply(now, e, Unexpected{Key: f.Key})
		r.send(f.Conn, Refusal{Code: CodeFilesFull, Message: CodeFilesFull.Message(), Ref: f.Ref})
		return
	}
	r.send(f.Conn, Upload{ID: f.Ref, Token: token.Reveal()})
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

func (r *registry) cast(e *entry, f Cast) {
	body, err := encodeBody(f.Message)
	if err != nil {
		e.log.Error("a message was lost", "error", err)
		return
	}
	for _, conn := range f.To {
		if out := r.outlets[conn]; out != nil {
			out.Send(Frame{body: body})
		}
	}
}
