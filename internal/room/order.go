package room

import (
	"konklave/internal/id"
	"konklave/internal/pii"
)

// Orders come from applications, by the server API, see Room.Order. They name a participant by its identity. One that
// cannot be carried out is answered by a Refused that names no participant.
type (
	// RemoveParticipant puts a participant out.
	RemoveParticipant struct{ Identity id.Identity }
	// MuteTrack mutes a participant's track: it is not forwarded from now on, and the client is told. Unmuting is
	// only asked for: the client decides.
	MuteTrack struct {
		Identity id.Identity
		Track    id.TrackSID
		Muted    bool
	}
	// ChangeParticipant changes what others see of a participant, with the rules and limits of UpdateMetadata, and
	// replaces its permissions unless Permission is nil.
	ChangeParticipant struct {
		Identity   id.Identity
		Name       pii.Name
		Metadata   pii.Text
		Attributes map[string]string
		Permission *Permission
	}
	// ChangeSubscriptions sets which tracks a participant wants, as UpdateSubscription does.
	ChangeSubscriptions struct {
		Identity  id.Identity
		Tracks    []id.TrackSID
		Subscribe bool
	}
	// SetRoomMetadata replaces the room's metadata.
	SetRoomMetadata struct{ Metadata pii.Text }
)

func (RemoveParticipant) command()   {}
func (MuteTrack) command()           {}
func (ChangeParticipant) command()   {}
func (ChangeSubscriptions) command() {}
func (SetRoomMetadata) command()     {}

// obey carries an order out. It tells whether the command was one.
func (s *State) obey(c Command) bool {
	var err error
	switch c := c.(type) {
	case RemoveParticipant:
		err = s.to(c.Identity, func(p *participant) error {
			s.remove(p, ReasonParticipantRemoved, ActionDisconnect)
			return nil
		})
	case MuteTrack:
		err = s.to(c.Identity, func(p *participant) error { return s.muteTrack(p, c) })
	case ChangeParticipant:
		err = s.to(c.Identity, func(p *participant) error { return s.changeParticipant(p, c) })
	case ChangeSubscriptions:
		err = s.to(c.Identity, func(p *participant) error {
			s.updateSubscription(p, c.Tracks, c.Subscribe)
			return nil
		})
	case SetRoomMetadata:
		err = s.setRoomMetadata(c)
	case SetRights:
		s.setRights(c)
	case DropRights:
		s.dropRights(c)
	case StopSource:
		s.with(s.sidOf(c.Identity), func(p *participant) { s.stopSource(p, c.Source) })
	default:
		return false
	}
	if err != nil {
		s.report(Refused{Err: err})
	}
	return true
}

// sidOf gives the sid of an identity, "" when it is not in the room.
func (s *State) sidOf(identity id.Identity) id.ParticipantSID {
	if p, ok := s.byIdentity[identity]; ok {
		return p.sid
	}
	return ""
}

// to finds the participant of an order.
func (s *State) to(identity id.Identity, do func(*participant) error) error {
	if p, ok := s.byIdentity[identity]; ok {
		return do(p)
	}
	return ErrUnknownParticipant
}

// muteTrack does not wait for the client's consent to being muted: what the application wants silent is silent.
func (s *State) muteTrack(p *participant, c MuteTrack) error {
	t := p.track(c.Track)
	if t == nil {
		return ErrUnknownTrack
	}
	s.tell(p, MuteRequest{Track: c.Track, Muted: c.Muted})
	if c.Muted {
		s.mute(t, true)
	}
	return nil
}

func (s *State) changeParticipant(p *participant, c ChangeParticipant) error {
	changed, err := p.describe(c.Name, c.Metadata, c.Attributes)
	if err != nil {
		return err
	}
	if c.Permission != nil {
		s.setPermission(p, *c.Permission) // tells everyone, of the rest too
	} else if changed {
		s.announce(p)
		s.tell(p, p.credentials())
	}
	return nil
}

// setRoomMetadata changes the room's metadata.
func (s *State) setRoomMetadata(c SetRoomMetadata) error {
	if len(c.Metadata) > maxMetadata {
		return ErrMetadataTooLarge
	}
	if c.Metadata != s.metadata {
		s.metadata = c.Metadata
		s.tellCounts()
	}
	return nil
}

// closeEveryone notes for those who watch that everyone is gone with the room.
func (s *State) closeEveryone(reason DisconnectReason) {
	for len(s.order) > 0 {
		p := s.order[0]
		s.order, s.everyone = s.order[1:], nil
		wasActive := p.state == Active
		for _, t := range p.tracks {
			if t.published {
				s.happened(TrackGone, p, t.info)
			}
		}
		p.state = Disconnected
		p.refresh()
		p.info.DisconnectReason = reason
		s.gone(p, wasActive)
	}
}
