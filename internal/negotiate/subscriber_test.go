package negotiate

import (
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"konklave/internal/id"
	"konklave/internal/sdp"
)

func TestFirstOfferComesWithoutTracks(t *testing.T) {
	cfg := testConfig()
	cfg.FirstOffer = 700
	v := &viewer{t: t, n: NewSubscriber(cfg)}
	expect(t, "first", v.apply(), "Offer")
	if v.offer.ID != 700 || len(v.offer.MIDToTrack) != 0 || !v.d.ICELite {
		t.Errorf("offer %d, mids %v, lite %v", v.offer.ID, v.offer.MIDToTrack, v.d.ICELite)
	}
	s := v.d.Sections[0]
	if len(v.d.Sections) != 1 || s.Kind != sdp.Application || s.MID != "0" || s.Setup != sdp.ActPass || s.SCTPPort != sctpPort {
		t.Errorf("sections %+v", v.d.Sections)
	}
	if awaited, ok := v.n.Awaited(); awaited != 700 || !ok {
		t.Errorf("awaits %d %v", awaited, ok)
	}
	expect(t, "nothing new", v.apply())
}

func TestFirstOfferMayHaveTracks(t *testing.T) {
	v := &viewer{t: t, n: NewSubscriber(testConfig()), peer: clientTransport()}
	expect(t, "first", v.apply(send("TR_1", sdp.Audio)), "Offer")
	expect(t, "answer", v.answered(nil), "Connect", "StartSending TR_1")
}

func TestTracksAreSentAfterTheAnswer(t *testing.T) {
	v := newViewer(t)
	expect(t, "send", v.apply(send("TR_1", sdp.Audio), send("TR_2", sdp.Video)), "Offer")
	if want := map[string]string{"1": "TR_1", "2": "TR_2"}; !reflect.DeepEqual(v.offer.MIDToTrack, want) {
		t.Errorf("mids %v", v.offer.MIDToTrack)
	}
	if got := directions(v.d); got != "sendrecv sendonly sendonly" {
		t.Errorf("offered %s", got)
	}
	video := v.d.Sections[2]
	if video.MSID != (sdp.MSID{Stream: "PA_1|TR_2", Track: "TR_2"}) || video.CNAME != "PA_1" {
		t.Errorf("video: %v %q", video.MSID, video.CNAME)
	}
	expect(t, "sent already", v.apply(send("TR_1", sdp.Audio)))
	actions := v.answered(nil)
	expect(t, "answer", actions, "StartSending TR_1", "StartSending TR_2")
	if _, ok := v.n.Awaited(); ok {
		t.Error("an answer is awaited still")
	}
	audio, down := actions[0].(StartSending), actions[1].(StartSending)
	if want := []sdp.Source{{SSRC: down.SSRC, RTX: down.RTX}}; !reflect.DeepEqual(video.Sources, want) || down.RTX == 0 {
		t.Errorf("sources %v, want %v", video.Sources, want)
	}
	if down.MID != "2" || down.Kind != sdp.Video || len(down.Codecs) != 4 || len(down.Extensions) != 4 || down.CNAME != "PA_1" {
		t.Errorf("video: %+v", down)
	}
	if audio.RTX != 0 || len(audio.Codecs) != 2 || len(v.d.Sections[1].Sources) != 1 {
		t.Errorf("audio: %+v", audio)
	}
	expect(t, "sent already", v.apply(send("TR_1", sdp.Audio)))
}

func TestOneOfferAtATime(t *testing.T) {
	v := newViewer(t)
	expect(t, "send", v.apply(send("TR_1", sdp.Audio)), "Offer")
	first := v.answer(nil)
	expect(t, "send", v.apply(send("TR_2", sdp.Video)))
	expect(t, "send", v.apply(send("TR_3", sdp.Video)))
	expect(t, "changed its mind", v.apply(Unsend{"TR_3"}))
	expect(t, "answer", v.apply(first), "StartSending TR_1", "Offer")
	if got := directions(v.d); got != "sendrecv sendonly sendonly" {
		t.Errorf("offered %s", got)
	}
	expect(t, "answer", v.answered(nil), "StartSending TR_2")
	expect(t, "changed its mind", v.apply(send("TR_4", sdp.Video), Unsend{"TR_4"}))
}

