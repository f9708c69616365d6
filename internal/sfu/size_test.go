package sfu

import (
	"testing"
	"unsafe"

	"konklave/internal/sfu/codec"
)

// A meeting has a down track for nearly everybody to nearly everybody. What a packet needs of one lies in three lines of a
// cache, one of the down track and two of its flow, and one that is not heard stays small.
func TestDownTrackIsSmall(t *testing.T) {
	var d DownTrack
	if hot := unsafe.Offsetof(d.bytes) + unsafe.Sizeof(d.bytes); hot > 64 {
		t.Errorf("a packet needs %d bytes of a down track", hot)
	}
	var f flow
	if hot := unsafe.Offsetof(f.stream) + unsafe.Offsetof(f.stream.rate); hot > 2*64 {
		t.Errorf("a packet needs %d bytes of a flow", hot)
	}
	if n := unsafe.Sizeof(d); n > 192 { // multiples of a line, so that they begin with one
		t.Errorf("a down track has %d bytes", n)
	}
	if n := unsafe.Sizeof(f); n > 256 {
		t.Errorf("a flow has %d bytes", n)
	}
	s := NewSender(blackHole{})
	d = *s.AddDownTrack(NewTrack(codec.Audio, 1, nil), DownParams{Kind: codec.Audio, MID: "1", SSRC: 5}, 1)
	d.Set(1, DownSettings{})
	s.Poll(10_000_000_000)
	if d.flow != nil {
		t.Error("it has memory for what did not happen")
	}
}
