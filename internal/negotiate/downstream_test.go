package negotiate

import (
	"reflect"
	"slices"
	"testing"

	"konklave/internal/id"
	"konklave/internal/sdp"
)

func TestTracksWaitForTheFirstOffer(t *testing.T) {
	p := newPeer(t)
	expect(t, "send", p.n.Apply(send("TR_1", sdp.Audio), send("TR_2", sdp.Video)))
	p.addMany(1, sdp.Audio, sdp.RecvOnly)
	p.addMany(1, sdp.Video, sdp.RecvOnly)
	d, answer, actions := p.answered()
	expect(t, "offer", actions, "Connect", "StartSending TR_1", "StartSending TR_2")
	if want := map[string]string{"0": "TR_1", "1": "TR_2"}; !reflect.DeepEqual(answer.MIDToTrack, want) {
		t.Errorf("mids %v", answer.MIDToTrack)
	}
	video := d.Sections[1]
	down := actions[2].(StartSending)
	if video.Direction != sdp.SendOnly || video.MSID != (sdp.MSID{Stream: "PA_1|TR_2", Track: "TR_2"}) || video.CNAME != "PA_1" {
		t.Errorf("video: %v %v %q", video.Direction, video.MSID, video.CNAME)
	}
	if want := []sdp.Source{{SSRC: down.SSRC, RTX: down.RTX}}; !reflect.DeepEqual(video.Sources, want) || down.RTX == 0 {
		t.Errorf("sources %v, want %v", video.Sources, want)
	}
	if audio := actions[1].(StartSending); audio.RTX != 0 || audio.CNAME != "PA_1" {
		t.Errorf("audio: %+v", audio)
	}
	expect(t, "sent already", p.n.Apply(send("TR_1", sdp.Audio)))
}

func TestAnswerFollowsBeforeMedia(t *testing.T) {
	p := newPeer(t)
	p.n.Apply(send("TR_1", sdp.Audio), announce("TR_2", "a", sdp.Audio))
	p.add(sdp.Audio, sdp.RecvOnly, "")
	p.add(sdp.Audio, sdp.SendOnly, "a")
	expect(t, "offer", p.offer(), "Connect", "Receive TR_2", "Answer", "StartSending TR_1")
}

func TestSectionsAreRequested(t *testing.T) {
	tests := map[string]struct {
		free   [2]int // audio and video sections for receiving
		events []Event
		want   []string
	}{
		"nothing to do":        {[2]int{1, 1}, nil, nil},
		"free sections":        {[2]int{1, 1}, []Event{send("TR_1", sdp.Audio)}, []string{"RequireSections 0 0"}},
		"too few":              {[2]int{1, 0}, []Event{send("TR_1", sdp.Audio), send("TR_2", sdp.Audio), send("TR_3", sdp.Video)}, []string{"RequireSections 1 1"}},
		"kinds do not mix":     {[2]int{3, 0}, []Event{send("TR_1", sdp.Video)}, []string{"RequireSections 0 1"}},
		"taken back in time":   {[2]int{1, 1}, []Event{send("TR_1", sdp.Audio), Unsend{"TR_1"}}, nil},
		"same track twice":     {[2]int{0, 0}, []Event{send("TR_1", sdp.Audio), send("TR_1", sdp.Audio)}, []string{"RequireSections 1 0"}},
		"unsend of a stranger": {[2]int{1, 1}, []Event{Unsend{"TR_9"}}, nil},
	}
	for name, test := range tests {
		p := newPeer(t)
		p.addMany(test.free[0], sdp.Audio, sdp.RecvOnly)
		p.addMany(test.free[1], sdp.Video, sdp.RecvOnly)
		p.add(sdp.Audio, sdp.SendOnly, "mine") // does not count
		p.add(sdp.Video, sdp.Inactive, "")
		p.offer()
		expect(t, name, p.n.Apply(test.events...), test.want...)
	}
}

func TestOneRequestAtATime(t *testing.T) {
	p := newPeer(t)
	p.addMany(1, sdp.Audio, sdp.RecvOnly)
	p.offer()
	expect(t, "first", p.n.Apply(send("TR_1", sdp.Audio)), "RequireSections 0 0")
	expect(t, "second", p.n.Apply(send("TR_2", sdp.Audio), send("TR_3", sdp.Audio)))
	expect(t, "offer", p.offer(), "Answer", "StartSending TR_1", "RequireSections 2 0")
	p.addMany(1, sdp.Audio, sdp.RecvOnly)
	expect(t, "fewer than asked for", p.offer(), "Answer", "StartSending TR_2", "RequireSections 1 0")
	p.addMany(5, sdp.Audio, sdp.RecvOnly)
	expect(t, "more than asked for", p.offer(), "Answer", "StartSending TR_3")
	expect(t, "nothing more to do", p.offer(), "Answer")
}

