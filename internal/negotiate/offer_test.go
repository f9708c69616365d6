package negotiate

import (
	"slices"
	"strings"
	"testing"

	"konklave/internal/sdp"
)

func TestFirstOfferConnects(t *testing.T) {
	p := newPeer(t)
	p.addMany(1, sdp.Audio, sdp.RecvOnly)
	p.add(sdp.Application, sdp.SendRecv, "")
	d, answer, actions := p.answered()
	expect(t, "offer", actions, "Connect")
	connect := actions[0].(Connect)
	if connect.Remote != (Credentials{"clientufrag", "clientpasswordpassword"}) || !strings.HasPrefix(connect.Fingerprint, "sha-256 CD:") {
		t.Errorf("connect: %+v", connect)
	}
	if answer.ID != 1 || !d.ICELite || !d.AllowMixed || strings.Join(d.Bundle, " ") != "0 1" {
		t.Errorf("answer %d: lite %v, mixed %v, bundle %v", answer.ID, d.ICELite, d.AllowMixed, d.Bundle)
	}
	for i, s := range d.Sections {
		if s.Setup != sdp.Passive || s.Ufrag != connect.Local.Ufrag || s.Pwd != connect.Local.Pwd || s.Fingerprint != testConfig().Fingerprint {
			t.Errorf("section %d: %+v", i, s.Transport)
		}
		if s.EndOfCandidates != (i == 0) {
			t.Errorf("section %d: end of candidates %v", i, s.EndOfCandidates)
		}
	}
	if got := strings.Count(answer.SDP, "a=candidate:"); got != 2 {
		t.Errorf("%d candidates", got)
	}
	if data := d.Sections[1]; data.SCTPPort != 5000 || data.MaxMessageSize != 65535 || data.Formats[0] != "webrtc-datachannel" {
		t.Errorf("data section: %+v", data)
	}
}

func TestOnlyTheNewestOfferIsAnswered(t *testing.T) {
	p := newPeer(t)
	p.addMany(1, sdp.Audio, sdp.RecvOnly)
	text := p.d.Marshal()
	expect(t, "5", p.n.Apply(Offer{ID: 5, SDP: text}), "Connect", "Answer")
	expect(t, "5 again", p.n.Apply(Offer{ID: 5, SDP: text}))
	expect(t, "4", p.n.Apply(Offer{ID: 4, SDP: "garbage"}))
	expect(t, "unnumbered", p.n.Apply(Offer{SDP: text}), "Answer")
	expect(t, "6", p.n.Apply(Offer{ID: 6, SDP: text}), "Answer")
}

func TestICERestart(t *testing.T) {
	p := newPeer(t)
	p.addMany(2, sdp.Audio, sdp.RecvOnly)
	p.n.Apply(send("TR_1", sdp.Audio))
	before, _, _ := p.answered()
	for i := range p.d.Sections {
		p.d.Sections[i].Ufrag, p.d.Sections[i].Pwd = "another", "anotherpasswordpassword"
	}
	after, _, actions := p.answered()
	expect(t, "restart", actions, "RestartICE")
	restart := actions[0].(RestartICE)
	if restart.Remote != (Credentials{"another", "anotherpasswordpassword"}) || restart.Local.Ufrag == before.Sections[0].Ufrag {
		t.Errorf("restart: %+v", restart)
	}
	if after.Sections[1].Ufrag != restart.Local.Ufrag || after.Sections[1].Pwd != restart.Local.Pwd {
		t.Errorf("answered %+v", after.Sections[1].Transport)
	}
	if after.Sections[0].Sources[0] != before.Sections[0].Sources[0] {
		t.Errorf("SSRC changed")
	}
	expect(t, "next offer", p.offer(), "Answer")
}

