package room

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"konklave/internal/id"
)

// scene is a room in a test. People and tracks have speaking names, and the effects of the last command can be
// compared line by line.
type scene struct {
	t     *testing.T
	state *State
	now   time.Time
	last  []string          // effects of the last command
	told  []string          // events of the last command, for those who watch
	names map[string]string // of sids
	n     int
}

func newScene(t *testing.T, options Options) *scene {
	sc := &scene{t: t, now: time.Unix(1_800_000_000, 0), names: map[string]string{}}
	tracks := 0
	sc.state = NewState("RM_test", "room", options, func(m id.Media, s id.Source) id.TrackSID {
		tracks++
		return id.TrackSID(fmt.Sprintf("TR_%c%c%d", m, s, tracks))
	}, sc.now)
	return sc
}

// person is somebody in a scene.
type person struct {
	*scene
	sid  id.ParticipantSID
	name string
}

// do applies a command and keeps its effects as text.
func (sc *scene) do(c Command) []Effect {
	sc.t.Helper()
	effects := sc.state.Apply(sc.now, c)
	sc.last, sc.told = nil, nil
	for _, e := range effects {
		if event, ok := e.Message.(Event); ok {
			sc.told = append(sc.told, sc.event(event))
			continue
		}
		sc.last = append(sc.last, sc.line(e))
	}
	return effects
}

// want compares the effects of the last command, all of them in order.
func (sc *scene) want(lines ...string) {
	sc.t.Helper()
	if !slices.Equal(sc.last, lines) {
		sc.t.Fatalf("effects:\n\t%s\nwant:\n\t%s", strings.Join(sc.last, "\n\t"), strings.Join(lines, "\n\t"))
	}
}

// wantEvents compares the events of the last command.
func (sc *scene) wantEvents(lines ...string) {
	sc.t.Helper()
	if !slices.Equal(sc.told, lines) {
		sc.t.Fatalf("events:\n\t%s\nwant:\n\t%s", strings.Join(sc.told, "\n\t"), strings.Join(lines, "\n\t"))
	}
}

// event writes an event as "kind who what (people in the room)".
func (sc *scene) event(e Event) string {
	text := map[EventKind]string{
		RoomStarted: "started", RoomEnded: "ended", ParticipantCame: "came", ParticipantActive: "active",
		ParticipantGone: "gone", TrackAppeared: "track", TrackGone: "track gone",
	}[e.Kind]
	if e.Participant != nil {
		text += " " + sc.name(e.Participant.SID)
	}
	if e.Track != nil {
		text += " " + sc.name(e.Track.SID)
	}
	switch e.Kind {
	case ParticipantGone:
		text += fmt.Sprintf(" reason=%d active=%v", e.Participant.DisconnectReason, e.WasActive)
	case RoomEnded:
		text += fmt.Sprintf(" reason=%d", e.Reason)
	}
	return fmt.Sprintf("%s (%d)", text, e.Room.NumParticipants)
}

// wantSome looks for lines among the effects of the last command, in that order.
func (sc *scene) wantSome(lines ...string) {
	sc.t.Helper()
	rest := sc.last
	for _, line := range lines {
		i := slices.Index(rest, line)
		if i < 0 {
			sc.t.Fatalf("no %q in the rest of\n\t%s", line, strings.Join(sc.last, "\n\t"))
		}
		rest = rest[i+1:]
	}
}

// wantNone checks that no effect of the last command contains a text.
func (sc *scene) wantNone(text string) {
	sc.t.Helper()
	for _, line := range sc.last {
		if strings.Contains(line, text) {
			sc.t.Fatalf("unwanted: %s", line)
		}
	}
}

// wait lets time pass, tick by tick, and gathers the effects.
func (sc *scene) wait(d time.Duration, seen ...*person) {
	sc.t.Helper()
	var all []string
	for end := sc.now.Add(d); sc.now.Before(end); {
		sc.now = sc.now.Add(tickInterval)
		for _, p := range seen {
			sc.do(SignalSeen{Participant: p.sid, At: sc.now})
			all = append(all, sc.last...)
		}
		sc.do(Tick{})
		all = append(all, sc.last...)
	}
	sc.last = all
}

