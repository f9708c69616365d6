package sfu

import (
	"testing"

	"konklave/internal/sfu/codec"
)

// temporalVP8 sends VP8 with three temporal layers, 40 pictures a second, of which every eighth is a sync frame of each
// upper layer: T0 T2 T1 T2, the upper ones in sync in the first half of eight pictures.
func temporalVP8(w *world, track *Track) {
	n := 0
	w.every(Milliseconds(25), func() {
		t := pattern[n%4]
		tl0 := byte(n / 4)
		key, sync := n == 0, t > 0 && n%8 < 4 && n%4 != 3
		m := &Media{
			Codec: codec.VP8, Seq: 1<<16 + int64(n), Timestamp: 1<<32 + int64(n)*2250, Arrival: w.now, AudioLevel: 127,
			Marker: true, Header: rtpHeaderSize, Data: make([]byte, rtpHeaderSize, 64),
		}
		layers, head := byte(t)<<6, byte(1)
		if sync {
			layers |= 0x20
		}
		if key {
			head = 0
		}
		id := uint16(n + 100)
		m.Data = append(m.Data, 0x90, 0xe0, 0x80|byte(id>>8), byte(id), tl0, layers, head, byte(n>>8), byte(n), byte(t))
		m.Frame, _ = codec.Parse(codec.VP8, m.Payload())
		track.OnMedia(w.now, m)
		n++
	})
}

// Fewer pictures of VP8 go at once, more begin with a picture that needs nothing of what was left out, layer by layer; ids
// and numbers have no gaps.
func TestTemporalLayersOfVP8(t *testing.T) {
	w := newWorld(1)
	track := NewTrack(codec.Video, 1, func(int8) {})
	got := &plainEgress{w: w}
	down := NewSender(got).AddDownTrack(track, DownParams{
		MID: "1", Kind: codec.Video, SSRC: 7, Payloads: []Payload{{PT: 96, Codec: codec.VP8, ClockRate: 90000}},
	}, w.now)
	temporalVP8(w, track)
	var ends []Time
	for _, s := range []struct {
		fps      uint8
		temporal int8
	}{{0, 3}, {0, 0}, {0, 1}, {20, 3}, {10, 3}, {0, 3}} {
		down.Set(w.now, DownSettings{FPS: s.fps})
		down.Allow(w.now, Choice{0, s.temporal})
		w.run(Milliseconds(2500))
		ends = append(ends, w.now)
	}
	fps := []int{40, 10, 20, 20, 10, 40}
	n := make([]int, len(ends))
	var below [3]int // the newest picture of each temporal layer that was sent
	for i, p := range got.packets {
		f, _ := codec.Parse(codec.VP8, p.data[p.header:])
		tail := p.data[len(p.data)-3:]
		number, temporal := int(tail[0])<<8|int(tail[1]), int(tail[2])
		if i > 0 {
			before := got.packets[i-1]
			last, _ := codec.Parse(codec.VP8, before.data[before.header:])
			if p.seq != before.seq+1 || f.PictureID != last.PictureID+1 {
				t.Fatalf("packet %d, picture %d behind %d, %d", p.seq, f.PictureID, before.seq, last.PictureID)
			}
			steps := uint8(0)
			if f.Temporal == 0 {
				steps = 1
			}
			if uint8(f.TL0)-uint8(last.TL0) != steps {
				t.Fatalf("TL0PICIDX %d behind %d", f.TL0, last.TL0)
			}
		}
		// Without sync a picture of an upper layer refers to the one of its layer before, and T2 also to T1.
		if temporal > 0 && !f.Sync && number-below[temporal] > 4 || temporal == 2 && number%4 == 3 && below[1] != number-1 {
			t.Fatalf("picture %d of layer %d needs one that was left out", number, temporal)
		}
		below[temporal] = number
		for j, end := range ends {
			if end-Milliseconds(1000) < got.at[i] && got.at[i] <= end {
				n[j]++
			}
		}
	}
	for i := range fps {
		if n[i] != fps[i] {
			t.Errorf("step %d: %d pictures a second, want %d", i, n[i], fps[i])
		}
	}
}

// plainEgress keeps what it gets.
type plainEgress struct {
	w       *world
	packets []packet
	at      []Time
}

func (e *plainEgress) Stream(uint32) Stream { return e }
func (e *plainEgress) SendRTCP([]byte) bool { return true }
func (*plainEgress) Warm() int64            { return 0 }
func (e *plainEgress) SendRTP(head, tail []byte) bool {
	var p packet
	if parsePacket(append(append([]byte(nil), head...), tail...), &p) && len(p.data) > p.header {
		e.packets, e.at = append(e.packets, p), append(e.at, e.w.now)
	}
	return true
}
