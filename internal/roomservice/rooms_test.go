package roomservice

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"

	"konklave/internal/room"
	"konklave/internal/signal/lkpb"
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

func TestParticipantsAreListedAndFound(t *testing.T) {
	r := newRig(t, nil)
	_, sid, track := r.join("hall", "ada")
	r.join("hall", "bob")
	people := r.want("ListParticipants", "hall", `{"room":"hall"}`)["participants"].([]any)
	if len(people) != 2 {
		t.Fatalf("%v", people)
	}
	ada := r.want("GetParticipant", "hall", `{"room":"hall","identity":"ada"}`)
	tracks := ada["tracks"].([]any)
	if ada["sid"] != string(sid) || ada["state"] != "ACTIVE" || len(tracks) != 1 || tracks[0].(map[string]any)["sid"] != string(track) {
		t.Errorf("%v", ada)
	}
	r.wantFault(notFound, "GetParticipant", "hall", `{"room":"hall","identity":"cyd"}`)
	r.wantFault(notFound, "GetParticipant", "cellar", `{"room":"cellar","identity":"ada"}`)
	r.wantFault(notFound, "ListParticipants", "cellar", `{"room":"cellar"}`)
}

func TestParticipantsAreRemoved(t *testing.T) {
	r := newRig(t, nil)
	person, _, _ := r.join("hall", "ada")
	r.want("RemoveParticipant", "hall", `{"room":"hall","identity":"ada"}`)
	if !person.was(func(m room.Message) bool {
		l, ok := m.(room.LeaveRequest)
		return ok && l.Reason == room.ReasonParticipantRemoved
	}) {
		t.Error("it was not told")
	}
	if len(r.sessions.revoked) != 1 || r.sessions.revoked[0] != "hall/ada" || time.Since(r.sessions.upTo) > time.Minute {
		t.Errorf("revoked: %v", r.sessions.revoked)
	}
	r.wantFault(notFound, "RemoveParticipant", "hall", `{"room":"hall","identity":"ada"}`)
	later := time.Now().Add(time.Hour).Unix()
	r.wantFault(notFound, "RemoveParticipant", "hall", fmt.Sprintf(`{"room":"hall","identity":"bob","revokeTokenTs":"%d"}`, later))
	if r.sessions.upTo.Unix() != later || r.sessions.revoked[2] != "hall/bob" {
		t.Errorf("tokens are revoked up to %v, want the moment that the call named", r.sessions.upTo)
	}
	r.wantFault(notFound, "RemoveParticipant", "cellar", `{"room":"cellar","identity":"ada"}`)
}

func TestParticipantsAreChanged(t *testing.T) {
	r := newRig(t, nil)
	person, _, track := r.join("hall", "ada")
	ada := r.want("UpdateParticipant", "hall", `{"room":"hall","identity":"ada","name":"Ada","metadata":"m","attributes":{"a":"1","b":"2"}}`)
	if ada["name"] != "Ada" || ada["metadata"] != "m" || fmt.Sprint(ada["attributes"]) != "map[a:1 b:2]" {
		t.Errorf("%v", ada)
	}
	ada = r.want("UpdateParticipant", "hall", `{"room":"hall","identity":"ada","attributes":{"a":""},"permission":{"canSubscribe":true,"hidden":true,"recorder":true}}`)
	may := ada["permission"].(map[string]any)
	if ada["name"] != "Ada" || fmt.Sprint(ada["attributes"]) != "map[b:2]" || may["can_publish"] != false || may["can_subscribe"] != true ||
		may["hidden"] != false || may["recorder"] != false || len(ada["tracks"].([]any)) != 0 {
		t.Errorf("%v", ada)
	}
	if !person.was(func(m room.Message) bool { u, ok := m.(room.TrackUnpublished); return ok && u.Track == track }) {
		t.Error("it goes on publishing")
	}
	if !person.was(func(m room.Message) bool {
		k, ok := m.(room.RefreshToken)
		return ok && k.Name == "Ada" && !k.Permission.CanPublish
	}) {
		t.Error("it got no fresh token")
	}
	for _, body := range []string{
		`{"room":"hall","identity":"ada","name":"` + strings.Repeat("x", 257) + `"}`,
		`{"room":"hall","identity":"ada","metadata":"` + strings.Repeat("x", 512*1024+1) + `"}`,
		`{"room":"hall","identity":"ada","attributes":{"a":"` + strings.Repeat("x", 64*1024) + `"}}`,
	} {
		r.wantFault(invalidArgument, "UpdateParticipant", "hall", body)
	}
	r.wantFault(notFound, "UpdateParticipant", "hall", `{"room":"hall","identity":"bob"}`)
}

