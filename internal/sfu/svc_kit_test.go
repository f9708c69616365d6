package sfu

import (
	"encoding/binary"
	"encoding/hex"
	"os"
	"slices"
	"strings"
	"testing"

	"konklave/internal/sfu/codec"
)

// layered is a publisher whose stream has three spatial and three temporal layers, 30 pictures a second. Each of its
// packets says in clear what its frame refers to, so that a receiver can judge what it got.
type layered struct {
	w     *world
	track *Track
	codec codec.Type
	apart bool     // spatial layers refer to each other in key pictures only
	dds   [][]byte // dependency descriptors, see chromium; nil without

	reader   codec.Stream
	seq      int64
	picture  uint16
	number   uint16 // of frames
	phase    int    // in the pattern of temporal layers, 0 begins it
	recent   [3][3]uint16
	spatials int // that are sent
	told     int
	keyframe bool
	wishes   int
	lose     func(s, t, packet int) bool
}

// pattern are the temporal layers of four pictures; each refers to the newest below it, the last to the one before it.
var pattern = [4]int{0, 2, 1, 2}

// chromium gives the dependency descriptors of a key picture and the four pictures behind it, of which each layer has one,
// as Chromium sent them. The first has the structure.
func chromium(tb testing.TB, mode string) (all [][]byte) {
	tb.Helper()
	text, err := os.ReadFile("codec/testdata/chromium.txt")
	if err != nil {
		tb.Fatal(err)
	}
	for _, line := range strings.Split(string(text), "\n") {
		if digits, ok := strings.CutPrefix(line, "VP9 "+mode+" "); ok && len(all) < 15 {
			dd, err := hex.DecodeString(strings.Fields(digits)[0])
			if err != nil {
				tb.Fatal(err)
			}
			all = append(all, dd)
		}
	}
	if len(all) != 15 {
		tb.Fatalf("%d packets of mode %s were recorded", len(all), mode)
	}
	return all
}

// forwarded is what a publisher wrote into a frame.
type forwarded struct {
	number  uint16
	s, t    uint8
	picture uint16
	refers  []uint16
	packet  uint8
	count   uint8
}

func (f forwarded) append(b []byte) []byte {
	b = binary.BigEndian.AppendUint16(b, f.number)
	b = append(b, f.s, f.t)
	b = binary.BigEndian.AppendUint16(b, f.picture)
	b = append(b, f.packet, f.count, uint8(len(f.refers)))
	for _, r := range f.refers {
		b = binary.BigEndian.AppendUint16(b, r)
	}
	return b
}

func readForwarded(b []byte) (f forwarded) {
	f.number, f.s, f.t = binary.BigEndian.Uint16(b), b[2], b[3]
	f.picture, f.packet, f.count = binary.BigEndian.Uint16(b[4:]), b[6], b[7]
	for i := range int(b[8]) {
		f.refers = append(f.refers, binary.BigEndian.Uint16(b[9+2*i:]))
	}
	return f
}

func newLayered(w *world, typ codec.Type, apart bool, dds [][]byte) *layered {
	p := &layered{w: w, codec: typ, apart: apart, dds: dds, seq: 1 << 16, picture: 32000, number: 65000, spatials: 3, keyframe: true}
	p.track = NewTrack(codec.Video, TrackLayers, func(int8) {
		p.wishes++
		w.after(Milliseconds(30), func() { p.keyframe = true })
	})
	w.every(Time(33_333_333), p.capture)
	return p
}

// capture sends a picture, layer by layer; lower layers have fewer packets.
func (p *layered) capture() {
	key := p.keyframe
	if key {
		p.phase, p.keyframe = 0, false
	}
	t := pattern[p.phase]
	for s := range p.spatials {
		f := forwarded{number: p.number, s: uint8(s), t: uint8(t), picture: p.picture, count: uint8(1 + s)}
		if !key {
			f.refers = append(f.refers, p.recent[s][[4]int{0, 0, 0, 1}[p.phase]])
		}
		if s > 0 && (key || !p.apart) {
			f.refers = append(f.refers, p.number-1)
		}
		for i := range int(f.count) {
			f.packet = uint8(i)
			p.send(f, key, s, i)
		}
		p.recent[s][t] = p.number
		if key {
			p.recent[s] = [3]uint16{p.number, p.number, p.number}
		}
		p.number++
	}
	p.picture++
	p.phase = (p.phase + 1) % len(pattern)
}

