package trace

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"konklave/internal/signal/lkpb"
)

// names are what the ids of a session are called in a ladder: <ada> for a participant, <ada/microphone> for a track. A
// name belongs to the newest id.
type names struct {
	called map[string]string // id to name
	ids    map[string]string // name to id
}

func newNames() *names { return &names{called: map[string]string{}, ids: map[string]string{}} }

func (n *names) give(id, name string) {
	n.called[id], n.ids["<"+name+">"] = "<"+name+">", id
}

// learn names a participant and its tracks.
func (n *names) learn(p *lkpb.ParticipantInfo) {
	n.give(p.GetSid(), p.GetIdentity())
	for _, t := range p.GetTracks() {
		n.track(p.GetIdentity(), t)
	}
}

func (n *names) track(identity string, t *lkpb.TrackInfo) {
	n.give(t.GetSid(), identity+"/"+strings.ToLower(t.GetSource().String()))
}

// hide puts names in the place of ids; show does the reverse.
func (n *names) hide(text string) string { return replaced(n.called, text) }
func (n *names) show(text string) string { return replaced(n.ids, text) }

func replaced(by map[string]string, text string) string {
	var pairs []string
	for _, from := range slices.Sorted(maps.Keys(by)) {
		pairs = append(pairs, from, by[from])
	}
	return strings.NewReplacer(pairs...).Replace(text)
}

// listener summarizes what one participant hears. It knows what the participant was told, so as to leave out what is no
// news.
type listener struct {
	who      string
	names    *names
	told     map[string]string // by identity, since the last join or reconnect
	resuming bool              // the first room_update after a reconnect has not come yet
}

// hears gives the line for a message, or false when it is left out.
func (l *listener) hears(r *lkpb.SignalResponse) (Line, bool) {
	line := Line{Who: l.who, Kind: Hears, Name: member(r)}
	switch m := r.Message.(type) {
	case *lkpb.SignalResponse_Join:
		l.told = map[string]string{}
		l.people([]*lkpb.ParticipantInfo{m.Join.GetParticipant()}) // that it is there is no news to itself
		line.Text = l.people(m.Join.GetOtherParticipants())
	case *lkpb.SignalResponse_Reconnect:
		l.told, l.resuming = map[string]string{}, true
	case *lkpb.SignalResponse_Update:
		line.Text = l.people(m.Update.GetParticipants())
		return line, line.Text != ""
	case *lkpb.SignalResponse_TrackPublished:
		l.names.track(l.who, m.TrackPublished.GetTrack())
		line.Text = m.TrackPublished.GetTrack().GetSid()
	case *lkpb.SignalResponse_TrackSubscribed:
		line.Text = m.TrackSubscribed.GetTrackSid()
	case *lkpb.SignalResponse_TrackUnpublished:
		line.Text = m.TrackUnpublished.GetTrackSid()
	case *lkpb.SignalResponse_Mute:
		line.Text = fmt.Sprintf("%s %v", m.Mute.GetSid(), m.Mute.GetMuted())
	case *lkpb.SignalResponse_SubscriptionPermissionUpdate:
		line.Text = fmt.Sprintf("%s %v", m.SubscriptionPermissionUpdate.GetTrackSid(), m.SubscriptionPermissionUpdate.GetAllowed())
	case *lkpb.SignalResponse_Answer:
		line.Text = fmt.Sprintf("%d%s", m.Answer.GetId(), sections(m.Answer.GetMidToTrackId()))
	case *lkpb.SignalResponse_Offer:
		line.Text = strings.TrimSpace(sections(m.Offer.GetMidToTrackId())) // its id is drawn
	case *lkpb.SignalResponse_MediaSectionsRequirement:
		line.Text = fmt.Sprintf("%d %d", m.MediaSectionsRequirement.GetNumAudios(), m.MediaSectionsRequirement.GetNumVideos())
	case *lkpb.SignalResponse_RequestResponse:
		line.Text = m.RequestResponse.GetReason().String()
	case *lkpb.SignalResponse_Leave:
		line.Text = m.Leave.GetAction().String() + " " + m.Leave.GetReason().String()
	case *lkpb.SignalResponse_RefreshToken:
	case *lkpb.SignalResponse_RoomUpdate:
		if !l.resuming {
			return line, false
		}
		l.resuming = false
	default:
		return line, false
	}
	line.Text = l.names.hide(line.Text)
	return line, true
}

// people says what is new of participants: who is there, with what tracks, muted or not, and who is gone.
func (l *listener) people(all []*lkpb.ParticipantInfo) string {
	var news []string
	for _, p := range all {
		l.names.learn(p)
		now := "gone"
		if p.GetState() != lkpb.ParticipantInfo_DISCONNECTED {
			tracks := []string{}
			for _, t := range p.GetTracks() {
				what := strings.ToLower(t.GetSource().String())
				if t.GetMuted() {
					what += " muted"
				}
				tracks = append(tracks, what)
			}
			now = "[" + strings.Join(tracks, ", ") + "]"
		}
		if before, known := l.told[p.GetIdentity()]; !known || before != now {
			l.told[p.GetIdentity()] = now
			news = append(news, p.GetIdentity()+" "+now)
		}
	}
	slices.Sort(news)
	return strings.Join(news, "; ")
}

// sections lists which section has which track.
func sections(tracks map[string]string) string {
	text := ""
	for _, mid := range slices.Sorted(maps.Keys(tracks)) {
		text += " " + mid + "=" + tracks[mid]
	}
	return text
}
