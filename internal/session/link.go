package session

import (
	"time"

	"konklave/internal/id"
	"konklave/internal/room"
	"konklave/internal/wire"
)

// silentAfter is when a client is taken for lost. One that is there and sends no media checks every path for consent
// every 4 to 6 s (RFC 7675 section 5.1), so two such checks in a row must have been lost.
const silentAfter = 13 * time.Second

// linkOf is how the way to a participant is doing, by what its transport tells and by how many packets of its tracks
// came and got lost since the last time.
func linkOf(sid id.ParticipantSID, stats wire.TransportStats, received, lost uint64) room.Link {
	l := room.Link{
		Participant: sid, DownLoss: float32(stats.Loss), RTT: stats.RTT, Silent: stats.Silence > silentAfter,
		Paused: stats.Short.Paused > 0, Lowered: stats.Short.Lowered > 0,
	}
	if received+lost > 0 {
		l.UpLoss = float32(lost) / float32(received+lost)
	}
	return l
}