// send makes a packet and hands it to the track, or loses it for a while.
func (p *layered) send(f forwarded, key bool, s, packet int) {
	first, last := packet == 0, packet == int(f.count)-1
	m := &Media{
		Layer: 0, Codec: p.codec, Seq: p.seq, Timestamp: 1<<32 + int64(p.picture)*3000, Arrival: p.w.now, AudioLevel: 127,
		Marker: last && s == p.spatials-1, Header: rtpHeaderSize, Data: make([]byte, rtpHeaderSize, 200),
	}
	p.seq++
	m.Data = f.append(p.appendDescriptor(m.Data, &f, key, first, last))
	if p.dds != nil {
		m.DD = p.describe(&f, key, first, last)
	}
	if p.lose != nil && p.lose(s, int(f.t), packet) {
		p.w.after(Milliseconds(60), func() {
			m.Recovered, m.Arrival = true, p.w.now
			p.hand(m)
		})
		return
	}
	p.hand(m)
}

func (p *layered) hand(m *Media) {
	var ok bool
	if m.Frame, ok = p.reader.Parse(m.Codec, m.Payload(), m.DD); !ok {
		panic("own packet refused")
	}
	p.track.OnMedia(p.w.now, m)
}

// appendDescriptor writes the payload descriptor of VP9 in flexible mode (RFC 9628 section 4.2), or the aggregation header
// of AV1 and that of a frame OBU.
func (p *layered) appendDescriptor(b []byte, f *forwarded, key, first, last bool) []byte {
	if p.codec == codec.AV1 {
		head := byte(0x10)
		if key && f.s == 0 && first {
			head |= 0x08
		}
		if !first {
			head |= 0x80
		}
		return append(b, head, 0x34, f.t<<5|f.s<<3)
	}
	flags := func(bits ...bool) (v byte) {
		for i, set := range bits {
			if set {
				v |= 0x80 >> i
			}
		}
		return v
	}
	structure := (key || p.spatials != p.told) && f.s == 0 && first
	if structure {
		p.told = p.spatials
	}
	apart := int(f.s) == p.spatials-1 || p.apart && !key
	b = append(b, flags(true, !key, true, true, first, last, structure, apart))
	b = append(b, 0x80|byte(f.picture>>8&0x7f), byte(f.picture))
	dependent := byte(0)
	if f.s > 0 && (key || !p.apart) {
		dependent = 1
	}
	up := byte(0x10)
	if f.t == 2 {
		up = 0
	}
	b = append(b, f.t<<5|up|f.s<<1|dependent)
	if !key {
		b = append(b, [4]byte{4, 1, 2, 1}[p.phase]<<1)
	}
	if structure {
		b = append(b, byte(p.spatials-1)<<5)
	}
	return b
}

func (p *layered) describe(f *forwarded, key, first, last bool) []byte {
	picture := [4]int{4, 1, 2, 3}[p.phase]
	if key {
		picture = 0
	}
	b := slices.Clone(p.dds[3*picture+int(f.s)])
	if !first { // a structure comes with the first packet only
		b = b[:3]
		b[0] &^= 0x80
	}
	if !last {
		b[0] &^= 0x40
	}
	binary.BigEndian.PutUint16(b[1:], f.number)
	return b
}

// decoder is a subscriber that keeps all that comes, and judges it.
type decoder struct {
	t       *testing.T
	w       *world
	packets []decoded
	padding int
}

type decoded struct {
	at Time
	p  packet
	f  forwarded
}

var decoderIDs = Extensions{MID: 4, DD: 6}

func (d *decoder) Stream(uint32) Stream { return d }
func (d *decoder) SendRTCP([]byte) bool { return true }
func (*decoder) Warm() int64            { return 0 }
func (d *decoder) SendRTP(head, tail []byte) bool {
	var p packet
	if !parsePacket(slices.Concat(head, tail), &p) {
		d.t.Fatal("no RTP packet")
	}
	if len(p.data) == p.header {
		d.padding++
		return true
	}
	payload := p.data[p.header:]
	typ := codec.VP9
	if p.pt == 45 {
		typ = codec.AV1
	}
	at := 3
	if typ == codec.VP9 {
		frame, ok := codec.Parse(typ, payload)
		if !ok {
			d.t.Fatalf("refused: %x", payload)
		}
		at = int(frame.Descriptor)
	}
	d.packets = append(d.packets, decoded{at: d.w.now, p: p, f: readForwarded(payload[at:])})
	return true
}

