package room

import (
	"fmt"
	"testing"

	"konklave/internal/id"
)

// choir is a room of people with microphones, of whom so many are heard at once.
type choir struct {
	*scene
	people []*person
	mics   []id.TrackSID
}

func newChoir(t *testing.T, voices, people int) *choir {
	c := &choir{scene: newScene(t, Options{Voices: voices})}
	for i := range people {
		p := c.active(fmt.Sprintf("p%d", i))
		c.people, c.mics = append(c.people, p), append(c.mics, p.publish("mic"))
	}
	return c
}

// sing is a tick in which the people are so loud, in -dBov.
func (c *choir) sing(loudness ...uint8) {
	c.t.Helper()
	var m Measures
	for i, l := range loudness {
		m.Levels = append(m.Levels, TrackLevel{Publisher: c.people[i].sid, Track: c.mics[i], Level: 127, Loudness: l, Ranked: true})
	}
	c.now = c.now.Add(tickInterval)
	c.do(Tick{m})
}

func TestFewAreAllHeard(t *testing.T) {
	c := newChoir(t, 3, 3)
	c.sing(10, 20, 90)
	c.wantNone("GATE")
}

func TestSilenceOfManyIsNotForwarded(t *testing.T) {
	c := newChoir(t, 2, 3)
	c.sing(10, 90, 90)
	c.wantSome("p0 < GATE p0.mic=1", "p1 < GATE p1.mic=1", "p2 < GATE p2.mic=1")
	c.sing(10, 20, 90)
	c.wantNone("GATE")
	c.people[2].do(Mute{c.people[2].sid, c.mics[2], true})
	c.sing(10, 20, 90)
	c.wantSome("p0 < GATE p0.mic=0", "p1 < GATE p1.mic=0")
	c.wantNone("p2.mic=0") // not forwarded anyway
}

func TestOnlyTheLoudestAreHeard(t *testing.T) {
	c := newChoir(t, 2, 4)
	c.sing(30, 20, 40, 90)
	c.wantSome("p2 < GATE p2.mic=2")
	c.wantSome("p3 < GATE p3.mic=1") // silent: may speak up at any moment
	c.sing(30, 20, 26, 90)
	c.wantNone("GATE") // not clearly louder
	c.sing(30, 20, 22, 90)
	c.wantSome("p2 < GATE p2.mic=1", "p0 < GATE p0.mic=2")
	c.sing(70, 20, 22, 90)
	c.wantSome("p0 < GATE p0.mic=1") // silent now
	c.sing(10, 10, 10, 10)
	c.wantSome("p0 < GATE p0.mic=2", "p3 < GATE p3.mic=2") // equals: who is heard already
}

// TestSwitchedOffIsNotShut has somebody shut who switches the microphone off: the first word after that must not be lost.
func TestSwitchedOffIsNotShut(t *testing.T) {
	c := newChoir(t, 1, 2)
	c.sing(30, 20)
	c.wantSome("p1 < GATE p1.mic=1", "p0 < GATE p0.mic=2")
	c.people[0].do(Mute{c.people[0].sid, c.mics[0], true})
	c.people[1].do(Mute{c.people[1].sid, c.mics[1], true})
	c.sing(127, 127)
	c.wantSome("p0 < GATE p0.mic=1")
	c.sing(127, 127)
	c.wantNone("GATE")
	c.people[0].do(Mute{c.people[0].sid, c.mics[0], false})
	c.people[1].do(Mute{c.people[1].sid, c.mics[1], false})
	c.sing(20, 24)
	c.wantSome("p1 < GATE p1.mic=2") // who was heard before has no lead any more
}

func TestSoundOfScreensAndUnknownLoudnessAlwaysPass(t *testing.T) {
	c := newChoir(t, 1, 2)
	screen := c.people[0].publish("mic2", func(a *AddTrack) { a.Source = ScreenShareAudio })
	plain := c.people[1].publish("mic2")
	c.do(Tick{Measures{Levels: []TrackLevel{
		{Publisher: c.people[0].sid, Track: c.mics[0], Loudness: 10, Ranked: true},
		{Publisher: c.people[1].sid, Track: c.mics[1], Loudness: 20, Ranked: true},
		{Publisher: c.people[0].sid, Track: screen, Loudness: 30, Ranked: true},
		{Publisher: c.people[1].sid, Track: plain, Loudness: 127},
	}}})
	c.wantSome("p0 < GATE p0.mic=1", "p1 < GATE p1.mic=2")
	c.wantNone("mic2")
}

func TestSomeAreAlwaysHeard(t *testing.T) {
	c := &choir{scene: newScene(t, Options{Voices: 1, Guarded: true})}
	always := pupil
	always.Heard = true
	for i, rights := range []Rights{always, pupil, pupil} {
		name := fmt.Sprintf("p%d", i)
		c.do(SetRights{id.Identity(name), rights})
		p := c.active(name)
		c.people, c.mics = append(c.people, p), append(c.mics, p.publish("mic"))
	}
	c.sing(90, 20, 30)
	c.wantSome("p1 < GATE p1.mic=1", "p2 < GATE p2.mic=2")
	c.wantNone("p0.mic") // open, also for what is too quiet for the others
	c.sing(50, 20, 30)
	c.wantSome("p1 < GATE p1.mic=2") // the one place is taken
	c.wantNone("p0.mic")
	c.do(SetRights{"p0", pupil})
	c.sing(50, 20, 30)
	c.wantSome("p1 < GATE p1.mic=1", "p0 < GATE p0.mic=2")
}
