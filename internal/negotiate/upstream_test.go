package negotiate

import (
	"maps"
	"reflect"
	"slices"
	"testing"

	"konklave/internal/sdp"
)

func TestTracksAreMatched(t *testing.T) {
	tests := map[string]struct {
		announced []Event
		tracks    []string          // sent by audio sections
		want      map[string]string // track of each mid
	}{
		"by id": {
			[]Event{announce("TR_1", "a", sdp.Audio), announce("TR_2", "b", sdp.Audio)},
			[]string{"b", "a"}, map[string]string{"0": "TR_2", "1": "TR_1"},
		},
		"by order": {
			[]Event{announce("TR_1", "a", sdp.Audio), announce("TR_2", "b", sdp.Audio)},
			[]string{"x", "y"}, map[string]string{"0": "TR_1", "1": "TR_2"},
		},
		"ids go first": {
			[]Event{announce("TR_1", "a", sdp.Audio), announce("TR_2", "b", sdp.Audio)},
			[]string{"x", "a"}, map[string]string{"0": "TR_2", "1": "TR_1"},
		},
		"by kind": {
			[]Event{announce("TR_1", "a", sdp.Video), announce("TR_2", "b", sdp.Audio)},
			[]string{"a"}, map[string]string{"0": "TR_2"},
		},
		"not announced": {nil, []string{"a"}, nil},
		"withdrawn": {
			[]Event{announce("TR_1", "a", sdp.Audio), Withdraw{"TR_1"}}, []string{"a"}, nil,
		},
		"announced again": {
			[]Event{announce("TR_1", "a", sdp.Audio), announce("TR_1", "b", sdp.Audio)}, []string{"b", "a"}, map[string]string{"0": "TR_1"},
		},
	}
	for name, test := range tests {
		p := newPeer(t)
		p.n.Apply(test.announced...)
		for _, track := range test.tracks {
			p.add(sdp.Audio, sdp.SendOnly, track)
		}
		got := make(map[string]string)
		for _, a := range p.offer() {
			if r, ok := a.(Receive); ok {
				got[r.MID] = string(r.Track)
			}
		}
		if !maps.Equal(got, test.want) {
			t.Errorf("%s: got %v, want %v", name, got, test.want)
		}
	}
}

func TestAnnouncedAfterTheOffer(t *testing.T) {
	p := newPeer(t)
	p.add(sdp.Audio, sdp.SendOnly, "a")
	d, _, _ := p.answered()
	if directions(d) != "recvonly" {
		t.Errorf("answered %s", directions(d))
	}
	expect(t, "other id", p.n.Apply(announce("TR_1", "b", sdp.Audio)))
	expect(t, "same id", p.n.Apply(announce("TR_2", "a", sdp.Audio)), "Receive TR_2")
	expect(t, "received already", p.n.Apply(announce("TR_2", "c", sdp.Audio)))
}

// TestAnnouncedAfterTheOfferOfFirefox has tracks announced under ids that the offer before did not name.
func TestAnnouncedAfterTheOfferOfFirefox(t *testing.T) {
	p := newPeer(t)
	p.d.Username = "mozilla...THIS_IS_SDPARTA-99.0"
	p.add(sdp.Audio, sdp.SendOnly, "made-up")
	p.add(sdp.Video, sdp.SendOnly, "likewise")
	p.answered()
	expect(t, "video", p.n.Apply(announce("TR_1", "b", sdp.Video)), "Receive TR_1")
	expect(t, "another video", p.n.Apply(announce("TR_2", "c", sdp.Video)))
	expect(t, "audio", p.n.Apply(announce("TR_3", "a", sdp.Audio)), "Receive TR_3")
	expect(t, "the same offer again", p.offer(), "Answer")
}

