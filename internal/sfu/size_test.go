package sfu

import (
	"testing"
	"unsafe"

	"konklave/internal/sfu/codec"
)

// A meeting has a down track for nearly everybody to nearly everybody. What a packet needs of one lies in three lines of a
// cache, and one that is not heard stays small.
func TestDownTrackIsSmall(t *testing.T) {
	var d DownTrack
	if hot := unsafe.Offsetof(d.stream) + unsafe.Offsetof(d.stream.ref); hot > 3*64 {
		t.Errorf("a packet needs %d bytes", hot)
	}
	if n := unsafe.Sizeof(d); n > 448 {
		t.Errorf("a down track has %d bytes", n)
	}
	s := NewSender(blackHole{})
	d = *s.AddDownTrack(NewTrack(codec.Audio, 1, nil), DownParams{Kind: codec.Audio, MID: "1", SSRC: 5}, 1)
	d.Set(1, DownSettings{})
	s.Poll(10_000_000_000)
	if d.seldom != nil || d.stream.past != nil {
		t.Error("it has memory for what did not happen")
	}
}
