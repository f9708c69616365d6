package sfu

import (
	"encoding/binary"
	"fmt"
	"math/bits"
	"slices"
	"testing"

	"konklave/internal/sfu/bwe"
	"konklave/internal/sfu/bwe/line"
	"konklave/internal/sfu/codec"
)

// lineViewer is a subscriber behind a line in memory: it gives feedback as browsers do, and lets the sender be polled as a
// shard does. Its pictures come from cameras whose encoders' rates vary.
type lineViewer struct {
	*line.World
	way      *line.Line
	receiver *line.Receiver
	camera   *line.Camera // the latest
	sender   *Sender
	number   uint16
	due      bwe.Time
	pauses   map[*DownTrack]int
	next     map[uint32]uint16 // sequence numbers by SSRC
	gaps     int
	sent     map[int64]bwe.Time   // sound, by number
	delays   []bwe.Time           // of sound, in queues
	mute     bool                 // it gives no feedback
	silent   func(layer int) bool // whether a layer's encoder leaves out a picture
	onSend   func(number int64, head, tail []byte)
	silence  bool // the peer's feedback is not negotiated
}

const (
	lineBegin   = Time(1_780_000_000_000_000_000)
	lineNumbers = 3
	lineSound   = 1
	lineTag     = 16
)

func newLineViewer(kbit bwe.Rate) *lineViewer {
	v := &lineViewer{World: line.NewWorld(1), due: bwe.Never, pauses: map[*DownTrack]int{}, next: map[uint32]uint16{}, sent: map[int64]bwe.Time{}}
	v.way = line.New(v.World, line.Path{Rate: kbit * bwe.Kbit, Queue: 60_000, Delay: 25 * line.Millisecond})
	v.receiver = line.NewReceiver(v.way, v.feedback)
	v.receiver.Arrival = func(p line.Packet) {
		if p.Use == line.Audio {
			v.delays = append(v.delays, v.Now-v.sent[p.Number]-v.way.Delay)
		}
	}
	v.way.Attach(0, v.receiver)
	v.sender = NewSender(v)
	v.sender.OnDue = func(at Time) { v.wake(bwe.Time(at - lineBegin)) }
	v.sender.OnPaused = func(d *DownTrack, paused bool) { v.pauses[d]++ }
	return v
}

func (v *lineViewer) now() Time { return lineBegin + Time(v.Now) }

// wake has the sender polled, when feedback came or it asked for that.
func (v *lineViewer) wake(at bwe.Time) {
	if at < v.due {
		v.due = at
		v.At(at, func() {
			if v.Now < v.due {
				return
			}
			v.due = bwe.Never
			v.wake(max(bwe.Time(v.sender.Poll(v.now())-lineBegin), v.Now+line.Millisecond))
		})
	}
}

func (v *lineViewer) feedback(fci []byte) {
	if v.mute {
		return
	}
	b := appendRTCPHeader(nil, rtpfbTWCC, rtcpRTPFB, 2+len(fci)/4)
	b = append(append(b, make([]byte, 8)...), fci...)
	v.sender.OnRTCP(v.now(), b, v.number)
	if due := v.sender.Deadline(v.now()); due != Never {
		v.wake(max(bwe.Time(due-lineBegin), v.Now))
	}
}

// Stream is the viewer for every SSRC.
func (v *lineViewer) Stream(uint32) Stream { return v }
func (*lineViewer) Warm() int64            { return 0 }
func (*lineViewer) SendRTCP([]byte) bool   { return true }

func (v *lineViewer) SendRTP(head, tail []byte) bool {
	bytes := len(head) + len(tail) + lineTag
	p := line.Packet{Use: line.Video, Number: int64(v.number), Bytes: bytes}
	use := Picture
	switch {
	case head[1]&^marked == viewOpus:
		p.Use, use = line.Audio, Sound
		v.sent[p.Number] = v.Now
	case head[0]&0x20 != 0:
		p.Use, use = line.Padding, Filling
	}
	ssrc, seq := be32(head[8:]), binary.BigEndian.Uint16(head[2:])
	if want, ok := v.next[ssrc]; ok && seq != want {
		v.gaps++
	}
	v.next[ssrc] = seq + 1
	if !v.silence {
		v.sender.Departed(v.now(), v.number, bytes, use)
	}
	if v.onSend != nil {
		v.onSend(p.Number, head, tail)
	}
	v.number++
	v.way.Send(p)
	return true
}

// hear subscribes to a voice, of 40 kbit/s with its headers.
func (v *lineViewer) hear(ssrc uint32) { v.listen(ssrc, 60, DownSettings{}) }

