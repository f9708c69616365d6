package roomservice

import (
	"context"
	"errors"
	"slices"
	"strings"

	"konklave/internal/describe"
	"konklave/internal/id"
	"konklave/internal/pii"
	"konklave/internal/room"
	"konklave/internal/signal/lkpb"
	"konklave/internal/token"
)

// createRoom starts a room, or gives the one that runs, whose options stay.
func (s *Service) createRoom(ctx context.Context, g token.Grants, r *lkpb.CreateRoomRequest) (*lkpb.Room, error) {
	if !g.RoomCreate {
		return nil, errPermission
	}
	name := id.RoomName(r.GetName())
	switch {
	case name == "":
		return nil, fault{invalidArgument, "a room needs a name"}
	case len(name) > describe.MaxRoomName:
		return nil, fault{invalidArgument, "the name of the room is too long"}
	case s.reserved(name):
		return nil, errNoRoom
	case r.GetReplayEnabled():
		return nil, describe.ErrReplay
	case r.GetRoomPreset() != "":
		return nil, describe.ErrPreset
	}
	options, err := describe.Options(&lkpb.RoomConfiguration{
		EmptyTimeout: r.GetEmptyTimeout(), DepartureTimeout: r.GetDepartureTimeout(), MaxParticipants: r.GetMaxParticipants(),
		Metadata: r.GetMetadata(), Egress: r.GetEgress(), Agents: r.GetAgents(), SyncStreams: r.GetSyncStreams(),
	})
	if err != nil {
		return nil, err
	}
	for {
		started, err := s.cfg.Rooms.Open(name, options)
		if errors.Is(err, room.ErrTooManyRooms) || errors.Is(err, room.ErrDraining) {
			return nil, err
		}
		if err != nil {
			return nil, fault{unavailable, "the server is shutting down"}
		}
		info, _, err := started.Snapshot(ctx)
		if errors.Is(err, room.ErrRoomClosed) {
			<-started.Ended() // between the two; now another one can start
			continue
		}
		if err != nil {
			return nil, err
		}
		return describe.Room(info), nil
	}
}

// listRooms gives the rooms that run, of some names or all, the oldest first.
func (s *Service) listRooms(ctx context.Context, g token.Grants, r *lkpb.ListRoomsRequest) (*lkpb.ListRoomsResponse, error) {
	if !g.RoomList {
		return nil, errPermission
	}
	var infos []room.RoomInfo
	for _, running := range s.cfg.Rooms.Rooms() {
		name := running.Name()
		if s.reserved(name) || len(r.GetNames()) > 0 && !slices.Contains(r.GetNames(), string(name)) {
			continue
		}
		info, _, err := running.Snapshot(ctx)
		if errors.Is(err, room.ErrRoomClosed) {
			continue
		}
		if err != nil {
			return nil, err
		}
		infos = append(infos, info)
	}
	slices.SortFunc(infos, func(a, b room.RoomInfo) int {
		if c := a.CreatedAt.Compare(b.CreatedAt); c != 0 {
			return c
		}
		return strings.Compare(string(a.SID), string(b.SID))
	})
	all := &lkpb.ListRoomsResponse{}
	for _, info := range infos {
		all.Rooms = append(all.Rooms, describe.Room(info))
	}
	return all, nil
}

// deleteRoom ends a room; everyone in it is told.
func (s *Service) deleteRoom(ctx context.Context, g token.Grants, r *lkpb.DeleteRoomRequest) (*lkpb.DeleteRoomResponse, error) {
	if !g.RoomCreate {
		return nil, errPermission
	}
	running, err := s.running(id.RoomName(r.GetRoom()))
	if err != nil {
		return nil, err
	}
	if err := running.Close(ctx, room.ReasonRoomDeleted); err != nil {
		return nil, err
	}
	return &lkpb.DeleteRoomResponse{}, nil
}

func (s *Service) updateRoomMetadata(ctx context.Context, g token.Grants, r *lkpb.UpdateRoomMetadataRequest) (*lkpb.Room, error) {
	running, err := s.administered(g, r.GetRoom())
	if err != nil {
		return nil, err
	}
	if err := running.Order(ctx, room.SetRoomMetadata{Metadata: pii.Text(r.GetMetadata())}); err != nil {
		return nil, err
	}
	info, _, err := running.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	return describe.Room(info), nil
}
