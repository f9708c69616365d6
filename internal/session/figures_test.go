package session

import (
	"reflect"
	"slices"
	"testing"
	"time"

	"konklave/internal/id"
	"konklave/internal/room"
	"konklave/internal/sfu"
	"konklave/internal/wire"
)

// Two looks make rates; what is new between them, or began anew, counts from nothing.
func TestFiguresOfTwoLooks(t *testing.T) {
	const span = 2 * time.Second
	screen, camera, off, gone := new(wire.Subscribed), new(wire.Subscribed), new(wire.Subscribed), new(wire.Subscribed)
	own := new(wire.Published)
	tracks := lookedAt{
		subscribed: map[*wire.Subscribed]*room.TrackInfo{
			screen: {SID: "TR_b", Type: room.Video, Source: room.ScreenShare}, camera: {SID: "TR_a", Type: room.Video, Source: room.Camera}, off: {Type: room.Video, Source: room.Camera},
		},
		published: map[*wire.Published]id.TrackSID{own: "TR_own"},
	}
	info := &room.ParticipantInfo{Tracks: []*room.TrackInfo{{SID: "TR_own", Type: room.Video, Source: room.Camera, Muted: true}}}
	before := &sighting{all: []wire.Sight{{
		At: time.Minute, In: 1000, Out: 5000,
		Subscribed: map[*wire.Subscribed]sfu.DownSight{screen: {Bytes: 3000}},
		Published: map[*wire.Published][]wire.LayerSight{own: {
			{Layer: 0, Packets: 100, Bytes: 1000, Lost: 5}, {Layer: 4, Packets: 70, Bytes: 7000, Lost: 7},
		}},
	}}}
	now := &sighting{all: []wire.Sight{{Of: new(wire.Transport), At: time.Hour, In: 1 << 40}, { // the first was not there before
		At: time.Minute + span, In: 3000, Out: 15_000,
		Subscribed: map[*wire.Subscribed]sfu.DownSight{
			screen: {Bytes: 5000, Layer: 1, Wanted: 2, FPS: 5}, camera: {Bytes: 500, Layer: -1, Wanted: 1, Paused: true},
			off: {Disabled: true}, gone: {Bytes: 9},
		},
		Published: map[*wire.Published][]wire.LayerSight{own: {
			{Layer: 0, Packets: 190, Bytes: 3000, Lost: 15, Jitter: 3 * time.Millisecond, Coming: true},
			{Layer: 1, Packets: 0, Coming: false},
			{Layer: 4, Packets: 10, Bytes: 500, Lost: 0, Jitter: 9 * time.Millisecond, Coming: true}, // it began anew
		}},
	}}}
	var f Figures
	f.compare(before, now, tracks, info)
	if f.Sent != 40_000 || f.Received != 8000 || f.Jitter != 9*time.Millisecond || f.UpLoss != 0.1 {
		t.Errorf("%+v", f)
	}
	wantUp := []PublishedFigures{{Type: room.Video, Source: room.Camera, Muted: true, Layers: []LayerFigures{
		{Layer: 0, Bits: 8000, Loss: 0.1}, {Layer: 0, Backup: true},
	}}}
	if !reflect.DeepEqual(f.Published, wantUp) {
		t.Errorf("published: %+v", f.Published)
	}
	wantDown := []SubscribedFigures{ // in an order that stays the same
		{Type: room.Video, Source: room.Camera, Paused: true, Layer: -1, Wanted: 1, Bits: 2000},
		{Type: room.Video, Source: room.ScreenShare, Layer: 1, Wanted: 2, Bits: 8000, FPS: 5},
	}
	if !slices.Equal(f.Subscribed, wantDown) {
		t.Errorf("subscribed: %+v, want %+v", f.Subscribed, wantDown)
	}
}
