package room

import (
	"time"

	"konklave/internal/id"
	"konklave/internal/pii"
)

// NewTrackSID makes the sid of a new track; tests give one that counts.
type NewTrackSID func(id.Media, id.Source) id.TrackSID

// State is everything a room knows. It is not safe for concurrent use: one goroutine owns it.
type State struct {
	sid         id.RoomSID
	name        id.RoomName
	options     Options
	newTrackSID NewTrackSID
	metadata    pii.Text
	createdAt   time.Time
	emptySince  time.Time // when it has no participants
	everJoined  bool
	over        bool

	participants map[id.ParticipantSID]*participant
	byIdentity   map[id.Identity]*participant
	rights       map[id.Identity]Rights // of a guarded room
	order        []*participant         // as they joined, so that effects are the same in every run
	published    []*track               // negotiated ones, in order
	tracks       map[id.TrackSID]*track // the same by sid
	departed     []departure            // lately, for those who resume
	everyone     []id.ParticipantSID
	marks        uint64 // the last that newMark gave

	now     time.Time // of the command that is applied
	effects []Effect  // of the command that is applied

	changed    []*participant // to be told of at the next tick
	speaking   []*participant
	speaker    *participant // whose camera comes before others', nil before anybody spoke
	ledAt      time.Time    // when it was last the loudest
	scratch    []*track     // of chooseVoices
	maskTurn   int
	ticks      int
	sweepNext  int // index in order
	sweepBegan time.Time
	gradedAt   time.Time
	countsTold counts
	countsAt   time.Time
}

type departure struct {
	info  *ParticipantInfo
	shown bool // to everybody
	at    time.Time
}

// counts are what RoomInfo says of those who are in the room.
type counts struct {
	participants, publishers uint32
	recording                bool
}

// NewState makes the state of a room without participants.
func NewState(sid id.RoomSID, name id.RoomName, options Options, newTrackSID NewTrackSID, now time.Time) *State {
	return &State{
		sid: sid, name: name, options: options.withDefaults(), newTrackSID: newTrackSID,
		metadata: options.Metadata, createdAt: now, emptySince: now,
		participants: make(map[id.ParticipantSID]*participant),
		byIdentity:   make(map[id.Identity]*participant),
		tracks:       make(map[id.TrackSID]*track),
	}
}

// Apply carries a command out and gives the effects in the order in which they must be carried out. Time must not
// run backwards.
func (s *State) Apply(now time.Time, c Command) []Effect {
	s.now, s.effects = now, nil
	if s.over {
		s.refuseLate(c)
		return s.effects
	}
	switch c := c.(type) {
	case Join:
		s.join(c)
	case Tick:
		s.tick(c.Measures)
	case Close:
		s.close(c.Reason)
	case Resume:
		s.resume(c)
	case Start:
		s.happened(RoomStarted, nil, nil)
	default:
		if !s.obey(c) {
			s.applyTo(c)
		}
	}
	return s.effects
}

// applyTo carries out what concerns one participant that must be in the room.
func (s *State) applyTo(c Command) {
	switch c := c.(type) {
	case SignalLost:
		s.with(c.Participant, func(p *participant) { s.signalLost(p) })
	case SignalSeen:
		s.with(c.Participant, func(p *participant) { s.signalSeen(p, c.At) })
	case Leave:
		s.with(c.Participant, func(p *participant) { s.leave(p, c.Reason) })
	case TransportConnected:
		s.with(c.Participant, func(p *participant) { s.transportConnected(p) })
	case TransportFailed:
		s.with(c.Participant, func(p *participant) { s.remove(p, ReasonMediaFailure, ActionReconnect) })
	case SyncState:
		s.with(c.Participant, func(p *participant) { s.syncState(p, c) })
	case AddTrack:
		s.with(c.Participant, func(p *participant) { s.addTrack(p, c) })
	case TrackNegotiated:
		s.withTrack(c.Participant, c.Track, func(t *track) { s.trackNegotiated(t, c) })
	case LayerSeen:
		s.withTrack(c.Participant, c.Track, func(t *track) { s.layerSeen(t, c) })
	case Simulate:
		s.with(c.Participant, func(p *participant) { s.simulate(p, c) })
	case Answered:
		s.with(c.Participant, func(p *participant) { s.answered(p) })
	case TrackEnded:
		s.withTrack(c.Participant, c.Track, func(t *track) { s.trackEnded(t, c.Number) })
	case Mute:
		s.request(c.Participant, c.Track, c, func(t *track) { s.mute(t, c.Muted) })
	case UpdateAudioTrack:
		s.request(c.Participant, c.Track, c, func(t *track) { s.updateAudioTrack(t, c) })
	case UpdateVideoTrack:
		s.request(c.Participant, c.Track, c, func(t *track) { s.updateVideoTrack(t, c) })
	case UpdateSubscription:
		s.with(c.Participant, func(p *participant) { s.updateSubscription(p, c.Tracks, c.Subscribe) })
	case TrackSettings:
		s.with(c.Participant, func(p *participant) { s.trackSettings(p, c) })
	case SubscriptionPermission:
		s.with(c.Participant, func(p *participant) { s.subscriptionPermission(p, c) })
	case UpdateMetadata:
		s.with(c.Participant, func(p *participant) { s.updateMetadata(p, c) })
	case SetPermission:
		s.with(c.Participant, func(p *participant) { s.setPermission(p, c.Permission) })
	case Bound:
		s.with(c.Participant, func(p *participant) { s.bound(p, c.Track) })
	case Unbound:
		s.with(c.Participant, func(p *participant) { s.unbound(p, c.Track) })
	case VideoPaused:
		s.with(c.Participant, func(p *participant) { s.videoPaused(p, c.Paused) })
	case TrackPaused:
		s.with(c.Participant, func(p *participant) { s.linePaused(p, c.Track, c.Paused) })
	case SubscriptionFailed:
		s.with(c.Participant, func(p *participant) { s.subscriptionFailed(p, c) })
	}
}

