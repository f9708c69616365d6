package sfu

import "testing"

// speech is a gate in a test, fed a packet of a level every 20 ms.
type speech struct {
	gate
	now Time
}

// say feeds packets of a level for a span and counts those that passed.
func (s *speech) say(level uint8, span Time) (passed int) {
	for end := s.now + span; s.now < end; s.now += frameSpan {
		if s.passes(s.now, level, frameSpan) {
			passed++
		}
	}
	return passed
}

func TestGateOpensWithTheFirstSound(t *testing.T) {
	s := speech{gate: gate{mode: GateVoice}, now: 1}
	if n := s.say(70, Milliseconds(1000)); n != 0 {
		t.Errorf("%d packets of silence passed", n)
	}
	if n := s.say(30, frameSpan); n != 1 {
		t.Error("the first packet of speech did not pass")
	}
	if n := s.say(70, Milliseconds(5000)); n != 99 { // those within 2 s of the sound
		t.Errorf("%d packets passed after speech, want those of two seconds", n)
	}
}

func TestGateModes(t *testing.T) {
	s := speech{now: 1}
	if n := s.say(127, Milliseconds(1000)); n != 50 {
		t.Errorf("%d of 50 packets passed an open gate", n)
	}
	s.mode = GateShut
	if n := s.say(10, Milliseconds(1000)); n != 0 {
		t.Errorf("%d packets passed a shut gate", n)
	}
	s.mode = GateVoice
	if n := s.say(100, frameSpan); n != 1 {
		t.Error("who spoke while the gate was shut is not heard when it opens")
	}
}

func TestGateLoudness(t *testing.T) {
	s := speech{now: 1}
	if s.loudness(1) != silentLevel {
		t.Error("loud before the first packet")
	}
	s.say(60, Milliseconds(100))
	s.say(20, frameSpan)
	if l := s.loudness(s.now); l != 20 {
		t.Errorf("loudness %d right after a sound of 20", l)
	}
	s.say(60, Milliseconds(500))
	if l := s.loudness(s.now); l < 30 || l > 45 {
		t.Errorf("loudness %d half a second after a sound of 20 in a background of 60", l)
	}
	s.now += Milliseconds(1100)
	if l := s.loudness(s.now); l != silentLevel {
		t.Errorf("loudness %d without packets", l)
	}
}

func TestStuckMicrophoneIsNotLoud(t *testing.T) {
	s := speech{gate: gate{mode: GateVoice}, now: 1}
	s.say(0, Milliseconds(4900))
	if s.loudness(s.now) != 0 {
		t.Error("loud speech is not loud")
	}
	s.say(0, Milliseconds(2200))
	if l := s.loudness(s.now); l != silentLevel || s.isOpen(s.now) {
		t.Errorf("a level that never leaves the top of the scale counts as %d, open %v", l, s.isOpen(s.now))
	}
	if s.say(12, frameSpan); s.loudness(s.now) > 12 || !s.isOpen(s.now) {
		t.Error("not heard again once the level moves")
	}
}

func TestGateLeavesOutWhatIsQuiet(t *testing.T) {
	b := newBench(t, ReceiverEvents{})
	track := b.AddTrack(audioParams(Encoding{SSRC: 20}), b.feed)
	track.SetGate(GateVoice)
	seq := uint16(0)
	talk(b, track, &seq, 70, Milliseconds(1000))
	if len(b.feed.media) != 0 {
		t.Fatalf("%d packets of silence were fed", len(b.feed.media))
	}
	talk(b, track, &seq, 30, Milliseconds(1000))
	for i, m := range b.feed.media {
		if m.Resumed != (i == 0) || m.Marker != (i == 0) {
			t.Errorf("packet %d after the silence: resumed %v, marker %v", i, m.Resumed, m.Marker)
		}
	}
	track.SetGate(GateShut)
	talk(b, track, &seq, 30, Milliseconds(200))
	if n := len(b.feed.media); n != 50 {
		t.Errorf("%d packets fed, want the 50 before the gate was shut", n)
	}
	if _, active := track.Level(); !active {
		t.Error("who is not heard does not count as speaking any more")
	}
	if l, ranked := track.Loudness(b.now); l != 30 || !ranked {
		t.Errorf("loudness %d, ranked %v behind a shut gate", l, ranked)
	}
}

func TestGateWithoutLevelsLetsAllThrough(t *testing.T) {
	b := newBench(t, ReceiverEvents{})
	params := audioParams(Encoding{SSRC: 20})
	params.Extensions.AudioLevel = 0
	track := b.AddTrack(params, b.feed)
	track.SetGate(GateShut)
	b.send(opus(20, 1, 960))
	if _, ranked := track.Loudness(b.now); ranked || len(b.feed.media) != 1 {
		t.Errorf("ranked %v, %d of 1 packets fed", ranked, len(b.feed.media))
	}
}

// A subscriber sees no gap in the numbers where a gate left something out, and no jump in time.
func TestGateKeepsNumbersWithoutGaps(t *testing.T) {
	c := newCall(9)
	shut, left := false, false
	voice := c.publisher.voice
	voice.publish = func(m *Media) {
		if shut {
			left = true
			return
		}
		m.Resumed, left = left, false
		voice.transmit(m, 0)
	}
	c.begin()
	for range 4 {
		c.run(Milliseconds(1500))
		shut = true
		c.run(Milliseconds(1200))
		shut = false
	}
	c.run(Milliseconds(1500))
	if j := checkStream(t, c.voice.kind, inOrder(c.voice.got)); j.missing != 0 || j.frames < 300 {
		t.Errorf("%d packets missing of %d", j.missing, j.frames)
	}
	checkSync(t, c.voice, c.picture)
}
