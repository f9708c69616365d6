package roomservice

import (
	"net/http"
	"strings"
	"time"

	"konklave/internal/id"
	"konklave/internal/room"
	"konklave/internal/token"
)

// grants gives what the token of a call allows. Only API keys sign such tokens.
func (s *Service) grants(r *http.Request, now time.Time) (token.Grants, error) {
	text, bearer := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !bearer {
		return token.Grants{}, errPermission
	}
	claims, err := token.Parse(text, func(key string) (string, bool) {
		secret, ok := s.cfg.Keys[key]
		return secret, ok
	}, now)
	if err != nil {
		return token.Grants{}, fault{unauthenticated, err.Error()}
	}
	return claims.Video, nil
}

// administered finds a room that runs and that the caller may manage.
func (s *Service) administered(g token.Grants, name string) (*room.Room, error) {
	if !g.RoomAdmin || name == "" || string(g.Room) != name {
		return nil, errPermission
	}
	return s.running(id.RoomName(name))
}

// running finds a room that runs and is not reserved.
func (s *Service) running(name id.RoomName) (*room.Room, error) {
	if s.reserved(name) {
		return nil, errNoRoom
	}
	if r, ok := s.cfg.Rooms.Get(name); ok {
		return r, nil
	}
	return nil, errNoRoom
}

func (s *Service) reserved(name id.RoomName) bool {
	return s.cfg.Reserved != "" && strings.HasPrefix(string(name), s.cfg.Reserved)
}
