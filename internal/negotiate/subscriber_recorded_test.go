package negotiate

import (
	"os"
	"strings"
	"testing"

	"konklave/internal/sdp"
)

// offerings are the offers of one Subscriber, in order, with the events before each. Both browsers were seen to accept
// the golden ones; their answers, without the addresses, are beside them.
var offerings = []struct {
	name   string
	events []Event
}{
	{"first", nil},
	{"subscribe", []Event{
		Send{Track: "TR_AMbob", Participant: "PA_bob", Kind: sdp.Audio, Codec: "audio/opus", Stereo: true},
		Send{Track: "TR_VCbob", Participant: "PA_bob", Kind: sdp.Video, Codec: "video/VP8"},
		Send{Track: "TR_VSbob", Participant: "PA_bob", Kind: sdp.Video, Codec: "video/AV1", Stream: "screen_share"},
	}},
	{"rest", []Event{Unsend{"TR_VCbob"}}},
	{"reuse", []Event{
		Send{Track: "TR_VCeve", Participant: "PA_eve", Kind: sdp.Video, Codec: "video/VP9"},
		Send{Track: "TR_AMeve", Participant: "PA_eve", Kind: sdp.Audio, Codec: "audio/opus"},
	}},
	{"restart", []Event{Restart{}}},
}

// recordedAnswers are the actions that each recorded answer leads to.
var recordedAnswers = map[string][]string{
	"first":     {"Connect"},
	"subscribe": {"StartSending TR_AMbob", "StartSending TR_VCbob", "StartSending TR_VSbob"},
	"rest":      {},
	"reuse":     {"StartSending TR_VCeve", "StartSending TR_AMeve"},
	"restart":   {"RestartICE"},
}

func readFile(t testing.TB, name string) string {
	t.Helper()
	text, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestGoldenOffers compares offers with the ones that the browsers were seen to accept and takes their answers.
func TestGoldenOffers(t *testing.T) {
	for _, browser := range []string{"chromium", "firefox"} {
		n := NewSubscriber(testConfig())
		for _, offering := range offerings {
			var offer Offer
			for _, a := range n.Apply(offering.events...) {
				if a, ok := a.(Offer); ok {
					offer = a
				}
			}
			file := "subscriber-" + offering.name + ".offer.sdp"
			if *update {
				if err := os.WriteFile("testdata/"+file, []byte(offer.SDP), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if want := readFile(t, file); offer.SDP != want {
				t.Errorf("%s: %s", file, firstDifference(offer.SDP, want))
			}
			answer := readFile(t, "subscriber-"+offering.name+"."+browser+".sdp")
			if strings.Contains(answer, "a=candidate") {
				t.Errorf("answer of %s has addresses", browser)
			}
			actions := n.Apply(Answer{ID: offer.ID, SDP: answer})
			expect(t, browser+" "+offering.name, actions, recordedAnswers[offering.name]...)
			for _, a := range actions {
				if a, ok := a.(Connect); ok && a.Role != Passive {
					t.Errorf("%s wants to be the DTLS server", browser)
				}
				if a, ok := a.(StartSending); ok && (len(a.Extensions) == 0 || a.Kind == sdp.Video && a.RTX == 0) {
					t.Errorf("%s: %+v", browser, a)
				}
			}
		}
	}
}
