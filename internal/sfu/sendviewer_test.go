package sfu

import (
	"math"
	"slices"
	"testing"

	"konklave/internal/sfu/codec"
)

// simViewer is a strict receiver: it keeps every packet, repairs by NACK, and judges the whole at the end.
type simViewer struct {
	w      *world
	sender *Sender
	down   *path // to the viewer
	back   *path // of its RTCP

	streams  map[uint32]*viewStream
	rtx      map[uint32]*viewStream
	repeated int // RTX packets that arrived
	refuse   bool
}

// viewStream is one stream as the viewer gets it.
type viewStream struct {
	v       *simViewer
	ssrc    uint32
	rtxSSRC uint32
	kind    codec.Kind
	rate    int64
	nack    bool

	sent    map[int64]viewPacket // as they left the sender
	got     map[int64]viewPacket // as they came
	highest int64
	asked   map[int64]int

	ntp     uint64 // of the last SR that came, 0 before it
	ntpTS   uint32
	ntpCame Time
	reports []Time // when SRs left the sender
	cname   string
}

// viewPacket is what the viewer keeps of a packet.
type viewPacket struct {
	at      Time
	seq     int64
	ts      uint32
	marker  bool
	pt      uint8
	padding bool
	truth   truth
	frame   codec.Frame
	body    []byte
	level   []byte
	mid     string
	skew    float64 // presentation by the SRs minus capture, ms; NaN when not known
}

var viewExtensions = Extensions{MID: 4, AudioLevel: 1, Orientation: 5}

const (
	viewVP8, viewVP8RTX, viewOpus = 96, 97, 111
)

func newSimViewer(w *world) *simViewer {
	v := &simViewer{w: w, streams: map[uint32]*viewStream{}, rtx: map[uint32]*viewStream{}}
	v.down = &path{w: w, delay: Milliseconds(30)}
	v.back = &path{w: w, delay: Milliseconds(30)}
	v.sender = NewSender(v)
	v.poll()
	w.every(Milliseconds(10), v.repair)
	w.every(Milliseconds(1000), v.report)
	return v
}

// poll polls the sender when it wants to be.
func (v *simViewer) poll() {
	next := v.sender.Poll(v.w.now)
	v.w.after(min(next-v.w.now, Milliseconds(100)), v.poll)
}

// watch subscribes to a track.
func (v *simViewer) watch(t *Track, ssrc uint32) (*DownTrack, *viewStream) {
	p := DownParams{MID: "7", Kind: t.kind, SSRC: ssrc, CNAME: "publisher", Extensions: viewExtensions}
	s := &viewStream{
		v: v, ssrc: ssrc, kind: t.kind, sent: map[int64]viewPacket{}, got: map[int64]viewPacket{}, asked: map[int64]int{},
		highest: -1,
	}
	if t.kind == codec.Video {
		p.RTX = ssrc + 1
		s.rate, s.rtxSSRC, s.nack = 90000, p.RTX, true
		p.Payloads = []Payload{{PT: viewVP8, RTX: viewVP8RTX, Codec: codec.VP8, ClockRate: 90000, NACK: true, PLI: true}}
		v.rtx[p.RTX] = s
	} else {
		s.rate = 48000
		p.Payloads = []Payload{{PT: viewOpus, Codec: codec.Opus, ClockRate: 48000}}
	}
	v.streams[ssrc] = s
	return v.sender.AddDownTrack(t, p, v.w.now), s
}

// Stream is itself for every SSRC.
func (v *simViewer) Stream(uint32) Stream { return v }

// SendRTP takes a packet that leaves the server.
func (*simViewer) Warm() int64 { return 0 }
func (v *simViewer) SendRTP(head, tail []byte) bool {
	if v.refuse {
		return false
	}
	data := slices.Concat(head, tail)
	var p packet
	if !parsePacket(slices.Clone(data), &p) {
		panic("no RTP packet")
	}
	if s := v.streams[p.ssrc]; s != nil {
		vp := s.read(&p)
		s.sent[vp.seq] = vp
	}
	v.down.send(func() { v.receive(data) })
	return true
}

// SendRTCP takes a compound packet that leaves the server.
func (v *simViewer) SendRTCP(b []byte) bool {
	data := slices.Clone(b)
	for p, rest, ok := nextRTCP(data); ok; p, rest, ok = nextRTCP(rest) {
		if sr, ok := p.senderInfo(); ok {
			s := v.streams[sr.SSRC]
			s.reports = append(s.reports, v.w.now)
		}
		if p.Type == rtcpSDES {
			v.streams[be32(p.Body)].cname = string(p.Body[6 : 6+p.Body[5]])
		}
	}
	v.down.send(func() { v.receiveRTCP(data) })
	return true
}

