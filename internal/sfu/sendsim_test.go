package sfu

import (
	"container/heap"
	"encoding/binary"
	"math/rand/v2"

	"konklave/internal/sfu/codec"
)

// The send side is tested in a simulated world: time is a number, events happen in its order, chance is seeded.

// world runs events in the order of time.
type world struct {
	now    Time
	events eventQueue
	count  int
	chance *rand.Rand
}

type event struct {
	at    Time
	order int
	do    func()
}

type eventQueue []event

func (q eventQueue) Len() int { return len(q) }
func (q eventQueue) Less(i, j int) bool {
	return q[i].at < q[j].at || q[i].at == q[j].at && q[i].order < q[j].order
}
func (q eventQueue) Swap(i, j int) { q[i], q[j] = q[j], q[i] }
func (q *eventQueue) Push(x any)   { *q = append(*q, x.(event)) }
func (q *eventQueue) Pop() any {
	last := (*q)[len(*q)-1]
	*q = (*q)[:len(*q)-1]
	return last
}

// worldBegin is the moment the simulation begins, some day in 2026.
const worldBegin = Time(1_780_000_000_000_000_000)

func newWorld(seed uint64) *world {
	return &world{now: worldBegin, chance: rand.New(rand.NewPCG(seed, 7))}
}

// after runs do when span has passed.
func (w *world) after(span Time, do func()) {
	w.count++
	heap.Push(&w.events, event{w.now + span, w.count, do})
}

// every runs do again and again.
func (w *world) every(span Time, do func()) {
	w.after(span, func() {
		do()
		w.every(span, do)
	})
}

// run lets span pass.
func (w *world) run(span Time) {
	end := w.now + span
	for len(w.events) > 0 && w.events[0].at <= end {
		e := heap.Pop(&w.events).(event)
		w.now = e.at
		e.do()
	}
	w.now = end
}

// seconds is how long the simulation has run.
func (w *world) seconds() float64 { return float64(w.now-worldBegin) / 1e9 }

// path is one direction of a connection.
type path struct {
	w         *world
	delay     Time
	jitter    Time    // added at random, so that packets overtake each other
	loss      float64 // share of packets
	duplicate float64
}

func (p *path) send(deliver func()) {
	if p.w.chance.Float64() < p.loss {
		return
	}
	p.w.after(p.latency(), deliver)
	if p.w.chance.Float64() < p.duplicate {
		p.w.after(p.latency(), deliver)
	}
}

func (p *path) latency() Time {
	if p.jitter == 0 {
		return p.delay
	}
	return p.delay + Time(p.w.chance.Int64N(int64(p.jitter)))
}

// truth is what the publisher writes into each payload, for the viewer to check.
type truth struct {
	layer   int8
	frame   uint32 // counts the frames of the layer
	capture Time   // on the world's clock
	index   uint8  // of the packet in its frame
	count   uint8  // of packets in its frame
}

func (t truth) append(b []byte) []byte {
	b = append(b, uint8(t.layer))
	b = binary.BigEndian.AppendUint32(b, t.frame)
	b = binary.BigEndian.AppendUint64(b, uint64(t.capture))
	return append(b, t.index, t.count)
}

func parseTruth(b []byte) truth {
	return truth{
		layer: int8(b[0]), frame: binary.BigEndian.Uint32(b[1:]), capture: Time(binary.BigEndian.Uint64(b[5:])),
		index: b[13], count: b[14],
	}
}

// simStream is one RTP stream of a publisher: numbers from random beginnings, an RTP clock that runs at a rate of
// its own, sender reports.
type simStream struct {
	w       *world
	feed    Feed
	up      *path
	layer   int8
	kind    codec.Kind
	rate    float64 // Hz, clock error included
	packets int     // in a frame

	seq, ts   int64
	arrived   int64 // highest that arrived
	frame     uint32
	picture   int32
	wide      bool
	tl0       uint8
	keyframe  bool // asked for
	stopped   bool
	noReports bool

	publish func(m *Media)        // instead of handing packets to feed, when set
	inform  func(sr SenderReport) // instead of handing reports to feed, when set
}

// wallOffset is how wrong the publisher's wall clock is.
const wallOffset = Time(-3_723_000_000_000)

// timestamp is the stream's clock at a moment.
func (s *simStream) timestamp(at Time) int64 { return s.ts + int64(float64(at-worldBegin)/1e9*s.rate) }

// ntp is the publisher's wall clock at a moment.
func ntp(at Time) uint64 {
	at += wallOffset
	const to1900 = 2_208_988_800
	return uint64(at/1_000_000_000+to1900)<<32 + uint64(at%1_000_000_000)<<32/1_000_000_000
}

// report sends a sender report.
func (s *simStream) report() {
	if s.noReports || s.stopped {
		return
	}
	sr := SenderReport{NTP: ntp(s.w.now), Timestamp: s.timestamp(s.w.now)}
	if s.inform != nil {
		s.inform(sr)
		return
	}
	s.up.send(func() {
		sr.Arrival = s.w.now
		s.feed.OnSenderReport(s.w.now, s.layer, sr)
	})
}

