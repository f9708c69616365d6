package wire

import (
	"encoding/binary"
	"testing"
	"time"

	"konklave/internal/sfu"
	"konklave/internal/sfu/codec"
)

// slowMachine is a shard on a clock of its own, on which each packet that is sent takes so long: one publisher of sound
// and a picture in three layers, and several who get both.
type slowMachine struct {
	*rig
	tb       testing.TB
	cost     sfu.Time // of a packet that leaves
	passed   sfu.Time // without work
	work     sfu.Time // done
	sentThen uint64   // packets, as far as they are in work
	due      sfu.Time // the next millisecond of media
	ms       int
	numbers  map[uint32]uint16
	sound    []*Subscribed
	picture  []*Subscribed
	spoken   int // packets of sound that came
	paused   int // transports that were told so
	latest   sfu.Time
}

func newSlowMachine(tb testing.TB, subscribers int) *slowMachine {
	m := &slowMachine{tb: tb, numbers: map[uint32]uint16{}}
	r := newRig(tb, Config{}, 0, upAudio(11), downAudio)
	r.s.wire.limits.consent = time.Hour // nobody checks
	m.rig = r
	begin := r.s.wire.now()
	r.s.wire.clock = func() sfu.Time {
		sent := r.s.stats.count[packetsOut]
		m.work += sfu.Time(sent-m.sentThen) * m.cost
		m.sentThen = sent
		return begin + m.passed + m.work
	}
	up := upVideo(21)
	up.Encodings = []sfu.Encoding{{SSRC: 21}, {SSRC: 22}, {SSRC: 23}}
	camera, voice := forwarded(r.publisher.Publish(up, UpHandler{})), r.publisher.published[0]
	for range subscribers {
		t := settledTransport(tb, r.s, discard(tb))
		t.handler.OnPaused = func(paused bool) {
			if paused {
				m.paused++
			} else {
				m.paused--
			}
		}
		m.sound = append(m.sound, t.Subscribe(voice, downAudio(5000), sfu.DownSettings{}))
		m.picture = append(m.picture, t.Subscribe(camera, downVideo(6000), sfu.DownSettings{MaxLayer: 2}))
	}
	r.turns()
	m.due = r.s.wire.now()
	return m
}

// packet delivers one. The first bytes of the payload make it the beginning of a key frame, of another frame, or neither.
func (m *slowMachine) packet(pt uint8, ssrc uint32, marker bool, payload []byte) {
	b := m.raw[:12+len(payload)]
	b[0], b[1] = 0x80, pt
	if marker {
		b[1] |= 0x80
	}
	binary.BigEndian.PutUint16(b[2:], m.numbers[ssrc])
	binary.BigEndian.PutUint32(b[4:], uint32(m.ms*90))
	binary.BigEndian.PutUint32(b[8:], ssrc)
	copy(b[12:], payload)
	m.numbers[ssrc]++
	sealed, err := m.seal.EncryptRTP(m.sealed[:0], b, &m.s.rtpHeader)
	if err != nil {
		m.tb.Fatal(err)
	}
	if !m.s.deliverFrom(sealed, m.from, localIP{}, nil) {
		m.tb.Fatal("so much waits that something is lost on the way in")
	}
}

// arrive delivers what the publisher sends in one millisecond: 50 packets of sound and 30 frames in each layer a second.
func (m *slowMachine) arrive() {
	if m.ms%20 == 0 {
		m.packet(111, 11, false, make([]byte, 80))
		m.spoken++
	}
	if m.ms%33 == 0 {
		for layer, of := range []int{1, 3, 9} {
			for i := range of {
				payload := make([]byte, 200)
				if i == 0 && m.ms/33%15 == 0 {
					copy(payload, []byte{0x10, 0, 0, 0, 0x9d, 0x01, 0x2a, 64, 0, 64, 0})
				} else if i == 0 {
					payload[0], payload[1] = 0x10, 1
				}
				m.packet(96, uint32(21+layer), i == of-1, payload)
			}
		}
	}
	m.ms++
	m.due += sfu.Milliseconds(1)
}

// run lets so much time pass on the shard's clock, with each packet at that cost. It notes how late sound left in the
// second half of it.
func (m *slowMachine) run(d time.Duration, cost time.Duration) {
	m.cost, m.latest = sfu.Time(cost), 0
	begin := m.s.wire.now()
	end := begin + sfu.Time(d)
	for m.s.wire.now() < end {
		first, emptied := m.due, m.s.pressure.emptied
		for n := 0; m.due <= m.s.wire.now() && n < 40; n++ { // a turn reads only so much
			m.arrive()
		}
		arrived, more := m.due > first, m.due <= m.s.wire.now()
		m.s.turn()
		if more { // the rest waits in the socket
			m.s.pressure.emptied = emptied
		}
		now := m.s.wire.now()
		if arrived && now > begin+sfu.Time(d)/2 {
			m.latest = max(m.latest, now-first)
		}
		if !more && m.s.idle() && now < m.due {
			m.passed += m.due - now
			m.s.pressure.slept = true
		}
	}
}

// expect fails the test unless so much is shed, the layer forwarded follows, and all sound was, not much later than it came.
func (m *slowMachine) expect(what string, shed sfu.Shed, layer int8) {
	m.tb.Helper()
	if got := m.s.pressure.Shed(); got != shed {
		m.tb.Fatalf("%s: %v is left out, want %v; late by %v", what, got, shed, time.Duration(m.s.pressure.Lateness()))
	}
	for i := range m.sound {
		if got := m.picture[i].down.Stats().Layer; got != layer {
			m.tb.Fatalf("%s: layer %d is forwarded, want %d", what, got, layer)
		}
		if n := int(m.sound[i].down.Stats().Packets); n < m.spoken-3 {
			m.tb.Fatalf("%s: %d packets of sound were forwarded of %d", what, n, m.spoken)
		}
	}
	if m.latest > sfu.Milliseconds(40) {
		m.tb.Errorf("%s: sound left %v late", what, time.Duration(m.latest))
	}
	if want := map[bool]int{true: len(m.sound)}[shed == sfu.ShedVideo]; m.paused != want {
		m.tb.Errorf("%s: %d were told that their video pauses, want %d", what, m.paused, want)
	}
}

