package negotiate

import (
	"fmt"
	"strings"
	"testing"

	"konklave/internal/id"
	"konklave/internal/sdp"
)

// FuzzSingle feeds two offers with tracks in both directions and checks what must hold whatever the client offers.
func FuzzSingle(f *testing.F) {
	for _, browser := range []string{"chromium", "firefox"} {
		for i, recording := range recordings {
			next := recordings[min(i+1, len(recordings)-1)]
			f.Add(readOffer(f, browser, recording.name), readOffer(f, browser, next.name))
		}
	}
	f.Fuzz(func(t *testing.T, first, second string) {
		n := NewSingle(testConfig())
		check := ledger{t: t, receiving: make(map[id.TrackSID]bool), sending: make(map[id.TrackSID]bool)}
		apply := func(events ...Event) { check.actions(events, n.Apply(events...)) }
		apply(announce("TR_1", "mic", sdp.Audio), announce("TR_2", "cam", sdp.Video), announce("TR_3", "", sdp.Video),
			Announce{Track: "TR_2", CID: "again", Kind: sdp.Video, Codec: "video/vp8", Number: 1})
		apply(send("TR_4", sdp.Audio), send("TR_5", sdp.Video), send("TR_6", sdp.Video))
		apply(Offer{ID: 1, SDP: first})
		apply(Unsend{"TR_5"}, send("TR_7", sdp.Video), Withdraw{"TR_2"}, announce("TR_8", "cam", sdp.Video))
		apply(Offer{ID: 2, SDP: second})
		apply(Offer{ID: 3, SDP: first})
		apply(Offer{ID: 4, SDP: second})
	})
}

// FuzzSubscriber feeds two answers while tracks come and go and checks what must hold whatever the client answers.
func FuzzSubscriber(f *testing.F) {
	for _, browser := range []string{"chromium", "firefox"} {
		for i, offering := range offerings {
			next := offerings[min(i+1, len(offerings)-1)]
			f.Add(readFile(f, "subscriber-"+offering.name+"."+browser+".sdp"), readFile(f, "subscriber-"+next.name+"."+browser+".sdp"))
		}
	}
	f.Fuzz(func(t *testing.T, first, second string) {
		n := NewSubscriber(testConfig())
		check := ledger{t: t, receiving: make(map[id.TrackSID]bool), sending: make(map[id.TrackSID]bool)}
		apply := func(events ...Event) {
			actions := n.Apply(events...)
			check.actions(events, actions)
			check.offers(n, actions)
		}
		// The offers have the sections of the seeds "subscribe" and "rest", so that these are taken.
		apply(send("TR_1", sdp.Audio), send("TR_2", sdp.Video), Send{Track: "TR_3", Participant: "PA_1", Kind: sdp.Video, Codec: "video/VP8"})
		apply(Answer{SDP: first})
		apply(Unsend{"TR_2"}, send("TR_4", sdp.Video))
		apply(Answer{SDP: second})
		apply(Answer{SDP: first})
		apply(Restart{}, Unsend{"TR_1"}, send("TR_5", sdp.Audio))
		apply(Answer{SDP: second})
		apply(Answer{SDP: first})
	})
}

// ledger follows actions and knows what may come next.
type ledger struct {
	t                  *testing.T
	receiving, sending map[id.TrackSID]bool // received ones with the number of their codec
	refused            bool
	asked              bool
	offered            uint32 // id of our newest offer
	sections           int    // in it
}

