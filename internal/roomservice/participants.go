package roomservice

import (
	"context"
	"time"

	"konklave/internal/describe"
	"konklave/internal/id"
	"konklave/internal/pii"
	"konklave/internal/room"
	"konklave/internal/signal/lkpb"
	"konklave/internal/token"
)

func (s *Service) listParticipants(ctx context.Context, g token.Grants, r *lkpb.ListParticipantsRequest) (*lkpb.ListParticipantsResponse, error) {
	running, err := s.administered(g, r.GetRoom())
	if err != nil {
		return nil, err
	}
	_, people, err := running.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	return &lkpb.ListParticipantsResponse{Participants: describe.Participants(people)}, nil
}

func (s *Service) getParticipant(ctx context.Context, g token.Grants, r *lkpb.RoomParticipantIdentity) (*lkpb.ParticipantInfo, error) {
	running, err := s.administered(g, r.GetRoom())
	if err != nil {
		return nil, err
	}
	return participant(ctx, running, r.GetIdentity())
}

func participant(ctx context.Context, in *room.Room, identity string) (*lkpb.ParticipantInfo, error) {
	_, people, err := in.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	for _, p := range people {
		if string(p.Identity) == identity {
			return describe.Participant(p), nil
		}
	}
	return nil, errNoParticipant
}

// removeParticipant puts a participant out. The tokens that were issued to it so far are worthless from now on, or
// those up to a later moment that the call names; that holds also when the participant is not there, which is an error
// nevertheless.
func (s *Service) removeParticipant(ctx context.Context, g token.Grants, r *lkpb.RoomParticipantIdentity) (*lkpb.RemoveParticipantResponse, error) {
	running, err := s.administered(g, r.GetRoom())
	if err != nil {
		return nil, err
	}
	issuedUpTo := time.Now()
	if named := time.Unix(r.GetRevokeTokenTs(), 0); named.After(issuedUpTo) {
		issuedUpTo = named
	}
	identity := id.Identity(r.GetIdentity())
	s.cfg.Sessions.Revoke(running.Name(), identity, issuedUpTo) // first: else it could come back in between
	if err := running.Order(ctx, room.RemoveParticipant{Identity: identity}); err != nil {
		return nil, err
	}
	return &lkpb.RemoveParticipantResponse{}, nil
}

// updateParticipant changes what is given: an empty name or metadata stays as it is, an empty attribute goes away.
// Whether somebody is hidden, or a recorder, only its token says.
func (s *Service) updateParticipant(ctx context.Context, g token.Grants, r *lkpb.UpdateParticipantRequest) (*lkpb.ParticipantInfo, error) {
	running, err := s.administered(g, r.GetRoom())
	if err != nil {
		return nil, err
	}
	change := room.ChangeParticipant{
		Identity: id.Identity(r.GetIdentity()), Name: pii.Name(r.GetName()), Metadata: pii.Text(r.GetMetadata()),
		Attributes: r.GetAttributes(),
	}
	if p := r.GetPermission(); p != nil {
		change.Permission = permission(p)
	}
	if err := running.Order(ctx, change); err != nil {
		return nil, err
	}
	return participant(ctx, running, r.GetIdentity())
}

func permission(p *lkpb.ParticipantPermission) *room.Permission {
	all := &room.Permission{
		CanSubscribe: p.GetCanSubscribe(), CanPublish: p.GetCanPublish(), CanPublishData: p.GetCanPublishData(),
		CanUpdateMetadata: p.GetCanUpdateMetadata(), CanSubscribeMetrics: p.GetCanSubscribeMetrics(),
		CanManageAgents: p.GetCanManageAgentSession(),
	}
	for _, source := range p.GetCanPublishSources() {
		all.CanPublishSources = append(all.CanPublishSources, room.TrackSource(source))
	}
	return all
}

// mutePublishedTrack mutes at once. Unmuting, where it is allowed at all, is a wish that the client may fulfil.
func (s *Service) mutePublishedTrack(ctx context.Context, g token.Grants, r *lkpb.MuteRoomTrackRequest) (*lkpb.MuteRoomTrackResponse, error) {
	running, err := s.administered(g, r.GetRoom())
	if err != nil {
		return nil, err
	}
	if !r.GetMuted() && !s.cfg.RemoteUnmute {
		return nil, fault{failedPrecondition, "this server does not unmute anybody"}
	}
	err = running.Order(ctx, room.MuteTrack{
		Identity: id.Identity(r.GetIdentity()), Track: id.TrackSID(r.GetTrackSid()), Muted: r.GetMuted(),
	})
	if err != nil {
		return nil, err
	}
	p, err := participant(ctx, running, r.GetIdentity())
	if err != nil {
		return nil, err
	}
	response := &lkpb.MuteRoomTrackResponse{}
	for _, t := range p.GetTracks() {
		if t.GetSid() == r.GetTrackSid() {
			response.Track = t
		}
	}
	return response, nil
}

func (s *Service) updateSubscriptions(ctx context.Context, g token.Grants, r *lkpb.UpdateSubscriptionsRequest) (*lkpb.UpdateSubscriptionsResponse, error) {
	running, err := s.administered(g, r.GetRoom())
	if err != nil {
		return nil, err
	}
	change := room.ChangeSubscriptions{Identity: id.Identity(r.GetIdentity()), Subscribe: r.GetSubscribe()}
	add := func(sids []string) {
		for _, sid := range sids {
			change.Tracks = append(change.Tracks, id.TrackSID(sid))
		}
	}
	add(r.GetTrackSids())
	for _, p := range r.GetParticipantTracks() {
		add(p.GetTrackSids())
	}
	if err := running.Order(ctx, change); err != nil {
		return nil, err
	}
	return &lkpb.UpdateSubscriptionsResponse{}, nil
}
