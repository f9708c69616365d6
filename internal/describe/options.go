package describe

import (
	"errors"
	"fmt"
	"time"

	"google.golang.org/protobuf/encoding/protojson"

	"konklave/internal/pii"
	"konklave/internal/room"
	"konklave/internal/signal/lkpb"
)

// Limits of what is asked of a room.
const (
	MaxRoomName     = 256        // bytes
	MaxRoomMetadata = 512 * 1024 // bytes
	maxParticipants = 1 << 20
	maxTimeout      = 30 * 24 * 3600 // s
)

// Why a room is not started as asked. Nobody should believe that it is recorded, or that an agent comes.
var (
	ErrEgress   = errors.New("this server does not record: egress of a room is not supported")
	ErrAgents   = errors.New("this server has no agents: they cannot be sent to a room")
	ErrReplay   = errors.New("this server does not record: replay of a room is not supported")
	ErrPreset   = errors.New("there are no presets of rooms")
	ErrTooLarge = errors.New("the options of the room are too large")
)

// Options reads how a room is wanted. What is not said is as by default; playout delays and tags are taken and
// change nothing. Errors: the Err... of this file.
func Options(c *lkpb.RoomConfiguration) (room.Options, error) {
	o := room.DefaultOptions()
	switch {
	case c.GetEgress() != nil:
		return o, ErrEgress
	case len(c.GetAgents()) > 0:
		return o, ErrAgents
	case len(c.GetMetadata()) > MaxRoomMetadata, c.GetMaxParticipants() > maxParticipants,
		c.GetEmptyTimeout() > maxTimeout, c.GetDepartureTimeout() > maxTimeout:
		return o, ErrTooLarge
	}
	if s := c.GetEmptyTimeout(); s > 0 {
		o.EmptyTimeout = time.Duration(s) * time.Second
	}
	if s := c.GetDepartureTimeout(); s > 0 {
		o.DepartureTimeout = time.Duration(s) * time.Second
	}
	o.MaxParticipants = int(c.GetMaxParticipants())
	o.Metadata = pii.Text(c.GetMetadata())
	o.SyncStreams = c.GetSyncStreams()
	return o, nil
}

// OptionsOfToken reads the roomConfig and roomPreset of an access token. Errors: as Options', and of malformed JSON.
func OptionsOfToken(config []byte, preset string) (room.Options, error) {
	if preset != "" {
		return room.Options{}, ErrPreset
	}
	c := &lkpb.RoomConfiguration{}
	if len(config) > 0 {
		if err := (protojson.UnmarshalOptions{DiscardUnknown: true}).Unmarshal(config, c); err != nil {
			return room.Options{}, fmt.Errorf("reading roomConfig: %w", errMalformed)
		}
	}
	return Options(c)
}

// errMalformed stands for the JSON library's errors, which quote what they read.
var errMalformed = errors.New("malformed")