func be32(b []byte) uint32 {
	return uint32(b[0])<<24 | uint32(b[1])<<16 | uint32(b[2])<<8 | uint32(b[3])
}

// read makes a viewPacket of a media packet.
func (s *viewStream) read(p *packet) viewPacket {
	vp := viewPacket{
		at: s.v.w.now, ts: p.timestamp, marker: p.marker, pt: p.pt, body: p.data[p.header:], skew: math.NaN(),
		level: slices.Clone(p.extension(viewExtensions.AudioLevel)), mid: string(p.extension(viewExtensions.MID)),
	}
	if s.highest < 0 {
		s.highest = 1<<32 + int64(p.seq)
	}
	vp.seq = s.highest + int64(int16(p.seq-uint16(s.highest)))
	vp.padding = len(vp.body) == 0
	if vp.padding {
		return vp
	}
	typ := codec.Opus
	truthAt := 0
	if s.kind == codec.Video {
		typ = codec.VP8
	}
	f, ok := codec.Parse(typ, vp.body)
	if !ok {
		panic("broken payload")
	}
	vp.frame = f
	if s.kind == codec.Video {
		truthAt = int(f.Descriptor) + 1
	}
	vp.truth = parseTruth(vp.body[truthAt:])
	return vp
}

// receive takes a packet that came.
func (v *simViewer) receive(data []byte) {
	var p packet
	parsePacket(slices.Clone(data), &p)
	if s := v.rtx[p.ssrc]; s != nil {
		v.repeated++
		if p.pt != viewVP8RTX || !p.unwrapRTX(viewVP8, s.ssrc) {
			panic("broken RTX packet")
		}
		s.receive(&p)
		return
	}
	v.streams[p.ssrc].receive(&p)
}

func (s *viewStream) receive(p *packet) {
	vp := s.read(p)
	if _, ok := s.got[vp.seq]; ok {
		return
	}
	for seq := s.highest + 1; seq < vp.seq && s.nack; seq++ {
		s.asked[seq] = 0
	}
	delete(s.asked, vp.seq)
	s.highest = max(s.highest, vp.seq)
	if s.ntp != 0 && !vp.padding {
		shown := float64(int64(s.ntp-ntp(worldBegin)))/(1<<32)*1000 + float64(int32(vp.ts-s.ntpTS))/float64(s.rate)*1000
		vp.skew = shown - float64(vp.truth.capture-worldBegin)/1e6
	}
	s.got[vp.seq] = vp
}

// receiveRTCP takes the sender reports.
func (v *simViewer) receiveRTCP(data []byte) {
	for p, rest, ok := nextRTCP(data); ok; p, rest, ok = nextRTCP(rest) {
		if sr, ok := p.senderInfo(); ok {
			s := v.streams[sr.SSRC]
			s.ntp, s.ntpTS, s.ntpCame = sr.NTP, sr.Timestamp, v.w.now
		}
	}
}

// repair asks for what is missing, every 50 ms.
func (v *simViewer) repair() {
	for _, s := range v.streams {
		var seqs []int64
		for seq, tries := range s.asked {
			if s.highest-seq > 500 || tries > 50 {
				delete(s.asked, seq)
				continue
			}
			s.asked[seq]++
			if tries%5 == 0 {
				seqs = append(seqs, seq)
			}
		}
		if len(seqs) == 0 {
			continue
		}
		slices.Sort(seqs)
		var wire []uint16
		for _, seq := range seqs {
			wire = append(wire, uint16(seq))
		}
		v.send(appendNACK(nil, 1, s.ssrc, wire))
	}
}

// report sends a receiver report.
func (v *simViewer) report() {
	b := appendRRHeader(nil, 1, len(v.streams))
	for _, s := range v.streams {
		r := reportBlock{SSRC: s.ssrc, Highest: uint32(s.highest)}
		if s.ntp != 0 {
			r.LastSR = uint32(s.ntp >> 16)
			r.Delay = uint32((v.w.now - s.ntpCame) << 16 / 1_000_000_000)
		}
		b = appendReportBlock(b, r)
	}
	v.send(b)
}

func (v *simViewer) send(rtcp []byte) {
	v.back.send(func() { v.sender.OnRTCP(v.w.now, rtcp, 0) })
}

