package meeting

import (
	"slices"
	"time"

	"konklave/internal/pii"
)

// State is one meeting: who is in and what was said. It has no clock, no goroutine and no randomness; its owner
// passes commands in and carries out the effects.
//
// While nobody is in, a meeting is only a title. The first person opens the room; when the last one has been gone
// for emptyGrace the room is closed and the chat forgotten. The link stays good until nobody came for unusedAfter.
type State struct {
	title   pii.Text
	people  []*person // in the order of their coming
	byConn  map[ConnID]*person
	chat    chat
	open    bool      // the media room exists
	started time.Time // when it was opened
	used    time.Time // when the meeting was made or the last person left
}

// NewState makes a meeting in which nobody is yet. The title has been cleaned.
func NewState(now time.Time, title pii.Text) *State {
	return &State{title: title, byConn: map[ConnID]*person{}, used: now}
}

// Overview is what may be known from outside.
func (s *State) Overview() Overview {
	return Overview{Title: s.title.Reveal(), Running: len(s.people) > 0, People: len(s.people)}
}

// Has tells whether somebody holds a place by this connection.
func (s *State) Has(conn ConnID) bool { return s.byConn[conn] != nil }

// Apply changes the meeting as the command says and gives what is to be done about it.
func (s *State) Apply(now time.Time, c Command) []Effect {
	switch c := c.(type) {
	case Join:
		return s.join(now, c)
	case Rejoin:
		return s.rejoin(c)
	case Say:
		return s.say(now, c)
	case Renew:
		return s.renew(c)
	case Leave:
		return s.leave(now, c)
	case Lose:
		return s.lose(now, c)
	case Tick:
		return s.tick(now)
	case Shut:
		return s.shut(now, c)
	}
	return nil
}

func (s *State) join(now time.Time, c Join) []Effect {
	name, ok := CleanName(c.Name)
	if !ok {
		return refuse(c.Conn, CodeNameInvalid, "")
	}
	if len(s.people) >= MaxPeople {
		return refuse(c.Conn, CodeTooMany, "")
	}
	p := &person{identity: c.Identity, name: pii.Name(name), secret: c.Secret, joined: now, conn: c.Conn}
	var effects []Effect
	if !s.open {
		s.open, s.started = true, now
		effects = append(effects, OpenRoom{})
	}
	effects = s.tell(effects, Joined{Person: p.public()})
	s.people = append(s.people, p)
	s.byConn[c.Conn] = p
	return append(effects, s.welcome(p))
}

func (s *State) rejoin(c Rejoin) []Effect {
	i := slices.IndexFunc(s.people, func(p *person) bool { return p.holds(c.Secret) })
	if i < 0 {
		return refuse(c.Conn, CodeSessionUnknown, "")
	}
	p := s.people[i]
	var effects []Effect
	if p.conn != 0 {
		delete(s.byConn, p.conn)
		effects = append(effects, HangUp{Conn: p.conn, Code: CodeReplaced})
	}
	p.conn = c.Conn
	s.byConn[c.Conn] = p
	wasAway := p.away
	p.away = false
	effects = s.catchUp(effects, p, c.Seq)
	if wasAway {
		effects = s.tell(effects, Back{ID: p.identity})
	}
	return effects
}

// catchUp sends what the person missed after the event seq, or everything when that is no longer kept.
func (s *State) catchUp(effects []Effect, p *person, seq uint64) []Effect {
	missed, ok := p.since(seq)
	if !ok {
		return append(effects, s.welcome(p))
	}
	effects = append(effects, Send{Conn: p.conn, Message: Resumed{Seq: seq}})
	for i, e := range missed {
		effects = append(effects, Deliver{Event: e, To: []Delivery{{Conn: p.conn, Seq: seq + uint64(i) + 1}}})
	}
	return effects
}

func (s *State) say(now time.Time, c Say) []Effect {
	p := s.byConn[c.Conn]
	if p == nil {
		return nil
	}
	said := Said{ID: c.Chat.ID, From: p.identity, At: now.UnixMilli(), KeyID: c.Chat.KeyID, Body: c.Chat.Body}
	if s.chat.has(said) {
		return nil // sent again after a break that the first sending had survived
	}
	if !p.mayChat(now) {
		return refuse(c.Conn, CodeRateLimited, c.Chat.ID)
	}
	s.chat.add(said)
	effects := s.tell(nil, Chat(said))
	for s.chat.full() {
		s.forgetOldest()
	}
	return effects
}

