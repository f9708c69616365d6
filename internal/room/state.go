package room

import (
	"time"

	"konklave/internal/id"
)

// NewTrackSID makes the sid of a new track; tests give one that counts.
type NewTrackSID func(id.Media, id.Source) id.TrackSID

// State is everything a room knows.
type State struct{}

// NewState makes the state of a room without participants.
func NewState(sid id.RoomSID, name id.RoomName, options Options, newTrackSID NewTrackSID, now time.Time) *State {
	return &State{}
}

// Apply carries a command out.
func (s *State) Apply(now time.Time, c Command) []Effect { return nil }

// Snapshot describes the room and everyone in it.
func (s *State) Snapshot() (RoomInfo, []*ParticipantInfo) { return RoomInfo{}, nil }
