package wire

import (
	"time"

	"konklave/internal/sfu"
)

// Cameras pace the packets of a picture, and even those sent at once arrive one by one. A picture that many receive is
// therefore held back until its last packet is there, so that it leaves for each of them in one train; but not for long,
// and nothing else waits with it: sound departs at once, and so does everything else when there is something that is not
// part of a picture, such as packets sent again.
const (
	gatherFor  = sfu.Time(time.Millisecond)
	gatherFrom = 8 // receivers; a train saves too little with fewer
)

// gathering is what a shard knows of the pictures it has in hand.
type gathering struct {
	until   sfu.Time // when what is held back departs at the latest, 0 when nothing is
	partial bool     // the newest packet of video was not the last of its picture
	serving bool     // packets that are queued now belong to pictures
	other   bool     // something else waits too
}

// note looks at a packet of video before it is opened.
func (g *gathering) note(marker byte) { g.partial = marker&0x80 == 0 }

// holds tells whether what waits should go on to wait.
func (g *gathering) holds(now sfu.Time, waiting int) bool {
	switch {
	case !g.partial || g.other || waiting < gatherFrom:
		return false
	case g.until == 0:
		g.until = now + gatherFor
	}
	return now < g.until
}

// departed notes that nothing is held back any more.
func (g *gathering) departed() { g.until, g.other = 0, false }
