package session

import "time"

// silentWay is when the way for media of a client whose signalling is heard counts as lost. Whoever is there and sends
// nothing checks it every 4 to 6 s (RFC 7675 section 5.1).
const silentWay = 7 * time.Second

// recall has a client look for another way for its media when what it has lets nothing through any more, as when a firewall
// begins to block UDP. Chromium takes twice as long to give a way up by itself. What every client does when its socket is
// closed is to resume, with new candidates; it is given time for that before it is recalled again.
func (s *Session) recall(now time.Time) {
	if now.Sub(s.recalled) < silentWay {
		return
	}
	s.mu.Lock()
	link := s.link
	s.mu.Unlock()
	if link == nil || link.Stats().Silence < silentWay {
		return
	}
	s.recalled = now
	s.service.recalled.Inc()
	s.hangUp()
}
