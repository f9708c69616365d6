package negotiate

import (
	"flag"
	"os"
	"strings"
	"testing"

	"konklave/internal/sdp"
)

var update = flag.Bool("update", false, "write the answers in testdata anew")

// recordings are the offers of one PeerConnection of each browser, in order, with the events before each.
var recordings = []struct {
	name   string
	events []Event
}{
	{"initial", nil},
	{"publish", []Event{
		// The camera's CID is not in Firefox's offer, which makes up track ids: it is matched by order.
		Announce{Track: "TR_AM", CID: "mic", Kind: sdp.Audio, Codec: "audio/red"},
		Announce{Track: "TR_VC", CID: "cam", Kind: sdp.Video, Codec: "video/vp8"},
	}},
	{"subscribe", []Event{
		Send{Track: "TR_AMbob", Participant: "PA_bob", Kind: sdp.Audio, Codec: "audio/opus"},
		Send{Track: "TR_VCbob", Participant: "PA_bob", Kind: sdp.Video, Codec: "video/VP8"},
	}},
}

func readOffer(t testing.TB, browser, name string) string {
	t.Helper()
	text, err := os.ReadFile("../sdp/testdata/" + browser + "-" + name + ".sdp")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestRecordedOffers compares the answers to real offers with the ones that the browsers were seen to accept.
func TestRecordedOffers(t *testing.T) {
	for _, browser := range []string{"chromium", "firefox"} {
		n := NewSingle(testConfig())
		for i, recording := range recordings {
			n.Apply(recording.events...)
			actions := n.Apply(Offer{ID: uint32(i + 1), SDP: readOffer(t, browser, recording.name)})
			var answer string
			for _, a := range actions {
				if a, ok := a.(Answer); ok {
					answer = a.SDP
				}
			}
			file := "testdata/" + browser + "-" + recording.name + ".answer.sdp"
			if *update {
				if err := os.WriteFile(file, []byte(answer), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if answer != string(want) {
				t.Errorf("%s: %s", file, firstDifference(answer, string(want)))
			}
			switch recording.name {
			case "initial":
				expect(t, file, actions, "Connect", "Answer")
			case "publish":
				expect(t, file, actions, "Receive TR_AM", "Receive TR_VC", "Answer")
				cam := actions[1].(Receive)
				if cam.MIME != "video/VP8" || strings.Join(cam.RIDs, "") != "qhf" {
					t.Errorf("%s: camera %s %q", file, cam.MIME, cam.RIDs)
				}
			case "subscribe":
				expect(t, file, actions, "Answer", "StartSending TR_AMbob", "StartSending TR_VCbob")
			}
		}
	}
}

func firstDifference(got, want string) string {
	a, b := strings.Split(got, "\r\n"), strings.Split(want, "\r\n")
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return "got " + a[i] + ", want " + b[i]
		}
	}
	return "lengths differ"
}