// inOrder are packets by sequence number.
func inOrder(packets map[int64]viewPacket) []viewPacket {
	var list []viewPacket
	for _, p := range packets {
		list = append(list, p)
	}
	slices.SortFunc(list, func(a, b viewPacket) int { return int(a.seq - b.seq) })
	return list
}

// judgement is what checkStream found.
type judgement struct {
	frames  int // decoded
	broken  int // complete, but without what they refer to, or not complete
	layers  []int8
	missing int // sequence numbers between the first and the last that were not there
}

// checkStream looks at packets as a decoder does: numbers without gaps, time that does not run backwards, frames
// that are whole and follow the one they refer to.
func checkStream(t *testing.T, kind codec.Kind, list []viewPacket) (j judgement) {
	t.Helper()
	var last viewPacket
	var decoded truth
	var parts []viewPacket
	follows := false // the last frame was decoded
	for i, p := range list {
		if i > 0 {
			j.missing += int(p.seq - last.seq - 1)
			if int32(p.ts-last.ts) < 0 {
				t.Fatalf("timestamp runs backwards at packet %d: %d after %d", i, p.ts, last.ts)
			}
		}
		gap := i > 0 && p.seq != last.seq+1
		old := last
		last = p
		if p.padding {
			continue
		}
		if kind == codec.Audio {
			if i > 0 && p.ts == old.ts {
				t.Fatalf("two audio packets with timestamp %d", p.ts)
			}
			j.frames++
			continue
		}
		if len(parts) > 0 && (gap || p.ts != parts[0].ts) {
			if p.ts == parts[0].ts && p.truth.frame != parts[0].truth.frame {
				t.Fatalf("two frames with timestamp %d", p.ts)
			}
			j.broken++
			follows, parts = false, nil
		}
		if len(parts) == 0 && p.truth.index != 0 {
			continue // rest of a broken frame
		}
		parts = append(parts, p)
		if len(parts) < int(p.truth.count) {
			if p.marker {
				t.Fatalf("marker inside frame %+v", p.truth)
			}
			continue
		}
		if !p.marker {
			t.Fatalf("no marker at the end of frame %+v", p.truth)
		}
		first := parts[0]
		parts = nil
		switch {
		case first.frame.Keyframe:
			if len(j.layers) == 0 || j.layers[len(j.layers)-1] != p.truth.layer {
				j.layers = append(j.layers, p.truth.layer)
			}
		case !follows || decoded.layer != p.truth.layer || decoded.frame+1 != p.truth.frame:
			j.broken++
			follows = false
			continue
		}
		follows, decoded = true, p.truth
		j.frames++
	}
	checkPictures(t, kind, list)
	return j
}

// checkPictures checks that picture ids and TL0PICIDX count frames, also over switches.
func checkPictures(t *testing.T, kind codec.Kind, list []viewPacket) {
	t.Helper()
	if kind == codec.Audio {
		return
	}
	var last *viewPacket
	for i := range list {
		p := &list[i]
		if p.padding {
			continue
		}
		if last != nil && p.seq == last.seq+1 {
			step := int32(0)
			if p.ts != last.ts {
				step = 1
			}
			if got := (p.frame.PictureID - last.frame.PictureID) & 0x7fff; got != step {
				t.Fatalf("picture id steps by %d at %+v, want %d", got, p.truth, step)
			}
			if got := uint8(p.frame.TL0 - last.frame.TL0); int32(got) != step {
				t.Fatalf("TL0PICIDX steps by %d at %+v, want %d", got, p.truth, step)
			}
		}
		last = p
	}
}

// checkSync checks that sound and picture are presented within 60 ms of each other, from the first reports on.
func checkSync(t *testing.T, audio, video *viewStream) {
	t.Helper()
	a, v := inOrder(audio.got), inOrder(video.got)
	compared, i := 0, 0
	var heard = math.NaN()
	slices.SortFunc(a, func(a, b viewPacket) int { return int(a.at - b.at) })
	slices.SortFunc(v, func(a, b viewPacket) int { return int(a.at - b.at) })
	for _, p := range v {
		for ; i < len(a) && a[i].at <= p.at; i++ {
			if !math.IsNaN(a[i].skew) {
				heard = a[i].skew
			}
		}
		if math.IsNaN(heard) || math.IsNaN(p.skew) {
			continue
		}
		compared++
		if diff := math.Abs(heard - p.skew); diff > 60 {
			t.Fatalf("picture is %.0f ms off the sound at %.3f s: %+v", diff, float64(p.at-worldBegin)/1e9, p.truth)
		}
	}
	if compared < len(v)/2 {
		t.Fatalf("only %d of %d packets could be compared", compared, len(v))
	}
}