// listen subscribes to sound of so many bytes in each packet.
func (v *lineViewer) listen(ssrc uint32, bytes int, s DownSettings) *DownTrack {
	t := NewTrack(codec.Audio, 1, nil)
	d := v.sender.AddDownTrack(t, DownParams{
		Kind: codec.Audio, MID: "1", SSRC: ssrc, Extensions: v.extensions(), Payloads: []Payload{{PT: viewOpus, Codec: codec.Opus}},
	}, v.now())
	d.Set(v.now(), s)
	m := Media{Header: rtpHeaderSize, Codec: codec.Opus, Data: make([]byte, rtpHeaderSize+bytes), Seq: 1 << 16, Frame: codec.NoFrame}
	v.Every(v.Now, 20*line.Millisecond, func() {
		m.Arrival = v.now()
		m.Seq, m.Timestamp = m.Seq+1, m.Timestamp+960
		t.OnMedia(v.now(), &m)
	})
	return d
}

func (v *lineViewer) extensions() Extensions {
	if v.silence {
		return Extensions{MID: 4}
	}
	return Extensions{MID: 4, TWCC: lineNumbers}
}

// see subscribes to a camera.
func (v *lineViewer) see(ssrc uint32, layers []line.Layer, s DownSettings) *DownTrack {
	camera := line.NewCamera(v.World, layers)
	v.camera = camera
	t := NewTrack(codec.Video, len(layers), func(layer int8) { camera.WantKeyframe(int(layer)) })
	streams := make([]Media, len(layers))
	for i := range streams {
		streams[i] = Media{Layer: int8(i), Codec: codec.VP8, Header: rtpHeaderSize, Seq: 1 << 16}
	}
	camera.OnFrame = func(layer, bytes int, key bool) {
		if v.silent != nil && v.silent(layer) {
			return
		}
		m := &streams[layer]
		m.Arrival, m.Timestamp = v.now(), int64(v.Now)*9/100_000
		count := (bytes + 1149) / 1150
		for i := range count {
			m.Data = append(make([]byte, rtpHeaderSize, 1200), 0, 1)
			if i == 0 {
				m.Data[rtpHeaderSize] = 0x10
			}
			if key {
				m.Data[rtpHeaderSize+1] = 0
			}
			m.Data = append(m.Data, make([]byte, max(bytes/count-2, 0))...)
			m.Frame, _ = codec.Parse(codec.VP8, m.Payload())
			m.Marker = i == count-1
			m.Seq++
			t.OnMedia(v.now(), m)
		}
	}
	d := v.sender.AddDownTrack(t, DownParams{
		Kind: codec.Video, MID: "2", SSRC: ssrc, RTX: ssrc + 1, Extensions: v.extensions(),
		Payloads: []Payload{{PT: viewVP8, RTX: viewVP8RTX, Codec: codec.VP8}},
	}, v.now())
	d.Set(v.now(), s)
	v.wake(v.Now)
	return d
}

// Over a line of any rate a subscriber gets the best picture that it carries, and all sound; and what changes is followed.
func TestLinesCarryWhatTheyCan(t *testing.T) {
	type at struct {
		second bwe.Time
		kbit   bwe.Rate // from then on
		layer  int8     // then
	}
	for _, test := range []struct {
		name string
		kbit bwe.Rate
		want []at
	}{
		{"fast", 50_000, []at{{2, 0, 2}, {20, 0, 2}}},
		{"1 Mbit/s", 1000, []at{{6, 0, 1}, {20, 0, 1}, {30, 0, 1}}},
		{"300 kbit/s", 300, []at{{5, 0, 0}, {20, 0, 0}, {30, 0, 0}}},
		{"sound only", 100, []at{{5, 0, -1}, {20, 0, -1}}},
		{"less, then more", 4000, []at{{8, 500, 2}, {12, 0, 0}, {20, 4000, 0}, {24, 0, 2}, {30, 0, 2}}},
		{"nothing of pictures, then some", 100, []at{{10, 1000, -1}, {14, 0, 1}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			v := newLineViewer(test.kbit)
			v.hear(lineSound)
			d := v.see(100, line.Simulcast, DownSettings{MaxLayer: 2})
			for _, want := range test.want {
				v.Run(want.second * line.Second)
				seen, _ := v.sender.Line()
				if got := d.Stats().Layer; got != want.layer {
					t.Errorf("after %d s layer %d is forwarded, want %d; %d kbit/s are estimated", want.second, got, want.layer, seen.Estimate/bwe.Kbit)
				}
				if paused := want.layer < 0; d.Paused() != paused || (v.pauses[d]%2 == 1) != paused {
					t.Errorf("after %d s paused is %t, told %d times", want.second, d.Paused(), v.pauses[d])
				}
				short := Shortage{}
				switch want.layer {
				case noLayer:
					short.Paused = 1
				case 0, 1:
					short.Lowered = 1
				}
				if got := v.sender.Short(); got != short {
					t.Errorf("after %d s the line is short of %+v, want %+v", want.second, got, short)
				}
				if want.kbit > 0 {
					v.way.Rate = want.kbit * bwe.Kbit
				}
			}
			if n := v.receiver.Lost[line.Audio]; n > 0 {
				t.Errorf("%d packets of sound were lost", n)
			}
			if v.gaps > 0 {
				t.Errorf("%d packets were out of order", v.gaps)
			}
		})
	}
}