func TestSectionRestsBeforeItIsReused(t *testing.T) {
	p := newPeer(t)
	p.addMany(1, sdp.Video, sdp.RecvOnly)
	p.n.Apply(send("TR_1", sdp.Video))
	p.offer()
	expect(t, "change", p.n.Apply(Unsend{"TR_1"}, send("TR_2", sdp.Video)), "StopSending TR_1", "RequireSections 0 0")
	d, answer, actions := p.answered()
	expect(t, "first offer", actions, "RequireSections 0 0")
	if directions(d) != "inactive" || d.Sections[0].MSID.Stream != "" || len(answer.MIDToTrack) != 0 {
		t.Errorf("answered %s %v", directions(d), answer.MIDToTrack)
	}
	d, _, actions = p.answered()
	expect(t, "second offer", actions, "StartSending TR_2")
	if directions(d) != "sendonly" || d.Sections[0].MSID.Track != "TR_2" {
		t.Errorf("answered %s %v", directions(d), d.Sections[0].MSID)
	}
}

func TestClientIsToldOfTheEnd(t *testing.T) {
	p := newPeer(t)
	p.addMany(1, sdp.Video, sdp.RecvOnly)
	p.n.Apply(send("TR_1", sdp.Video))
	p.offer()
	expect(t, "end", p.n.Apply(Unsend{"TR_1"}), "StopSending TR_1", "RequireSections 0 0")
	expect(t, "offer", p.offer(), "Answer")
}

func TestAnswersAreStable(t *testing.T) {
	p := newPeer(t)
	p.addMany(2, sdp.Video, sdp.RecvOnly)
	p.n.Apply(send("TR_1", sdp.Video), send("TR_2", sdp.Video))
	first, answer1, _ := p.answered()
	p.n.Apply(Unsend{"TR_1"})
	p.add(sdp.Audio, sdp.SendOnly, "a")
	second, answer2, _ := p.answered()
	if !reflect.DeepEqual(first.Sections[1], second.Sections[1]) {
		t.Errorf("section changed: %+v", second.Sections[1])
	}
	if answer1.MIDToTrack["1"] != "TR_2" || answer2.MIDToTrack["1"] != "TR_2" {
		t.Errorf("mids %v, then %v", answer1.MIDToTrack, answer2.MIDToTrack)
	}
	if first.SessionID != second.SessionID || second.Version != first.Version+1 {
		t.Errorf("session %d %d, then %d %d", first.SessionID, first.Version, second.SessionID, second.Version)
	}
}

func TestTrackMovesWhenItsSectionIsTakenAway(t *testing.T) {
	for name, take := range map[string]func(s *sdp.Section){
		"inactive": func(s *sdp.Section) { s.Direction = sdp.Inactive },
		"sends in layers": func(s *sdp.Section) {
			s.Direction, s.SendRIDs = sdp.SendRecv, []sdp.RID{{ID: "q"}, {ID: "f"}}
		},
		"stopped": func(s *sdp.Section) {
			*s = sdp.Section{Kind: s.Kind, Protocol: s.Protocol, MID: s.MID, Rejected: true}
		},
	} {
		p := newPeer(t)
		p.addMany(2, sdp.Video, sdp.RecvOnly)
		p.n.Apply(send("TR_1", sdp.Video))
		p.offer()
		take(&p.d.Sections[0])
		_, answer, actions := p.answered()
		expect(t, name, actions, "StopSending TR_1", "StartSending TR_1")
		if answer.MIDToTrack["1"] != "TR_1" {
			t.Errorf("%s: mids %v", name, answer.MIDToTrack)
		}
		take(&p.d.Sections[1])
		expect(t, name, p.offer(), "StopSending TR_1", "Answer", "RequireSections 0 1")
	}
}

func TestSectionInBothDirections(t *testing.T) {
	p := newPeer(t)
	p.n.Apply(announce("TR_1", "a", sdp.Audio), send("TR_2", sdp.Audio), send("TR_3", sdp.Audio))
	p.add(sdp.Audio, sdp.SendRecv, "a")
	p.add(sdp.Audio, sdp.RecvOnly, "")
	d, answer, actions := p.answered()
	expect(t, "offer", actions, "Connect", "Receive TR_1", "StartSending TR_3", "StartSending TR_2")
	if directions(d) != "sendrecv sendonly" || answer.MIDToTrack["1"] != "TR_2" {
		t.Errorf("answered %s %v", directions(d), answer.MIDToTrack)
	}
	p.d.Sections[0].Direction = sdp.SendOnly
	d, _, actions = p.answered()
	expect(t, "sends only", actions, "StopSending TR_3", "RequireSections 1 0")
	if directions(d) != "recvonly sendonly" {
		t.Errorf("answered %s", directions(d))
	}
}

