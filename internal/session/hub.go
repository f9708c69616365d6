package session

import (
	"slices"
	"sync"

	"konklave/internal/id"
	"konklave/internal/signal"
	"konklave/internal/signal/lkpb"
	"konklave/internal/wire"
)

// hub passes data packets between the sessions of one room, past the room's goroutine: they are the participants'
// own business, and nothing is decided about them but who may send and who gets them.
type hub struct {
	mu       sync.RWMutex
	sessions map[id.ParticipantSID]*Session
}

func (h *hub) add(s *Session) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.sessions[s.sid] = s
}

func (h *hub) remove(s *Session) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.sessions, s.sid)
}

// data forwards one packet of a sender. It is called on the sender's transport goroutine. Malformed packets and
// those of a sender without permission are dropped, and reliable ones that were passed on before: clients repeat them
// after a resume. What a receiver does not take, it gets later if it is reliable, see outbox.
func (h *hub) data(from *Session, ch wire.Channel, packet []byte) {
	from.mu.Lock()
	permission := from.permission
	from.mu.Unlock()
	if !permission.CanPublishData {
		return
	}
	kind := lkpb.DataPacket_RELIABLE
	if ch == wire.Lossy {
		kind = lkpb.DataPacket_LOSSY
	}
	sender := signal.Sender{SID: from.sid, Identity: from.identity}
	if permission.Hidden {
		sender = signal.Sender{}
	}
	patched, envelope, err := signal.PatchData(packet, sender, kind)
	if err != nil || envelope.Value == signal.ValueSpeaker || envelope.Value == signal.ValueTranscription {
		from.service.ignored.Inc()
		return
	}
	if ch == wire.Reliable && !from.isNews(envelope.Sequence) || from.calls.answered(envelope, packet) {
		return
	}
	for _, to := range h.receivers(from, envelope) {
		to.sendData(ch, from.sid, envelope.Sequence, patched)
	}
}

// sendData sends the client a data packet. A lossy one is lost when the channel does not take it. It is false when the
// packet is lost.
func (s *Session) sendData(ch wire.Channel, sender id.ParticipantSID, sequence uint32, packet []byte) (taken bool) {
	if ch == wire.Reliable {
		taken = s.outbox.put(sender, sequence, packet)
	} else {
		taken = s.sendOn(ch, packet) == nil
	}
	if !taken {
		s.service.undelivered.Inc()
	}
	return taken
}

// sendOn sends a packet on a channel of the primary transport. Errors: those of wire.Transport.Send.
func (s *Session) sendOn(ch wire.Channel, packet []byte) error {
	s.mu.Lock()
	link := s.link
	s.mu.Unlock()
	if link == nil {
		return wire.ErrNotOpen
	}
	return link.Send(ch, packet)
}

// isNews tells whether a reliable packet was not passed on before, and notes it. 0 is unnumbered.
func (s *Session) isNews(sequence uint32) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if sequence == 0 {
		return true
	}
	if sequence <= s.sequence {
		return false
	}
	s.sequence = sequence
	return true
}

// receivers gives those whom an envelope is for.
func (h *hub) receivers(from *Session, e signal.Envelope) []*Session {
	everyone := len(e.Destinations) == 0 && len(e.DestinationSIDs) == 0
	isNamed, isNumbered := among(e.Destinations), among(e.DestinationSIDs)
	h.mu.RLock()
	defer h.mu.RUnlock()
	var all []*Session
	for _, s := range h.sessions {
		if s == from || !everyone && !isNamed(s.identity) && !isNumbered(s.sid) {
			continue
		}
		s.mu.Lock()
		metrics := s.permission.CanSubscribeMetrics
		s.mu.Unlock()
		if e.Value != signal.ValueMetrics || metrics {
			all = append(all, s)
		}
	}
	return all
}

// among tells what is in a list, which may be as long as its sender likes.
func among[T comparable](list []T) func(T) bool {
	const few = 16
	if len(list) <= few {
		return func(x T) bool { return slices.Contains(list, x) }
	}
	set := make(map[T]struct{}, len(list))
	for _, x := range list {
		set[x] = struct{}{}
	}
	return func(x T) bool { _, ok := set[x]; return ok }
}
