package app

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"konklave/internal/id"
	"konklave/internal/meeting"
	"konklave/internal/meeting/rules"
	"konklave/internal/room"
)

// hall is a meeting and its media room, joined as the program joins them, without sockets: what the meeting allows goes to
// the room, and the room answers who wants to join or to send.
type hall struct {
	t        *testing.T
	now      time.Time
	kind     rules.Kind
	settings rules.Settings
	meeting  *meeting.State
	room     *room.State
	welcome  map[meeting.ConnID]meeting.Welcome
	last     map[id.Identity]room.Message // what somebody was last answered
	joined   map[id.Identity]room.JoinResponse
	visits   int
	sids     map[string]id.ParticipantSID // of the last visit of the room
}

// The people of a hall: one of each role, by its name, and these. All but who waits skip the lobby, where everybody waits.
const (
	bystander = "bystander" // a viewer
	waiter    = "waiter"
)

func newHall(t *testing.T, kind rules.Kind, level rules.Level, settings rules.Settings) *hall {
	h := &hall{
		t: t, now: time.Unix(1_800_000_000, 0), kind: kind, settings: settings,
		welcome: map[meeting.ConnID]meeting.Welcome{}, last: map[id.Identity]room.Message{}, joined: map[id.Identity]room.JoinResponse{},
		sids: map[string]id.ParticipantSID{},
	}
	settings.Lobby = rules.LobbyAll
	h.meeting = meeting.NewState(h.now, meeting.Definition{ID: "m", Title: "T", Kind: kind, Level: level, Settings: settings})
	tracks := 0
	h.room = room.NewState("RM_x", "x", room.Options{Guarded: true}, func(id.Media, id.Source) id.TrackSID {
		tracks++
		return id.TrackSID(fmt.Sprint("TR_", tracks))
	}, h.now)
	h.come(bystander, meeting.Pass{Role: rules.Viewer, SkipLobby: true})
	h.come(waiter, meeting.Pass{Role: rules.Participant})
	for _, role := range rules.Roles() {
		h.come(string(role), meeting.Pass{Role: role, SkipLobby: true})
	}
	return h
}

// come joins the meeting.
func (h *hall) come(name string, as meeting.Pass) {
	h.apply(meeting.Join{
		Conn: connOf(name), Name: name, Pass: as, Identity: id.Identity(name), Secret: "s", TicketID: meeting.TicketID(name), Run: "run",
	})
}

func connOf(name string) meeting.ConnID {
	everybody := []string{bystander, waiter}
	for _, role := range rules.Roles() {
		everybody = append(everybody, string(role))
	}
	return meeting.ConnID(1 + slices.Index(everybody, name))
}

// apply has a command carried out, in the meeting and in the room.
func (h *hall) apply(c meeting.Command) {
	for _, e := range h.meeting.Apply(h.now, c) {
		switch e := e.(type) {
		case meeting.Admit:
			h.welcome[e.Conn] = e.Welcome
		case meeting.Allow:
			h.order(room.SetRights{Identity: e.Identity, Rights: rightsInRoom(e.Rights)})
		case meeting.RemoveMedia:
			h.t.Fatalf("%s is put out", e.Identity)
		}
	}
}

func (h *hall) order(c room.Command) {
	for _, e := range h.room.Apply(h.now, c) {
		for _, to := range e.To {
			name, _, _ := strings.Cut(string(to), " ")
			who := id.Identity(name)
			switch m := e.Message.(type) {
			case room.JoinResponse:
				h.joined[who] = m
			case room.RefreshToken, room.TrackPublished, room.RequestResponse, room.TrackUnpublished:
				h.last[who] = m
			}
		}
	}
}

// enter joins the room, with the token that everybody in the meeting has. Whoever is in already comes anew.
func (h *hall) enter(name string) {
	h.visits++
	h.sids[name] = id.ParticipantSID(fmt.Sprint(name, " ", h.visits))
	h.order(room.Join{
		SID: h.sids[name], Identity: id.Identity(name), AutoSubscribe: true,
		Permission: room.Permission{CanPublish: true, CanSubscribe: true},
	})
}

// sends asks the room for a track of a source.
func (h *hall) sends(name string, kind room.TrackType, source room.TrackSource) bool {
	h.order(room.AddTrack{Participant: h.sids[name], CID: fmt.Sprint(source), Type: kind, Source: source, Width: 64, Height: 64})
	_, taken := h.last[id.Identity(name)].(room.TrackPublished)
	return taken
}

