package sfu

import "math"

// Speaker detection.
const (
	speakingLevel = 35  // -dBov; louder counts as speech
	silentLevel   = 127 // -dBov, RFC 6464: silence

	levelWindow   = Time(400_000_000)
	speakingShare = 0.4       // of a window that must be loud for it to count
	levelSmooth   = 2.0 / 3.0 // weight of the newest window: exponential average over two of them

	frameSpan    = Time(20_000_000)  // of an Opus packet, unless its timestamp says otherwise
	maxFrameSpan = Time(120_000_000) // longest an Opus packet can be (RFC 6716 section 2.1.4)
)

// speakingAmplitude is speakingLevel as a share of full scale: amplitude(speakingLevel).
const speakingAmplitude = 0.0177828

// speaker finds out from the audio levels of a track's packets whether somebody speaks. The zero value is silent.
type speaker struct {
	since    Time // when the running window began, 0 for none
	loud     Time // time above speakingLevel in it
	loudest  uint8
	smoothed float64 // amplitude, 0 to 1
}

// observe takes one packet that lasts for span.
func (s *speaker) observe(now Time, level uint8, span Time) {
	s.poll(now)
	if s.since == 0 {
		s.since, s.loud, s.loudest = now, 0, silentLevel
	}
	if level <= speakingLevel {
		s.loud += span
		s.loudest = min(s.loudest, level)
	}
}

// poll closes the windows that are over and tells when the running one is.
func (s *speaker) poll(now Time) (next Time) {
	for s.since != 0 && now >= s.since+levelWindow {
		s.close()
		if s.smoothed == 0 {
			// Silent: the next packet begins a new window.
			s.since = 0
		}
	}
	if s.since == 0 {
		return Never
	}
	return s.since + levelWindow
}

// close takes the running window into the average and begins the next.
func (s *speaker) close() {
	loud := 0.0
	if share := float64(s.loud) / float64(levelWindow); share >= speakingShare {
		loud = amplitude(s.loudest) * min(share, 1)
	}
	s.smoothed += (loud - s.smoothed) * levelSmooth
	if loud == 0 && s.smoothed < speakingAmplitude/4 {
		s.smoothed = 0
	}
	s.since += levelWindow
	s.loud, s.loudest = 0, silentLevel
}

// level is the smoothed level in -dBov, and whether that is speech.
func (s *speaker) level() (level uint8, active bool) {
	if s.smoothed < speakingAmplitude {
		return silentLevel, false
	}
	return uint8(min(max(math.Round(-20*math.Log10(s.smoothed)), 0), silentLevel)), true
}

// amplitude is the share of full scale that a level in -dBov stands for.
func amplitude(level uint8) float64 { return math.Pow(10, -float64(level)/20) }

// SpeakerLevel turns a level in -dBov to what speaker updates carry: 0 to 1, a multiple of 1/8, never 0 for a level
// that counts as speech.
func SpeakerLevel(level uint8) float32 {
	if level > speakingLevel {
		return 0
	}
	return float32(math.Ceil(amplitude(level)*8) / 8)
}