func TestUpstreamDescribesTheSection(t *testing.T) {
	p := newPeer(t)
	p.n.Apply(Announce{Track: "TR_1", CID: "cam", Kind: sdp.Video, Codec: "video/vp9"}, announce("TR_2", "mic", sdp.Audio))
	cam := p.add(sdp.Video, sdp.SendOnly, "cam")
	cam.SendRIDs = []sdp.RID{{ID: "f"}, {ID: "q", Paused: true}}
	cam.Extensions = append(cam.Extensions, sdp.Extension{ID: 10, URI: sdp.ExtRID, Direction: sdp.SendOnly})
	mic := p.add(sdp.Audio, sdp.SendOnly, "mic")
	mic.Sources, mic.CNAME = []sdp.Source{{SSRC: 7}}, "c"
	d, _, actions := p.answered()
	expect(t, "offer", actions, "Connect", "Receive TR_1", "Receive TR_2")

	video, audio := actions[1].(Receive), actions[2].(Receive)
	if video.MIME != "video/VP9" || video.Codecs[0].PT != 98 || len(video.Codecs) != 3 {
		t.Errorf("codecs: %s %v", video.MIME, video.Codecs)
	}
	if !reflect.DeepEqual(video.RIDs, []string{"f", "q"}) || video.SSRC != 0 {
		t.Errorf("rids %v, ssrc %d", video.RIDs, video.SSRC)
	}
	if audio.MIME != "audio/red" || audio.SSRC != 7 || audio.RTX != 0 || len(audio.RIDs) != 0 {
		t.Errorf("audio: %+v", audio)
	}
	want := []sdp.Extension{{ID: 4, URI: sdp.ExtMID, Direction: sdp.SendRecv}, {ID: 10, URI: sdp.ExtRID, Direction: sdp.RecvOnly}}
	if !reflect.DeepEqual(video.Extensions, want) {
		t.Errorf("extensions %v", video.Extensions)
	}
	answered := d.Sections[0]
	if !reflect.DeepEqual(answered.RecvRIDs, []sdp.RID{{ID: "f"}, {ID: "q"}}) || answered.Codecs[0].PT != 98 {
		t.Errorf("answered rids %v, codecs %v", answered.RecvRIDs, answered.Codecs)
	}
	if fb := answered.Codecs[1].Feedback; !reflect.DeepEqual(fb, []string{"transport-cc", "ccm fir", "nack", "nack pli"}) {
		t.Errorf("feedback %q", fb)
	}
	if codecs := names(d.Sections[1].Codecs); !slices.Equal(codecs, []string{"red", "opus"}) {
		t.Errorf("audio codecs %v", codecs)
	}
}

func TestRedundancyIsAskedForWhereItCanBe(t *testing.T) {
	other := red
	other.Fmtp = "111/96"
	bare := red
	bare.Fmtp = ""
	tests := map[string]struct {
		offered  []sdp.Codec
		announce Announce
		avoid    []string
		want     []string
	}{
		"usual":                  {[]sdp.Codec{opus, red}, Announce{}, nil, []string{"red", "opus"}},
		"not wanted":             {[]sdp.Codec{red, opus}, Announce{NoRED: true}, nil, []string{"opus"}},
		"not offered":            {[]sdp.Codec{opus}, Announce{}, nil, []string{"opus"}},
		"of something else":      {[]sdp.Codec{opus, other}, Announce{}, nil, []string{"opus"}},
		"of nobody knows what":   {[]sdp.Codec{opus, bare}, Announce{}, nil, []string{"opus"}},
		"of opus that is absent": {[]sdp.Codec{red}, Announce{}, nil, nil},
		"a client that cannot":   {[]sdp.Codec{opus, red}, Announce{}, []string{"red"}, []string{"opus"}},
	}
	for name, test := range tests {
		p := newPeer(t)
		p.n.cfg.NotFrom = test.avoid
		test.announce.Track, test.announce.CID, test.announce.Kind = "TR_1", "a", sdp.Audio
		p.n.Apply(test.announce)
		p.add(sdp.Audio, sdp.SendOnly, "a").Codecs = test.offered
		p.add(sdp.Application, sdp.SendRecv, "")
		d, _, _ := p.answered()
		if got := names(d.Sections[0].Codecs); !slices.Equal(got, test.want) {
			t.Errorf("%s: answered %q, want %q", name, got, test.want)
		}
	}
}

func TestTrackEnds(t *testing.T) {
	tests := map[string]struct {
		change func(p *peer)
		want   string
	}{
		"inactive": {func(p *peer) { p.d.Sections[0].Direction = sdp.Inactive }, "inactive"},
		"recvonly": {func(p *peer) { p.d.Sections[0].Direction = sdp.RecvOnly }, "inactive"},
		"stopped": {func(p *peer) {
			p.d.Sections[0] = sdp.Section{Kind: sdp.Audio, Protocol: "UDP/TLS/RTP/SAVPF", MID: "0", Rejected: true}
		}, "rejected"},
		"section given to another mid": {func(p *peer) { p.d.Sections[0].MID, p.d.Bundle[0] = "new", "new" }, "recvonly"},
		"no codec left":                {func(p *peer) { p.d.Sections[0].Codecs = []sdp.Codec{red} }, "rejected"},
	}
	for name, test := range tests {
		p := newPeer(t)
		p.n.Apply(announce("TR_1", "a", sdp.Audio))
		p.add(sdp.Audio, sdp.SendOnly, "a")
		p.add(sdp.Application, sdp.SendRecv, "")
		expect(t, name, p.offer(), "Connect", "Receive TR_1", "Answer")
		test.change(p)
		d, _, actions := p.answered()
		expect(t, name, actions, "StopReceiving TR_1")
		if got := directions(d); got != test.want+" sendrecv" {
			t.Errorf("%s: answered %s", name, got)
		}
	}
}

func TestSectionIsReusedForAnotherTrack(t *testing.T) {
	p := newPeer(t)
	p.n.Apply(announce("TR_1", "a", sdp.Audio))
	p.add(sdp.Audio, sdp.SendOnly, "a")
	p.offer()
	p.n.Apply(announce("TR_2", "b", sdp.Audio))
	expect(t, "same track", p.offer(), "Answer")
	p.d.Sections[0].MSID.Track = "b"
	expect(t, "new track", p.offer(), "StopReceiving TR_1", "Receive TR_2", "Answer")
}

