package call

import (
	"context"
	"encoding/json"
	"maps"
	"testing"

	"konklave/internal/signal/lkpb"
	"konklave/internal/testkit"
)

// Where people are hidden from each other they see those who conduct the meeting and nobody else, and what these take away is
// gone at once.
func TestHiddenFromEachOther(t *testing.T) {
	bothWays(t, func(t *testing.T, ctx context.Context, s *server) {
		site := testkit.Site{URL: s.url}
		link, secret, err := site.Make(ctx, map[string]string{"title": "Planted Title"})
		if err != nil {
			t.Fatal(err)
		}
		come := func(name string, more ...string) *testkit.Visitor {
			join := map[string]string{"link": link, "name": name}
			if len(more) > 0 {
				join["host"] = more[0]
			}
			v, err := site.Knock(ctx, join)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(v.Close)
			return v
		}
		media := func(v *testkit.Visitor, name string) *testkit.Participant {
			if err := v.Admitted(ctx); err != nil {
				t.Fatal(err)
			}
			return s.join(ctx, name, func(o *testkit.Options) { o.Token = v.MediaToken })
		}
		send := func(v *testkit.Visitor, message map[string]any) {
			if err := v.Send(message); err != nil {
				t.Fatal(err)
			}
		}
		teacher := come("Teacher", secret)
		room := media(teacher, "Teacher")
		var meeting struct{ Settings map[string]any }
		if err := json.Unmarshal(teacher.Meeting, &meeting); err != nil {
			t.Fatal(err)
		}
		maps.Copy(meeting.Settings, map[string]any{"lobby": "all", "people": "hosts", "cameras": "hosts"})
		send(teacher, map[string]any{"type": "change_settings", "settings": meeting.Settings})
		if _, err := teacher.Wait(ctx, "meeting"); err != nil {
			t.Fatal(err)
		}
		anna, ben := come("Anna"), come("Ben")
		for _, v := range []*testkit.Visitor{anna, ben} {
			if _, err := v.Wait(ctx, "lobby"); err != nil {
				t.Fatal(err)
			}
		}
		send(teacher, map[string]any{"type": "admit", "all": true})
		annas, bens := media(anna, "Anna"), media(ben, "Ben")

		publish(t, ctx, room, testkit.TrackOptions{Source: camera, Mark: 1})
		publish(t, ctx, annas, testkit.TrackOptions{Source: camera, Mark: 2})
		sees(t, ctx, annas, teacher.ID, camera, 1)
		sees(t, ctx, bens, teacher.ID, camera, 1)
		sees(t, ctx, room, anna.ID, camera, 2)
		bens.Look(func(v *testkit.View) {
			if len(v.Others) != 1 || v.Others[teacher.ID] == nil {
				t.Errorf("ben knows of %d others", len(v.Others))
			}
		})
		for told := 0; told != 2; {
			m, err := teacher.Wait(ctx, "audience")
			if err != nil {
				t.Fatal("the teacher was not told who sees the picture: ", err)
			}
			for _, h := range m.Sources {
				if h.Source == "camera" && h.Received {
					told = h.Count
				}
			}
		}

		send(teacher, map[string]any{"type": "stop_camera", "ids": []string{anna.ID}})
		until(t, ctx, room, "anna's camera to be off", func(v *testkit.View) bool { return v.TrackOf(anna.ID, camera).GetMuted() })
		send(teacher, map[string]any{"type": "hold", "on": true})
		until(t, ctx, annas, "the end of anna's media", func(v *testkit.View) bool {
			return v.Leave.GetReason() == lkpb.DisconnectReason_PARTICIPANT_REMOVED
		})
		if _, err := anna.Wait(ctx, "lobby"); err != nil {
			t.Error(err)
		}
		if _, err := testkit.Join(ctx, testkit.Options{URL: s.url, Token: anna.MediaToken}); err == nil {
			t.Error("anna got in while everything is held")
		}
	})
}
