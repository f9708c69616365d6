package session

import (
	"maps"
	"net/http"
	"time"

	"konklave/internal/describe"
	"konklave/internal/id"
	"konklave/internal/pii"
	"konklave/internal/room"
	"konklave/internal/signal/lkpb"
	"konklave/internal/token"
)

const (
	meetingTokenLife = 10 * time.Minute // from the control connection's answer to the join
	refreshedLife    = 30 * time.Minute // for coming back after a break
	// How long a revocation is remembered where tokens are made by others, who choose how long they live.
	maxTokenLife = 30 * 24 * time.Hour
)

// verify checks a token as of now: its signature, that it lets join a room, and that it was not revoked. Rooms of
// meetings take only tokens of the internal key, and only they do.
func (s *Service) verify(text string, now time.Time) (token.Claims, *refusal) {
	if text == "" {
		return token.Claims{}, &refusal{http.StatusUnauthorized, "no access token was given"}
	}
	claims, err := token.Parse(text, s.secret, now)
	if err != nil {
		return claims, &refusal{http.StatusUnauthorized, err.Error()}
	}
	meeting := s.reserved(claims.Video.Room)
	switch {
	case !claims.Video.RoomJoin || meeting != (claims.APIKey == s.cfg.Internal.Name):
		return claims, &refusal{http.StatusUnauthorized, "the token does not allow to join"}
	case claims.Video.Room == "" || claims.Identity == "":
		return claims, &refusal{http.StatusBadRequest, "the token names no room or no identity"}
	case len(claims.Video.Room) > describe.MaxRoomName:
		return claims, &refusal{http.StatusBadRequest, "the name of the room is too long"}
	case claims.Video.Hidden && (meeting || !s.cfg.AllowHidden):
		return claims, &refusal{http.StatusUnauthorized, "nobody is hidden here"}
	case claims.Video.Agent || claims.Kind == "agent":
		return claims, &refusal{http.StatusUnauthorized, "there are no agents here"}
	}
	if err := s.revoked.Check(claims.Video.Room, claims); err != nil {
		return claims, &refusal{http.StatusUnauthorized, err.Error()}
	}
	return claims, nil
}

func (s *Service) secret(apiKey string) (string, bool) {
	if apiKey == s.cfg.Internal.Name {
		return s.cfg.Internal.Secret, true
	}
	secret, ok := s.cfg.Keys[apiKey]
	return secret, ok
}

// joinCommand puts together what the token grants and what the client asks for.
func joinCommand(c token.Claims, r *lkpb.JoinRequest) room.Join {
	j := room.Join{
		Identity: c.Identity, Name: c.Name, Metadata: c.Metadata, Attributes: c.Attributes,
		Kind:       kinds[c.Kind],
		Permission: permissions(c.Video), Client: clientInfo(r.GetClientInfo()),
		AutoSubscribe:  r.GetConnectionSettings().GetAutoSubscribe(),
		AdaptiveStream: r.GetConnectionSettings().GetAdaptiveStream(),
	}
	if j.Permission.CanUpdateMetadata {
		if m := r.GetMetadata(); m != "" {
			j.Metadata = pii.Text(m)
		}
		if a := r.GetParticipantAttributes(); len(a) > 0 {
			merged := maps.Clone(a)
			for k, v := range c.Attributes {
				if _, ok := merged[k]; !ok {
					merged[k] = v
				}
			}
			j.Attributes = merged
		}
	}
	return j
}

// newcomer tells why somebody whose token is good may not begin a session: the room or the machine cannot take it, or
// it asks for what the token does not grant.
func (s *Service) newcomer(c token.Claims, r *lkpb.JoinRequest) *refusal {
	_, runs := s.cfg.Rooms.Get(c.Video.Room)
	switch {
	case s.full():
		return noPlace
	case !runs && s.reserved(c.Video.Room):
		return &refusal{http.StatusNotFound, "the meeting is not running"}
	case !runs && s.cfg.Rooms.Draining():
		return refusalOf(room.ErrDraining)
	case !runs && s.cfg.NoAutoCreate:
		return &refusal{http.StatusNotFound, "requested room does not exist"} // SDKs know these words
	case (r.GetMetadata() != "" || len(r.GetParticipantAttributes()) > 0) && !c.Video.MayUpdateOwnMetadata():
		return &refusal{http.StatusUnauthorized, "the token does not allow to bring metadata or attributes"}
	}
	if _, err := s.options(c); err != nil {
		return &refusal{http.StatusBadRequest, err.Error()}
	}
	return nil
}

// options are those with which the room of a token is started if it does not run. Errors: describe.OptionsOfToken's.
func (s *Service) options(c token.Claims) (room.Options, error) {
	if s.reserved(c.Video.Room) {
		return s.cfg.MeetingOptions, nil
	}
	return describe.OptionsOfToken(c.RoomConfig, c.RoomPreset)
}

// kinds are the kinds of services that join as participants; people and what is not known here are Standard.
var kinds = map[string]room.ParticipantKind{
	"ingress": room.Ingress, "egress": room.Egress, "sip": room.SIP, "connector": room.Connector, "bridge": room.Bridge,
}

