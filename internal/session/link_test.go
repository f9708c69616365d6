package session

import (
	"testing"
	"time"

	"konklave/internal/room"
	"konklave/internal/sfu"
	"konklave/internal/wire"
)

func TestLinkOf(t *testing.T) {
	for name, tt := range map[string]struct {
		stats          wire.TransportStats
		received, lost uint64
		want           room.Link
	}{
		"nothing yet":            {want: room.Link{}},
		"losses and delay":       {wire.TransportStats{Loss: 0.5, RTT: time.Second}, 90, 10, room.Link{UpLoss: 0.1, DownLoss: 0.5, RTT: time.Second}},
		"quiet, one check lost":  {wire.TransportStats{Silence: 12500 * time.Millisecond}, 0, 0, room.Link{}},
		"nothing came for 14 s":  {wire.TransportStats{Silence: 14 * time.Second}, 0, 0, room.Link{Silent: true}},
		"a small picture":        {wire.TransportStats{Short: sfu.Shortage{Lowered: 2}}, 9, 0, room.Link{Lowered: true}},
		"a picture that pauses":  {wire.TransportStats{Short: sfu.Shortage{Paused: 1, Lowered: 1}}, 9, 0, room.Link{Paused: true, Lowered: true}},
		"everything up was lost": {wire.TransportStats{}, 0, 3, room.Link{UpLoss: 1}},
	} {
		tt.want.Participant = "PA_x"
		if got := linkOf("PA_x", tt.stats, tt.received, tt.lost); got != tt.want {
			t.Errorf("%s: got %+v, want %+v", name, got, tt.want)
		}
	}
}