// A key frame on a slow line waits, and sound goes past it.
func TestSoundGoesPastPictures(t *testing.T) {
	v := newLineViewer(300)
	v.hear(lineSound)
	d := v.see(100, line.Simulcast, DownSettings{MaxLayer: 2})
	v.Run(5 * line.Second)
	v.Every(v.Now, 2*line.Second, func() { d.track.request(0) })
	v.delays, v.receiver.Bytes = nil, [line.Bulk + 1]int{}
	v.Run(35 * line.Second)
	slices.Sort(v.delays)
	at := func(percent int) bwe.Time { return v.delays[len(v.delays)*percent/100-1] / line.Millisecond }
	t.Logf("sound waited %d ms, one in twenty %d, one in a hundred %d, the longest %d", at(50), at(95), at(99), at(100))
	if at(95) > 70 || at(100) > 110 { // one packet of a picture takes 32 ms, and probes make queues
		t.Errorf("one packet of sound in twenty waited %d ms, one %d", at(95), at(100))
	}
	if rate := v.receiver.Bytes[line.Video] * 8 / 30_000; rate < 140 || v.gaps > 0 {
		t.Errorf("%d kbit/s of pictures came, %d out of order", rate, v.gaps)
	}
}

// Encoders of a low rate leave out pictures for a second behind a key frame. That ends nothing. Where nothing comes for long
// the next layer is on offer, which this line does not carry.
func TestSilenceEndsNothing(t *testing.T) {
	v := newLineViewer(300)
	from, to := bwe.Never, bwe.Never
	v.silent = func(layer int) bool { return layer == 0 && v.Now >= from && v.Now < to }
	v.hear(lineSound)
	d := v.see(100, line.Simulcast, DownSettings{MaxLayer: 2})
	v.Run(8 * line.Second)
	told := v.pauses[d]
	from, to = v.Now, v.Now+1500*line.Millisecond
	v.Run(12 * line.Second)
	if v.pauses[d] != told || d.Stats().Layer != 0 {
		t.Errorf("a silence of 1.5 s: pauses told %d times, layer %d", v.pauses[d]-told, d.Stats().Layer)
	}
	from, to = v.Now, v.Now+9*line.Second
	v.Run(20 * line.Second)
	if !d.Paused() {
		t.Errorf("after 8 s without the lowest layer, layer %d is forwarded", d.Stats().Layer)
	}
	v.Run(26 * line.Second)
	if d.Paused() || d.Stats().Layer != 0 {
		t.Errorf("the lowest layer came back, and layer %d is forwarded", d.Stats().Layer)
	}
}

// A key frame counts for a quarter, because encoders save it afterwards; who sends nothing else saves nothing.
func TestFlowOfKeyFrames(t *testing.T) {
	for _, each := range []int{1, 30} { // pictures from one key frame to the next
		var f flowMeter
		m := Media{Data: make([]byte, 1000), Frame: codec.Frame{Start: true}}
		for i := range 10 * 30 {
			key := i%each == 0
			f.observe(0, &m, key, key)
			f.review(lineBegin + Time(i)*Milliseconds(1000)/30)
		}
		if rate := f.rate(0, 0); rate < 225_000 || rate > 245_000 {
			t.Errorf("a key frame of %d pictures: %d bit/s", each, rate)
		}
	}
}

