package sfu

import (
	"testing"

	"konklave/internal/sfu/codec"
)

// step is one thing that happens to a rewriter of video, and what should come of it.
type step struct {
	do    string // send, late, skip, switch, pad, end
	layer int8
	seq   int64
	ts    int64
	ms    int64 // arrival

	want   int64 // our sequence number less the first one; -1 when the packet has no place
	wantTS int64 // our timestamp less the first one
}

func TestRewriter(t *testing.T) {
	reports := [TrackLayers]layerClock{ // layer 1 counts 1,000,000 more than layer 0
		{SenderReport{NTP: 100 << 32, Timestamp: 90_000}, true},
		{SenderReport{NTP: 102 << 32, Timestamp: 1_270_000}, true},
	}
	tests := []struct {
		name   string
		clocks [TrackLayers]layerClock
		steps  []step
	}{
		{"in order", reports, []step{
			{"switch", 0, 500, 9000, 0, 0, 0},
			{"send", 0, 501, 9000, 0, 1, 0},
			{"send", 0, 502, 12000, 33, 2, 3000},
		}},
		{"lost packets keep their place", reports, []step{
			{"switch", 0, 500, 9000, 0, 0, 0},
			{"send", 0, 503, 12000, 33, 3, 3000},
			{"late", 0, 501, 9000, 40, 1, 0},
			{"late", 0, 502, 12000, 50, 2, 3000},
			{"late", 0, 499, 6000, 50, -1, 0},
		}},
		{"numbers close over what is left out", reports, []step{
			{"switch", 0, 500, 9000, 0, 0, 0},
			{"skip", 0, 501, 0, 0, -1, 0},
			{"skip", 0, 502, 0, 0, -1, 0},
			{"send", 0, 503, 12000, 33, 1, 3000},
			{"late", 0, 502, 9000, 40, -1, 0},
			{"late", 0, 500, 9000, 40, 0, 0},
		}},
		{"what is missing before it keeps its place", reports, []step{
			{"switch", 0, 500, 9000, 0, 0, 0},
			{"skip", 0, 502, 0, 0, -1, 0},
			{"skip", 0, 504, 0, 0, -1, 0},
			{"send", 0, 505, 12000, 33, 3, 3000},
			{"late", 0, 501, 9000, 40, 1, 0},
			{"late", 0, 502, 9000, 40, -1, 0},
			{"late", 0, 503, 9000, 40, 2, 0},
		}},
		{"switch by sender reports", reports, []step{
			{"switch", 0, 500, 9000, 0, 0, 0},
			{"switch", 1, 7000, 1_012_000, 70, 1, 3000}, // arrival says 6300
			{"send", 1, 7001, 1_015_000, 100, 2, 6000},
			{"switch", 0, 507, 18000, 101, 3, 9000},
			{"late", 1, 7001, 1_015_000, 102, 2, 6000},
			{"late", 0, 501, 9000, 102, -1, 0},
		}},
		{"switch by arrival", [TrackLayers]layerClock{}, []step{
			{"switch", 0, 500, 9000, 0, 0, 0},
			{"switch", 1, 7000, 77_000_000, 70, 1, 6300},
			{"send", 1, 7001, 77_003_000, 90, 2, 9300},
			{"switch", 0, 507, 18000, 101, 3, 9301}, // its clock is known: 9000, but never backwards
			{"send", 0, 508, 21000, 130, 4, 12301},
		}},
		{"the same frame of another layer", reports, []step{
			{"switch", 0, 500, 9000, 0, 0, 0},
			{"switch", 1, 7000, 1_009_000, 5, 1, 1},
		}},
		{"a frame long past is not joined", reports, []step{
			{"switch", 0, 500, 90000, 1000, 0, 0},
			{"switch", 1, 7000, 1_045_000, 1010, -1, 0},
			{"send", 0, 501, 93000, 1033, 1, 3000},
		}},
		{"reports that cannot be are not believed", [TrackLayers]layerClock{
			{SenderReport{NTP: 100 << 32, Timestamp: 90_000}, true},
			{SenderReport{NTP: 102 << 32, Timestamp: 99_270_000}, true},
		}, []step{
			{"switch", 0, 500, 9000, 0, 0, 0},
			{"switch", 1, 7000, 1_012_000, 40, 1, 3600},
		}},
		{"a pause counts as time", reports, []step{
			{"switch", 0, 500, 9000, 0, 0, 0},
			{"end", 0, 0, 0, 0, -1, 0},
			{"switch", 0, 800, 909_000, 10_300, 1, 900_000}, // the layer's own clock, not its arrival
			{"late", 0, 600, 300_000, 10_300, -1, 0},
		}},
		{"padding of our own comes first", reports, []step{
			{"pad", 0, 0, 0, 0, 0, 0},
			{"pad", 0, 0, 0, 100, 1, 0},
			{"switch", 0, 500, 9000, 300, 2, 27_000},
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			w := newRewriter(90000, numbers{seq: 1 << 16, ts: 1 << 32})
			var first, firstTS int64
			for i, s := range test.steps {
				seq, ts := w.step(s, &test.clocks)
				if i == 0 {
					first, firstTS = seq, ts
				}
				if s.want < 0 {
					if seq >= 0 {
						t.Errorf("%d %s: has a place: %d", i, s.do, seq-first)
					}
					continue
				}
				if seq-first != s.want || ts-firstTS != s.wantTS {
					t.Errorf("%d %s: number %d, timestamp %d, want %d, %d", i, s.do, seq-first, ts-firstTS, s.want, s.wantTS)
				}
				if r := w.findSent(seq); s.do != "pad" && (r == nil || r.layer != s.layer || seq-r.seq != s.seq) {
					t.Errorf("%d %s: not found by its number", i, s.do)
				}
			}
		})
	}
}

