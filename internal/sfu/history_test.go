package sfu

import (
	"bytes"
	"testing"

	"konklave/internal/sfu/codec"
)

func TestHistoryHoldsASecond(t *testing.T) {
	tests := []struct {
		name      string
		perSecond int64
		size      int
		chunks    int // at most
	}{
		{"100 kbit/s", 25, 500, 3},
		{"2.5 Mbit/s", 280, 1100, 24},
		{"7 Mbit/s", 800, 1100, historyMaxChunks},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			h := newHistory(codec.Video)
			now := worldBegin
			var got Media
			for seq := range 5 * test.perSecond {
				now += Time(1_000_000_000 / test.perSecond)
				h.store(now, packetOf(seq, test.size))
				oldest := max(0, seq-test.perSecond*9/10)
				if !h.get(now, oldest, &got) || got.Seq != oldest || !bytes.Equal(got.Payload(), packetOf(oldest, test.size).Payload()) {
					t.Fatalf("packet %d is not kept until %d", oldest, seq)
				}
			}
			if len(h.chunks) > test.chunks {
				t.Errorf("%d chunks, want at most %d", len(h.chunks), test.chunks)
			}
		})
	}
}

// What was handed out stays as it is while more comes than the history can hold.
func TestHistoryKeepsWhatItHandedOut(t *testing.T) {
	h := newHistory(codec.Video)
	now := worldBegin
	type handed struct {
		data []byte
		want []byte
	}
	var out []handed
	for seq := range int64(5000) { // 5 MB in half a second: 80 Mbit/s
		now += Time(100_000)
		h.store(now, packetOf(seq, 1000))
		var m Media
		if h.get(now, max(0, seq-700), &m) {
			out = append(out, handed{m.Data, bytes.Clone(m.Data)})
		}
		for _, o := range out {
			if o.data[0] != o.want[0] {
				t.Fatalf("a packet that was handed out changed at %d", seq)
			}
		}
		if len(out) > 900 { // 90 ms
			out = out[100:]
		}
	}
	if len(h.chunks) != historyMaxChunks {
		t.Errorf("%d chunks, want %d", len(h.chunks), historyMaxChunks)
	}
}

func TestHistoryRefuses(t *testing.T) {
	h := newHistory(codec.Video)
	var m Media
	if h.get(worldBegin, 5, &m) {
		t.Error("an empty history has a packet")
	}
	h.store(worldBegin, packetOf(1, historyVideoChunk+1))
	h.store(worldBegin, packetOf(2, 100))
	for _, seq := range []int64{0, 1, 3, 2 + historyMinIndex, 2 + historyMaxIndex, -62} {
		if h.get(worldBegin, seq, &m) {
			t.Errorf("has packet %d", seq)
		}
	}
	h.store(worldBegin, packetOf(2+historyMaxIndex, 100))
	if h.store(worldBegin, packetOf(2, 100)); !h.get(worldBegin, 2+historyMaxIndex, &m) {
		t.Error("an old packet took the place of a new one")
	}
}

func TestHistoryFindsTheKeyframe(t *testing.T) {
	h := newHistory(codec.Video)
	at := func(seq, ts int64, start, key bool) bool {
		m := packetOf(seq, 10)
		m.Timestamp, m.Frame.Start, m.Frame.Keyframe = ts, start, key
		return h.store(worldBegin, m)
	}
	tests := []struct {
		seq, ts    int64
		start, key bool
		isNew      bool
		want       int64
	}{
		{10, 0, true, true, true, 10},
		{11, 0, false, false, false, 10},
		{12, 1, true, false, false, 10},
		{20, 9, true, true, true, 20},
		{19, 9, true, true, false, 19}, // parameter sets that came late
		{21, 9, true, true, false, 19},
		{15, 5, true, true, false, 19}, // an older key frame that came late
	}
	for _, test := range tests {
		if got := at(test.seq, test.ts, test.start, test.key); got != test.isNew || h.key.seq != test.want {
			t.Errorf("%d: new %t, key frame at %d, want %d", test.seq, got, h.key.seq, test.want)
		}
	}
}

// packetOf is a packet whose payload tells its number.
func packetOf(seq int64, size int) *Media {
	m := &Media{Data: bytes.Repeat([]byte{byte(seq)}, size), Seq: seq, Codec: codec.VP8, Frame: codec.NoFrame}
	if size > 2 {
		m.Data[1] = byte(seq >> 8)
	}
	return m
}
