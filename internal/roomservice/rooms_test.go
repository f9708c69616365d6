package roomservice

import (
	"fmt"
	"strings"
	"testing"

	"konklave/internal/room"
)

func TestRoomsAreMadeListedAndDeleted(t *testing.T) {
	r := newRig(t, nil)
	made := r.want("CreateRoom", "", `{"name":"hall","emptyTimeout":300,"departureTimeout":20,"maxParticipants":1,"metadata":"m","syncStreams":true,"minPlayoutDelay":10,"tags":{"a":"b"}}`)
	if made["empty_timeout"] != 300.0 || made["departure_timeout"] != 20.0 || made["max_participants"] != 1.0 || made["metadata"] != "m" || made["num_participants"] != 0.0 {
		t.Errorf("%v", made)
	}
	again := r.want("CreateRoom", "", `{"name":"hall","emptyTimeout":1}`)
	if again["sid"] != made["sid"] || again["empty_timeout"] != 300.0 {
		t.Errorf("another room, or other options: %v", again)
	}
	person, _, _ := r.join("hall", "ada")
	if _, _, err := r.rooms.Join(t.Context(), "hall", room.Options{}, room.Join{Identity: "bob"}, &member{}); err != room.ErrRoomFull {
		t.Errorf("a second person in a room for one: %v", err)
	}
	r.want("CreateRoom", "", `{"name":"cellar"}`)
	names := func(body string) (all []string) {
		for _, one := range r.want("ListRooms", "", body)["rooms"].([]any) {
			all = append(all, one.(map[string]any)["name"].(string))
		}
		return all
	}
	if have := fmt.Sprint(names(`{}`), names(`{"names":["cellar","nowhere"]}`)); have != "[hall cellar] [cellar]" {
		t.Errorf("listed: %s", have)
	}
	r.want("DeleteRoom", "", `{"room":"hall"}`)
	if have := fmt.Sprint(names(`{}`)); have != "[cellar]" {
		t.Errorf("listed after the deletion: %s", have)
	}
	if !person.was(func(m room.Message) bool {
		l, ok := m.(room.LeaveRequest)
		return ok && l.Reason == room.ReasonRoomDeleted && l.Action == room.ActionDisconnect
	}) {
		t.Error("who was in it was not told")
	}
	r.wantFault(notFound, "DeleteRoom", "", `{"room":"hall"}`)
}

func TestRoomsThatCannotBeMade(t *testing.T) {
	r := newRig(t, nil)
	for body, wanted := range map[string]code{
		`{}`:          invalidArgument,
		`{"name":""}`: invalidArgument,
		`{"name":"x","egress":{"room":{"layout":"grid"}}}`:                  unimplemented,
		`{"name":"x","egress":{}}`:                                          unimplemented,
		`{"name":"x","agents":[{"agentName":"a"}]}`:                         unimplemented,
		`{"name":"x","replayEnabled":true}`:                                 unimplemented,
		`{"name":"x","roomPreset":"p"}`:                                     invalidArgument,
		`{"name":"` + strings.Repeat("x", 257) + `"}`:                       invalidArgument,
		`{"name":"x","metadata":"` + strings.Repeat("x", 512*1024+1) + `"}`: invalidArgument,
		`{"name":"x","maxParticipants":4294967295}`:                         invalidArgument,
	} {
		r.wantFault(wanted, "CreateRoom", "", body)
	}
	if len(r.rooms.Rooms()) > 0 {
		t.Error("a room was made")
	}
}

func TestRoomMetadata(t *testing.T) {
	r := newRig(t, nil)
	person, _, _ := r.join("hall", "ada")
	if changed := r.want("UpdateRoomMetadata", "hall", `{"room":"hall","metadata":"new"}`); changed["metadata"] != "new" {
		t.Errorf("%v", changed)
	}
	if !person.was(func(m room.Message) bool { u, ok := m.(room.RoomUpdate); return ok && u.Room.Metadata == "new" }) {
		t.Error("the people in the room were not told")
	}
	r.wantFault(invalidArgument, "UpdateRoomMetadata", "hall", `{"room":"hall","metadata":"`+strings.Repeat("x", 512*1024+1)+`"}`)
	r.wantFault(notFound, "UpdateRoomMetadata", "cellar", `{"room":"cellar"}`)
}

func TestNoRoomIsMadeWhileTheServerDrains(t *testing.T) {
	r := newRig(t, nil)
	made := r.want("CreateRoom", "", `{"name":"hall"}`)
	r.rooms.Drain(true)
	r.wantFault(unavailable, "CreateRoom", "", `{"name":"cellar"}`)
	if again := r.want("CreateRoom", "", `{"name":"hall"}`); again["sid"] != made["sid"] {
		t.Error("one that runs is not given")
	}
}