// Shared screens come first, then the speaker, then the larger tiles; all get a first picture before one gets a second.
func TestScreensComeFirst(t *testing.T) {
	v := newLineViewer(1600)
	v.hear(lineSound)
	screen := []line.Layer{{Rate: 200 * bwe.Kbit, Frames: 5}, {Rate: 1000 * bwe.Kbit, Frames: 10}}
	small := v.see(100, line.Simulcast[:2], DownSettings{MaxLayer: 1, Side: 200})
	large := v.see(110, line.Simulcast[:2], DownSettings{MaxLayer: 1, Side: 400})
	shared := v.see(120, screen, DownSettings{MaxLayer: 1, Rank: RankScreen})
	check := func(second bwe.Time, want ...int8) {
		t.Helper()
		v.Run(second * line.Second)
		for i, d := range []*DownTrack{small, large, shared} {
			if got := d.Stats().Layer; got != want[i] {
				t.Errorf("after %d s layer %d of track %d is forwarded, want %d", second, got, i, want[i])
			}
		}
	}
	check(12, 0, 0, 1)
	small.Set(v.now(), DownSettings{Disabled: true})
	check(20, noLayer, 0, 1)
	small.Set(v.now(), DownSettings{MaxLayer: 1, Side: 200})
	shared.Set(v.now(), DownSettings{Disabled: true})
	check(26, 1, 1, noLayer)
	v.way.Rate = 300 * bwe.Kbit
	shared.Set(v.now(), DownSettings{MaxLayer: 1, Rank: RankScreen})
	check(34, noLayer, noLayer, 0)
	if v.pauses[small] > 3 || v.pauses[large] > 3 || v.pauses[shared] != 0 { // at the start, and where the line gets slow
		t.Errorf("pauses were told %d, %d, %d times", v.pauses[small], v.pauses[large], v.pauses[shared])
	}
}

// Where all sound is more than a line carries that of a shared screen waits, and goes again when there is room.
func TestVoicesBeforeTheSoundOfScreens(t *testing.T) {
	for _, test := range []struct {
		kbit   bwe.Rate
		waits  bool
		hidden bool // the picture, when there is room again
	}{{160, true, false}, {200, true, false}, {200, true, true}, {300, false, false}, {1000, false, false}} { // all sound takes 220
		t.Run(fmt.Sprint(test.kbit, " kbit/s, hidden ", test.hidden), func(t *testing.T) {
			t.Parallel()
			v := newLineViewer(test.kbit)
			v.hear(lineSound)
			v.hear(lineSound + 1)
			film := v.listen(lineSound+2, 310, DownSettings{Rank: RankScreen})
			picture := v.see(100, line.Simulcast[:1], DownSettings{Rank: RankScreen})
			v.Run(15 * line.Second)
			if film.Paused() != test.waits {
				t.Fatalf("it waits is %t", film.Paused())
			}
			before, lost := film.Stats().Packets, v.receiver.Lost[line.Audio]
			v.Run(35 * line.Second)
			came := film.Stats().Packets - before
			if film.Paused() != test.waits || test.waits && came > 0 || !test.waits && came < 950 {
				t.Errorf("it waits is %t, %d packets of it came in 20 s", film.Paused(), came)
			}
			if n := v.receiver.Lost[line.Audio] - lost; n > 0 {
				t.Errorf("%d packets of sound were lost", n)
			}
			v.way.Rate = bwe.Mbit
			if test.hidden {
				picture.Set(v.now(), DownSettings{Disabled: true})
			}
			v.Run(60 * line.Second)
			if film.Paused() || (v.pauses[film] > 0) != test.waits {
				t.Errorf("with room it waits is %t, told %d times", film.Paused(), v.pauses[film])
			}
			if v.gaps > 0 {
				t.Errorf("%d packets were out of order", v.gaps)
			}
			film.Set(v.now(), DownSettings{Disabled: true})
			if len(v.sender.beside) > 0 || v.sender.line.voices {
				t.Error("something waits that is not there")
			}
		})
	}
}

// Who was to give feedback and does not, or has none to give, gets everything; who tells an estimate gets what that allows.
func TestWithoutFeedback(t *testing.T) {
	for _, test := range []struct {
		name    string
		set     func(v *lineViewer)
		early   int8 // layer after two seconds
		late    int8 // after six
		padding bool
	}{
		{"none is negotiated", func(v *lineViewer) { v.silence = true }, 2, 2, false},
		{"none comes", func(v *lineViewer) { v.mute = true }, 0, 2, true},
		{"an estimate of 1 Mbit/s", func(v *lineViewer) {
			v.silence = true
			v.Every(line.Second, line.Second, func() { v.sender.OnRTCP(v.now(), remb(1_000_000), 0) })
		}, 1, 1, false},
	} {
		v := newLineViewer(10_000)
		test.set(v)
		d := v.see(100, line.Simulcast, DownSettings{MaxLayer: 2})
		v.Run(2 * line.Second)
		if got := d.Stats().Layer; got != test.early {
			t.Errorf("%s: layer %d is forwarded at first", test.name, got)
		}
		v.Run(6 * line.Second)
		if got := d.Stats().Layer; got != test.late {
			t.Errorf("%s: layer %d is forwarded", test.name, got)
		}
		if got := v.receiver.Bytes[line.Padding] > 0; got != test.padding {
			t.Errorf("%s: padding is sent: %t", test.name, got)
		}
	}
}