func TestTracksAreMuted(t *testing.T) {
	r := newRig(t, nil)
	person, _, track := r.join("hall", "ada")
	body := func(muted bool) string {
		return fmt.Sprintf(`{"room":"hall","identity":"ada","trackSid":%q,"muted":%v}`, track, muted)
	}
	muted := r.want("MutePublishedTrack", "hall", body(true))["track"].(map[string]any)
	if muted["sid"] != string(track) || muted["muted"] != true {
		t.Errorf("%v", muted)
	}
	if !person.was(func(m room.Message) bool { f, ok := m.(room.SetForwarding); return ok && !f.On }) ||
		!person.was(func(m room.Message) bool { f, ok := m.(room.MuteRequest); return ok && f.Muted }) {
		t.Error("it is forwarded still, or the client does not know")
	}
	r.wantFault(failedPrecondition, "MutePublishedTrack", "hall", body(false))
	r.wantFault(notFound, "MutePublishedTrack", "hall", `{"room":"hall","identity":"ada","trackSid":"TR_x","muted":true}`)
	r.wantFault(notFound, "MutePublishedTrack", "hall", `{"room":"hall","identity":"bob","trackSid":"TR_x","muted":true}`)

	r = newRig(t, func(c *Config) { c.RemoteUnmute = true })
	person, _, track = r.join("hall", "ada")
	r.want("MutePublishedTrack", "hall", body(false))
	if !person.was(func(m room.Message) bool { f, ok := m.(room.MuteRequest); return ok && !f.Muted }) {
		t.Error("the client was not asked to unmute")
	}
}

func TestSubscriptionsAreChanged(t *testing.T) {
	r := newRig(t, nil)
	_, sid, track := r.join("hall", "ada")
	bob, _, _ := r.join("hall", "bob")
	gone := func(m room.Message) bool {
		u, ok := m.(room.Unsubscribe)
		return ok && len(u.Tracks) == 1 && u.Tracks[0] == track
	}
	r.want("UpdateSubscriptions", "hall", fmt.Sprintf(`{"room":"hall","identity":"bob","participantTracks":[{"participantSid":%q,"trackSids":[%q]}],"subscribe":false}`, sid, track))
	if !bob.was(gone) {
		t.Error("it is subscribed still")
	}
	r.want("UpdateSubscriptions", "hall", fmt.Sprintf(`{"room":"hall","identity":"bob","track_sids":[%q],"subscribe":true}`, track))
	r.wantFault(notFound, "UpdateSubscriptions", "hall", `{"room":"hall","identity":"cyd"}`)
}

func TestDataAreSent(t *testing.T) {
	r := newRig(t, nil)
	r.join("hall", "ada")
	nonce := base64.StdEncoding.EncodeToString(make([]byte, 16))
	r.want("SendData", "hall", `{"room":"hall","data":"aGk=","kind":"LOSSY","destinationIdentities":["ada"],"destination_sids":["PA_x"],"topic":"t","nonce":"`+nonce+`"}`)
	r.want("SendData", "hall", `{"room":"hall","data":"aGk=","kind":0}`)
	if len(r.sessions.sent) != 2 {
		t.Fatalf("%d packets", len(r.sessions.sent))
	}
	first, second := r.sessions.sent[0], r.sessions.sent[1]
	p := &lkpb.DataPacket{}
	if err := proto.Unmarshal(first.packet, p); err != nil {
		t.Fatal(err)
	}
	u := p.GetUser()
	if !first.lossy || p.GetKind() != lkpb.DataPacket_LOSSY || string(u.GetPayload()) != "hi" || u.GetTopic() != "t" || len(u.GetNonce()) != 16 ||
		p.GetParticipantSid() != "" || len(first.to) != 1 || len(first.toSIDs) != 1 || p.GetDestinationIdentities()[0] != "ada" {
		t.Errorf("%+v %v", first, p)
	}
	if second.lossy || len(second.to)+len(second.toSIDs) > 0 {
		t.Errorf("%+v", second)
	}
	r.wantFault(invalidArgument, "SendData", "hall", `{"room":"hall","nonce":"AAAA"}`)
	r.wantFault(invalidArgument, "SendData", "hall", `{"room":"hall","kind":7}`)
	r.wantFault(invalidArgument, "SendData", "hall", `{"room":"hall","data":"`+strings.Repeat("AAAA", 16_000*2)+`"}`)
	r.wantFault(notFound, "SendData", "cellar", `{"room":"cellar"}`)
}
