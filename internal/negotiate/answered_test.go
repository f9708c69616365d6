package negotiate

import (
	"reflect"
	"testing"

	"konklave/internal/sdp"
)

func TestRolesInTheHandshake(t *testing.T) {
	for setup, want := range map[sdp.Setup]Role{sdp.Active: Passive, sdp.Passive: Active, sdp.ActPass: Passive, "": Passive} {
		v := &viewer{t: t, n: NewSubscriber(testConfig()), peer: clientTransport()}
		v.apply()
		v.peer.Setup = setup
		actions := v.answered(nil)
		expect(t, string(setup), actions, "Connect")
		got := actions[0].(Connect)
		if got.Role != want || got.Fingerprint != v.peer.Fingerprint || got.Remote != (Credentials{Ufrag: v.peer.Ufrag, Pwd: v.peer.Pwd}) {
			t.Errorf("%q: %+v", setup, got)
		}
		if offered := (Credentials{Ufrag: v.d.Sections[0].Ufrag, Pwd: v.d.Sections[0].Pwd}); got.Local != offered {
			t.Errorf("offered %v, connected with %v", offered, got.Local)
		}
	}
}

func TestStaleAnswersAreIgnored(t *testing.T) {
	v := newViewer(t)
	expect(t, "answered before", v.answered(nil))
	v.apply(send("TR_1", sdp.Audio))
	for _, id := range []uint32{v.offer.ID - 1, v.offer.ID + 1} {
		a := v.answer(nil)
		a.ID = id
		expect(t, "other id", v.apply(a))
	}
	a := v.answer(nil)
	a.ID = 0
	expect(t, "unnumbered", v.apply(a), "StartSending TR_1")
	expect(t, "twice", v.apply(a))
}

func TestRefusedAnswers(t *testing.T) {
	for name, change := range map[string]func(d *sdp.Description){
		"section missing":   func(d *sdp.Description) { d.Sections = d.Sections[:1] },
		"section too many":  func(d *sdp.Description) { d.Sections = append(d.Sections, d.Sections[1]) },
		"other mid":         func(d *sdp.Description) { d.Sections[1].MID = "7" },
		"other kind":        func(d *sdp.Description) { d.Sections[1].Kind = sdp.Audio },
		"no credentials":    func(d *sdp.Description) { d.Sections[0].Ufrag = "" },
		"no fingerprint":    func(d *sdp.Description) { d.Sections[0].Fingerprint = "" },
		"other certificate": func(d *sdp.Description) { d.Sections[0].Fingerprint = testConfig().Fingerprint },
	} {
		v := newViewer(t)
		v.apply(send("TR_1", sdp.Video))
		expect(t, name, v.answered(change), "Refuse")
		expect(t, name+", afterwards", v.answered(nil))
		expect(t, name+", afterwards", v.apply(send("TR_2", sdp.Audio), Restart{}))
	}
	v := newViewer(t)
	v.apply(send("TR_1", sdp.Video))
	expect(t, "no description", v.apply(Answer{ID: v.offer.ID, SDP: "v=1"}), "Refuse")
}

func TestSectionsThatAreNotTaken(t *testing.T) {
	for name, change := range map[string]func(d *sdp.Description){
		"rejected":     func(d *sdp.Description) { reject(d, 1) },
		"inactive":     func(d *sdp.Description) { d.Sections[1].Direction = sdp.Inactive },
		"not bundled":  func(d *sdp.Description) { d.Bundle = []string{"0", "2"} },
		"other codecs": func(d *sdp.Description) { d.Sections[1].Codecs = []sdp.Codec{vp9} },
		"no rtcp-mux":  func(d *sdp.Description) { d.Sections[1].RTCPMux = false },
	} {
		v := newViewer(t)
		v.apply(Send{Track: "TR_1", Participant: "PA_1", Kind: sdp.Video, Codec: "video/VP8"}, send("TR_2", sdp.Video))
		expect(t, name, v.answered(change), "CannotSend TR_1", "StartSending TR_2", "Offer")
		if got := v.d.Sections[1]; got.Direction != sdp.Inactive && !got.Rejected {
			t.Errorf("%s: offered %s", name, directions(v.d))
		}
		expect(t, name, v.answered(nil))
	}
}

// TestStoppedSectionsStayUnused: a client that stopped a section would refuse whatever is put there.
func TestStoppedSectionsStayUnused(t *testing.T) {
	for name, change := range map[string]func(d *sdp.Description){
		"rejected": func(d *sdp.Description) { reject(d, 1) },
		"inactive": func(d *sdp.Description) { d.Sections[1].Direction = sdp.Inactive },
	} {
		v := newViewer(t)
		v.apply(send("TR_1", sdp.Video))
		v.answered(nil)
		v.apply(send("TR_2", sdp.Audio))
		expect(t, name, v.answered(change), "StopSending TR_1", "CannotSend TR_1", "StartSending TR_2", "Offer")
		v.answered(nil)
		expect(t, name, v.apply(send("TR_1", sdp.Video)), "Offer")
		if v.offer.MIDToTrack["3"] != "TR_1" {
			t.Errorf("%s: mids %v", name, v.offer.MIDToTrack)
		}
		expect(t, name, v.answered(nil), "StartSending TR_1")
	}
}

