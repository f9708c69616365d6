package trace

import (
	"strings"
	"testing"
)

// TestBreachesAreFound holds the rules against ladders that break each of them.
func TestBreachesAreFound(t *testing.T) {
	tests := map[string]struct{ ladder, want string }{
		"first":                          {"bob open /rtc {}\nbob < update ada []", "none of join, reconnect, leave"},
		"join twice":                     {"bob open /rtc {}\nbob < join\nbob < join", "not the first message"},
		"after leave":                    {"bob open /rtc {}\nbob < join\nbob < leave\nbob < update ada []", "follows leave"},
		"resume without update":          {"bob open /rtc {\"query\":\"reconnect=1\"}\nbob < reconnect\nbob < room_update", "come update, then room_update"},
		"resume with early offer":        {"bob open /rtc {\"query\":\"reconnect=1\"}\nbob < reconnect\nbob < update bob []\nbob < offer", "before an offer"},
		"two offers":                     {"bob open /rtc {}\nbob < join\nbob < offer\nbob < offer", "has no answer"},
		"answer to nothing":              {"bob open /rtc {}\nbob < join\nbob < answer 1", "there was no offer"},
		"unknown track":                  {"bob open /rtc {}\nbob < join ada [camera]\nbob < offer 1=<ada/microphone>", "<ada/microphone> was not told before"},
		"track that is over":             {"bob open /rtc {}\nbob < join ada [camera]\nbob < update ada []\nbob < offer 1=<ada/camera>", "was not told before"},
		"sections of one PeerConnection": {"bob open /rtc {}\nbob < join\nbob < media_sections_requirement 1 0", "do not know it"},
		"track out of nothing":           {"bob open /rtc {}\nbob < join\nbob < track_published <bob/camera>", "no add_track"},
	}
	for name, test := range tests {
		l, err := Read(strings.NewReader(test.ladder))
		if err != nil {
			t.Fatal(err)
		}
		found := Breaches(l)
		if len(found) != 1 || !strings.Contains(found[0], test.want) {
			t.Errorf("%s: found %q", name, found)
		}
	}
}

func TestLaddersAreReadAsWritten(t *testing.T) {
	for name, l := range ladders(t) {
		var b strings.Builder
		if err := l.Write(&b); err != nil {
			t.Fatal(err)
		}
		again, err := Read(strings.NewReader("# remark\n" + b.String()))
		if err != nil || len(again) != len(l) {
			t.Fatalf("%s: %d lines became %d, %v", name, len(l), len(again), err)
		}
		for i := range l {
			if again[i] != l[i] {
				t.Errorf("%s: %v became %v", name, l[i], again[i])
			}
		}
	}
}
