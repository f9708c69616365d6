package id

import (
	"strings"
	"testing"
)

func TestNewIDsHaveTheirShape(t *testing.T) {
	for range 200 {
		if s := NewRoomSID(); !s.Valid() || len(s) != 15 {
			t.Fatalf("room sid %q", s)
		}
		if s := NewParticipantSID(); !s.Valid() || len(s) != 15 {
			t.Fatalf("participant sid %q", s)
		}
		if s := NewTrackSID(Audio, Microphone); !s.Valid() || !strings.HasPrefix(string(s), "TR_AM") {
			t.Fatalf("track sid %q", s)
		}
		if s := NewTrackSID(Video, UnknownSource); !s.Valid() || !strings.HasPrefix(string(s), "TR_V") {
			t.Fatalf("track sid %q", s)
		}
		if l := NewLinkID(); !l.Valid() {
			t.Fatalf("link id %q", l)
		}
		if i := NewIdentity(); len(i) != 22 {
			t.Fatalf("identity %q", i)
		}
	}
}

func TestNewIDsDiffer(t *testing.T) {
	seen := map[LinkID]bool{}
	for range 1000 {
		l := NewLinkID()
		if seen[l] {
			t.Fatal("a link id came twice")
		}
		seen[l] = true
	}
}

func TestValid(t *testing.T) {
	tests := []struct {
		name string
		ok   bool
		is   bool
	}{
		{"track", TrackSID("TR_VCabcdefghijkl").Valid(), true},
		{"track with a bar", TrackSID("TR_VCabcdefghijk|").Valid(), false},
		{"track of another prefix", TrackSID("PA_abcdefghijkl").Valid(), false},
		{"short track", TrackSID("TR_").Valid(), false},
		{"long track", TrackSID("TR_" + strings.Repeat("a", 100)).Valid(), false},
		{"link", LinkID("AAAAAAAAAAAAAAAAAAAA-_").Valid(), true},
		{"short link", LinkID("AAAA").Valid(), false},
		{"link with a slash", LinkID("AAAAAAAAAAAAAAAAAAAA/_").Valid(), false},
		{"empty link", LinkID("").Valid(), false},
	}
	for _, test := range tests {
		if test.ok != test.is {
			t.Errorf("%s: valid = %v, want %v", test.name, test.ok, test.is)
		}
	}
}
