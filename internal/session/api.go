package session

import (
	"slices"
	"time"

	"konklave/internal/id"
	"konklave/internal/signal"
	"konklave/internal/wire"
)

// Revoke makes the tokens of an identity into a room worthless that were issued up to a moment, which may lie a day
// ahead at most.
func (s *Service) Revoke(name id.RoomName, identity id.Identity, issuedUpTo time.Time) {
	now := time.Now()
	if latest := now.Add(maxTokenLife); issuedUpTo.After(latest) {
		issuedUpTo = latest
	}
	s.revoked.Purge(now)
	s.revoked.Revoke(name, identity, issuedUpTo, issuedUpTo.Add(maxTokenLife))
}

// SendData sends a data packet of the server, encoded as clients get it, to everyone in a room, or to those that are
// named by identity or sid.
func (s *Service) SendData(name id.RoomName, lossy bool, packet []byte, to []id.Identity, toSIDs []id.ParticipantSID) {
	r, ok := s.cfg.Rooms.Get(name)
	if !ok {
		return
	}
	s.mu.Lock()
	h := s.hubs[r.SID()]
	s.mu.Unlock()
	if h == nil {
		return // nobody has joined yet
	}
	ch := wire.Reliable
	if lossy {
		ch = wire.Lossy
	}
	e := signal.Envelope{Value: signal.ValueUser, Destinations: slices.Clone(to), DestinationSIDs: slices.Clone(toSIDs)}
	for _, to := range h.receivers(nil, e) {
		to.sendData(ch, "", 0, packet)
	}
}