// sources are those of each action of the table that is about media.
var sourcesOf = map[rules.Action]map[room.TrackSource]room.TrackType{
	rules.Speak:  {room.Microphone: room.Audio},
	rules.Camera: {room.Camera: room.Video},
	rules.Share:  {room.ScreenShare: room.Video, room.ScreenShareAudio: room.Audio},
}

// TestTableAgainstMedia asks for the cells of the table of roles that are no messages: what the media room takes of whom, whom
// the welcome and the room tell of, in every role and kind, as meetings are made and where settings permit all or nothing.
func TestTableAgainstMedia(t *testing.T) {
	cells := 0
	for _, kind := range rules.Kinds() {
		for _, level := range []rules.Level{rules.Open, rules.Internal} {
			preset := rules.Preset(kind, level)
			if len(preset.Faults(kind, level)) > 0 {
				continue
			}
			all, none := preset, preset
			all.Speak, all.Camera, all.Share, all.Hands, all.People = rules.FloorAll, rules.FloorAll, rules.ShareAll, rules.HandsOn, rules.SightAll
			none.Speak, none.Camera, none.Share, none.People = rules.FloorCalled, rules.FloorCalled, rules.ShareHosts, rules.SightHosts
			for name, settings := range map[string]rules.Settings{"as it is made": preset, "all is permitted": all, "nothing is permitted": none} {
				t.Run(fmt.Sprint(kind, " ", level, ", ", name), func(t *testing.T) {
					h := newHall(t, kind, level, settings)
					for _, role := range rules.Roles() {
						h.look(role)
						cells += len(sourcesOf) + 2
						h.send(role, rules.May)
					}
					h.enter(waiter)
					if _, in := h.joined[waiter]; in || len(h.welcome[connOf(waiter)].People) > 0 {
						t.Error("who waits is in")
					}
					for _, role := range []rules.Role{rules.Participant, rules.Viewer} { // called up, they speak and are seen
						h.apply(meeting.Act{Conn: connOf("owner"), Request: meeting.GiveFloorRequest{ID: id.Identity(role), On: true}})
						h.send(role, rules.MayWithFloor)
						h.apply(meeting.Act{Conn: connOf("owner"), Request: meeting.GiveFloorRequest{ID: id.Identity(role)}})
						h.send(role, rules.May)
					}
				})
			}
		}
	}
	if cells != 3*7*5*5 { // settings, kinds with their levels, roles, actions
		t.Errorf("%d cells", cells)
	}
}

// look compares whom somebody is told of.
func (h *hall) look(role rules.Role) {
	h.t.Helper()
	who := id.Identity(role)
	h.enter(bystander)
	h.enter(string(role))
	told := slices.ContainsFunc(h.joined[who].Others, func(p *room.ParticipantInfo) bool { return p.Identity == bystander })
	listed := slices.ContainsFunc(h.welcome[connOf(string(role))].People, func(p meeting.Person) bool { return p.ID == bystander })
	if want := rules.May(role, rules.SeePeople, h.kind, h.settings); told != want || listed != want {
		h.t.Errorf("see_people as %s: told by the room %t, by the welcome %t, want %t", role, told, listed, want)
	}
	waiting := len(h.welcome[connOf(string(role))].Waiting) > 0
	if want := rules.May(role, rules.SeeWaiting, h.kind, h.settings); waiting != want {
		h.t.Errorf("see_waiting as %s: %t, want %t", role, waiting, want)
	}
}

// send compares what the room takes of somebody, and the permission that it has told the client.
func (h *hall) send(role rules.Role, may func(rules.Role, rules.Action, rules.Kind, rules.Settings) bool) {
	h.t.Helper()
	h.enter(string(role)) // anew, with what it may now
	told := h.joined[id.Identity(role)].Self.Permission
	for action, sources := range sourcesOf {
		want := may(role, action, h.kind, h.settings)
		for source, kind := range sources {
			if got := h.sends(string(role), kind, source); got != want {
				h.t.Errorf("%s as %s: the room takes source %d: %t, want %t", action, role, source, got, want)
			}
			if got := told.CanPublish && slices.Contains(told.CanPublishSources, source); got != want {
				h.t.Errorf("%s as %s: the client is told of source %d: %t, want %t", action, role, source, got, want)
			}
		}
	}
}