func TestWithdrawnTrackIsSilenced(t *testing.T) {
	p := newPeer(t)
	p.n.Apply(announce("TR_1", "a", sdp.Audio))
	p.add(sdp.Audio, sdp.SendOnly, "a")
	p.offer()
	expect(t, "withdraw", p.n.Apply(Withdraw{"TR_1"}), "StopReceiving TR_1")
	p.n.Apply(announce("TR_2", "b", sdp.Audio))
	d, _, actions := p.answered()
	expect(t, "still sent", actions)
	if directions(d) != "inactive" {
		t.Errorf("answered %s", directions(d))
	}
	p.d.Sections[0].MSID.Track = "b"
	expect(t, "another track", p.offer(), "Receive TR_2", "Answer")
	p.n.Apply(Withdraw{"TR_2"})
	expect(t, "announced anew", p.n.Apply(announce("TR_3", "b", sdp.Audio)), "Receive TR_3")
}

func TestFirefoxGetsOnlyTheWantedCodec(t *testing.T) {
	for username, want := range map[string]int{"-": 3, "mozilla...THIS_IS_SDPARTA-99.0": 1} {
		p := newPeer(t)
		p.d.Username = username
		p.n.Apply(Announce{Track: "TR_1", CID: "a", Kind: sdp.Video, Codec: "video/h264"})
		p.add(sdp.Video, sdp.SendOnly, "a")
		p.add(sdp.Video, sdp.RecvOnly, "")
		d, _, _ := p.answered()
		if got := len(d.Sections[0].Codecs); got != want || d.Sections[0].Codecs[0].Name != "H264" {
			t.Errorf("%s: codecs %v", username, d.Sections[0].Codecs)
		}
		if got := len(d.Sections[1].Codecs); got != 3 {
			t.Errorf("%s: %d codecs for receiving", username, got)
		}
	}
}

func TestOpusParameters(t *testing.T) {
	tests := map[string]struct {
		announce Announce
		offered  string
		want     string
	}{
		"usual":           {Announce{}, "minptime=10;useinbandfec=1", "minptime=10;useinbandfec=1;usedtx=1"},
		"no DTX":          {Announce{NoDTX: true}, "", "minptime=10;useinbandfec=1"},
		"stereo":          {Announce{Stereo: true}, "", "minptime=10;useinbandfec=1;usedtx=1;stereo=1;maxaveragebitrate=510000"},
		"sprop-stereo":    {Announce{}, "sprop-stereo=1", "minptime=10;useinbandfec=1;usedtx=1;stereo=1;maxaveragebitrate=510000"},
		"can play stereo": {Announce{}, "stereo=1", "minptime=10;useinbandfec=1;usedtx=1"},
	}
	for name, test := range tests {
		p := newPeer(t)
		test.announce.Track, test.announce.CID, test.announce.Kind = "TR_1", "a", sdp.Audio
		p.n.Apply(test.announce)
		p.add(sdp.Audio, sdp.SendOnly, "a").Codecs = []sdp.Codec{{PT: 109, Name: "OPUS", ClockRate: 48000, Channels: 2, Fmtp: test.offered}}
		d, _, _ := p.answered()
		if got := d.Sections[0].Codecs[0].Fmtp; got != test.want {
			t.Errorf("%s: %q", name, got)
		}
	}
}

func TestOneTrackInTwoCodecs(t *testing.T) {
	p := newPeer(t)
	backup := Announce{Track: "TR_1", CID: "again", Kind: sdp.Video, Codec: "video/vp8", Number: 1}
	p.n.Apply(Announce{Track: "TR_1", CID: "cam", Kind: sdp.Video, Codec: "video/vp9"})
	p.add(sdp.Video, sdp.SendOnly, "cam")
	expect(t, "first", p.offer(), "Connect", "Receive TR_1", "Answer")
	expect(t, "backup announced", p.n.Apply(backup))
	p.add(sdp.Video, sdp.SendOnly, "again")
	d, _, actions := p.answered()
	expect(t, "backup", actions, "Receive TR_1")
	received := actions[0].(Receive)
	if received.Number != 1 || received.MIME != "video/VP8" || received.MID != "1" {
		t.Errorf("received as %+v", received)
	}
	for i, want := range []string{"VP9", "VP8"} {
		if got := d.Sections[i].Codecs[0].Name; got != want {
			t.Errorf("section %d prefers %s, want %s", i, got, want)
		}
	}

	p.d.Sections[1].Direction = sdp.Inactive
	if stopped := p.offer()[0]; stopped != (StopReceiving{Track: "TR_1", Number: 1}) {
		t.Errorf("the backup ends with %+v", stopped)
	}
	p.n.Apply(backup)
	p.d.Sections[1].Direction = sdp.SendOnly
	expect(t, "backup again", p.offer(), "Receive TR_1", "Answer")
	if n := len(p.n.Apply(Withdraw{"TR_1"})); n != 2 {
		t.Errorf("%d sections end with the track", n)
	}
}