func TestCodecOfTheTrackMustBeOffered(t *testing.T) {
	p := newPeer(t)
	p.addMany(2, sdp.Video, sdp.RecvOnly)
	p.d.Sections[0].Codecs = []sdp.Codec{vp9}
	p.n.Apply(Send{Track: "TR_1", Participant: "PA_1", Kind: sdp.Video, Codec: "video/AV1"},
		Send{Track: "TR_2", Participant: "PA_1", Kind: sdp.Video, Codec: "video/h264"})
	d, answer, actions := p.answered()
	expect(t, "offer", actions, "Connect", "CannotSend TR_1", "StartSending TR_2")
	if answer.MIDToTrack["1"] != "TR_2" || d.Sections[1].Codecs[0].Name != "H264" {
		t.Errorf("mids %v, codecs %v", answer.MIDToTrack, d.Sections[1].Codecs)
	}
}

func TestSentExtensions(t *testing.T) {
	p := newPeer(t)
	p.add(sdp.Video, sdp.RecvOnly, "").Extensions = []sdp.Extension{
		{ID: 1, URI: sdp.ExtMID, Direction: sdp.SendRecv},
		{ID: 2, URI: sdp.ExtRID, Direction: sdp.SendRecv},
		{ID: 3, URI: sdp.ExtTWCC, Direction: sdp.SendOnly},
		{ID: 16, URI: sdp.ExtDependency, Direction: sdp.SendRecv},
		{ID: 5, URI: sdp.ExtOrientation, Direction: sdp.RecvOnly},
	}
	p.n.Apply(send("TR_1", sdp.Video))
	_, _, actions := p.answered()
	want := []sdp.Extension{{ID: 1, URI: sdp.ExtMID, Direction: sdp.SendRecv}, {ID: 5, URI: sdp.ExtOrientation, Direction: sdp.SendOnly}}
	if got := actions[1].(StartSending).Extensions; !reflect.DeepEqual(got, want) {
		t.Errorf("extensions %v", got)
	}
}

// Packets are numbered for the whole transport only where the client tells what came of them.
func TestNumbersGoWithFeedback(t *testing.T) {
	for name, reports := range map[string]bool{"transport-cc": true, "nack": false} {
		p := newPeer(t)
		s := p.add(sdp.Video, sdp.RecvOnly, "")
		s.Extensions = []sdp.Extension{{ID: 3, URI: sdp.ExtTWCC, Direction: sdp.SendRecv}}
		s.Codecs = []sdp.Codec{{PT: 96, Name: "VP8", ClockRate: 90000, Feedback: []string{name}}}
		p.n.Apply(send("TR_1", sdp.Video))
		_, _, actions := p.answered()
		if got := actions[1].(StartSending).Extensions; (len(got) == 1) != reports {
			t.Errorf("with %s: extensions %v", name, got)
		}

		v := newViewer(t)
		v.apply(send("TR_1", sdp.Video))
		actions = v.answered(func(d *sdp.Description) {
			for i := range d.Sections[1].Codecs {
				d.Sections[1].Codecs[i].Feedback = []string{name}
			}
		})
		if got := actions[0].(StartSending).Extensions; slices.ContainsFunc(got, func(x sdp.Extension) bool { return x.URI == sdp.ExtTWCC }) != reports {
			t.Errorf("with %s in an answer: extensions %v", name, got)
		}
	}
}

func TestSSRCsAreDistinct(t *testing.T) {
	cfg := testConfig()
	draws := []uint32{1, 1, 0, 5, 5, 5, 6}
	cfg.NewSSRC = func() uint32 {
		if len(draws) == 0 {
			return 5 // a broken source must not stop us
		}
		defer func() { draws = draws[1:] }()
		return draws[0]
	}
	p := &peer{t: t, n: NewSingle(cfg)}
	p.addMany(4, sdp.Video, sdp.RecvOnly)
	for _, track := range []id.TrackSID{"TR_1", "TR_2", "TR_3", "TR_4"} {
		p.n.Apply(send(track, sdp.Video))
	}
	_, _, actions := p.answered()
	seen := map[uint32]bool{0: true}
	for _, a := range actions[1:] {
		down := a.(StartSending)
		if seen[down.SSRC] || seen[down.RTX] || down.SSRC == down.RTX {
			t.Errorf("SSRC %d and %d were given out before", down.SSRC, down.RTX)
		}
		seen[down.SSRC], seen[down.RTX] = true, true
	}
}