// verdict is what a decoder found.
type verdict struct {
	shown  []picture // in order
	broken int       // frames that came and could not be decoded
	gaps   int       // numbers that are missing
}

// picture is one that was decoded up to its last packet.
type picture struct {
	at   Time
	s, t uint8 // of its highest layer
}

// judge looks at all that came.
func (d *decoder) judge() (v verdict) {
	d.t.Helper()
	have := map[uint16]bool{}
	packets := slices.Clone(d.packets)
	slices.SortStableFunc(packets, func(a, b decoded) int { return int(int16(a.p.seq - b.p.seq)) })
	parts, whole := 0, false
	for i := range packets {
		p := &packets[i]
		if i > 0 {
			before := &packets[i-1]
			v.gaps += int(p.p.seq - before.p.seq - 1)
			if int32(p.p.timestamp-before.p.timestamp) < 0 {
				d.t.Fatalf("time runs backwards at %+v", p.f)
			}
			if p.p.seq == before.p.seq+1 && before.p.marker == (p.p.timestamp == before.p.timestamp) {
				d.t.Fatalf("marker %t before %+v, behind %+v", before.p.marker, p.f, before.f)
			}
		}
		if p.f.packet == 0 {
			parts, whole = 0, true
			for _, r := range p.f.refers {
				whole = whole && have[r]
			}
		}
		if whole = whole && parts == int(p.f.packet); !whole {
			if p.f.packet == p.f.count-1 {
				v.broken++
			}
			continue
		}
		if parts++; parts < int(p.f.count) {
			continue
		}
		have[p.f.number] = true
		if p.p.marker {
			v.shown = append(v.shown, picture{p.at, p.f.s, p.f.t})
		}
	}
	return v
}

// between counts what was shown in a span, by spatial layer and by temporal layer.
func (v verdict) between(from, to Time) (spatial, temporal [3]int) {
	for _, p := range v.shown {
		if from < p.at && p.at <= to {
			spatial[p.s]++
			temporal[p.t]++
		}
	}
	return spatial, temporal
}

// freeze is the longest time without a picture.
func (v verdict) freeze() (longest Time) {
	for i := 1; i < len(v.shown); i++ {
		longest = max(longest, v.shown[i].at-v.shown[i-1].at)
	}
	return longest
}

// layeredCall is such a publisher and a subscriber.
type layeredCall struct {
	*world
	publisher *layered
	decoder   *decoder
	sender    *Sender
	down      *DownTrack
}

// kinds are the streams with layers that are tried.
var kinds = []struct {
	name      string
	codec     codec.Type
	apart     bool
	described bool
}{
	{"VP9 L3T3", codec.VP9, false, false},
	{"VP9 L3T3 described", codec.VP9, false, true},
	{"VP9 L3T3_KEY", codec.VP9, true, false},
	{"AV1 L3T3", codec.AV1, false, true},
	{"AV1 L3T3_KEY", codec.AV1, true, true},
}

func newLayeredCall(t *testing.T, kind int) *layeredCall {
	k, w := kinds[kind], newWorld(1)
	var dds [][]byte
	if k.described {
		dds = chromium(t, map[bool]string{true: "L3T3_KEY", false: "L3T3"}[k.apart])
	}
	c := &layeredCall{world: w, publisher: newLayered(w, k.codec, k.apart, dds), decoder: &decoder{t: t, w: w}}
	c.sender = NewSender(c.decoder)
	pt := map[codec.Type]uint8{codec.VP9: 98, codec.AV1: 45}[k.codec]
	c.down = c.sender.AddDownTrack(c.publisher.track, DownParams{
		MID: "1", Kind: codec.Video, SSRC: 7, Extensions: decoderIDs,
		Payloads: []Payload{{PT: pt, Codec: k.codec, ClockRate: 90000, NACK: true, PLI: true}},
	}, w.now)
	return c
}