func (l *ledger) actions(events []Event, actions []Action) {
	var offer Offer
	if len(events) > 0 {
		offer, _ = events[0].(Offer)
	}
	if offer.SDP != "" {
		l.asked = false
	}
	for _, a := range actions {
		if l.refused {
			l.t.Fatalf("%T after Refuse", a)
		}
		switch a := a.(type) {
		case Receive:
			l.begin(l.receiving, coded(a.Track, a.Number))
			if len(a.Codecs) == 0 || a.MIME == "" {
				l.t.Fatalf("track %s without codec", a.Track)
			}
		case StopReceiving:
			l.end(l.receiving, coded(a.Track, a.Number))
		case StartSending:
			l.begin(l.sending, a.Track)
			if len(a.Codecs) == 0 || a.SSRC == 0 || a.SSRC == a.RTX {
				l.t.Fatalf("track %s without codec or SSRC", a.Track)
			}
		case StopSending:
			l.end(l.sending, a.Track)
		case RequireSections:
			if l.asked {
				l.t.Fatal("asked twice")
			}
			l.asked = true
		case Refuse:
			l.refused = true
		case Answer:
			l.answer(offer, a)
		}
	}
}

func coded(track id.TrackSID, number int8) id.TrackSID {
	return id.TrackSID(fmt.Sprintf("%s %d", track, number))
}

func (l *ledger) begin(tracks map[id.TrackSID]bool, track id.TrackSID) {
	if tracks[track] {
		l.t.Fatalf("track %s begins twice", track)
	}
	tracks[track] = true
}

func (l *ledger) end(tracks map[id.TrackSID]bool, track id.TrackSID) {
	if !tracks[track] {
		l.t.Fatalf("track %s ends and had not begun", track)
	}
	delete(tracks, track)
}

// answer checks that the answer mirrors the offer section by section.
func (l *ledger) answer(offer Offer, a Answer) {
	offered, err := sdp.Parse(offer.SDP)
	if err != nil || a.ID != offer.ID {
		l.t.Fatalf("answered what is no offer: %v", err)
	}
	answered, err := sdp.Parse(a.SDP)
	if err != nil {
		if len(a.SDP) > sdp.MaxBytes {
			return
		}
		l.t.Fatalf("%v\n%s", err, a.SDP)
	}
	if len(answered.Sections) != len(offered.Sections) {
		l.t.Fatalf("%d sections of %d answered", len(answered.Sections), len(offered.Sections))
	}
	for i, s := range answered.Sections {
		o := offered.Sections[i]
		if s.MID != o.MID || s.Kind != o.Kind || o.Rejected && !s.Rejected {
			l.t.Fatalf("section %d differs", i)
		}
		if !s.Rejected && s.Kind != sdp.Application && s.Direction&^o.Direction.Reverse() != 0 {
			l.t.Fatalf("section %d: %v answered with %v", i, o.Direction, s.Direction)
		}
		for _, c := range s.Codecs {
			if strings.EqualFold(c.Name, "red") && !repeats(c, s.Codecs) {
				l.t.Fatalf("section %d takes RED of %s", i, c.Fmtp)
			}
		}
	}
}

// offers checks our own offers: numbers and sections only increase, and what is sent was offered.
func (l *ledger) offers(n *Subscriber, actions []Action) {
	for _, a := range actions {
		offer, ok := a.(Offer)
		if !ok {
			continue
		}
		d, err := sdp.Parse(offer.SDP)
		if err != nil {
			l.t.Fatalf("%v\n%s", err, offer.SDP)
		}
		if offer.ID <= l.offered || len(d.Sections) < l.sections {
			l.t.Fatalf("offer %d of %d sections after %d of %d", offer.ID, len(d.Sections), l.offered, l.sections)
		}
		l.offered, l.sections = offer.ID, len(d.Sections)
		for _, s := range d.Sections {
			if track := offer.MIDToTrack[s.MID]; s.MSID.Track != track || s.Direction == sdp.SendOnly != (track != "") {
				l.t.Fatalf("section %s is said to carry %q and %q", s.MID, track, s.MSID.Track)
			}
		}
	}
	for _, s := range n.slots {
		if s.down != nil && s.down.started != l.sending[s.down.Track] {
			l.t.Fatalf("track %s: started is %v", s.down.Track, s.down.started)
		}
	}
}
