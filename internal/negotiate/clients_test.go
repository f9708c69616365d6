package negotiate

import (
	"os"
	"slices"
	"strings"
	"testing"

	"konklave/internal/id"
	"konklave/internal/sdp"
)

// clients are those beside the browsers that are always at hand, with what we expect of their camera: its codec and its
// simulcast streams. testdata/clients/README.md says where their descriptions are from.
var clients = []struct {
	name  string
	dual  bool
	codec string // that it announces, as LiveKit's clients name it
	rids  string
	rtx   bool // it repeats lost packets of its camera in a format of their own
}{
	{"go-single", false, "", "", true}, {"go-dual", true, "", "", true},
	{"node-single", false, "video/vp8", "fhq", false}, {"node-dual", true, "video/vp8", "fhq", false},
	{"safari-single", false, "video/vp8", "qhf", true}, {"safari-dual", true, "video/vp8", "qhf", true},
	{"swift-single", false, "video/vp8", "qhf", true}, {"swift-dual", true, "video/vp8", "qhf", true},
	{"android-dual", true, "video/vp8", "qhf", true},
}

// golden compares a description of ours with the file of it.
func golden(t *testing.T, name, text string) {
	t.Helper()
	file := "testdata/clients/" + name + ".sdp"
	if *update {
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if want := readFile(t, "clients/"+name+".sdp"); text != want {
		t.Errorf("%s: %s", file, firstDifference(text, want))
	}
}

// answerAmong finds the answer among actions.
func answerAmong(t *testing.T, actions []Action) Answer {
	t.Helper()
	for _, a := range actions {
		if a, ok := a.(Answer); ok {
			return a
		}
	}
	t.Fatalf("no answer among %v", actions)
	return Answer{}
}

// received finds how a track comes in among actions.
func received(t *testing.T, actions []Action, track id.TrackSID) Receive {
	t.Helper()
	for _, a := range actions {
		if a, ok := a.(Receive); ok && a.Track == track {
			return a
		}
	}
	t.Fatalf("%s is not among %v", track, actions)
	return Receive{}
}

// TestOffersOfClients answers what each client offers when it comes, when it has published a microphone and a camera, and
// when it resumes; with one PeerConnection it gets two tracks of somebody else then.
func TestOffersOfClients(t *testing.T) {
	for _, c := range clients {
		t.Run(c.name, func(t *testing.T) {
			n := NewSingle(testConfig())
			apply := func(step string) []Action {
				offer := readFile(t, "clients/"+c.name+"."+step+".sdp")
				actions := n.Apply(Offer{SDP: offer})
				answer := answerAmong(t, actions)
				golden(t, c.name+"."+step+".answer", answer.SDP)
				mirrors(t, offer, answer.SDP)
				return actions
			}
			expect(t, "initial", apply("initial"), "Connect", "Answer")
			n.Apply(
				Announce{Track: "TR_AM", CID: "mic", Kind: sdp.Audio, Codec: "audio/opus"},
				Announce{Track: "TR_VC", CID: "cam", Kind: sdp.Video, Codec: c.codec},
			)
			actions := apply("publish")
			camera := received(t, actions, "TR_VC")
			received(t, actions, "TR_AM")
			if camera.MIME != "video/VP8" || strings.Join(camera.RIDs, "") != c.rids || len(camera.RIDs) == 0 && camera.SSRC == 0 {
				t.Errorf("camera: %s, streams %q, SSRC %d", camera.MIME, camera.RIDs, camera.SSRC)
			}
			if (camera.Codecs[0].RTX != 0) != c.rtx || !camera.Codecs[0].HasFeedback("nack pli") {
				t.Errorf("camera: %+v", camera.Codecs[0])
			}
			if c.dual {
				expect(t, "resume", apply("resume"), "RestartICE", "Answer")
				return
			}
			n.Apply(
				Send{Track: "TR_AMbob", Participant: "PA_bob", Kind: sdp.Audio, Codec: "audio/opus"},
				Send{Track: "TR_VCbob", Participant: "PA_bob", Kind: sdp.Video, Codec: "video/H264"},
			)
			expect(t, "resume", apply("resume"), "RestartICE", "Answer", "StartSending TR_AMbob", "StartSending TR_VCbob")
		})
	}
}

// mirrors wants an answer to have the sections of the offer in its order, with payload types and extensions only of it.
func mirrors(t *testing.T, offer, answer string) {
	t.Helper()
	o, err := sdp.Parse(offer)
	if err != nil {
		t.Fatal(err)
	}
	a, err := sdp.Parse(answer)
	if err != nil {
		t.Fatal(err)
	}
	if len(a.Sections) != len(o.Sections) {
		t.Fatalf("%d sections, offered were %d", len(a.Sections), len(o.Sections))
	}
	for i, s := range a.Sections {
		offered := o.Sections[i]
		if s.Kind != offered.Kind || s.MID != offered.MID || s.Rejected {
			t.Errorf("section %d: %s %q, rejected %v", i, s.Kind, s.MID, s.Rejected)
		}
		for _, codec := range s.Codecs {
			if !slices.ContainsFunc(offered.Codecs, func(c sdp.Codec) bool { return c.PT == codec.PT && c.Name == codec.Name }) {
				t.Errorf("section %d: %s %d was not offered", i, codec.Name, codec.PT)
			}
		}
		for _, x := range s.Extensions {
			if !slices.ContainsFunc(offered.Extensions, func(y sdp.Extension) bool { return y.ID == x.ID && y.URI == x.URI }) {
				t.Errorf("section %d: extension %d was not offered", i, x.ID)
			}
		}
	}
}

// TestAnswersOfClients takes each client's answers to an offer of two tracks, and to one that restarts ICE.
func TestAnswersOfClients(t *testing.T) {
	for _, c := range clients {
		if !c.dual {
			continue
		}
		t.Run(c.name, func(t *testing.T) {
			n := NewSubscriber(testConfig())
			offered := n.Apply(
				Send{Track: "TR_1", Participant: "PA_bob", Kind: firstKind(t, c.name), Codec: ""},
				Send{Track: "TR_2", Participant: "PA_bob", Kind: otherKind(firstKind(t, c.name)), Codec: ""},
			)
			expect(t, "offer", offered, "Offer")
			actions := n.Apply(Answer{SDP: readFile(t, "clients/"+c.name+".subscribe.sdp")})
			expect(t, "subscribe", actions, "Connect", "StartSending TR_1", "StartSending TR_2")
			if role := actions[0].(Connect).Role; role != roleOf(c.name) {
				t.Errorf("our role is %d", role)
			}
			for _, a := range actions[1:] {
				s := a.(StartSending)
				if len(s.Codecs) == 0 || s.Kind == sdp.Video && (s.RTX == 0 || !slices.ContainsFunc(s.Codecs, func(c sdp.Codec) bool { return c.Name == "H264" })) {
					t.Errorf("%+v", s)
				}
			}
			n.Apply(Restart{})
			expect(t, "restart", n.Apply(Answer{SDP: readFile(t, "clients/"+c.name+".restart.sdp")}), "RestartICE")
		})
	}
}

// firstKind is the kind of the first track that the recorded answer was about.
func firstKind(t *testing.T, client string) sdp.Kind {
	t.Helper()
	d, err := sdp.Parse(readFile(t, "clients/"+client+".subscribe.sdp"))
	if err != nil || len(d.Sections) != 3 {
		t.Fatalf("%d sections, %v", len(d.Sections), err)
	}
	return d.Sections[1].Kind
}

func otherKind(k sdp.Kind) sdp.Kind {
	if k == sdp.Audio {
		return sdp.Video
	}
	return sdp.Audio
}

// roleOf is our role in DTLS: clients made with Pion want to be the server towards ICE-lite.
func roleOf(client string) Role {
	if strings.HasPrefix(client, "go-") {
		return Active
	}
	return Passive
}
