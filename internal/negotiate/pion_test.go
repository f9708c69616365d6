package negotiate

import (
	"testing"

	"github.com/pion/webrtc/v4"

	"konklave/internal/sdp"
)

// unreachable is the server's side where nobody listens.
func unreachable() Config {
	cfg := testConfig()
	cfg.Candidates = nil
	return cfg
}

func newPion(t *testing.T, settings webrtc.SettingEngine) *webrtc.PeerConnection {
	t.Helper()
	media := &webrtc.MediaEngine{}
	if err := media.RegisterDefaultCodecs(); err != nil {
		t.Fatal(err)
	}
	pc, err := webrtc.NewAPI(webrtc.WithMediaEngine(media), webrtc.WithSettingEngine(settings)).NewPeerConnection(webrtc.Configuration{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := pc.Close(); err != nil {
			t.Error(err)
		}
	})
	return pc
}

// offerOf has pion offer and take the answer.
func offerOf(t *testing.T, pc *webrtc.PeerConnection, n *Single, id uint32) []Action {
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

// TestPionAcceptsAnswers negotiates with the library under the Go SDK and many load generators: its own offers, a
// track in each direction, and a second round.
func TestPionAcceptsAnswers(t *testing.T) {
	pc := newPion(t, webrtc.SettingEngine{})
	if _, err := pc.CreateDataChannel("_reliable", nil); err != nil {
		t.Fatal(err)
	}
	for _, kind := range []webrtc.RTPCodecType{webrtc.RTPCodecTypeAudio, webrtc.RTPCodecTypeVideo} {
		if _, err := pc.AddTransceiverFromKind(kind, webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionRecvonly}); err != nil {
			t.Fatal(err)
		}
	}
	n := NewSingle(unreachable())
	round := func(id uint32) []Action {
		t.Helper()
		return offerOf(t, pc, n, id)
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

// TestPionPublishes negotiates like the publisher's PeerConnection of the Go SDK: offers without numbers, first of the
// data channels only, then of tracks whose sections would also receive.
func TestPionPublishes(t *testing.T) {
	pc := newPion(t, webrtc.SettingEngine{})
	if _, err := pc.CreateDataChannel("_reliable", nil); err != nil {
		t.Fatal(err)
	}
	n := NewSingle(unreachable())
	expect(t, "data", offerOf(t, pc, n, 0), "Connect", "Answer")
	for _, mime := range []string{webrtc.MimeTypeOpus, webrtc.MimeTypeVP8} {
		track, err := webrtc.NewTrackLocalStaticSample(webrtc.RTPCodecCapability{MimeType: mime}, "made-up-"+mime[:5], "stream")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := pc.AddTrack(track); err != nil {
			t.Fatal(err)
		}
	}
	n.Apply(Announce{Track: "TR_1", CID: "cid1", Kind: sdp.Audio}, Announce{Track: "TR_2", CID: "cid2", Kind: sdp.Video})
	actions := offerOf(t, pc, n, 0)
	expect(t, "tracks", actions, "Receive TR_1", "Receive TR_2", "Answer")
	d, err := sdp.Parse(actions[2].(Answer).SDP)
	if err != nil {
		t.Fatal(err)
	}
	if got := directions(d); got != "sendrecv recvonly recvonly" {
		t.Errorf("answered %s", got)
	}
}

// TestPionAnswers has the Go SDK's library answer the offers, in both roles that it may take. Left to itself it becomes
// the DTLS server of an ICE-lite peer.
func TestPionAnswers(t *testing.T) {
	for name, c := range map[string]struct {
		configure func(s *webrtc.SettingEngine) error
		ours      Role
	}{
		"default": {func(*webrtc.SettingEngine) error { return nil }, Active},
		"client":  {func(s *webrtc.SettingEngine) error { return s.SetAnsweringDTLSRole(webrtc.DTLSRoleClient) }, Passive},
		"server":  {func(s *webrtc.SettingEngine) error { return s.SetAnsweringDTLSRole(webrtc.DTLSRoleServer) }, Active},
	} {
		t.Run(name, func(t *testing.T) {
			var settings webrtc.SettingEngine
			if err := c.configure(&settings); err != nil {
				t.Fatal(err)
			}
			pc := newPion(t, settings)
			n := NewSubscriber(unreachable())
			round := func(events ...Event) []Action {
				t.Helper()
				actions := n.Apply(events...)
				return append(actions, answerOf(t, pc, n, actions)...)
			}
			actions := round()
			expect(t, "first", actions, "Offer", "Connect")
			if got := actions[1].(Connect).Role; got != c.ours {
				t.Errorf("our role is %d", got)
			}
			actions = round(
				Send{Track: "TR_1", Participant: "PA_1", Kind: sdp.Audio, Codec: "audio/opus"},
				Send{Track: "TR_2", Participant: "PA_1", Kind: sdp.Video, Codec: "video/H264"},
				Send{Track: "TR_3", Participant: "PA_1", Kind: sdp.Video, Codec: "video/AV1"})
			expect(t, "tracks", actions, "Offer", "StartSending TR_1", "StartSending TR_2", "StartSending TR_3")
			if video := actions[2].(StartSending); video.RTX == 0 || len(video.Codecs) != 4 {
				t.Errorf("video: %+v", video)
			}
			expect(t, "end", round(Unsend{"TR_2"}), "StopSending TR_2", "Offer")
			expect(t, "again", round(send("TR_4", sdp.Video)), "Offer", "StartSending TR_4")
			expect(t, "restart", round(Restart{}), "Offer", "RestartICE")
		})
	}
}

// answerOf has pion answer the offer among actions.
func answerOf(t *testing.T, pc *webrtc.PeerConnection, n *Subscriber, actions []Action) []Action {
	t.Helper()
	for _, a := range actions {
		offer, ok := a.(Offer)
		if !ok {
			continue
		}
		if err := pc.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeOffer, SDP: offer.SDP}); err != nil {
			t.Fatalf("%v\n%s", err, offer.SDP)
		}
		answer, err := pc.CreateAnswer(nil)
		if err != nil {
			t.Fatal(err)
		}
		if err := pc.SetLocalDescription(answer); err != nil {
			t.Fatal(err)
		}
		return n.Apply(Answer{ID: offer.ID, SDP: answer.SDP})
	}
	t.Fatal("no offer")
	return nil
}
