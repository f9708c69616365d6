package sfu

import (
	"encoding/binary"
	"testing"

	"konklave/internal/sfu/bwe"
	"konklave/internal/sfu/bwe/line"
)

// repairs is how a viewer asks for the packets of one stream of pictures that got lost, again and again as browsers do.
type repairs struct {
	v       *lineViewer
	ssrc    uint32
	sent    map[int64]uint16 // sequence numbers by number for the transport
	got     map[uint16]bool
	next    uint16 // all before came
	newest  uint16
	started bool
	whole   bwe.Time // when next moved last
	stall   bwe.Time // the longest time in which it did not
	since   bwe.Time // from when on that counts
	again   int      // packets that were sent again
	greedy  bool     // it asks for all of the last packets
}

// repair begins that. Call it before anything is sent.
func (v *lineViewer) repair(ssrc uint32) *repairs {
	r := &repairs{v: v, ssrc: ssrc, sent: map[int64]uint16{}, got: map[uint16]bool{}}
	v.onSend = r.send
	before := v.receiver.Arrival
	v.receiver.Arrival = func(p line.Packet) {
		before(p)
		if seq, ok := r.sent[p.Number]; ok {
			r.arrived(seq)
		}
	}
	v.Every(v.Now, 50*line.Millisecond, r.ask)
	return r
}

func (r *repairs) send(number int64, head, tail []byte) {
	var p packet
	if !parsePacket(append(append([]byte(nil), head...), tail...), &p) || len(p.data) == p.header {
		return
	}
	switch p.ssrc {
	case r.ssrc:
		r.sent[number] = p.seq
	case r.ssrc + 1:
		r.sent[number] = binary.BigEndian.Uint16(p.data[p.header:])
		r.again++
	}
}

func (r *repairs) arrived(seq uint16) {
	if !r.started {
		r.started, r.next, r.newest, r.whole = true, seq, seq, r.v.Now
	}
	r.got[seq] = true
	if int16(seq-r.newest) > 0 {
		r.newest = seq
	}
	for ; r.got[r.next]; r.next++ {
		if r.v.Now >= r.since {
			r.stall = max(r.stall, r.v.Now-max(r.whole, r.since))
		}
		r.whole = r.v.Now
	}
}

func (r *repairs) ask() {
	var missing []uint16
	first := r.next
	if r.greedy {
		first = r.newest - 60
	}
	for seq := first; r.started && int16(seq-r.newest) < 0; seq++ {
		if !r.got[seq] || r.greedy {
			missing = append(missing, seq)
		}
	}
	if len(missing) > 0 {
		b := appendNACK(nil, 1, r.ssrc, missing)
		r.v.way.Back(func() { r.v.sender.OnRTCP(r.v.now(), b, r.v.number) })
	}
}

// A line of 300 kbit/s with a queue of 200 ms, as access lines have: the first picture comes soon, nothing stands still
// afterwards, and whoever asks again and again for all there was does not fill the line up.
func TestShortQueuesDoNotOverflow(t *testing.T) {
	v := newLineViewer(300)
	v.way.Queue = 7500
	r := v.repair(100)
	r.since = 4 * line.Second
	v.hear(lineSound)
	v.hear(lineSound + 1)
	d := v.see(100, line.Simulcast, DownSettings{MaxLayer: 2})
	v.Run(line.Second)
	if count := int16(r.next - uint16(d.first.seq)); !r.started || count < 5 {
		t.Errorf("%d packets of pictures came in the first second", count)
	}
	for i := range bwe.Time(10) {
		v.At((5+2*i)*line.Second, func() { d.track.request(0) })
	}
	v.At(15*line.Second, func() { r.greedy, r.since = true, 22*line.Second }) // pictures of who does that may stand
	v.At(20*line.Second, func() { r.greedy = false })
	v.Run(25 * line.Second)
	t.Logf("%d were sent again; %d of sound and %d of pictures got lost; the longest stall %d ms", r.again, v.receiver.Lost[line.Audio], v.receiver.Lost[line.Video], r.stall/line.Millisecond)
	if r.again > 250 || v.receiver.Lost[line.Audio] > 5 || r.stall > 500*line.Millisecond {
		t.Errorf("%d packets were sent again, %d of sound were lost, pictures stood for %d ms", r.again, v.receiver.Lost[line.Audio], r.stall/line.Millisecond)
	}
	if d.Stats().Layer != 0 {
		t.Errorf("layer %d is forwarded", d.Stats().Layer)
	}
}

// Whoever asks for all there ever was has no more wait than is quickly looked through.
func TestWhatIsAskedForIsBounded(t *testing.T) {
	v := newLineViewer(300)
	d := v.see(100, line.Simulcast, DownSettings{MaxLayer: 2})
	v.Run(60 * line.Second)
	var all []uint16
	for seq := d.stream.next - 1; seq >= d.first.seq; seq-- { // from the newest on: what is not kept any more waits too
		all = append(all, uint16(seq))
	}
	v.sender.OnRTCP(v.now(), appendNACK(nil, 1, 100, all), v.number)
	if again := &v.sender.line.pacer.again; len(all) < 2*mostAgain || again.count() != mostAgain {
		t.Errorf("of %d packets %d wait to be sent again", len(all), again.count())
	}
	v.Run(70 * line.Second)
	if got := d.Stats(); !v.sender.line.pacer.again.empty() || got.Layer != 0 || v.gaps > 0 {
		t.Errorf("ten seconds later %d wait, layer %d is forwarded, %d are out of order", v.sender.line.pacer.again.count(), got.Layer, v.gaps)
	}
}
