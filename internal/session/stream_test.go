package session

import (
	"strings"
	"testing"

	"konklave/internal/room"
	"konklave/internal/signal/lkpb"
)

func TestStreamsThatArePlayedInStep(t *testing.T) {
	chrome := &lkpb.ClientInfo{Protocol: 17, Browser: "Chrome"}
	tests := []struct {
		client *lkpb.ClientInfo
		sync   bool
		stream string
		want   string
	}{
		{chrome, true, "camera", "camera"},
		{&lkpb.ClientInfo{Protocol: 13}, true, "screen_share", "screen_share"},
		{chrome, false, "camera", ""},
		{&lkpb.ClientInfo{Protocol: 9}, true, "camera", ""},
		{&lkpb.ClientInfo{Protocol: 17, Browser: "Firefox"}, true, "camera", ""},
		{chrome, true, "a b", ""},
		{chrome, true, "a\r\na=candidate", ""},
		{chrome, true, "TR_VCother", ""},
		{chrome, true, strings.Repeat("x", 65), ""},
		{chrome, true, "", ""},
	}
	for _, test := range tests {
		s := &Session{inStep: playsInStep(test.client)}
		if got := s.streamOf(room.Subscription{Sync: test.sync, Track: &room.TrackInfo{Stream: test.stream}}); got != test.want {
			t.Errorf("%v %v %q: %q, want %q", test.client, test.sync, test.stream, got, test.want)
		}
	}
}