// A shard that cannot keep up leaves out layers, then video, and sends every packet of sound; when it can, all comes back.
func TestOverloadedShardKeepsSound(t *testing.T) {
	m := newSlowMachine(t, 10)
	// At the highest layer 3,200 packets leave a second, then 1,400, 800, and 500 of sound alone.
	m.run(5*time.Second, 100*time.Microsecond)
	m.expect("enough time", sfu.ShedNothing, 2)
	m.run(6*time.Second, 500*time.Microsecond)
	m.expect("too much for the highest layer", sfu.ShedTop, 1)
	m.run(6*time.Second, 1000*time.Microsecond)
	m.expect("too much for the middle one", sfu.ShedToLowest, 0)
	m.run(6*time.Second, 1600*time.Microsecond)
	m.expect("too much for any", sfu.ShedVideo, -1)
	before := m.picture[0].down.Stats().Packets
	m.run(time.Second, 1600*time.Microsecond)
	if n := m.picture[0].down.Stats().Packets - before; n > 0 {
		t.Errorf("%d packets of video that is left out", n)
	}
	m.s.stats.publish()
	if drops := m.s.wire.Stats().Drops; drops["media_shed"] == 0 || drops["media_layer"] == 0 {
		t.Errorf("what is left out is not counted: %v", drops)
	}
	m.run(40*time.Second, 100*time.Microsecond)
	m.expect("enough time again", sfu.ShedNothing, 2)
	if s := m.s.wire.Stats(); s.ShedMore != s.ShedLess || s.ShedMore > 6 || s.Shed != sfu.ShedNothing || s.Late > time.Millisecond {
		t.Errorf("%d steps to less video, %d back, %v is left out, late by %v", s.ShedMore, s.ShedLess, s.Shed, s.Late)
	}
}

// When every step back is too much again, it is tried seldom, and sound is never late for long.
func TestOverloadedShardDoesNotSwing(t *testing.T) {
	m := newSlowMachine(t, 10)
	m.run(100*time.Second, 500*time.Microsecond)
	m.run(100*time.Second, 500*time.Microsecond)
	if s := m.s.wire.Stats(); s.ShedMore > 8 || s.ShedMore < 2 {
		t.Errorf("in 200 s, %d steps to less video, %d back", s.ShedMore, s.ShedLess)
	}
	if n := int(m.sound[0].down.Stats().Packets); n < m.spoken-3 {
		t.Errorf("%d packets of sound of %d", n, m.spoken)
	}
}

// A socket that takes no more loses video up to a key frame, and none of the sound that fits; what lasts is overload.
func TestFullSocketLosesVideoFirst(t *testing.T) {
	m := newSlowMachine(t, 2)
	m.run(3*time.Second, 10*time.Microsecond)
	m.expect("room", sfu.ShedNothing, 2)
	port := m.s.ports[0]
	port.out.choked = true // one flush finds no room
	for m.s.stats.count[dropSocketFull] == 0 {
		m.run(time.Millisecond, 0)
	}
	if !port.full {
		t.Fatal("the socket does not count as full")
	}
	refused := func() uint64 {
		return m.s.stats.media[sfu.DropRefused] + m.picture[0].down.Stats().Drops[sfu.DropRefused] + m.picture[1].down.Stats().Drops[sfu.DropRefused]
	}
	before := refused()
	sound, picture := m.sound[0].down.Stats(), m.picture[0].down.Stats()
	m.run(300*time.Millisecond, 0)
	now := m.picture[0].down.Stats()
	if now.Packets > picture.Packets || now.Layer != -1 || refused() == before {
		t.Errorf("%d packets of video go to a full socket, layer %d", now.Packets-picture.Packets, now.Layer)
	}
	if n := m.sound[0].down.Stats().Packets - sound.Packets; n < 14 {
		t.Errorf("only %d packets of sound go to a full socket", n)
	}
	port.out.choked = false
	m.run(2*time.Second, 0)
	if port.full || m.picture[0].down.Stats().Layer < 0 {
		t.Errorf("video does not come back: full %v, layer %d", port.full, m.picture[0].down.Stats().Layer)
	}
	port.out.choked = true
	m.run(10*time.Second, 0)
	if got := m.s.pressure.Shed(); got != sfu.ShedVideo {
		t.Errorf("%v is left out while the network takes nothing", got)
	}
}

// Between shards there is room for sound when there is none for video.
func TestCrowdedRingTakesSound(t *testing.T) {
	s := still(t, Config{})
	l := &link{from: s, ring: newRing(s), to: &carrier{shard: s}}
	video := sfu.Media{Codec: codec.VP8, Data: make([]byte, 100), Header: 12}
	sound := sfu.Media{Codec: codec.Opus, Data: make([]byte, 100), Header: 12}
	for range ringSize {
		l.OnMedia(s.now, &video)
	}
	lost := s.stats.count[dropRingFull]
	if lost == 0 || lost > ringSize/4 {
		t.Fatalf("%d packets of video found no room in %d", lost, ringSize)
	}
	for range ringSize/4 - 1 {
		l.OnMedia(s.now, &sound)
	}
	if n := s.stats.count[dropRingFull] - lost; n > 0 {
		t.Errorf("%d packets of sound found no room", n)
	}
}
