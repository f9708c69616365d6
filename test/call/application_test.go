package call

import (
	"bytes"
	"encoding/json"
	"net/http"
	"testing"
	"time"

	"konklave/internal/config"
	"konklave/internal/id"
	"konklave/internal/signal/lkpb"
	"konklave/internal/testkit"
	"konklave/internal/token"
)

// order makes a call of the server API as an application that may manage the room, and gives the status.
func (s *server) order(method string, body map[string]any) int {
	s.t.Helper()
	bearer, err := token.Sign(token.Claims{
		ExpiresAt: time.Now().Add(time.Minute), Video: token.Grants{Room: "room", RoomAdmin: true, RoomCreate: true},
	}, config.DevKey, config.DevSecret.Reveal())
	if err != nil {
		s.t.Fatal(err)
	}
	body["room"] = "room"
	text, err := json.Marshal(body)
	if err != nil {
		s.t.Fatal(err)
	}
	request, err := http.NewRequest(http.MethodPost, s.url+"/twirp/livekit.RoomService/"+method, bytes.NewReader(text))
	if err != nil {
		s.t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Authorization", "Bearer "+bearer)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		s.t.Fatal(err)
	}
	_ = response.Body.Close()
	return response.StatusCode
}

func (s *server) mustOrder(method string, body map[string]any) {
	s.t.Helper()
	if status := s.order(method, body); status != http.StatusOK {
		s.t.Fatalf("%s %v: %d", method, body, status)
	}
}

// lastData waits for a data packet that says something, and gives all that came until then.
func lastData(t *testing.T, p *testkit.Participant, says string) (all []string) {
	t.Helper()
	until(t, deadline(t), p, "data "+says, func(v *testkit.View) bool {
		all = nil
		for _, d := range v.Data {
			all = append(all, string(d.Packet.GetUser().GetPayload()))
		}
		return len(all) > 0 && all[len(all)-1] == says
	})
	return all
}

func TestApplicationsManageACall(t *testing.T) {
	ctx := deadline(t)
	s := start(t)
	ann, bob := s.join(ctx, "ann"), s.join(ctx, "bob")
	for _, p := range []*testkit.Participant{ann, bob} {
		until(t, ctx, p, "data channels", func(v *testkit.View) bool { return v.Channels == 2 })
	}
	mic, err := ann.Publish(ctx, testkit.TrackOptions{Source: lkpb.TrackSource_MICROPHONE})
	if err != nil {
		t.Fatal(err)
	}
	until(t, ctx, bob, "ann's sound", func(v *testkit.View) bool { return v.Received[mic.SID()] != nil && v.Received[mic.SID()].Packets > 10 })

	// What is muted by the application is silent, even if the client goes on sending.
	s.mustOrder("MutePublishedTrack", map[string]any{"identity": "ann", "trackSid": mic.SID(), "muted": true})
	until(t, ctx, bob, "ann to be muted", func(v *testkit.View) bool {
		return v.Others["ann"] != nil && len(v.Others["ann"].Tracks) == 1 && v.Others["ann"].Tracks[0].Muted
	})
	time.Sleep(100 * time.Millisecond) // for what is on its way
	var before, after int
	bob.Look(func(v *testkit.View) { before = v.Received[mic.SID()].Packets })
	time.Sleep(300 * time.Millisecond)
	bob.Look(func(v *testkit.View) { after = v.Received[mic.SID()].Packets })
	if after > before {
		t.Errorf("%d packets of a muted track arrived", after-before)
	}

	// Data of the server reach whom they are for.
	s.mustOrder("SendData", map[string]any{"data": []byte("for ann"), "destinationIdentities": []string{"ann"}})
	s.mustOrder("SendData", map[string]any{"data": []byte("for all")})
	if all := lastData(t, ann, "for all"); len(all) != 2 {
		t.Errorf("ann got %q", all)
	}
	if all := lastData(t, bob, "for all"); len(all) != 1 {
		t.Errorf("bob got %q", all)
	}

	// A permission that is taken away is gone at once, for tracks and data.
	s.mustOrder("UpdateParticipant", map[string]any{"identity": "ann", "permission": map[string]any{"canSubscribe": true}})
	until(t, ctx, bob, "ann's track to be gone", func(v *testkit.View) bool { return len(v.Others["ann"].Tracks) == 0 })
	until(t, ctx, ann, "her own permission", func(v *testkit.View) bool { return v.Self != nil && !v.Self.Permission.CanPublishData })
	if err := ann.SendData(lkpb.DataPacket_RELIABLE, []byte("forbidden")); err != nil {
		t.Fatal(err)
	}
	if err := bob.SendData(lkpb.DataPacket_RELIABLE, []byte("from bob")); err != nil {
		t.Fatal(err)
	}
	lastData(t, ann, "from bob")
	s.mustOrder("SendData", map[string]any{"data": []byte("the end"), "destinationIdentities": []string{"bob"}})
	if all := lastData(t, bob, "the end"); len(all) != 2 {
		t.Errorf("bob got %q", all)
	}

	s.mustOrder("DeleteRoom", map[string]any{})
	for _, p := range []*testkit.Participant{ann, bob} {
		until(t, ctx, p, "the end", func(v *testkit.View) bool { return v.Leave.GetReason() == lkpb.DisconnectReason_ROOM_DELETED })
	}
}

