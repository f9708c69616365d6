package webhook

import (
	"crypto/rand"

	"konklave/internal/describe"
	"konklave/internal/room"
	"konklave/internal/signal/lkpb"
)

// roomFinished is the last event of a room.
const roomFinished = "room_finished"

// eventOf writes what happened as applications are told; nil when they are not told of it.
func eventOf(e room.Event) *lkpb.WebhookEvent {
	name := ""
	switch e.Kind {
	case room.RoomStarted:
		name = "room_started"
	case room.RoomEnded:
		name = roomFinished
	case room.ParticipantActive:
		name = "participant_joined"
	case room.ParticipantGone:
		name = "participant_left"
		if !e.WasActive {
			name = "participant_connection_aborted"
		}
	case room.TrackAppeared:
		name = "track_published"
	case room.TrackGone:
		name = "track_unpublished"
	case room.ParticipantCame: // it may never get media through
		return nil
	}
	event := &lkpb.WebhookEvent{
		Event: name, Id: "EV_" + rand.Text(), CreatedAt: e.At.Unix(), Room: describe.Room(e.Room),
	}
	if e.Participant != nil {
		event.Participant = describe.Participant(e.Participant)
	}
	if e.Track != nil {
		event.Track = describe.Track(e.Track)
	}
	if e.Kind == room.RoomEnded {
		event.RoomEndReason = endReason(e.Reason)
	}
	return event
}

func endReason(r room.DisconnectReason) lkpb.RoomEndReason {
	switch r {
	case room.ReasonRoomDeleted:
		return lkpb.RoomEndReason_ROOM_END_API_DELETE
	case room.ReasonRoomClosed:
		return lkpb.RoomEndReason_ROOM_END_IDLE_TIMEOUT
	case room.ReasonServerShutdown:
		return lkpb.RoomEndReason_ROOM_END_SERVER_SHUTDOWN
	}
	return lkpb.RoomEndReason_ROOM_END_UNKNOWN
}
