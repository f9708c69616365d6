package session

import (
	"testing"

	"konklave/internal/id"
	"konklave/internal/negotiate"
	"konklave/internal/room"
	"konklave/internal/signal/lkpb"
)

// endsSection is a negotiation in which the client takes the section of a track away.
type endsSection id.TrackSID

func (e endsSection) Apply(...negotiate.Event) []negotiate.Action {
	return []negotiate.Action{negotiate.StopSending{Track: id.TrackSID(e)}}
}

// The room hears of a section that a client took away. When there is another one the client is told anew how the track is.
func TestASectionThatIsTakenAway(t *testing.T) {
	s := startService(t)
	bob, ada := enter(t, s, "bob"), enterDual(t, s, 16, nil)
	activate(t, bob)
	activate(t, ada)
	do := func(session *Session, commands ...room.Command) []*lkpb.SignalResponse {
		for _, c := range commands {
			session.tell(c)
		}
		inRoom(t, session.room)
		session.sync()
		return heldBy(t, session)
	}
	var track id.TrackSID
	for _, m := range do(bob, room.AddTrack{Participant: bob.sid, CID: "camera", Type: room.Video, Source: room.Camera}) {
		if p := m.GetTrackPublished(); p != nil {
			track = id.TrackSID(p.GetTrack().GetSid())
		}
	}
	do(bob, room.TrackNegotiated{Participant: bob.sid, Track: track, MID: "1", MIME: "video/VP8", Media: &publication{}})
	bound := room.Bound{Participant: ada.sid, Track: track}
	told := func(held []*lkpb.SignalResponse) (n int) {
		for _, m := range held {
			if m.GetStreamStateUpdate() != nil {
				n++
			}
		}
		return n
	}
	if n := told(do(ada, bound, bound)); n != 1 {
		t.Fatalf("told %d times of a section", n)
	}
	ada.post(func() { (&peer{session: ada, negotiation: endsSection(track)}).apply() })
	ada.sync()
	if n := told(do(ada, bound)); n != 2 {
		t.Errorf("told %d times of two sections", n)
	}
}
