package room

import "time"

// Event is something that happened in a room, as those outside are told who watch all rooms: applications by
// webhooks, services of this program. Events of one room come in order, each once, with how things stood right after.
// Hidden participants appear in events: whoever watches runs the server or the application.
type Event struct {
	Kind        EventKind
	At          time.Time
	Room        RoomInfo
	Participant *ParticipantInfo // nil for events of the room itself
	Track       *TrackInfo       // of TrackAppeared and TrackGone
	WasActive   bool             // of ParticipantGone: its transport had been connected
	Reason      DisconnectReason // of RoomEnded
}

// EventKind is what happened.
type EventKind uint8

// The kinds of events. Between RoomStarted and RoomEnded, which come once each, every participant that came is gone
// again, and every track.
const (
	RoomStarted EventKind = iota
	RoomEnded
	ParticipantCame   // its signalling is up
	ParticipantActive // its media transport is up for the first time
	ParticipantGone
	TrackAppeared // negotiated: others know of it
	TrackGone
)

// Observer is told what happens in all rooms. Happened is called from the room's goroutine and must return at once.
type Observer interface{ Happened(Event) }

func (Event) message() {}

// happened reports an event of a participant, or of the room when p is nil.
func (s *State) happened(kind EventKind, p *participant, t *TrackInfo) {
	e := Event{Kind: kind, At: s.now, Room: s.info(), Track: t}
	if p != nil {
		e.Participant = p.info
	}
	s.report(e)
}

// gone reports that a participant, which is Disconnected by now, and what it published are gone.
func (s *State) gone(p *participant, wasActive bool) {
	s.report(Event{Kind: ParticipantGone, At: s.now, Room: s.info(), Participant: p.info, WasActive: wasActive})
}