func TestOffersAreRefused(t *testing.T) {
	tests := map[string]func(p *peer){
		"garbage":          func(p *peer) { p.d.Sections[0].MID = "a b" },
		"no credentials":   func(p *peer) { p.d.Sections[0].Ufrag = "" },
		"no fingerprint":   func(p *peer) { p.d.Sections[0].Fingerprint = "" },
		"passive":          func(p *peer) { p.d.Sections[0].Setup = sdp.Passive },
		"same mid twice":   func(p *peer) { p.d.Sections[1].MID = "0" },
		"new certificate":  func(p *peer) { p.offer(); p.d.Sections[0].Fingerprint = "sha-256 " + strings.Repeat("EF:", 31) + "EF" },
		"certificate gone": func(p *peer) { p.offer(); p.d.Sections[0].Fingerprint = "" },
	}
	for name, spoil := range tests {
		p := newPeer(t)
		p.addMany(2, sdp.Audio, sdp.RecvOnly)
		spoil(p)
		actions := p.offer()
		expect(t, name, actions, "Refuse")
		for _, secret := range []string{"clientufrag", "a b", "CD:", "EF:", "192.0.2"} {
			if strings.Contains(actions[0].(Refuse).Reason, secret) {
				t.Errorf("%s: reason tells %q", name, secret)
			}
		}
		expect(t, name+": afterwards", p.n.Apply(Offer{SDP: "x"}, send("TR_1", sdp.Audio)))
	}
}

func TestSectionsAreRejected(t *testing.T) {
	tests := map[string]func(p *peer) *sdp.Section{
		"unknown codec": func(p *peer) *sdp.Section {
			s := p.add(sdp.Audio, sdp.SendOnly, "a")
			s.Codecs = []sdp.Codec{red}
			return s
		},
		"not bundled": func(p *peer) *sdp.Section {
			s := p.add(sdp.Audio, sdp.SendOnly, "a")
			p.d.Bundle = p.d.Bundle[:1]
			return s
		},
		"two ports": func(p *peer) *sdp.Section {
			s := p.add(sdp.Audio, sdp.SendOnly, "a")
			s.RTCPMux = false
			return s
		},
		"not encrypted": func(p *peer) *sdp.Section {
			s := p.add(sdp.Audio, sdp.SendOnly, "a")
			s.Protocol = "RTP/AVP"
			return s
		},
		"second data section": func(p *peer) *sdp.Section {
			return p.add(sdp.Application, sdp.SendRecv, "")
		},
		"stopped": func(p *peer) *sdp.Section {
			s := p.add(sdp.Video, sdp.SendOnly, "a")
			*s = sdp.Section{Kind: s.Kind, Protocol: s.Protocol, MID: s.MID, Rejected: true, Formats: []string{"96"}}
			return s
		},
		"unknown kind": func(p *peer) *sdp.Section {
			s := p.add(sdp.Audio, sdp.SendOnly, "a")
			s.Kind, s.Codecs, s.Formats = "text", nil, []string{"t140"}
			return s
		},
	}
	for name, add := range tests {
		p := newPeer(t)
		p.add(sdp.Application, sdp.SendRecv, "")
		want := add(p)
		d, _, actions := p.answered()
		expect(t, name, actions, "Connect")
		got := d.Sections[1]
		if !got.Rejected || got.MID != want.MID || got.Kind != want.Kind || got.Protocol != want.Protocol || len(got.Formats) != 1 {
			t.Errorf("%s: answered %+v", name, got)
		}
		if len(d.Bundle) != 1 || d.Sections[0].Rejected {
			t.Errorf("%s: bundle %v", name, d.Bundle)
		}
	}
}