func TestRejectedSectionsStayRejected(t *testing.T) {
	v := newViewer(t)
	v.apply(send("TR_1", sdp.Video))
	v.answered(func(d *sdp.Description) { reject(d, 1) })
	if !v.d.Sections[1].Rejected || !reflect.DeepEqual(v.d.Bundle, []string{"0"}) {
		t.Fatalf("offered %s, bundle %v", directions(v.d), v.d.Bundle)
	}
	expect(t, "taken", v.answered(func(d *sdp.Description) {
		d.Sections[1] = sdp.Section{Kind: sdp.Video, Protocol: mediaProtocol, MID: "1", Codecs: []sdp.Codec{vp8}}
	}), "Refuse")
}

func TestDataChannelsNotTaken(t *testing.T) {
	v := &viewer{t: t, n: NewSubscriber(testConfig()), peer: clientTransport()}
	v.apply(send("TR_1", sdp.Audio))
	expect(t, "answer", v.answered(func(d *sdp.Description) { reject(d, 0) }), "Connect", "StartSending TR_1")
	v.apply(send("TR_2", sdp.Audio))
	if got := directions(v.d); got != "rejected sendonly sendonly" || v.d.Sections[1].Ufrag == "" {
		t.Errorf("offered %s", got)
	}
	expect(t, "answer", v.answered(nil), "StartSending TR_2")
}

func TestNothingTaken(t *testing.T) {
	v := &viewer{t: t, n: NewSubscriber(testConfig()), peer: clientTransport()}
	v.apply(send("TR_1", sdp.Audio))
	expect(t, "answer", v.answered(func(d *sdp.Description) { reject(d, 0); reject(d, 1) }), "CannotSend TR_1", "Offer")
}

// TestTermsOfTheAnswer: what is sent follows the answer, which may leave things out and add nothing.
func TestTermsOfTheAnswer(t *testing.T) {
	v := newViewer(t)
	v.apply(Send{Track: "TR_1", Participant: "PA_1", Kind: sdp.Video, Codec: "video/VP9"})
	actions := v.answered(func(d *sdp.Description) {
		s := &d.Sections[1]
		s.Codecs = []sdp.Codec{
			{PT: 98, Name: "VP9", ClockRate: 90000, Feedback: []string{"nack", "goog-remb"}},
			{PT: 110, Name: "H264", ClockRate: 90000, Fmtp: "packetization-mode=0;profile-level-id=42e01f"},
		}
		s.Extensions = []sdp.Extension{
			{ID: 1, URI: sdp.ExtMID, Direction: sdp.RecvOnly},
			{ID: 4, URI: sdp.ExtOrientation, Direction: sdp.SendOnly}, // not wanted
			{ID: 9, URI: sdp.ExtDependency, Direction: sdp.SendRecv},  // not the id that was offered
			{ID: 6, URI: sdp.ExtRID, Direction: sdp.SendRecv},         // not offered
		}
	})
	expect(t, "answer", actions, "StartSending TR_1")
	got := actions[0].(StartSending).Downstream
	want := Downstream{
		MID: "1", Kind: sdp.Video, CNAME: "PA_1", SSRC: got.SSRC,
		Codecs:     []sdp.Codec{{PT: 98, Name: "VP9", ClockRate: 90000, Feedback: []string{"nack"}}},
		Extensions: []sdp.Extension{{ID: 1, URI: sdp.ExtMID, Direction: sdp.SendOnly}},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v", got)
	}
}

func TestRestartOfICE(t *testing.T) {
	v := newViewer(t)
	before := v.d.Sections[0].Ufrag
	expect(t, "restart", v.apply(Restart{}), "Offer")
	if v.d.Sections[0].Ufrag == before {
		t.Error("credentials are the same")
	}
	expect(t, "no second one", v.apply())
	v.peer.Ufrag = "clientufrag2"
	actions := v.answered(nil)
	expect(t, "answer", actions, "RestartICE")
	got := actions[0].(RestartICE)
	if got.Local.Ufrag != v.d.Sections[0].Ufrag || got.Remote.Ufrag != "clientufrag2" {
		t.Errorf("restarted with %+v", got)
	}
	v.apply(send("TR_1", sdp.Audio))
	expect(t, "answer", v.answered(nil), "StartSending TR_1")
}

// TestRestartReplacesTheOpenOffer: its answer may have gone down with the signalling connection.
func TestRestartReplacesTheOpenOffer(t *testing.T) {
	v := newViewer(t)
	v.apply(send("TR_1", sdp.Video))
	v.answered(nil)
	v.apply(Unsend{"TR_1"}, send("TR_2", sdp.Audio))
	lost := v.answer(nil)
	expect(t, "restart", v.apply(Restart{}, send("TR_3", sdp.Video)), "Offer")
	if got := directions(v.d); got != "sendrecv inactive sendonly" { // TR_3 waits: nobody said that the rest is known
		t.Errorf("offered %s", got)
	}
	expect(t, "late", v.apply(lost))
	v.peer.Ufrag = "clientufrag2"
	expect(t, "answer", v.answered(nil), "RestartICE", "StartSending TR_2", "Offer")
	expect(t, "answer", v.answered(nil), "StartSending TR_3")
}

func TestRestartBeforeTheFirstAnswer(t *testing.T) {
	v := &viewer{t: t, n: NewSubscriber(testConfig()), peer: clientTransport()}
	v.apply()
	late := v.answer(nil)
	expect(t, "restart", v.apply(Restart{}), "Offer")
	expect(t, "late", v.apply(late))
	actions := v.answered(nil)
	expect(t, "answer", actions, "Connect")
	if got := actions[0].(Connect).Local.Ufrag; got != v.d.Sections[0].Ufrag {
		t.Errorf("connects with %s", got)
	}
}
