package session

import (
	"testing"

	"konklave/internal/room"
	"konklave/internal/sfu"
)

// TestRanks also holds for sound: that of screens yields to voices.
func TestRanks(t *testing.T) {
	for source, want := range map[room.TrackSource]sfu.Rank{
		room.ScreenShare: sfu.RankScreen, room.ScreenShareAudio: sfu.RankScreen, room.Camera: sfu.RankSpeaker, room.Microphone: sfu.RankSpeaker,
	} {
		if got := rankOf(&room.TrackInfo{Source: source}, room.Settings{Priority: 1}); got != want {
			t.Errorf("source %v has rank %v, want %v", source, got, want)
		}
	}
	if got := rankOf(&room.TrackInfo{Source: room.Microphone}, room.Settings{}); got != sfu.RankOther {
		t.Errorf("a microphone has rank %v", got)
	}
}