func clientInfo(c *lkpb.ClientInfo) room.ClientInfo {
	return room.ClientInfo{Protocol: c.GetProtocol(), ClientProtocol: c.GetClientProtocol(), Capabilities: numbers(c.GetCapabilities())}
}

var sourceNames = map[string]room.TrackSource{
	"camera": room.Camera, "microphone": room.Microphone,
	"screen_share": room.ScreenShare, "screen_share_audio": room.ScreenShareAudio,
}

func permissions(g token.Grants) room.Permission {
	p := room.Permission{
		CanSubscribe: g.MaySubscribe(), CanPublish: g.MayPublish(), CanPublishData: g.MayPublishData(),
		CanUpdateMetadata: g.MayUpdateOwnMetadata(), CanSubscribeMetrics: g.MaySubscribeMetrics(),
		CanManageAgents: g.MayManageAgentSession(), Hidden: g.Hidden, Recorder: g.Recorder, AgentGrant: g.Agent,
	}
	for _, name := range g.CanPublishSources {
		p.CanPublishSources = append(p.CanPublishSources, sourceNames[name]) // an unknown name allows an unknown source only
	}
	return p
}

// granted is the way back from permissions; it keeps what is no permission, such as the room.
func granted(g token.Grants, p room.Permission) token.Grants {
	g.CanSubscribe, g.CanPublish, g.CanPublishData = token.Bool(p.CanSubscribe), token.Bool(p.CanPublish), token.Bool(p.CanPublishData)
	g.CanUpdateOwnMetadata, g.CanSubscribeMetrics = token.Bool(p.CanUpdateMetadata), token.Bool(p.CanSubscribeMetrics)
	g.CanManageAgentSession = token.Bool(p.CanManageAgents)
	g.Hidden, g.Recorder, g.Agent = p.Hidden, p.Recorder, p.AgentGrant
	g.CanPublishSources = nil
	for _, source := range p.CanPublishSources {
		name := "unknown"
		for n, s := range sourceNames {
			if s == source {
				name = n
			}
		}
		g.CanPublishSources = append(g.CanPublishSources, name)
	}
	return g
}

// refreshToken gives the client a token with which it comes back after a break: same room, and what the room says of it
// now.
func (s *Session) refreshToken() {
	now, m := time.Now(), s.credentials
	claims := s.claims
	claims.Name, claims.Metadata, claims.Attributes = m.Name, m.Metadata, m.Attributes
	claims.IssuedAt, claims.NotBefore = now, time.Time{}
	if soonest := now.Add(refreshedLife); claims.ExpiresAt.Before(soonest) { // it is worth no less than the first one
		claims.ExpiresAt = soonest
	}
	claims.Video = granted(claims.Video, m.Permission)
	secret, ok := s.service.secret(claims.APIKey)
	if !ok {
		return // the key was taken away: the client keeps what it has until that expires
	}
	signed, err := token.Sign(claims, claims.APIKey, secret)
	if err != nil {
		s.log.Error("token not refreshed", "err", err)
		return
	}
	if !s.isAway() { // it gets one when it is back
		s.respond(&lkpb.SignalResponse{Message: &lkpb.SignalResponse_RefreshToken{RefreshToken: signed}})
	}
}

// Token makes an access token for one person of a meeting. It holds no name: meetings tell names by their roster.
func (s *Service) Token(name id.RoomName, identity id.Identity) (string, error) {
	now := time.Now()
	return token.Sign(token.Claims{
		Identity: identity, IssuedAt: now, ExpiresAt: now.Add(meetingTokenLife),
		Video: token.Grants{Room: name, RoomJoin: true, CanPublishData: token.Bool(false)},
	}, s.cfg.Internal.Name, s.cfg.Internal.Secret)
}

// OpenRoom starts the room of a meeting, unless it runs.
func (s *Service) OpenRoom(name id.RoomName) error {
	_, err := s.cfg.Rooms.Open(name, s.cfg.MeetingOptions)
	return err
}

// Allow sets what an identity may send and see in the room of a meeting, whether it is there or not. Who was never allowed
// anything does not get in.
func (s *Service) Allow(name id.RoomName, identity id.Identity, rights room.Rights) {
	s.conduct(name, room.SetRights{Identity: identity, Rights: rights})
}

// Stop ends what an identity sends of a source. It may begin again.
func (s *Service) Stop(name id.RoomName, identity id.Identity, source room.TrackSource) {
	s.conduct(name, room.StopSource{Identity: identity, Source: source})
}

func (s *Service) conduct(name id.RoomName, c room.Command) {
	if r, ok := s.cfg.Rooms.Get(name); ok {
		r.Conduct(c)
	}
}

// Remove ends an identity's media in the room of a meeting. Its tokens are worth nothing there until it is allowed something again.
func (s *Service) Remove(name id.RoomName, identity id.Identity) {
	s.conduct(name, room.DropRights{Identity: identity})
}

// CloseRoom ends a room and everybody's media in it.
func (s *Service) CloseRoom(name id.RoomName) {
	s.conduct(name, room.Close{Reason: room.ReasonRoomClosed})
}
