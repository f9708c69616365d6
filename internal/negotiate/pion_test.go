package negotiate

import (
	"testing"

	"github.com/pion/webrtc/v4"

	"konklave/internal/sdp"
)

// TestPionAcceptsAnswers negotiates with the library under the Go SDK and many load generators: its own offers, a
// track in each direction, and a second round.
func TestPionAcceptsAnswers(t *testing.T) {
	pc, err := webrtc.NewPeerConnection(webrtc.Configuration{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := pc.Close(); err != nil {
			t.Error(err)
		}
	}()
	if _, err := pc.CreateDataChannel("_reliable", nil); err != nil {
		t.Fatal(err)
	}
	for _, kind := range []webrtc.RTPCodecType{webrtc.RTPCodecTypeAudio, webrtc.RTPCodecTypeVideo} {
		if _, err := pc.AddTransceiverFromKind(kind, webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionRecvonly}); err != nil {
			t.Fatal(err)
		}
	}
	cfg := testConfig()
	cfg.Candidates = nil // nobody listens
	n := NewSingle(cfg)
	round := func(id uint32) []Action {
		t.Helper()
		offer, err := pc.CreateOffer(nil)
		if err != nil {
			t.Fatal(err)
		}
		if err := pc.SetLocalDescription(offer); err != nil {
			t.Fatal(err)
		}
		actions := n.Apply(Offer{ID: id, SDP: offer.SDP})
		for _, a := range actions {
			if a, ok := a.(Answer); ok {
				if err := pc.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeAnswer, SDP: a.SDP}); err != nil {
					t.Fatalf("%v\n%s", err, a.SDP)
				}
			}
		}
		return actions
	}
	expect(t, "first", round(1), "Connect", "Answer")

	local, err := webrtc.NewTrackLocalStaticSample(webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeVP8}, "camera", "stream")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := pc.AddTransceiverFromTrack(local, webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionSendonly}); err != nil {
		t.Fatal(err)
	}
	n.Apply(Announce{Track: "TR_1", CID: "camera", Kind: sdp.Video, Codec: "video/vp8"})
	n.Apply(send("TR_2", sdp.Audio), send("TR_3", sdp.Video))
	actions := round(2)
	expect(t, "second", actions, "Receive TR_1", "Answer", "StartSending TR_2", "StartSending TR_3")
	if up := actions[0].(Receive); up.MIME != "video/VP8" || up.SSRC == 0 {
		t.Errorf("camera: %s, ssrc %d", up.MIME, up.SSRC)
	}
	expect(t, "third", round(3), "Answer")
}