func TestTrackEndsBeforeItsAnswer(t *testing.T) {
	v := newViewer(t)
	v.apply(send("TR_1", sdp.Video))
	expect(t, "end", v.apply(Unsend{"TR_1"}))
	expect(t, "again", v.apply(send("TR_1", sdp.Video)))
	expect(t, "answer", v.answered(nil), "Offer")
	if got := directions(v.d); got != "sendrecv inactive" {
		t.Errorf("offered %s", got)
	}
	expect(t, "answer", v.answered(nil), "Offer")
	expect(t, "answer", v.answered(nil), "StartSending TR_1")
}

func TestSectionsAreUsedAgainAfterARest(t *testing.T) {
	v := newViewer(t)
	v.apply(send("TR_1", sdp.Video), send("TR_2", sdp.Audio))
	ssrc := v.answered(nil)[0].(StartSending).SSRC
	expect(t, "change", v.apply(Unsend{"TR_1"}, send("TR_3", sdp.Video), send("TR_4", sdp.Video)), "StopSending TR_1", "Offer")
	// One of the new tracks gets the old section, the other does not wait for any.
	if got := directions(v.d); got != "sendrecv inactive sendonly sendonly" {
		t.Errorf("offered %s", got)
	}
	if s := v.d.Sections[1]; s.MSID.Stream != "" || s.Sources != nil || len(s.Codecs) == 0 {
		t.Errorf("resting section %+v", s)
	}
	expect(t, "answer", v.answered(nil), "StartSending TR_4", "Offer")
	if want := map[string]string{"1": "TR_3", "2": "TR_2", "3": "TR_4"}; !reflect.DeepEqual(v.offer.MIDToTrack, want) {
		t.Errorf("mids %v", v.offer.MIDToTrack)
	}
	actions := v.answered(nil)
	expect(t, "answer", actions, "StartSending TR_3")
	if down := actions[0].(StartSending); down.MID != "1" || down.SSRC == ssrc {
		t.Errorf("mid %s, SSRC %d", down.MID, down.SSRC)
	}
	v.apply(Unsend{"TR_2"})
	v.answered(nil)
	expect(t, "free section of the other kind", v.apply(send("TR_5", sdp.Video)), "Offer")
	if v.offer.MIDToTrack["4"] != "TR_5" {
		t.Errorf("mids %v", v.offer.MIDToTrack)
	}
}

func TestSectionsAreKept(t *testing.T) {
	cfg := testConfig()
	cfg.KeepSections = true
	v := &viewer{t: t, n: NewSubscriber(cfg), peer: clientTransport()}
	v.apply(send("TR_1", sdp.Video))
	v.answered(nil)
	expect(t, "change", v.apply(Unsend{"TR_1"}, send("TR_2", sdp.Video)), "StopSending TR_1", "Offer")
	expect(t, "answer", v.answered(nil), "StartSending TR_2")
	v.apply(send("TR_1", sdp.Video))
	if got := directions(v.d); got != "sendrecv inactive sendonly sendonly" {
		t.Errorf("offered %s", got)
	}
}

func TestDescriptionIsBounded(t *testing.T) {
	for _, c := range []struct {
		username string // of the client's answers
		keep     bool
		stream   string
		limit    int
	}{
		{"-", false, "", maxSlots}, {"-", true, "", maxSlots}, {"-", false, "camera", maxSlots},
		{"mozilla...THIS_IS_SDPARTA-99.0", false, "", maxFirefoxSlots},
	} {
		cfg := testConfig()
		cfg.KeepSections = c.keep
		v := &viewer{t: t, n: NewSubscriber(cfg), peer: clientTransport()}
		browser := func(d *sdp.Description) { d.Username = c.username }
		var sends []Event
		for i := range c.limit + 10 {
			one := send(id.TrackSID("TR_"+strconv.Itoa(i)), sdp.Video)
			one.Stream = c.stream
			sends = append(sends, one)
		}
		v.apply(sends...)
		if n := len(v.d.Sections); n != maxFirefoxSlots {
			t.Fatalf("%d sections for an unknown client", n)
		}
		v.answered(browser)
		if c.limit != maxFirefoxSlots {
			v.answered(browser)
		}
		if n := len(v.d.Sections); n != c.limit {
			t.Fatalf("%d sections", n)
		}
		expect(t, "one ends", v.apply(Unsend{"TR_7"}), "StopSending TR_7", "Offer")
		expect(t, "answer", v.answered(browser), "Offer")
		// The tracks began with 0, and the first section is that of the data channels.
		expect(t, "answer", v.answered(browser), "StartSending TR_"+strconv.Itoa(c.limit-1))
	}
}