func TestAcceptedCodecs(t *testing.T) {
	h := func(fmtp string) sdp.Codec { return sdp.Codec{PT: 1, Name: "H264", ClockRate: 90000, Fmtp: fmtp} }
	v := func(name, fmtp string) sdp.Codec { return sdp.Codec{PT: 1, Name: name, ClockRate: 90000, Fmtp: fmtp} }
	tests := []struct {
		kind  sdp.Kind
		codec sdp.Codec
		want  bool
	}{
		{sdp.Audio, opus, true},
		{sdp.Audio, red, true},
		{sdp.Audio, sdp.Codec{Name: "PCMU", ClockRate: 8000}, false},
		{sdp.Audio, sdp.Codec{Name: "opus", ClockRate: 48000}, false},
		{sdp.Audio, vp8, false},
		{sdp.Video, opus, false},
		{sdp.Video, v("vp8", ""), true},
		{sdp.Video, v("VP9", ""), true},
		{sdp.Video, v("VP9", "x=1; Profile-Id=0"), true},
		{sdp.Video, v("VP9", "profile-id=2"), false},
		{sdp.Video, v("AV1", "level-idx=5;profile=0;tier=0"), true},
		{sdp.Video, v("AV1", "profile=1"), false},
		{sdp.Video, v("ulpfec", ""), false},
		{sdp.Video, v("flexfec-03", ""), false},
		{sdp.Video, h("packetization-mode=1;profile-level-id=42e01f"), true},
		{sdp.Video, h("packetization-mode=1;profile-level-id=42E034"), true},
		{sdp.Video, h("packetization-mode=1;profile-level-id=42001f"), true},
		{sdp.Video, h("packetization-mode=1;profile-level-id=640c1f"), false},
		{sdp.Video, h("packetization-mode=0;profile-level-id=42e01f"), false},
		{sdp.Video, h("profile-level-id=42e01f"), false},
		{sdp.Video, h("packetization-mode=1;profile-level-id=xyz"), false},
	}
	for _, test := range tests {
		if got := acceptsCodec(test.kind, sdp.SendRecv, &test.codec); got != test.want {
			t.Errorf("%s %s %q: %v", test.kind, test.codec.Name, test.codec.Fmtp, got)
		}
	}
	if got := new(connection).acceptCodecs(&sdp.Section{Kind: sdp.Video, Codecs: []sdp.Codec{vp8, vp8}}); len(got) != 1 {
		t.Errorf("a codec offered twice is taken %d times", len(got))
	}
}

func TestContradictingExtensionsAreDropped(t *testing.T) {
	p := newPeer(t)
	p.add(sdp.Audio, sdp.RecvOnly, "").Extensions = []sdp.Extension{
		{ID: 1, URI: sdp.ExtMID, Direction: sdp.SendRecv}, {ID: 1, URI: sdp.ExtTWCC, Direction: sdp.SendRecv},
	}
	p.add(sdp.Video, sdp.RecvOnly, "").Extensions = []sdp.Extension{
		{ID: 2, URI: sdp.ExtMID, Direction: sdp.SendRecv}, {ID: 1, URI: sdp.ExtDependency, Direction: sdp.SendRecv},
		{ID: 3, URI: sdp.ExtTWCC, Direction: sdp.SendRecv}, {ID: 4, URI: sdp.ExtAudioLevel, Direction: sdp.SendRecv},
	}
	d, _, _ := p.answered()
	if got := d.Sections[0].Extensions; len(got) != 1 || got[0].URI != sdp.ExtMID {
		t.Errorf("first section: %v", got)
	}
	if got := d.Sections[1].Extensions; len(got) != 1 || got[0].URI != sdp.ExtTWCC {
		t.Errorf("second section: %v", got)
	}
}

func TestCodecsThatAClientOnlySeemsToHaveAreAvoided(t *testing.T) {
	p := newPeer(t)
	p.n.cfg.NotFrom, p.n.cfg.NotTo = []string{"VP9"}, []string{"H264"}
	p.n.Apply(Announce{Track: "TR_1", CID: "a", Kind: sdp.Video, Codec: "video/vp9"},
		Send{Track: "TR_2", Participant: "PA_1", Kind: sdp.Video, Codec: "video/H264"},
		Send{Track: "TR_3", Participant: "PA_1", Kind: sdp.Video, Codec: "video/VP9"})
	p.add(sdp.Video, sdp.SendOnly, "a")
	p.add(sdp.Video, sdp.RecvOnly, "")
	d, _, actions := p.answered()
	expect(t, "one by one", actions, "Connect", "CannotSend TR_2", "Receive TR_1", "StartSending TR_3")
	if cannot := actions[1].(CannotSend); cannot.Codec != "video/H264" {
		t.Errorf("%+v", cannot)
	}
	for i, want := range [][]string{{"VP8", "H264"}, {"VP9", "VP8"}} {
		if got := names(d.Sections[i].Codecs); !slices.Equal(got, want) {
			t.Errorf("section %d: %q, want %q", i, got, want)
		}
	}
}

func names(codecs []sdp.Codec) (all []string) {
	for _, c := range codecs {
		all = append(all, c.Name)
	}
	return all
}