// capture sends one frame: all packets at once, on their way one by one.
func (s *simStream) capture() {
	if s.stopped {
		return
	}
	m := Media{Layer: s.layer, Codec: codec.Opus, Timestamp: s.timestamp(s.w.now), Frame: codec.NoFrame, AudioLevel: 127}
	if s.kind == codec.Audio {
		m.AudioLevel, m.Voice = uint8(s.frame%127), true
	}
	for i := range s.packets {
		p := m
		p.Marker = i == s.packets-1
		p.Seq = s.seq
		s.seq++
		t := truth{s.layer, s.frame, s.w.now, uint8(i), uint8(s.packets)}
		p.Data = make([]byte, rtpHeaderSize, 1200)
		p.Header = rtpHeaderSize
		if s.kind == codec.Video {
			p.Codec = codec.VP8
			p.Data = s.appendVP8(p.Data, i == 0)
		}
		p.Data = t.append(p.Data)
		for len(p.Data) < 900+10*int(s.layer)+i {
			p.Data = append(p.Data, uint8(p.Seq))
		}
		p.Frame, _ = codec.Parse(p.Codec, p.Payload())
		if s.publish != nil {
			s.publish(&p)
		} else {
			s.transmit(&p, 0)
		}
	}
	s.frame++
	s.picture++
	s.tl0++
	s.keyframe = false
}

// appendVP8 writes a payload descriptor (RFC 7741 section 4.2) and the first byte of the payload header.
func (s *simStream) appendVP8(b []byte, first bool) []byte {
	d := byte(0x80)
	if first {
		d |= 0x10
	}
	b = append(b, d, 0xe0) // I, L, T
	if s.wide {
		b = append(b, 0x80|byte(s.picture>>8&0x7f), byte(s.picture))
	} else {
		b = append(b, byte(s.picture&0x7f))
	}
	b = append(b, s.tl0, 0)
	if s.keyframe && first {
		return append(b, 0)
	}
	return append(b, 1)
}

// transmit sends a packet up. What gets lost is sent again, as NACKs make a publisher do.
func (s *simStream) transmit(m *Media, tries int) {
	if tries < 5 && s.w.chance.Float64() < s.up.loss {
		s.w.after(Milliseconds(60), func() { s.transmit(m, tries+1) })
		return
	}
	s.w.after(s.up.latency(), func() {
		p := *m
		p.Arrival = s.w.now
		p.Recovered = p.Seq < s.arrived
		s.arrived = max(s.arrived, p.Seq)
		s.feed.OnMedia(s.w.now, &p)
		clear(p.Data) // it is ours to the end of the turn only
		m.Data = nil
	})
}

// simPublisher sends a microphone and a camera with three layers.
type simPublisher struct {
	w             *world
	up            *path
	camera        *Track
	microphone    *Track
	layers        [3]*simStream
	backup        *simStream // the picture in a second codec, stopped until a test wants it
	voice         *simStream
	wishes        [3]int // key frames asked for
	keyframeDelay Time
}

func newSimPublisher(w *world) *simPublisher {
	p := &simPublisher{w: w, up: &path{w: w, delay: Milliseconds(20)}, keyframeDelay: Milliseconds(30)}
	p.camera = NewTrack(codec.Video, TrackLayers, func(layer int8) {
		stream := p.backup
		if layer < MaxLayers {
			p.wishes[layer]++
			stream = p.layers[layer]
		}
		w.after(p.keyframeDelay, func() { stream.keyframe = true })
	})
	p.microphone = NewTrack(codec.Audio, 1, func(int8) { panic("key frame of audio") })
	stream := func(t *Track, layer int8, rate float64, packets int) *simStream {
		return &simStream{
			w: w, feed: t, up: p.up, layer: layer, kind: t.kind, rate: rate, packets: packets,
			seq: 1<<16 + w.chance.Int64N(1<<16), ts: 1<<32 + w.chance.Int64N(1<<32),
			picture: w.chance.Int32N(1 << 15), wide: layer > 0, tl0: uint8(w.chance.Uint32()), keyframe: true,
		}
	}
	for i := range p.layers {
		p.layers[i] = stream(p.camera, int8(i), 90000*(1+150e-6), 1+2*i)
	}
	p.voice = stream(p.microphone, 0, 48000*(1-100e-6), 1)
	backup := *p.layers[0]
	backup.layer, backup.seq, backup.ts, backup.stopped = MaxLayers, backup.seq+5000, backup.ts+1<<30, true
	p.backup = &backup
	return p
}

// begin starts to send.
func (p *simPublisher) begin() {
	streams := append(append([]*simStream{p.voice}, p.layers[:]...), p.backup)
	for i, s := range streams {
		first := Milliseconds(300 + 170*int64(i))
		p.w.after(first, func() {
			s.report()
			p.w.every(Milliseconds(1000), s.report)
		})
	}
	p.w.every(Milliseconds(20), p.voice.capture)
	p.w.every(Time(33_333_333), func() {
		for _, s := range p.layers {
			s.capture()
		}
		p.backup.capture()
	})
}