func TestWhoWasRemovedStaysOut(t *testing.T) {
	ctx := deadline(t)
	s := start(t)
	ann := s.join(ctx, "ann")
	old := s.token("ann")
	until(t, ctx, ann, "a refreshed token", func(v *testkit.View) bool { return v.Token != "" })
	var refreshed string
	ann.Look(func(v *testkit.View) { refreshed = v.Token })
	s.mustOrder("RemoveParticipant", map[string]any{"identity": "ann"})
	until(t, ctx, ann, "to be sent out", func(v *testkit.View) bool { return v.Leave.GetReason() == lkpb.DisconnectReason_PARTICIPANT_REMOVED })
	for name, text := range map[string]string{"old": old, "refreshed": refreshed} {
		if _, err := testkit.Join(ctx, testkit.Options{URL: s.url, Token: text}); err == nil {
			t.Errorf("came back with the %s token", name)
		}
	}
	if err := ann.Resume(ctx); err == nil {
		t.Error("resumed")
	}
	fresh, err := token.Sign(token.Claims{
		Identity: "ann", IssuedAt: time.Now().Add(2 * time.Second), ExpiresAt: time.Now().Add(time.Hour),
		Video: token.Grants{Room: "room", RoomJoin: true},
	}, config.DevKey, config.DevSecret.Reveal())
	if err != nil {
		t.Fatal(err)
	}
	again, err := testkit.Join(ctx, testkit.Options{URL: s.url, Token: fresh})
	if err != nil {
		t.Fatalf("with a token from after the removal: %v", err)
	}
	again.Close()
}

func TestRecordersAndTheHidden(t *testing.T) {
	ctx := deadline(t)
	s := start(t, "KONKLAVE_ROOMS_ALLOW_HIDDEN=true")
	ann := s.join(ctx, "ann")
	text, err := token.Sign(token.Claims{
		Identity: "recorder", IssuedAt: time.Now(), ExpiresAt: time.Now().Add(time.Hour),
		Video: token.Grants{Room: id.RoomName("room"), RoomJoin: true, Hidden: true, Recorder: true},
	}, config.DevKey, config.DevSecret.Reveal())
	if err != nil {
		t.Fatal(err)
	}
	recorder := s.join(ctx, "recorder", func(o *testkit.Options) { o.Token = text })
	late := s.join(ctx, "late")
	late.Look(func(v *testkit.View) {
		if !v.Join.GetRoom().GetActiveRecording() || v.Others["recorder"] != nil || v.Others["ann"] == nil {
			t.Errorf("recording %v, others %v", v.Join.GetRoom().GetActiveRecording(), v.Others)
		}
	})
	recorder.Look(func(v *testkit.View) {
		if v.Others["ann"] == nil {
			t.Error("the recorder sees nobody")
		}
	})
	ann.Look(func(v *testkit.View) {
		if v.Others["recorder"] != nil {
			t.Error("the hidden recorder is seen")
		}
	})
}