func TestOffersAreStable(t *testing.T) {
	v := newViewer(t)
	first := v.d
	v.apply(send("TR_1", sdp.Video), send("TR_2", sdp.Audio))
	second := v.d
	if !reflect.DeepEqual(first.Sections[0], second.Sections[0]) {
		t.Errorf("section changed: %+v", second.Sections[0])
	}
	if first.SessionID != second.SessionID || second.Version != first.Version+1 || v.offer.ID != 2 {
		t.Errorf("session %d %d, then %d %d", first.SessionID, first.Version, second.SessionID, second.Version)
	}
	v.answered(nil)
	v.apply(send("TR_3", sdp.Video))
	if !reflect.DeepEqual(second.Sections, v.d.Sections[:3]) {
		t.Error("sections changed")
	}
}

// TestNamesOfOfferedTracks: clients learn from the ids of streams whose tracks play together.
func TestNamesOfOfferedTracks(t *testing.T) {
	v := newViewer(t)
	v.apply(
		Send{Track: "TR_1", Participant: "PA_1", Kind: sdp.Audio, Stream: "camera", Stereo: true},
		Send{Track: "TR_2", Participant: "PA_1", Kind: sdp.Video, Stream: "camera"},
		send("TR_3", sdp.Audio))
	for i, want := range []sdp.MSID{{}, {Stream: "PA_1|camera", Track: "TR_1"}, {Stream: "PA_1|camera", Track: "TR_2"}, {Stream: "PA_1|TR_3", Track: "TR_3"}} {
		if got := v.d.Sections[i].MSID; got != want {
			t.Errorf("section %d: %v", i, got)
		}
	}
	if !strings.HasSuffix(v.d.Sections[1].Codecs[0].Fmtp, stereo) || strings.HasSuffix(v.d.Sections[3].Codecs[0].Fmtp, stereo) {
		t.Error("stereo is not told where it is, or where it is not")
	}
}

func TestPayloadTypesAndExtensions(t *testing.T) {
	codecs, uris := map[uint8]string{}, map[uint8]string{}
	for _, kind := range []sdp.Kind{sdp.Audio, sdp.Video} {
		for _, c := range offeredCodecs[kind] {
			if codecs[c.PT] != "" || c.PT < 96 || c.PT > 127 || kind == sdp.Video && (c.RTX < 96 || codecs[c.RTX] != "") {
				t.Errorf("%s has payload types %d and %d", c.Name, c.PT, c.RTX)
			}
			codecs[c.PT], codecs[c.RTX] = c.Name, c.Name
			if !acceptsCodec(kind, sdp.SendRecv, &c) {
				t.Errorf("%s is offered in a variant that is not taken from publishers", c.Name)
			}
		}
		for _, x := range offeredExtensions[kind] {
			if x.ID == 0 || x.ID > maxSentID || uris[x.ID] != "" && uris[x.ID] != x.URI {
				t.Errorf("extension %s has id %d", x.URI, x.ID)
			}
			uris[x.ID] = x.URI
		}
	}
}

// TestTracksOfAStreamGetFreshSections keeps clients from moving a section from one MediaStream to another.
func TestTracksOfAStreamGetFreshSections(t *testing.T) {
	for stream, want := range map[string]string{"": "1", "camera": "2"} {
		v := newViewer(t)
		round := func(e Event) {
			v.apply(e)
			v.answered(nil)
		}
		round(Send{Track: "TR_1", Participant: "PA_bob", Kind: sdp.Video, Stream: stream})
		round(Unsend{"TR_1"})
		round(Send{Track: "TR_2", Participant: "PA_eve", Kind: sdp.Video, Stream: stream})
		if v.offer.MIDToTrack[want] != "TR_2" {
			t.Errorf("stream %q: %v", stream, v.offer.MIDToTrack)
		}
	}
}

func TestCodecsThatAClientOnlySeemsToHaveAreNotOffered(t *testing.T) {
	cfg := testConfig()
	cfg.NotTo = []string{"AV1"}
	v := &viewer{t: t, n: NewSubscriber(cfg), peer: clientTransport()}
	expect(t, "send", v.apply(Send{Track: "TR_1", Participant: "PA_1", Kind: sdp.Video, Codec: "video/AV1"}, send("TR_2", sdp.Video)),
		"CannotSend TR_1", "Offer")
	if got := names(v.d.Sections[1].Codecs); !slices.Equal(got, []string{"VP8", "VP9", "H264"}) {
		t.Errorf("offered %q", got)
	}
}
