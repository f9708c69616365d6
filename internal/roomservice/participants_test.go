package roomservice

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"konklave/internal/room"
)

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