// joining is a Join as clients send it, to be changed.
func (sc *scene) joining(name string) Join {
	sc.n++
	sid := id.ParticipantSID(fmt.Sprintf("PA_%d", sc.n))
	sc.names[string(sid)] = name
	return Join{
		SID: sid, Identity: id.Identity(name), AutoSubscribe: true,
		Permission: Permission{CanPublish: true, CanSubscribe: true, CanPublishData: true},
		Client:     ClientInfo{Protocol: 17},
	}
}

func (sc *scene) join(name string, change ...func(*Join)) *person {
	sc.t.Helper()
	c := sc.joining(name)
	for _, f := range change {
		f(&c)
	}
	sc.do(c)
	return &person{scene: sc, sid: c.SID, name: name}
}

// active joins and connects.
func (sc *scene) active(name string, change ...func(*Join)) *person {
	sc.t.Helper()
	p := sc.join(name, change...)
	sc.do(TransportConnected{p.sid})
	return p
}

// announce adds a track and gives its sid.
func (p *person) announce(cid string, change ...func(*AddTrack)) id.TrackSID {
	p.t.Helper()
	c := AddTrack{Participant: p.sid, CID: cid, Type: Audio, Source: Microphone}
	if strings.HasPrefix(cid, "cam") || strings.HasPrefix(cid, "screen") {
		c.Type, c.Source = Video, Camera
		c.Width, c.Height = 1280, 720
		c.Layers = []Layer{
			{Quality: High, Width: 1280, Height: 720, RID: "f"},
			{Quality: Low, Width: 320, Height: 180, RID: "q"},
			{Quality: Medium, Width: 640, Height: 360, RID: "h"},
		}
	}
	for _, f := range change {
		f(&c)
	}
	for _, e := range p.do(c) {
		if m, ok := e.Message.(TrackPublished); ok {
			p.names[string(m.Track.SID)] = p.name + "." + cid
			return m.Track.SID
		}
	}
	return ""
}

// publish adds a track and negotiates it.
func (p *person) publish(cid string, change ...func(*AddTrack)) id.TrackSID {
	p.t.Helper()
	sid := p.announce(cid, change...)
	p.negotiated(sid)
	return sid
}

func (p *person) negotiated(sid id.TrackSID) {
	p.t.Helper()
	p.do(TrackNegotiated{Participant: p.sid, Track: sid, MID: "3", MIME: "x/y"})
}

func muted(c *AddTrack)   { c.Muted = true }
func hidden(c *Join)      { c.Permission.Hidden = true }
func adaptive(c *Join)    { c.AdaptiveStream = true }
func onDemand(c *Join)    { c.AutoSubscribe = false }
func noPublish(c *Join)   { c.Permission.CanPublish = false }
func noSubscribe(c *Join) { c.Permission.CanSubscribe = false }

// name gives the speaking name of a sid.
func (sc *scene) name(sid any) string {
	s := fmt.Sprint(sid)
	if n, ok := sc.names[s]; ok {
		return n
	}
	return s
}

func (sc *scene) people(list []*ParticipantInfo) string {
	var out []string
	for _, p := range list {
		text := sc.name(p.SID)
		if p.State == Disconnected {
			text += " left"
		}
		if p.State == Active {
			text += "*"
		}
		for _, t := range p.Tracks {
			text += " " + strings.TrimPrefix(sc.name(t.SID), sc.name(p.SID)+".")
			if t.Muted {
				text += "(muted)"
			}
		}
		out = append(out, text)
	}
	return strings.Join(out, ", ")
}

// line writes an effect as "receivers < message".
func (sc *scene) line(e Effect) string {
	var to []string
	for _, sid := range e.To {
		to = append(to, sc.name(sid))
	}
	return strings.TrimSpace(strings.Join(to, " ") + " < " + sc.text(e.Message))
}

