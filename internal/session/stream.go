package session

import (
	"strings"

	"konklave/internal/room"
	"konklave/internal/signal/lkpb"
)

// syncStreams is the client protocol above which tracks of a participant may share a MediaStream, so that they are played
// in step. Firefox learns a track's id from its stream, which is the track's own then.
const syncStreams = 9

func playsInStep(c *lkpb.ClientInfo) bool {
	return c.GetProtocol() > syncStreams && !strings.EqualFold(c.GetBrowser(), "firefox")
}

// streamOf names the MediaStream that a track comes to the client in, "" for one of its own. The name is the
// publisher's choice and will stand in descriptions for others, so it has to be a plain word.
func (s *Session) streamOf(w room.Subscription) string {
	name := w.Track.Stream
	plain := len(name) <= 64 && !strings.ContainsFunc(name, func(r rune) bool {
		return !('a' <= r|0x20 && r|0x20 <= 'z' || '0' <= r && r <= '9' || r == '-' || r == '_')
	})
	// A name that begins as the sids of tracks do would be taken for one.
	if !w.Sync || !s.inStep || !plain || strings.HasPrefix(name, "TR") {
		return ""
	}
	return name
}
