package room

import (
	"errors"
	"time"

	"konklave/internal/pii"
)

// Options are a room's, fixed when it is made.
type Options struct {
	EmptyTimeout     time.Duration // a room that nobody ever joined ends after it; 0 means DefaultOptions'
	DepartureTimeout time.Duration // a room that the last participant left ends after it; 0 means DefaultOptions'
	MaxParticipants  int           // 0 means no limit
	Voices           int           // how many are heard at once where more have their microphone on: the loudest; 0 means all
	PingInterval     time.Duration // told to clients, whole seconds; 0 means DefaultOptions'
	PingTimeout      time.Duration // told to clients, whole seconds; 0 means DefaultOptions'
	// SignalLossLimit is how long a participant's tracks are forwarded without a message from its client; 0 means
	// that they always are. Meetings set it so that nobody is sent on unawares.
	SignalLossLimit time.Duration
	Metadata        pii.Text
	// Guarded rooms are conducted by somebody else: nobody is in without rights, see SetRights.
	Guarded bool
	// SyncStreams has clients play what a participant publishes under one stream name together: its sound and picture.
	SyncStreams bool
}

// DefaultOptions are those of rooms that access tokens make.
func DefaultOptions() Options {
	return Options{
		EmptyTimeout:     5 * time.Minute,
		DepartureTimeout: 20 * time.Second,
		PingInterval:     5 * time.Second,
		PingTimeout:      15 * time.Second,
	}
}

func (o Options) withDefaults() Options {
	d := DefaultOptions()
	for _, f := range []struct{ have, def *time.Duration }{
		{&o.EmptyTimeout, &d.EmptyTimeout}, {&o.DepartureTimeout, &d.DepartureTimeout},
		{&o.PingInterval, &d.PingInterval}, {&o.PingTimeout, &d.PingTimeout},
	} {
		if *f.have == 0 {
			*f.have = *f.def
		}
	}
	return o
}

// Why a participant is not let in, or a command not taken.
var (
	ErrRoomFull           = errors.New("room is full")
	ErrTooManyRooms       = errors.New("server takes no more rooms")
	ErrDraining           = errors.New("server is about to be stopped for maintenance and starts no rooms")
	ErrNotAllowed         = errors.New("participant is not admitted to the room")
	ErrRoomClosed         = errors.New("room is closed")
	ErrUnknownParticipant = errors.New("participant is not in the room")
	ErrUnknownTrack       = errors.New("participant has no such track")
	ErrIdentityInvalid    = errors.New("identity is empty or too long")
	ErrNameTooLong        = errors.New("name is too long")
	ErrMetadataTooLarge   = errors.New("metadata or attributes are too large")
	ErrBusy               = errors.New("room does not keep up")
)

// Limits of one participant.
const (
	maxIdentity      = 256        // bytes
	maxName          = 256        // bytes
	maxMetadata      = 512 * 1024 // bytes
	maxAttributes    = 64 * 1024  // bytes, keys and values together
	maxPendingTracks = 20
	maxTracks        = 32 // pending and published
	maxQueuedTracks  = 3  // of one client track that is already published
	maxLayers        = 8
	maxCodecs        = 4
	maxWishes        = 4096 // tracks a subscriber said something about; also participants in a publisher's policy
	maxFeatures      = 16   // of each kind, of one track
	maxCapabilities  = 64
	maxText          = 256 // bytes of ids and names in tracks
)

// Spans of a participant's life.
const (
	connectTimeout   = 60 * time.Second // from join to a connected transport
	signalTimeout    = 30 * time.Second // from the loss of signalling to removal
	wishTimeout      = 60 * time.Second // a wanted track that does not appear
	sweepInterval    = 3 * time.Second
	qualityInterval  = 5 * time.Second
	countsInterval   = 5 * time.Second // RoomUpdate for mere counts
	departedMemory   = 60 * time.Second
	largeRoom        = 50          // participants, above which negotiations are put together
	orderInterval    = time.Second // between orders to subscribe, to one participant of a large room
	sweepPairsATick  = 2000        // bounds the sweep's share of a tick in large rooms
	maxDepartedKept  = 200
	tickInterval     = 300 * time.Millisecond
	mailboxSize      = 1024
	audioLevelSteps  = 8
	silenceLevelDBov = 127
	audibleLevelDBov = 55 // louder competes for being heard; the gate of the media core opens at it
	heardBonusDB     = 6  // so much louder than who is heard must somebody be to be heard instead
)