// step does one step and tells the numbers of its packet, -1 for none.
func (w *rewriter) step(s step, clocks *[TrackLayers]layerClock) (seq, ts int64) {
	arrival := worldBegin + Milliseconds(s.ms)
	m := &Media{Layer: s.layer, Seq: s.seq, Timestamp: s.ts, Arrival: arrival, Codec: codec.VP8, Frame: codec.NoFrame}
	switch s.do {
	case "switch":
		if !w.begin(m, clocks) {
			return -1, 0
		}
		fallthrough
	case "send":
		w.sent(m)
		return m.Seq + w.newest().seq, m.Timestamp + w.newest().ts
	case "skip":
		w.skip(s.seq)
	case "end":
		w.end()
	case "pad":
		return w.padding(arrival)
	case "late":
		if r := w.find(s.layer, s.seq); r != nil {
			return s.seq + r.seq, s.ts + r.ts
		}
	}
	return -1, 0
}

func TestPictureIDsCountOn(t *testing.T) {
	w := newRewriter(90000, numbers{seq: 1 << 16, ts: 1 << 32})
	tests := []struct {
		begin bool
		layer int8
		id    int32
		wide  bool
		want  uint16
	}{
		{true, 0, 125, false, 125},
		{false, 0, 126, false, 126},
		{false, 0, 127, false, 127},
		{false, 0, 0, false, 128}, // 7 bits wrap, ours have 15
		{true, 1, 32766, true, 129},
		{false, 1, 32767, true, 130},
		{false, 1, 0, true, 131},
		{false, 1, 3, true, 134}, // lost frames stay visible
		{true, 0, 7, false, 135},
	}
	for i, test := range tests {
		m := &Media{Layer: test.layer, Seq: int64(100 + i), Timestamp: int64(3000 * i), Arrival: worldBegin + Milliseconds(33*int64(i))}
		m.Frame = codec.Frame{PictureID: test.id, Wide: test.wide, TL0: int16(test.id & 0xff), KeyIdx: -1}
		if test.begin && !w.begin(m, &[TrackLayers]layerClock{}) {
			t.Fatal("cannot begin")
		}
		if got := w.newest().pictureID(m); got != test.want {
			t.Errorf("%d: picture id %d, want %d", i, got, test.want)
		}
		w.sent(m)
		if got := w.newest().pictureID(m); got != test.want {
			t.Errorf("%d: picture id %d after it was sent, want %d", i, got, test.want)
		}
	}
}