// remb is a message with a peer's own estimate.
func remb(rate uint32) []byte {
	b := appendRTCPHeader(nil, psfbAFB, rtcpPSFB, 5)
	b = append(append(b, make([]byte, 8)...), "REMB"...)
	exponent := max(bits.Len32(rate)-18, 0)
	b = binary.BigEndian.AppendUint32(b, 1<<24|uint32(exponent)<<18|rate>>exponent)
	return append(b, 0, 0, 0, 0)
}

// tenPictures is a viewer of ten people, after ten seconds.
func tenPictures() *lineViewer {
	v := newLineViewer(1000)
	v.hear(lineSound)
	for i := range uint32(10) {
		v.see(100+2*i, line.Simulcast, DownSettings{MaxLayer: 2})
	}
	v.Run(10 * line.Second)
	return v
}

// Neither packets nor what is decided about the line take memory.
func TestLinesDoNotAllocate(t *testing.T) {
	v := tenPictures()
	out := NewSender(blackHole{})
	*out = *v.sender
	out.out = blackHole{}
	now, number := v.now(), v.number
	if n := testing.AllocsPerRun(1000, func() {
		now += Milliseconds(5)
		for range 10 {
			out.Departed(now, number, 1000, Picture)
			number++
		}
		out.line.due = 0
		out.Poll(now)
	}); n > 0 {
		t.Errorf("%.1f allocations", n)
	}
}

// What a look at the line of a subscriber costs that sees ten pictures.
func BenchmarkLine(b *testing.B) {
	v := tenPictures()
	b.ReportAllocs()
	for b.Loop() {
		v.sender.divide(v.now())
	}
}

// What waits goes in the order of its numbers, also what came late, and numbers of what never departed are used again.
func TestWaitingKeepsOrder(t *testing.T) {
	a, b := new(DownTrack), new(DownTrack)
	var p waiting
	for _, h := range []held{{a, 5, 0, 1}, {b, 1, 0, 1}, {a, 7, 0, 1}, {b, 2, 0, 1}, {a, 9, 0, 1}, {a, 6, 0, 1}, {a, 8, 0, 1}} {
		p.push(h)
	}
	if p.after(a, 4) || !p.after(a, 6) || !p.holds(b, 2) || p.holds(b, 7) {
		t.Error("it does not know what waits")
	}
	var got []int64
	for range 4 {
		got = append(got, p.pop().seq)
	}
	if want := []int64{5, 1, 6, 2}; !slices.Equal(got, want) {
		t.Errorf("%v went, want %v", got, want)
	}
	if first, any := p.forget(a); first != 7 || !any || !p.empty() || p.bytes != 0 {
		t.Errorf("%d, %t is forgotten, %d bytes are left", first, any, p.bytes)
	}
	if _, any := p.forget(b); any {
		t.Error("something of the other waits")
	}
}

// A key frame of a text takes a thin line seconds, in which its viewer asks for one again and again.
func TestWhoWaitsForAKeyFrameGetsNoOther(t *testing.T) {
	v := newLineViewer(300)
	d := v.see(100, line.Simulcast, DownSettings{MaxLayer: 2})
	v.Run(8 * line.Second)
	asked := 0
	d.track.request = func(int8) { asked++ }
	v.camera.OnFrame(0, 60_000, true)
	for range 15 {
		v.Run(v.Now + 100*line.Millisecond)
		d.onKeyframeWish(v.now())
	}
	if v.sender.line.pacer.queue.bytes < 10_000 || asked > 0 {
		t.Errorf("%d asked for while %d bytes wait", asked, v.sender.line.pacer.queue.bytes)
	}
	v.Run(v.Now + 4*line.Second)
	d.onKeyframeWish(v.now())
	if v.sender.line.pacer.queue.bytes > 10_000 || asked != 1 {
		t.Errorf("%d asked for later, while %d bytes wait", asked, v.sender.line.pacer.queue.bytes)
	}
}