// forgetOldest forgets the oldest message, also for those who have not got it yet: they get a fresh welcome.
func (s *State) forgetOldest() {
	m := s.chat.forget()
	for _, p := range s.people {
		p.forget(m)
	}
}

func (s *State) renew(c Renew) []Effect {
	p := s.byConn[c.Conn]
	if p == nil {
		return nil
	}
	return []Effect{GiveToken{Conn: c.Conn, Identity: p.identity}}
}

func (s *State) leave(now time.Time, c Leave) []Effect {
	p := s.byConn[c.Conn]
	if p == nil {
		return nil
	}
	return s.remove(now, []Effect{HangUp{Conn: c.Conn}}, p)
}

func (s *State) lose(now time.Time, c Lose) []Effect {
	if p := s.byConn[c.Conn]; p != nil {
		delete(s.byConn, c.Conn)
		p.conn, p.lost = 0, now
	}
	return nil
}

func (s *State) tick(now time.Time) []Effect {
	var effects []Effect
	for _, p := range slices.Clone(s.people) {
		switch {
		case p.conn != 0:
		case now.Sub(p.lost) >= RejoinGrace:
			effects = s.remove(now, effects, p)
		case !p.away && now.Sub(p.lost) >= awayAfter:
			p.away = true
			effects = s.tell(effects, Away{ID: p.identity})
		}
	}
	if len(s.people) > 0 {
		return effects
	}
	if s.open && now.Sub(s.used) >= emptyGrace {
		effects = append(effects, s.closeRoom())
	}
	if !s.open && now.Sub(s.used) >= unusedAfter {
		effects = append(effects, Expire{})
	}
	return effects
}

func (s *State) shut(now time.Time, c Shut) []Effect {
	var effects []Effect
	for _, p := range s.people {
		if p.conn != 0 {
			effects = append(effects, HangUp{Conn: p.conn, Code: c.Code})
		}
		effects = append(effects, RemoveMedia{Identity: p.identity})
	}
	s.people, s.used = nil, now
	clear(s.byConn)
	if s.open {
		effects = append(effects, s.closeRoom())
	}
	return effects
}

// remove takes the place away and tells the others.
func (s *State) remove(now time.Time, effects []Effect, p *person) []Effect {
	delete(s.byConn, p.conn)
	s.people = slices.DeleteFunc(s.people, func(q *person) bool { return q == p })
	s.used = now
	return s.tell(append(effects, RemoveMedia{Identity: p.identity}), Left{ID: p.identity})
}

// closeRoom ends what runs: what was said is forgotten with it.
func (s *State) closeRoom() Effect {
	s.open, s.chat = false, chat{}
	return CloseRoom{}
}

// tell gives an event to everybody; those without a connection find it when they come back.
func (s *State) tell(effects []Effect, e Event) []Effect {
	to := make([]Delivery, 0, len(s.byConn))
	for _, p := range s.people {
		p.note(e)
		if p.conn != 0 {
			to = append(to, Delivery{Conn: p.conn, Seq: p.seq})
		}
	}
	if len(to) == 0 {
		return effects
	}
	return append(effects, Deliver{Event: e, To: to})
}

func (s *State) welcome(p *person) Effect {
	people := make([]Person, len(s.people))
	for i, q := range s.people {
		people[i] = q.public()
	}
	return Admit{Conn: p.conn, Welcome: Welcome{
		Seq:     p.seq,
		Self:    p.identity,
		Session: p.secret.Reveal(),
		Meeting: Info{Title: s.title.Reveal(), StartedAt: s.started.UnixMilli()},
		People:  people,
		Chat:    s.chat.recent(),
	}}
}

// refuse answers a request with an error.
func refuse(conn ConnID, code Code, ref string) []Effect {
	return []Effect{Send{Conn: conn, Message: Refusal{Code: code, Message: code.Message(), Ref: ref}}}
}