func (sc *scene) text(m Message) string {
	switch m := m.(type) {
	case JoinResponse:
		return strings.TrimSpace("join " + sc.people(m.Others))
	case Reconnect:
		return "reconnect"
	case Update:
		return "update " + sc.people(m.Participants)
	case TrackPublished:
		return "published " + m.CID
	case TrackUnpublished:
		return "unpublished " + sc.name(m.Track)
	case LeaveRequest:
		return fmt.Sprintf("leave reason=%d action=%d", m.Reason, m.Action)
	case MuteRequest:
		return fmt.Sprintf("please mute=%v %s", m.Muted, sc.name(m.Track))
	case SpeakersChanged:
		var out []string
		for _, s := range m.Speakers {
			out = append(out, fmt.Sprintf("%s=%.3f", sc.name(s.Participant), s.Level))
		}
		return "speakers " + strings.Join(out, " ")
	case RoomUpdate:
		return fmt.Sprintf("room people=%d publishers=%d", m.Room.NumParticipants, m.Room.NumPublishers)
	case QualityChanged:
		var out []string
		for _, q := range m.Updates {
			out = append(out, fmt.Sprintf("%s=%d", sc.name(q.Participant), q.Quality))
		}
		return "quality " + strings.Join(out, " ")
	case StreamState:
		return fmt.Sprintf("stream %s paused=%v", sc.name(m.Track), m.Paused)
	case SubscriptionPermissionUpdate:
		return fmt.Sprintf("permission %s=%v", sc.name(m.Track), m.Allowed)
	case RefreshToken:
		return "token"
	case SubscriptionResponse:
		return fmt.Sprintf("no %s error=%d", sc.name(m.Track), m.Error)
	case RequestResponse:
		return fmt.Sprintf("response %T result=%d", m.Request, m.Result)
	case SubscribedQuality:
		text := "demand " + sc.name(m.Track)
		for _, c := range m.Codecs {
			text += fmt.Sprintf(" %s@%d", c.Codec, c.Highest)
		}
		return text
	case SubscribedAudioCodecs:
		text := "audio demand " + sc.name(m.Track)
		for _, c := range m.Codecs {
			text += fmt.Sprintf(" %s=%v", c.Codec, c.Used)
		}
		return text
	case TrackSubscribed:
		return "subscribed " + sc.name(m.Track)
	case Subscribe:
		var out []string
		for _, s := range m.Subscriptions {
			out = append(out, sc.name(s.Track.SID)+form(s.Settings))
		}
		return "SUBSCRIBE " + strings.Join(out, " ")
	case Unsubscribe:
		var out []string
		for _, s := range m.Tracks {
			out = append(out, sc.name(s))
		}
		return "UNSUBSCRIBE " + strings.Join(out, " ")
	case SetLayer:
		return fmt.Sprintf("LAYER %s%s disabled=%v", sc.name(m.Track), form(m.Settings), m.Settings.Disabled)
	case SetForwarding:
		return fmt.Sprintf("FORWARD %s=%v", sc.name(m.Track), m.On)
	case SetGate:
		return fmt.Sprintf("GATE %s=%d", sc.name(m.Track), m.Gate)
	case CloseSession:
		return fmt.Sprintf("CLOSE reason=%d", m.Reason)
	case Refused:
		return "refused: " + m.Err.Error()
	case Forwarded:
		text := "sends " + string(m.Identity)
		for _, f := range m.Sources {
			text += fmt.Sprintf(" %d=%v%v", f.Source, f.Received, f.To)
		}
		return text
	case Ended:
		return fmt.Sprintf("ended reason=%d", m.Reason)
	}
	return fmt.Sprintf("%T", m)
}

// form writes what is sent of a track: the layer, and which of its codecs unless it is the first.
func form(s Settings) string {
	if s.Codec == 0 {
		return fmt.Sprintf("@%d", s.MaxLayer)
	}
	return fmt.Sprintf("@%d in backup", s.MaxLayer)
}

// response gives how the last command was answered.
func (sc *scene) response() (result RequestResult, ok bool) {
	if len(sc.last) != 1 {
		return 0, false
	}
	_, err := fmt.Sscanf(sc.last[0], "alice < response room.AddTrack result=%d", &result)
	return result, err == nil
}
