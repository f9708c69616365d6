package sfu

// Gate is what a room lets through of an audio track, by how loud it is beside the others.
type Gate uint8

// The gates of a track.
const (
	GateOpen  Gate = iota // everything
	GateVoice             // what can be heard, at once; not the silence between
	GateShut              // nothing: others are louder
)

const (
	audibleLevel = 55                  // -dBov; what is louder opens a gate for voices
	gateHold     = Time(2_000_000_000) // for so long it stays open after that

	// A microphone whose level never leaves the top of the scale is broken, not loud.
	stuckLevel = 1                   // -dBov
	stuckAfter = Time(5_000_000_000) // longer than anybody shouts

	peakDecay = Time(1_000_000_000) // in which the peak falls by 63 %, in dB
	peakLasts = Time(1_000_000_000) // without packets
)

// gate decides packet by packet what of an audio track goes to its subscribers, and measures how loud it is for the
// choice of the loudest. What it leaves out is received and measured all the same, so it opens with the first sound.
type gate struct {
	mode  Gate
	until Time // open as GateVoice

	peak  float64 // -dBov: quick to rise, slow to fall
	at    Time    // of the newest packet, 0 before the first
	stuck Time    // since when the level is at the top of the scale, 0 when it is not

	closed bool // packets were left out since the last that passed
}

// passes takes one packet in order that lasts for span.
func (g *gate) passes(now Time, level uint8, span Time) bool {
	g.measure(now, level, span)
	if level <= audibleLevel && !g.isStuck(now) {
		g.until = now + gateHold
	}
	g.closed = g.closed || !g.isOpen(now)
	return g.isOpen(now)
}

// isOpen tells whether packets pass at the moment.
func (g *gate) isOpen(now Time) bool {
	return g.mode == GateOpen || g.mode == GateVoice && now < g.until
}

// resumes tells whether a packet that passes is the first after others that did not.
func (g *gate) resumes() bool {
	was := g.closed
	g.closed = false
	return was
}

// measure takes a packet into the peak.
func (g *gate) measure(now Time, level uint8, span Time) {
	switch loudness := float64(level); {
	case g.at == 0 || now-g.at > peakLasts || loudness < g.peak:
		g.peak = loudness
	default:
		g.peak += (loudness - g.peak) * min(float64(span)/float64(peakDecay), 1)
	}
	g.at = now
	switch {
	case level > stuckLevel:
		g.stuck = 0
	case g.stuck == 0:
		g.stuck = now
	}
}

func (g *gate) isStuck(now Time) bool { return g.stuck != 0 && now-g.stuck >= stuckAfter }

// loudness is the peak in -dBov; silence when nothing came lately, or nothing that is worth hearing.
func (g *gate) loudness(now Time) uint8 {
	if g.at == 0 || now-g.at > peakLasts || g.isStuck(now) {
		return silentLevel
	}
	return uint8(g.peak)
}