func (s *State) with(sid id.ParticipantSID, do func(*participant)) {
	if p, ok := s.participants[sid]; ok {
		do(p)
	}
}

func (s *State) withTrack(sid id.ParticipantSID, wanted id.TrackSID, do func(*track)) {
	if p, ok := s.participants[sid]; ok {
		if t := p.track(wanted); t != nil {
			do(t)
		}
	}
}

// request is withTrack for what a client asked: it is told when it has no such track.
func (s *State) request(sid id.ParticipantSID, wanted id.TrackSID, c Command, do func(*track)) {
	p, ok := s.participants[sid]
	if !ok {
		return
	}
	t := p.track(wanted)
	if t == nil {
		s.tell(p, RequestResponse{Result: ResultNotFound, Request: c})
		return
	}
	do(t)
}

// refuseLate answers those who ask to come in when the room is over.
func (s *State) refuseLate(c Command) {
	switch c := c.(type) {
	case Join:
		s.report(Refused{Participant: c.SID, Err: ErrRoomClosed})
	case Resume:
		s.report(Refused{Participant: c.Participant, Err: ErrRoomClosed})
	}
}

// close ends the room and everyone's session.
func (s *State) close(reason DisconnectReason) {
	if all := s.all(); len(all) > 0 {
		s.send(all, LeaveRequest{Reason: reason, Action: ActionDisconnect})
		s.send(all, CloseSession{Reason: reason})
	}
	s.closeEveryone(reason)
	s.over = true
	s.report(Event{Kind: RoomEnded, At: s.now, Room: s.info(), Reason: reason})
	s.report(Ended{Reason: reason})
}

// Snapshot describes the room and everyone in it, hidden ones too.
func (s *State) Snapshot() (RoomInfo, []*ParticipantInfo) {
	people := make([]*ParticipantInfo, len(s.order))
	for i, p := range s.order {
		people[i] = p.info
	}
	return s.info(), people
}

func (s *State) info() RoomInfo {
	c := s.counts()
	return RoomInfo{
		SID: s.sid, Name: s.name,
		EmptyTimeout: s.options.EmptyTimeout, DepartureTimeout: s.options.DepartureTimeout,
		MaxParticipants: uint32(s.options.MaxParticipants), CreatedAt: s.createdAt, Metadata: s.metadata,
		NumParticipants: c.participants, NumPublishers: c.publishers, Recording: c.recording,
	}
}

func (s *State) counts() (c counts) {
	for _, p := range s.order {
		c.recording = c.recording || p.permission.Recorder // hidden or not: who is recorded must know
		if p.permission.Hidden || !p.rights.Shown {
			continue
		}
		c.participants++
		if len(p.info.Tracks) > 0 {
			c.publishers++
		}
	}
	return c
}

// tell sends one participant a message.
func (s *State) tell(p *participant, m Message) { s.send(p.only, m) }

// send sends participants a message. to is kept and must not change.
func (s *State) send(to []id.ParticipantSID, m Message) {
	if len(to) > 0 {
		s.effects = append(s.effects, Effect{To: to, Message: m})
	}
}

// report tells the loop.
func (s *State) report(m Message) { s.effects = append(s.effects, Effect{Message: m}) }

// all gives the sids of everyone, in a slice that is shared by effects until somebody comes or goes.
func (s *State) all() []id.ParticipantSID {
	if s.everyone == nil && len(s.order) > 0 {
		s.everyone = make([]id.ParticipantSID, len(s.order))
		for i, p := range s.order {
			s.everyone[i] = p.sid
		}
	}
	return s.everyone
}

// others gives the sids of the others who are told of a participant.
func (s *State) others(of *participant) []id.ParticipantSID {
	others := make([]id.ParticipantSID, 0, len(s.order))
	for _, p := range s.order {
		if p != of && p.sees(of) {
			others = append(others, p.sid)
		}
	}
	return others
}
